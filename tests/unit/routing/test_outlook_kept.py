"""An outlook that is kept from moment to moment says what a new one would."""

from dataclasses import replace
from random import Random

import pytest

from routing.model import AgentView, Rules, Service, Work
from routing.outlook import Outlook
from tests.unit.routing.floors import agent, policy, work
from tests.unit.routing.histories import (
    AGENTS,
    CHANNELS,
    QUEUES,
    some_agent,
    some_limits,
    some_ordering,
    some_policy,
    some_work,
)


def says(outlook: Outlook, items: list[Work]) -> list[object]:
    """All that one can be asked."""
    return [outlook.turn(item) for item in items] + [outlook.staffed(queue, CHANNELS) for queue in QUEUES]


def changed(chance: Random, one: AgentView, now_ms: int) -> AgentView:
    """An agent a while later: mostly with something else in hand."""
    if chance.random() < 0.2:
        return some_agent(chance, one.id, now_ms)
    load = {channel: chance.choice([0, 1, 2]) for channel in CHANNELS if chance.random() < 0.5}
    presence = chance.choice([one.presence, one.presence, "available", "wrap_up", "not_ready"])
    return replace(one, load=load, presence=presence, ringing=chance.random() < 0.3)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_becomes_of_a_floor_a_kept_outlook_says_what_a_new_one_does(seed: int) -> None:
    chance = Random(seed)
    queues = tuple(some_policy(chance, key) for key in QUEUES)
    rules = Rules(queues=queues, ordering=some_ordering(chance), limits=some_limits(chance))
    now_ms = 1_000
    agents = {id: some_agent(chance, id, now_ms) for id in AGENTS}
    items: dict[str, Work] = {}
    kept = Outlook(rules, agents.values(), (), now_ms)
    for step in range(60):
        now_ms += chance.choice([0, 0, 1, 10, 60, 300])
        what = chance.random()
        if what < 0.3:
            kept = kept.at(now_ms)
        else:
            if what < 0.6:
                id = chance.choice(AGENTS)
                agents[id] = changed(chance, agents[id], now_ms)
            elif what < 0.9 or not items:
                items[f"w{step}"] = some_work(chance, f"w{step}", now_ms)
            else:
                items.pop(chance.choice(list(items)))
            kept = kept.after(agents.values(), items.values(), now_ms)
        new = Outlook(rules, agents.values(), items.values(), now_ms)
        assert says(kept, list(items.values())) == says(new, list(items.values())), step


def test_one_that_is_followed_stays_as_it_was() -> None:
    call = work("call", channel="voice", placed_ms=0)
    mia = agent(load={"voice": 1})
    before = Outlook(Rules(queues=(policy(),)), [mia], [call], 1_000)
    said = before.turn(call)

    after = before.after([replace(mia, load={})], [call, replace(call, id="second")], 2_000)
    unskilled = after.after([replace(mia, queues={"other": Service()})], [call], 3_000)

    assert before.turn(call) == said
    assert (found := after.turn(call)) is not None
    assert (found.free, after.at(5_000).turn(call)) == (1, found)
    assert (gone := unskilled.turn(call)) is not None
    assert gone.works is False
