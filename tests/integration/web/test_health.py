"""For machines that watch: alive whatever happens, ready when requests can be served, and the figures."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.cluster import STALE_S, Lease
from desk.kernel.relay import Relay
from desk.kernel.transaction import Tx
from desk.tables import jobs, leases
from tests.integration.web.front import SYSTEM, Front, open_front
from web.metrics import METRICS
from web.pages import health


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(
        tmp_path, database_url, at=manual_clock.now(), routes=health.routes, more=_add_watch
    ) as opened:
        yield opened


async def test_ready_is_a_database_its_tables_and_somebody_who_routes(house: Front) -> None:
    browser = house.browser()

    alone = await browser.get("/readyz")
    assert (alone.status, (await alone.json())["router"]) == (503, False)

    await house.desk.transact(SYSTEM, _somebody_routes, ago=timedelta(0))
    ready = await browser.get("/readyz")
    assert (ready.status, await ready.json()) == (
        200,
        {"status": "ok", "database": True, "migrations": True, "router": True},
    )


@pytest.mark.parametrize(("silent_for_s", "status"), [(STALE_S - 0.001, 200), (STALE_S, 503), (2 * STALE_S - 1, 503)])
async def test_a_router_is_dead_as_soon_as_others_may_take_over(house: Front, silent_for_s: float, status: int) -> None:
    await house.desk.transact(SYSTEM, _somebody_routes, ago=timedelta(seconds=silent_for_s))

    found = await house.browser().get("/readyz")

    assert (found.status, (await found.json())["router"]) == (status, status == 200)


async def test_tables_of_another_version_are_not_ready(house: Front) -> None:
    await house.desk.transact(SYSTEM, _somebody_routes, ago=timedelta(0))
    await house.desk.transact(SYSTEM, lambda tx: tx.execute(sa.text("UPDATE alembic_version SET version_num = 'x'")))

    found = await house.browser().get("/readyz")

    assert (found.status, (await found.json())["migrations"]) == (503, False)


async def test_without_a_database_the_process_lives_and_is_not_ready(house: Front) -> None:
    browser = house.browser()
    await house.desk.transact(SYSTEM, lambda tx: tx.execute(sa.text("DROP TABLE alembic_version")))

    assert (await browser.get("/healthz")).status == 200
    assert (await browser.get("/readyz")).status == 503


async def test_the_figures_count_what_waits_and_what_failed(house: Front) -> None:
    await house.desk.transact(SYSTEM, _jobs)
    browser = house.browser()
    await browser.get("/healthz")

    text = await (await browser.get("/metrics")).text()

    assert "careline_jobs_waiting 2.0" in text
    assert "careline_jobs_failed 1.0" in text
    assert 'careline_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text


def _add_watch(app: Any, desk: Any) -> None:
    lease = Lease(desk)
    app[health.WATCH] = health.Watch(desk, app[METRICS], lease, Relay(desk, lease), wall=desk.clock)


def _somebody_routes(tx: Tx, ago: timedelta) -> None:
    tx.insert(leases, name="router", holder="another process", epoch=1, renewed_at=tx.now - ago)


def _jobs(tx: Tx) -> None:
    for due, failed in ((0, None), (0, None), (60, None), (0, tx.now)):
        values: dict[str, Any] = {
            "due_at": tx.now + timedelta(minutes=due),
            "failed_at": failed,
            "attempts": 0,
            "data": {},
        }
        tx.insert(jobs, id=tx.new_id(), name="send_letter", **values)
