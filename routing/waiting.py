"""routing/waiting.py: everything that waits, in groups.

What may have become possible is in `fresh`: groups of which the first item is another, or asks for less
than before. When it has found nobody it goes to its files (`routing/files.py`), and whoever becomes free
looks there.
"""

from routing.files import Files
from routing.groups import Group, Item, Wish
from routing.model import Work
from routing.needs import NOTHING_OWN, Own, Stages
from routing.places import Place
from routing.timers import Timers


class Queue:
    """How many wait in one queue. Positions are asked for seldom, or of many at once: they are counted when somebody
    asks, and good until something comes or goes."""

    __slots__ = ("count", "positions")

    def __init__(self) -> None:
        self.count = 0
        self.positions: dict[str, int] | None = None


class WaitingRoom:
    """Everything that waits."""

    def __init__(self, files: Files, now_ms: int) -> None:
        files.now_ms = now_ms
        self.fresh: dict[Group, None] = {}  #: groups of which the first item may find somebody new
        self.groups: dict[Wish, Group] = {}
        self.timers: Timers[Item] = Timers()
        self.files = files
        self.items: dict[str, Item] = {}  #: by id, in the order in which they came in
        self._queues: dict[str, Queue] = {}
        self._numbered = 0

    def take_apart(self, queue: str) -> list[Item]:
        """Takes the items of a queue out of their groups, which are no more: it will be served otherwise."""
        items = self._items_of(queue)
        for item in items:
            self._leave(item)
        for wish in [wish for wish in self.groups if wish[0] == queue]:
            del self.groups[wish]
        return items

    def count(self, queue: str) -> int:
        """How many wait in a queue."""
        return self._queues[queue].count if queue in self._queues else 0

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1."""
        item = self.items.get(work_id)
        if item is None:
            return None
        queue = self._queues[item.work.queue]
        if queue.positions is None:
            places = sorted([item.place for item in self._items_of(item.work.queue)])
            queue.positions = {place[-1]: number for number, place in enumerate(places, start=1)}
        return queue.positions[work_id]

    def add(self, work: Work, place: Place) -> Item:
        """Takes in an item that does not wait yet; `regroup` says who may have it."""
        item = self.items[work.id] = Item(work, place)
        queue = self._queues.get(work.queue)
        if queue is None:
            queue = self._queues[work.queue] = Queue()
        queue.count += 1
        queue.positions = None
        return item

    def remove(self, item: Item) -> None:
        """Takes an item out, wherever it stands."""
        work = item.work
        del self.items[work.id]
        queue = self._queues[work.queue]
        queue.count -= 1
        queue.positions = None
        if not queue.count:
            del self._queues[work.queue]
        if item.timer_ms is not None:
            self.timers.set(item, None)
        self._leave(item)

    def regroup(self, item: Item, own: Own, stages: Stages | None, lead: int) -> None:
        """The item, which stands `lead` ahead of its instant, asks for this beside what its queue does."""
        work = item.work
        wish: Wish = (work.queue, work.channel, lead)
        if own is not NOTHING_OWN:
            wish += (tuple(own.skills.items()), own.only, own.prefers, own.without)
        if item.group is not None:
            if item.group.wish == wish and stages is not None:
                return
            self._leave(item)
        if stages is None:
            return
        group, place = self.groups.get(wish), item.place
        if group is None:
            self._numbered = self._numbered + 1 if self.groups else 0
            answers = self.files.answers(work.channel)
            group = self.groups[wish] = Group(wish, own, stages, place, self._numbered, answers)
        else:
            group.add(place)
        item.group = group
        if group.first is place:  # or who may not have the first may not have this one
            self.fresh[group] = None
            if group.ages:
                self.files.age(group)

    def watch(self) -> None:
        """Somebody who had room before has it still: what has grown since may find them."""
        for clock in self.files.clocks.values():
            if clock.matters:
                self.fresh.update(dict.fromkeys(clock.grown(self.files.now_ms)))

    def next_timer_ms(self) -> int | None:
        """When time alone may let somebody have something, at the earliest."""
        self.files.catch_up()
        clocks = [clock.next_ms() for clock in self.files.clocks.values() if clock.matters]
        return min([at_ms for at_ms in (self.timers.next_ms(), *clocks) if at_ms is not None], default=None)

    def settle(self) -> None:
        """Whoever was fresh has found nobody: from now on it waits in its files."""
        for group in self.fresh:
            self.files.enter(group)
        self.fresh.clear()

    def _items_of(self, queue: str) -> list[Item]:
        """What waits in a queue, in the order in which it came in."""
        return [item for item in self.items.values() if item.work.queue == queue]

    def _leave(self, item: Item) -> None:
        group, place = item.group, item.place
        if group is None:
            return
        item.group = None
        if group.count == 1:
            self._close(group)
        elif group.leave(place) and group.ages:
            self.files.age(group)

    def _close(self, group: Group) -> None:
        """The last one has left."""
        group.empty()
        if group.own is not NOTHING_OWN or group.ages:
            del self.groups[group.wish]  # of the others there are few, and they will be needed again
        self.fresh.pop(group, None)
        self.files.remove(group)
