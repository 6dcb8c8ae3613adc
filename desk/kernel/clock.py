"""desk/kernel/clock.py: the only place that asks what time it is. Aware UTC, whole milliseconds.

Two questions, two answers. *What time is it for the desk?* is a `Clock`: tests stop it, move it
and jump it. *How much time has passed?* is `running_seconds`: leases, claims and slow use cases
ask it, because a lease must run out while the desk's clock stands, and must not while it jumps.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from desk.kernel import instants
from desk.tables.columns import from_ms


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole milliseconds."""


def running_seconds() -> float:
    """Seconds on a clock that always runs and never jumps; only differences mean something."""
    return time.monotonic()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return from_ms(time.time_ns() // 1_000_000)


class ManualClock:
    """A clock that stands until it is moved: for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = _whole(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Moves the clock to `at`, forwards or back."""
        self._at = _whole(at)

    def advance(self, by: timedelta) -> None:
        """Moves the clock on by `by`."""
        self._at = _whole(self._at + by)


class FileClock:
    """Stands at the RFC 3339 instant in a file and follows the file, so that stories span days.

    Raises:
        ValueError: when made, if the file holds no instant that is possible. Later such a file, which
            may be half-written, is read again at the next question.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = -1
        self._at = self._read()

    def now(self) -> datetime:
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._at = self._read()
                self._stamp = stamp
        except (OSError, ValueError):
            pass  # half-written, being replaced, or impossible: the old instant stands for now
        return self._at

    def _read(self) -> datetime:
        return _whole(instants.parse(self._path.read_text().strip()))


def _whole(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
