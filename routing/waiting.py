"""routing/waiting.py: what waits, grouped by who may have it.

Items with the same need may go to the same agents, so they form one group, and only its head is
ever asked about. Groups stand in files behind doors (`routing/doors.py`). Within a door a file has
a gate: a fact that its agents must have, rare if possible. An agent who becomes free looks only
into the files that open, each from its head: three thousand who wait for what twenty agents have
cost the others one look.

A group enters the files at `settle`, when its first item has found nobody. It stands there with
the place of an item that was its first: never too late, and put right when somebody looks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from routing.doors import Door, doors_of
from routing.facts import Fact, has_levels
from routing.line import Line
from routing.model import Work
from routing.needs import Need
from routing.places import Place
from routing.standing import Standing

#: So many who have gone may stay among those who entered, beside as many as wait.
_GONE = 64


@dataclass(slots=True)
class Item:
    """A work item that waits. Without rules for its queue it is in no group, only counted."""

    work: Work
    place: Place
    group: "Group | None" = None
    timer_ms: int | None = None


class Group:
    """Items with the same need, in order, and who may have them as of a roster version."""

    __slots__ = ("_items", "_places", "count", "facts", "filed", "files", "first", "need", "number", "who")

    def __init__(self, need: Need, number: int, items: "dict[str, Item]", first: Place) -> None:
        self.need = need
        self.number = number
        self.count = 1
        self.first = first  #: the first place of those who stand here
        self._items = items
        self._places = [first]  # a heap, also of some who have gone, but never at its head
        self.facts = has_levels(need.levels)
        self.files: list[tuple[Door, Fact, Line[Head]]] = []
        self.filed: Place | None = None  # where it stands in its files
        self.who: Standing | None = None

    def add(self, place: Place) -> None:
        """Another item, which is told that it stands here."""
        self.count += 1
        heappush(self._places, place)
        if len(self._places) > 2 * self.count + _GONE:
            self._places[:] = sorted(set(filter(self._stands, self._places)) | {place})
        self.first = self._places[0]

    def leave(self) -> None:
        """One item fewer; it has been told already, and others are left."""
        self.count -= 1
        places = self._places
        while not self._stands(places[0]):
            heappop(places)
        self.first = places[0]

    def _stands(self, place: Place) -> bool:
        item = self._items.get(place[-1])
        return item is not None and item.group is self and item.place == place


#: A group in a file: a place that is not behind its first item's, its number (two groups may stand
#: at one place, when an item has changed groups), the levels that it asks for, and itself.
Head = tuple[Place, int, frozenset[Fact], Group]


class WaitingRoom:
    """Everything that waits. `gate` names a fact that all must have who stand at a door, of
    whom another fact is true anyhow."""

    def __init__(self, gate: Callable[[Need, Fact], Fact]) -> None:
        self.fresh: dict[Group, None] = {}  #: groups with something new since it was cleared
        self._gate = gate
        self._items: dict[str, Item] = {}
        self.groups: dict[Need, Group] = {}
        self._files: dict[str, dict[Door, dict[Fact, Line[Head]]]] = {}  # by channel
        self._lines: dict[str, Line[Place]] = {}  # by queue
        self._entered: dict[
            str, list[tuple[int, str]]
        ] = {}  # by queue, a heap: (placed at, id), also of some who have gone
        self._numbered = 0
        self._timers: list[tuple[int, str]] = []  # a heap, also of some that are over
        self._timed = 0  # how many items have a timer

    def get(self, work_id: str) -> Item | None:
        """The item, or None if it does not wait."""
        return self._items.get(work_id)

    def items(self) -> list[Item]:
        """All that waits, in the order in which it came in."""
        return list(self._items.values())

    def add(self, work: Work, place: Place) -> Item:
        """Takes in an item that does not wait yet; `regroup` says who may have it."""
        item = self._items[work.id] = Item(work, place)
        if work.queue not in self._lines:
            self._lines[work.queue], self._entered[work.queue] = Line(), []
        line, entered = self._lines[work.queue], self._entered[work.queue]
        line.add(place)
        heappush(entered, (place[1], place[-1]))
        if len(entered) > 2 * line.size + _GONE:
            entered[:] = sorted([(place[1], place[-1]) for place in line])
        return item

    def regroup(self, item: Item, need: Need | None, timer_ms: int | None) -> None:
        """The item has this need now, and another at `timer_ms`."""
        group = item.group
        if group is None or group.need != need:
            item.group = None
            if group is not None:
                self._leave(group)
            if need is not None:
                item.group = self._join(need, item.place)
        if timer_ms != item.timer_ms:
            self._time(item, timer_ms)

    def _time(self, item: Item, timer_ms: int | None) -> None:
        """Sets the item's timer, or ends it."""
        self._timed += (timer_ms is not None) - (item.timer_ms is not None)
        item.timer_ms = timer_ms
        if not self._timed:
            self._timers.clear()
        if timer_ms is not None:
            heappush(self._timers, (timer_ms, item.work.id))
            if len(self._timers) > 2 * self._timed + _GONE:
                self._timers[:] = sorted(filter(self._runs, self._timers))

    def remove(self, work_id: str) -> Work | None:
        """Takes an item out, wherever it stands."""
        item = self._items.pop(work_id, None)
        if item is None:
            return None
        group = item.group
        if group is not None:
            item.group = None
            self._leave(group)
        if item.timer_ms is not None:
            self._time(item, None)
        queue, place = item.work.queue, item.place
        line = self._lines[queue]
        line.remove(place)
        if not line.size:
            del self._lines[queue], self._entered[queue]
        return item.work

    def doors(self, channel: str) -> dict[Door, dict[Fact, Line[Head]]]:
        """The files of a channel with something in them: by door, by gate."""
        return self._files.get(channel, {})

    def next_timer_ms(self) -> int | None:
        """The earliest instant at which a need may change."""
        timers = self._timers
        while timers and not self._runs(timers[0]):
            heappop(timers)
        return timers[0][0] if timers else None

    def due(self, now_ms: int) -> list[str]:
        """The items whose timer has come, earliest first; each must be told its next."""
        due = []
        while self._timers and self._timers[0][0] <= now_ms:
            timer = heappop(self._timers)
            if self._runs(timer):
                due.append(timer[1])
        return due

    def _runs(self, timer: tuple[int, str]) -> bool:
        item = self._items.get(timer[1])
        return item is not None and item.timer_ms == timer[0]

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1."""
        item = self._items.get(work_id)
        return self._lines[item.work.queue].index(item.place) + 1 if item else None

    def count(self, queue: str) -> int:
        """How many wait in a queue."""
        return self._lines[queue].size if queue in self._lines else 0

    def earliest_ms(self, queue: str) -> int | None:
        """When the one who waits longest in a queue was placed, wherever it stands."""
        entered = self._entered.get(queue)
        while entered:
            placed_ms, work_id = entered[0]
            item = self._items.get(work_id)
            if item is not None and item.work.queue == queue and item.work.placed_ms == placed_ms:
                return placed_ms
            heappop(entered)
        return None

    def of_queue(self, queue: str) -> Iterator[Item]:
        """The items of a queue, in order."""
        for place in self._lines.get(queue, ()):
            yield self._items[place[-1]]

    def settle(self) -> None:
        """Whoever was fresh has found nobody: from now on it waits in its files."""
        for group in self.fresh:
            if group.filed is None:
                self._open(group)
                self._file(group)
            elif group.first < group.filed:
                self.refile(group)
        self.fresh.clear()

    def refile(self, group: Group) -> None:
        """Puts a group where its first item stands."""
        self._unfile(group)
        self._file(group)

    def _join(self, need: Need, place: Place) -> Group:
        group = self.groups.get(need)
        if group is None:
            self._numbered = self._numbered + 1 if self.groups else 0
            group = self.groups[need] = Group(need, self._numbered, self._items, place)
        else:
            group.add(place)
        self.fresh[group] = None
        return group

    def _leave(self, group: Group) -> None:
        if group.count > 1:
            group.leave()
            return
        group.count = 0
        del self.groups[group.need]
        self.fresh.pop(group, None)
        if group.filed is not None:
            self._unfile(group)
            self._close(group)

    @staticmethod
    def _file(group: Group) -> None:
        group.filed = group.first
        for _, _, file in group.files:
            file.add((group.filed, group.number, group.facts, group))

    @staticmethod
    def _unfile(group: Group) -> None:
        assert group.filed is not None, "it stands in its files"
        for _, _, file in group.files:
            file.remove((group.filed, group.number, group.facts, group))

    def _open(self, group: Group) -> None:
        """Finds the files for a group; makes those that are missing."""
        doors = self._files.setdefault(group.need.channel, {})
        for door, everybody in doors_of(group.need):
            gate = self._gate(group.need, everybody)
            group.files.append((door, gate, doors.setdefault(door, {}).setdefault(gate, Line())))

    def _close(self, group: Group) -> None:
        """Takes away the files that are empty now."""
        doors = self._files[group.need.channel]
        for door, gate, file in group.files:
            if not file:
                del doors[door][gate]
                if not doors[door]:
                    del doors[door]
        if not doors:
            del self._files[group.need.channel]
