"""What stands before whom, and which hands they wait for."""

from dataclasses import replace
from typing import Any

import pytest

from routing.capacity import Limits
from routing.engine import Engine
from routing.model import AgentView, QueuePolicy, Ring, Rules, Service, Work
from routing.order import SLACK
from routing.outlook import WRITING_UP, Outlook, Turn
from tests.unit.routing.floors import agent, policy, work

CALL = work("call", channel="voice", placed_ms=50_000)
MAIL = work("mail", channel="email", placed_ms=0)
GENERAL = {"general": Service()}
BOTH = {"billing": Service(), "general": Service()}


def turn(
    item: Work,
    *others: Work,
    agents: tuple[AgentView, ...] = (agent(load={"voice": 1}),),
    queues: tuple[QueuePolicy, ...] = (policy(), policy("general")),
    now_ms: int = 60_000,
    **rules: Any,
) -> Turn:
    found = Outlook(Rules(queues=queues, **rules), agents, (item, *others), now_ms).turn(item)
    assert found is not None
    return found


def test_the_first_is_first_and_who_came_before_stands_before() -> None:
    assert (turn(CALL).position, turn(CALL).ahead) == (1, 0)
    before, behind = replace(CALL, id="before", placed_ms=0), replace(CALL, id="behind", placed_ms=55_000)
    found = turn(CALL, before, behind)
    assert (found.position, found.in_line, found.ahead) == (2, 2, 1)


def test_a_mail_does_not_stand_before_a_call_where_hands_full_of_mail_have_room_for_it() -> None:
    found = turn(CALL, MAIL)

    assert (found.position, found.ahead, found.in_line) == (1, 0, 2)
    heavy = turn(CALL, MAIL, limits=Limits(weights={"voice": 50, "email": 20}))
    assert (heavy.position, heavy.ahead) == (2, 1)
    parked = turn(
        CALL, MAIL, limits=Limits(weights={"voice": 50, "email": 20}, interrupts={"voice": frozenset({"email"})})
    )
    assert (parked.position, parked.ahead) == (1, 0)


def test_a_call_stands_before_a_chat_since_nothing_goes_beside_it() -> None:
    assert turn(replace(CALL, id="chat", channel="chat"), replace(CALL, id="before", placed_ms=0)).position == 2


def test_what_her_hands_may_not_take_does_not_stand_before_her() -> None:
    skilled = work("before", channel="voice", skills={"cards": 3})
    kept = work("before", channel="voice", wanted_agent_id="bo", wanted_until_ms=99_000)
    both = (agent(load={"voice": 1}), agent("bo", presence="available", queues=GENERAL, load={"voice": 1}))

    assert turn(CALL, skilled).position == 1
    assert turn(CALL, kept, agents=both).position == 1


def test_another_queue_counts_in_the_wait_for_its_share_of_these_hands_and_not_in_the_position() -> None:
    before = replace(CALL, id="before", queue="general", placed_ms=0)
    shared = (agent(queues=BOTH, load={"voice": 1}), agent("bo", queues=GENERAL, load={"voice": 1}))

    assert (turn(CALL, before, agents=shared).position, turn(CALL, before, agents=shared).ahead) == (1, 0.5)
    assert turn(CALL, before).ahead == 0, "nobody here serves it"


def test_what_an_agent_serves_first_stands_before_what_came_earlier() -> None:
    later = replace(CALL, id="later", queue="general", placed_ms=59_000)
    prefers = agent(queues={"general": Service(priority=1), "billing": Service(priority=2)}, load={"voice": 1})

    assert turn(CALL, later, agents=(prefers,)).ahead == 1
    assert turn(later, CALL, agents=(prefers,)).ahead == 0


