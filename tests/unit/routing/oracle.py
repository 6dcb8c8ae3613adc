"""tests/unit/routing/oracle.py: the rules of the router, by trying everything.

Slow, and written from the rules alone: it shares the values of `routing.model` with the engine
and no other line. Where the two differ, one of them is wrong.
"""

from collections.abc import Iterator

from routing.model import AgentView, Decision, QueuePolicy, Rules, Work


class Oracle:
    """Answers what `routing.engine.Engine` answers."""

    def __init__(self) -> None:
        self.policies: dict[str, QueuePolicy] = {}
        self.works: dict[str, Work] = {}
        self.agents: dict[str, AgentView] = {}
        self.reserved: set[str] = set()
        self.now_ms = 0

    def set_rules(self, rules: Rules) -> None:
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

    def decide(self, now_ms: int) -> Iterator[tuple[Work, AgentView, dict[str, list[str]], list[str]]]:
        """Pairs, one at a time: work, agent, who was excluded by reason, who was eligible in order."""
        self.now_ms = max(self.now_ms, now_ms)
        while pair := self._first_pair():
            yield pair
            del self.works[pair[0].id]
            self.reserved.add(pair[1].id)

    def position(self, work_id: str) -> int | None:
        if work_id not in self.works:
            return None
        queue = [work for work in self._in_order() if work.queue == self.works[work_id].queue]
        return [work.id for work in queue].index(work_id) + 1

    def next_timer_ms(self) -> int | None:
        instants = [until for work in self.works.values() for until in work.excluded.values()]
        for work in self.works.values():
            if work.wanted_agent_id and work.wanted_until_ms is not None:
                instants.append(work.wanted_until_ms)
        return min((at for at in instants if at > self.now_ms), default=None)

    def _in_order(self) -> list[Work]:
        def order(work: Work) -> tuple[int, int, str]:
            policy = self.policies.get(work.queue)
            return (-work.priority - (policy.priority if policy else 0), work.placed_ms, work.id)

        return sorted(self.works.values(), key=order)

    def _first_pair(self) -> tuple[Work, AgentView, dict[str, list[str]], list[str]] | None:
        for work in self._in_order():
            if work.queue not in self.policies:
                continue
            excluded: dict[str, list[str]] = {}
            eligible = []
            for agent in self.agents.values():
                reason = self.why_not(work, agent)
                if reason:
                    excluded.setdefault(reason, []).append(agent.id)
                else:
                    eligible.append(agent)
            if eligible:
                eligible.sort(key=lambda agent: self._preference(work, agent))
                return work, eligible[0], excluded, [agent.id for agent in eligible]
        return None

    def why_not(self, work: Work, agent: AgentView) -> str | None:
        """The first reason against, None when there is none."""
        needed = [*self.policies[work.queue].skills.items(), *work.skills.items()]
        if agent.presence != "available":
            return agent.presence
        if agent.ringing or agent.id in self.reserved:
            return "ringing"
        if work.queue not in agent.queues:
            return "other_queue"
        if any(agent.skills.get(skill, 0) < level for skill, level in needed):
            return "skill"
        if not agent.capacity.get(work.channel):
            return "no_channel"
        if agent.load.get("voice"):
            return "on_call"
        if agent.load.get(work.channel, 0) >= agent.capacity[work.channel]:
            return "full"
        if work.excluded.get(agent.id, 0) > self.now_ms:
            return "declined"
        if self._kept_for_another(work, agent):
            return "wanted_other"
        return None

    def _kept_for_another(self, work: Work, agent: AgentView) -> bool:
        wanted = self.agents.get(work.wanted_agent_id or "")
        if wanted is None or wanted.id == agent.id or wanted.presence == "offline":
            return False
        if work.wanted_until_ms is None or work.wanted_until_ms <= self.now_ms:
            return False
        return work.excluded.get(wanted.id, 0) <= self.now_ms

    @staticmethod
    def _preference(work: Work, agent: AgentView) -> tuple[bool, int, bool, str]:
        speaks = work.language.split("-")[0] in {language.split("-")[0] for language in agent.languages}
        return (agent.id != work.wanted_agent_id, agent.idle_since_ms, not speaks, agent.id)


def agrees(decision: Decision, work: Work, agent: AgentView, excluded: dict[str, list[str]], order: list[str]) -> None:
    """The engine's decision is the oracle's, and its explanation is true."""
    assert (decision.work_id, decision.agent_id) == (work.id, agent.id)
    assert decision.why.considered == len(order)
    assert [candidate.agent for candidate in decision.why.best] == order[:5]
    assert dict(decision.why.excluded) == {reason: len(ids) for reason, ids in excluded.items()}
