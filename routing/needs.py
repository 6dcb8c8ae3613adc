"""routing/needs.py: what an item needs now, and when that changes next.

A *need* is all that decides who may have an item, apart from who is free. It changes with time alone,
in *stages* that are the same for all items of a queue: a ring is reached, agents with a delay join.
Each stage asks for no more and lets in no fewer than the one before. What else changes it is the
item's own: a wanted agent's time is over, a declined item may be asked about again.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import starmap
from typing import Final, NamedTuple

from routing.facts import Fact, is_in_team, level_name, serves, sieve
from routing.model import QueuePolicy, Strategy, Work, requirements
from routing.presence import WORKS, Presence

Levels = tuple[tuple[str, int], ...]

#: So many ladders of levels that items bring are remembered by a queue.
_REMEMBERED: Final = 1024

#: Makes a named tuple of its values in a third of the time that its own constructor takes.
_new: Final = tuple.__new__

_NOBODY: Final[frozenset[str]] = frozenset()


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


class Named(NamedTuple):
    """Levels, their names as agents have them, and the sieve of these (`routing/facts.py`)."""

    levels: Levels
    names: frozenset[str]
    sieve: int


#: The levels that are asked for by ring: before any, with the first reached, …
Ladder = tuple[Named, ...]


class Own(NamedTuple):
    """What an item asks for beside its queue."""

    skills: Mapping[str, int]
    only: str | None
    prefers: str | None
    without: frozenset[str]


#: What an item asks for that asks for nothing of its own.
NOTHING_OWN: Final = Own({}, None, None, _NOBODY)


class Stages:
    """The rules of one queue, stage by stage, with the delays after which agents serve it, rising. Nobody changes
    them. `moments` are the waits at which the next stage is reached."""

    def __init__(self, policy: QueuePolicy, delays: Sequence[int]) -> None:
        self.policy = policy
        rings = sorted(policy.rings, key=lambda ring: ring.after_ms)
        self._after_ms = [ring.after_ms for ring in rings]
        self.moments = sorted({*self._after_ms, *[delay for delay in delays if delay > 0]})
        #: By stage: how many rings are reached.
        self.rings = [0, *[bisect_right(self._after_ms, moment) for moment in self.moments]]
        #: By stage: the longest delay that is over.
        self.delays = [0, *[max([0, *[d for d in delays if d <= moment]]) for moment in self.moments]]
        self._caps: list[dict[str, int]] = [{}]
        #: By ring: the facts that let in those who do not serve the queue.
        self.guests: list[frozenset[Fact]] = [frozenset()]
        for ring in rings:
            cap = self._caps[-1]
            self._caps.append(
                {**cap, **{skill: min(level, cap.get(skill, level)) for skill, level in ring.skills.items()}}
            )
            let_in = {serves(queue) for queue in ring.queues} | {is_in_team(team) for team in ring.teams}
            self.guests.append(self.guests[-1] | let_in if let_in else self.guests[-1])
        self._plain: dict[tuple[str, int], Need] = {}  # by channel and stage
        self._ladder = self._ladder_of(requirements(policy.skills))
        self._ladders: dict[tuple[tuple[str, int], ...], Ladder] = {}  # by the skills of an item
        self._ranks_by_skill = policy.strategy is Strategy.BEST_SKILLED
        asked = requirements(policy.skills) if self._ranks_by_skill else ()
        self._asked = tuple(skill for skill, _ in asked)  # before any ring: by nothing else is anybody best skilled

    def reached(self, waited_ms: int) -> int:
        """The stage of an item that has waited so long."""
        return bisect_right(self.moments, waited_ms) if self.moments else 0

    def next_ring_ms(self, work: Work, stage: int) -> int | None:
        """When an item reaches its next ring."""
        ring = self.rings[stage]
        return work.placed_ms + self._after_ms[ring] if ring < len(self._after_ms) else None

    def asked(self, channel: str, stage: int, own: Own) -> Need:
        """What an item asks for at a stage."""
        if own is NOTHING_OWN:
            return self._plain.get((channel, stage)) or self._usual(channel, stage)
        ring, delay_ms = self.rings[stage], self.delays[stage]
        skills, only, prefers, without = own
        levels, asked = self.ladder(skills)[ring][0], self._asked
        if skills and self._ranks_by_skill:
            asked = tuple([skill for skill, _ in requirements(self.policy.skills, skills)])
        key, guests = self.policy.key, self.guests[ring]
        return _new(Need, (key, channel, levels, guests, delay_ms, only, prefers, without, asked))

    def ladder(self, skills: Mapping[str, int]) -> Ladder:
        """The levels asked for by the queue and an item with such `skills`."""
        if not skills:
            return self._ladder
        if not self._after_ms:  # asked once for an item: not worth remembering
            levels = requirements(self.policy.skills, skills)
            return (_named(levels),)
        brought = tuple(skills.items())
        known = self._ladders.get(brought)
        if known is None:
            if len(self._ladders) >= _REMEMBERED:
                self._ladders.clear()
            known = self._ladders[brought] = self._ladder_of(requirements(self.policy.skills, skills))
        return known

    def _usual(self, channel: str, stage: int) -> Need:
        """What an item asks for that asks for nothing of its own; one object for all."""
        ring = self.rings[stage]
        levels, guests, delay_ms = self._ladder[ring][0], self.guests[ring], self.delays[stage]
        need = Need(self.policy.key, channel, levels, guests, delay_ms, None, None, _NOBODY, self._asked)
        self._plain[channel, stage] = need
        return need

    def _ladder_of(self, levels: Levels) -> Ladder:
        """What is left of these levels ring by ring."""
        lowered = [_capped(levels, cap) for cap in self._caps]
        return tuple(map(_named, lowered))


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


def ruling_out(own: Own) -> Own:
    """What of it rules anybody out: who is preferred is asked first, and nobody the less."""
    return own if own.skills or own.without or own.only is not None else NOTHING_OWN


def is_in(work: Work, presence: str | None) -> bool:
    """Whether an agent of this presence is there for work that wants them: present, which is signed in and not on a
    break, whatever they have in hand. What a person gave them, and nobody waits for on the line, waits out a break."""
    return presence in WORKS or (presence == Presence.NOT_READY and work.waits_out_breaks)


def kept_for(work: Work, now_ms: int) -> str | None:
    """The agent for whom the item is kept while there (`is_in`): until `wanted_until_ms`."""
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


def _named(levels: Levels) -> Named:
    names = frozenset(starmap(level_name, levels))
    return _new(Named, (levels, names, sieve(names)))
