"""routing/needs.py: what an item needs now, and when that changes next.

A need is all that decides who may have an item, apart from who is free: items with the same need
may go to the same agents. It changes with time alone: a ring is reached, agents with a delay
join, a wanted agent's time is over, a declined item may be asked about again.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from routing.facts import Fact, is_in_team, serves
from routing.model import QueuePolicy, Strategy, Work, requirements

Levels = tuple[tuple[str, int], ...]

#: So many levels that items bring are remembered by a queue.
_REMEMBERED = 4096

_NOBODY: frozenset[str] = frozenset()


class Need(NamedTuple):
    """What decides who may have an item. `guests`: facts that let in those who do not serve the
    queue. `delay_ms`: agents with a longer delay do not serve yet. `asked`: the skills by which
    agents are ranked, where the strategy ranks by skill."""

    queue: str
    channel: str
    levels: Levels
    guests: frozenset[Fact]
    delay_ms: int
    only: str | None
    prefers: str | None
    without: frozenset[str]
    asked: tuple[str, ...]


class Stages:
    """The rules of one queue, by how many rings are reached."""

    def __init__(self, policy: QueuePolicy) -> None:
        self.policy = policy
        self._plain: dict[tuple[str, int, int], Need] = {}
        self.rule = policy.strategy.value  #: what is said of a decision by the strategy
        rings = sorted(policy.rings, key=lambda ring: ring.after_ms)
        self.after_ms = [ring.after_ms for ring in rings]
        self._caps: list[dict[str, int]] = [{}]
        self._guests: list[frozenset[Fact]] = [frozenset()]
        for ring in rings:
            cap = self._caps[-1]
            self._caps.append(
                {**cap, **{skill: min(level, cap.get(skill, level)) for skill, level in ring.skills.items()}}
            )
            let_in = {serves(queue) for queue in ring.queues} | {is_in_team(team) for team in ring.teams}
            self._guests.append(self._guests[-1] | let_in)
        self._brought: dict[tuple[object, ...], Levels] = {}  # by ring and skills of an item
        self._levels = [self._capped(requirements(policy.skills), cap) for cap in self._caps]
        self._asked = tuple(skill for skill, _ in requirements(policy.skills))

    def reached(self, waited_ms: int) -> int:
        """How many rings an item that has waited so long has reached."""
        return bisect_right(self.after_ms, waited_ms) if self.after_ms else 0

    def levels(self, skills: Mapping[str, int], ring: int) -> Levels:
        """The levels needed by the queue and an item with such `skills`."""
        if not skills:
            return self._levels[ring]
        if not self.after_ms:
            return requirements(self.policy.skills, skills)  # asked once for an item: not worth remembering
        key = (ring, *skills.items())
        known = self._brought.get(key)
        if known is None:
            if len(self._brought) >= _REMEMBERED:
                self._brought.clear()
            known = self._brought[key] = self._capped(requirements(self.policy.skills, skills), self._caps[ring])
        return known

    def guests(self, ring: int) -> frozenset[Fact]:
        """Who is let in."""
        return self._guests[ring]

    def asked(self, skills: Mapping[str, int]) -> tuple[str, ...]:
        """The skills asked for before any ring; by nothing else is anybody best skilled."""
        if self.policy.strategy is not Strategy.BEST_SKILLED:
            return ()
        return tuple(skill for skill, _ in requirements(self.policy.skills, skills)) if skills else self._asked

    def plain(self, channel: str, ring: int, delay_ms: int) -> Need:
        """The need of an item that asks for nothing of its own."""
        need = self._plain.get((channel, ring, delay_ms))
        if need is None:
            levels, guests, asked = self._levels[ring], self._guests[ring], self.asked({})
            need = Need(self.policy.key, channel, levels, guests, delay_ms, None, None, _NOBODY, asked)
            self._plain[channel, ring, delay_ms] = need
        return need

    @staticmethod
    def _capped(levels: Levels, cap: Mapping[str, int]) -> Levels:
        if not cap:
            return levels
        lowered = ((skill, min(level, cap.get(skill, level))) for skill, level in levels)
        return tuple((skill, level) for skill, level in lowered if level > 0)


def need_of(work: Work, stages: Stages, *, delays: Sequence[int], wanted_is_in: bool, now_ms: int) -> Need:
    """The need of `work` at this instant. `delays` are those of the queue's agents, rising."""
    waited_ms = now_ms - work.placed_ms
    ring = stages.reached(waited_ms)
    delay_ms = 0
    if delays and delays[-1]:
        reached = bisect_right(delays, waited_ms)
        delay_ms = delays[reached - 1] if reached else 0
    if not work.skills and not work.excluded and work.wanted_agent_id is None:
        return stages.plain(work.channel, ring, delay_ms)
    without = _NOBODY
    if work.excluded:
        without = frozenset(agent_id for agent_id, until in work.excluded.items() if until > now_ms)
    wanted = work.wanted_agent_id
    only = wanted if wanted_is_in and kept_for(work, now_ms) is not None and wanted not in without else None
    return Need(
        queue=work.queue,
        channel=work.channel,
        levels=stages.levels(work.skills, ring),
        guests=stages.guests(ring),
        delay_ms=delay_ms,
        only=only,
        prefers=wanted if only is None else None,
        without=without,
        asked=stages.asked(work.skills),
    )


def kept_for(work: Work, now_ms: int) -> str | None:
    """The agent for whom the item is kept while signed in: until `wanted_until_ms`."""
    until = work.wanted_until_ms
    return work.wanted_agent_id if until is not None and until > now_ms else None


def next_change_ms(work: Work, stages: Stages | None, delays: Sequence[int], *, now_ms: int) -> int | None:
    """The next instant at which the need of `work` changes by time alone. `delays` rise."""
    waited_ms = now_ms - work.placed_ms
    instants = []
    if stages is not None:
        if stages.after_ms and waited_ms < stages.after_ms[-1]:
            instants.append(work.placed_ms + stages.after_ms[bisect_right(stages.after_ms, waited_ms)])
        if delays and max(0, waited_ms) < delays[-1]:  # no delay is nothing to wait for
            instants.append(work.placed_ms + delays[bisect_right(delays, max(0, waited_ms))])
    if work.excluded:
        instants += [until for until in work.excluded.values() if until > now_ms]
    until = work.wanted_until_ms
    if until is not None and work.wanted_agent_id is not None and until > now_ms:
        instants.append(until)
    return min(instants) if instants else None


def next_ring_ms(work: Work, stages: Stages, *, now_ms: int) -> int | None:
    """When the item reaches its next ring."""
    ring = stages.reached(now_ms - work.placed_ms)
    return work.placed_ms + stages.after_ms[ring] if ring < len(stages.after_ms) else None
