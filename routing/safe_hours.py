"""routing/safe_hours.py: when a customer may be phoned.

The same hours every day, in the customer's own zone. Where it is not known which of several zones a customer is in,
a moment is safe when it is safe in all of them; whoever rings may keep hours too. Pure functions of (hours, zones,
instant).
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from routing.hours import MINUTES, Hours, Span, next_change, next_open

_WHOLE_DAY = Span(0, MINUTES)

#: The hours of one customer, and every zone that they may be in.
Safe = tuple[Span, Sequence[ZoneInfo]]


def next_safe(span: Span, zones: Sequence[ZoneInfo], at: datetime) -> datetime | None:
    """`at` if it is safe then, else the next moment that is; None if the zones have no hour in common."""
    return next_safe_for_all([(span, zones)], at)


def next_safe_for_all(safe: Sequence[Safe], at: datetime, staffed: Hours | None = None) -> datetime | None:
    """`at` if it is safe for each of them then, else the next moment that is; None if they have no hour in common.

    With `staffed`, the hours of who rings, it is one of those as well.
    """
    daily = [_daily(span, zone) for span, zones in safe if span != _WHOLE_DAY for zone in zones]
    return next_open([*daily, *([staffed] if staffed else [])], at)


def is_safe(span: Span, zones: Sequence[ZoneInfo], at: datetime) -> bool:
    """Whether a customer who is in one of `zones` may be phoned at `at`."""
    return next_safe(span, zones, at) == at


def safe_until(span: Span, zones: Sequence[ZoneInfo], at: datetime) -> datetime | None:
    """Until when it stays safe, given that it is safe at `at`; None if it always is."""
    if span == _WHOLE_DAY:
        return None
    ends = (next_change(_daily(span, zone), at) for zone in zones)
    return min((end for end in ends if end is not None), default=None)


def _daily(span: Span, zone: ZoneInfo) -> Hours:
    return Hours(zone=zone, week=dict.fromkeys(range(7), (span,)))
