"""What agents say about working, and what happens by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.errors import Refused
from routing.presence import (
    SILENCE,
    Activity,
    Presence,
    State,
    activity,
    begin_wrap_up,
    choose,
    end_wrap_up,
    fall_silent,
    hear,
    lose,
    miss_offer,
    sign_in,
    silent_at,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NINE + timedelta(minutes=5)


def being(presence: Presence, **more: object) -> State:
    return State(presence=presence, since=NINE, **more)  # type: ignore[arg-type]  # fields by name


def test_signing_in_is_not_ready_yet() -> None:
    assert sign_in(being(Presence.OFFLINE, reason="silent"), now=LATER) == State(
        presence=Presence.NOT_READY, since=LATER
    )


def test_a_second_console_changes_nothing() -> None:
    state = being(Presence.AVAILABLE)

    assert sign_in(state, now=LATER) is state


def test_agents_choose_everything_but_wrap_up() -> None:
    for presence in set(Presence) - {Presence.WRAP_UP}:
        assert choose(being(Presence.NOT_READY, reason="lunch"), presence, now=LATER).presence is presence
    with pytest.raises(Refused):
        choose(being(Presence.AVAILABLE), Presence.WRAP_UP, now=LATER)


def test_only_not_ready_keeps_a_reason_and_a_new_reason_is_a_new_state() -> None:
    lunch = choose(being(Presence.AVAILABLE), Presence.NOT_READY, reason="lunch", now=LATER)
    training = choose(lunch, Presence.NOT_READY, reason="training", now=LATER + timedelta(hours=1))

    assert (training.reason, training.since) == ("training", LATER + timedelta(hours=1))
    assert choose(training, Presence.AVAILABLE, reason="lunch", now=LATER).reason == ""


def test_choosing_what_one_is_changes_nothing() -> None:
    state = being(Presence.AVAILABLE)

    assert choose(state, Presence.AVAILABLE, now=LATER) is state


@pytest.mark.parametrize("before", [Presence.AVAILABLE, Presence.NOT_READY, Presence.OFFLINE])
def test_wrap_up_ends_in_the_presence_before_it(before: Presence) -> None:
    wrapping = begin_wrap_up(being(before, reason="lunch"), now=LATER)
    assert (wrapping.presence, wrapping.since) == (Presence.WRAP_UP, LATER)
    assert begin_wrap_up(wrapping, now=LATER + timedelta(seconds=9)) is wrapping

    after = end_wrap_up(wrapping, now=LATER + timedelta(minutes=1))

    assert (after.presence, after.reason, after.since) == (before, "lunch", LATER + timedelta(minutes=1))
    assert end_wrap_up(after, now=LATER) is after


def test_choosing_a_presence_ends_the_wrap_up() -> None:
    wrapping = begin_wrap_up(being(Presence.NOT_READY, reason="lunch"), now=NINE)
    chosen = choose(wrapping, Presence.AVAILABLE, now=LATER)

    assert chosen == State(presence=Presence.AVAILABLE, since=LATER)
    assert end_wrap_up(chosen, now=LATER) is chosen


def test_who_comes_back_during_wrap_up_is_not_sent_away_by_its_end() -> None:
    wrapping = begin_wrap_up(being(Presence.OFFLINE, reason="silent"), now=NINE)
    back = sign_in(wrapping, now=LATER)

    assert end_wrap_up(back, now=LATER) == State(presence=Presence.NOT_READY, since=LATER)


def test_a_missed_offer_makes_not_ready() -> None:
    missed = miss_offer(being(Presence.AVAILABLE), now=LATER)
    assert (missed.presence, missed.reason, missed.since) == (Presence.NOT_READY, "missed_offer", LATER)

    for presence in (Presence.NOT_READY, Presence.OFFLINE):
        state = being(presence, reason="lunch")
        assert miss_offer(state, now=LATER) is state


def test_an_offer_missed_in_wrap_up_counts_after_it() -> None:
    wrapping = begin_wrap_up(being(Presence.AVAILABLE), now=NINE)
    after = end_wrap_up(miss_offer(wrapping, now=LATER), now=LATER)

    assert (after.presence, after.reason) == (Presence.NOT_READY, "missed_offer")


def test_fifteen_seconds_of_silence_are_offline_and_not_one_millisecond_less() -> None:
    silent = fall_silent(being(Presence.AVAILABLE), now=LATER)
    assert fall_silent(silent, now=LATER + timedelta(seconds=9)) is silent
    gone_at = silent_at(silent)
    assert gone_at == LATER + SILENCE < LATER + timedelta(seconds=15)

    assert lose(silent, now=gone_at - timedelta(milliseconds=1)) is silent
    assert lose(silent, now=gone_at) == State(presence=Presence.OFFLINE, since=gone_at, reason="silent")


def test_who_is_heard_in_time_goes_on_as_before() -> None:
    state = being(Presence.AVAILABLE)
    heard = hear(fall_silent(state, now=LATER))

    assert heard == state == sign_in(fall_silent(state, now=LATER), now=LATER)
    assert silent_at(heard) is None
    assert lose(heard, now=LATER + timedelta(days=1)) is heard


def test_a_choice_made_elsewhere_does_not_end_the_silence() -> None:
    silent = fall_silent(being(Presence.AVAILABLE), now=NINE)
    moved = choose(silent, Presence.NOT_READY, reason="by supervisor", now=NINE + timedelta(seconds=5))

    assert lose(moved, now=NINE + SILENCE).presence is Presence.OFFLINE


@pytest.mark.parametrize(("presence", "engaged", "ringing"), list(product(Presence, [True, False], [True, False])))
def test_time_counts_as_the_first_that_applies(presence: Presence, engaged: bool, ringing: bool) -> None:
    counted = activity(presence, engaged=engaged, ringing=ringing)

    if engaged:
        assert counted is Activity.ENGAGED
    elif ringing:
        assert counted is Activity.RINGING
    elif presence is Presence.OFFLINE:
        assert counted is None
    else:
        assert counted == presence.value


def chooses(presence: Presence, reason: str = "") -> Callable[[State, datetime], State]:
    return lambda state, now: choose(state, presence, reason=reason, now=now)


steps: dict[str, Callable[[State, datetime], State]] = {
    "sign in": lambda state, now: sign_in(state, now=now),
    "available": chooses(Presence.AVAILABLE),
    "lunch": chooses(Presence.NOT_READY, "lunch"),
    "sign out": chooses(Presence.OFFLINE),
    "miss": lambda state, now: miss_offer(state, now=now),
    "call ends": lambda state, now: begin_wrap_up(state, now=now),
    "wrapped up": lambda state, now: end_wrap_up(state, now=now),
    "silent": lambda state, now: fall_silent(state, now=now),
    "heard": lambda state, _: hear(state),
    "timer": lambda state, now: lose(state, now=now),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(steps)), st.integers(0, 20))))
def test_in_every_history_the_state_makes_sense(history: list[tuple[str, int]]) -> None:
    state, now = being(Presence.OFFLINE), NINE
    for step, later in history:
        now += timedelta(seconds=later)
        before, state = state, steps[step](state, now)

        assert (state.before_wrap_up is not None) == (state.presence is Presence.WRAP_UP)
        assert state.before_wrap_up is not Presence.WRAP_UP
        assert state.since == (now if state.presence is not before.presence else state.since) <= now
        assert not (state.presence is Presence.OFFLINE and state.silent_since)
        assert not (state.presence is Presence.AVAILABLE and state.reason)
