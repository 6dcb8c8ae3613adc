"""web/api/work.py: tasks and promises: work items that wait beside contacts in the one queue.

Two resources of one shape, `/tasks` and `/promises`; each lists its kind alone.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from desk.agents.work import complete
from desk.contacts.cards import work_item_cards
from desk.kernel.errors import NotFound
from desk.kernel.instants import Moment
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right
from desk.people.reach import work_in_sight, work_item_for
from desk.tables import work_items
from desk.work.planned_work import plan
from web.api.creating import create
from web.api.lists import filters_of, matching, page_by
from web.api.shapes import WorkItem
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state", "queue", "customer_id", "agent_id")
KINDS = {"tasks": "task", "promises": "promise"}


class NewWork(BaseModel, extra="forbid"):
    """What is to be done for a customer; it waits from `from_at` on and is late after `due_at`."""

    customer_id: str
    queue: str
    title: Annotated[str, StringConstraints(max_length=300)]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""
    from_at: Moment | None = None
    due_at: Moment | None = None


class Outcome(BaseModel, extra="forbid"):
    """What came of it."""

    outcome: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""


@needs(Right.WORK)
@tells(WorkItem, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Work of this kind, the newest first: for agents that of their queues and their own, for supervisors all."""
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS)
    return answer(await desk(request).read(actor(request), _list, _kind(request), cursor, limit, filters))


@needs(Right.WORK)
@tells(WorkItem, status=201, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Asks for work: it is offered to an agent of its queue when its time comes."""
    new = await body(request, NewWork)
    item = await create(request, new, _add, _kind(request), new)
    return created(f"{request.path}/{item['id']}", **item)


@needs(Right.WORK)
@tells(WorkItem)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One work item."""
    return answer(await desk(request).read(actor(request), _one, _kind(request), request.match_info["id"]))


@needs(Right.WORK)
@tells(WorkItem)
async def post_complete(request: web.Request) -> web.StreamResponse:
    """Records what came of it."""
    said = await body(request, Outcome)
    args = (_kind(request), request.match_info["id"], said.outcome, said.note)
    return answer(await desk(request).transact(actor(request), _complete, *args))


def _kind(request: web.Request) -> str:
    return KINDS[request.path.split("/")[3]]


def _list(rx: Rx, kind: str, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    found = sa.select(work_items.c.id).where(
        work_in_sight(rx), work_items.c.kind == kind, *matching(work_items, filters)
    )
    return page_by(rx, found, work_items.c.id, cursor=cursor, limit=limit, show=_cards)


def _cards(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    cards = work_item_cards(rx, [row.id for row in rows])
    return [cards[row.id] for row in rows]


def _one(rx: Rx, kind: str, id: str) -> dict[str, Any]:
    if work_item_for(rx, id).kind != kind:
        raise NotFound(kind, id)
    return work_item_cards(rx, [id])[id]


def _add(tx: Tx, kind: str, new: NewWork) -> dict[str, Any]:
    item_id = plan(tx, kind=kind, **dict(new))
    return work_item_cards(tx, [item_id])[item_id]


def _complete(tx: Tx, kind: str, id: str, outcome: str, note: str) -> dict[str, Any]:
    _one(tx, kind, id)
    complete(tx, id, outcome, note)
    return work_item_cards(tx, [id])[id]


for _resource in KINDS:
    _path = f"/api/v1/{_resource}"
    routes.get(_path)(get_all)
    routes.post(_path)(post)
    routes.get(_path + "/{id}")(get_one)
    routes.post(_path + "/{id}/complete")(post_complete)
