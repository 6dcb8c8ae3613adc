"""tests/unit/routing/floors.py: a call center whose truth is kept here, and told to a router.

`Floor` stands for the database: what it holds is true, the engine is told after each change.
Every `route` compares the engine with the oracle and checks what holds in every history.
"""

import gc
import json
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

from routing.engine import Engine
from routing.model import AgentView, Decision, QueuePolicy, Rules, Service, Work
from tests.unit.routing.oracle import Oracle, agrees, explains


def policy(key: str = "billing", **changes: Any) -> QueuePolicy:
    plain = QueuePolicy(key=key, skills={}, priority=0, offer_ms=20_000, target_ms=20_000)
    return replace(plain, **changes)


def agent(agent_id: str = "ana", **changes: Any) -> AgentView:
    plain = AgentView(
        id=agent_id,
        name=agent_id.title(),
        presence="available",
        skills={},
        queues={"billing": Service()},
        capacity={"voice": 1, "chat": 3, "email": 5},
        load={},
        ringing=False,
        idle_since_ms=0,
        languages=frozenset(),
    )
    return replace(plain, **changes)


def work(work_id: str = "w1", **changes: Any) -> Work:
    plain = Work(id=work_id, kind="interaction", channel="chat", queue="billing", priority=0, placed_ms=0)
    return replace(plain, **changes)


def held_by(engine: Engine) -> int:
    """How many things an engine holds on to, all in all, beside bare numbers and words."""
    found, held = {id(engine)}, [engine]
    while held:
        for one in gc.get_referents(held.pop()):
            if id(one) not in found and not isinstance(one, int | str | type | ModuleType | FunctionType):
                found.add(id(one))
                held.append(one)
    return len(found)


