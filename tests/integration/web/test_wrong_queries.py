"""What somebody typed into the address of a page, and no page can mean: said, not passed over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from desk.kernel.clock import ManualClock
from tests.integration.web.front import Front, open_front
from web.pages import reports
from web.pages.complaints import complaints


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*complaints.routes, *reports.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found) as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/reports?month=zz", "month: expected a month like 2026-10"),
        ("/reports?month=", "month: expected a month like 2026-10"),
        ("/reports?month=2026-13", "month: expected a month like 2026-10"),
        ("/reports?language=xx", "language: expected one of en, zh"),
        ("/reports/complaints/2026-13", "month: expected a month like 2026-10"),
        ("/reports/complaints/1999-01", "month: 1999 is too early: reports begin with 2000-01"),
        ("/reports/complaints/3000-01", "month: 3000 is too late: reports end with 2999-12"),
        ("/reports/complaints/2999-12", "month: 2999-12 has not begun"),
        ("/reports/complaints/2026-10?language=xx", "language: expected one of en, zh"),
        ("/reports/complaints/2026-10/rows?figure=F2.1&offset=-1", "offset: expected a whole number"),
        ("/complaints?state=zz", "state: expected one of open, logged, triage"),
        ("/complaints?state=", "state: expected one of open, logged, triage"),
    ],
)
async def test_a_query_that_no_page_can_mean_is_a_page_that_says_so(house: Front, address: str, words: str) -> None:
    browser = await house.signed_in("admin")

    async with browser.get(address, headers={"Accept": "text/html"}) as answer:
        assert (answer.status, answer.content_type) == (422, "text/html")
        assert words in await answer.text()


async def test_a_month_that_is_named_leads_to_its_report(house: Front) -> None:
    browser = await house.signed_in("admin")

    for address, report in (
        ("/reports?month=2026-10", "/reports/complaints/2026-10"),
        ("/reports?month=2026-10&language=zh", "/reports/complaints/2026-10?language=zh"),
    ):
        async with browser.get(address, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, report)
    assert (await browser.get("/complaints?state=closed")).status == 200
