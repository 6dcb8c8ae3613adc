"""The arithmetic of days: the golden vectors of the regimes, and the weeks in which clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.complaints.calendar import Calendar, add_months
from desk.complaints.deadlines import FINAL_RESPONSE, all_deadlines, due, warnings
from desk.complaints.packs import HOUSE, Level, Limit, Unit, days

YEARS = (2026, 2027)


def calendar(zone: str, country: str = "", subdiv: str | None = None, **more: Any) -> Calendar:
    found = holidays.country_holidays(country, subdiv=subdiv, years=YEARS) if country else {}
    return Calendar(zone=ZoneInfo(zone), holidays=frozenset(found), **more)


UK = calendar("Europe/London", "GB", "ENG")
AU = calendar("Australia/Sydney", "AU", "NSW")
#: Spring Festival 2026: off from 15 to 23 February, worked on Saturday 14 and Saturday 28.
CN = Calendar(
    zone=ZoneInfo("Asia/Shanghai"),
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)),
    working_weekends=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)
PLAIN = calendar("Europe/London")


def at(day: str, where: Calendar, hour: int = 11) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=where.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("where", "received", "amount", "unit", "last_day"),
    [
        (UK, "2026-01-02", 3, Unit.BUSINESS_DAYS, "2026-01-07"),
        (UK, "2026-01-02", 15, Unit.BUSINESS_DAYS, "2026-01-23"),
        (UK, "2026-01-02", 35, Unit.BUSINESS_DAYS, "2026-02-20"),
        (UK, "2026-01-02", 56, Unit.CALENDAR_DAYS, "2026-02-27"),
        (UK, "2026-01-02", 15, Unit.CALENDAR_DAYS, "2026-01-17"),
        (UK, "2026-01-02", 60, Unit.CALENDAR_DAYS, "2026-03-03"),
        (UK, "2026-04-01", 3, Unit.BUSINESS_DAYS, "2026-04-08"),
        (UK, "2026-04-01", 15, Unit.BUSINESS_DAYS, "2026-04-24"),
        (UK, "2026-04-01", 35, Unit.BUSINESS_DAYS, "2026-05-26"),
        (UK, "2026-04-01", 56, Unit.CALENDAR_DAYS, "2026-05-27"),
        (UK, "2026-01-03", 3, Unit.BUSINESS_DAYS, "2026-01-07"),
        (UK, "2026-01-03", 56, Unit.CALENDAR_DAYS, "2026-02-28"),
        (UK, "2026-08-31", 6, Unit.MONTHS, "2027-02-28"),
        (PLAIN, "2026-01-02", 1, Unit.BUSINESS_DAYS, "2026-01-05"),
        (PLAIN, "2026-01-02", 10, Unit.BUSINESS_DAYS, "2026-01-16"),
        (PLAIN, "2026-01-02", 20, Unit.BUSINESS_DAYS, "2026-01-30"),
        (CN, "2026-02-11", 3, Unit.BUSINESS_DAYS, "2026-02-14"),
        (CN, "2026-02-11", 5, Unit.BUSINESS_DAYS, "2026-02-25"),
        (AU, "2026-01-23", 1, Unit.BUSINESS_DAYS, "2026-01-27"),
        (AU, "2026-01-23", 5, Unit.BUSINESS_DAYS, "2026-02-02"),
        (AU, "2026-01-23", 30, Unit.CALENDAR_DAYS, "2026-02-22"),
        (AU, "2026-01-23", 45, Unit.CALENDAR_DAYS, "2026-03-09"),
    ],
)
def test_golden_vectors(where: Calendar, received: str, amount: int, unit: Unit, last_day: str) -> None:
    end = due(at(received, where), Limit(amount=amount, unit=unit), where)

    assert end == where.end_of(date.fromisoformat(last_day))
    assert end.astimezone(where.zone).strftime("%H:%M:%S") == "23:59:59"


def test_house_promises() -> None:
    berlin = calendar("Europe/Berlin")
    found = {item.name: item for item in all_deadlines(at("2026-01-02", berlin), Level.GENERAL, HOUSE, berlin)}

    assert found["acknowledgement"].due_local == "2026-01-05T23:59:59+01:00"
    assert found["early_window"].due_local == "2026-01-07T18:00:00+01:00"
    assert found["final_response"].due_local == "2026-01-16T23:59:59+01:00"
    assert found["final_response"].basis == "2026-01-02 + 10 business days, house 2026-02"
    assert found["first_reply"].due_local == "2026-01-06T23:59:59+01:00"


def test_an_urgent_complaint_is_acknowledged_within_two_hours() -> None:
    received = at("2026-01-02", PLAIN)
    found = {item.name: item for item in all_deadlines(received, Level.URGENT, HOUSE, PLAIN)}

    assert found["acknowledgement"].due_at == received + timedelta(hours=2)


@pytest.mark.parametrize(
    ("received", "hours"),
    # From noon on day 0 to the end of the last day, with an hour lost in March and won in October.
    [("2026-03-27", 12 + 3 * 24 - 1), ("2026-10-23", 12 + 3 * 24 + 1)],
)
def test_the_week_in_which_clocks_change(received: str, hours: int) -> None:
    berlin = calendar("Europe/Berlin")
    start = at(received, berlin, hour=12)

    end = due(start, days(1), berlin)

    assert end - start == timedelta(hours=hours) - timedelta(milliseconds=1)


def test_the_day_of_receipt_is_the_sites_day_not_utcs() -> None:
    sydney = calendar("Australia/Sydney")
    sunday_evening_in_utc = datetime(2026, 1, 4, 20, tzinfo=UTC)

    assert due(sunday_evening_in_utc, days(1), sydney) == sydney.end_of(date(2026, 1, 6))


def test_a_holiday_declared_later_moves_what_is_still_due() -> None:
    late = Calendar(zone=PLAIN.zone, holidays=frozenset({date(2026, 1, 9)}))
    received = at("2026-01-02", PLAIN)

    before, after = (
        {item.name: item for item in all_deadlines(received, Level.GENERAL, HOUSE, where)} for where in (PLAIN, late)
    )

    assert before[FINAL_RESPONSE].due_at == PLAIN.end_of(date(2026, 1, 16))
    assert after[FINAL_RESPONSE].due_at == PLAIN.end_of(date(2026, 1, 19))


def test_months_that_are_too_short() -> None:
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_a_long_limit_presses_two_business_days_before() -> None:
    start = at("2026-01-02", PLAIN)
    found = warnings(start, PLAIN.end_of(date(2026, 1, 16)), PLAIN)

    first_pressing = next(warning for warning in found if warning.pressing)
    assert first_pressing.at == PLAIN.end_of(date(2026, 1, 14))
    assert [warning.share for warning in found] == [50, 75, 86, 90]


def test_a_short_limit_presses_at_three_quarters() -> None:
    start = at("2026-01-02", PLAIN)
    found = warnings(start, start + timedelta(hours=2), PLAIN)

    assert [(warning.share, warning.pressing) for warning in found] == [(50, False), (75, True), (90, True)]


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(1, 40))
def test_business_days_add_up(day: date, count: int) -> None:
    end = UK.add_business_days(day, count)

    assert UK.is_business_day(end)
    assert UK.business_days_until(day, end) == count
    assert UK.add_business_days(day, count + 1) > end


def _walked(where: Calendar, day: date, count: int) -> date:
    """The business day that one comes to by looking at each day on the way."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not where.is_business_day(day):
            day += step
    return day


@st.composite
def _calendars(draw: st.DrawFn) -> Calendar:
    some_days = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20)
    weekend = draw(st.frozensets(st.integers(0, 6), max_size=5))
    return Calendar(zone=PLAIN.zone, weekend=weekend, holidays=draw(some_days), working_weekends=draw(some_days))


@given(_calendars(), st.dates(date(2025, 12, 20), date(2026, 3, 10)), st.integers(-40, 40))
def test_counting_comes_where_walking_comes(where: Calendar, day: date, count: int) -> None:
    end = _walked(where, day, count)

    assert where.add_business_days(day, count) == end
    low, high = sorted((day, end))
    between = [low + timedelta(days=n) for n in range(1, (high - low).days + 1)]
    days = sum(where.is_business_day(one) for one in between)
    assert where.business_days_until(day, end) == (days if day <= end else -days)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)), st.sampled_from(list(Level)))
def test_deadlines_lie_after_receipt_and_in_order(received: datetime, level: Level) -> None:
    start = received.replace(tzinfo=UTC, microsecond=0)
    found = {item.name: item.due_at for item in all_deadlines(start, level, HOUSE, UK)}

    assert start < found["acknowledgement"] < found["early_window"] < found["final_response"]
