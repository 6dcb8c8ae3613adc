"""A router that stumbles over what nobody foresaw: the doors stay open, it says so, and it comes right by itself."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from desk import router
from desk.kernel.clock import ManualClock
from desk.kernel.log import configure
from routing.engine import Engine
from tests.integration.floor import PATIENCE_S, Floor, open_floor
from tests.integration.web.front import Front, open_front
from web.metrics import METRICS
from web.pages import health


async def test_the_doors_stay_open_while_the_router_stumbles_and_it_goes_on_where_it_was(
    sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "PAUSE_S", 0.0)
    stream = io.StringIO()
    configure(stream=stream)
    async with open_floor(sample_sqlite_url, tmp_path, manual_clock) as floor:
        mia = await floor.agent(1)
        await floor.settles()
        async with open_front(
            tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=health.routes, more=_watch(floor)
        ) as f:
            stumbles = _stumble(monkeypatch)
            chat = await floor.writes("Where is my parcel?")
            await _until(lambda: _told(f, 503))
            assert floor.router.failing > 0 and (await f.browser().get("/healthz")).status == 200
            assert (await floor.interaction(chat.interaction_id)).state == "queued"

            stumbles.clear()
            assert (await mia.next_offer()).work_item_id == chat.interaction_id
            await _until(lambda: _told(f, 200))
    failed = [line for line in map(json.loads, stream.getvalue().splitlines()) if line["event"] == "router_failed"]
    assert [line["failures"] for line in failed] == list(range(1, len(failed) + 1))
    assert failed[0]["error"] == "OverflowError" and failed[0]["where"].startswith(__file__)
    assert "a word of theirs" not in stream.getvalue()


def _stumble(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The engine fails as long as the list is not empty."""
    stumbles, decide = [True], Engine.decide

    def stumbling(engine: Engine, now_ms: int) -> Any:
        if stumbles:
            raise OverflowError("a word of theirs")
        return decide(engine, now_ms)

    monkeypatch.setattr(Engine, "decide", stumbling)
    return stumbles


def _watch(floor: Floor) -> Callable[[Any, Any], None]:
    def more(app: Any, desk: Any) -> None:
        watch = app[health.WATCH] = health.Watch(desk, app[METRICS], floor.lease, floor.relay)
        watch.router = floor.router

    return more


async def _told(front: Front, status: int) -> bool:
    said = await front.browser().get("/readyz")
    return said.status == status and bool((await said.json())["router"]) == (status == 200)


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await true():
            await asyncio.sleep(0.01)
