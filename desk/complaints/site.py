"""desk/complaints/site.py: what complaints need to know of the organization.

Its zone, hours and days off make the calendar; its queues and mailboxes say who works and who
writes. Everything has a default, so that a new installation counts days from the first minute.
"""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from desk.complaints.calendar import Calendar
from desk.kernel.transaction import Rx
from desk.organization.days import zone_of_site
from desk.organization.setting import setting
from desk.tables import entry_points, queues

QUEUE = "complaints"
#: Closing at 24:00 is the last instant that a clock shows.
_MIDNIGHT = time(23, 59, 59, 999000)


def calendar_of(rx: Rx) -> Calendar:
    """The calendar by which this site counts days."""
    close = str(setting(rx, "business_hours")["close"])
    return Calendar(
        zone=zone_of_site(rx),
        closes=_MIDNIGHT if close == "24:00" else time.fromisoformat(close),
        weekend=frozenset(setting(rx, "weekend")),
        holidays=_dates(setting(rx, "holidays")),
        working_weekends=_dates(setting(rx, "working_weekends")),
    )


def queue_of(rx: Rx) -> str:
    """The queue in which complaint work waits: `complaints`, or the one where all else waits."""
    found = rx.all(sa.select(queues.c.key).where(queues.c.key == QUEUE))
    return QUEUE if found else str(setting(rx, "default_queue"))


def sender_of(rx: Rx, channel: str) -> str:
    """The address that letters come from: the complaints mailbox or number if there is one."""
    rows = rx.all(sa.select(entry_points).where(entry_points.c.channel == channel).order_by(entry_points.c.address))
    if not rows and channel == "sms":
        rows = rx.all(sa.select(entry_points).where(entry_points.c.channel == "voice"))
    own = [row.address for row in rows if row.queue == QUEUE] or [row.address for row in rows]
    return str(own[0]) if own else f"{QUEUE}@{mail_domain(rx)}" if channel == "email" else ""


def mail_domain(rx: Rx) -> str:
    """The domain of our own mail."""
    return str(setting(rx, "mail_domain"))


def name_of(rx: Rx) -> str:
    """What the organization calls itself."""
    return str(setting(rx, "name"))


def _dates(days: Iterable[Any]) -> frozenset[date]:
    return frozenset(date.fromisoformat(str(day)) for day in days)