def test_hands_that_are_free_those_that_ring_and_those_that_are_full() -> None:
    chat = replace(CALL, channel="chat")

    def of(*agents: AgentView) -> tuple[int, dict[tuple[str, int], int]]:
        found = turn(chat, agents=agents)
        return found.free, dict(found.busy)

    assert of(agent(load={"chat": 1})) == (2, {})
    assert of(agent(load={"chat": 1}, ringing=True)) == (1, {})
    assert of(agent(load={"chat": 2}, ringing=True)) == (0, {("chat", 1): 1})
    assert of(agent(load={"chat": 3})) == (0, {("chat", 1): 3})
    assert of(agent(load={"voice": 1})) == (0, {("voice", 3): 1})
    assert of(agent(presence="wrap_up")) == (0, {(WRITING_UP, 3): 1})
    assert of(agent(load={"voice": 1}), agent("bo", load={"voice": 1, "chat": 1})) == (
        0,
        {("voice", 3): 1, ("voice", 2): 1},
    )


@pytest.mark.parametrize("away", ["not_ready", "offline"])
def test_without_hands_the_place_is_that_in_the_line(away: str) -> None:
    found = turn(CALL, MAIL, agents=(agent(presence=away),))
    assert (found.works, found.position) == (False, 2)


def test_guests_are_hands_as_soon_as_a_step_lets_them_in() -> None:
    guest = agent("bo", queues=GENERAL)
    queues = (policy(rings=(Ring(after_ms=30_000, queues=frozenset({"general"})),)), policy("general"))

    early = turn(CALL, agents=(guest,), queues=queues)
    assert (early.works, early.free, early.from_ms) == (True, 1, 20_000)
    late = turn(CALL, agents=(guest,), queues=queues, now_ms=80_000)
    assert (late.works, late.free, late.from_ms) == (True, 1, 0)


def test_what_is_kept_for_somebody_on_a_break_waits_for_as_long_as_nobody_knows() -> None:
    named = replace(CALL, wanted_agent_id="bo", wanted_until_ms=90_000, wanted_as="named")
    kept, away = replace(named, channel="email"), agent("bo", presence="not_ready")

    assert turn(kept, agents=(agent(), away)).works is False
    on_the_line = turn(named, agents=(agent(), away))
    assert (on_the_line.from_ms, on_the_line.kept) == (0, False), "no call is kept for somebody on a break"
    assert turn(kept, agents=(agent(), replace(away, presence="offline"))).from_ms == 0
    assert turn(named, agents=(agent(), replace(away, presence="available"))).free == 1
    assert turn(kept, agents=(away,)).works is False


def test_from_which_wait_on_somebody_works_in_a_queue() -> None:
    queues = (policy(skills={"cards": 3}, rings=(Ring(after_ms=30_000, skills={"cards": 1}),)), policy("general"))

    def staffed(*agents: AgentView) -> dict[str, int]:
        return Outlook(Rules(queues=queues), agents, (), 0).staffed("billing", ("voice", "chat", "fax"))

    assert staffed(agent()) == {}
    assert staffed(agent(skills={"cards": 1})) == {"voice": 30_000, "chat": 30_000}
    assert staffed(agent(skills={"cards": 1}), agent("bo", skills={"cards": 3}, capacity={"chat": 1})) == {
        "voice": 30_000,
        "chat": 0,
    }
    delayed = agent(skills={"cards": 3}, queues={"billing": Service(delay_ms=60_000)})
    assert staffed(delayed) == {"voice": 60_000, "chat": 60_000}


def test_whom_a_decision_serves_first_stands_first() -> None:
    """The turns of a line are the order in which the engine serves it."""
    items = [
        work("a", channel="voice", placed_ms=10_000),
        work("b", channel="voice", placed_ms=20_000, tier="vip"),
        work("c", channel="voice", placed_ms=5_000, queue="general"),
        work("d", channel="voice", placed_ms=0, priority=-1),
    ]
    rules = Rules(queues=(policy(), policy("general", priority=1)), ordering=SLACK)
    mia = agent(queues=BOTH)
    outlook = Outlook(rules, [mia], items, 30_000)
    ahead = {item.id: found.ahead for item in items if (found := outlook.turn(item))}
    engine = Engine()
    engine.set_rules(rules)
    for item in items:
        engine.put_work(item)
    served: list[str] = []
    while len(served) < len(items):
        engine.put_agent(replace(mia, idle_since_ms=len(served)))
        served += [decision.work_id for decision in engine.decide(30_000)]

    assert ahead == {id: place for place, id in enumerate(served)}
