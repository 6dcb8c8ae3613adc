"""web/pages/admin/calendars.py: the hours of a calendar, changed by hand: its week, the days with hours of their own;
the holidays, and calendars that are new.

What is open now, and closing at once, is the page `hours.py`, of supervisors too.
"""

from typing import Any

from aiohttp import web

from desk.kernel.errors import Conflict, Invalid, NotFound, Stale
from desk.kernel.transaction import Rx
from desk.organization.calendars import (
    add_calendar,
    change_calendar,
    change_holidays,
    mark_of_holidays,
    mark_of_hours,
)
from desk.organization.file import written_part
from desk.organization.history import history
from desk.organization.hours import DAYS
from desk.organization.organization import setting
from desk.organization.routing_rules import calendars_said
from desk.people.permissions import Right
from web.edge import actor, desk, form, needs
from web.pages.admin.rule_answers import FEW, history_lines, refused, saved, shown
from web.pages.admin.rule_conflicts import kept
from web.pages.admin.rule_forms import calendar_said, calendar_typed, in_its_row, of_the_first

routes = web.RouteTableDef()

#: So many rows for days that are new.
NEW_DAYS = 3


@routes.get("/admin/calendars")
@needs(Right.ADMINISTER)
async def new_calendar(request: web.Request) -> web.StreamResponse:
    return shown(request, "admin/new_calendar.html", _NEW)


@routes.post("/admin/calendars")
@needs(Right.ADMINISTER)
async def add(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    key = fields.get("key", "").strip()
    try:
        await desk(request).transact(actor(request), add_calendar, key)
    except (Invalid, Conflict) as error:
        wrong = error if isinstance(error, Invalid) else Invalid("key", error.message)
        return refused(request, "admin/new_calendar.html", _NEW, wrong, fields, kept(fields))
    raise web.HTTPSeeOther(f"/admin/calendars/{key}")


@routes.get("/admin/holidays")
@needs(Right.ADMINISTER)
async def holidays(request: web.Request) -> web.StreamResponse:
    return shown(request, "admin/holidays.html", await desk(request).read(actor(request), _holidays))


@routes.post("/admin/holidays")
@needs(Right.ADMINISTER)
async def put_holidays(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    days = [line.strip() for line in fields.get("holidays", "").splitlines() if line.strip()]
    try:
        await desk(request).transact(actor(request), change_holidays, days, fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _holidays)
        named = error if isinstance(error, Stale) else Invalid("holidays", of_the_first(error.errors, days))
        return refused(request, "admin/holidays.html", view, named, fields, kept(fields))
    raise saved(request)


@routes.get("/admin/calendars/{key}")
@needs(Right.ADMINISTER)
async def calendar(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _calendar, request.match_info["key"])
    return shown(request, "admin/calendar.html", view)


@routes.post("/admin/calendars/{key}")
@needs(Right.ADMINISTER)
async def put_calendar(request: web.Request) -> web.StreamResponse:
    key, fields = request.match_info["key"], await form(request)
    try:
        await desk(request).transact(actor(request), change_calendar, key, calendar_said(fields), fields.get("seen"))
    except (Invalid, Stale) as error:
        view = await desk(request).read(actor(request), _calendar, key)
        named = error if isinstance(error, Stale) else Invalid.many(in_its_row(error.errors, fields))
        return refused(request, "admin/calendar.html", view, named, fields, kept(fields))
    raise saved(request)


#: A calendar that there is not yet.
_NEW: dict[str, Any] = {"here": "hours", "typed": {}, "seen": "", "history": []}


def _holidays(rx: Rx) -> dict[str, Any]:
    days = sorted(setting(rx, "holidays"))
    return {
        "here": "holidays",
        "typed": {"holidays": "\n".join(days)},
        "seen": mark_of_holidays(days),
        "in_the_file": written_part({"holidays": days}),
        "history": history_lines(rx, history(rx, "holidays", most=FEW)),
    }


def _calendar(rx: Rx, key: str) -> dict[str, Any]:
    found = calendars_said(rx)
    if key not in found:
        raise NotFound("calendar", key)
    content = found[key].model_dump(mode="json")
    return {
        "here": "hours",
        "key": key,
        "typed": calendar_typed(content),
        "week": DAYS,
        "days": {day: day for day in sorted(content["exceptions"])},
        "new_days": NEW_DAYS,
        "site_zone": str(setting(rx, "time_zone")),
        "closed": found[key].closed,
        "seen": mark_of_hours(found[key]),
        "in_the_file": written_part({key: found[key].model_dump(mode="json", exclude_defaults=True)}),
        "history": history_lines(rx, history(rx, f"hours.{key}.", most=FEW)),
    }
