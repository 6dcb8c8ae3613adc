"""desk/openings.py: whether queues are open, and what is said where one is not: to the staff, and to customers.

A queue is closed by its hours, or at once by a supervisor. Of that customers are told the reason only where the
supervisor says so; when it opens again they are told where anybody knows: an emergency ends when it is lifted.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from desk.kernel.transaction import Rx
from desk.organization.hours import hours_of
from desk.organization.organization import setting
from desk.organization.rows import queues_now
from desk.routing_rules import calendars_said
from routing.hours import Hours, is_open, next_change

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


@dataclass(frozen=True, kw_only=True)
class Keeps:
    """The hours that a queue keeps, and whether customers are told why it was closed at once."""

    hours: Hours | None = None
    tells: bool = False

    def at(self, now: datetime) -> Opening:
        """How it stands at an instant."""
        if self.hours is None or is_open(self.hours, now):
            return OPEN
        if self.hours.closed:
            return Opening(open=False, why=self.hours.closed, told=self.hours.closed if self.tells else "")
        return Opening(open=False, why=BY_HOURS, until=self._opens_after(now))

    def _opens_after(self, now: datetime) -> datetime | None:
        """Looked for once while it stays closed: a calendar that never opens is looked through for a year."""
        asked, found = self._asked.get("", (None, None))
        if asked is None or asked > now or (found is not None and found <= now):
            assert self.hours is not None
            found = next_change(self.hours, now)
            self._asked[""] = (now, found)
        return found

    @cached_property
    def _asked(self) -> dict[str, tuple[datetime | None, datetime | None]]:
        return {}


ALWAYS = Keeps()


def keeps_of_queues(rx: Rx) -> dict[str, Keeps]:
    """Every queue with the hours that it keeps."""
    said, hours = calendars_said(rx), hours_by_calendar(rx)
    return {
        key: Keeps(hours=hours[queue.hours], tells=said[queue.hours].closed_told) if queue.hours in hours else ALWAYS
        for key, queue in queues_now(rx).items()
    }


def hours_by_calendar(rx: Rx) -> dict[str, Hours]:
    """The organization's calendars."""
    zone, holidays = str(setting(rx, "time_zone")), [date.fromisoformat(day) for day in setting(rx, "holidays")]
    return {key: hours_of(calendar, zone=zone, holidays=holidays) for key, calendar in calendars_said(rx).items()}
