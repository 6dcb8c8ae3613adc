"""The floors of the router's benchmark stay what they are, however long they are played, and cost two figures each."""

from random import Random

import pytest

from web.bench.routing import Cost, Floor, measure, worst
from web.bench.routing_load import WORKLOADS


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


def test_the_worst_of_two_floors_is_the_worst_in_each_figure() -> None:
    assert worst([Cost(10.0, 40.0), Cost(20.0, 30.0)]) == Cost(20.0, 40.0)
