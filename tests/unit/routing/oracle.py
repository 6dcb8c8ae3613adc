"""tests/unit/routing/oracle.py: the rules of the router, by trying everything.

Slow, and written from the rules alone: it shares the values of `routing.model` and
`routing.order` with the engine and no other line. Where the two differ, one of them is wrong.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from routing.model import AgentView, Decision, QueuePolicy, Rules, Waiting, Work

GUEST = 10**15


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What should be decided, and what should be said about it."""

    work: Work
    agents: list[str]  # those who ring
    interrupts: bool
    order: list[str]  # all who could have had it
    excluded: dict[str, int]
    rule: str


class Oracle:
    """Answers what `routing.engine.Engine` answers."""

    def __init__(self) -> None:
        self.rules = Rules(queues=())
        self.policies: dict[str, QueuePolicy] = {}
        self.works: dict[str, Work] = {}
        self.agents: dict[str, AgentView] = {}
        self.reserved: set[str] = set()
        self.now_ms = 0

    def set_rules(self, rules: Rules) -> None:
        self.rules = rules
        self.policies = {policy.key: policy for policy in rules.queues}

    def put_work(self, work: Work) -> None:
        self.works[work.id] = work

    def drop_work(self, work_id: str) -> None:
        self.works.pop(work_id, None)

    def put_agent(self, view: AgentView) -> None:
        self.agents[view.id] = view
        self.reserved.discard(view.id)

    def drop_agent(self, agent_id: str) -> None:
        self.agents.pop(agent_id, None)
        self.reserved.discard(agent_id)

    def decide(self, now_ms: int) -> Iterator[Pair]:
        """What should be decided, one at a time."""
        self.now_ms = max(self.now_ms, now_ms)
        while pair := self._first_pair():
            yield pair
            del self.works[pair.work.id]
            self.reserved |= set(pair.agents)

    def position(self, work_id: str) -> int | None:
        if work_id not in self.works:
            return None
        queue = [work for work in self.works.values() if work.queue == self.works[work_id].queue]
        return [work.id for work in sorted(queue, key=self.place)].index(work_id) + 1

    def instants(self) -> list[int]:
        """When something changes by time alone, for anything that waits."""
        return sorted({at for work in self.works.values() for at in self._stages_of(work)})

    def could_decide(self, at_ms: int) -> bool:
        """Whether something would fit at an instant to come, if nothing else happened."""
        now_ms, self.now_ms = self.now_ms, at_ms
        try:
            return self._first_pair() is not None
        finally:
            self.now_ms = now_ms

    def why_waiting(self, work_id: str) -> dict[str, Any]:
        work = self.works[work_id]
        policy = self.policies.get(work.queue)
        excluded = self._excluded(work)
        rings = [work.placed_ms + ring.after_ms for ring in policy.rings] if policy else []
        return {
            "rule": "no_rules" if policy is None else "wanted_agent" if self._kept(work) else policy.strategy.value,
            "position": self.position(work_id),
            "ring": sum(at <= self.now_ms for at in rings),
            "next_ring_ms": min((at for at in rings if at > self.now_ms), default=None),
            "considered": len(self.agents) - sum(excluded.values()),
            "excluded": excluded,
        }

    def place(self, work: Work) -> tuple[int, int, float, str]:
        """Where the item stands, by the words of `routing/order.py`."""
        ordering, policy = self.rules.ordering, self.policies.get(work.queue)
        priority = work.priority + (policy.priority if policy else 0)
        if ordering.kind == "priority":
            key = work.placed_ms - priority * ordering.priority_ms if ordering.priority_ms else -priority
        else:
            due_in, handling = 0, 0
            if policy:
                due_in = policy.due_in_ms.get(work.channel, policy.target_ms)
                handling = policy.handling_ms.get(work.channel, 0)
            due = work.placed_ms + due_in if work.due_ms is None else work.due_ms
            start = ordering.head_start_ms.get(work.kind, ordering.head_start_ms.get(work.channel, 0))
            key = due - handling - start - ordering.tier_ms.get(work.tier, 0) - priority * ordering.priority_ms
        return (key, work.placed_ms, math.inf if work.due_ms is None else work.due_ms, work.id)

    def why_not(self, work: Work, agent: AgentView) -> str | None:
        """The first reason against, None when there is none."""
        if agent.presence != "available":
            return agent.presence
        if agent.ringing or agent.id in self.reserved:
            return "ringing"
        if work.queue not in self.policies:
            return "no_rules"
        if self.priority(work, agent) is None:
            return "delay" if work.queue in agent.queues else "other_queue"
        if any(agent.skills.get(skill, 0) < level for skill, level in self.needed(work).items()):
            return "skill"
        hands = self.hands(work.channel, agent)
        if hands not in ("free", "interrupts"):
            return hands
        if work.excluded.get(agent.id, 0) > self.now_ms:
            return "declined"
        if self._kept(work) and work.wanted_agent_id != agent.id:
            return "wanted_other"
        return None

    def priority(self, work: Work, agent: AgentView) -> int | None:
        """At which priority the agent serves this item now; None: not at all."""
        waited = self.now_ms - work.placed_ms
        service = agent.queues.get(work.queue)
        if service and service.delay_ms <= waited:
            return service.priority
        for ring in self.policies[work.queue].rings:
            if ring.after_ms <= waited and (ring.queues & set(agent.queues) or ring.teams & agent.teams):
                return GUEST
        return None

    def asked(self, work: Work) -> dict[str, int]:
        """Skills and levels before any ring."""
        skills = self.policies[work.queue].skills
        highest = {skill: max(skills.get(skill, 0), work.skills.get(skill, 0)) for skill in {*skills, *work.skills}}
        return {skill: min(level, 5) for skill, level in highest.items() if level > 0}

    def needed(self, work: Work) -> dict[str, int]:
        """Skills and levels after the rings that are reached."""
        needed = self.asked(work)
        for ring in self.policies[work.queue].rings:
            if ring.after_ms <= self.now_ms - work.placed_ms:
                needed = {skill: min(level, ring.skills.get(skill, level)) for skill, level in needed.items()}
        return needed

    def hands(self, channel: str, agent: AgentView) -> str:
        """What fits beside what the agent has in hand."""
        limits = self.rules.limits

        def beside(load: dict[str, int]) -> str:
            if agent.capacity.get(channel, 0) < 1:
                return "no_channel"
            if any(load.get(held) for held in limits.exclusive):
                return "on_call"
            if load.get(channel, 0) >= agent.capacity[channel]:
                return "full"
            own = limits.weights.get(channel, 0)
            weight = own + sum(limits.weights.get(held, 0) * count for held, count in load.items())
            return "weight" if own and weight > 100 else "free"

        answer = beside(dict(agent.load))
        parked = limits.interrupts.get(channel, frozenset())
        if answer != "free" and beside({held: n for held, n in agent.load.items() if held not in parked}) == "free":
            return "interrupts"
        return answer

    def _first_pair(self) -> Pair | None:
        found = []
        for work in self.works.values():
            if work.queue in self.policies:
                eligible = [agent for agent in self.agents.values() if self.why_not(work, agent) is None]
                found += [(self._key(work, agent), work, agent) for agent in eligible]
        if not found:
            return None
        _, work, agent = min(found, key=lambda pair: pair[0])
        order = [other for _, item, other in sorted(found, key=lambda pair: pair[0]) if item is work]
        order.sort(key=lambda other: other.id != work.wanted_agent_id)
        by_interrupting = self.hands(work.channel, agent) == "interrupts"
        policy = self.policies[work.queue]
        agents = [agent.id]
        if policy.strategy == "ring_all":
            alike = [
                other for other in order[:10] if (self.hands(work.channel, other) == "interrupts") == by_interrupting
            ]
            agents = [other.id for other in alike]
        return Pair(
            work=work,
            agents=agents,
            interrupts=by_interrupting,
            order=[other.id for other in order],
            excluded=self._excluded(work),
            rule=self._rule(work, agent),
        )

    def _rule(self, work: Work, agent: AgentView) -> str:
        """By what this agent got it."""
        if agent.id != work.wanted_agent_id:
            return str(self.policies[work.queue].strategy.value)
        known = {"owner": "case_owner", "last_agent": "last_agent"}
        return known.get(work.wanted_as, "wanted_agent" if self._kept(work) else "preferred_agent")

    def _key(self, work: Work, agent: AgentView) -> tuple[Any, ...]:
        """The rule of the decision."""
        wanted = agent.id == work.wanted_agent_id
        priority = 1 if wanted else max(1, self.priority(work, agent) or GUEST)
        by_interrupting = self.hands(work.channel, agent) == "interrupts"
        speaks = work.language.split("-")[0] in {language.split("-")[0] for language in agent.languages}
        return (priority, self.place(work), not wanted, by_interrupting, *self._rank(work, agent), not speaks, agent.id)

    def _rank(self, work: Work, agent: AgentView) -> tuple[int, int]:
        idle = agent.idle_since_ms
        match self.policies[work.queue].strategy.value:
            case "fewest_handled":
                return (agent.handled, idle)
            case "best_skilled":
                return (-sum(min(5, agent.skills.get(skill, 0)) for skill in self.asked(work)), idle)
            case "least_flexible":
                return (len(agent.queues) + len([level for level in agent.skills.values() if level > 0]), idle)
            case "round_robin":
                return (agent.offered_ms, idle)
            case _:
                return (idle, 0)

    def _excluded(self, work: Work) -> dict[str, int]:
        excluded: dict[str, int] = {}
        for agent in self.agents.values():
            reason = self.why_not(work, agent)
            if reason:
                excluded[reason] = excluded.get(reason, 0) + 1
        return excluded

    def _kept(self, work: Work) -> bool:
        """Whether the item is for its wanted agent alone."""
        wanted = self.agents.get(work.wanted_agent_id or "")
        if wanted is None or wanted.presence == "offline":
            return False
        by_name = work.wanted_as == "named" and work.channel not in ("voice", "chat")
        if wanted.presence == "not_ready" and not by_name:
            return False
        if work.wanted_until_ms is None or work.wanted_until_ms <= self.now_ms:
            return False
        return work.excluded.get(wanted.id, 0) <= self.now_ms

    def _stages_of(self, work: Work) -> Iterator[int]:
        """The instants still to come at which something changes for the item by time alone."""
        instants = list(work.excluded.values())
        if work.wanted_agent_id and work.wanted_until_ms is not None:
            instants.append(work.wanted_until_ms)
        if work.queue in self.policies:
            instants += [work.placed_ms + ring.after_ms for ring in self.policies[work.queue].rings]
            serving = [agent.queues[work.queue] for agent in self.agents.values() if work.queue in agent.queues]
            instants += [work.placed_ms + service.delay_ms for service in serving if service.delay_ms]
        return (at for at in instants if at > self.now_ms)


def agrees(decision: Decision, pair: Pair) -> None:
    """The engine's decision is the oracle's, and its explanation is true."""
    assert (decision.work_id, [decision.agent_id, *decision.also]) == (pair.work.id, pair.agents)
    assert decision.interrupts == pair.interrupts
    assert decision.why.rule == pair.rule
    assert decision.why.considered == len(pair.order)
    assert [candidate.agent for candidate in decision.why.best] == pair.order[:5]
    assert dict(decision.why.excluded) == pair.excluded


def explains(waiting: Waiting | None, expected: dict[str, Any]) -> None:
    """What the engine says about waiting is true."""
    assert waiting is not None
    assert waiting.as_dict() == expected
