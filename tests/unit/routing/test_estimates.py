"""How long until it is my turn?"""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.estimates import Announced, Handling, Record, Wait, announce, estimate, handling_of, record
from routing.outlook import WRITING_UP, Turn

MINUTE = 60_000


def busy(agents: int, ahead: float = 0, *, free: int = 0) -> Turn:
    """The turn of a caller behind so many, whom so many agents could answer who are on a call."""
    return Turn(position=round(ahead) + 1, ahead=ahead, free=free, busy={("voice", 1): agents} if agents else {})


def wait_of(turn: Turn, aht_ms: int | None, last_wait_ms: int | None = None, uneven: float = 1.0) -> Wait | None:
    handling = None if aht_ms is None else Handling(aht_ms, uneven)
    return estimate(turn, {"voice": handling}, last_wait_ms, channel="voice", offer_ms=20_000)


def test_without_a_basis_there_is_no_estimate() -> None:
    assert wait_of(Turn(position=1, works=False), MINUTE, MINUTE) is None
    assert wait_of(busy(3), None) is None


def test_one_basis_is_enough_and_two_are_blended() -> None:
    # 400 finishes at 25 a minute: 16 minutes, and deep in the queue the spread is small
    assert wait_of(busy(100, 399), 4 * MINUTE) == Wait(low_ms=10 * MINUTE, high_ms=20 * MINUTE)
    assert wait_of(busy(100, 399), None, 16 * MINUTE) == Wait(low_ms=10 * MINUTE, high_ms=20 * MINUTE)
    assert wait_of(busy(100, 399), 4 * MINUTE, 32 * MINUTE) == Wait(low_ms=20 * MINUTE, high_ms=30 * MINUTE)


def test_who_is_next_hears_a_wide_range() -> None:
    assert wait_of(busy(1), 2 * MINUTE) == Wait(low_ms=10_000, high_ms=5 * MINUTE)


def test_whose_hands_are_free_waits_as_long_as_an_offer_rings() -> None:
    """Until what rings at the hand is answered, and then this."""
    assert wait_of(busy(2, 1, free=2), 6 * MINUTE, 40 * MINUTE) == Wait(low_ms=0, high_ms=40_000)
    assert wait_of(Turn(position=1, rings=True), 6 * MINUTE) == Wait(low_ms=0, high_ms=20_000)


def test_hands_that_are_free_are_taken_off_those_ahead() -> None:
    assert wait_of(busy(4, 9, free=3), MINUTE) == wait_of(busy(4, 6), MINUTE)


def test_who_came_to_an_agent_at_once_says_nothing_of_waits() -> None:
    assert wait_of(busy(2), 2 * MINUTE, 40_000) == wait_of(busy(2), 2 * MINUTE)
    assert wait_of(busy(2), 2 * MINUTE, 40_001) != wait_of(busy(2), 2 * MINUTE)


def test_what_is_in_hand_takes_as_long_as_its_kind_and_may_leave_room_for_several() -> None:
    on_calls = Turn(position=6, ahead=5, busy={("voice", 3): 2})
    writing_up = Turn(position=1, busy={(WRITING_UP, 1): 1})

    def chat(turn: Turn) -> Wait | None:
        took = {"voice": Handling(2 * MINUTE), "chat": Handling(10 * MINUTE), WRITING_UP: Handling(10_000)}
        return estimate(turn, took, None, channel="chat", offer_ms=20_000)

    # Two calls are done with: the second after two minutes, and three chats fit each time.
    assert chat(on_calls) == wait_of(busy(2, 1), 2 * MINUTE)
    assert chat(writing_up) == Wait(low_ms=0, high_ms=40_000), "and then it rings"


def test_what_takes_the_same_each_time_is_half_done_already() -> None:
    assert wait_of(busy(1), 2 * MINUTE, uneven=0) == wait_of(busy(1), MINUTE)
    assert wait_of(busy(1, 1), 2 * MINUTE, uneven=0) == Wait(low_ms=40_000, high_ms=6 * MINUTE), "three minutes"


