"""What an offer says about itself."""

import json

import pytest

from routing.model import Decision, Exclusion, Ring, Service, Strategy, Why
from tests.unit.routing.floors import Floor, agent, policy, work


def test_every_agent_is_counted_once_by_the_first_reason() -> None:
    floor = Floor(policy(skills={"cards": 2}))
    good = {"cards": 3}
    floor.tells(agent("chosen", skills=good))
    floor.tells(agent("second", skills=good, idle_since_ms=1))
    floor.tells(agent("offline", presence="offline"))
    floor.tells(agent("wrap_up", presence="wrap_up"))
    floor.tells(agent("not_ready", presence="not_ready", skills=good))
    floor.tells(agent("other_queue", queues={"general": Service()}))
    floor.tells(agent("skill", skills={"cards": 1}))
    floor.tells(agent("no_channel", skills=good, capacity={"voice": 1}, load={"voice": 1}))
    floor.tells(agent("on_call", skills=good, load={"voice": 1}))
    floor.tells(agent("full", skills=good, capacity={"chat": 2}, load={"chat": 2}))
    floor.tells(agent("declined", skills=good))
    floor.engine.put_agent(agent("ringing", skills=good, ringing=True))
    floor.engine.put_work(work(excluded={"declined": floor.now_ms + 1}))

    why = floor.engine.decide(floor.now_ms)[0].why

    not_here = (Exclusion.NO_RULES, Exclusion.DELAY, Exclusion.WEIGHT, Exclusion.WANTED_OTHER)
    assert why.considered == 2
    assert dict(why.excluded) == {reason.value: 1 for reason in Exclusion if reason not in not_here}


def test_an_item_kept_for_one_agent_says_so() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=900))
    floor.tells(agent("ben", idle_since_ms=100))
    floor.arrives(work(wanted_agent_id="ana", wanted_until_ms=floor.now_ms + 1))

    why = floor.route()[0].why

    assert why.rule == "wanted_agent"
    assert (why.considered, dict(why.excluded)) == (1, {"wanted_other": 1})
    assert why.best[0].reasons == ("asked_for", "longest_idle")


@pytest.mark.parametrize(
    ("wanted_as", "said"), [("named", "asked_for"), ("owner", "case_owner"), ("last_agent", "last_agent")]
)
def test_as_what_somebody_is_wanted_is_said(wanted_as: str, said: str) -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.arrives(work(wanted_agent_id="ana", wanted_until_ms=floor.now_ms + 1, wanted_as=wanted_as))

    assert floor.route()[0].why.best[0].reasons[0] == said


