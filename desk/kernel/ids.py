"""desk/kernel/ids.py: UUIDv7: sorts by the time it was made, tells nothing else, guessed by nobody.

RFC 9562 section 5.7: 48 bits of Unix milliseconds, version, 74 bits. The first 12 of these count the
ids of one millisecond from a random start (section 6.2, method 1), so that what one process makes in
one millisecond sorts in the order in which it was made.
"""

import secrets
import threading
from datetime import datetime

from desk.tables.columns import to_ms


class _Counter:
    """Counts the ids of one millisecond. Writer thread and event loop share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ms = -1
        self._count = 0

    def next(self, ms: int) -> int:
        with self._lock:
            if ms != self._ms or self._count >= 0xFFF:
                self._ms, self._count = ms, secrets.randbits(11)
            else:
                self._count += 1
            return self._count


_counter = _Counter()


def new_id(now: datetime) -> str:
    """A new id made at `now`."""
    ms = to_ms(now)
    value = (ms & (1 << 48) - 1) << 80 | 0x7 << 76 | _counter.next(ms) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