def test_a_few_times_say_how_long_and_more_how_uneven() -> None:
    assert handling_of([]) is None
    assert handling_of([40_000, 80_000]) == Handling(60_000, 1.0)
    assert handling_of([60_000] * 5) == Handling(60_000, 0.0)
    assert handling_of([30_000, 90_000] * 3) == Handling(60_000, 0.25)


def test_before_a_step_lets_anybody_in_its_time_passes() -> None:
    assert wait_of(Turn(position=1, free=1, from_ms=90_000), MINUTE) == Wait(low_ms=60_000, high_ms=3 * MINUTE)
    kept = Turn(position=1, free=1, from_ms=60_000, kept=True)
    assert wait_of(kept, MINUTE) == Wait(low_ms=0, high_ms=2 * MINUTE), "who is away may come back"


@pytest.mark.parametrize("position", [1, 3, 10, 40])
def test_four_in_five_waits_lie_in_the_range(position: int) -> None:
    chance = Random(position)
    aht_ms, agents = 180_000, 6
    wait = wait_of(busy(agents, position - 1), aht_ms)
    assert wait is not None
    waits = [sum(chance.expovariate(agents / aht_ms) for _ in range(position)) for _ in range(2_000)]

    within = sum(wait.low_ms <= one <= wait.high_ms for one in waits) / len(waits)

    assert 0.8 <= within < 1, "rounding widens it a little, the size is right"
    assert sum(one <= wait.high_ms for one in waits) / len(waits) >= 0.9, "few wait longer than they were told"


@given(
    agents=st.integers(0, 3_000),
    ahead=st.floats(0, 5_000),
    free=st.integers(0, 50),
    aht_ms=st.none() | st.integers(0, 10**8),
    last_wait_ms=st.none() | st.integers(0, 10**9),
)
def test_an_estimate_is_a_range_of_whole_steps(
    agents: int, ahead: float, free: int, aht_ms: int | None, last_wait_ms: int | None
) -> None:
    wait = wait_of(busy(agents, ahead, free=free), aht_ms, last_wait_ms)

    if wait is not None:
        assert 0 <= wait.low_ms <= wait.high_ms
        assert wait.low_ms % 10_000 == wait.high_ms % 10_000 == 0


@given(st.integers(0, 300), st.integers(0, 10**7), st.integers(1, 300))
def test_further_back_is_never_sooner(ahead: int, aht_ms: int, agents: int) -> None:
    here, behind = wait_of(busy(agents, ahead), aht_ms), wait_of(busy(agents, ahead + 1), aht_ms)

    assert here is not None
    assert behind is not None
    assert here.low_ms <= behind.low_ms
    assert here.high_ms <= behind.high_ms


def test_worse_news_is_told_once() -> None:
    two, four, six = (Wait(low_ms=0, high_ms=minutes * MINUTE) for minutes in (2, 4, 6))

    told = announce(None, two)
    assert told == Announced(wait=two)
    told = announce(told, four)
    assert told == Announced(wait=four, raised=True)
    assert announce(told, six) == told
    assert announce(told, two) == Announced(wait=two, raised=True)


@given(st.lists(st.integers(0, 100), min_size=1))
def test_what_a_customer_hears_rises_at_most_once(highs: list[int]) -> None:
    told, heard = None, []
    for high in highs:
        told = announce(told, Wait(low_ms=0, high_ms=high))
        heard.append(told.wait.high_ms)

    assert sum(later > earlier for earlier, later in pairwise(heard)) <= 1


def test_the_record_of_past_estimates_is_counted_as_written() -> None:
    expected = Wait(low_ms=60_000, high_ms=120_000)
    outcomes = [(expected, 60_000), (expected, 120_000), (expected, 120_001), (expected, 30_000)]

    told = record(outcomes)

    # Misses of the middle, 90 s: -30, +30, +30.001 and -60 s.
    assert told == Record(count=4, coverage=0.5, bias_ms=-7500, off_ms=37500)
    assert record([]) is None
