"""How long those would have waited who were answered: the estimate of Kaplan and Meier, by hand."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from routing.patience import patience, patience_of_each
from routing.recorded import End
from tests.unit.routing.test_replay import MINUTE, call, morning


def test_the_share_that_goes_on_is_that_of_those_who_still_waited():
    # At 10 one of four hangs up; one is answered at 20; at 30 one of the two who are left hangs up.
    curve = patience([10, 30], [20, 40])

    assert (curve.waits_ms, curve.shares) == ([10, 30], [0.75, 0.375])


def test_who_is_answered_at_the_instant_of_a_hang_up_still_waited_then():
    assert patience([10], [10]).shares == [0.5]


def test_patience_beyond_a_wait_depends_on_that_wait():
    curve = patience([10, 30], [20, 40])

    assert curve.beyond(0, 0.2) == 10
    assert curve.beyond(0, 0.3) == 30
    assert curve.beyond(15, 0.3) == 30  # of those who waited 15, half go on after 30
    assert curve.beyond(0, 0.7) is None
    assert curve.beyond(35, 0.0) is None


def test_where_nobody_hung_up_nobody_will():
    assert patience([], [10, 20]).beyond(0, 0.99) is None


def test_who_hung_up_or_went_elsewhere_waits_as_long_again():
    gone = call("a", 0, end=End.ABANDONED, left_ms=MINUTE)
    moved = call("b", 0, end=End.LEFT, left_ms=2 * MINUTE)

    assert patience_of_each(morning(gone, moved)) == {"a": MINUTE, "b": 2 * MINUTE}


def test_the_patience_of_one_channel_says_nothing_of_another():
    mail = call("m", 0, channel="email", left_ms=30 * MINUTE)

    assert "m" not in patience_of_each(morning(call("a", 0, end=End.ABANDONED, left_ms=MINUTE), mail))


@given(some.lists(some.tuples(some.integers(0, 600), some.booleans()), min_size=1, max_size=40))
def test_nobody_who_was_answered_hangs_up_earlier_than_they_waited(waits: list[tuple[int, bool]]):
    visits = [
        replace(call(f"v{number}", 0, left_ms=wait), end=End.ABANDONED if gone else End.ANSWERED)
        for number, (wait, gone) in enumerate(waits)
    ]

    found = patience_of_each(morning(*visits))

    for visit in visits:
        wait_ms = visit.wait_ms(MINUTE)
        assert found[visit.id] == wait_ms if visit.end is End.ABANDONED else found.get(visit.id, 601) > wait_ms
