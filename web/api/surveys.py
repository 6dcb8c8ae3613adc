"""web/api/surveys.py: surveys and their answers, for those who learn from them."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right
from desk.tables import surveys
from web.api.lists import filters_of, matching
from web.api.shapes import Anything
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state", "kind", "customer_id", "interaction_id", "complaint_id")
CHOICES = {
    "state": ("planned", "sent", "answered", "held_back", "failed"),
    "kind": ("interaction", "complaint"),
}


@routes.get("/api/v1/surveys")
@needs(Right.COMPLAINTS)
@tells(Anything, filters=FILTERS, choices=CHOICES)
async def get_all(request: web.Request) -> web.StreamResponse:
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters))


@routes.get("/api/v1/surveys/{id}")
@needs(Right.COMPLAINTS)
async def get_one(request: web.Request) -> web.StreamResponse:
    row = await desk(request).read(actor(request), lambda rx: rx.one(surveys, request.match_info["id"]))
    return answer(_plain(row))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    statement = sa.select(surveys).order_by(surveys.c.id.desc()).limit(limit + 1)
    statement = statement.where(*matching(surveys, filters))
    if cursor:
        statement = statement.where(surveys.c.id < cursor)
    rows = rx.all(statement)
    return {
        "items": [_plain(row) for row in rows[:limit]],
        "next_cursor": rows[limit - 1].id if len(rows) > limit else None,
    }


def _plain(row: Row) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items() if name != "address"}
