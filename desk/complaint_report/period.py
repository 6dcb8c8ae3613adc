"""desk/complaint_report/period.py: months of a site, its working days, and how two months compare.

A month runs from its first midnight in the site's zone up to the next month's, so a month with
a change of the clocks is an hour longer or shorter, and February is as long as its year says.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from desk.complaints.calendar import Calendar
from desk.kernel.errors import Invalid

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class Unit(StrEnum):
    """What a figure counts in."""

    COUNT = "count"  #: whole things that happened; compared by the day
    STOCK = "stock"  #: whole things that are there at an instant; compared as they are
    PERCENT = "percent"  #: a share; compared in points
    RATE = "rate"  #: so many for every 10,000 contacts
    DAYS = "days"  #: a length of time


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written like 2026-10.

        Raises:
            Invalid: it is not a month of the years 2000 to 2999.
        """
        found = _MONTH.fullmatch(text)
        if found is None:
            raise Invalid("month", "expected a month like 2026-10")
        year = int(found[1])
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            early = f"{year:04} is too early: reports begin with {_FIRST_YEAR}-01"
            late = f"{year:04} is too late: reports end with {_LAST_YEAR}-12"
            raise Invalid("month", early if year < _FIRST_YEAR else late)
        return cls(year, int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Month":
        """The month in which `moment` lies at the site."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def plus(self, months: int) -> "Month":
        """The month so many months later; earlier when negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        after = self.plus(1)
        return (date(after.year, after.month, 1) - date(self.year, self.month, 1)).days

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first instant, and the first instant of the next month, in UTC."""
        after = self.plus(1)
        return _midnight(self.year, self.month, zone), _midnight(after.year, after.month, zone)

    def passed(self, moment: datetime, zone: ZoneInfo) -> Fraction:
        """How many of its days have passed by `moment`, parts of a day counted; all once it is over."""
        start, end = self.bounds(zone)
        instant = timedelta(microseconds=1)
        part = Fraction((moment - start) // instant, (end - start) // instant)
        return self.days * min(max(part, Fraction(0)), Fraction(1))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


def _midnight(year: int, month: int, zone: ZoneInfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where and when the organization works: what a report needs to know of it."""

    name: str
    calendar: Calendar
    owner: str = ""
    approver: str = ""
    targets: tuple[tuple[str, float], ...] = ()  #: by the key of the figure

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone

    def day(self, moment: datetime) -> date:
        """The date at the site."""
        return self.calendar.local_day(moment)

    def days_between(self, start: datetime, end: datetime) -> int:
        """Calendar days from the day of `start` to the day of `end`."""
        return (self.day(end) - self.day(start)).days

    def business_days_between(self, start: datetime, end: datetime) -> int:
        """Business days after the day of `start`, up to and with the day of `end`; same day: 0."""
        return _business_days(self.calendar, self.day(start), self.day(end))


@lru_cache(maxsize=65536)
def _business_days(calendar: Calendar, start: date, end: date) -> int:
    return calendar.business_days_until(start, end)


def share(part: int, whole: int) -> Fraction | None:
    """`part` of `whole` in percent; of nothing there is no share."""
    return Fraction(100 * part, whole) if whole else None


def rounded(value: Fraction | int | None, places: int = 1) -> float | None:
    """`value` to so many decimals, halves away from zero, exactly."""
    if value is None:
        return None
    scale: int = 10**places
    scaled = abs(Fraction(value)) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (whole if value >= 0 else -whole) / scale


def change(
    unit: Unit, now: Fraction | int | None, base: Fraction | int | None, days: Fraction | int, base_days: Fraction | int
) -> float | None:
    """How `now` differs from `base`: in percent, counts by the days they were counted in; shares in points.

    Nothing when there is no base to compare with, and of counts before a day has passed.
    """
    if now is None or base is None:
        return None
    if unit is Unit.PERCENT:
        return rounded(Fraction(now) - Fraction(base))
    if base == 0:
        return None
    here: Fraction = Fraction(now)
    there: Fraction = Fraction(base)
    if unit is Unit.COUNT:
        if days < 1:
            return None
        here, there = here / days, there / base_days
    return rounded(100 * (here - there) / there)


def percentile(values: list[int], percent: int) -> int | None:
    """The value with rank (n·p + 99) // 100 of sorted `values`; nothing of nothing."""
    if not values:
        return None
    return values[max((len(values) * percent + 99) // 100, 1) - 1]
