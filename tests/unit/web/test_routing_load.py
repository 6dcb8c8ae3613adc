"""The floors of the router's benchmark stay what they are, however long they are played, and cost two figures each."""

from random import Random

import pytest

from web.bench.routing import measure, sizes_to
from web.bench.routing_floor import Floor
from web.bench.routing_load import WORKLOADS
from web.bench.routing_trials import Cost, growth, worst


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_floor_stays_as_busy_as_it_began(name: str) -> None:
    chance = Random(7)
    floor = Floor(WORKLOADS[name](60, 60, chance), chance)
    began = floor.in_hand
    floor.play(800)
    assert floor.in_hand >= began * 0.5


def test_of_all_floors_together_the_worst_is_told_and_of_each_both_figures() -> None:
    said: list[str] = []

    result = measure(40, 40, least=100, sizes=[40], say=said.append)

    floors = result["workloads"]
    for key, worst_of in (("decisions_per_s", min), ("us_per_decision", max), ("us_with_why", max)):
        assert result[key] == worst_of(floor[key] for floor in floors.values())
    assert {point["agents"] for points in result["curves"].values() for point in points} == {40}
    assert result["curve"][0].keys() == {"agents", "waiting", "us_per_decision", "us_with_why"}
    assert len(said) == 2 * len(WORKLOADS)
    assert result["compiled"] is True
    for grown in (*result["growth"]["one_queue"].values(), result["heap_growth"]):
        assert set(grown.values()) == {1.0}, "one size alone has not grown"


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [
        (100, [100]),
        (2_000, [100, 300, 1_000, 2_000]),
        (20_000, [100, 300, 1_000, 3_000, 10_000, 20_000]),
        (30_000, [100, 300, 1_000, 3_000, 10_000, 20_000, 30_000]),
    ],
)
def test_the_curve_ends_at_the_size_that_is_asked_for(largest: int, sizes: list[int]) -> None:
    assert sizes_to(largest) == sizes


def test_the_worst_of_two_floors_is_the_worst_in_each_figure() -> None:
    assert worst([Cost(10.0, 40.0), Cost(20.0, 30.0)]) == Cost(20.0, 40.0)


def test_growth_is_that_of_the_turns_whatever_the_machine_gives_meanwhile() -> None:
    first = [10.0 * slow for slow in (1, 3, 1, 1.5, 2)]
    last = [20.0 * slow for slow in (1, 3, 9, 1.5, 2)]

    assert growth(zip(first, last, strict=True)).times == 2.0


@pytest.mark.parametrize(("turns", "at_least", "at_most"), [(1, 0, 0), (15, 3, 11), (31, 10, 20), (186, 79, 106)])
def test_the_more_turns_the_surer_a_growth_is(turns: int, at_least: int, at_most: int) -> None:
    """By the binomial distribution: so many turns, or fewer, are below the truth once in forty times."""
    found = growth((1.0, float(number)) for number in range(turns))

    assert found == ((turns - 1) / 2, at_least, at_most)
