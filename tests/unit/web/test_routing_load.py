"""The floors of the router's benchmark stay what they are, however long they are played, and cost two figures each."""

from random import Random

import pytest

from web.bench.routing import measure
from web.bench.routing_floor import Floor
from web.bench.routing_load import WORKLOADS
from web.bench.routing_trials import Cost, Turn, growth, worst


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
    assert set(result["growth"]["one_queue"].values()) == {1.0}, "one size alone has not grown"


def test_the_worst_of_two_floors_is_the_worst_in_each_figure() -> None:
    assert worst([Cost(10.0, 40.0), Cost(20.0, 30.0)]) == Cost(20.0, 40.0)


def test_growth_is_that_of_the_turns_whatever_the_machine_gives_meanwhile() -> None:
    first = [Turn(10.0 * slow, 20.0 * slow, 1.0 * slow) for slow in (1, 3, 1, 1.5, 2)]
    last = [Turn(20.0 * slow, 60.0 * slow, 2.5 * slow) for slow in (1, 3, 9, 1.5, 2)]

    assert growth(first, last) == Turn(2.0, 3.0, 2.5)
