"""When a queue is open: split shifts, nights, holidays, the two nights of the clocks, an emergency."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from routing.hours import MINUTES, Hours, Span, is_open, next_change, next_open

LONDON = ZoneInfo("Europe/London")
WORKDAYS = range(5)
SPLIT = (Span(8 * 60, 12 * 60), Span(13 * 60, 18 * 60))
OFFICE = Hours(zone=LONDON, week=dict.fromkeys(WORKDAYS, SPLIT))
NIGHT = Hours(zone=LONDON, week=dict.fromkeys(range(7), (Span(22 * 60, 30 * 60),)))
ALWAYS = Hours(zone=LONDON, week=dict.fromkeys(range(7), (Span(0, MINUTES),)))


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_split_shift_is_closed_at_noon_and_at_its_closing_minute():
    assert [is_open(OFFICE, at(f"2026-11-26T{clock}")) for clock in ("07:59", "08:00", "11:59", "12:00", "13:00")] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert not is_open(OFFICE, at("2026-11-26T18:00"))


def test_who_asks_on_friday_evening_is_told_monday_morning():
    assert next_open([OFFICE], at("2026-11-27T18:30")) == at("2026-11-30T08:00")
    assert next_open([OFFICE], at("2026-11-27T09:00")) == at("2026-11-27T09:00")


def test_a_holiday_is_closed_and_a_special_day_has_its_own_hours():
    christmas = replace(OFFICE, exceptions={date(2026, 12, 24): (Span(8 * 60, 12 * 60),), date(2026, 12, 25): ()})
    assert not is_open(christmas, at("2026-12-24T14:00"))
    assert not is_open(christmas, at("2026-12-25T09:00"))
    assert next_open([christmas], at("2026-12-24T12:00")) == at("2026-12-28T08:00")


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    no_new_year = replace(NIGHT, exceptions={date(2026, 12, 31): ()})
    assert is_open(NIGHT, at("2027-01-01T03:00"))
    assert not is_open(no_new_year, at("2027-01-01T03:00"))
    assert is_open(no_new_year, at("2026-12-31T03:00"))


def test_the_nights_of_the_clocks_are_an_hour_shorter_and_longer():
    spring = next_change(NIGHT, at("2026-03-28T22:00"))
    autumn = next_change(NIGHT, at("2026-10-24T22:00"))
    assert spring == at("2026-03-29T06:00")
    assert autumn == at("2026-10-25T06:00")
    assert spring - at("2026-03-28T22:00") == timedelta(hours=7)
    assert autumn - at("2026-10-24T22:00") == timedelta(hours=9)


def test_an_emergency_closing_lasts_until_it_is_lifted():
    closed = replace(OFFICE, closed="fire alarm")
    assert not is_open(closed, at("2026-11-26T09:00"))
    assert next_open([closed], at("2026-11-26T09:00")) is None


def test_what_never_changes_has_no_next_change():
    assert next_change(ALWAYS, at("2026-11-26T09:00")) is None
    assert next_change(Hours(zone=LONDON, week={}), at("2026-11-26T09:00")) is None


spans = st.tuples(st.integers(0, MINUTES - 1), st.integers(1, MINUTES)).map(lambda pair: Span(pair[0], sum(pair)))
weeks = st.dictionaries(st.integers(0, 6), st.lists(spans, max_size=3).map(tuple))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


@given(week=weeks, instant=instants)
def test_nothing_changes_before_the_next_change_and_it_does_change_there(week, instant):
    hours = Hours(zone=LONDON, week=week)
    change = next_change(hours, instant)
    now = is_open(hours, instant)
    if change is not None:
        assert change > instant
        assert is_open(hours, change) != now
    end = change or instant + timedelta(days=9)
    steps = [instant + (end - instant) * part / 23 for part in range(23)]
    assert all(is_open(hours, step) == now for step in steps)
