"""Waiting widens the circle: rings, delays, guests, and who comes first among them."""

import pytest

from routing.model import Ring, Rules, Service
from tests.unit.routing.floors import Floor, agent, policy, work


def test_a_ring_lowers_a_level_and_a_later_one_drops_the_skill() -> None:
    rings = (Ring(after_ms=10_000, skills={"cards": 2}), Ring(after_ms=30_000, skills={"cards": 0}))
    floor = Floor(policy(skills={"cards": 4}, rings=rings))
    for agent_id, level in (("none", 0), ("some", 2)):
        floor.tells(agent(agent_id, skills={"cards": level}))
    placed = floor.now_ms
    floor.arrives(work("a", placed_ms=placed))
    floor.arrives(work("b", placed_ms=placed))
    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() == placed + 10_000

    floor.now_ms = placed + 10_000
    assert floor.pairs() == [("a", "some")]
    assert floor.engine.next_timer_ms() == placed + 30_000
    floor.now_ms = placed + 30_000
    assert floor.pairs() == [("b", "none")]


def test_guests_of_a_ring_come_after_all_who_serve_the_queue() -> None:
    floor = Floor(policy(rings=(Ring(after_ms=5_000, queues=frozenset({"general"}), teams=frozenset({"east"})),)))
    floor.tells(agent("guest", queues={"general": Service()}))
    floor.tells(agent("team", queues={}, teams=frozenset({"east"}), idle_since_ms=1))
    floor.tells(agent("own", queues={"billing": Service(priority=9)}, idle_since_ms=900))
    for number in range(3):
        floor.arrives(work(f"w{number}", placed_ms=number))
    floor.now_ms = 4_000
    assert floor.pairs() == [("w0", "own")]

    floor.now_ms = 5_002
    decisions = floor.route()

    assert [(decision.work_id, decision.agent_id) for decision in decisions] == [("w1", "guest"), ("w2", "team")]
    assert "guest" in decisions[0].why.best[0].reasons


def test_an_agent_with_a_delay_serves_only_who_has_waited() -> None:
    floor = Floor(policy())
    floor.tells(agent("late", queues={"billing": Service(delay_ms=20_000)}))
    placed = floor.now_ms
    floor.arrives(work(placed_ms=placed))
    assert floor.pairs() == []
    waiting = floor.engine.why_waiting("w1", floor.now_ms)
    assert waiting is not None
    assert (waiting.excluded, waiting.considered) == ({"delay": 1}, 0)

    floor.now_ms = placed + 20_000
    assert floor.pairs() == [("w1", "late")]


def test_time_wakes_nobody_while_nobody_has_room() -> None:
    rings = (Ring(after_ms=5_000, skills={"cards": 1}), Ring(after_ms=9_000, teams=frozenset({"east"})))
    floor = Floor(policy(skills={"cards": 4}, rings=rings))
    floor.tells(agent("busy", skills={"cards": 2}, load={"voice": 1}))
    placed = floor.now_ms
    floor.arrives(work("a", placed_ms=placed))
    floor.arrives(work("b", placed_ms=placed))
    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() is None

    floor.now_ms = placed + 6_000
    assert floor.pairs() == []
    floor.tells(agent("busy", skills={"cards": 2}))
    assert floor.pairs() == [("a", "busy")]
    assert floor.engine.next_timer_ms() is None

    floor.tells(agent("guest", skills={"cards": 1}, queues={}, teams=frozenset({"east"})))
    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() == placed + 9_000
    floor.now_ms = placed + 9_000
    assert floor.pairs() == [("b", "guest")]


def test_a_delay_that_comes_while_items_wait_wakes_the_engine_for_them() -> None:
    floor = Floor(policy())
    floor.arrives(work(placed_ms=floor.now_ms))
    floor.route()
    floor.tells(agent(queues={"billing": Service(delay_ms=7_000)}))

    assert floor.engine.next_timer_ms() == floor.now_ms + 7_000


def test_an_agent_serves_the_first_of_their_queues_first() -> None:
    floor = Floor(policy("billing"), policy("general"))
    floor.tells(agent(queues={"billing": Service(priority=2), "general": Service(priority=1)}))
    floor.arrives(work("old", placed_ms=1))
    floor.arrives(work("new", queue="general", placed_ms=900))

    assert floor.pairs() == [("new", "ana")]


