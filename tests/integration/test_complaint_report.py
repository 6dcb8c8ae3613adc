"""The complaint report in its four formats, through the command, the worker and the printer."""

import asyncio
import json
import re
import subprocess
from base64 import standard_b64decode
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from structlog.testing import capture_logs
from typer.testing import CliRunner

from desk.complaint_report.words import NONE, Words
from desk.kernel import migrate
from desk.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from desk.tables import complaint_spans, customers, metadata, taxonomy
from tests.unit.desk.complaint_report.histories import contact, name_codes, organize, walked
from web.cli.report import app
from web.reports import worker
from web.reports.clerk import Clerk
from web.reports.worker import MOST_KB, Order, fill

NOW = datetime(2026, 11, 3, 6, tzinfo=UTC)
NASTY = "=1+1|'<script>alert(1)</script>"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A data folder with fifteen months of complaints, one category with a nasty name."""
    folder = tmp_path_factory.mktemp("installation")
    url = f"sqlite:///{folder / 'careline.sqlite3'}"
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        organize(connection, name="Alderbrook", time_zone="Europe/London")
        name_codes(connection)
        connection.execute(sa.update(taxonomy).where(taxonomy.c.code == "delivery_late").values(name=NASTY))
        walked(11, 900, end=NOW).write(connection)
        contact(connection, datetime(2026, 10, 5, tzinfo=UTC), "email", 300)
    engine.dispose()
    return folder


@pytest.fixture(scope="module")
def paper(installation, tmp_path_factory):
    """The report as PDF, printed once: a print takes seconds."""
    file = tmp_path_factory.mktemp("printed") / "report.pdf"
    file.write_bytes(asyncio.run(fill(an_order(installation, format="pdf"))))
    return file


def an_order(installation, **changed):
    ordered = {"database_url": f"sqlite:///{installation / 'careline.sqlite3'}", "now": NOW.isoformat()}
    return Order(**(ordered | {"month": "2026-10"} | changed))


@pytest.fixture
def nothing_yet(tmp_path):
    """A data folder in which nobody has complained."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'careline.sqlite3'}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(customers).values(id="c1", created_at=NOW))
    engine.dispose()
    return tmp_path


@pytest.fixture
def command(installation, tmp_path, monkeypatch):
    """Runs `careline report complaints` at NOW; gives the outcome and the file that it wrote."""
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat())
    monkeypatch.setenv("CARELINE_TEST_CLOCK", str(clock))
    monkeypatch.delenv("CARELINE_DATABASE_URL", raising=False)

    def run(*words, folder=installation):
        output = tmp_path / "report"
        result = CliRunner().invoke(app, ["complaints", *words, "-o", str(output), "--data-dir", str(folder)])
        return result, output.read_bytes() if output.exists() else b""

    return run


async def the_data(installation):
    return json.loads(await fill(an_order(installation, format="json")))


def section(data, id):
    return next(section for section in data["sections"] if section["id"] == id)


class Reader(HTMLParser):
    """What a page shows and where it leads."""

    def __init__(self, document):
        super().__init__()
        self.links, self.texts, self.names, self.attributes = [], [], [], set()
        self.feed(document.decode())

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.texts.append(data)


async def test_the_data_keep_the_contract(installation):
    data = await the_data(installation)

    assert data["period"] == "2026-10"
    assert {section["id"] for section in data["sections"]} >= {0, 1, 2, 4, 6}
    flow = section(data, 2)["figures"]
    assert tuple(flow) == ("opening", "adjustments", "received", "reopened", "closed", "void", "outstanding")
    came = flow["opening"] + flow["adjustments"] + flow["received"] + flow["reopened"]
    assert came - flow["closed"] - flow["void"] == flow["outstanding"]
    assert flow["received"] > 10
    assert all(section["tables"] for section in data["sections"])


@pytest.mark.parametrize("format", ["html", "xlsx", "json"])
def test_the_same_report_is_the_same_file_to_the_byte(command, format):
    first, first_file = command("--month", "2026-10", "--format", format)
    second, second_file = command("--month", "2026-10", "--format", format)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first_file
    assert first_file == second_file


def test_the_same_report_is_the_same_paper_to_the_byte(command, paper):
    outcome, file = command("--month", "2026-10", "--format", "pdf")

    assert outcome.exit_code == 0
    assert file
    assert file == paper.read_bytes()


