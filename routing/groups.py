"""routing/groups.py: items that may go to the same agents, in order.

Items form a group when they ask for the same and stand as far ahead of the instant at which they were
placed. Then the first of a group has waited longest, so it is in the latest stage, and who may not have
it may have none of the others: only the first is ever asked about, and only its stages count. Three
thousand items that ask for less in six steps need a timer a group, not one an item.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from routing.facts import Fact
from routing.hands import Answers
from routing.idle import Sought
from routing.line import Line
from routing.model import Work
from routing.needs import NOTHING_OWN, Named, Need, Own, Stages
from routing.places import Place
from routing.standing import Standing
from routing.timers import Timed

#: What makes a group: (queue, channel, how far ahead), and if its items ask for something of their own, that.
Wish = tuple[Any, ...]

#: Later than anything.
NEVER_MS: Final = 1 << 62

NO_GUESTS: Final[frozenset[Fact]] = frozenset()


class Head(NamedTuple):
    """A group in a file: a place that is not behind its first item's, its number (two groups may stand at one place,
    when an item has changed groups), and itself."""

    place: Place
    number: int
    group: "Group"


class Item(Timed):
    """A work item that waits. Without rules for its queue it is in no group, only counted. Its timer says when
    what it asks for beside its queue changes."""

    __slots__ = ("group", "place", "work")

    def __init__(self, work: Work, place: Place) -> None:
        self.timer_ms = self.look_ms = None
        self.work = work
        self.place = place
        self.group: Group | None = None


class Group(Timed):
    """Items with the same wish. What it asks for is what the first one asks for until an instant; whoever asks later
    must let it grow first."""

    __slots__ = (
        "_asked",
        "_ladder",
        "_places",
        "ages",
        "answers",
        "asked_stage",
        "count",
        "files",
        "first",
        "guests",
        "head",
        "is_plain",
        "levels",
        "number",
        "open_stage",
        "own",
        "ring",
        "sieve",
        "sought",
        "stage",
        "stages",
        "until_ms",
        "who",
        "wish",
    )

    def __init__(
        self,
        wish: Wish,
        own: Own,
        stages: Stages,
        first: Place,
        number: int,
        answers: Answers,
    ) -> None:
        self.timer_ms = self.look_ms = None
        self.wish = wish
        self.own = own
        self.stages = stages
        self.number = number
        self.answers = answers  #: who has room for one more of their channel
        self.count = 1
        self.first = first  #: the first place of those who stand here
        self.is_plain = own is NOTHING_OWN or (own.only is None and own.prefers is None and not own.without)
        self.files: Sequence[tuple[str, str, Line[Any]]] = ()
        self.head: Head | None = None  #: as it stands in its files
        self.open_stage = 0  #: the stage by whose doors it stands there
        self.asked_stage = 0  #: the stage at which whoever had room was asked about the first one
        self.guests = NO_GUESTS  #: those who come to its files
        self._places: Line[Place] | None = None  # none as long as the group is of one item
        self._ladder = stages.ladder(own.skills)
        self.ages = bool(stages.moments)  #: whether it grows at all
        self.until_ms = 0 if self.ages else NEVER_MS  #: its stage is known until then
        self._be_at(0)

    def grow(self, now_ms: int) -> None:
        """Finds the stage of the first one, as of an instant."""
        moments, placed_ms = self.stages.moments, self.first[1]
        stage = bisect_right(moments, now_ms - placed_ms)
        self.until_ms = placed_ms + moments[stage] if stage < len(moments) else NEVER_MS
        if stage != self.stage:
            self._be_at(stage)

    def _be_at(self, stage: int) -> None:
        self.stage = stage
        self.ring = ring = self.stages.rings[stage]  #: so many rings are reached
        _, self.levels, self.sieve = self._ladder[ring]  #: the names of the levels that it asks for, and their sieve
        self._asked: Need | None = None
        self.who: Standing | None = None  #: who may have them, as of a version of the roster, …
        self.sought: Sought | None = None  #: … and as they are sought in line, if anybody has asked

    @property
    def need(self) -> Need:
        """What the first one asks for now. Most stages pass without anybody asking."""
        need = self._asked
        if need is None:
            need = self._asked = self.stages.asked(self.wish[1], self.stage, self.own)
        return need

    @property
    def lasting(self) -> Named:
        """The levels that it asks for as long as it waits, and their names."""
        return self._ladder[-1]

    def add(self, place: Place) -> None:
        """Another item stands here."""
        self.count += 1
        if self.count == 1:
            self.first = place
            return
        places = self._places
        if places is None:
            places = self._places = Line()
            places.add(self.first)
        places.add(place)
        self.first = places.first or place

    def leave(self, place: Place) -> bool:
        """One item fewer, and others are left; whether it was the first."""
        self.count -= 1
        places, was_first = self._places, place is self.first
        assert places is not None, "there were two at least"
        places.remove(place)
        first = places.first
        assert first is not None, "others are left"
        self.first = first
        return was_first

    def empty(self) -> None:
        """The last item has left."""
        self.count = 0
        self._places = None
