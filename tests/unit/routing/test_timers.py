"""Timers come when they were last set to, once, whatever was set before."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.timers import Timed, Timers


@settings(max_examples=60, deadline=None)
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 400))
def test_who_has_a_timer_is_due_once_and_in_order(chance: Random, changes: int) -> None:
    timers: Timers[Timed] = Timers()
    now_ms = 0
    everybody = [Timed() for _ in range(6)]
    runs: dict[Timed, int] = {}
    for _ in range(changes):
        timed = chance.choice(everybody)
        at_ms = chance.choice([None, now_ms + chance.randrange(20)])
        timers.set(timed, at_ms)
        if at_ms is None:
            runs.pop(timed, None)
        else:
            runs[timed] = at_ms
        assert timers.next_ms() == min(runs.values(), default=None)
        if chance.random() < 0.3:
            now_ms += chance.randrange(8)
            come = [timed for timed, at_ms in runs.items() if at_ms <= now_ms]
            due = timers.due(now_ms)
            assert [runs[timed] for timed in due] == sorted(runs[timed] for timed in come)
            assert set(due) == set(come)
            for timed in due:
                assert timed.timer_ms is None
                del runs[timed]
