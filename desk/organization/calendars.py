"""desk/organization/calendars.py: calendars and holidays, changed one at a time or closed at once, by those who may."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from desk.kernel.errors import Conflict, NotFound, Stale
from desk.kernel.transaction import Tx
from desk.organization.changes import as_seen, changed, refuse, tell, valid
from desk.organization.history import mark
from desk.organization.hours import Calendar, wrong_in_calendar
from desk.organization.routing_rules import calendars_said
from desk.organization.rows import put
from desk.organization.setting import setting
from desk.organization.values import Key, wrong_in_name
from desk.tables import organization


def close_calendar(tx: Tx, key: str, reason: str, seen: str | None = None, *, told: bool = False) -> None:
    """Closes a calendar at once, until it is closed for no reason: then its hours count again.

    Customers are told the reason where it is to be `told`.

    Raises:
        NotFound: no such calendar.
        Invalid: a reason that is too long, or holds a character that no name has.
        Stale: the calendar has been closed, or closed otherwise, or kept again since it was as `seen`.
    """
    known_ones = _taken(tx, key)
    before = as_seen(tx, f"hours.{key}.", None)
    if seen is not None and seen != mark_of_closing(known_ones[key]):
        raise Stale("This calendar", "somebody has closed it or keeps its hours again meanwhile")
    refuse(wrong_in_name("closed", reason.strip()))
    why = {"closed": reason.strip(), "closed_told": told and bool(reason.strip())}
    _put_one(tx, known_ones, key, why)
    changed(tx, f"hours.{key}.", before)


def mark_of_closing(calendar: Calendar) -> str:
    """What a form says of whether and why the calendar that it showed was closed at once."""
    return mark({"closed": calendar.closed})


def change_calendar(tx: Tx, key: str, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes the hours of a calendar; `fields` are those of the organization file, and what they leave out stays.

    Raises:
        NotFound: no such calendar.
        Invalid: each field that is wrong, by its path in the calendar.
        Stale: the hours are not any more as `seen`.
    """
    known_ones = _taken(tx, key)
    before = as_seen(tx, f"hours.{key}.", None)
    if seen is not None and seen != mark_of_hours(known_ones[key]):
        raise Stale("These hours", "somebody has changed them meanwhile")
    _put_one(tx, known_ones, key, fields)
    changed(tx, f"hours.{key}.", before)


def add_calendar(tx: Tx, key: str) -> None:
    """Adds a calendar that is closed on every day, until its hours are said, and that no queue keeps.

    Raises:
        Invalid: not a key.
        Conflict: there is one of this key.
    """
    known_ones = _all_taken(tx)
    if key in known_ones:
        raise Conflict("calendar", f"there is {key} already")
    valid(_Keyed, {"key": key})
    before = as_seen(tx, f"hours.{key}.", None)
    _put(tx, {**known_ones, key: Calendar(week={})})
    changed(tx, f"hours.{key}.", before)


def change_holidays(tx: Tx, days: Sequence[str], seen: str | None = None) -> None:
    """Changes the organization's holidays.

    Raises:
        Invalid: each day that is none, as `holidays[2]`.
        Stale: they are not any more as `seen`.
    """
    tx.take(organization, ["holidays"])
    before = list(setting(tx, "holidays"))
    if seen is not None and seen != mark_of_holidays(before):
        raise Stale("The holidays", "somebody has changed them meanwhile")
    after = sorted({day.isoformat() for day in valid(_Holidays, {"holidays": list(days)}).holidays})
    if after != sorted(before):
        put(tx, organization, "holidays", value=after)
        tell(tx, {"holidays": [before or None, after or None]})


def mark_of_holidays(days: Sequence[str]) -> str:
    """What a form says of the holidays that it showed."""
    return mark({"holidays": sorted(days)})


def mark_of_hours(calendar: Calendar) -> str:
    """What a form says of the hours that it showed, whether or not the calendar was closed at once."""
    return mark(calendar.model_dump(mode="json", exclude={"closed", "closed_told"}))


class _Keyed(BaseModel):
    key: Key


class _Holidays(BaseModel):
    holidays: list[date]


def _all_taken(tx: Tx) -> dict[str, Calendar]:
    """All calendars, held: they are kept together, and two may be changed at once."""
    tx.take(organization, ["hours"])
    return calendars_said(tx)


def _taken(tx: Tx, key: str) -> dict[str, Calendar]:
    known_ones = _all_taken(tx)
    if key not in known_ones:
        raise NotFound("calendar", key)
    return known_ones


def _put_one(tx: Tx, known_ones: Mapping[str, Calendar], key: str, fields: Mapping[str, Any]) -> None:
    calendar = valid(Calendar, known_ones[key].model_dump(mode="json") | dict(fields))
    refuse(wrong_in_calendar(calendar))
    _put(tx, {**known_ones, key: calendar})


def _put(tx: Tx, known_ones: Mapping[str, Calendar]) -> None:
    put(tx, organization, "hours", value={name: one.model_dump(mode="json") for name, one in known_ones.items()})
