"""Clocks tell aware UTC in whole milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.clock import FileClock, ManualClock, SystemClock, running_seconds
from desk.tables.columns import from_ms, to_ms

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_comes_back_as_it_was_stored(naive, minutes):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert from_ms(to_ms(moment)) == moment - timedelta(microseconds=moment.microsecond % 1000)


def test_the_system_clock_is_aware_and_whole():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert abs(now - before) < timedelta(seconds=5)
    assert now.utcoffset() == timedelta()
    assert now.microsecond % 1000 == 0


def test_running_seconds_never_go_back():
    told = [running_seconds() for _ in range(100)]
    assert told == sorted(told)


def test_a_manual_clock_stands_until_it_is_moved():
    clock = ManualClock(MONDAY)
    assert clock.now() == MONDAY
    clock.advance(timedelta(days=1, microseconds=1500))
    assert clock.now() == MONDAY + timedelta(days=1, milliseconds=1)
    clock.set(MONDAY.astimezone(timezone(timedelta(hours=5))))
    assert (clock.now(), clock.now().utcoffset()) == (MONDAY, timedelta())


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        ManualClock(datetime(2026, 3, 2))


def test_a_file_clock_follows_its_file(tmp_path):
    file = tmp_path / "clock"
    file.write_text("2026-03-02T09:00:00Z\n")
    clock = FileClock(file)
    assert clock.now() == MONDAY
    file.write_text("2026-03-02T11:30:00+01:00")
    assert clock.now() == MONDAY + timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    "half",
    ["", "2026-03-", "2026-03-02T09:00:00", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31T00:00Z"],
)
def test_a_file_that_is_being_rewritten_or_names_no_possible_instant_leaves_the_clock_where_it_was(tmp_path, half):
    file = tmp_path / "clock"
    file.write_text("2026-03-02T09:00:00Z")
    clock = FileClock(file)
    file.write_text(half)
    assert clock.now() == MONDAY
    file.write_text("2026-03-02T10:00:00Z")
    assert clock.now() == MONDAY + timedelta(hours=1)


def test_a_file_that_is_replaced_is_followed_and_one_that_is_away_for_a_moment_missed_by_nobody(tmp_path):
    file, new = tmp_path / "clock", tmp_path / "new"
    file.write_text("2026-03-02T09:00:00Z")
    clock = FileClock(file)
    file.unlink()
    assert clock.now() == MONDAY
    new.write_text("2026-03-03T09:00:00Z")
    new.replace(file)
    assert clock.now() == MONDAY + timedelta(days=1)


def test_a_file_without_an_instant_stops_start_up(tmp_path):
    file = tmp_path / "clock"
    file.write_text("soon")
    with pytest.raises(ValueError, match="soon"):
        FileClock(file)
