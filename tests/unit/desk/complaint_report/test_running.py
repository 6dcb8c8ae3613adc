"""The complaint report of a month that is not over, and of one that has not begun."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from desk.complaint_report.report import read_report
from desk.kernel.errors import Invalid
from desk.tables import complaint_spans, complaints
from tests.unit.desk.complaint_report.histories import contact, database, organize, reading
from web.reports.data import to_data
from web.reports.html import to_html

#: Half of November has passed.
NOW = datetime(2026, 11, 16, tzinfo=UTC)
#: Complaints logged in each month: as many a day in November as before.
LOGGED = {5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 62, 11: 15}
CONCLUDED = (
    "ordinary",
    "limits of",
    "control limit",
    "upper limit",
    "lower limit",
    "lies",
    "by chance",
    "平常",
    "控制",
)


def log(connection, month, count):
    """So many complaints logged on the first of `month` and still open."""
    for index in range(count):
        id = f"{month:02d}-{index:03d}"
        at = datetime(2026, month, 1, 9, tzinfo=UTC) + timedelta(minutes=index)
        row = {"id": id, "number": f"C-{id}", "customer_id": "c1", "channel": "email", "category": "billing"}
        connection.execute(sa.insert(complaints).values(**row, state="logged", received_at=at, logged_at=at))
        span = {"id": id, "complaint_id": id, "state": "logged", "from_at": at, "to_at": None}
        connection.execute(sa.insert(complaint_spans).values(**span))


def a_history(connection, zone="UTC", **settings):
    organize(connection, time_zone=zone, **settings)
    for month, count in LOGGED.items():
        log(connection, month, count)
    contact(connection, datetime(2026, 10, 5, tzinfo=UTC), "email", 500)
    contact(connection, datetime(2026, 11, 5, tzinfo=UTC), "email", 200)


@pytest.fixture
def connection():
    with database() as connection:
        yield connection


def figure(report, section, key):
    return next(figure for figure in report.section(section).figures if figure.key == key)


def concluding(report):
    """What the report says in words, without its definitions."""
    words = []
    for section in report.sections:
        words += [section.lead, *(sentence.text for sentence in section.sentences)]
        words += [block.title for block in section.blocks]
    words += [str(cell) for block in report.section(1).tables for row in block.rows for cell in row.cells]
    return words


@pytest.mark.parametrize("month", ["2026-12", "2027-11", "2999-12"])
def test_a_month_that_has_not_begun_has_no_report(connection, month):
    a_history(connection)

    with pytest.raises(Invalid, match=f"{month} has not begun"):
        read_report(reading(connection, NOW), month)


def test_a_month_begins_by_the_clocks_of_the_site(connection):
    a_history(connection, zone="Pacific/Auckland")
    evening = datetime(2026, 11, 30, 10, tzinfo=UTC)

    with pytest.raises(Invalid):
        read_report(reading(connection, evening), "2026-12")
    begun = read_report(reading(connection, evening + timedelta(hours=1)), "2026-12")

    assert begun.provisional
    assert figure(begun, 2, "received").mom is None


@pytest.mark.parametrize(
    ("language", "named"), [("en", "November 2026 so far, to 16 November"), ("zh", "2026 年 11 月（截至 11 月 16 日）")]
)
def test_a_running_month_is_provisional_and_concludes_nothing(connection, language, named):
    a_history(connection)
    report = read_report(reading(connection, NOW), "2026-11", language)
    data = to_data(report)

    assert (data["provisional"], data["days_passed"]) == (True, 15.0)
    assert report.month_name == named
    assert report.section(1).lead.startswith(named)
    assert named in to_html(report)
    assert not [text for text in concluding(report) if any(word in text for word in CONCLUDED)]
    for section in (2, 4, 6):
        assert "16" in report.section(section).lead
    assert report.section(2).tables[1].rows[-1].cells[2:] == (None, None, None)


def test_its_counts_compare_by_the_days_that_have_passed(connection):
    a_history(connection)
    report = read_report(reading(connection, NOW), "2026-11")

    assert figure(report, 2, "received").mom == -50.0
    assert "−50.0\u202f% a day on the month before" in report.section(1).sentences[0].text
    assert report.section(6).tables[0].rows[0].cells[5] == -50.0
    assert figure(report, 1, "outstanding").title == "Outstanding on 16 November"


def test_the_stock_is_compared_as_it_is_in_figure_tile_and_table(connection):
    a_history(connection)
    report = read_report(reading(connection, NOW), "2026-10")
    grown = {key: figure(report, 2, key) for key in ("opening", "outstanding")}
    lines = {row.figure: row.cells for row in report.section(2).tables[0].rows}

    assert {key: (one.month_before, one.value, one.mom) for key, one in grown.items()} == {
        "opening": (123, 153, 24.4),
        "outstanding": (153, 215, 40.5),
    }
    assert figure(report, 1, "outstanding").mom == 40.5
    assert (lines["F2.0"][5], lines["F2.7"][5], lines["F2.1"][5]) == (24.4, 40.5, 100.0)
    assert all("A stock" in one.how for one in grown.values())


def test_what_may_still_be_exceeded_is_not_met_yet(connection):
    a_history(connection, complaint_report={"targets": {"received": 20}})
    met = [figure(read_report(reading(connection, NOW), month), 1, "received").met for month in ("2026-10", "2026-11")]

    assert met == [False, None]


def test_a_month_that_is_over_is_concluded(connection):
    a_history(connection)
    report = read_report(reading(connection, NOW), "2026-10")

    assert not report.provisional
    assert report.month_name == "October 2026"
    assert "October 2026 was not an ordinary month" in report.section(1).lead
