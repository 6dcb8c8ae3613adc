"""desk/organization/hours.py: opening hours as the organization file says them, and as the router knows them.

    hours:
      shop:
        week: {monday: ["08:00-12:00", "13:00-18:00"], saturday: ["09:00-13:00"]}
        exceptions: {2026-12-24: ["08:00-12:00"]}

A span may run past midnight ("22:00-06:00"). The organization's holidays are closed days, unless they are
among the exceptions or `holidays` is off. A calendar is closed at once, and until that is lifted, by a reason
in `closed`, which customers are told where `closed_told` says so.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

from desk.organization.values import Zone
from routing.hours import MINUTES, Hours, Span

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: More spans a day than this are a mistake.
MOST_SPANS = 12
#: Why a span that ends when it begins is not read.
SAME_TIME = "opens and closes at the same time: a whole day is 00:00-24:00, and a day without hours says none"

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", re.ASCII)


def _span(value: str) -> str:
    if not _SPAN.fullmatch(value):
        raise ValueError("expected a span like 08:00-17:30")
    return value


def _apart(value: list[str]) -> list[str]:
    spans = sorted(read_span(one) for one in value)
    if any(first.closes > second.opens for first, second in pairwise(spans)):
        raise ValueError("the spans of a day lie over each other")
    return value


OpenSpan = Annotated[str, AfterValidator(_span)]
Spans = Annotated[list[OpenSpan], AfterValidator(_apart), Field(max_length=MOST_SPANS)]


class Calendar(BaseModel, extra="forbid", frozen=True):
    """Opening hours; the zone is the organization's where none is said."""

    zone: Zone | None = None
    week: dict[Day, Spans]
    exceptions: dict[date, Spans] = {}
    #: Whether the organization's holidays are closed days.
    holidays: bool = True
    closed: Annotated[str, Field(max_length=200)] = ""
    #: Whether customers are told why it was closed at once.
    closed_told: bool = False


def wrong_in_calendar(calendar: Calendar) -> Iterator[tuple[str, str]]:
    """Spans of no time, or of a whole day: whoever wrote them meant one of the two."""
    days = [(f"week.{day}", spans) for day, spans in calendar.week.items()]
    days += [(f"exceptions.{day}", spans) for day, spans in calendar.exceptions.items()]
    for path, spans in days:
        for opens, closes in (span.split("-") for span in spans):
            if opens == closes:
                yield path, SAME_TIME


def read_span(text: str) -> Span:
    """`08:00-12:00` in minutes of the day; what ends before it begins ends on the next day."""
    opens, closes = (_minutes(part) for part in text.split("-"))
    return Span(opens, closes if closes > opens else closes + MINUTES)


def hours_of(calendar: Calendar, *, zone: str, holidays: Iterable[date]) -> Hours:
    """A calendar as the router knows it, given the organization's zone and holidays."""
    closed_days: Mapping[date, tuple[Span, ...]] = dict.fromkeys(holidays, ()) if calendar.holidays else {}
    special = {day: tuple(map(read_span, spans)) for day, spans in calendar.exceptions.items()}
    return Hours(
        zone=ZoneInfo(calendar.zone or zone),
        week={DAYS.index(day): tuple(map(read_span, spans)) for day, spans in calendar.week.items()},
        exceptions={**closed_days, **special},
        closed=calendar.closed,
    )


def business_hours_of(
    said: Mapping[str, str],
    *,
    zone: str,
    weekend: Collection[int],
    holidays: Iterable[date],
    working_weekends: Iterable[date],
) -> Hours:
    """When the house is open: the same hours on every business day, which a working weekend is even on a holiday."""
    span = (read_span(f"{said['open']}-{said['close']}"),)
    return Hours(
        zone=ZoneInfo(zone),
        week={day: span for day in range(len(DAYS)) if day not in weekend},
        exceptions={**dict.fromkeys(holidays, ()), **dict.fromkeys(working_weekends, span)},
    )


def calendars(value: Mapping[str, Any] | None) -> dict[str, Calendar]:
    """The calendars that the setting `hours` holds."""
    return {key: Calendar(**calendar) for key, calendar in (value or {}).items()}


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