def test_the_best_five_are_named_with_idle_time_and_reasons() -> None:
    floor = Floor(policy(skills={"cards": 1}))
    for number in range(9):
        view = agent(f"agent{number}", skills={"cards": 1 + number % 5}, idle_since_ms=100 * (1 + number // 2))
        floor.tells(view)
    floor.tells(agent("agent9", skills={"cards": 4}, idle_since_ms=100, languages=frozenset({"es"})))
    floor.arrives(work(language="es"))

    why = floor.route()[0].why

    assert (why.rule, why.considered) == ("longest_idle", 10)
    assert [candidate.agent for candidate in why.best] == ["agent9", "agent0", "agent1", "agent2", "agent3"]
    assert [candidate.score for candidate in why.best] == [900, 900, 900, 800, 800]
    assert why.best[0].reasons == ("longest_idle", "speaks:es", "level:cards:4")
    assert why.best[3].reasons == ("level:cards:3",)


def test_the_step_that_is_reached_and_who_is_let_in_by_it_are_named() -> None:
    rings = (Ring(after_ms=10, skills={"cards": 1}), Ring(after_ms=20, teams=frozenset({"late"})))
    floor = Floor(policy(skills={"cards": 3}, rings=rings))
    floor.arrives(work(placed_ms=floor.now_ms))
    floor.tells(agent("ana", queues={}, teams=frozenset({"late"}), skills={"cards": 2}))
    assert floor.route() == []

    floor.now_ms += 20

    why = floor.route()[0].why
    assert why.best[0].reasons == ("longest_idle", "ring:2", "guest", "level:cards:2")


def test_a_preferred_agent_after_the_window_is_named_so() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", idle_since_ms=900))
    floor.tells(agent("ben", idle_since_ms=100))
    floor.arrives(work(wanted_agent_id="ana", wanted_until_ms=floor.now_ms))

    why = floor.route()[0].why

    assert (why.rule, why.considered) == ("preferred_agent", 2)
    assert [(candidate.agent, candidate.reasons) for candidate in why.best] == [
        ("ana", ("asked_for",)),
        ("ben", ("longest_idle",)),
    ]


def test_who_takes_a_call_between_two_offers_is_on_a_call_at_the_second() -> None:
    """The same agents are free for both, and the same may have both by what stands."""
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.tells(agent("ben", idle_since_ms=1))
    said = []
    for number, in_hand in enumerate(({}, {"voice": 1}, {"chat": 3}, {})):
        floor.tells(agent("ben", idle_since_ms=1, load=in_hand))
        floor.arrives(work(f"w{number}"))
        said.append(dict(floor.route()[0].why.excluded))
        floor.accepts("ana")
        floor.tells(agent("ana"))

    assert said == [{}, {"on_call": 1}, {"full": 1}, {}]


def test_what_is_said_later_is_of_the_instant_of_the_decision() -> None:
    def decided() -> tuple[Floor, Decision]:
        floor = Floor(policy(skills={"cards": 2}, rings=(Ring(after_ms=5, teams=frozenset({"late"})),)))
        for number in range(8):
            floor.tells(agent(f"agent{number}", skills={"cards": 1 + number % 3}, idle_since_ms=number))
        floor.tells(agent("out", presence="offline"))
        floor.arrives(work(placed_ms=floor.now_ms - 10, language="es", excluded={"agent2": floor.now_ms + 9}))
        return floor, floor.engine.decide(floor.now_ms)[0]

    told_at_once = decided()[1].why
    floor, decision = decided()
    for number in range(8):
        floor.engine.put_agent(agent(f"agent{number}", skills={"cards": 5}, presence="wrap_up", idle_since_ms=900))
    floor.engine.put_agent(agent("new", languages=frozenset({"es"})))
    floor.engine.drop_agent("out")
    floor.rules(policy(strategy=Strategy.ROUND_ROBIN))
    floor.engine.decide(floor.now_ms + 10_000)

    assert decision.why == told_at_once
    assert (told_at_once.considered, told_at_once.best[0].agent) == (4, "agent1")
    assert dict(told_at_once.excluded) == {"offline": 1, "skill": 3, "declined": 1}


def test_who_could_have_what_asks_for_levels_of_its_own_is_told_as_it_was_when_skills_have_changed_since() -> None:
    floor = Floor(policy())
    for number in range(4):
        floor.tells(agent(f"agent{number}", skills={"cards": 1 + number}, presence="wrap_up"))
    floor.tells(agent("other", queues={"sales": Service(1, delay_ms=5)}))
    floor.arrives(work(skills={"cards": 3}))
    floor.arrives(work("later", skills={"cards": 4}))
    floor.engine.decide(floor.now_ms)
    floor.engine.put_agent(agent("agent3", skills={"cards": 4}))
    decision = floor.engine.decide(floor.now_ms)[0]
    for number in range(4):
        floor.engine.put_agent(agent(f"agent{number}", skills={}, queues={"sales": Service(7)}))
    floor.engine.drop_agent("other")
    floor.engine.decide(floor.now_ms + 10)

    assert (decision.agent_id, decision.why.considered) == ("agent3", 1)
    assert dict(decision.why.excluded) == {"wrap_up": 3, "other_queue": 1}


def test_as_plain_data_it_is_what_clients_are_promised() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana"))
    floor.tells(agent("ben", presence="offline"))
    floor.arrives(work())

    told = floor.route()[0].why.as_dict()

    assert told == {
        "rule": "longest_idle",
        "considered": 1,
        "best": [{"agent": "ana", "score": 1_000, "reasons": ["longest_idle"]}],
        "excluded": {"offline": 1},
    }
    assert json.loads(json.dumps(told)) == told


def test_nothing_to_say_is_said_in_the_same_shape() -> None:
    assert Why(rule="named", considered=0, best=(), excluded={}).as_dict() == {
        "rule": "named",
        "considered": 0,
        "best": [],
        "excluded": {},
    }
