"""Rows 16 and 56: what leaves as a file: no stranger's formula, no customer's words, and not to everybody.

CVE-2022-31134 (Zulip, what was private in an export), CVE-2019-14749 (osTicket, formulas).
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from aiohttp import web
from python_calamine import CalamineWorkbook

from desk.tables import complaints, customers, taxonomy
from tests.integration.web.front import Front, open_front
from tests.security.sources import sources
from tests.unit.desk.complaint_report.histories import CATEGORIES, name_codes, organize, walked
from web.pages import reports

NOW = datetime(2026, 11, 3, 6, tzinfo=UTC)
MONTH = "2026-10"
SECRET = "My PIN is 4711."
FORMULAS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "=cmd|'/C calc'!A0"]
OURS = '=HYPERLINK("https://evil.example")'
#: The one formula of the book: what came in, less what went out.
FLOW = re.compile(r"(s2_\w+|[-+() ])+")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Front]:
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        organize(connection, name=OURS, time_zone="Europe/London")
        name_codes(connection)
        for code, name in zip(CATEGORIES, FORMULAS, strict=True):
            connection.execute(sa.update(taxonomy).where(taxonomy.c.code == code).values(name=name))
        walked(11, 120, end=NOW).write(connection)
        connection.execute(sa.update(complaints).values(verbatim=SECRET, remedy_sought=SECRET))
        connection.execute(sa.update(customers).values(name=SECRET, note=SECRET))
    engine.dispose()
    async with open_front(tmp_path, sqlite_url, at=NOW, routes=reports.routes) as opened:
        yield opened


async def test_a_workbook_holds_words_as_words(front: Front) -> None:
    browser = await front.signed_in("supervisor")
    data = await (await browser.get(f"/reports/complaints/{MONTH}.xlsx")).read()

    with ZipFile(BytesIO(data)) as box:
        names = box.namelist()
        assert not [
            name for name in names if "external" in name.lower() or "rels/sheet" in name or "vba" in name.lower()
        ]
        formulas = []
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                sheet = ElementTree.fromstring(box.read(name))  # noqa: S314  # made by the code under test
                formulas += [cell.text or "" for cell in sheet.iter(f"{SHEET}f")]
                assert not list(sheet.iter(f"{SHEET}hyperlink"))
    assert formulas and all(FLOW.fullmatch(formula) for formula in formulas), formulas

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    cells = {str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
    assert set(FORMULAS) <= cells  # they come back as they were
    assert any(cell.startswith(OURS) for cell in cells)


async def test_no_file_of_a_report_says_what_a_customer_said(front: Front) -> None:
    browser = await front.signed_in("supervisor")
    for path in (f"{MONTH}.json", f"{MONTH}/rows?figure=F2.1"):
        response = await browser.get(f"/reports/complaints/{path}")
        text = await response.text()
        assert response.status == 200 and "4711" not in text, path


async def test_who_reads_no_reports_gets_no_file_of_one(front: Front) -> None:
    agent, nobody = await front.signed_in("agent"), front.browser()
    asked = 0
    for route in reports.routes:
        if not isinstance(route, web.RouteDef) or route.path.endswith(".css"):
            continue
        path = re.sub(r"\{month[^/]*?\}(?=[./]|$)", MONTH, route.path.replace(r"\d{4}-\d\d", "")).replace(
            "{format:html|pdf|xlsx|json}", "xlsx"
        )
        assert (await agent.get(path, allow_redirects=False)).status == 403, path
        assert (await nobody.get(path, allow_redirects=False)).status in (303, 401), path
        asked += 1
    assert asked >= 4


def test_nothing_leaves_as_csv() -> None:
    """Where nothing says which cell is text; whoever adds it puts an apostrophe before what begins a formula."""
    using = [source for source in sources() if any(item.target == "csv" for item in source.imports)]
    assert [source.module for source in using] == ["desk.scenarios.trace"]  # which reads what people have recorded
    assert "csv.writer" not in using[0].path.read_text()
