"""Who of several agents is asked, and what others get wrong about it."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from routing.capacity import Limits
from routing.model import Service, Strategy
from tests.unit.routing.floors import Floor, agent, policy, work


@pytest.mark.parametrize(
    ("strategy", "first"),
    [
        (Strategy.LONGEST_IDLE, "ana"),
        (Strategy.FEWEST_HANDLED, "ben"),
        (Strategy.BEST_SKILLED, "cleo"),
        (Strategy.LEAST_FLEXIBLE, "dora"),
        (Strategy.ROUND_ROBIN, "emil"),
    ],
)
def test_each_strategy_has_its_first(strategy: Strategy, first: str) -> None:
    floor = Floor(policy(skills={"cards": 1}, strategy=strategy))
    usual = agent(
        skills={"cards": 2, "loans": 1}, handled=5, offered_ms=700, idle_since_ms=400, queues={"billing": Service()}
    )
    floor.tells(replace(usual, id="ana", idle_since_ms=100))
    floor.tells(replace(usual, id="ben", handled=4))
    floor.tells(replace(usual, id="cleo", skills={"cards": 5, "loans": 1}))
    floor.tells(replace(usual, id="dora", skills={"cards": 2}))
    floor.tells(replace(usual, id="emil", offered_ms=600))
    floor.arrives(work())

    decision = floor.route()[0]

    assert (decision.agent_id, decision.why.rule) == (first, strategy.value)
    assert strategy.value in decision.why.best[0].reasons


def test_a_round_rings_at_ten_and_the_first_to_accept_has_it() -> None:
    floor = Floor(policy(strategy=Strategy.RING_ALL))
    for number in range(12):
        floor.tells(agent(f"agent{number:02}", idle_since_ms=number))
    floor.arrives(work("a"))
    floor.arrives(work("b", placed_ms=1))

    first, second = floor.route()

    assert (first.agent_id, first.also) == ("agent00", tuple(f"agent{n:02}" for n in range(1, 10)))
    assert (second.agent_id, second.also) == ("agent10", ("agent11",))
    floor.accepts("agent07")
    floor.arrives(work("c", placed_ms=2))
    third = floor.route()[0]
    assert {third.agent_id, *third.also} == {*(f"agent{n:02}" for n in range(10))}


def test_round_robin_respects_capacity() -> None:
    floor = Floor(policy(strategy=Strategy.ROUND_ROBIN))
    floor.tells(agent("full", capacity={"chat": 1}, load={"chat": 1}, offered_ms=0))
    floor.tells(agent("room", capacity={"chat": 2}, load={"chat": 1}, offered_ms=900))
    floor.arrives(work())

    assert floor.pairs() == [("w1", "room")]


@pytest.mark.parametrize("strategy", list(Strategy))
def test_an_agent_who_is_offline_is_never_chosen(strategy: Strategy) -> None:
    floor = Floor(policy(strategy=strategy))
    floor.tells(agent("gone", presence="offline"))
    floor.arrives(work(wanted_agent_id="gone", wanted_until_ms=10**9))

    assert floor.pairs() == []


def test_freed_capacity_goes_to_the_oldest_and_not_to_a_newcomer_of_the_same_instant() -> None:
    floor = Floor(policy())
    floor.tells(agent(capacity={"chat": 1}, load={"chat": 1}))
    floor.arrives(work("old", placed_ms=1))
    floor.route()
    floor.arrives(work("new", placed_ms=floor.now_ms))
    floor.tells(agent(capacity={"chat": 1}))

    assert floor.pairs() == [("old", "ana")]


def test_a_call_interrupts_a_mail_only_where_nobody_has_room() -> None:
    limits = Limits(exclusive=frozenset({"voice", "email"}), interrupts={"voice": frozenset({"email"})})
    floor = Floor()
    floor.rules(policy(), limits=limits)
    floor.tells(agent("mails", load={"email": 1}))
    floor.tells(agent("free", idle_since_ms=900))
    floor.arrives(work("first", channel="voice"))
    floor.arrives(work("second", channel="voice", placed_ms=1))
    floor.arrives(work("chat", placed_ms=2))

    decisions = floor.route()

    assert [(decision.work_id, decision.agent_id, decision.interrupts) for decision in decisions] == [
        ("first", "free", False),
        ("second", "mails", True),
    ]


@pytest.mark.parametrize("strategy", [Strategy.LONGEST_IDLE, Strategy.FEWEST_HANDLED, Strategy.ROUND_ROBIN])
def test_over_a_day_no_agent_of_equals_is_far_from_the_mean(strategy: Strategy) -> None:
    chance = Random(3)
    floor = Floor(policy(strategy=strategy))
    engine = floor.engine
    names = [f"agent{number:02}" for number in range(20)]
    views = {name: agent(name, capacity={"voice": 1}) for name in names}
    busy: list[tuple[int, str]] = []
    taken: Counter[str] = Counter()
    for view in views.values():
        engine.put_agent(view)
    for number in range(4_000):
        now_ms = number * 7_200  # eight hours
        while busy and busy[0][0] <= now_ms:
            ends_ms, name = busy.pop(0)
            views[name] = replace(views[name], load={}, idle_since_ms=ends_ms)
            engine.put_agent(views[name])
        engine.put_work(work(f"w{number}", channel="voice", placed_ms=now_ms))
        for decision in engine.decide(now_ms):
            name = decision.agent_id
            taken[name] += 1
            views[name] = replace(views[name], load={"voice": 1}, handled=taken[name], offered_ms=now_ms)
            engine.put_agent(views[name])
            busy.append((now_ms + chance.choice([90_000, 120_000, 150_000]), name))
            busy.sort()

    mean = sum(taken.values()) / len(names)
    assert all(abs(taken[name] - mean) <= 0.1 * mean for name in names), taken
