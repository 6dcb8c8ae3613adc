"""Figures over little or nothing, and by nearest rank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.tally import Tally, agent_figures, figures, gini


def test_over_nothing_there_is_no_value() -> None:
    assert {name for name, value in figures([Tally(20_000)]).items() if value is None} == {
        *("waited_share", "wait_mean_s", "wait_p50_s", "wait_p90_s", "wait_p99_s"),
        *("asa_s", "service_level", "abandon_rate"),
    }
    nobody = agent_figures(busy_ms=0, idle_ms=[], gap_ms=0, gaps=0)
    assert nobody == {"occupancy": None, "idle_mean_s": None, "idle_gini": None}
    never_idle = agent_figures(busy_ms=5, idle_ms=[0, 0], gap_ms=0, gaps=1)
    assert never_idle == {"occupancy": 1.0, "idle_mean_s": 0.0, "idle_gini": None}


def test_the_nearest_rank() -> None:
    tally = Tally(20_000)
    for wait_ms in (0, 4_000, 1_000, 0, 3_000):
        tally.answer(wait_ms)

    said = figures([tally])
    assert (said["wait_p50_s"], said["wait_p90_s"], said["wait_p99_s"]) == (1.0, 4.0, 4.0)


def test_only_short_hang_ups_have_no_service_level() -> None:
    tally = Tally(20_000)
    tally.offered = 1
    tally.abandon(5_000)

    said = figures([tally])
    assert (said["service_level"], said["abandon_rate"], said["asa_s"]) == (None, 1.0, None)


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_gini_is_the_mean_difference_over_twice_the_mean(values: list[int]) -> None:
    by_pairs = sum(abs(one - other) for one in values for other in values)
    if sum(values) == 0:
        assert gini(values) is None
    else:
        assert gini(values) == pytest.approx(by_pairs / (2 * len(values) * sum(values)))
        assert 0 <= (gini(values) or 0) < 1


@given(st.lists(st.tuples(st.integers(0, 60_000), st.booleans()), min_size=1, max_size=50))
def test_ratios_lie_between_0_and_1_and_queues_add_up(contacts: list[tuple[int, bool]]) -> None:
    tallies = [Tally(20_000), Tally(5_000)]
    for number, (wait_ms, answered) in enumerate(contacts):
        tally = tallies[number % 2]
        tally.offered += 1
        (tally.answer if answered else tally.abandon)(wait_ms)

    said = figures(tallies)
    for value in (said["waited_share"], said["service_level"], said["abandon_rate"]):
        assert value is None or 0 <= value <= 1
    assert said["offered"] == said["answered"] + said["abandoned"] == len(contacts)
    assert (said["wait_p50_s"] or 0) <= (said["wait_p90_s"] or 0) <= (said["wait_p99_s"] or 0)
