"""desk/organization/days.py: the site's zone, and when a day begins in it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from desk.kernel.transaction import Rx
from desk.organization.setting import setting


def zone_of_site(rx: Rx) -> ZoneInfo:
    """The zone in which the organization counts its days."""
    return ZoneInfo(str(setting(rx, "time_zone")))


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which `day` begins in `zone`."""
    return datetime.combine(day, time(), zone)


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the day of `now` began in `zone`."""
    return beginning(now.astimezone(zone).date(), zone)
