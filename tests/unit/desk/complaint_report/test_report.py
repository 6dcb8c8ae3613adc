"""The complaint report: what is true of every history, and what a reader relies on."""

import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.complaint_report.chinese import CHINESE
from desk.complaint_report.reading import OPEN
from desk.complaint_report.report import DoesNotAddUp, read_figure, read_report
from desk.complaint_report.value import Table
from desk.kernel.errors import Invalid, NotFound
from desk.tables import complaint_spans, complaints
from tests.examples import examples
from tests.unit.desk.complaint_report.histories import contact, database, name_codes, organize, reading, walked

NOW = datetime(2026, 11, 3, 6, tzinfo=UTC)
MONTH = "2026-10"
FLOW = ("opening", "adjustments", "received", "reopened", "closed", "void", "outstanding")


def figures_of(report, section):
    return {figure.key: figure.value for figure in report.section(section).figures}


def table_of(report, section, id):
    return next(table for table in report.section(section).tables if table.id == id)


def a_report(connection, seed=7, wanted=400, *, language="en", same_instant=0.1, month=MONTH):
    walked(seed, wanted, end=NOW, same_instant=same_instant).write(connection)
    return read_report(reading(connection, NOW), month, language)


@settings(max_examples=examples(8, 25))
@given(seed=st.integers(0, 2**32), same_instant=st.sampled_from((0.0, 0.2, 0.8)))
def test_the_flow_adds_up_on_every_history(seed, same_instant):
    with database() as connection:
        organize(connection, time_zone="Pacific/Auckland")
        walked(seed, 120, end=NOW, same_instant=same_instant).write(connection)
        rx = reading(connection, NOW)
        months = [figures_of(read_report(rx, month), 2) for month in ("2026-08", "2026-09", "2026-10")]

    for flow in months:
        assert tuple(flow) == FLOW
        came = flow["opening"] + flow["adjustments"] + flow["received"] + flow["reopened"]
        assert came - flow["closed"] - flow["void"] == flow["outstanding"]
    for before, after in itertools.pairwise(months):
        assert before["outstanding"] == after["opening"]


@settings(max_examples=examples(5, 15))
@given(seed=st.integers(0, 2**32))
def test_every_number_that_opens_rows_counts_them(seed):
    with database() as connection:
        organize(connection, time_zone="Europe/London")
        name_codes(connection)
        walked(seed, 150, end=NOW).write(connection)
        rx = reading(connection, NOW)
        report = read_report(rx, MONTH)
        counted = 0
        for section in report.sections:
            for table in section.tables:
                for row in table.rows:
                    if row.counted >= 0:
                        assert row.cells[row.counted] == len(report.members[row.figure]), (table.id, row.figure)
                        counted += 1
        for figure in report.section(2).figures:
            assert figure.value == len(report.members[figure.formula])
        _, rows = read_figure(rx, MONTH, "F2.1")
        known = {row.id for row in connection.execute(sa.select(complaints.c.id))}

    assert counted > 30
    assert len(rows) == len(report.members["F2.1"])
    assert {id for ids in report.members.values() for id in ids} <= known


def test_the_splits_and_the_bands_each_sum_to_their_whole():
    with database() as connection:
        organize(connection)
        report = a_report(connection)

    logged = figures_of(report, 2)["received"]
    for table in report.section(6).tables:
        *parts, total = table.rows
        assert sum(row.cells[1] for row in parts) == total.cells[1] == logged
    *bands, total = table_of(report, 4, "bands").rows
    assert sum(row.cells[1] for row in bands) == total.cells[1]
    heat = table_of(report, 2, "flow_hours")
    assert sum(row.cells[25] for row in heat.rows) == logged


def test_what_is_the_most_frequent_is_not_said_to_be_most_of_them():
    with database() as connection:
        organize(connection)
        report = a_report(connection)

    lead = report.section(6).lead
    counted = re.search(r": (\d+) of (\d+) \(", lead)
    assert counted is not None and 2 * int(counted[1]) < int(counted[2])
    assert lead.startswith("The most frequent was ")
    assert "Most" not in lead


def test_a_month_in_which_nothing_happened_has_no_shares_of_anything():
    with database() as connection:
        organize(connection)
        report = read_report(reading(connection, NOW), "2024-02")

    assert set(figures_of(report, 2).values()) == {0}
    assert figures_of(report, 4)["final_response_on_time"] is None
    assert figures_of(report, 1)["rate"] is None
    assert report.section(2).lead == "No complaint was open, logged or closed in this month."


def test_a_missing_span_stops_the_report_and_names_the_difference():
    with database() as connection:
        organize(connection)
        walked(7, 200, end=NOW).write(connection)
        rx = reading(connection, NOW)
        gone = read_report(rx, MONTH).members["F2.7"][0]
        connection.execute(sa.delete(complaint_spans).where(complaint_spans.c.complaint_id == gone))
        with pytest.raises(DoesNotAddUp, match=r"a difference of [+-]1") as refused:
            read_report(rx, MONTH)

    assert refused.value.code == "report_does_not_add_up"


