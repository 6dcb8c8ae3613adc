"""web/api/recoveries.py: recoveries and their actions."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel

from desk.complaints.recovery import complete_action, stop
from desk.complaints.register import recoveries_of
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from desk.tables import recoveries, recovery_actions
from web.api.lists import filters_of, matching
from web.api.shapes import Anything
from web.api.told import tells
from web.edge import actor, answer, body, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state", "complaint_id", "customer_id")


class Outcome(BaseModel, extra="forbid"):
    outcome: str
    note: str = ""


class Stop(BaseModel, extra="forbid"):
    reason: str


@routes.get("/api/v1/recoveries")
@needs(Right.COMPLAINTS)
@tells(Anything, filters=FILTERS, choices={"state": ("planned", "running", "done", "stopped")})
async def get_all(request: web.Request) -> web.StreamResponse:
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters))


@routes.get("/api/v1/recoveries/{id}")
@needs(Right.COMPLAINTS)
async def get_one(request: web.Request) -> web.StreamResponse:
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"]))


@routes.post("/api/v1/recoveries/{id}/actions/{action_id}")
@needs(Right.WORK)
async def post_outcome(request: web.Request) -> web.StreamResponse:
    said = await body(request, Outcome)
    ids = request.match_info
    state = await desk(request).transact(
        actor(request), _complete, ids["id"], ids["action_id"], said.outcome, said.note
    )
    return answer({"id": ids["action_id"], "state": state})


@routes.post("/api/v1/recoveries/{id}/stop")
@needs(Right.COMPLAINTS)
async def post_stop(request: web.Request) -> web.StreamResponse:
    said = await body(request, Stop)
    await desk(request).transact(actor(request), _stop, request.match_info["id"], said.reason)
    return await get_one(request)


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    statement = sa.select(recoveries).order_by(recoveries.c.id.desc()).limit(limit + 1)
    statement = statement.where(*matching(recoveries, filters))
    if cursor:
        statement = statement.where(recoveries.c.id < cursor)
    items = recoveries_of(rx, statement)
    return {"items": items[:limit], "next_cursor": items[limit - 1]["id"] if len(items) > limit else None}


def _one(rx: Rx, id: str) -> dict[str, Any]:
    rx.one(recoveries, id)
    return recoveries_of(rx, sa.select(recoveries).where(recoveries.c.id == id))[0]


def _complete(tx: Tx, id: str, action_id: str, outcome: str, note: str) -> str:
    if tx.one(recovery_actions, action_id).recovery_id != id:
        raise NotFound("recovery action", action_id)
    return complete_action(tx, action_id, outcome, note)


def _stop(tx: Tx, id: str, reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason", "missing: why it stops")
    stop(tx, tx.take(recoveries, id), reason.strip()[:200])
