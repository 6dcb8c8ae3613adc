"""When a customer may be phoned: by their own clock, whatever it does, and by all the clocks that may be theirs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.hours import Span
from routing.safe_hours import is_safe, next_safe, safe_until

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
