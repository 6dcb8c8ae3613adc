"""web/api/audit.py: the log of what happened, and who saw what, for those who must be able to ask.

Nothing here can be changed through the application: there is only reading.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right
from desk.tables import access_log, events
from web.api.lists import filters_of, instant, matching, page_by, plain, shown
from web.api.shapes import Entry, View
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("name", "subject", "actor", "at_from", "at_before")
VIEW_FILTERS = ("actor", "action", "object")
_ENTRY = ("position", "at", "name", "actor", "subject", "data")


@routes.get("/api/v1/audit")
@needs(Right.ADMINISTER)
@tells(Entry, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """What happened, the newest first; `name` is an event's, as `interaction.queued`."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.get("/api/v1/audit/views")
@needs(Right.ADMINISTER)
@tells(View, filters=VIEW_FILTERS)
async def get_views(request: web.Request) -> web.StreamResponse:
    """Who saw what, the newest first."""
    cursor, limit = page_of(request)
    filters = filters_of(request, VIEW_FILTERS)
    return answer(await desk(request).read(actor(request), _views, cursor, limit, filters))


def entries(_: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Entries of the log as they are shown."""
    return [plain(row, *_ENTRY) for row in rows]


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    since, before = filters.pop("at_from", None), filters.pop("at_before", None)
    found = sa.select(events).where(events.c.position.is_not(None), *matching(events, filters))
    if since is not None:
        found = found.where(events.c.at >= instant("at_from", since))
    if before is not None:
        found = found.where(events.c.at < instant("at_before", before))
    return page_by(rx, found, events.c.position, cursor=cursor, limit=limit, show=entries)


def _views(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    found = sa.select(access_log).where(*matching(access_log, filters))
    show = shown("id", "at", "actor", "action", "object")
    return page_by(rx, found, access_log.c.id, cursor=cursor, limit=limit, show=show)
