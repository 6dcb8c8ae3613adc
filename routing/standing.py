"""routing/standing.py: who may have an item by what stands, as bit sets.

Derived from the facts that stand and good for one version of the roster: each step keeps some
of the step before, so that what was ruled out between two of them can be counted.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from routing.facts import (
    DELAY,
    GUESTS,
    PRIORITY,
    Fact,
    has_level,
    is_agent,
    serves,
    serves_after,
    serves_with_priority,
    takes,
)
from routing.model import TOP_LEVEL, Exclusion
from routing.needs import Need

#: What rules agents out, and who is left: first to last, each a part of the one before.
Steps = tuple[tuple[str, int], ...]

_OTHER_QUEUE, _DELAY, _SKILL = Exclusion.OTHER_QUEUE.value, Exclusion.DELAY.value, Exclusion.SKILL.value
_NO_CHANNEL = Exclusion.NO_CHANNEL.value
_DECLINED, _WANTED_OTHER = Exclusion.DECLINED.value, Exclusion.WANTED_OTHER.value


class People(Protocol):
    """Of whom it is asked: `everyone`, and of whom each standing fact is true, as of a `version`."""

    @property
    def version(self) -> int: ...

    @property
    def everyone(self) -> int: ...

    @property
    def facts(self) -> Mapping[Fact, int]: ...

    def having(self, fact: Fact) -> int: ...

    def priorities(self, queue: str) -> Sequence[int]: ...

    def delays(self, queue: str) -> Sequence[int]: ...


class Counted:
    """What has been counted of some: how many each reason has `excluded` by what stands; who is `left`, and their
    number; and of these how many `answered` about the channel, when `answering` were all who did."""

    __slots__ = ("answered", "answering", "excluded", "left", "number")

    def __init__(self, excluded: Mapping[str, int], left: int, number: int) -> None:
        self.excluded = excluded
        self.left = left
        self.number = number
        self.answering = 0
        self.answered = 0

    def answer(self, answering: int) -> None:
        """Those who give an answer are others than before."""
        among = self.left & answering
        self.answering = answering
        self.answered = self.number if among == self.left else among.bit_count()


class Standing:
    """Who may have it, as of a `version` of the roster: those who are `qualified`. `before` says what else
    rules out by what stands before it counts what is in hand, when who takes the channel and may have it
    otherwise is left, and `after` what does so then. `tiers` says who serves at which priority, first to
    last; it is empty where all that may have it serve alike. `sums` are the bits of each agent's sum of
    levels, lowest first."""

    __slots__ = ("after", "before", "qualified", "sums", "tiers", "version")

    def __init__(
        self,
        version: int,
        before: Steps,
        after: Steps,
        qualified: int,
        tiers: tuple[tuple[int, int], ...],
        sums: tuple[int, ...],
    ) -> None:
        self.version = version
        self.before = before
        self.after = after
        self.qualified = qualified
        self.tiers = tiers
        self.sums = sums


class _Serving(NamedTuple):
    """Who serves a queue at a stage, whatever an item asks for."""

    steps: Steps
    may: int  # serves it now, or is let in
    takes: int  # … and takes the channel
    tiers: tuple[tuple[int, int], ...]


class Stands(NamedTuple):
    """What stands of everybody, as of a version. Nobody changes it: who changes something makes another first."""

    version: int
    everyone: int
    facts: Mapping[Fact, int]
    numbers: Mapping[tuple[str, str], Sequence[int]]  # priorities and delays in use, rising

    def having(self, fact: Fact) -> int:
        """Of whom a fact is true."""
        return self.facts.get(fact, 0)

    def priorities(self, queue: str) -> Sequence[int]:
        """At which a queue is served, rising."""
        return self.numbers.get((PRIORITY, queue), ())

    def delays(self, queue: str) -> Sequence[int]:
        """After which a queue is served, rising."""
        return self.numbers.get((DELAY, queue), ())


class Standings:
    """Who may have what by what stands; a decision keeps it, to be asked about later."""

    def __init__(self, roster: People) -> None:
        self._roster = roster
        self._known: dict[Need, Standing] = {}
        self._serving: dict[tuple[str, str, frozenset[Fact], int], _Serving] = {}

    def of(self, need: Need, *, again: bool) -> Standing:
        """Who may have items of this need. It is remembered if it will be asked about `again`: needs are many
        where every item brings its own."""
        if not again:
            return self._standing(need)
        known = self._known.get(need)
        if known is None:
            known = self._known[need] = self._standing(need)
        return known

    def _standing(self, need: Need) -> Standing:
        roster = self._roster
        key = (need.queue, need.channel, need.guests, need.delay_ms)
        serving = self._serving.get(key)
        if serving is None:
            serving = self._serving[key] = _serving(roster, need)
        before, may = serving.steps, serving.may
        skilled, facts = may, roster.facts
        for skill, level in need.levels:
            skilled &= facts.get(has_level(skill, level), 0)
        if skilled != may:
            before = (*before, (_SKILL, skilled))
        taking = skilled & serving.takes
        if taking != skilled:
            before = (*before, (_NO_CHANNEL, taking))
        after: Steps = ()
        qualified = taking
        if need.without:
            for agent_id in need.without:
                qualified &= ~roster.having(is_agent(agent_id))
            after = ((_DECLINED, qualified),)
        if need.only is not None:
            qualified &= roster.having(is_agent(need.only))
            after = (*after, (_WANTED_OTHER, qualified))
        sums = _sums(roster, need.asked) if need.asked else ()
        return Standing(roster.version, before, after, qualified, serving.tiers, sums)


def _serving(roster: People, need: Need) -> _Serving:
    serves_queue = roster.having(serves(need.queue))
    own = _own(roster, need, serves_queue)
    guests = 0
    for fact in need.guests:
        guests |= roster.having(fact)
    known, may = serves_queue | guests, own | guests
    steps: list[tuple[str, int]] = []
    if known != roster.everyone:
        steps.append((_OTHER_QUEUE, known))
    if may != known:
        steps.append((_DELAY, may))
    tiers = _tiers(roster, need.queue, own=own, guests=guests)
    return _Serving(tuple(steps), may, may & roster.having(takes(need.channel)), tiers)


def _own(roster: People, need: Need, serving: int) -> int:
    """Who serves the queue for an item that has waited so long."""
    delays = roster.delays(need.queue)
    if not delays or delays[-1] <= need.delay_ms:
        return serving
    own = 0
    for delay in delays:
        if delay <= need.delay_ms:
            own |= roster.having(serves_after(need.queue, delay))
    return own


def _tiers(roster: People, queue: str, *, own: int, guests: int) -> tuple[tuple[int, int], ...]:
    tiers = [(number, own & roster.having(serves_with_priority(queue, number))) for number in roster.priorities(queue)]
    if guests:
        tiers.append((GUESTS, guests ^ (guests & own)))
    return tuple((number, agents) for number, agents in tiers if agents)


def _sums(roster: People, asked: tuple[str, ...]) -> tuple[int, ...]:
    """Adds up thermometers: one addition of all agents at once for each skill and level."""
    sums: list[int] = []
    for skill in asked:
        for level in range(1, TOP_LEVEL + 1):
            carry = roster.having(has_level(skill, level))
            for at, bits in enumerate(sums):
                sums[at], carry = bits ^ carry, bits & carry
                if not carry:
                    break
            if carry:
                sums.append(carry)
    return tuple(sums)
