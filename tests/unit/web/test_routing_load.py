"""The floors of the router's benchmark stay what they are, however long they are played."""

from random import Random

import pytest

from web.bench.routing import Floor
from web.bench.routing_load import WORKLOADS


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_floor_stays_as_busy_as_it_began(name: str) -> None:
    chance = Random(7)
    floor = Floor(WORKLOADS[name](60, 60, chance), chance)
    began = floor.in_hand
    floor.play(800)
    assert floor.in_hand >= began * 0.5
