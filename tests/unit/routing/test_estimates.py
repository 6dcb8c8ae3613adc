"""How long until it is my turn?"""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.estimates import Announced, Record, Wait, announce, effective_agents, estimate, record
from routing.model import Service
from tests.unit.routing.floors import agent, policy

MINUTE = 60_000


def test_agents_count_by_their_share_of_the_queue_and_what_they_can_hold() -> None:
    everybody = [
        agent("one queue"),
        agent("two queues", queues={"billing": Service(), "general": Service()}),
        agent("wraps up", presence="wrap_up"),
        agent("not ready", presence="not_ready"),
        agent("elsewhere", queues={"general": Service()}),
        agent("no chat", capacity={"voice": 1}),
    ]

    assert effective_agents(everybody, policy(), "chat") == 3 + Fraction(3, 2) + 3
    assert effective_agents(everybody, policy(), "voice") == 1 + Fraction(1, 2) + 1 + 1
    assert effective_agents(everybody, policy(skills={"cards": 2}), "voice") == 0
    skilled = replace(everybody[0], skills={"cards": 2})
    assert effective_agents([skilled], policy(skills={"cards": 2}), "voice") == 1


def test_without_a_basis_there_is_no_estimate() -> None:
    assert estimate(position=1, aht_ms=MINUTE, agents=Fraction(0), last_wait_ms=MINUTE) is None
    assert estimate(position=1, aht_ms=None, agents=Fraction(3), last_wait_ms=None) is None


def test_one_basis_is_enough_and_two_are_blended() -> None:
    def both_ends(aht_ms: int | None, last_wait_ms: int | None) -> tuple[int, int]:
        wait = estimate(position=400, aht_ms=aht_ms, agents=Fraction(100), last_wait_ms=last_wait_ms)
        assert wait is not None
        return wait.low_ms, wait.high_ms

    # 400 finishes at 25 a minute: 16 minutes, and deep in the queue the spread is small
    assert both_ends(4 * MINUTE, None) == (10 * MINUTE, 20 * MINUTE)
    assert both_ends(None, 16 * MINUTE) == (10 * MINUTE, 20 * MINUTE)
    assert both_ends(4 * MINUTE, 32 * MINUTE) == (20 * MINUTE, 30 * MINUTE)


def test_who_is_next_hears_a_wide_range() -> None:
    wait = estimate(position=1, aht_ms=2 * MINUTE, agents=Fraction(1), last_wait_ms=None)

    assert wait == Wait(low_ms=10_000, high_ms=5 * MINUTE)


@pytest.mark.parametrize("position", [1, 3, 10, 40])
def test_four_in_five_waits_lie_in_the_range(position: int) -> None:
    chance = Random(position)
    aht_ms, agents = 180_000, 6
    wait = estimate(position=position, aht_ms=aht_ms, agents=Fraction(agents), last_wait_ms=None)
    assert wait is not None
    waits = [sum(chance.expovariate(agents / aht_ms) for _ in range(position)) for _ in range(2_000)]

    within = sum(wait.low_ms <= one <= wait.high_ms for one in waits) / len(waits)

    assert 0.8 <= within < 1, "rounding widens it a little, the size is right"
    assert sum(one <= wait.high_ms for one in waits) / len(waits) >= 0.9, "few wait longer than they were told"


@given(
    position=st.integers(1, 5_000),
    aht_ms=st.none() | st.integers(0, 10**8),
    agents=st.fractions(min_value=0, max_value=10_000),
    last_wait_ms=st.none() | st.integers(0, 10**9),
)
def test_an_estimate_is_a_range_of_whole_steps(
    position: int, aht_ms: int | None, agents: Fraction, last_wait_ms: int | None
) -> None:
    wait = estimate(position=position, aht_ms=aht_ms, agents=agents, last_wait_ms=last_wait_ms)

    if wait is not None:
        assert 0 <= wait.low_ms <= wait.high_ms
        assert wait.low_ms % 10_000 == wait.high_ms % 10_000 == 0


@given(st.integers(1, 300), st.integers(0, 10**7), st.integers(1, 300))
def test_further_back_is_never_sooner(position: int, aht_ms: int, agents: int) -> None:
    here = estimate(position=position, aht_ms=aht_ms, agents=Fraction(agents), last_wait_ms=None)
    behind = estimate(position=position + 1, aht_ms=aht_ms, agents=Fraction(agents), last_wait_ms=None)

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
