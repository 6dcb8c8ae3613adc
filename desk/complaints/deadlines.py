"""desk/complaints/deadlines.py: what is due when, and the arithmetic in words.

Everything is counted from the instant of receipt. Nothing here moves a deadline that is met.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.complaints.calendar import Calendar, add_months
from desk.complaints.packs import Level, Limit, Pack, Unit

ACKNOWLEDGEMENT = "acknowledgement"
EARLY_WINDOW = "early_window"
#: The first word of a person; what a machine sends does not count.
FIRST_REPLY = "first_reply"
FINAL_RESPONSE = "final_response"
UPDATE = "update"

#: Shares of the time from receipt to due at which somebody is reminded.
WARNING_SHARES = (0.5, 0.75, 0.9)
#: From this share on the reminder is offered as work, not only shown.
PRESSING = 0.75
#: A limit shorter than this is pressing by share, not by days left.
SHORT = 5


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One thing that is due."""

    name: str
    due_at: datetime
    due_local: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class Warning:  # noqa: A001  # the word of the trade
    """A moment before a deadline at which somebody should look."""

    at: datetime
    share: int
    pressing: bool


def due(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """The instant at which `limit`, counted from `start`, ends."""
    if limit.unit is Unit.HOURS:
        return start + timedelta(hours=limit.amount)
    day = calendar.local_day(start)
    match limit.unit:
        case Unit.BUSINESS_DAYS:
            day = calendar.add_business_days(day, limit.amount)
        case Unit.CALENDAR_DAYS:
            day += timedelta(days=limit.amount)
        case Unit.MONTHS:
            day = add_months(day, limit.amount)
    return calendar.close_of(day) if limit.at_close else calendar.end_of(day)


def deadline(name: str, start: datetime, limits: Iterable[Limit], calendar: Calendar, pack: Pack) -> Deadline:
    """The deadline `name`, at the latest of `limits`."""
    limits = tuple(limits)
    due_at = max(due(start, limit, calendar) for limit in limits)
    words = " or ".join(str(limit) for limit in limits)
    return Deadline(
        name=name,
        due_at=due_at,
        due_local=due_at.astimezone(calendar.zone).isoformat(timespec="seconds"),
        basis=f"{calendar.local_day(start).isoformat()} + {words}, {pack.key} {pack.version}",
    )


def all_deadlines(
    received_at: datetime, level: Level, pack: Pack, calendar: Calendar, *, extended: bool = False
) -> list[Deadline]:
    """What is due for a complaint received at `received_at`. Updates begin with the investigation."""
    final = pack.extended if extended and pack.extended else pack.final_response[level]
    found = [
        deadline(ACKNOWLEDGEMENT, received_at, pack.acknowledgement[level], calendar, pack),
        deadline(FINAL_RESPONSE, received_at, [final], calendar, pack),
    ]
    if pack.first_reply:
        found.append(deadline(FIRST_REPLY, received_at, [pack.first_reply[level]], calendar, pack))
    if pack.early_window:
        found.append(deadline(EARLY_WINDOW, received_at, [pack.early_window], calendar, pack))
    return found


def warnings(start: datetime, due_at: datetime, calendar: Calendar) -> list[Warning]:
    """When to remind somebody of a deadline: at shares of its time, and two business days before it.

    A limit of five business days and more is pressing two business days before; a shorter one at
    three quarters of its time.
    """
    span = due_at - start
    day = calendar.local_day(due_at)
    long = calendar.business_days_until(calendar.local_day(start), day) >= SHORT
    before = calendar.end_of(calendar.add_business_days(day, -2)) if long else None
    found = [
        Warning(
            at=_whole(start + span * share),
            share=round(share * 100),
            pressing=start + span * share >= before if before else share >= PRESSING,
        )
        for share in WARNING_SHARES
    ]
    if before and before > start:
        found.append(Warning(at=before, share=round((before - start) / span * 100), pressing=True))
    return sorted(found, key=lambda warning: warning.at)


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