async def test_the_paper_says_what_the_data_say(installation, paper):
    flow = section(await the_data(installation), 2)["figures"]

    words = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True).stdout.decode()

    assert "Monthly complaint report" in words
    equation = f"{flow['opening']} + 0 + {flow['received']} + {flow['reopened']} − {flow['closed']}"
    assert f"{equation} − {flow['void']} = {flow['outstanding']}: the flow adds up" in words
    for title in ("Summary", "Flow", "Timeliness", "Breakdown"):
        assert title in words
    assert NASTY in words


async def test_the_numbers_behind_the_thirteen_months_are_on_the_paper(installation, paper):
    tables = section(await the_data(installation), 2)["tables"]
    months = next(table for table in tables if table["id"] == "flow_months")["rows"]

    words = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True).stdout.decode()
    lines = [" ".join(line.split()) for line in words.splitlines()]

    assert len(months) == 13
    say = Words("en")
    for row in months:
        name, logged, *limits = row
        cells = [name, say.number(logged, 0), *(NONE if one is None else say.number(one, 1) for one in limits)]
        assert " ".join(cells) in lines


async def test_the_paper_of_a_month_without_complaints_is_printed_in_chinese_too(nothing_yet, tmp_path):
    paper = tmp_path / "report.pdf"
    paper.write_bytes(await fill(an_order(nothing_yet, format="pdf", month="2024-02", language="zh")))

    words = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, check=True).stdout.decode()
    fonts = subprocess.run(["pdffonts", str(paper)], capture_output=True, check=True).stdout.decode()

    assert "投诉月报" in words
    assert "期初在办" in words
    assert "CJK" in fonts


async def test_the_workbook_has_a_sheet_a_section_and_no_name_becomes_a_formula(installation):
    data = await the_data(installation)
    book = CalamineWorkbook.from_filelike(BytesIO(await fill(an_order(installation, format="xlsx"))))

    assert [name.split()[0] for name in book.sheet_names] == ["0", "1", "2", "4", "6"]
    cells = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert any(row[0] == NASTY for row in cells)
    shown = {row[1]: row[2] for row in book.get_sheet_by_name("2 Flow").to_python() if str(row[1]).startswith("F2.")}
    details = section(data, 2)["details"]
    for key, value in section(data, 2)["figures"].items():
        assert shown[details[key]["formula"]] == value


async def test_the_page_holds_no_script_and_no_style_attribute_and_opens_its_rows(installation):
    order = an_order(installation, rows_url="/reports/complaints/2026-10/rows?figure=", style_url="/reports/report.css")
    page = Reader(await fill(order))
    flow = section(await the_data(installation), 2)["figures"]

    assert not {"script", "style"} & set(page.names)
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}
    assert page.names.count("svg") >= 7
    assert NASTY in page.texts
    rows = [link for link in page.links if "figure=F2.1" in link]
    assert rows
    listed = json.loads(await fill(an_order(installation, format="rows", figure="F2.1")))
    assert listed["total"] == flow["received"]
    assert {row["number"][:2] for row in listed["rows"]} == {"C-"}


async def test_the_printer_is_handed_the_same_words_and_pictures_but_nothing_that_only_a_screen_opens(
    installation, monkeypatch
):
    monkeypatch.setattr(worker, "to_pdf", lambda document: document.encode())
    page = (await fill(an_order(installation))).decode()
    document = (await fill(an_order(installation, format="pdf"))).decode()
    on_screen, on_paper = Reader(page.encode()), Reader(document.encode())

    assert {"details", "polyline", "text"} <= set(on_screen.names)
    assert not {"details", "polyline", "text"} & set(on_paper.names)
    pictures = [
        standard_b64decode(found).decode() for found in re.findall(r'src="data:image/svg[^,]*,([^"]+)"', document)
    ]
    assert pictures == [found.strip() for found in re.findall(r'<svg[^>]*class="chart".*?</svg>', page, re.DOTALL)]
    shown = re.sub(r'<details.*?</details>|<svg[^>]*class="chart".*?</svg>', "", page, flags=re.DOTALL)
    assert "".join(on_paper.texts).split() == "".join(Reader(shown.encode()).texts).split()


async def test_every_link_of_the_page_leads_to_as_many_rows_as_it_says(installation):
    page = (await fill(an_order(installation, rows_url="rows?figure=", style_url="x"))).decode()
    links = set(re.findall(r'<a href="rows\?figure=([^"]+)">([0-9,]+)</a>', page))

    assert len(links) > 30
    sample = sorted(links)[::6]
    for figure, shown in sample:
        from_link = figure.replace("%3A", ":")
        listed = json.loads(await fill(an_order(installation, format="rows", figure=from_link)))
        assert listed["total"] == int(shown.replace(",", "")), from_link


