"""desk/organization/openings.py: whether queues are open, and what staff and customers are told where one is not.

A queue is closed by its hours, or at once by a supervisor. Of that customers are told the reason only where the
supervisor says so; when it opens again they are told where anybody knows: an emergency ends when it is lifted.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from desk.kernel.transaction import Rx
from desk.organization.history import history
from desk.organization.hours import hours_of
from desk.organization.organization import setting
from desk.organization.routing_rules import calendars_said
from desk.organization.rows import queues_now
from routing.hours import Hours, is_open, next_change, next_open

#: Why a queue is closed that nobody has closed.
BY_HOURS = "Outside its hours"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether a queue is open; where not, `why` for the staff, what customers are `told` of that, and `until` when."""

    open: bool = True
    why: str = ""
    told: str = ""
    until: datetime | None = None


OPEN = Opening()
#: How far back it is looked for when a queue closed, in days: most have opened since yesterday.
_LOOKED_BACK = (1, 8, 60, 372)


@dataclass
class _Found:
    """When a queue opens that was closed at an instant: worked out once while it stays closed."""

    asked: datetime | None = None
    opens: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Keeps:
    """The hours that a queue keeps, by which calendar, and whether customers are told why it was closed at once."""

    hours: Hours | None = None
    tells: bool = False
    calendar: str = ""
    _found: _Found = field(default_factory=_Found, compare=False, repr=False)

    def at(self, now: datetime) -> Opening:
        """How it stands at an instant."""
        if self.hours is None or is_open(self.hours, now):
            return OPEN
        if self.hours.closed:
            return Opening(open=False, why=self.hours.closed, told=self.hours.closed if self.tells else "")
        return Opening(open=False, why=BY_HOURS, until=self._opens_after(now))

    @property
    def planned(self) -> Hours | None:
        """The hours that are known beforehand: nobody knows when a closing at once ends."""
        return replace(self.hours, closed="") if self.hours and self.hours.closed else self.hours

    def _opens_after(self, now: datetime) -> datetime | None:
        """Looked for once while it stays closed: a calendar that never opens is looked through for a year."""
        found = self._found
        if found.asked is None or found.asked > now or (found.opens is not None and found.opens <= now):
            assert self.hours is not None
            found.asked, found.opens = now, next_change(self.hours, now)
        return found.opens


ALWAYS = Keeps()
NEVER_OPEN = "the queue is not open at any time within a year: choose another queue"


def is_never_open(keeps: Keeps, at: datetime) -> bool:
    """Whether a queue is not open from `at` on, within a year, by the hours that are known beforehand."""
    return keeps.planned is not None and next_open([keeps.planned], at) is None


def keeps_of_queues(rx: Rx) -> dict[str, Keeps]:
    """Every queue with the hours that it keeps."""
    said, hours = calendars_said(rx), hours_by_calendar(rx)
    return {
        key: Keeps(hours=hours[queue.hours], tells=said[queue.hours].closed_told, calendar=queue.hours)
        if queue.hours in hours
        else ALWAYS
        for key, queue in queues_now(rx).items()
    }


def closed_since(rx: Rx, keeps: Keeps) -> datetime | None:
    """When a queue closed that is closed now: by its hours, or by a supervisor, as the log has it; None if that is not
    known, or it was never open."""
    if keeps.hours is None:
        return None
    if keeps.hours.closed:
        path = f"hours.{keeps.calendar}.closed"
        acts = ((change.at, change.changes.get(path)) for change in history(rx, path))
        return next((at for at, what in acts if what is not None and what[1] and not what[0]), None)
    for days in _LOOKED_BACK:
        at, last = rx.now - timedelta(days=days), None
        while (change := next_change(keeps.hours, at)) is not None and change <= rx.now:
            at = last = change
        if last is not None:
            return last
    return None


def hours_by_calendar(rx: Rx) -> dict[str, Hours]:
    """The organization's calendars."""
    zone, holidays = str(setting(rx, "time_zone")), [date.fromisoformat(day) for day in setting(rx, "holidays")]
    return {key: hours_of(calendar, zone=zone, holidays=holidays) for key, calendar in calendars_said(rx).items()}
