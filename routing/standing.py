"""routing/standing.py: who may have an item by what stands, as bit sets.

Derived from the facts that stand and good for one version of the roster: each step keeps some
of the step before, so that what was ruled out between two of them can be counted.
"""

from dataclasses import dataclass

from routing.facts import GUESTS, has_level, is_agent, serves, serves_after, serves_with_priority, takes
from routing.model import TOP_LEVEL
from routing.needs import Need
from routing.roster import Roster

#: Needs are many where every item brings its own; then remembering them all would cost more than it saves.
REMEMBERED = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Who may have it, step by step. `tiers` says who serves at which priority, first to last;
    it is empty where all that may have it serve alike. `sums` are the bits of each agent's
    sum of levels, lowest first."""

    version: int
    known: int  #: serves the queue, at once or later, or is let in
    may: int  #: … now
    skilled: int  #: … and has the levels
    taking: int  #: … and takes the channel
    reachable: int  #: … and the item does not stay away from them
    qualified: int  #: … and it is not kept for another
    tiers: tuple[tuple[int, int], ...]
    sums: tuple[int, ...]


class Standings:
    """Remembers who may have what, as long as what stands stays as it is."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._known: dict[Need, Standing] = {}
        self._version = roster.version

    def of(self, need: Need) -> Standing:
        """Who may have items of this need."""
        if self._version != self._roster.version or len(self._known) >= REMEMBERED:
            self._version = self._roster.version
            self._known.clear()
        known = self._known.get(need)
        if known is None:
            known = self._known[need] = standing_of(self._roster, need)
        return known


def standing_of(roster: Roster, need: Need) -> Standing:
    """Who may have items of this need."""
    serving = roster.having(serves(need.queue))
    own = _own(roster, need, serving)
    guests = 0
    for fact in need.guests:
        guests |= roster.having(fact)
    skilled = own | guests
    for skill, level in need.levels:
        skilled &= roster.having(has_level(skill, level))
    taking = skilled & roster.having(takes(need.channel))
    away = 0
    for agent_id in need.without:
        away |= roster.having(is_agent(agent_id))
    reachable = qualified = taking ^ (taking & away)
    if need.only is not None:
        qualified &= roster.having(is_agent(need.only))
    return Standing(
        version=roster.version,
        known=serving | guests,
        may=own | guests,
        skilled=skilled,
        taking=taking,
        reachable=reachable,
        qualified=qualified,
        tiers=_tiers(roster, need, own=own, guests=guests),
        sums=_sums(roster, need),
    )


def _own(roster: Roster, need: Need, serving: int) -> int:
    """Who serves the queue for an item that has waited so long."""
    delays = roster.delays(need.queue)
    if not delays or delays[-1] <= need.delay_ms:
        return serving
    own = 0
    for delay in delays:
        if delay <= need.delay_ms:
            own |= roster.having(serves_after(need.queue, delay))
    return own


def _tiers(roster: Roster, need: Need, *, own: int, guests: int) -> tuple[tuple[int, int], ...]:
    priorities = roster.priorities(need.queue)
    tiers = [(number, own & roster.having(serves_with_priority(need.queue, number))) for number in priorities]
    if guests:
        tiers.append((GUESTS, guests ^ (guests & own)))
    return tuple((number, agents) for number, agents in tiers if agents)


def _sums(roster: Roster, need: Need) -> tuple[int, ...]:
    """Adds up thermometers: one addition of all agents at once for each skill and level."""
    sums: list[int] = []
    for skill in need.asked:
        for level in range(1, TOP_LEVEL + 1):
            carry = roster.having(has_level(skill, level))
            for at, bits in enumerate(sums):
                sums[at], carry = bits ^ carry, bits & carry
                if not carry:
                    break
            if carry:
                sums.append(carry)
    return tuple(sums)
