"""How well waits were foretold, as the page says it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.tables import back_tests
from tests.integration.web.front import SYSTEM, Front, open_front
from tests.integration.web.shown import Shown
from web.pages import estimates

PAGE = "/reports/estimates"


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=[*estimates.routes]) as opened:
        yield opened


async def keep(house: Front, days_ago: int, method: str, **figures: Any) -> None:
    day = (house.desk.clock.now() - timedelta(days=days_ago)).date().isoformat()

    def put(tx: Tx) -> None:
        tx.insert(back_tests, day=day, queue="billing", method=method, **figures)

    await house.desk.transact(SYSTEM, put)


async def shown(house: Front, role: str) -> Shown:
    answer = await (await house.signed_in(role)).get(PAGE)
    assert answer.status == 200
    return Shown(await answer.text())


async def test_before_the_first_night_the_page_says_what_will_be_there(house: Front) -> None:
    assert "Nothing has been tested yet" in (await shown(house, "supervisor")).text


async def test_a_day_of_a_queue_is_a_line_with_words_beside_each_sign(house: Front) -> None:
    await keep(house, 1, "told", waits=10, within=8, bias_ms=-12_400, off_ms=31_000)
    await keep(house, 1, "last_wait", waits=10, within=None, bias_ms=0, off_ms=125_000)
    await keep(house, 2, "told", waits=4, within=3, bias_ms=9_000, off_ms=9_000)
    await keep(house, 60, "told", waits=77, within=3, bias_ms=9_000, off_ms=9_000)

    text = (await shown(house, "supervisor")).text

    assert "Billing 10 80% 12 s shorter 31 s 2 min 05 s – –" in text
    assert "Billing 4 75%, fewer than meant 9 s longer 9 s – – –" in text
    assert text.index("80%") < text.index("75%")
    assert "77" not in text


async def test_it_is_for_who_reads_reports(house: Front) -> None:
    assert (await (await house.signed_in("agent")).get(PAGE)).status == 403
