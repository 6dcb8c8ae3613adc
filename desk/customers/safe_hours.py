"""desk/customers/safe_hours.py: when a customer may be phoned, by the clock where they are.

That is in their own zone where it is known, else in every zone that the number may be at home in, else in ours; and
while the queue is open for which they are rung.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channels.voice.numbers import zones_of
from desk.customers.contact_safety import UNREADABLE, phone_hours, safety_of, whose
from desk.kernel.transaction import Row, Rx
from desk.organization.days import zone_of_site
from desk.organization.hours import read_span
from desk.organization.openings import ALWAYS, NEVER_OPEN, is_never_open, keeps_of_queues
from desk.organization.routing_rules import callbacks_said
from routing.hours import MINUTES, Hours, Span
from routing.safe_hours import Safe, is_safe, next_safe_for_all, safe_until


def next_moment(rx: Rx, customer: Row, number: str, queue: str | None, at: datetime) -> datetime | None:
    """`at`, or the next moment after it in which `queue` is open and the customer may be phoned; None if there is none
    within a year. Without a queue its hours are nobody's.

    What the organization says and what holds for everybody who has this number are all kept. A closing at once is
    none of the hours: nobody knows when it ends.
    """
    safe = _safe(rx, customer, number)
    return None if safe is None else next_safe_for_all(safe, at, _staffed(rx, queue))


def may_be_phoned_until(rx: Rx, customer: Row, number: str) -> datetime | None:
    """Until when the customer may be phoned, who may be phoned now; None if at any hour."""
    safe = _safe(rx, customer, number)
    if safe is None:
        return rx.now
    ends = [safe_until(hours, zones, rx.now) for hours, zones in safe]
    return min((end for end in ends if end is not None), default=None)


def why_not_at_this_hour(rx: Rx, customer: Row, number: str) -> str | None:
    """Why who calls by hand may not do so now: the customer's own hours, which are nobody's to break; None if they may.

    The organization's hours bind what is dialled for a call-back alone.
    """
    for one in whose(rx, customer, number):
        safety = safety_of(one)
        if safety is None:
            return UNREADABLE
        if safety.hours is None or is_safe(read_span(safety.hours), _zones(rx, one, number), rx.now):
            continue
        who = "this customer" if one.id == customer.id else "the customer who has this number"
        return f"{who} may be phoned between {safety.hours.replace('-', ' and ')} alone, by their clock"
    return None


@dataclass(frozen=True, kw_only=True)
class Told:
    """By whose clock a customer is told times, and who says so: `customer`, `number` or `organization`."""

    zone: ZoneInfo
    known_by: str


def told_by(time_zone: str, number: str, ours: str) -> Told:
    """The customer's own zone where it is known, else the first in which the number may be at home, else ours."""
    known = [("customer", time_zone), *(("number", name) for name in zones_of(number))]
    found = [Told(zone=zone, known_by=by) for by, name in known if (zone := _zone(name)) is not None]
    return found[0] if found else Told(zone=ZoneInfo(ours), known_by="organization")


def why_never(rx: Rx, customer: Row, number: str, queue: str | None) -> str:
    """Why there is no moment in which this customer may be phoned on `number` for `queue`, who may be phoned on it; of
    whoever else has it nothing is said but that their hours hold as well."""
    for one in whose(rx, customer, number):
        own = one.id == customer.id
        hours, zones = phone_hours(one, _hours(rx)), _zones(rx, one, number)
        if safety_of(one) is None:
            return UNREADABLE
        if hours is None:
            who = "this customer’s own hours" if own else "the hours of the customer who has this number"
            return f"{who} and those in which we phone have no moment in common"
        if next_safe_for_all([(hours, zones)], rx.now) is None:
            who = "this number may be in: give the customer" if own else "the customer who has it may be in: give them"
            return f"no time of day suits every zone that {who} a time zone"
    if next_moment(rx, customer, number, None, rx.now) is None:
        return "this customer and the one who has this number may never be phoned at the same hour: name another number"
    if queue is not None and is_never_open(keeps_of_queues(rx).get(queue, ALWAYS), rx.now):
        return NEVER_OPEN
    return "the queue is never open at an hour in which they may be phoned there: choose another queue"


def hours_with(rx: Rx, customer: Row, number: str) -> tuple[str, bool]:
    """When this customer may be phoned, of the hours in which we phone: 18:00-20:00, nothing if never; and whether
    somebody else has `number`, whose hours hold as well."""
    hours = phone_hours(customer, _hours(rx))
    said = "" if hours is None else f"{_clock(hours.opens)}-{_clock(hours.closes)}"
    return said, len(whose(rx, customer, number)) > 1


def _clock(minute: int) -> str:
    """A minute of the day as the file writes it; midnight at the end of one is 24:00."""
    minute -= MINUTES if minute > MINUTES else 0
    return f"{minute // 60:02}:{minute % 60:02}"


def hours_of(rx: Rx) -> str:
    """When customers may be phoned, as the organization says it: 09:00-20:00."""
    return str(callbacks_said(rx).hours)


def _hours(rx: Rx) -> Span:
    return read_span(hours_of(rx))


def _staffed(rx: Rx, queue: str | None) -> Hours | None:
    """The hours of a queue as far as they are known beforehand; None if it is always open."""
    return keeps_of_queues(rx).get(queue, ALWAYS).planned if queue is not None else None


def _safe(rx: Rx, customer: Row, number: str) -> list[Safe] | None:
    """The hours of everybody whose rules hold there, by the clock of each; None if one of them may never be phoned."""
    ours, safe = _hours(rx), list[Safe]()
    for one in whose(rx, customer, number):
        hours = phone_hours(one, ours)
        if hours is None:
            return None
        safe.append((hours, _zones(rx, one, number)))
    return safe


def _zones(rx: Rx, customer: Row, number: str) -> list[ZoneInfo]:
    own = _zone(customer.time_zone)
    if own is not None:
        return [own]
    return [zone for name in zones_of(number) if (zone := _zone(name))] or [zone_of_site(rx)]


def _zone(name: str) -> ZoneInfo | None:
    """A zone by its name; None for what somebody typed that is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
