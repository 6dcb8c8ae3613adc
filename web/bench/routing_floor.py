"""web/bench/routing_floor.py: a floor that plays, and writes down all that its engine is told.

Another engine can be told the same, so that making what is told costs nothing where the engine is timed.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from routing.engine import Engine
from routing.model import AgentView
from web.bench.routing_load import START_MS, STEP_MS, Load

#: What an engine is told: which of its ears hears it, and the value.
Tape = list[tuple[int, Any]]

_AGENT, _WORK, _DECIDE = range(3)


class Floor:
    """A floor that plays: who holds what, and a tape of all that its engine was told."""

    def __init__(self, load: Load, chance: Random) -> None:
        self.tape: Tape = []
        self.rules = load.rules
        self._load = load
        self._chance = chance
        self._now_ms = START_MS
        self._arrived = 0
        self._views = {view.id: view for view in load.agents}
        self._in_hand = [
            (view.id, channel)
            for n, view in enumerate(load.agents)
            if load.finish(n)
            for channel, held in view.load.items()
            for _ in range(held)
        ]
        self._channels = {item.id: item.channel for item in load.waiting}
        self._engine = Engine()
        self._engine.set_rules(load.rules)
        self._told = _ears(self._engine)
        for view in load.agents:
            self._tell(_AGENT, view)
        for item in load.waiting:
            self._tell(_WORK, item)
        self._decide()

    @property
    def in_hand(self) -> int:
        """How many contacts are going on."""
        return len(self._in_hand)

    def play(self, steps: int) -> None:
        """So many times one contact ends and one arrives."""
        for _ in range(steps):
            self._now_ms += STEP_MS
            agent_id, channel = self._finish()
            self._tell(_AGENT, self._holding(agent_id, channel, -1))
            self._decide()
            arrival = self._load.arrives(self._arrived, agent_id, channel, self._now_ms)
            self._arrived += 1
            self._channels[arrival.id] = arrival.channel
            self._tell(_WORK, arrival)
            self._decide()

    def _tell(self, ear: int, value: Any) -> Any:
        self.tape.append((ear, value))
        return self._told[ear](value)

    def _decide(self) -> None:
        """Every offer is accepted; what that makes possible is decided with the next event."""
        for decision in self._tell(_DECIDE, self._now_ms):
            channel = self._channels.pop(decision.work_id)
            self._in_hand.append((decision.agent_id, channel))
            self._tell(_AGENT, self._holding(decision.agent_id, channel, +1))

    def _finish(self) -> tuple[str, str]:
        """Any contact in hand ends."""
        at = self._chance.randrange(len(self._in_hand))
        self._in_hand[at], self._in_hand[-1] = self._in_hand[-1], self._in_hand[at]
        return self._in_hand.pop()

    def _holding(self, agent_id: str, channel: str, by: int) -> AgentView:
        old = self._views[agent_id]
        load = {**old.load, channel: old.load.get(channel, 0) + by}
        view = self._views[agent_id] = replace(old, load=load, idle_since_ms=self._now_ms)
        return view


def tell(engine: Engine, tape: Tape) -> int:
    """Tells an engine all of a tape; how many decisions it makes."""
    ears = _ears(engine)
    decisions = 0
    for ear, value in tape:
        said = ears[ear](value)
        if said:
            decisions += len(said)
    return decisions


def tell_and_ask(engine: Engine, tape: Tape) -> int:
    """Tells an engine all of a tape and asks why of each decision; how many decisions it makes."""
    ears = _ears(engine)
    decisions = explained = 0
    for ear, value in tape:
        said = ears[ear](value)
        if said:
            decisions += len(said)
            for decision in said:
                explained += len(decision.why.best) > 0
    assert explained == decisions, "each says who could have had it"
    return decisions


def _ears(engine: Engine) -> tuple[Callable[[Any], Any], ...]:
    return (engine.put_agent, engine.put_work, engine.decide)
