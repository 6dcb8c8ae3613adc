"""desk/complaints/calendar.py: days as a regulator counts them.

The local day of receipt is day 0, also when nobody works on it. A limit in days ends at the last
instant before local midnight; only the early window ends when the site closes. Nothing here knows
what time it is or where holidays come from.
"""

import calendar as months
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
#: The last instant before midnight, in the resolution that the tables keep.
LAST = timedelta(milliseconds=1)
_ALL_DAYS = range(1, date.max.toordinal() + 1)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one region and the hours of one site.

    A business day is neither weekend nor holiday, or is a weekend day on which the region works.
    """

    zone: ZoneInfo
    closes: time = time(18)
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = field(default_factory=frozenset)
    working_weekends: frozenset[date] = field(default_factory=frozenset)

    def is_business_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        if day in self.working_weekends:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`, which itself is day 0; before it, if negative."""
        if not count:
            return day
        ordinal = day.toordinal()
        # The first day that makes so many; backwards, `day` itself is not counted.
        wanted = self._count(ordinal) + count if count > 0 else self._count(ordinal - 1) + count + 1
        return date.fromordinal(1 + bisect_left(_ALL_DAYS, wanted, key=self._count))

    def business_day_from(self, day: date) -> date:
        """`day`, or the first business day after it."""
        return day if self.is_business_day(day) else self.add_business_days(day, 1)

    def business_days_until(self, start: date, end: date) -> int:
        """How many business days lie after `start` up to and including `end`; negative when it is past."""
        return self._count(end.toordinal()) - self._count(start.toordinal())

    def local_day(self, at: datetime) -> date:
        """The day that the site's wall calendar shows at `at`."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last instant of `day` at the site, in UTC."""
        midnight = datetime.combine(day + DAY, time(), self.zone)
        return midnight.astimezone(UTC) - LAST

    def close_of(self, day: date) -> datetime:
        """When the site closes on `day`, in UTC."""
        return datetime.combine(day, self.closes, self.zone).astimezone(UTC)

    def _count(self, ordinal: int) -> int:
        """How many business days there are up to and with a day: weeks at once, exceptions by bisection.

        People name dates of any year; nobody shall wait until somebody has walked there.
        """
        weeks, rest = divmod(ordinal, 7)  # day 1 of the calendar is a Monday
        days = weeks * len(self._worked) + bisect_left(self._worked, rest)
        return days - bisect_right(self._off, ordinal) + bisect_right(self._on, ordinal)

    @cached_property
    def _worked(self) -> tuple[int, ...]:
        return tuple(weekday for weekday in range(7) if weekday not in self.weekend)

    @cached_property
    def _off(self) -> tuple[int, ...]:
        """Holidays that take a day away."""
        days = self.holidays - self.working_weekends
        return tuple(sorted(day.toordinal() for day in days if day.weekday() not in self.weekend))

    @cached_property
    def _on(self) -> tuple[int, ...]:
        """Days of weekends that give one."""
        return tuple(sorted(day.toordinal() for day in self.working_weekends if day.weekday() in self.weekend))


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
