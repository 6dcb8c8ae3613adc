"""How much mail one sender hands over: never more than so much in any minute, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channels.email.senders import Senders

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAITS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60)


@given(WAITS)
def test_in_no_minute_is_more_taken_than_may_be_and_never_less(waits: list[tuple[str, int]]):
    senders, now = Senders(3), NOON
    taken: list[tuple[str, datetime]] = []
    for sender, seconds in waits:
        now += timedelta(seconds=seconds)
        last_minute = sum(1 for who, at in taken if who == sender and now - at < MINUTE)
        if senders.takes(sender, now):
            taken.append((sender, now))
            assert last_minute < 3
        else:
            assert last_minute == 3


def test_who_has_sent_nothing_for_a_minute_is_forgotten():
    senders = Senders(3)
    for number in range(500):
        assert senders.takes(f"s{number}", NOON)
    assert senders.takes("another", NOON + MINUTE)
    assert len(senders) == 1


def test_very_many_senders_at_once_cost_a_bounded_memory():
    senders = Senders(1, remembered=100)
    for number in range(1_000):
        assert senders.takes(f"s{number}", NOON)
    assert len(senders) == 100
    assert not senders.takes("s999", NOON)


def test_a_clock_that_is_set_back_shuts_nobody_out():
    senders = Senders(1)
    assert senders.takes("a", NOON)
    assert senders.takes("a", NOON - timedelta(hours=1))
    assert not senders.takes("a", NOON - timedelta(hours=1))
