"""routing/timers.py: what changes by time alone, and when.

A heap of instants at which to look, one for each that has a timer and none later than it. A timer that is set
to a later instant costs nothing: when the earlier one comes, the entry moves. One that is set to an earlier
instant has a second entry, and the first is passed over.
"""

from heapq import heappop, heappush, heapreplace
from typing import Generic, TypeVar

#: So many entries that no timer needs may stay in the heap, or as many as are needed.
_OVER = 64


class Timed:
    """Something that changes by time alone at `timer_ms`, or never. It is looked at then, or before, at `look_ms`."""

    __slots__ = ("look_ms", "timer_ms")

    def __init__(self) -> None:
        self.timer_ms: int | None = None
        self.look_ms: int | None = None


Kind = TypeVar("Kind", bound=Timed)


class Timers(Generic[Kind]):
    """Every timer that runs."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Kind]] = []  #: (when to look, number, at what), the first one first
        self._over = 0  # how many of the entries no timer needs
        self._numbered = 0

    def set(self, timed: Kind, at_ms: int | None) -> None:
        """Sets its timer, or ends it."""
        was, look = timed.timer_ms, timed.look_ms
        timed.timer_ms = at_ms
        if look is None:
            if at_ms is not None:
                self._push(timed, at_ms)
        elif at_ms is None:
            if was is not None:
                self._end_entry()
        elif at_ms < look:
            self._push(timed, at_ms)
            if was is not None:
                self._end_entry()
        elif was is None:
            self._over -= 1

    def next_ms(self) -> int | None:
        """When the next one comes."""
        heap = self.heap
        while heap:
            look, _, timed = heap[0]
            at_ms = timed.timer_ms
            if look == at_ms and look == timed.look_ms:
                return at_ms
            self._move_first()
        return None

    def due(self, now_ms: int) -> list[Kind]:
        """Those that have come, earliest first; none of them has a timer any more."""
        heap, due = self.heap, []
        while heap and heap[0][0] <= now_ms:
            look, _, timed = heap[0]
            if look == timed.timer_ms and look == timed.look_ms:
                heappop(heap)
                timed.timer_ms = timed.look_ms = None
                due.append(timed)
            else:
                self._move_first()
        if not heap:
            self._numbered = 0
        return due

    def _push(self, timed: Kind, at_ms: int) -> None:
        timed.look_ms = at_ms
        self._numbered += 1
        heappush(self.heap, (at_ms, self._numbered, timed))

    def _move_first(self) -> None:
        """The first entry goes where its timer is now; away if there is none, or another entry for it."""
        look, _, timed = self.heap[0]
        at_ms = timed.timer_ms
        if look == timed.look_ms and at_ms is not None:
            timed.look_ms = at_ms
            self._numbered += 1
            heapreplace(self.heap, (at_ms, self._numbered, timed))
            return
        heappop(self.heap)
        self._over -= 1
        if look == timed.look_ms:
            timed.look_ms = None

    def _end_entry(self) -> None:
        """One entry more that no timer needs; if they are many, all of them go."""
        over = self._over = self._over + 1
        if over == len(self.heap) or (over > _OVER and 2 * over > len(self.heap)):
            for look, _, timed in self.heap:
                if timed.timer_ms is None and look == timed.look_ms:
                    timed.look_ms = None
            looks = {entry[2]: entry for entry in self.heap if entry[0] == entry[2].look_ms}
            self.heap[:] = sorted(looks.values())
            self._over = 0
            if not looks:
                self._numbered = 0