class Floor:
    """The truth, the engine that is told it, and the oracle that is told the same."""

    def __init__(self, *policies: QueuePolicy) -> None:
        self.now_ms = 1_000
        self.works: dict[str, Work] = {}
        self.agents: dict[str, AgentView] = {}
        self.offers: dict[str, tuple[str, Work]] = {}  # live: agent -> (work id, the work); a round has many
        self.parked: list[tuple[str, str]] = []  # interrupted: (agent, channel)
        self.handled: list[tuple[str, str]] = []  # in hand: (agent, channel)
        self.said: list[bytes] = []
        self.engine = Engine()
        self.oracle = Oracle()
        self.rules(*policies)

    def rules(self, *policies: QueuePolicy, **others: Any) -> None:
        self.ruled_by = Rules(queues=policies, **others)
        self.engine.set_rules(self.ruled_by)
        self.oracle.set_rules(self.ruled_by)

    def arrives(self, item: Work) -> None:
        self.works[item.id] = item
        self.engine.put_work(item)
        self.oracle.put_work(item)

    def leaves(self, work_id: str) -> None:
        self.works.pop(work_id, None)
        self.engine.drop_work(work_id)
        self.oracle.drop_work(work_id)

    def tells(self, view: AgentView) -> None:
        view = replace(view, ringing=view.id in self.offers)
        self.agents[view.id] = view
        self.engine.put_agent(view)
        self.oracle.put_agent(view)

    def goes(self, agent_id: str) -> None:
        self.agents.pop(agent_id, None)
        self.engine.drop_agent(agent_id)
        self.oracle.drop_agent(agent_id)

    def accepts(self, agent_id: str) -> None:
        """The first to accept has it; for the others of a round the ringing stops."""
        work_id, item = self.offers.pop(agent_id)
        for other in self._round(work_id):
            del self.offers[other]
            self._loads(other, item.channel, 0)
        self.handled.append((agent_id, item.channel))
        self._parks(agent_id, item.channel)
        view = self.agents.get(agent_id)
        if view:
            self.agents[agent_id] = replace(view, handled=view.handled + 1)
        self._loads(agent_id, item.channel, +1)

    def declines(self, agent_id: str, *, rest_ms: int = 60_000) -> None:
        """The item goes back when nobody rings for it any more."""
        work_id, item = self.offers.pop(agent_id)
        item = replace(item, excluded={**item.excluded, agent_id: self.now_ms + rest_ms})
        for other in self._round(work_id):
            self.offers[other] = (work_id, item)
        if not self._round(work_id):
            self.arrives(item)
        self._loads(agent_id, item.channel, 0)

    def misses(self, agent_id: str) -> None:
        work_id, item = self.offers.pop(agent_id)
        if not self._round(work_id):
            self.arrives(item)
        if agent_id in self.agents:
            self.tells(replace(self.agents[agent_id], presence="not_ready"))

    def _round(self, work_id: str) -> list[str]:
        return [agent_id for agent_id, (offered, _) in self.offers.items() if offered == work_id]

    def _parks(self, agent_id: str, channel: str) -> None:
        """What the item interrupts is parked, and counts for nothing while it is."""
        view = self.agents.get(agent_id)
        if view is None or self.oracle.hands(channel, view) != "interrupts":
            return
        parked = self.ruled_by.limits.interrupts[channel]
        for at in [at for at, (who, held) in enumerate(self.handled[:-1]) if who == agent_id and held in parked][::-1]:
            self.parked.append(self.handled.pop(at))
        load = {held: count for held, count in view.load.items() if held not in parked}
        self.agents[agent_id] = replace(view, load=load)

    def takes_in_hand(self, agent_id: str, channel: str) -> None:
        """By their own hand and above what fits, as it may be: an idle chat is put on hold, a mail taken off it."""
        self.handled.append((agent_id, channel))
        self._loads(agent_id, channel, +1)

    def finishes(self, at: int) -> None:
        agent_id, channel = self.handled.pop(at)
        if agent_id in self.agents:
            self._loads(agent_id, channel, -1)

    def _loads(self, agent_id: str, channel: str, by: int) -> None:
        view = self.agents.get(agent_id)
        if view:
            load = {**view.load, channel: max(0, view.load.get(channel, 0) + by)}
            self.tells(replace(view, load=load, idle_since_ms=self.now_ms))

    def rebuilds(self) -> None:
        """The node dies; another one reads the truth and goes on."""
        self.engine = Engine()
        self.engine.set_rules(self.ruled_by)
        for view in reversed(list(self.agents.values())):
            self.engine.put_agent(view)
        for item in reversed(list(self.works.values())):
            self.engine.put_work(item)

    def route(self) -> list[Decision]:
        decisions = self.engine.decide(self.now_ms)
        expected = self.oracle.decide(self.now_ms)
        for decision in decisions:
            pair = next(expected, None)
            assert pair is not None, f"{decision} has no reason"
            agrees(decision, pair)
            self._takes_effect(decision)
        assert next(expected, None) is None, "a free agent and an item that fits are left over"
        self._holds()
        return decisions

    def pairs(self) -> list[tuple[str, str]]:
        return [(decision.work_id, decision.agent_id) for decision in self.route()]

    def _takes_effect(self, decision: Decision) -> None:
        item = self.works.pop(decision.work_id)  # raises for an item in a second live offer
        assert decision.why.considered + sum(decision.why.excluded.values()) == len(self.agents)
        assert decision.why.best[0].agent == decision.agent_id
        for agent_id in (decision.agent_id, *decision.also):
            view = self.agents[agent_id]
            assert agent_id not in self.offers
            self._fits(item, view, by_interrupting=decision.interrupts)
            self.offers[agent_id] = (decision.work_id, item)
            self.agents[agent_id] = replace(view, ringing=True, offered_ms=self.now_ms)
        self.said.append(json.dumps([decision.work_id, decision.agent_id, decision.why.as_dict()]).encode())

    def _fits(self, item: Work, view: AgentView, *, by_interrupting: bool) -> None:
        """Nobody above capacity."""
        limits = self.ruled_by.limits
        parked = limits.interrupts[item.channel] if by_interrupting else frozenset()
        beside = {held: count for held, count in view.load.items() if held not in parked and count}
        assert beside.get(item.channel, 0) < view.capacity[item.channel]
        assert not limits.exclusive & beside.keys()
        heavy = {held: limits.weights.get(held, 0) * count for held, count in beside.items()}
        weight = limits.weights.get(item.channel, 0)
        assert weight == 0 or weight + sum(heavy.values()) <= 100

    def _wakes_in_time(self) -> None:
        """The timer is an instant at which something changes, and before it time alone makes nothing possible."""
        timer = self.engine.next_timer_ms()
        instants = self.oracle.instants()
        assert timer is None or timer in instants
        for at in instants:
            if timer is None or at < timer:
                assert not self.oracle.could_decide(at), f"something fits at {at}, and nobody would ask"

    def _holds(self) -> None:
        self._wakes_in_time()
        queues = {item.queue for item in self.works.values()} | {policy.key for policy in self.ruled_by.queues}
        for queue in queues:
            assert self.engine.waiting(queue) == sum(item.queue == queue for item in self.works.values())
        for item in self.works.values():
            assert self.engine.position(item.id) == self.oracle.position(item.id)
        if self.works:
            asked_about = min(self.works)
            explains(self.engine.why_waiting(asked_about, self.now_ms), self.oracle.why_waiting(asked_about))
        for work_id, _ in self.offers.values():
            if work_id not in self.works:
                assert self.engine.position(work_id) is None
