"""routing/waiting.py: what waits, grouped by who may have it.

Items with the same need (queue, channel, levels, one agent only, all but some agents) may go to
the same agents, so they form one group, and only its head is ever asked about. Groups stand in
files by (channel, queue) and by a gate: a fact their agents must have, rare if possible. An agent who
becomes free looks only into the files whose gate is open, each from its head: three thousand
who wait for what twenty agents have cost the others one look.

Lists are kept sorted and cut exactly, so there is no stale entry to step over.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from routing.model import Work
from routing.places import Place
from routing.roster import Fact

_Sorted = TypeVar("_Sorted", Place, tuple[int, str])


class Need(NamedTuple):
    """What decides who may have an item, apart from who is free."""

    queue: str
    channel: str
    levels: tuple[tuple[str, int], ...]
    only: str | None
    without: frozenset[str]


class File:
    """The heads of the groups behind one gate, as places in order."""

    __slots__ = ("channel", "gate", "heads", "queue")

    def __init__(self, channel: str, queue: str, gate: Fact) -> None:
        self.channel = channel
        self.queue = queue
        self.gate = gate
        self.heads: list[Place] = []

    def after(self, place: Place) -> Place | None:
        """The next head behind `place`."""
        at = bisect_right(self.heads, place)
        return self.heads[at] if at < len(self.heads) else None


class Group:
    """Items with the same need, in order, and who is qualified for them as of a roster version."""

    __slots__ = ("file", "need", "places", "qualified", "version")

    def __init__(self, need: Need, file: File) -> None:
        self.need = need
        self.file = file
        self.places: list[Place] = []
        self.qualified = 0
        self.version = -1


@dataclass(slots=True)
class Item:
    """A work item that waits. Without rules for its queue it is in no group, only counted."""

    work: Work
    place: Place
    group: Group | None
    timer_ms: int | None


class WaitingRoom:
    """Everything that waits. `gate` names a fact that a need demands."""

    def __init__(self, gate: Callable[[Need], Fact]) -> None:
        self.fresh: dict[Group, None] = {}  #: groups with something new since it was cleared
        self._gate = gate
        self._items: dict[str, Item] = {}
        self._groups: dict[Need, Group] = {}
        self._files: dict[tuple[str, str], dict[Fact, File]] = {}
        self._lines: dict[str, list[Place]] = {}  # by queue
        self._timers: list[tuple[int, str]] = []

    def get(self, work_id: str) -> Item | None:
        """The item, or None if it does not wait."""
        return self._items.get(work_id)

    def works(self) -> list[Work]:
        """All that waits, in the order in which it came in."""
        return [item.work for item in self._items.values()]

    def add(self, work: Work, place: Place, need: Need | None, timer_ms: int | None) -> None:
        """Takes in an item that does not wait yet; `timer_ms` is when its need may change."""
        group = self._join(need, place) if need else None
        self._items[work.id] = Item(work, place, group, timer_ms)
        insort(self._lines.setdefault(work.queue, []), place)
        if timer_ms is not None:
            insort(self._timers, (timer_ms, work.id))

    def remove(self, work_id: str) -> Work | None:
        """Takes an item out, wherever it stands."""
        item = self._items.pop(work_id, None)
        if item is None:
            return None
        if item.group is not None:
            self._leave(item.group, item.place)
        line = self._lines[item.work.queue]
        _cut(line, item.place)
        if not line:
            del self._lines[item.work.queue]
        if item.timer_ms is not None:
            _cut(self._timers, (item.timer_ms, work_id))
        return item.work

    def files(self) -> Iterator[tuple[tuple[str, str], dict[Fact, File]]]:
        """The files with something in them, by (channel, queue)."""
        return iter(self._files.items())

    def next_timer_ms(self) -> int | None:
        """The earliest instant at which a need may change."""
        return self._timers[0][0] if self._timers else None

    def due(self, now_ms: int) -> list[str]:
        """The items whose timer has come, earliest first."""
        due = self._timers[: bisect_right(self._timers, now_ms, key=lambda timer: timer[0])]
        return [work_id for _, work_id in due]

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1."""
        item = self._items.get(work_id)
        return bisect_left(self._lines[item.work.queue], item.place) + 1 if item else None

    def count(self, queue: str) -> int:
        """How many wait in a queue."""
        return len(self._lines.get(queue, ()))

    def earliest_ms(self, queue: str) -> int | None:
        """When the one who waits longest in a queue was placed, whatever its priority."""
        line = self._lines.get(queue, [])
        firsts: list[int] = []
        at = 0
        while at < len(line):  # one step for each priority present
            firsts.append(line[at][1])
            at = bisect_right(line, line[at][0], at, key=lambda place: place[0])
        return min(firsts, default=None)

    def _join(self, need: Need, place: Place) -> Group:
        group = self._groups.get(need)
        if group is None:
            group = self._groups[need] = Group(need, self._file(need))
        head = group.places[0] if group.places else None
        insort(group.places, place)
        if group.places[0] != head:
            if head is not None:
                _cut(group.file.heads, head)
            insort(group.file.heads, place)
        self.fresh[group] = None
        return group

    def _leave(self, group: Group, place: Place) -> None:
        was_head = group.places[0] == place
        _cut(group.places, place)
        if not was_head:
            return
        file = group.file
        _cut(file.heads, place)
        if group.places:
            insort(file.heads, group.places[0])
            return
        del self._groups[group.need]
        self.fresh.pop(group, None)
        if not file.heads:
            files = self._files[file.channel, file.queue]
            del files[file.gate]
            if not files:
                del self._files[file.channel, file.queue]

    def _file(self, need: Need) -> File:
        gate = self._gate(need)
        files = self._files.setdefault((need.channel, need.queue), {})
        return files.get(gate) or files.setdefault(gate, File(need.channel, need.queue, gate))


def _cut(line: list[_Sorted], entry: _Sorted) -> None:
    del line[bisect_left(line, entry)]
