"""Stories of one floor. `Floor.route` compares every decision with the oracle as it goes."""

from dataclasses import replace

import pytest

from routing.model import Rules, Service
from tests.unit.routing.floors import Floor, agent, held_by, policy, work


def test_the_longest_idle_agent_gets_the_item() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=500))
    floor.tells(agent("ben", idle_since_ms=400))
    floor.arrives(work())

    assert floor.pairs() == [("w1", "ben")]


def test_the_best_waiting_item_goes_to_the_agent_who_frees() -> None:
    floor = Floor(policy())
    floor.arrives(work("late", placed_ms=300))
    floor.arrives(work("early", placed_ms=200))
    floor.arrives(work("urgent", placed_ms=900, priority=1))
    floor.tells(agent(capacity={"chat": 9}))

    assert floor.pairs() == [("urgent", "ana")]
    floor.accepts("ana")
    assert floor.pairs() == [("early", "ana")]
    floor.accepts("ana")
    assert floor.pairs() == [("late", "ana")]


def test_a_queue_and_an_item_add_their_priorities() -> None:
    floor = Floor(policy("billing", priority=2), policy("general", priority=0))
    floor.arrives(work("billing", queue="billing"))
    floor.arrives(work("general", queue="general", priority=3))
    floor.tells(agent(queues={"billing": Service(), "general": Service()}))

    assert floor.pairs() == [("general", "ana")]


def test_freed_capacity_goes_to_the_oldest_not_to_a_newcomer() -> None:
    floor = Floor(policy())
    floor.arrives(work("old", placed_ms=1))
    floor.route()
    floor.tells(agent())
    floor.arrives(work("new", placed_ms=2))

    assert floor.pairs() == [("old", "ana")]


def test_what_arrives_together_goes_to_all_who_wait_for_work() -> None:
    floor = Floor(policy())
    for agent_id in ("ana", "ben", "cleo"):
        floor.tells(agent(agent_id))
    floor.route()
    for number in range(4):
        floor.arrives(work(f"w{number}"))

    assert floor.pairs() == [("w0", "ana"), ("w1", "ben"), ("w2", "cleo")]


def test_an_agent_has_one_live_offer() -> None:
    floor = Floor(policy())
    floor.tells(agent(capacity={"chat": 3, "email": 3}))
    floor.arrives(work("chat"))
    floor.arrives(work("mail", channel="email"))

    assert floor.pairs() == [("chat", "ana")]
    assert floor.pairs() == []
    floor.accepts("ana")
    assert floor.pairs() == [("mail", "ana")]


def test_a_decision_reserves_until_told_otherwise() -> None:
    floor = Floor(policy())
    floor.tells(agent())
    floor.arrives(work())
    floor.route()

    assert floor.engine.position("w1") is None
    assert floor.engine.waiting("billing") == 0
    assert floor.engine.decide(floor.now_ms + 10**9) == []


def test_an_item_that_comes_back_keeps_its_place() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    for number in range(3):
        floor.arrives(work(f"w{number}", placed_ms=number))
    floor.route()
    assert [floor.engine.position(f"w{number}") for number in range(3)] == [None, 1, 2]

    floor.misses("ana")

    assert [floor.engine.position(f"w{number}") for number in range(3)] == [1, 2, 3]
    floor.tells(agent("ben"))
    assert floor.pairs() == [("w0", "ben")]


def test_who_declines_is_not_asked_again_at_once() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.arrives(work())
    floor.route()
    floor.declines("ana", rest_ms=60_000)

    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() == floor.now_ms + 60_000
    floor.now_ms += 59_999
    assert floor.pairs() == []
    floor.now_ms += 1
    assert floor.pairs() == [("w1", "ana")]


def test_an_offer_declined_goes_to_the_next() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=1))
    floor.tells(agent("ben", idle_since_ms=2))
    floor.arrives(work())
    assert floor.pairs() == [("w1", "ana")]
    floor.declines("ana")

    assert floor.pairs() == [("w1", "ben")]


@pytest.mark.parametrize("presence", ["offline", "not_ready", "wrap_up", "a word from a newer version"])
def test_only_who_is_available_is_asked(presence: str) -> None:
    floor = Floor(policy())
    floor.arrives(work())
    floor.engine.put_agent(agent(presence=presence))

    assert floor.engine.decide(floor.now_ms) == []


