"""The complaint report over the API: one address, every format that is listed, and none that is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from tests.integration.api.house import House, open_house

pytestmark = pytest.mark.usefixtures("reports_are_made_here")

STARTS = {"application/pdf": b"%PDF-", "text/html": b"<!doctype html", "application/json": b"{"}


@pytest.fixture
async def lite_house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    """On one database: the formats have no part in it."""
    async with open_house(tmp_path, sample_sqlite_url, at=manual_clock.now()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "accepts", "type"),
    [
        ("", "*/*", "application/json"),
        ("", "application/pdf", "application/pdf"),
        ("", "application/json;q=0.5, text/html", "text/html"),
        ("html", "application/pdf", "text/html"),
        ("xlsx", "*/*", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "text/html", "application/json"),
    ],
)
async def test_the_report_comes_as_it_is_asked_for(lite_house: House, asked: str, accepts: str, type: str) -> None:
    program = lite_house.program("supervisor")
    (report,) = (await program.get("reports"))["items"]
    assert report["formats"] == ["json", "html", "pdf", "xlsx"]
    query = f"?format={asked}" if asked else ""
    said = await program.ask("GET", f"reports/complaints/2026-02{query}", headers={"Accept": accepts})

    assert (said.status, said.headers["Content-Type"].partition(";")[0]) == (200, type)
    if type == "application/json":
        assert said["sections"]
    else:
        assert said.data.lower().startswith(STARTS.get(type, b"PK").lower())


async def test_a_format_that_there_is_not_is_refused(lite_house: House) -> None:
    program = lite_house.program("supervisor")
    bogus = await program.get("reports/complaints/2026-02", format="bogus")
    assert (bogus.status, bogus.wrong) == (422, {"format"})
    assert bogus.headers["Content-Type"].startswith("application/problem+json")
    unknown = await program.ask("GET", "reports/complaints/2026-02", headers={"Accept": "image/png"})
    assert (unknown.status, unknown["code"]) == (406, "not_acceptable")
    assert (await program.get("reports/complaints/2026-13", format="pdf")).status in (404, 422)
    ahead = await program.get("reports/complaints/2999-12")
    assert (ahead.status, ahead.wrong) == (422, {"month"})
