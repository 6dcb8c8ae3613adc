"""Who could have an item, one by one: the same rule as the engine's."""

from dataclasses import replace

import pytest

from routing.askable import Lack, Want, could_be_offered, lacks, may_have, works_for
from routing.capacity import Limits
from routing.facts import is_in_team
from routing.model import AgentView, Service
from routing.needs import Need

LIMITS = Limits()
NEED = Need("billing", "voice", (("billing", 2),), frozenset({is_in_team("night")}), 0, None, None, frozenset(), ())
MIA = AgentView(
    id="mia",
    name="Mia",
    presence="available",
    skills={"billing": 2},
    queues={"billing": Service()},
    capacity={"voice": 1},
    load={},
    ringing=False,
    idle_since_ms=0,
    languages=frozenset(),
)


def test_who_serves_the_queue_with_its_skills_and_is_free_could_be_offered_it():
    assert could_be_offered(NEED, MIA, LIMITS)


@pytest.mark.parametrize(
    ("need", "agent"),
    [
        (NEED, replace(MIA, skills={"billing": 1})),
        (NEED, replace(MIA, queues={"technical": Service()})),
        (NEED, replace(MIA, queues={"billing": Service(delay_ms=60_000)})),
        (NEED, replace(MIA, capacity={"chat": 3})),
        (NEED._replace(without=frozenset({"mia"})), MIA),
        (NEED._replace(only="ben"), MIA),
    ],
)
def test_who_may_not_have_it_whatever_they_do(need: Need, agent: AgentView):
    assert not may_have(need, agent, LIMITS)
    assert not works_for(need, agent, LIMITS)


def test_a_ring_lets_in_who_does_not_serve_the_queue():
    assert may_have(NEED, replace(MIA, queues={}, teams=frozenset({"night"})), LIMITS)
    assert may_have(NEED._replace(delay_ms=60_000), replace(MIA, queues={"billing": Service(delay_ms=60_000)}), LIMITS)


@pytest.mark.parametrize(
    "agent", [replace(MIA, ringing=True), replace(MIA, load={"voice": 1}), replace(MIA, presence="wrap_up")]
)
def test_who_has_no_free_hand_works_and_could_not_be_offered_it_now(agent: AgentView):
    assert works_for(NEED, agent, LIMITS)
    assert not could_be_offered(NEED, agent, LIMITS)


def test_who_is_away_does_not_work():
    assert not works_for(NEED, replace(MIA, presence="not_ready"), LIMITS)


def test_everything_that_somebody_lacks_is_named():
    need = NEED._replace(without=frozenset({"mia"}), only="ben")
    agent = replace(MIA, skills={}, queues={}, capacity={"chat": 3})
    assert list(lacks(need, agent, LIMITS)) == [
        Lack(Want.CHANNEL, "voice"),
        Lack(Want.QUEUE, "billing"),
        Lack(Want.SKILL, "billing", 2),
        Lack(Want.REST),
        Lack(Want.NAMED),
    ]
    assert list(lacks(NEED, MIA, LIMITS)) == []
