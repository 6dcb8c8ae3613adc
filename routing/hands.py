"""routing/hands.py: what the hands of agents say to one more of each channel, and who says what.

Many agents have the same capacity and the same in hand, so each answer is worked out once and is one
object: taking something or letting go of it is one look into a table, and two answers are the same if
they are the same object. Who is there is filed by channel and answer, in bit sets, and stays there while something
rings: that alone is one bit, by which whoever looks into the files passes them by. Who is not says nothing but why,
and that is one object too.

The sets are as long as the floor is large, and most of what changes in them is undone by the same agent's next
change: who has finished takes something else, what has rung is accepted. So the latest to change is written beside
them until another does or somebody looks.
"""

from collections.abc import Mapping
from typing import Final

from routing.capacity import Limits, Room, hands

#: The states of an agent: why nothing can be offered at all, in the order in which it is told; ready, when hands
#: say what fits; and away, who is coming in or going.
OFFLINE: Final = 0
WRAP_UP: Final = 1
NOT_READY: Final = 2
RINGING: Final = 3
READY: Final = 4
AWAY: Final = 5

#: The answers by which agents are filed, in this order; the rest are on a call, or do not take the channel.
FREE: Final = 0
INTERRUPTS: Final = 1
FULL: Final = 2
WEIGHT: Final = 3

_FILED = {Room.FREE: FREE, Room.INTERRUPTS: INTERRUPTS, Room.FULL: FULL, Room.WEIGHT: WEIGHT}

#: What hands say to which an item may be given.
_ASKABLE = frozenset((Room.FREE, Room.INTERRUPTS))

#: So many answers of one capacity are remembered.
_REMEMBERED: Final = 1024

#: What is in hand, as it is looked up: (channel, how many), …
Load = tuple[tuple[str, int], ...]


class Filed:
    """The agents who give each of the four answers about one channel. Nobody changes it, so who gives any of them is
    found once, and where somebody gives another answer than before it is not looked for again."""

    __slots__ = ("_any", "agents")

    def __init__(self, agents: tuple[int, ...], any_: int = -1) -> None:
        self.agents = agents  #: by answer
        self._any = any_

    def any(self, mover: int, moved: int) -> int:
        """Who gives any of them, where one agent has moved."""
        if self._any < 0:
            found = 0
            for agents in self.agents:
                if agents:  # what is large is copied where nothing is added, too
                    found = found | agents if found else agents
            self._any = found
        return self._any if _STAYS[moved] else self._any ^ (1 << mover)

    def after(self, mover: int, moved: int) -> "Filed":
        """The same where one agent is, in the answers whose bits `moved` has, where this says otherwise."""
        if not moved:
            return self
        bit = 1 << mover
        agents = tuple([agents ^ bit if moved >> at & 1 else agents for at, agents in enumerate(self.agents)])
        return Filed(agents, self._any if _STAYS[moved] else -1)


#: By the answers in which an agent moves, a bit each: whether they give one before and after, or neither.
_STAYS = tuple([moved.bit_count() % 2 == 0 for moved in range(16)])


class Answers:
    """Who gives which answer about one channel: `filed`, but that the agent of the number `mover` is, in the answers
    whose bits `moved` has, where `filed` says otherwise."""

    __slots__ = ("filed", "moved", "mover")

    def __init__(self) -> None:
        self.filed = Filed((0, 0, 0, 0))
        self.mover = 0
        self.moved = 0

    def move(self, number: int, places: int) -> None:
        """An agent gives the answers of `places`, a bit each, from now on, or does not any more."""
        if number != self.mover:
            if self.moved:
                self.settle()
            self.mover = number
        self.moved ^= places

    def settle(self) -> tuple[int, ...]:
        """Everybody is filed where they are; who gives which answer."""
        if self.moved:
            self.filed = self.filed.after(self.mover, self.moved)
            self.moved = 0
        return self.filed.agents


#: Where somebody is filed, or moves: among those who answer what, a bit each.
Files = list[tuple[Answers, int]]


class Hands:
    """One answer, in one state: `interrupting` are the channels of which one more fits only so, `asks` all of
    which one more fits, `files` where its agents are filed, and `ringing` the same hands while something rings."""

    __slots__ = ("asks", "files", "interrupting", "moves", "ringing", "state")

    def __init__(self, state: int, rooms: Mapping[str, Room], files: Files, ringing: "Hands | None" = None) -> None:
        self.state = state
        self.asks = tuple([channel for channel, answer in rooms.items() if answer in _ASKABLE])
        self.interrupting = tuple([channel for channel, answer in rooms.items() if answer is Room.INTERRUPTS])
        self.files = files
        self.ringing = ringing or self
        self.moves: dict[Hands, Files] = {}  #: the files that change where the next answer is another

    def move(self, to: "Hands") -> Files:
        """The files that change from this answer to another."""
        files = dict(self.files)
        for answers, places in to.files:
            files[answers] = files.get(answers, 0) ^ places
        moves = [(answers, places) for answers, places in files.items() if places]
        if len(self.moves) >= _REMEMBERED:
            self.moves.clear()
        self.moves[to] = moves
        return moves


class Table:
    """What agents of one capacity answer, by what they have in hand."""

    __slots__ = ("_capacity", "_tables", "answers")

    def __init__(self, capacity: Mapping[str, int], tables: "Tables") -> None:
        self._capacity = capacity
        self._tables = tables
        self.answers: dict[Load, Hands] = {}  #: what they have answered so far

    def answer(self, load: Load) -> Hands:
        """What they answer with this in hand, if it has not been answered yet."""
        if len(self.answers) >= _REMEMBERED:
            self.answers.clear()
        answer = self.answers[load] = self._tables.answer(self._capacity, dict(load))
        return answer


class Tables:
    """The tables of all capacities under the same limits, and who answers what; among the `ready` is who is asked at
    all."""

    def __init__(self, limits: Limits, ready: Answers) -> None:
        self._limits = limits
        self._ready = ready
        self._filed: dict[str, Answers] = {}
        self._tables: dict[frozenset[tuple[str, int]], Table] = {}
        self._hands: dict[tuple[tuple[str, Room], ...], Hands] = {}
        self.silent = [Hands(state, {}, []) for state in range(AWAY + 1)]  #: by state, of who is not there to take any

    def answer(self, capacity: Mapping[str, int], load: Mapping[str, int]) -> Hands:
        """The one answer of all who have such a capacity and this in hand, or others that say the same."""
        rooms = hands(capacity=capacity, load=load, limits=self._limits)
        key = tuple(rooms.items())
        known = self._hands.get(key)
        if known is None:
            files = [(self._filed[channel], 1 << _FILED[room]) for channel, room in rooms.items() if room in _FILED]
            ringing = Hands(RINGING, {}, files)
            known = self._hands[key] = Hands(READY, rooms, [(self._ready, 1 << FREE), *files], ringing)
        return known

    def of(self, capacity: Mapping[str, int]) -> Table:
        """The table of a capacity."""
        key = frozenset(capacity.items())
        known = self._tables.get(key)
        if known is None:
            if len(self._tables) >= _REMEMBERED:
                self._tables.clear()
            for channel in capacity:
                self.answers(channel)
            known = self._tables[key] = Table(capacity, self)
        return known

    def answers(self, channel: str) -> Answers:
        """Who answers what about a channel, now and from now on."""
        answers = self._filed.get(channel)
        if answers is None:
            answers = self._filed[channel] = Answers()
        return answers
