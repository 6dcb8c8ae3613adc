"""routing/choice.py: of all who may have an item, the first few in the order in which to ask.

The one who was asked for; then by the agent's priority for the queue, guests last; who has room
before who must be interrupted; then by the queue's strategy: sets are cut down until a line of the
free gives the first.
"""

from collections.abc import Iterator

from routing.facts import ASKED_FOR, GUESTS, speaks
from routing.hands import INTERRUPTS
from routing.idle import Sought
from routing.model import AgentView, Strategy, Work
from routing.needs import Need
from routing.roster import Roster
from routing.seats import Entry, Seat
from routing.standing import Standing


def tier(agent: AgentView, need: Need) -> int:
    """The agent's priority for items of this need."""
    if agent.id in (need.prefers, need.only):
        return ASKED_FOR
    service = agent.queues.get(need.queue)
    return max(1, service.priority) if service is not None and service.delay_ms <= need.delay_ms else GUESTS


def interrupts(seat: Seat, need: Need) -> bool:
    """Whether the item fits only by interrupting."""
    return need.channel in seat.hands.interrupting


def are_alike(roster: Roster, who: Standing, need: Need) -> bool:
    """Whether nothing but their line tells apart those who may have an item."""
    return len(who.tiers) <= 1 and not who.sums and need.prefers is None and not roster.may_interrupt


def near(roster: Roster, sought: Sought, work: Work, strategy: Strategy, most: int) -> list[Seat] | None:
    """The first `most` of those who are sought, and alike, if they stand near the front of the line."""
    entries = roster.line(strategy).near(sought, work.channel, most + 1 if work.language else most)
    if entries is None or (work.language and _is_even(entries, most)):
        return None
    return _seats(roster, entries, work, most)


def first(
    roster: Roster, who: Standing, need: Need, work: Work, eligible: int, strategy: Strategy, most: int
) -> list[Seat]:
    """The first `most` of the eligible, in order."""
    if are_alike(roster, who, need):
        return _in_line(roster, eligible, work, strategy, most)
    found: list[Seat] = []
    for layer in _layers(roster, who, need, eligible):
        found += _in_line(roster, layer, work, strategy, most - len(found))
        if len(found) >= most:
            break
    return found


def _layers(roster: Roster, who: Standing, need: Need, eligible: int) -> Iterator[int]:
    """Disjoint sets of agents, all of one before all of the next."""
    if need.prefers is not None:
        seat = roster.get(need.prefers)
        if seat is not None and eligible & seat.bit:
            yield seat.bit
            eligible ^= seat.bit
    by_interrupting = roster.answers(need.channel).settle()[INTERRUPTS]
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
    """The first `most` of a layer, by the line of the strategy.

    Lines know times, not languages. Whoever is among the first by rank is among as many first of
    the line, or is equal to the last of them and speaks the language.
    """
    if roster.came:
        roster.settle()
    line = roster.line(strategy)
    entries = line.first(layer, most + 1 if work.language else most)
    if work.language and _is_even(entries, most):
        entries = sorted({*entries, *line.first(layer & roster.having(speaks(work.language)), most)})
    return _seats(roster, entries, work, most)


def _is_even(entries: list[Entry], most: int) -> bool:
    """Whether the last of the first `most` is equal to the next."""
    return len(entries) > most and bool(entries[most][:-3] == entries[most - 1][:-3])


def _seats(roster: Roster, entries: list[Entry], work: Work, most: int) -> list[Seat]:
    """The first `most` of some who stand in line: among equals those who speak the language of the work."""
    if work.language and len({entry[0] for entry in entries}) < len(entries):
        speaking = roster.having(speaks(work.language))
        entries.sort(key=lambda entry: (entry[:-3], not speaking >> entry[-2] & 1))
    return [entry[-1] for entry in entries[:most]]