@pytest.mark.parametrize(
    ("skills", "asked"), [({"cards": 3, "loans": 1}, True), ({"cards": 2, "loans": 1}, False), ({"cards": 5}, False)]
)
def test_levels_of_queue_and_item_are_minima(skills: dict[str, int], asked: bool) -> None:
    floor = Floor(policy(skills={"cards": 2}))
    floor.tells(agent(skills=skills))
    floor.arrives(work(skills={"cards": 3, "loans": 1}))

    assert bool(floor.route()) is asked


def test_nothing_new_beside_a_live_call_and_a_call_beside_chats() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", load={"voice": 1}))
    floor.tells(agent("ben", load={"chat": 2}, idle_since_ms=5))
    floor.arrives(work("call", channel="voice"))
    floor.arrives(work("chat", channel="chat", placed_ms=1))

    assert floor.pairs() == [("call", "ben")]
    floor.accepts("ben")
    assert floor.pairs() == []


def test_new_rules_reach_those_who_wait_already() -> None:
    floor = Floor(policy(skills={"cards": 5}), policy("general"))
    floor.tells(
        agent(
            queues={"billing": Service(), "general": Service()},
            skills={"cards": 1},
            capacity={"chat": 1},
            load={"chat": 1},
        )
    )
    floor.arrives(work("g", queue="general", placed_ms=1))
    floor.arrives(work("b", placed_ms=2))
    floor.route()

    floor.rules(policy(priority=1), policy("general"))
    floor.tells(agent(queues={"billing": Service(), "general": Service()}))

    assert floor.pairs() == [("b", "ana")]


def test_work_in_a_queue_without_rules_waits_with_its_place() -> None:
    floor = Floor(policy("general"))
    floor.tells(agent())
    floor.arrives(work())
    assert floor.pairs() == []
    assert floor.engine.position("w1") == 1

    floor.rules(policy("billing", offer_ms=7))

    decision = floor.route()[0]
    assert (decision.work_id, decision.offer_ms) == ("w1", 7)


def test_a_wanted_agent_is_waited_for_while_present() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", presence="wrap_up"))
    floor.tells(agent("ben"))
    until = floor.now_ms + 1_000
    floor.arrives(work("a", wanted_agent_id="ana", wanted_until_ms=until))
    assert floor.pairs() == []
    assert floor.engine.next_timer_ms() == until

    floor.now_ms = until
    assert floor.pairs() == [("a", "ben")]


@pytest.mark.parametrize("leaves", ["offline", "not_ready", "gone", "never there"])
def test_nobody_waits_for_a_wanted_agent_who_is_not_there(leaves: str) -> None:
    floor = Floor(policy())
    if leaves != "never there":
        floor.tells(agent("ana", presence="wrap_up"))
    floor.tells(agent("ben"))
    floor.arrives(work("a", wanted_agent_id="ana", wanted_until_ms=floor.now_ms + 10**6))
    if leaves in ("offline", "not_ready"):
        assert floor.pairs() == []
        floor.tells(agent("ana", presence=leaves))
    elif leaves == "gone":
        assert floor.pairs() == []
        floor.goes("ana")

    assert floor.pairs() == [("a", "ben")]


@pytest.mark.parametrize("away", ["offline", "not_ready"])
def test_who_comes_back_in_time_is_waited_for_again(away: str) -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", presence=away))
    floor.arrives(work("a", wanted_agent_id="ana", wanted_until_ms=floor.now_ms + 10**6))
    floor.route()
    floor.tells(agent("ana", presence="wrap_up"))
    floor.tells(agent("ben"))
    assert floor.pairs() == []

    floor.tells(agent("ana"))
    assert floor.pairs() == [("a", "ana")]


def test_written_work_given_by_name_waits_out_a_break_and_nothing_else_does() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", presence="not_ready"))
    floor.tells(agent("ben"))
    kept = {"wanted_agent_id": "ana", "wanted_until_ms": floor.now_ms + 10**6}
    floor.arrives(work("mail", channel="email", wanted_as="named", **kept))
    floor.arrives(work("call", channel="voice", wanted_as="named", **kept))
    assert floor.pairs() == [("call", "ben")]
    for wanted_as in ("owner", "last_agent", ""):
        floor.accepts("ben")
        floor.tells(agent("ben"))
        floor.arrives(work(wanted_as or "nothing", channel="email", wanted_as=wanted_as, **kept))
        assert floor.pairs() == [(wanted_as or "nothing", "ben")]

    floor.accepts("ben")
    floor.tells(agent("ana", presence="offline"))
    assert floor.pairs() == [("mail", "ben")]


