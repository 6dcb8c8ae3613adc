"""Where other routers have stumbled: each trap as a scenario."""

from random import Random

import pytest

from desk.scenarios.file import read
from routing.engine import Engine
from routing.model import AgentView, QueuePolicy, Ring, Rules, Service, Work
from routing.simulation import Result
from routing.simulation import play as play_scenario
from tests.simulation.scenes import one_queue, play, trace


def taken(text: str) -> tuple[int, ...]:
    """How many contacts each agent took."""
    result: Result = play_scenario(read(text, str).scenario, chances=lambda name: Random(f"1 {name}"))
    return result.taken


def test_freed_capacity_goes_to_who_waits_longest_and_not_to_a_newcomer() -> None:
    # at the instant at which the agent frees, one waits and another arrives
    calls = trace("0,60,", "30,60,", "60,60,0")

    result = one_queue(calls)["all"]

    assert (result["answered"], result["abandoned"], result["asa_s"]) == (2, 1, 15.0)


@pytest.mark.parametrize("strategy", ["round_robin", "longest_idle", "fewest_handled", "ring_all"])
def test_no_strategy_gives_an_agent_more_than_fits(strategy: str) -> None:
    text = f"""
horizon_s: 1000
strategy: {strategy}
queues: {{desk: {{}}}}
agents: [{{count: 3, queues: [desk], channels: {{chat: 2}}}}]
traffic: [{{queue: desk, channel: chat, trace: chats.csv}}]
"""
    result = play(text, {"chats.csv": trace(*["0,100,"] * 6, "1,100,", "2,100,")})

    assert result["all"]["waited_share"] == 2 / 8
    assert result["all"]["wait_p99_s"] == 99.0


def test_who_is_not_there_is_never_chosen() -> None:
    shifts = "{count: 2, queues: [billing], until_s: 300}, {count: 2, queues: [billing], from_s: 600}"
    text = f"""
horizon_s: 900
queues: {{billing: {{}}}}
agents: [{shifts}]
traffic:
  - {{queue: billing, channel: voice, rate_per_hour: 600, handle_s: {{constant: 1}}, patience_s: {{constant: 0}},
     from_s: 300, until_s: 600}}
"""
    assert taken(text) == (0, 0, 0, 0)


def test_a_rule_that_changes_reaches_who_waits_already() -> None:
    def rules(*rings: Ring) -> Rules:
        policy = QueuePolicy(
            key="cards", skills={"cards": 3}, priority=0, offer_ms=20_000, target_ms=20_000, rings=rings
        )
        return Rules(queues=(policy,))

    engine = Engine()
    engine.set_rules(rules())
    engine.put_agent(
        AgentView(
            id="ana",
            name="Ana",
            presence="available",
            skills={"cards": 1},
            queues={"cards": Service()},
            capacity={"voice": 1},
            load={},
            ringing=False,
            idle_since_ms=0,
            languages=frozenset(),
        )
    )
    engine.put_work(Work(id="w", kind="interaction", channel="voice", queue="cards", priority=0, placed_ms=0))
    assert engine.decide(60_000) == []

    engine.set_rules(rules(Ring(after_ms=30_000, skills={"cards": 1})))

    assert [decision.agent_id for decision in engine.decide(60_000)] == ["ana"]


@pytest.mark.parametrize("strategy", ["longest_idle", "round_robin", "fewest_handled"])
def test_no_agent_of_equals_is_more_than_a_tenth_from_the_mean_over_a_day(strategy: str) -> None:
    shares = taken(f"""
horizon_s: 36000
strategy: {strategy}
queues: {{billing: {{}}}}
agents: [{{count: 6, queues: [billing]}}]
traffic:
  - {{queue: billing, channel: voice, rate_per_hour: 99, handle_s: {{lognormal: [150, 60]}}}}
""")

    mean = sum(shares) / len(shares)
    assert mean > 100
    assert max(abs(share - mean) for share in shares) <= mean / 10


def test_chats_are_spread_over_equals_too() -> None:
    shares = taken("""
horizon_s: 36000
queues: {desk: {}}
agents: [{count: 5, queues: [desk], channels: {chat: 3}}]
traffic: [{queue: desk, channel: chat, rate_per_hour: 70, handle_s: {exponential: 400}}]
""")

    mean = sum(shares) / len(shares)
    assert max(abs(share - mean) for share in shares) <= mean / 10