def test_the_stock_is_counted_apart_from_the_flow():
    with database() as connection:
        organize(connection, time_zone="Europe/London")
        report = a_report(connection)
        end = datetime(2026, 11, 1, tzinfo=UTC)
        state_at_end: dict[str, str] = {}
        spans = connection.execute(sa.select(complaint_spans).order_by(complaint_spans.c.from_at)).all()
        for span in spans:
            if span.from_at < end and (span.to_at is None or span.to_at >= end):
                state_at_end[span.complaint_id] = span.state

    assert figures_of(report, 2)["outstanding"] == sum(state in OPEN for state in state_at_end.values())


def test_a_complaint_reopened_twice_counts_twice():
    with database() as connection:
        organize(connection)
        row = {"id": "a", "number": "C-1", "customer_id": "c1", "channel": "email", "category": "billing"}
        start = datetime(2026, 10, 2, 9, tzinfo=UTC)
        connection.execute(sa.insert(complaints).values(**row, state="closed", received_at=start, logged_at=start))
        states = ("logged", "triage", "closed", "reopened", "triage", "closed", "reopened", "triage", "closed")
        for index, state in enumerate(states):
            at = start + timedelta(days=index)
            to_at = at + timedelta(days=1) if index + 1 < len(states) else None
            values = {"id": str(index), "complaint_id": "a", "state": state, "from_at": at, "to_at": to_at}
            connection.execute(sa.insert(complaint_spans).values(**values))
        report = read_report(reading(connection, NOW), MONTH)

    flow = figures_of(report, 2)
    assert (flow["received"], flow["reopened"], flow["closed"], flow["outstanding"]) == (1, 2, 3, 0)
    assert Counter(report.members["F2.3"]) == {"a": 3}


def test_the_rate_is_per_ten_thousand_contacts_of_the_month():
    with database() as connection:
        organize(connection)
        contact(connection, datetime(2026, 10, 5, tzinfo=UTC), "email", 500)
        contact(connection, datetime(2026, 9, 5, tzinfo=UTC), "email", 9)
        report = a_report(connection)

    logged = figures_of(report, 2)["received"]
    assert figures_of(report, 1)["rate"] == pytest.approx(logged * 20, abs=0.05)


def test_a_running_month_says_that_it_is_provisional_and_blames_no_deadline_still_to_come():
    with database() as connection:
        organize(connection)
        report = a_report(connection, month="2026-11")
        finished = read_report(reading(connection, NOW), MONTH)

    assert "provisional" in str(report.section(0).tables[0].rows[1].cells[1])
    assert "provisional" not in str(finished.section(0).tables[0].rows[1].cells[1])
    assert all(str(row.cells[3]) <= "2026-11-03" for row in table_of(report, 4, "late").rows)


def test_in_chinese_every_phrase_is_chinese_and_every_number_the_same():
    with database() as connection:
        organize(connection)
        english = a_report(connection)
        chinese = read_report(reading(connection, NOW), MONTH, "zh")

    for section in (1, 2, 4, 6):
        assert figures_of(english, section) == figures_of(chinese, section)
        assert english.section(section).title != chinese.section(section).title
    assert chinese.section(2).title == "总量"


def test_every_phrase_that_the_report_says_has_its_chinese():
    root = Path(__file__).parents[4]
    sources = [*root.glob("desk/complaint_report/*.py"), *root.glob("web/templates/reports/*.html")]
    sources += [root / "web/pages/reports.py", root / "web/reports/xlsx.py"]
    missing = {phrase for source in sources for phrase in phrases(source.read_text("utf-8"))} - set(CHINESE)

    assert not missing


def phrases(source):
    """The literals given to say(…), with adjacent strings joined."""
    for call in re.finditer(r'\bsay\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', source):
        yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call[1]))


def test_an_unknown_language_month_or_figure_is_refused():
    with database() as connection:
        organize(connection)
        rx = reading(connection, NOW)
        with pytest.raises(Invalid):
            read_report(rx, MONTH, "tlh")
        with pytest.raises(Invalid):
            read_report(rx, "October")
        with pytest.raises(NotFound):
            read_figure(rx, MONTH, "F9.9")


def test_the_report_has_the_sections_of_this_edition():
    with database() as connection:
        organize(connection)
        report = a_report(connection)

    assert [section.id for section in report.sections] == [0, 1, 2, 4, 6]
    assert len(report.section(1).figures) == 6
    assert [sentence.formula for sentence in report.section(1).sentences] == ["F2.1", "F3.1", "F4.3", "F7.1", "F11.1"]
    for section in report.sections:
        tables = {table.id for table in section.tables}
        assert all(block.table in tables for block in section.blocks if not isinstance(block, Table))
