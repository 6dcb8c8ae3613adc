"""routing/waiting.py: what waits, grouped by who may have it.

Items with the same need may go to the same agents, so they form one group, and only its head is
ever asked about. Groups stand in files behind doors. A door is how an agent comes to serve them:
own queue, let in as a guest, asked for by name. Within a door a file has a gate: a fact that its
agents must have, rare if possible. An agent who becomes free looks only into the files that open,
each from its head: three thousand who wait for what twenty agents have cost the others one look.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from routing.facts import Door, Fact, guest_door, has_level, name_door, own_door
from routing.line import Line
from routing.model import Work
from routing.needs import Need
from routing.places import Place
from routing.standing import Standing


@dataclass(slots=True)
class Item:
    """A work item that waits. Without rules for its queue it is in no group, only counted."""

    work: Work
    place: Place
    group: "Group | None" = None
    timer_ms: int | None = None


class Group:
    """Items with the same need, in order, and who may have them as of a roster version."""

    __slots__ = ("facts", "files", "items", "need", "who")

    def __init__(self, need: Need, files: "list[Line[Head]]") -> None:
        self.need = need
        self.facts = frozenset(has_level(skill, level) for skill, level in need.levels)
        self.files = files
        self.items: Line[Place] = Line()
        self.who: Standing | None = None


#: A group in a file: the place of its first item, which is nobody else's, and the group.
Head = tuple[Place, Group]


class WaitingRoom:
    """Everything that waits. `gate` names a fact that everybody at this door must have."""

    def __init__(self, gate: Callable[[Need, Door], Fact]) -> None:
        self.fresh: dict[Group, None] = {}  #: groups with something new since it was cleared
        self._gate = gate
        self._items: dict[str, Item] = {}
        self.groups: dict[Need, Group] = {}
        self._files: dict[str, dict[Door, dict[Fact, Line[Head]]]] = {}  # by channel
        self._lines: dict[str, Line[Place]] = {}  # by queue
        self._entered: dict[str, Line[tuple[int, str]]] = {}  # by queue: (placed at, id)
        self._timers: Line[tuple[int, str]] = Line()

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
            self._lines[work.queue], self._entered[work.queue] = Line(), Line()
        self._lines[work.queue].add(place)
        self._entered[work.queue].add((place[1], place[2]))
        return item

    def regroup(self, item: Item, need: Need | None, timer_ms: int | None) -> None:
        """The item has this need now, and another at `timer_ms`."""
        if item.group is None or item.group.need != need:
            if item.group is not None:
                self._leave(item.group, item.place)
            item.group = self._join(need, item.place) if need else None
        if timer_ms != item.timer_ms:
            if item.timer_ms is not None:
                self._timers.remove((item.timer_ms, item.work.id))
            if timer_ms is not None:
                self._timers.add((timer_ms, item.work.id))
            item.timer_ms = timer_ms

    def remove(self, work_id: str) -> Work | None:
        """Takes an item out, wherever it stands."""
        item = self._items.pop(work_id, None)
        if item is None:
            return None
        self.regroup(item, None, None)
        queue, place = item.work.queue, item.place
        self._lines[queue].remove(place)
        self._entered[queue].remove((place[1], place[2]))
        if not self._lines[queue]:
            del self._lines[queue], self._entered[queue]
        return item.work

    def doors(self, channel: str) -> dict[Door, dict[Fact, Line[Head]]]:
        """The files of a channel with something in them: by door, by gate."""
        return self._files.get(channel, {})

    def next_timer_ms(self) -> int | None:
        """The earliest instant at which a need may change."""
        return self._timers.first[0] if self._timers else None

    def due(self, now_ms: int) -> list[str]:
        """The items whose timer has come, earliest first."""
        if not self._timers or self._timers.first[0] > now_ms:
            return []
        return [work_id for _, work_id in self._timers.until((now_ms + 1, ""))]

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1."""
        item = self._items.get(work_id)
        return self._lines[item.work.queue].index(item.place) + 1 if item else None

    def count(self, queue: str) -> int:
        """How many wait in a queue."""
        return self._lines[queue].size if queue in self._lines else 0

    def earliest_ms(self, queue: str) -> int | None:
        """When the one who waits longest in a queue was placed, wherever it stands."""
        return self._entered[queue].first[0] if queue in self._entered else None

    def of_queue(self, queue: str) -> Iterator[Item]:
        """The items of a queue, in order."""
        for place in self._lines.get(queue, ()):
            yield self._items[place[2]]

    def _join(self, need: Need, place: Place) -> Group:
        group = self.groups.get(need)
        if group is None:
            group = self.groups[need] = Group(need, self._open(need))
            group.items.add(place)
            self._file(group, place)
        else:
            head = group.items.first
            group.items.add(place)
            if place < head:
                self._unfile(group, head)
                self._file(group, place)
        self.fresh[group] = None
        return group

    def _leave(self, group: Group, place: Place) -> None:
        items = group.items
        was_head = items.first == place
        items.remove(place)
        if not was_head:
            return
        self._unfile(group, place)
        if items:
            self._file(group, items.first)
            return
        del self.groups[group.need]
        self.fresh.pop(group, None)
        self._close(group)

    @staticmethod
    def _file(group: Group, head: Place) -> None:
        for file in group.files:
            file.add((head, group))

    @staticmethod
    def _unfile(group: Group, head: Place) -> None:
        for file in group.files:
            file.remove((head, group))

    def _open(self, need: Need) -> list[Line[Head]]:
        """The files in which a group stands, made if there are none."""
        doors = self._files.setdefault(need.channel, {})
        found = []
        for door in doors_of(need):
            files = doors.setdefault(door, {})
            gate = self._gate(need, door)
            found.append(files.get(gate) or files.setdefault(gate, Line()))
        return found

    def _close(self, group: Group) -> None:
        """Takes away the files that are empty now."""
        if all(group.files):
            return
        doors = self._files[group.need.channel]
        for door in doors_of(group.need):
            kept = {gate: file for gate, file in doors.get(door, {}).items() if file}
            if kept:
                doors[door] = kept
            else:
                doors.pop(door, None)
        if not doors:
            del self._files[group.need.channel]


def doors_of(need: Need) -> list[Door]:
    """How agents come to serve items of this need."""
    if need.only is not None:
        return [name_door(need.only)]
    doors = [own_door(need.queue), *map(guest_door, sorted(need.guests))]
    return doors if need.prefers is None else [*doors, name_door(need.prefers)]