@pytest.fixture
async def clerk():
    """Makes reports as a server has them made."""
    clerk = Clerk(rest_s=3600)
    yield clerk
    await clerk.dismiss()


async def test_a_process_of_its_own_makes_the_same_documents_one_after_the_other(installation, clerk):
    orders = [an_order(installation, format=format) for format in ("json", "html", "xlsx")]

    documents = await asyncio.gather(*(clerk.fill(order) for order in orders))

    assert documents == [await fill(order) for order in orders]
    first = clerk._process
    assert await clerk.fill(orders[0]) == documents[0]
    assert clerk._process is first  # what it had loaded it need not load again


async def test_the_process_of_a_large_server_is_no_larger_than_it_is_and_stays(installation, clerk):
    order, held = an_order(installation, format="json"), bytearray(b"x") * (MOST_KB * 1024)
    document = await clerk.fill(order)
    first = clerk._process
    assert await clerk.fill(order) == document
    assert clerk._process is first
    assert held


async def test_what_the_process_refuses_is_told_here(installation, clerk):
    with pytest.raises(Invalid, match="month"):
        await clerk.fill(an_order(installation, month="2026-99"))
    with pytest.raises(NotFound):
        await clerk.fill(an_order(installation, format="rows", figure="F0.0"))


async def test_a_process_that_has_gone_is_followed_by_another(installation, clerk):
    order = an_order(installation, format="json")
    document = await clerk.fill(order)

    clerk._process.kill()
    await clerk._process.wait()
    assert await clerk.fill(order) == document

    waits_for_nothing = Clerk(rest_s=0)
    assert [await waits_for_nothing.fill(order) for _ in range(2)] == [document] * 2
    await waits_for_nothing.dismiss()


async def test_a_process_that_fails_takes_no_other_report_with_it(installation, clerk):
    order = an_order(installation, format="json")
    with capture_logs() as said, pytest.raises(Unavailable):
        await clerk.fill(replace(order, now="yesterday"))

    assert [line["event"] for line in said] == ["report_failed"]
    assert "yesterday" in said[0]["error"]
    assert await clerk.fill(order) == await fill(order)


async def test_who_does_not_wait_for_a_report_leaves_nothing_to_the_next(installation, clerk):
    impatient = asyncio.create_task(clerk.fill(an_order(installation, format="pdf")))
    while clerk._process is None:
        await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient

    order = an_order(installation, format="json")
    assert await clerk.fill(order) == await fill(order)


async def test_a_report_that_does_not_add_up_is_not_issued(tmp_path, command, clerk):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'careline.sqlite3'}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        organize(connection)
        walked(3, 200, end=NOW).write(connection)
        connection.execute(sa.delete(complaint_spans).where(complaint_spans.c.to_at.is_(None)))
    engine.dispose()

    with pytest.raises(Conflict, match="a difference of") as refused:
        await clerk.fill(an_order(tmp_path))
    assert refused.value.code == "report_does_not_add_up"


def test_the_command_refuses_what_it_cannot_print(command, tmp_path):
    wrong_month, _ = command("--month", "October")
    wrong_format, _ = command("--month", "2026-10", "--format", "docx")
    nothing_there, _ = command("--month", "2026-10", folder=tmp_path / "empty")

    assert (wrong_month.exit_code, wrong_format.exit_code, nothing_there.exit_code) == (2, 2, 1)


def test_the_command_refuses_a_month_that_has_not_begun_in_one_line(command):
    ahead, nothing = command("--month", "2026-12")

    assert (ahead.exit_code, ahead.output, nothing) == (2, "month: 2026-12 has not begun\n", b"")


async def test_a_running_month_says_how_far_it_has_come_in_workbook_and_page(installation):
    page = (await fill(an_order(installation, format="html", month="2026-11"))).decode()
    book = CalamineWorkbook.from_filelike(BytesIO(await fill(an_order(installation, format="xlsx", month="2026-11"))))
    heads = [book.get_sheet_by_name(name).to_python()[1][0] for name in book.sheet_names]

    assert '<p class="period">November 2026 so far, to 3 November</p>' in page
    assert set(heads) == {"Alderbrook · November 2026 so far, to 3 November"}


@pytest.mark.parametrize("format", ["html", "xlsx", "json"])
async def test_a_month_without_complaints_has_its_report(nothing_yet, format):
    document = await fill(an_order(nothing_yet, format=format, month="2024-02"))

    assert document
    if format == "html":
        assert "100.0" not in document.decode().split("</style>")[1]
