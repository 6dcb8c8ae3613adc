"""web/api/cases.py: matters that span interactions. So far every case is a complaint, seen plainly."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.complaints.lifecycle import State
from desk.complaints.register import names_of_codes
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right
from desk.tables import complaints
from web.api.lists import filters_of, matching, page_by
from web.api.shapes import Case
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state", "customer_id", "owner_id", "number")


@routes.get("/api/v1/cases")
@needs(Right.COMPLAINTS)
@tells(Case, filters=FILTERS, choices={"state": tuple(State)})
async def get_all(request: web.Request) -> web.StreamResponse:
    """Cases, the newest first. What is done about one is done to its complaint."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.get("/api/v1/cases/{id}")
@needs(Right.COMPLAINTS)
@tells(Case)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One case."""
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"]))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    found = sa.select(complaints).where(*matching(complaints, filters))
    return page_by(rx, found, complaints.c.id, cursor=cursor, limit=limit, show=_cases)


def _one(rx: Rx, id: str) -> dict[str, Any]:
    return _cases(rx, [rx.one(complaints, id)])[0]


def _cases(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    names = names_of_codes(rx, "category") if rows else {}
    return [
        {
            "id": row.id,
            "kind": "complaint",
            "number": row.number,
            "title": names.get(row.category, row.category),
            "state": row.state,
            "customer_id": row.customer_id,
            "owner_id": row.owner_id,
            "opened_at": row.received_at,
            "due_at": row.next_due_at,
            "closed_at": row.closed_at,
        }
        for row in rows
    ]
