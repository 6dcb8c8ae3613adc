"""routing/hours.py: when a queue is open.

    week, by weekday      monday: 08:00-12:00, 13:00-18:00
    exceptions, by date   24 December: 08:00-12:00; 25 December: nothing
    closed                an emergency closing, until it is lifted

A span belongs to the day on which it begins and may run past midnight. Times are the wall clock's in
one zone, so a night in which the clocks change is an hour longer or shorter; open is half-open: at the
closing minute it is closed. Pure functions of (hours, now).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTES = 24 * 60
#: How far ahead an opening is looked for: a year, and some days for the last week of it.
HORIZON_DAYS = 372


class Span(NamedTuple):
    """From one minute of the day to another; up to twice 1,440, as it may end on the next day."""

    opens: int
    closes: int


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a queue. `week` has Monday as 0; a day that is missing there is closed.

    `closed` is the reason of an emergency closing, empty when there is none.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    closed: str = ""


def is_open(hours: Hours | None, at: datetime) -> bool:
    """Whether the queue is open at `at` (aware); one without hours always is."""
    if hours is None:
        return True
    if hours.closed:
        return False
    today = at.astimezone(hours.zone).date()
    return any(opens <= at < closes for day in (today - DAY, today) for opens, closes in _spans(hours, day))


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """The first instant after `at` at which it opens or closes, in UTC; None if that is never, or over a year away."""
    if hours.closed:
        return None
    now = is_open(hours, at)
    today = at.astimezone(hours.zone).date()
    for ahead in range(-1, HORIZON_DAYS):
        for instant in sorted({edge for span in _spans(hours, today + DAY * ahead) for edge in span}):
            # A span that begins where another ends, or inside it, changes nothing there.
            if instant > at and is_open(hours, instant) != now:
                return instant
    return None


def next_open(kept: Iterable[Hours], at: datetime) -> datetime | None:
    """`at` when all of these are open then, else the next moment at which they are; None if there is none in a year.

    Each is walked through once, so that hours that never meet are found out in a time that grows with the year alone.
    """
    walks = [_spans_after(hours, at) for hours in kept]
    spans = [next(walk, None) for walk in walks]
    settled = False
    while not settled:
        settled = True
        for one, walk in enumerate(walks):
            span = spans[one]
            while span is not None and span[1] <= at:
                span = next(walk, None)
            if span is None:
                return None
            spans[one] = span
            if span[0] > at:
                at, settled = span[0], False
    return at


def _spans_after(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans that end after `at`, by when they begin; none while it is closed at once."""
    if hours.closed:
        return
    today = at.astimezone(hours.zone).date()
    for ahead in range(-1, HORIZON_DAYS):
        for opens, closes in sorted(_spans(hours, today + DAY * ahead)):
            if at < closes and opens < closes:  # the night in which an hour is lost may leave nothing of a span
                yield opens, closes


def _spans(hours: Hours, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on `day`, as instants in UTC."""
    for span in hours.exceptions.get(day, hours.week.get(day.weekday(), ())):
        yield _instant(hours.zone, day, span.opens), _instant(hours.zone, day, span.closes)


def _instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    days, minute = divmod(minute, MINUTES)
    local = datetime.combine(day + DAY * days, time(minute // 60, minute % 60), zone)
    return local.astimezone(UTC)
