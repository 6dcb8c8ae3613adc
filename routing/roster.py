"""routing/roster.py: every agent known, as bit sets.

An agent has a bit, a fact has the set of the agents of whom it is true: one big `int`. Levels
are thermometers, so "has every level that this needs" is an AND of ints, and so is everything
else that the engine asks.

What *stands* (`routing/facts.py`) changes rarely and moves `version`, by which what was derived
from it knows that it is out of date. What *passes* with every contact is kept small: one state
per agent (`FREE`, or the reason why nothing can be offered at all), and the room of the free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from routing.capacity import Limits, Room, hands
from routing.doors import Opening, openings
from routing.facts import DELAY, PRIORITY, Fact, standing
from routing.idle import Entry, IdleLine
from routing.model import AgentView, Exclusion, Strategy
from routing.presence import Presence
from routing.strategy import WITH_A_LINE, standing_in_line

#: The state of an agent to whom something could be offered.
FREE = "free"

_RINGING = Exclusion.RINGING.value
_STATES = (FREE, _RINGING, Exclusion.OFFLINE.value, Exclusion.WRAP_UP.value, Exclusion.NOT_READY.value)

#: Answers by which free agents are filed; the rest is on a call, or does not take the channel.
_FILED = frozenset((Room.FREE, Room.INTERRUPTS, Room.FULL, Room.WEIGHT))


@dataclass(slots=True, eq=False)
class Seat:
    """One agent's place in the bit sets."""

    bit: int
    view: AgentView
    standing: frozenset[Fact] = frozenset()
    openings: tuple[Opening, ...] = ()
    state: str = ""
    ringing: bool = False
    rooms: dict[str, Room] = field(default_factory=dict)  # by channel; of the free alone
    entries: tuple[Entry, ...] = ()  # in the lines, while free


