"""web/api/queues.py: queues, their rules and today's figures."""

from typing import Annotated, Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from desk.agent_cards import agent_cards
from desk.errors import NotFound
from desk.figures import load_figures
from desk.organization_changes import change_queue
from desk.permissions import Right
from desk.tables import queues
from desk.transaction import Rx
from web.api.lists import filters_of
from web.api.shapes import Queue
from web.api.told import tells
from web.edge import actor, answer, body, desk, needs, page_of

routes = web.RouteTableDef()


class TargetChange(BaseModel, extra="forbid"):
    within_s: Annotated[int, Field(ge=1, le=86_400)]
    share: Annotated[float, Field(gt=0, le=1)]


class QueueChange(BaseModel, extra="forbid"):
    """What is left out stays. `skills` maps a skill to the level that is asked for."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] | None = None
    skills: dict[str, Annotated[int, Field(ge=1, le=5)]] | None = None
    priority: Annotated[int, Field(ge=-100, le=100)] | None = None
    target: TargetChange | None = None
    offer_s: Annotated[int, Field(ge=5, le=3600)] | None = None
    wrap_up_s: Annotated[int, Field(ge=0, le=86_400)] | None = None


@routes.get("/api/v1/queues")
@needs(Right.WORK)
@tells(Queue, filters=())
async def get_all(request: web.Request) -> web.StreamResponse:
    """Queues with their figures of today. One page has them all."""
    page_of(request)
    filters_of(request, ())
    return answer({"items": await desk(request).read(actor(request), _queues), "next_cursor": None})


@routes.get("/api/v1/queues/{key}")
@needs(Right.WORK)
@tells(Queue)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One queue."""
    key = request.match_info["key"]
    for queue in await desk(request).read(actor(request), _queues):
        if queue["key"] == key:
            return answer(queue)
    raise NotFound("queue", key)


@routes.patch("/api/v1/queues/{key}")
@needs(Right.ADMINISTER)
@tells(Queue)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes a queue's rules."""
    changes = (await body(request, QueueChange)).model_dump(exclude_none=True)
    if target := changes.pop("target", None):
        changes |= {"target_s": target["within_s"], "target_share": target["share"]}
    await desk(request).transact(actor(request), change_queue, request.match_info["key"], changes)
    return await get_one(request)


def _queues(rx: Rx) -> list[dict[str, Any]]:
    figures = load_figures(rx)
    figures.put_agents(agent_cards(rx).values())
    rules = {row.key: row for row in rx.all(sa.select(queues))}
    return [
        card | {name: rules[card["key"]]._mapping[name] for name in ("skills", "priority", "offer_s", "wrap_up_s")}
        for card in figures.queues(rx.now)
    ]