def test_a_wanted_agent_who_declines_sets_the_item_free() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.tells(agent("ben", presence="not_ready"))
    floor.arrives(work("a", wanted_agent_id="ana", wanted_until_ms=floor.now_ms + 10**6))
    assert floor.pairs() == [("a", "ana")]
    floor.declines("ana")
    floor.tells(agent("ben"))

    assert floor.pairs() == [("a", "ben")]


def test_without_a_window_a_wanted_agent_is_only_preferred() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=900))
    floor.tells(agent("ben", idle_since_ms=1))
    floor.arrives(work("a", wanted_agent_id="ana"))
    floor.arrives(work("b", wanted_agent_id="ana", placed_ms=1))

    assert floor.pairs() == [("a", "ana"), ("b", "ben")]


def test_a_shared_language_decides_among_equals_only() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=5, languages=frozenset({"en"})))
    floor.tells(agent("ben", idle_since_ms=5, languages=frozenset({"es"})))
    floor.tells(agent("cleo", idle_since_ms=4))
    floor.arrives(work("first", language="es-MX"))
    floor.arrives(work("second", language="es-MX", placed_ms=1))

    assert floor.pairs() == [("first", "cleo"), ("second", "ben")]


def test_among_many_equals_the_one_who_speaks_it_is_found() -> None:
    floor = Floor(policy())
    for number in range(300):
        floor.tells(agent(f"agent{number:03}", languages=frozenset({"pt"} if number == 287 else {"en"})))
    floor.arrives(work("a", language="pt-BR"))
    floor.arrives(work("b", wanted_agent_id="agent120"))

    assert floor.pairs() == [("a", "agent287"), ("b", "agent120")]


def test_a_language_learned_counts_from_the_next_item() -> None:
    floor = Floor(policy())
    for number in range(30):
        floor.tells(agent(f"agent{number:02}"))
    floor.arrives(work("a", language="pt"))
    assert floor.pairs() == [("a", "agent00")]

    floor.tells(agent("agent29", languages=frozenset({"pt"})))
    floor.arrives(work("b", language="pt"))
    assert floor.pairs() == [("b", "agent29")]


def test_positions_are_of_the_queue() -> None:
    floor = Floor(policy("billing"), policy("general"))
    floor.arrives(work("b1", placed_ms=400))
    floor.arrives(work("g1", queue="general", placed_ms=100))
    floor.arrives(work("b2", placed_ms=900, priority=2))

    assert [floor.engine.position(item) for item in ("b1", "b2", "g1", "unknown")] == [2, 1, 1, None]
    assert (floor.engine.waiting("billing"), floor.engine.waiting("nobody's")) == (2, 0)


def test_being_told_twice_changes_nothing() -> None:
    once, floor = Floor(policy()), Floor(policy())
    for told in (once, floor):
        told.tells(agent())
        told.arrives(work())
        told.route()

    floor.engine.put_agent(replace(agent(), ringing=True))
    floor.engine.drop_work("w1")
    floor.engine.drop_work("w1")
    floor.engine.set_rules(Rules(queues=(policy(),)))

    assert floor.engine.decide(floor.now_ms) == once.engine.decide(once.now_ms) == []


def test_time_does_not_run_backwards() -> None:
    floor = Floor(policy())
    floor.tells(agent())
    floor.engine.decide(5_000)
    floor.engine.put_work(work(excluded={"ana": 4_000}))

    assert [decision.work_id for decision in floor.engine.decide(1_000)] == ["w1"]


def test_an_engine_rebuilt_decides_like_the_one_it_replaces() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.arrives(work("a", placed_ms=1))
    floor.arrives(work("b", placed_ms=2))
    floor.route()

    floor.rebuilds()

    assert floor.pairs() == []
    floor.tells(agent("ben"))
    assert floor.pairs() == [("b", "ben")]


def test_what_has_gone_leaves_nothing_behind() -> None:
    floor = Floor(policy())

    def a_day(number: int) -> int:
        for n in range(20):
            floor.tells(agent(f"agent{n}", skills={f"skill{number}": 2}))
            kept = {"wanted_agent_id": f"agent{n}", "wanted_until_ms": 10**15, "excluded": {"x": 10**14}}
            floor.arrives(work(f"w{number}-{n}", skills={f"skill{number}": 2}, **kept))
            floor.arrives(work(f"v{number}-{n}", skills={f"skill{number}": 5}, **kept))
        floor.engine.decide(floor.now_ms)
        for n in range(20):
            floor.leaves(f"w{number}-{n}")
            floor.leaves(f"v{number}-{n}")
            floor.goes(f"agent{n}")
        floor.engine.decide(floor.now_ms)
        return held_by(floor.engine)

    assert a_day(1) == a_day(2) == a_day(3)
