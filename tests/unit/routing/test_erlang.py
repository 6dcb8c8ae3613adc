"""Erlang's formulas: golden vectors, and what is true of every queue."""

from decimal import Decimal
from math import exp, expm1, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.erlang import (
    agents_for,
    asa_s,
    erlang_b,
    erlang_c,
    occupancy,
    offered_load,
    roster,
    service_level,
    shrinkage,
)
from routing.erlang_a import Queue, erlang_a

HALF_HOUR = 1_800

loads = st.floats(0.01, 300)
agent_counts = st.integers(0, 350)
times = st.floats(1, 2_000)


@pytest.mark.parametrize(
    ("calls", "aht_s", "within_s", "agents", "load", "waits", "in_time", "asa", "busy"),
    [
        (100, 180, 20, 14, 10.000, 0.174132, 0.888350, 7.8359, 0.714286),
        (200, 240, 20, 32, 26.667, 0.236264, 0.848512, 10.6319, 0.833333),
        (20, 300, 20, 6, 3.333, 0.148217, 0.875924, 16.6744, 0.555556),
        (1000, 300, 30, 175, 166.667, 0.413752, 0.820184, 14.8951, 0.952381),
    ],
)
def test_erlang_c(
    calls: int,
    aht_s: int,
    within_s: int,
    agents: int,
    load: float,
    waits: float,
    in_time: float,
    asa: float,
    busy: float,
) -> None:
    exact = offered_load(calls=calls, interval_s=HALF_HOUR, aht_s=aht_s)

    assert exact == pytest.approx(load, abs=5e-4)
    assert erlang_c(load=exact, agents=agents) == pytest.approx(waits, abs=5e-7)
    assert service_level(load=exact, agents=agents, aht_s=aht_s, within_s=within_s) == pytest.approx(in_time, abs=5e-7)
    assert asa_s(load=exact, agents=agents, aht_s=aht_s) == pytest.approx(asa, abs=5e-5)
    assert occupancy(load=exact, agents=agents) == pytest.approx(busy, abs=5e-7)


@pytest.mark.parametrize(
    ("agents", "waits", "hangs_up", "in_time", "level", "wait", "asa", "busy"),
    [
        (10, 0.496853, 0.137464, 0.639941, 0.652671, 16.4957, 14.5542, 0.862536),
        (12, 0.279807, 0.061597, 0.825583, 0.834571, 7.3917, 6.3348, 0.782002),
        (14, 0.126976, 0.022839, 0.932730, 0.937212, 2.7407, 2.3454, 0.697972),
    ],
)
def test_erlang_a(
    agents: int, waits: float, hangs_up: float, in_time: float, level: float, wait: float, asa: float, busy: float
) -> None:
    queue = erlang_a(calls_per_s=100 / HALF_HOUR, aht_s=180, patience_s=120, agents=agents, within_s=20)

    assert queue.wait_share == pytest.approx(waits, abs=5e-7)
    assert queue.abandon_share == pytest.approx(hangs_up, abs=5e-7)
    assert queue.in_time_share == pytest.approx(in_time, abs=1e-6)
    assert queue.service_level == pytest.approx(level, abs=1e-6)
    assert queue.wait_mean_s == pytest.approx(wait, abs=1e-4)
    assert queue.asa_s == pytest.approx(asa, abs=1e-4)
    assert queue.occupancy == pytest.approx(busy, abs=5e-7)


def test_a_load_that_the_agents_cannot_carry() -> None:
    for agents in (0, 9, 10):
        assert erlang_c(load=10, agents=agents) == 1
        assert service_level(load=10, agents=agents, aht_s=180, within_s=20) == 0
        assert asa_s(load=10, agents=agents, aht_s=180) is None
    assert occupancy(load=10, agents=9) == 1
    assert occupancy(load=10, agents=0) is None


