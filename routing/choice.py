"""routing/choice.py: of all who may have an item, the first few in the order in which to ask.

The one who was asked for; then by the agent's priority for the queue, guests last; who has room
before who must be interrupted; then by the queue's strategy. A few are sorted; of many, sets are
cut down until a line of the free gives the first.
"""

from collections.abc import Iterator
from typing import Any

from routing.capacity import Room
from routing.facts import ASKED_FOR, GUESTS, speaks
from routing.model import Strategy, Work
from routing.needs import Need
from routing.roster import Roster, Seat
from routing.standing import Standing
from routing.strategy import rank

#: So many are sorted as they are.
FEW = 12


def tier(seat: Seat, need: Need) -> int:
    """The agent's priority for items of this need."""
    if seat.view.id in (need.prefers, need.only):
        return ASKED_FOR
    service = seat.view.queues.get(need.queue)
    return max(1, service.priority) if service is not None and service.delay_ms <= need.delay_ms else GUESTS


def interrupts(seat: Seat, need: Need) -> bool:
    """Whether the item fits only by interrupting."""
    return seat.rooms.get(need.channel) is Room.INTERRUPTS


def first(
    roster: Roster, who: Standing, need: Need, work: Work, eligible: int, strategy: Strategy, most: int
) -> list[Seat]:
    """The first `most` of the eligible, in order."""
    if not eligible & (eligible - 1):
        return list(roster.each(eligible))

    def order(seat: Seat) -> tuple[Any, ...]:
        wanted = seat.view.id != work.wanted_agent_id
        return (wanted, tier(seat, need), interrupts(seat, need), rank(seat.view, work, strategy, need.asked))

    if eligible.bit_count() <= FEW:
        return sorted(roster.each(eligible), key=order)[:most]
    found: list[Seat] = []
    for layer in _layers(roster, who, need, eligible):
        found += sorted(_in_line(roster, layer, work, strategy, most - len(found)), key=order)
        if len(found) >= most:
            break
    return found[:most]


def _layers(roster: Roster, who: Standing, need: Need, eligible: int) -> Iterator[int]:
    """Disjoint sets of agents, all of one before all of the next."""
    if need.prefers is not None:
        seat = roster.get(need.prefers)
        if seat is not None and eligible & seat.bit:
            yield seat.bit
            eligible ^= seat.bit
    by_interrupting = roster.answering(need.channel, Room.INTERRUPTS)
    for _, agents in who.tiers:
        part = eligible & agents
        for layer in (part ^ (part & by_interrupting), part & by_interrupting) if by_interrupting else (part,):
            yield from _by_sum(who.sums, layer)


def _by_sum(sums: tuple[int, ...], layer: int) -> Iterator[int]:
    """The highest sums of levels first."""
    if not sums:
        if layer:
            yield layer
        return
    while layer:
        top = layer
        for bits in reversed(sums):
            top = top & bits or top
        yield top
        layer ^= top


def _in_line(roster: Roster, layer: int, work: Work, strategy: Strategy, most: int) -> list[Seat]:
    """At least the first `most` of a layer.

    Lines know times, not languages. Whoever is among the first by rank is among as many first of
    the line, or of those in line who speak the language.
    """
    line = roster.line(strategy)
    entries = line.first(layer, most)
    if work.language and len(entries) == most:
        entries += line.first(layer & roster.having(speaks(work.language)), most)
    seats = {entry[-2]: roster.get(entry[-2]) for entry in entries}
    return [seat for seat in seats.values() if seat is not None]
