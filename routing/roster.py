"""routing/roster.py: every agent known, as bit sets.

An agent has a bit, a fact has the set of the agents of whom it is true: one big `int`. Levels
are thermometers (level 3 makes the facts of levels 1 to 3 true), so "has every level that this
needs" is an AND of ints, and so is everything else that the engine asks.

Facts that *stand* (queues, skills, languages) change rarely and move `version`, by which what
was derived from them knows that it is out of date. Facts that *pass* (presence, ringing, room)
change with every contact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from routing.capacity import Room, room
from routing.idle import Entry, IdleLine
from routing.model import TOP_LEVEL, AgentView
from routing.presence import Presence
from routing.strategy import base_language

#: Something true of an agent: (sort of fact, about what, level or nothing).
Fact = tuple[str, str, int]

#: So many agents are sorted as they are; of more, the line of the idle knows the first.
FEW = 16

RINGING: Fact = ("ringing", "", 0)


def is_agent(agent_id: str) -> Fact:
    return ("agent", agent_id, 0)


def serves(queue: str) -> Fact:
    return ("serves", queue, 0)


def has_level(skill: str, level: int) -> Fact:
    return ("level", skill, level)


def speaks(language: str) -> Fact:
    return ("speaks", base_language(language), 0)


def has_presence(presence: Presence) -> Fact:
    return ("presence", presence, 0)


def has_room(channel: str, answer: Room) -> Fact:
    return (answer, channel, 0)


@dataclass(slots=True)
class _Seat:
    bit: int
    view: AgentView
    standing: frozenset[Fact]
    passing: frozenset[Fact]
    entry: Entry | None  # place in the idle line, while free


class Roster:
    """The agents, the facts about them, and the free ones in order of idleness."""

    def __init__(self) -> None:
        self.everyone = 0  #: all agents known
        self.free = 0  #: available and without an offer
        self.changed = 0  #: told something new since `settle`
        self.version = 0  #: moves when a standing fact does
        self._seats: dict[str, _Seat] = {}
        self._sitting: list[_Seat | None] = [None]  # by the length of their bit
        self._vacated: list[int] = []
        self._facts: dict[Fact, int] = {}
        self._line = IdleLine()

    def get(self, agent_id: str) -> AgentView | None:
        """The agent as last told, or None."""
        seat = self._seats.get(agent_id)
        return seat.view if seat else None

    def signed_in(self, agent_id: str) -> bool:
        """Whether the agent is known and not offline."""
        seat = self._seats.get(agent_id)
        return seat is not None and seat.view.presence != Presence.OFFLINE

    def having(self, fact: Fact) -> int:
        """The agents of whom `fact` is true."""
        return self._facts.get(fact, 0)

    def ready(self, channel: str) -> int:
        """The free agents with room for one more of `channel`."""
        return self.free & self._facts.get((Room.FREE, channel, 0), 0)

    def rarest(self, facts: Iterable[Fact]) -> Fact:
        """Of these facts the one that is true of the fewest agents."""
        return min(facts, key=lambda fact: (self.having(fact).bit_count(), fact))

    def longest_idle(self, among: int, most: int) -> list[AgentView]:
        """The `most` longest idle of `among`, who must be free."""
        if among.bit_count() <= FEW:
            return sorted(self._each(among), key=lambda view: (view.idle_since_ms, view.id))[:most]
        return [self._seats[agent_id].view for _, agent_id, _ in self._line.first(among, most)]

    def put(self, view: AgentView) -> None:
        """Takes in what is true of an agent now."""
        seat = self._seats.get(view.id)
        if seat is None:
            seat = self._seat(view)
        elif seat.view == view:
            return
        elif _stands(seat.view) != _stands(view):
            self._stand(seat, _standing(view))
        self._pass(seat, view)
        self.changed |= seat.bit

    def ring(self, agent_id: str) -> None:
        """The agent, who must be free, has an offer until told otherwise."""
        seat = self._seats[agent_id]
        seat.view = replace(seat.view, ringing=True)
        seat.passing |= {RINGING}
        self._turn(seat.bit, (RINGING,))
        self._line_up(seat, None)

    def drop(self, agent_id: str) -> None:
        """Forgets an agent."""
        seat = self._seats.pop(agent_id, None)
        if seat is None:
            return
        self._sitting[seat.bit.bit_length()] = None
        self._stand(seat, frozenset())
        self._turn(seat.bit, seat.passing)
        self._line_up(seat, None)
        self.everyone ^= seat.bit
        self._vacated.append(seat.bit)

    def settle(self) -> None:
        """What changed has been dealt with."""
        self.changed = 0

    def _each(self, among: int) -> Iterator[AgentView]:
        while among:
            bit = among & -among
            seat = self._sitting[bit.bit_length()]
            if seat is not None:
                yield seat.view
            among ^= bit

    def _seat(self, view: AgentView) -> _Seat:
        if not self._vacated:
            self._vacated.append(1 << (len(self._sitting) - 1))
            self._sitting.append(None)
        bit = self._vacated.pop()
        seat = _Seat(bit=bit, view=view, standing=frozenset(), passing=frozenset(), entry=None)
        self._seats[view.id] = self._sitting[bit.bit_length()] = seat
        self.everyone |= bit
        self._stand(seat, _standing(view))
        return seat

    def _stand(self, seat: _Seat, standing: frozenset[Fact]) -> None:
        self._turn(seat.bit, seat.standing ^ standing)
        seat.standing = standing
        self.version += 1

    def _pass(self, seat: _Seat, view: AgentView) -> None:
        passing = _passing(view)
        self._turn(seat.bit, seat.passing ^ passing)
        seat.passing = passing
        seat.view = view
        free = view.presence == Presence.AVAILABLE and not view.ringing
        self._line_up(seat, (view.idle_since_ms, view.id, seat.bit) if free else None)

    def _line_up(self, seat: _Seat, entry: Entry | None) -> None:
        if entry == seat.entry:
            return
        if seat.entry is not None:
            self._line.remove(seat.entry)
            self.free ^= seat.bit
        if entry is not None:
            self._line.add(entry)
            self.free |= seat.bit
        seat.entry = entry

    def _turn(self, bit: int, facts: Iterable[Fact]) -> None:
        """Flips the agent's bit in each of these facts."""
        for fact in facts:
            agents = self._facts.get(fact, 0) ^ bit
            if agents:
                self._facts[fact] = agents
            else:
                self._facts.pop(fact)


def _stands(view: AgentView) -> tuple[object, ...]:
    return (view.queues, view.skills, view.languages)


def _standing(view: AgentView) -> frozenset[Fact]:
    facts = [is_agent(view.id)]
    facts += map(serves, view.queues)
    facts += map(speaks, view.languages)
    for skill, level in view.skills.items():
        facts += [has_level(skill, n) for n in range(1, min(level, TOP_LEVEL) + 1)]
    return frozenset(facts)


def _passing(view: AgentView) -> frozenset[Fact]:
    try:
        presence = Presence(view.presence)
    except ValueError:
        presence = Presence.NOT_READY  # a presence from a newer version: at least not available
    facts = [has_presence(presence)]
    if view.ringing:
        facts.append(RINGING)
    for channel in view.capacity:
        facts.append(has_room(channel, room(channel, capacity=view.capacity, load=view.load)))
    return frozenset(facts)