def test_without_calls_nobody_waits() -> None:
    assert erlang_c(load=0, agents=0) == 0
    assert service_level(load=0, agents=0, aht_s=180, within_s=20) == 1
    assert asa_s(load=0, agents=0, aht_s=180) == 0


def test_large_floors_do_not_overflow() -> None:
    assert 0 < erlang_b(load=5_000, agents=5_100) < 1
    assert erlang_c(load=1, agents=5_000) == 0
    calm = erlang_a(calls_per_s=1, aht_s=1, patience_s=60, agents=5_000, within_s=20)
    assert (calm.wait_share, calm.in_time_share, calm.asa_s) == (0, 1, 0)
    rush = erlang_a(calls_per_s=20, aht_s=180, patience_s=60, agents=1_000, within_s=20)
    assert rush.occupancy == pytest.approx(1)
    assert rush.abandon_share == pytest.approx(1 - 1_000 / 3_600, abs=1e-6)


def test_nobody_at_work_means_that_all_hang_up() -> None:
    queue = erlang_a(calls_per_s=1, aht_s=180, patience_s=120, agents=0, within_s=20)

    assert (queue.wait_share, queue.abandon_share, queue.in_time_share) == pytest.approx((1, 1, 0))
    assert queue.wait_mean_s == pytest.approx(120)
    assert (queue.asa_s, queue.occupancy) == (None, None)


def test_times_are_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        erlang_a(calls_per_s=1, aht_s=180, patience_s=0, agents=1, within_s=20)


@pytest.mark.parametrize(("agents", "scheduled"), [(14, 20), (32, 46), (6, 9), (175, 250)])
def test_a_roster_is_exact(agents: int, scheduled: int) -> None:
    assert roster(agents, lost=Decimal("0.30")) == scheduled


