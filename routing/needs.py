"""routing/needs.py: what an item needs now, and when that changes next.

A *need* is all that decides who may have an item, apart from who is free. It changes with time alone,
in *stages* that are the same for all items of a queue: a ring is reached, agents with a delay join.
Each stage asks for no more and lets in no fewer than the one before. What else changes it is the
item's own: a wanted agent's time is over, a declined item may be asked about again.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import starmap
from typing import NamedTuple

from routing.facts import Fact, is_in_team, level_name, serves
from routing.model import QueuePolicy, Strategy, Work, requirements

Levels = tuple[tuple[str, int], ...]

#: So many levels that items bring are remembered by a queue.
_REMEMBERED = 4096

#: Makes a named tuple of its values in a third of the time that its own constructor takes.
_new = tuple.__new__

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


#: A need, and the names of its levels, as agents have them.
Asked = tuple[Need, frozenset[str]]


class Own(NamedTuple):
    """What an item asks for beside its queue."""

    skills: Mapping[str, int]
    only: str | None
    prefers: str | None
    without: frozenset[str]


#: What an item asks for that asks for nothing of its own.
NOTHING_OWN = Own({}, None, None, _NOBODY)


class Stages:
    """The rules of one queue, stage by stage. `moments` are the waits at which the next stage is reached."""

    def __init__(self, policy: QueuePolicy, delays: Sequence[int]) -> None:
        self.policy = policy
        self.moments: list[int] = []
        self.rings = [0]  #: by stage: how many rings are reached
        self._delays = [0]  # by stage: the longest delay that is over
        rings = sorted(policy.rings, key=lambda ring: ring.after_ms)
        self._after_ms = [ring.after_ms for ring in rings]
        self._caps: list[dict[str, int]] = [{}]
        self._guests: list[frozenset[Fact]] = [frozenset()]
        for ring in rings:
            cap = self._caps[-1]
            self._caps.append(
                {**cap, **{skill: min(level, cap.get(skill, level)) for skill, level in ring.skills.items()}}
            )
            let_in = {serves(queue) for queue in ring.queues} | {is_in_team(team) for team in ring.teams}
            self._guests.append(self._guests[-1] | let_in)
        self._plain: dict[tuple[str, int], Asked] = {}  # by channel and stage
        self._brought: dict[tuple[object, ...], tuple[Levels, frozenset[str]]] = {}  # by ring and skills of an item
        self._required: dict[tuple[tuple[str, int], ...], Levels] = {}  # by skills of an item, before any ring
        self._levels = [_capped(requirements(policy.skills), cap) for cap in self._caps]
        self._ranks_by_skill = policy.strategy is Strategy.BEST_SKILLED
        asked = requirements(policy.skills) if self._ranks_by_skill else ()
        self._asked = tuple(skill for skill, _ in asked)  # before any ring: by nothing else is anybody best skilled
        self.set_delays(delays)

    def set_delays(self, delays: Sequence[int]) -> None:
        """The delays after which agents serve the queue are these now, rising."""
        self.moments = sorted({*self._after_ms, *[delay for delay in delays if delay > 0]})
        self.rings = [0, *[bisect_right(self._after_ms, moment) for moment in self.moments]]
        self._delays = [0, *[max([0, *[d for d in delays if d <= moment]]) for moment in self.moments]]
        self._plain.clear()

    def reached(self, waited_ms: int) -> int:
        """The stage of an item that has waited so long."""
        return bisect_right(self.moments, waited_ms) if self.moments else 0

    def next_ring_ms(self, work: Work, stage: int) -> int | None:
        """When an item reaches its next ring."""
        ring = self.rings[stage]
        return work.placed_ms + self._after_ms[ring] if ring < len(self._after_ms) else None

    def asked(self, channel: str, stage: int, own: Own) -> Asked:
        """What an item asks for at a stage, and the names of the levels."""
        plain = self._plain.get((channel, stage))
        if plain is None:
            ring = self.rings[stage]
            levels, guests, delay_ms = self._levels[ring], self._guests[ring], self._delays[stage]
            need = Need(self.policy.key, channel, levels, guests, delay_ms, None, None, _NOBODY, self._asked)
            plain = self._plain[channel, stage] = (need, _names_of(levels))
        if own is NOTHING_OWN:
            return plain
        (key, _, levels, guests, delay_ms, _, _, _, asked), names = plain
        skills, only, prefers, without = own
        if skills:
            levels, names = self._levels_for(skills, self.rings[stage])
            if self._ranks_by_skill:
                asked = tuple([skill for skill, _ in requirements(self.policy.skills, skills)])
        return _new(Need, (key, channel, levels, guests, delay_ms, only, prefers, without, asked)), names

    def _levels_for(self, skills: Mapping[str, int], ring: int) -> tuple[Levels, frozenset[str]]:
        """The levels needed by the queue and an item with such `skills`, and their names."""
        if not self._after_ms:  # asked once for an item: not worth remembering
            levels = requirements(self.policy.skills, skills)
            return levels, _names_of(levels)
        brought = tuple(skills.items())
        key = (ring, brought)
        known = self._brought.get(key)
        if known is None:
            if len(self._brought) >= _REMEMBERED:
                self._brought.clear()
                self._required.clear()
            required = self._required.get(brought)
            if required is None:
                required = self._required[brought] = requirements(self.policy.skills, skills)
            levels = _capped(required, self._caps[ring])
            known = self._brought[key] = (levels, _names_of(levels))
        return known


def _capped(levels: Levels, cap: Mapping[str, int]) -> Levels:
    if not cap:
        return levels
    lowered = ((skill, min(level, cap.get(skill, level))) for skill, level in levels)
    return tuple((skill, level) for skill, level in lowered if level > 0)


def own_of(work: Work, *, wanted_is_in: bool, now_ms: int) -> Own:
    """What `work` asks for beside its queue, at this instant."""
    wanted = work.wanted_agent_id
    if wanted is None and not work.skills and not work.excluded:
        return NOTHING_OWN
    without = _NOBODY
    if work.excluded:
        without = frozenset(agent_id for agent_id, until in work.excluded.items() if until > now_ms)
    if wanted is None:
        return _new(Own, (work.skills, None, None, without)) if work.skills or without else NOTHING_OWN
    if wanted_is_in and kept_for(work, now_ms) is not None and wanted not in without:
        return _new(Own, (work.skills, wanted, None, without))
    return _new(Own, (work.skills, None, wanted, without))


def kept_for(work: Work, now_ms: int) -> str | None:
    """The agent for whom the item is kept while signed in: until `wanted_until_ms`."""
    until = work.wanted_until_ms
    return work.wanted_agent_id if until is not None and until > now_ms else None


def own_change_ms(work: Work, *, now_ms: int) -> int | None:
    """The next instant at which what `work` asks for changes, but for the stages of its queue."""
    until = work.wanted_until_ms
    if until is None and not work.excluded:
        return None
    instants = [until for until in work.excluded.values() if until > now_ms]
    if until is not None and work.wanted_agent_id is not None and until > now_ms:
        instants.append(until)
    return min(instants, default=None)


def _names_of(levels: Levels) -> frozenset[str]:
    return frozenset(starmap(level_name, levels))
