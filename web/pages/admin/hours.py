"""web/pages/admin/hours.py: the calendars: what is open now, when that changes, and closing at once in an emergency.

The hours themselves are an administrator's: `calendars.py`. Closing is a right of its own, of
supervisors too: a fire alarm does not wait until somebody who administers has come.
"""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Rx
from desk.organization.calendars import close_calendar, mark_of_closing
from desk.organization.openings import hours_by_calendar
from desk.organization.organization import setting
from desk.organization.routing_rules import calendars_said
from desk.organization.rows import queues_now
from desk.people.permissions import Right
from routing.hours import is_open, next_change
from web.edge import actor, desk, form, needs, page

routes = web.RouteTableDef()


@routes.get("/admin/hours")
@needs(Right.CLOSE)
async def hours(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _hours)
    return page(request, "admin/hours.html", here="hours", late={}, **view)


@routes.post("/admin/hours")
@needs(Right.CLOSE)
async def put_hours(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    if fields.get("do") not in ("close", "open"):
        raise Invalid("do", "say close, or open to keep the hours again")
    reason = fields.get("reason", "") if fields.get("do") == "close" else ""
    if fields.get("do") == "close" and not reason.strip():
        reason = "Closed by the floor"
    key = fields.get("calendar", "")
    told = bool(fields.get("told"))
    try:
        await desk(request).transact(actor(request), close_calendar, key, reason, fields.get("seen"), told=told)
    except Stale:
        return await _too_late(request, key, reason, told=told)
    raise web.HTTPSeeOther("/admin/hours")


async def _too_late(request: web.Request, key: str, reason: str, *, told: bool) -> web.StreamResponse:
    """The page again, with the reason that was typed: somebody else was faster, and what they said counts until this
    one is sent again."""
    view = await desk(request).read(actor(request), _hours)
    shown = page(request, "admin/hours.html", here="hours", late={"key": key, "reason": reason, "told": told}, **view)
    shown.set_status(409)
    return shown


def _hours(rx: Rx) -> dict[str, Any]:
    said, zone = calendars_said(rx), str(setting(rx, "time_zone"))
    queues = queues_now(rx)
    found = []
    for key, hours in hours_by_calendar(rx).items():
        change = next_change(hours, rx.now)
        found.append(
            {
                "key": key,
                "zone": said[key].zone or zone,
                "week": said[key].week,
                "exceptions": {day: spans for day, spans in said[key].exceptions.items() if day >= rx.now.date()},
                "queues": [queue.name for queue in queues.values() if queue.hours == key],
                "open": is_open(hours, rx.now),
                "closed": hours.closed,
                "told": said[key].closed_told,
                "seen": mark_of_closing(said[key]),
                "changes_at": change.astimezone(ZoneInfo(said[key].zone or zone)) if change else None,
            }
        )
    return {"calendars": found}