def test_an_item_goes_to_who_serves_its_queue_first() -> None:
    floor = Floor(policy())
    floor.tells(agent("second", queues={"billing": Service(priority=2)}))
    floor.tells(agent("first", queues={"billing": Service(priority=1)}, idle_since_ms=900))
    floor.arrives(work())

    assert floor.pairs() == [("w1", "first")]


def test_who_is_asked_for_comes_first_whatever_their_priority() -> None:
    floor = Floor(policy())
    floor.tells(agent("first"))
    floor.tells(agent("wanted", queues={"billing": Service(priority=3)}))
    floor.arrives(work(wanted_agent_id="wanted"))

    assert floor.pairs() == [("w1", "wanted")]


def test_a_change_of_rings_reaches_those_who_wait_already() -> None:
    floor = Floor(policy(skills={"cards": 5}))
    floor.tells(agent(skills={"cards": 1}))
    floor.arrives(work(placed_ms=0))
    floor.now_ms = 60_000
    assert floor.pairs() == []

    floor.rules(policy(skills={"cards": 5}, rings=(Ring(after_ms=60_000, skills={"cards": 1}),)))

    assert floor.pairs() == [("w1", "ana")]


def test_why_an_item_waits_says_how_far_it_is_and_what_rules_out_everybody() -> None:
    rings = (Ring(after_ms=10_000, skills={"cards": 3}), Ring(after_ms=40_000, skills={"cards": 0}))
    floor = Floor(policy(skills={"cards": 5}, rings=rings))
    floor.tells(agent("novice", skills={"cards": 1}))
    floor.tells(agent("busy", skills={"cards": 5}, load={"chat": 3}))
    floor.tells(agent("out", presence="offline"))
    floor.arrives(work("first", placed_ms=1))
    floor.arrives(work("second", placed_ms=2))
    floor.now_ms = 15_000
    floor.route()

    waiting = floor.engine.why_waiting("second", floor.now_ms)

    assert waiting is not None
    assert waiting.as_dict() == {
        "rule": "longest_idle",
        "position": 2,
        "ring": 1,
        "next_ring_ms": 40_002,
        "considered": 0,
        "excluded": {"offline": 1, "skill": 1, "full": 1},
    }
    assert floor.engine.why_waiting("nobody", floor.now_ms) is None


@pytest.mark.parametrize("waited_ms", [0, 9_999, 10_000, 10**12])
def test_an_explanation_of_any_instant_counts_everybody(waited_ms: int) -> None:
    floor = Floor(policy(skills={"cards": 5}, rings=(Ring(after_ms=10_000, skills={"cards": 0}),)))
    for number in range(20):
        floor.tells(agent(f"agent{number}", skills={"cards": number % 5}))
    floor.arrives(work(placed_ms=0))
    waiting = floor.engine.why_waiting("w1", waited_ms)

    assert waiting is not None
    assert waiting.considered + sum(waiting.excluded.values()) == 20
    assert waiting.considered == (20 if waited_ms >= 10_000 else 0)


def test_without_rules_for_the_queue_it_says_so() -> None:
    floor = Floor()
    floor.engine.set_rules(Rules(queues=()))
    floor.tells(agent())
    floor.arrives(work())
    waiting = floor.engine.why_waiting("w1", 0)

    assert waiting is not None
    assert (waiting.rule, dict(waiting.excluded)) == ("no_rules", {"no_rules": 1})


def test_who_waited_behind_one_who_left_reaches_the_ring_too() -> None:
    floor = Floor(policy(skills={"cards": 1}, rings=(Ring(after_ms=100, skills={"cards": 0}),)))
    floor.now_ms = 120
    floor.tells(agent("ana", presence="not_ready"))
    floor.arrives(work("first", placed_ms=0))
    floor.arrives(work("second", placed_ms=50))
    assert floor.pairs() == []  # the first asks for nothing any more, and nobody is ready

    floor.leaves("first")
    floor.tells(agent("ana"))
    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() == 150

    floor.now_ms = 150
    assert floor.pairs() == [("second", "ana")]
