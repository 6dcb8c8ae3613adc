"""routing/timers.py: what changes by time alone, and when.

A heap, also of timers that were set anew or ended: who has a timer knows its instant, and an entry that
says another is passed over. So setting a timer costs one push, and ending it nothing.
"""

from heapq import heappop, heappush

#: So many that are over may stay in the heap, beside as many as run.
_OVER = 64


class Timed:
    """Something that changes by time alone at `timer_ms`, or never."""

    __slots__ = ("timer_ms",)

    def __init__(self) -> None:
        self.timer_ms: int | None = None


class Timers:
    """Every timer that runs."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Timed]] = []  #: (instant, number, who), the next one or one that is over first
        self._over = 0  # how many of the heap's entries
        self._numbered = 0

    def set(self, timed: Timed, at_ms: int | None) -> None:
        """Sets its timer, or ends it."""
        was = timed.timer_ms
        if was == at_ms:
            return
        timed.timer_ms = at_ms
        if at_ms is not None:
            self._numbered += 1
            heappush(self.heap, (at_ms, self._numbered, timed))
        if was is not None:
            over = self._over = self._over + 1
            size = len(self.heap)
            if 2 * over > size + _OVER or over == size:
                self._clear_out()

    def next_ms(self) -> int | None:
        """When the next one comes."""
        heap = self.heap
        while heap and heap[0][2].timer_ms != heap[0][0]:
            heappop(heap)
            self._over -= 1
        return heap[0][0] if heap else None

    def due(self, now_ms: int) -> list[Timed]:
        """Those that have come, earliest first; none of them has a timer any more."""
        heap, due = self.heap, []
        while heap and heap[0][0] <= now_ms:
            at_ms, _, timed = heappop(heap)
            if timed.timer_ms == at_ms:
                timed.timer_ms = None
                due.append(timed)
            else:
                self._over -= 1
        if not heap:
            self._numbered = 0
        return due

    def _clear_out(self) -> None:
        """Forgets the entries that are over. One whose timer was set back to where it had been has two that count."""
        running = {entry[2]: entry for entry in self.heap if entry[2].timer_ms == entry[0]}
        self.heap[:] = sorted(running.values())
        self._over = 0
        if not running:
            self._numbered = 0
