"""routing/roster.py: every agent known, as bit sets.

An agent has a bit, a fact has the set of the agents of whom it is true: one big `int`. Levels
are thermometers, so "has every level that this needs" is an AND of ints, and so is everything
else that the engine asks.

What *stands* (`routing/facts.py`) changes rarely and moves `version`, by which what was derived
from it knows that it is out of date. What *passes* with every contact (`routing/seats.py`) moves
nothing but a few bits.
"""

from collections.abc import Iterable, Iterator

from routing.capacity import Limits
from routing.doors import invitations, openings
from routing.facts import DELAY, PRIORITY, Fact, level_names, sieve, standing
from routing.hands import AWAY, FREE, INTERRUPTS, READY, RINGING, Answers, Hands, Tables
from routing.idle import IdleLine
from routing.model import AgentView, Strategy
from routing.ready import Ready
from routing.seats import Entry, Seat, state_of
from routing.standing import Standings, Stands
from routing.strategy import WITH_A_LINE, standing_in_line


class Roster:
    """The agents, the facts about them, and the free ones in line."""

    def __init__(self) -> None:
        self.everyone = 0  #: all agents known
        self.changed: dict[Seat, None] = {}  #: may fit something that waits already, since it was cleared
        self.open = 0  #: how many have room for one more of something
        self.came: dict[Seat, None] = {}  #: one more of something fits, and not in line yet
        self.version = 0  #: moves when a standing fact does
        self.news = 0  #: moves when something begins to wait for whom it fits
        self.states = [0] * (AWAY + 1)  #: how many agents are in each state
        self.delays_moved: set[str] = set()  #: queues with a new or an ended delay since it was cleared
        self.may_interrupt = False  #: whether anything may be interrupted at all
        self._limits = Limits()
        self._seats: dict[str, Seat] = {}
        self._sitting: list[Seat | None] = []  # by number
        self.ready = Ready(self._sitting)
        self._tables = Tables(self._limits, self.ready)
        self._vacated: list[int] = []
        self.facts: dict[Fact, int] = {}  #: of whom each standing fact is true
        self._numbers: dict[tuple[str, str], list[int]] = {}  # priorities and delays in use, rising
        self._lines = [IdleLine(0, self._sitting)]
        self._line_numbers: dict[Strategy, int] = {Strategy.LONGEST_IDLE: 0}
        self._standings: Standings | None = None  # as of this version, once somebody has asked

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def free(self) -> int:
        """Who is available and without an offer."""
        return self.ready.settle()[FREE]

    def get(self, agent_id: str) -> Seat | None:
        """The agent's seat, or None."""
        return self._seats.get(agent_id)

    def last(self, among: int) -> Seat:
        """The seat with the highest number of a set of agents."""
        seat = self._sitting[among.bit_length() - 1]
        assert seat is not None, "somebody sits there"
        return seat

    def presence_of(self, agent_id: str) -> str | None:
        """The agent's presence; None of who is not known."""
        seat = self._seats.get(agent_id)
        return seat.view.presence if seat is not None else None

    def having(self, fact: Fact) -> int:
        """The agents of whom a standing `fact` is true."""
        return self.facts.get(fact, 0)

    def standings(self) -> Standings:
        """Who may have what by what stands now; asked later, it still says what stood then."""
        if self._standings is None:
            self._standings = Standings(Stands(self.version, self.everyone, self.facts, self._numbers))
        return self._standings

    def answers(self, channel: str) -> Answers:
        """What hands say to one more of `channel`: who gives which answer, now; also of those at whom something
        rings."""
        return self._tables.answers(channel)

    def with_room(self, answers: Answers) -> int:
        """The free who have room for one more, or must be interrupted, by what hands say."""
        filed = answers.settle()
        room = filed[FREE] | filed[INTERRUPTS] if self.may_interrupt else filed[FREE]
        return room & self.free

    def priorities(self, queue: str) -> list[int]:
        """The priorities at which agents serve the queue, rising."""
        return self._numbers.get((PRIORITY, queue), [])

    def delays(self, queue: str) -> list[int]:
        """The delays after which agents serve the queue, rising."""
        return self._numbers.get((DELAY, queue), [])

    def line(self, strategy: Strategy) -> IdleLine:
        """The free agents as the strategy asks them, apart from what an item asks for."""
        return self._lines[self._line_numbers.get(strategy, 0)]

    def table(self, among: int) -> bytes:
        """A set of agents as it is quickly asked about one of them."""
        return among.to_bytes((len(self._sitting) >> 3) + 1, "little")

    def each(self, among: int) -> Iterator[Seat]:
        """The seats of a set of agents."""
        while among:
            seat = self.last(among)
            yield seat
            among ^= seat.bit

    def set_rules(self, limits: Limits, strategies: Iterable[Strategy]) -> None:
        """What fits beside what, and which lines are wanted."""
        wanted = [Strategy.LONGEST_IDLE, *sorted(set(strategies).intersection(WITH_A_LINE))]
        numbers = {strategy: number for number, strategy in enumerate(wanted)}
        if limits == self._limits and numbers == self._line_numbers:
            return
        states = {seat.view.id: seat.hands.state for seat in self._seats.values()}
        for seat in self._seats.values():
            self._pass(seat, self._tables.silent[AWAY])
        self._limits = limits
        self.may_interrupt = bool(limits.interrupts)
        self.ready = Ready(self._sitting)
        self._tables = Tables(limits, self.ready)
        self._line_numbers = numbers
        self._lines = [IdleLine(at, self._sitting) for at in range(len(wanted))]
        for seat in self._seats.values():
            seat.table, seat.hands = self._tables.of(seat.view.capacity), self._tables.silent[AWAY]
            self._pass(seat, self._hands(seat, states[seat.view.id]))

    def put(self, view: AgentView) -> bool:
        """Takes in what is true of an agent now; whether it may be more than what passes with a contact."""
        seat = self._seats.get(view.id)
        if seat is None:
            seat = self._seat(view)
            self._pass(seat, self._hands(seat, state_of(view)))
            return True
        old = seat.view
        is_another = (
            old.skills is not view.skills
            or old.queues is not view.queues
            or old.capacity is not view.capacity
            or old.teams is not view.teams
            or old.languages is not view.languages
        ) and not _stand_alike(old, view)
        if is_another:
            self._pass(seat, self._tables.silent[AWAY])
            self._stand(seat, view)
        seat.view = view
        self._pass(seat, self._hands(seat, state_of(view)))
        return is_another or old.presence != view.presence

    def ring(self, seat: Seat) -> None:
        """The agent, who must have room, has an offer until told otherwise."""
        self._pass(seat, seat.hands.ringing)

    def settle(self) -> None:
        """Whoever has come and has room still stands in line."""
        lines = self._lines
        for seat in self.came:
            seat.entries = entries = self._entries(seat)
            if len(lines) == 1:
                lines[0].add(entries[0])
            else:
                for line, entry in zip(lines, entries, strict=True):
                    line.add(entry)
        self.came.clear()

    def drop(self, agent_id: str) -> None:
        """Forgets an agent."""
        seat = self._seats.pop(agent_id, None)
        if seat is None:
            return
        self._pass(seat, self._tables.silent[AWAY])
        self.states[AWAY] -= 1
        self._be(seat, frozenset())
        self._sitting[seat.number] = None
        self.everyone ^= seat.bit
        self.changed.pop(seat, None)
        self._vacated.append(seat.number)

    def _seat(self, view: AgentView) -> Seat:
        if not self._vacated:
            self._vacated.append(len(self._sitting))
            self._sitting.append(None)
        seat = Seat(self._vacated.pop(), view, self._tables.of(view.capacity), self._tables.silent[AWAY])
        self.states[AWAY] += 1
        self._seats[view.id] = self._sitting[seat.number] = seat
        self.everyone |= seat.bit
        self._stand(seat, view)
        return seat

    def _stand(self, seat: Seat, view: AgentView) -> None:
        """All that stands of the agent is as in the view."""
        self._be(seat, standing(view))
        seat.seen = ()
        seat.levels = level_names(view.skills)
        seat.sieve = sieve(seat.levels)
        seat.openings, seat.invited = openings(view), invitations(view)
        seat.table = self._tables.of(view.capacity)

    def _be(self, seat: Seat, facts: frozenset[Fact]) -> None:
        """These facts are true of the agent, who is away, and no other."""
        self.ready.settle()
        if self._standings is not None:
            self.facts, self._numbers, self._standings = self.facts.copy(), self._numbers.copy(), None
        for fact in seat.standing ^ facts:
            was_in_use = fact in self.facts
            self._turn(seat.bit, fact)
            if fact[0] in (PRIORITY, DELAY) and was_in_use != (fact in self.facts):
                self._number(fact, in_use=not was_in_use)
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

    def _hands(self, seat: Seat, state: int) -> Hands:
        """What the agent's hands say in a state, with what the agent holds."""
        if state not in (READY, RINGING):
            return self._tables.silent[state]
        load = tuple(seat.view.load.items())
        hands = seat.table.answers.get(load) or seat.table.answer(load)
        return hands if state == READY else hands.ringing

    def _pass(self, seat: Seat, hands: Hands) -> None:
        """The agent's state, hands and place in line are these now."""
        had = seat.hands
        if hands.asks:
            self._come(seat, hands.asks)
        elif had.asks:
            self._go(seat)
        if hands is had:
            return
        seat.hands = hands
        number, states = seat.number, self.states
        for answers, places in had.moves.get(hands) or had.move(hands):
            answers.move(number, places)
        states[had.state] -= 1
        states[hands.state] += 1

    def _come(self, seat: Seat, asks: tuple[str, ...]) -> None:
        """One more of something fits. Who has room for more than before may fit something that waits; who had to let
        it pass for a while has missed nothing if nothing has begun to wait. The agent stands in line from `settle`
        on: most have work before that."""
        seen = seat.hands.asks
        if not seen:
            self.open += 1
            seen = seat.seen if seat.heard == self.news else ()
        if asks is not seen:
            for channel in asks:
                if channel not in seen:
                    self.changed[seat] = None
                    break
        had = seat.entries
        if had:
            if had == self._entries(seat):
                return
            self._leave_lines(seat)
        self.came[seat] = None

    def _go(self, seat: Seat) -> None:
        """Nothing more fits, as something did."""
        self.open -= 1
        seat.seen = () if self.changed.pop(seat, self) is None else seat.hands.asks
        seat.heard = self.news
        if seat.entries:
            self._leave_lines(seat)
        else:
            del self.came[seat]

    def _entries(self, seat: Seat) -> tuple[Entry, ...]:
        """Where the agent stands in each line."""
        view = seat.view
        if len(self._lines) == 1:
            return ((view.idle_since_ms, view.id, seat.number, seat),)
        return tuple([(*standing_in_line(view, by), view.id, seat.number, seat) for by in self._line_numbers])

    def _leave_lines(self, seat: Seat) -> None:
        seat.entries = ()
        for line in self._lines:
            line.leave()

    def _turn(self, bit: int, fact: Fact) -> None:
        """Flips the agent's bit in a fact."""
        agents = self.facts.get(fact, 0) ^ bit
        if agents:
            self.facts[fact] = agents
        else:
            del self.facts[fact]


def _stand_alike(one: AgentView, other: AgentView) -> bool:
    """Whether all that stands is equal."""
    stands = (one.queues, one.skills, one.languages, one.teams, one.capacity)
    return stands == (other.queues, other.skills, other.languages, other.teams, other.capacity)
