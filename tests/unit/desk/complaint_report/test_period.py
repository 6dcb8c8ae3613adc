"""Months, working days and comparisons of the complaint report."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.complaint_report.period import Month, Site, Unit, change, percentile, rounded
from desk.complaints.calendar import Calendar
from desk.kernel.errors import Invalid

LONDON = ZoneInfo("Europe/London")


def test_a_quiet_february_is_no_change_on_a_busier_january():
    january, february = Month(2026, 1), Month(2026, 2)

    assert change(Unit.COUNT, 280, 310, february.days, january.days) == 0.0


def test_a_leap_february_has_29_days_to_compare_by():
    assert Month(2024, 2).days == 29
    assert change(Unit.COUNT, 290, 310, 29, 31) == 0.0


def test_shares_change_in_points_and_nothing_compares_with_nothing():
    here, there = 31, 30

    assert change(Unit.PERCENT, Fraction(956, 10), Fraction(976, 10), here, there) == -2.0
    assert change(Unit.COUNT, 3, 0, here, there) is None
    assert change(Unit.RATE, Fraction(1), None, here, there) is None
    assert change(Unit.PERCENT, None, Fraction(1), here, there) is None


def test_a_running_month_compares_by_the_days_that_have_passed():
    november = Month(2026, 11)
    passed = november.passed(datetime(2026, 11, 16, tzinfo=UTC), ZoneInfo("UTC"))

    assert passed == 15
    assert change(Unit.COUNT, 31, 62, passed, 31) == 3.3
    assert november.passed(datetime(2026, 10, 31, tzinfo=UTC), LONDON) == 0
    assert november.passed(datetime(2027, 1, 1, tzinfo=UTC), LONDON) == 30


def test_before_a_day_has_passed_counts_do_not_compare():
    assert change(Unit.COUNT, 1, 31, Fraction(1, 24), 31) is None


def test_a_stock_compares_as_it_is_however_long_the_months_are():
    assert change(Unit.STOCK, 15, 12, 31, 30) == 25.0
    assert change(Unit.STOCK, 12, 11, 31, 30) == 9.1
    assert change(Unit.STOCK, 12, 0, 31, 30) is None


@pytest.mark.parametrize(("month", "hours"), [("2026-10", 31 * 24 + 1), ("2026-03", 31 * 24 - 1), ("2024-02", 29 * 24)])
def test_a_month_is_as_long_as_the_clocks_of_the_site_make_it(month, hours):
    start, end = Month.parse(month).bounds(LONDON)

    assert end - start == timedelta(hours=hours)


def test_a_moment_just_before_local_midnight_belongs_to_the_old_month():
    assert Month.of(datetime(2026, 10, 1, 2, tzinfo=UTC), ZoneInfo("America/New_York")) == Month(2026, 9)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "", "2026-10-01", "0000-01", "２０２６-10"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(Invalid):
        Month.parse(text)


@given(st.integers(2000, 2900), st.integers(1, 12), st.integers(-600, 600))
def test_months_add_up(year, month, by):
    assert Month(year, month).plus(by).plus(-by) == Month(year, month)


def test_business_days_skip_weekends_and_holidays():
    christmas = Calendar(zone=LONDON, holidays=frozenset({date(2026, 12, 25)}))
    site = Site(name="x", calendar=christmas)
    thursday = datetime(2026, 12, 24, 9, tzinfo=UTC)

    assert site.business_days_between(thursday, thursday + timedelta(hours=3)) == 0
    assert site.business_days_between(thursday, datetime(2026, 12, 28, 9, tzinfo=UTC)) == 1
    assert site.days_between(thursday, datetime(2026, 12, 28, 9, tzinfo=UTC)) == 4


@pytest.mark.parametrize(
    ("n", "percent", "rank"), [(1, 50, 1), (2, 50, 1), (3, 50, 2), (10, 90, 9), (11, 90, 10), (100, 90, 90)]
)
def test_percentiles_are_values_by_rank(n, percent, rank):
    assert percentile(list(range(1, n + 1)), percent) == rank


def test_of_nothing_there_is_no_percentile():
    assert percentile([], 50) is None


def test_halves_round_away_from_zero():
    assert (rounded(Fraction(1, 20)), rounded(Fraction(-1, 20)), rounded(None)) == (0.1, -0.1, None)