class Roster:
    """The agents, the facts about them, and the free ones in line."""

    def __init__(self) -> None:
        self.everyone = 0  #: all agents known
        self.free = 0  #: available and without an offer
        self.changed: dict[Seat, None] = {}  #: told something new since it was cleared
        self.came: dict[Seat, None] = {}  #: free, and not in line yet
        self.version = 0  #: moves when a standing fact does
        self.states: dict[str, int] = dict.fromkeys(_STATES, 0)  #: how many agents are in each state
        self.delays_moved: set[str] = set()  #: queues with a new or an ended delay since it was cleared
        self.may_interrupt = False  #: whether anything may be interrupted at all
        self._limits = Limits()
        self._seats: dict[str, Seat] = {}
        self._sitting: list[Seat | None] = [None]  # by the length of their bit
        self._vacated: list[int] = []
        self._facts: dict[Fact, int] = {}
        self._held_by: dict[Fact, int] = {}  # how many agents a standing fact is true of
        self._numbers: dict[tuple[str, str], list[int]] = {}  # priorities and delays in use, rising
        self._lines = [IdleLine()]
        self._line_numbers: dict[Strategy, int] = {Strategy.LONGEST_IDLE: 0}

    def __len__(self) -> int:
        return len(self._seats)

    def get(self, agent_id: str) -> Seat | None:
        """The agent's seat, or None."""
        return self._seats.get(agent_id)

    def at(self, bit: int) -> Seat:
        """The seat of this bit."""
        seat = self._sitting[bit.bit_length()]
        assert seat is not None, "somebody sits there"
        return seat

    def signed_in(self, agent_id: str) -> bool:
        """Whether the agent is known and not offline."""
        seat = self._seats.get(agent_id)
        return seat is not None and seat.view.presence != Presence.OFFLINE

    def having(self, fact: Fact) -> int:
        """The agents of whom `fact` is true."""
        return self._facts.get(fact, 0)

    def held_by(self, fact: Fact) -> int:
        """Of how many agents a standing fact is true."""
        return self._held_by.get(fact, 0)

    def answering(self, channel: str, answer: Room) -> int:
        """The free agents whose hands say so to one more of `channel`."""
        return self._facts.get((answer, channel, 0), 0)

    def ready(self, channel: str) -> int:
        """The free agents with room for one more of `channel`, if need be by interrupting."""
        free = self._facts.get((Room.FREE, channel, 0), 0)
        return free | self.answering(channel, Room.INTERRUPTS) if self.may_interrupt else free

    def priorities(self, queue: str) -> list[int]:
        """The priorities at which agents serve the queue, rising."""
        return self._numbers.get((PRIORITY, queue), [])

    def delays(self, queue: str) -> list[int]:
        """The delays after which agents serve the queue, rising."""
        return self._numbers.get((DELAY, queue), [])

    def line(self, strategy: Strategy) -> tuple[IdleLine, int]:
        """The free agents as the strategy asks them, apart from what an item asks for; and which of
        `Seat.entries` stand in it."""
        at = self._line_numbers.get(strategy, 0)
        return self._lines[at], at

    def each(self, among: int) -> Iterator[Seat]:
        """The seats of a set of agents."""
        while among:
            length = among.bit_length()
            seat = self._sitting[length]
            if seat is not None:
                yield seat
            among ^= 1 << (length - 1)

    def set_rules(self, limits: Limits, strategies: Iterable[Strategy]) -> None:
        """What fits beside what, and which lines are wanted."""
        wanted = [Strategy.LONGEST_IDLE, *sorted(set(strategies).intersection(WITH_A_LINE))]
        numbers = {strategy: number for number, strategy in enumerate(wanted)}
        if limits == self._limits and numbers == self._line_numbers:
            return
        for seat in self._seats.values():
            self._pass(seat, "")
        self._limits = limits
        self.may_interrupt = bool(limits.interrupts)
        self._line_numbers = numbers
        self._lines = [IdleLine() for _ in numbers]
        for seat in self._seats.values():
            self._pass(seat, _state(seat))
            self.changed[seat] = None

    def put(self, view: AgentView) -> bool:
        """Takes in what is true of an agent now; whether the agent has come or gone by it."""
        seat = self._seats.get(view.id)
        was_out = seat is None or seat.view.presence == Presence.OFFLINE
        if seat is None:
            seat = self._seat(view)
        elif seat.ringing == view.ringing and seat.view == view:
            return False
        elif not _stand_alike(seat.view, view):
            self._pass(seat, "")
            self._stand(seat, standing(view))
            seat.openings = openings(view)
        seat.view = view
        seat.ringing = view.ringing
        self._pass(seat, _state(seat))
        self.changed[seat] = None
        return was_out != (view.presence == Presence.OFFLINE)

    def ring(self, seat: Seat) -> None:
        """The agent, who must be free, has an offer until told otherwise."""
        seat.ringing = True
        self._pass(seat, _RINGING)

    def settle(self) -> None:
        """Whoever has come and is free still stands in line."""
        for seat in self.came:
            for line, entry in zip(self._lines, seat.entries, strict=True):
                line.add(entry)
        self.came.clear()

    def drop(self, agent_id: str) -> None:
        """Forgets an agent."""
        seat = self._seats.pop(agent_id, None)
        if seat is None:
            return
        self._sitting[seat.bit.bit_length()] = None
        self._pass(seat, "")
        self._stand(seat, frozenset())
        self.everyone ^= seat.bit
        self.changed.pop(seat, None)
        self._vacated.append(seat.bit)

    def _seat(self, view: AgentView) -> Seat:
        if not self._vacated:
            self._vacated.append(1 << (len(self._sitting) - 1))
            self._sitting.append(None)
        seat = Seat(bit=self._vacated.pop(), view=view, openings=openings(view))
        self._seats[view.id] = self._sitting[seat.bit.bit_length()] = seat
        self.everyone |= seat.bit
        self._stand(seat, standing(view))
        return seat

    def _stand(self, seat: Seat, facts: frozenset[Fact]) -> None:
        for fact in seat.standing ^ facts:
            by = 1 if fact in facts else -1
            held_by = self._held_by.get(fact, 0) + by
            if held_by:
                self._held_by[fact] = held_by
            else:
                del self._held_by[fact]
            if fact[0] in (PRIORITY, DELAY) and held_by == max(0, by):
                self._number(fact, in_use=held_by > 0)
            self._turn(seat.bit, fact)
        seat.standing = facts
        self.version += 1

    def _number(self, fact: Fact, *, in_use: bool) -> None:
        """A priority or delay is the first of its kind in a queue, or was the last."""
        sort, queue, number = fact
        numbers = set(self._numbers.pop((sort, queue), ())) ^ {number}
        if numbers:
            self._numbers[sort, queue] = sorted(numbers)
        if sort == DELAY:
            self.delays_moved.add(queue)

    def _pass(self, seat: Seat, state: str) -> None:
        """The agent's state, room and place in line are these now."""
        rooms: dict[str, Room] = {}
        entries: tuple[Entry, ...] = ()
        if state == FREE:
            view = seat.view
            answers = hands(capacity=view.capacity, load=view.load, limits=self._limits)
            rooms = {channel: answer for channel, answer in answers.items() if answer in _FILED}
            if rooms:
                entries = ((view.idle_since_ms, view.id, seat.bit),)
                if len(self._lines) > 1:
                    entries = tuple([(*standing_in_line(view, by), view.id, seat.bit) for by in self._line_numbers])
        if entries != seat.entries:
            self._line_up(seat, entries)
        if rooms != seat.rooms:
            for channel, answer in seat.rooms.items() ^ rooms.items():
                self._turn(seat.bit, (answer, channel, 0))
            seat.rooms = rooms
        if state != seat.state:
            self._enter(seat, state)

    def _line_up(self, seat: Seat, entries: tuple[Entry, ...]) -> None:
        """Who is free comes at once, and stands in line from `settle` on: most have work before that."""
        if self.came.pop(seat, 0) is not None:
            for line, entry in zip(self._lines, seat.entries, strict=False):
                line.remove(entry)
        seat.entries = entries
        if entries:
            self.came[seat] = None

    def _enter(self, seat: Seat, state: str) -> None:
        if seat.state:
            self.states[seat.state] -= 1
        if state:
            self.states[state] += 1
        if FREE in (seat.state, state):
            self.free ^= seat.bit
        seat.state = state

    def _turn(self, bit: int, fact: Fact) -> None:
        """Flips the agent's bit in a fact."""
        agents = self._facts.get(fact, 0) ^ bit
        if agents:
            self._facts[fact] = agents
        else:
            del self._facts[fact]


def _state(seat: Seat) -> str:
    presence = seat.view.presence
    if presence == Presence.AVAILABLE:
        return _RINGING if seat.ringing else FREE
    if presence in (Presence.OFFLINE, Presence.WRAP_UP):
        return Exclusion(presence).value
    return Exclusion.NOT_READY.value  # also a presence from a newer version: at least not available


def _stand_alike(one: AgentView, other: AgentView) -> bool:
    stands = (one.queues, one.skills, one.languages, one.teams, one.capacity)
    return stands == (other.queues, other.skills, other.languages, other.teams, other.capacity)
