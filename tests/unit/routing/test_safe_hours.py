"""When a customer may be phoned: by their own clock, whatever it does, and by all the clocks that may be theirs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.hours import MINUTES, Hours, Span, is_open
from routing.safe_hours import is_safe, next_safe, next_safe_for_all, safe_until

NINE_TO_EIGHT = Span(9 * 60, 20 * 60)
MADRID, LONDON, NEW_YORK, ANGELES = (
    ZoneInfo(name) for name in ("Europe/Madrid", "Europe/London", "America/New_York", "America/Los_Angeles")
)
HONOLULU, KATHMANDU = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Asia/Kathmandu")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CASES = [
    ("in the day", [MADRID], "2026-03-02 12:00", "2026-03-02 12:00"),
    ("at the first minute", [MADRID], "2026-03-02 08:00", "2026-03-02 08:00"),
    ("a moment before it", [MADRID], "2026-03-02 07:59:59", "2026-03-02 08:00"),
    ("at the last minute", [MADRID], "2026-03-02 18:59:59", "2026-03-02 18:59:59"),
    ("at the end", [MADRID], "2026-03-02 19:00", "2026-03-03 08:00"),
    ("late in the evening", [MADRID], "2026-03-02 22:30", "2026-03-03 08:00"),
    ("the night in which an hour is lost", [MADRID], "2026-03-28 22:00", "2026-03-29 07:00"),
    ("the night in which an hour comes twice", [MADRID], "2026-10-24 22:00", "2026-10-25 08:00"),
    ("the week in which America has changed and Europe has not", [NEW_YORK], "2026-03-10 12:00", "2026-03-10 13:00"),
    ("a zone of odd minutes", [KATHMANDU], "2026-03-02 00:00", "2026-03-02 03:15"),
    ("yesterday still, over the date line", [HONOLULU], "2026-03-02 06:00", "2026-03-02 19:00"),
    ("two coasts: the later morning", [NEW_YORK, ANGELES], "2026-01-12 14:00", "2026-01-12 17:00"),
    ("two coasts: the earlier evening", [NEW_YORK, ANGELES], "2026-01-13 01:30", "2026-01-13 17:00"),
    ("two coasts: both are up", [NEW_YORK, ANGELES], "2026-01-12 18:00", "2026-01-12 18:00"),
]


@pytest.mark.parametrize(("what", "zones", "asked", "safe"), CASES, ids=[case[0] for case in CASES])
def test_a_time_moves_to_the_next_in_which_a_customer_may_be_phoned(what, zones, asked, safe):
    assert next_safe(NINE_TO_EIGHT, zones, utc(asked)) == utc(safe)
    assert is_safe(NINE_TO_EIGHT, zones, utc(asked)) is (asked == safe)


def test_zones_without_a_common_hour_have_no_safe_time():
    assert next_safe(NINE_TO_EIGHT, [MADRID, HONOLULU], utc("2026-03-02 12:00")) is None
    assert not is_safe(NINE_TO_EIGHT, [MADRID, HONOLULU], utc("2026-03-02 12:00"))


TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = Hours(zone=LONDON, week=dict.fromkeys(range(5), (Span(8 * 60, 17 * 60),)))
HOLIDAYS = dict.fromkeys((date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)), ())
MONDAYS = Hours(zone=LONDON, week={0: (Span(8 * 60, 17 * 60),)}, exceptions=HOLIDAYS)
A_DAY = Hours(zone=LONDON, week={}, exceptions={date(2027, 11, 20): (Span(10 * 60, 11 * 60),)})
SPANS = st.tuples(st.integers(0, MINUTES - 1), st.integers(1, MINUTES)).map(lambda pair: Span(pair[0], sum(pair)))
NIGHTS = Hours(zone=LONDON, week=dict.fromkeys(range(7), (Span(20 * 60, 32 * 60),)))
MEETINGS = [
    ("both", MADRID, OFFICE, "2026-11-27 15:00", "2026-11-27 15:00"),
    ("on Saturday nobody is here", TOKYO, OFFICE, "2026-11-27 15:00", "2026-11-30 08:00"),
    ("on Monday at nine there we sleep", TOKYO, OFFICE, "2026-11-30 00:00", "2026-11-30 08:00"),
    ("in the evening there we have gone", TOKYO, OFFICE, "2026-11-30 11:00", "2026-12-01 08:00"),
    ("the night shift and the morning there", NEW_YORK, NIGHTS, "2026-11-27 12:00", "2026-11-27 20:00"),
    ("the night shift never meets the day", LONDON, NIGHTS, "2026-11-27 21:00", None),
    ("a queue that is never open", LONDON, Hours(zone=LONDON, week={}), "2026-11-27 12:00", None),
    ("on the one day of the year", LONDON, A_DAY, "2026-11-27 12:00", "2027-11-20 10:00"),
    ("after three Mondays that are holidays", LONDON, MONDAYS, "2026-11-27 12:00", "2026-12-21 09:00"),
    # Arizona keeps no summer time: its nine is five in London in summer, when we have gone.
    ("in winter alone", ZoneInfo("America/Phoenix"), OFFICE, "2026-06-01 12:00", "2026-10-26 16:00"),
]


@pytest.mark.parametrize(("what", "zone", "staffed", "asked", "meets"), MEETINGS, ids=[case[0] for case in MEETINGS])
def test_a_time_moves_to_the_next_in_which_they_may_be_phoned_and_we_are_open(what, zone, staffed, asked, meets):
    found = next_safe_for_all([(NINE_TO_EIGHT, [zone])], utc(asked), staffed)
    assert found == (utc(meets) if meets else None)


@given(
    minutes=st.integers(0, 366 * 1440),
    week=st.dictionaries(st.integers(0, 6), st.lists(SPANS, max_size=2).map(tuple)),
    zone=st.sampled_from([MADRID, NEW_YORK, KATHMANDU, TOKYO]),
)
def test_the_meeting_is_the_first_moment_at_which_both_are_so(minutes, week, zone):
    asked, staffed = utc("2026-01-01") + timedelta(minutes=minutes), Hours(zone=LONDON, week=week)

    def meets(at):
        return is_open(staffed, at) and is_safe(NINE_TO_EIGHT, [zone], at)

    found = next_safe_for_all([(NINE_TO_EIGHT, [zone])], asked, staffed)
    assert found is None or (found >= asked and meets(found))
    before = (found or asked + timedelta(days=9)) - asked
    assert not any(meets(asked + before * part / 97) for part in range(97) if before)


def test_it_is_safe_until_the_first_of_the_evenings():
    assert safe_until(NINE_TO_EIGHT, [MADRID], utc("2026-03-02 12:00")) == utc("2026-03-02 19:00")
    assert safe_until(NINE_TO_EIGHT, [MADRID, LONDON], utc("2026-03-02 12:00")) == utc("2026-03-02 19:00")
    assert safe_until(NINE_TO_EIGHT, [MADRID], utc("2026-03-29 12:00")) == utc("2026-03-29 18:00")


def test_who_may_be_phoned_at_any_hour_always_may():
    night = utc("2026-03-02 02:00")
    assert next_safe(Span(0, 1440), [MADRID], night) == night
    assert safe_until(Span(0, 1440), [MADRID], night) is None


@given(
    minutes=st.integers(0, 3 * 366 * 1440),
    zones=st.lists(st.sampled_from([MADRID, LONDON, NEW_YORK, KATHMANDU]), min_size=1, max_size=3),
)
def test_the_moment_is_never_before_it_was_asked_for_and_by_every_clock_between_nine_and_eight(minutes, zones):
    asked = utc("2025-01-01") + timedelta(minutes=minutes)
    found = next_safe(NINE_TO_EIGHT, zones, asked)
    if found is not None:
        assert found >= asked
        assert all(9 <= found.astimezone(zone).hour < 20 for zone in zones)
