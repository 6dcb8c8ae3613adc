"""What rules out each agent in particular: it adds up to what is counted."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from routing.model import Service
from tests.unit.routing.floors import Floor, agent, policy, work

VIEWS = some.fixed_dictionaries(
    {
        "presence": some.sampled_from(["available", "available", "available", "not_ready", "wrap_up", "offline"]),
        "skills": some.fixed_dictionaries({"cards": some.integers(1, 5)}),
        "queues": some.sampled_from([{"billing": Service()}, {"general": Service()}, {"billing": Service(1, 60_000)}]),
        "load": some.sampled_from([{}, {"chat": 1}, {"chat": 3}, {"voice": 1}]),
        "ringing": some.booleans(),
    }
)


@given(some.lists(VIEWS, min_size=1, max_size=8))
def test_reasons_by_name_add_up_to_the_counts(views) -> None:
    floor = Floor(policy("billing", skills={"cards": 3}))
    for number, view in enumerate(views):
        floor.engine.put_agent(agent(f"agent{number}", capacity={"voice": 1, "chat": 3}, **view))
    floor.engine.put_work(work("w1", queue="billing", excluded={"agent0": floor.now_ms + 1}))

    waiting = floor.engine.why_waiting("w1", floor.now_ms)
    reasons = floor.engine.ruled_out("w1", floor.now_ms)

    assert waiting is not None
    assert len(reasons) == len(views)
    assert Counter(reasons.values()) == Counter({"": waiting.considered} | dict(waiting.excluded))


def test_of_who_does_not_wait_nothing_is_said_and_without_rules_nobody_could() -> None:
    floor = Floor()
    floor.engine.put_agent(agent("ana"))
    floor.engine.put_agent(agent("ben", presence="offline"))
    floor.engine.put_work(work("w1"))

    assert floor.engine.ruled_out("nobody", floor.now_ms) == {}
    assert floor.engine.ruled_out("w1", floor.now_ms) == {"ana": "no_rules", "ben": "offline"}