def test_parts_of_shrinkage_follow_one_another() -> None:
    assert shrinkage(Decimal("0.1"), Decimal("0.2")) == Decimal("0.28")
    assert shrinkage() == 0
    for lost in (Decimal(1), Decimal("-0.1")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            roster(10, lost=lost)


def test_the_fewest_agents_and_the_cap_on_occupancy() -> None:
    target = {"load": 10.0, "aht_s": 180.0, "within_s": 20.0, "share": 0.8}
    assert agents_for(**target) == 14
    assert agents_for(**target, most_busy=0.7) == 15, "10 / 14 is more than 70 %"
    assert agents_for(load=0, aht_s=180, within_s=20, share=0.8) == 0
    with pytest.raises(ValueError, match="more agents than there are"):
        agents_for(**{**target, "share": 1})
    with pytest.raises(ValueError, match="busy"):
        agents_for(**target, most_busy=0)


@given(load=loads, aht_s=times, within_s=st.floats(0, 300), share=st.floats(0, 0.999), most_busy=st.floats(0.3, 1))
def test_one_agent_fewer_is_not_enough(
    load: float, aht_s: float, within_s: float, share: float, most_busy: float
) -> None:
    agents = agents_for(load=load, aht_s=aht_s, within_s=within_s, share=share, most_busy=most_busy)

    def enough(count: int) -> bool:
        level = service_level(load=load, agents=count, aht_s=aht_s, within_s=within_s)
        return level >= share and load <= most_busy * count

    assert enough(agents)
    assert not enough(agents - 1)


@given(load=loads, agents=agent_counts, aht_s=times, within_s=st.floats(0, 300), more=st.floats(1, 2))
def test_more_agents_are_never_worse_and_more_work_never_better(
    load: float, agents: int, aht_s: float, within_s: float, more: float
) -> None:
    def level(load: float, agents: int, aht_s: float) -> float:
        return service_level(load=load, agents=agents, aht_s=aht_s, within_s=within_s)

    now = level(load, agents, aht_s)
    tiny = 1e-12
    assert level(load, agents + 1, aht_s) >= now - tiny
    assert level(load * more, agents, aht_s) <= now + tiny
    assert level(load * more, agents, aht_s * more) <= now + tiny, "longer calls are more load, too"
    waits = [asa_s(load=load, agents=count, aht_s=aht_s) for count in (agents, agents + 1)]
    assert all(wait is None or wait >= 0 for wait in waits)
    if waits[0] is not None:
        assert waits[1] is not None
        assert waits[1] <= waits[0] + tiny


def queue_of(load: float, agents: int, patience_s: float, *, aht_s: float = 180, within_s: float = 20) -> Queue:
    return erlang_a(calls_per_s=load / aht_s, aht_s=aht_s, patience_s=patience_s, agents=agents, within_s=within_s)


small = {"load": st.floats(0.1, 30), "agents": st.integers(0, 35), "patience_s": st.floats(5, 600)}


@settings(max_examples=50, deadline=None)
@given(**small, more=st.floats(1, 2))
def test_erlang_a_is_monotone_and_its_figures_fit_together(
    load: float, agents: int, patience_s: float, more: float
) -> None:
    queue, more_agents = queue_of(load, agents, patience_s), queue_of(load, agents + 1, patience_s)
    tiny = 1e-9

    for level in (queue.wait_share, queue.abandon_share, queue.in_time_share, queue.service_level or 0):
        assert -tiny <= level <= 1 + tiny
    assert more_agents.in_time_share >= queue.in_time_share - tiny
    assert more_agents.abandon_share <= queue.abandon_share + tiny
    assert queue_of(load * more, agents, patience_s).in_time_share <= queue.in_time_share + tiny
    longer = erlang_a(calls_per_s=load / 180, aht_s=180 * more, patience_s=patience_s, agents=agents, within_s=20)
    assert longer.in_time_share <= queue.in_time_share + tiny
    if queue.asa_s is not None:
        assert queue.asa_s >= 0


@settings(max_examples=40, deadline=None)
@given(**small, within_s=st.floats(0, 300))
def test_the_absorbing_chain_agrees_with_the_integral(
    load: float, agents: int, patience_s: float, within_s: float
) -> None:
    """The wait of one who never hangs up has a density in closed form (Baccelli and Hebuterne)."""
    queue = queue_of(load, agents, patience_s, within_s=within_s)
    serve, leave, calls = agents / 180, 1 / patience_s, load / 180

    def served_at(wait_s: float) -> float:
        return serve * exp(-serve * wait_s + calls / leave * -expm1(-leave * wait_s)) * exp(-leave * wait_s)

    at_the_edge = _all_busy_and_nobody_waits(queue, load, agents, patience_s)
    served = at_the_edge * _simpson(served_at, within_s)
    assert queue.in_time_share == pytest.approx(1 - queue.wait_share + served, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(load=st.floats(0.1, 20), agents=st.integers(1, 25))
def test_endless_patience_is_erlang_c(load: float, agents: int) -> None:
    load = min(load, 0.9 * agents)
    queue = queue_of(load, agents, 1e9)

    assert isclose(queue.wait_share, erlang_c(load=load, agents=agents), rel_tol=1e-4)
    assert queue.in_time_share == pytest.approx(
        service_level(load=load, agents=agents, aht_s=180, within_s=20), abs=1e-4
    )
    assert queue.asa_s == pytest.approx(asa_s(load=load, agents=agents, aht_s=180), rel=1e-3)


def _all_busy_and_nobody_waits(queue: Queue, load: float, agents: int, patience_s: float) -> float:
    ratio, term, ahead = 1.0, 1.0, 0
    while term > 1e-18 * ratio or ahead < 2 * load * patience_s / 180:
        ahead += 1
        term *= load / 180 / (agents / 180 + ahead / patience_s)
        ratio += term
    return queue.wait_share / ratio


def _simpson(density, until: float, pieces: int = 4_000) -> float:
    width = until / pieces
    inner = sum((4 if n % 2 else 2) * density(n * width) for n in range(1, pieces))
    return width / 3 * (density(0) + density(until) + inner)
