"""web/api/agents.py: who works, on what, and whether they are ready."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from desk.agents.agents import set_presence
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right, may
from desk.screens.agent_cards import agent_cards, for_colleague
from desk.tables import agents, users
from web.api.lists import filters_of, page_by
from web.api.shapes import Agent
from web.api.told import tells
from web.edge import actor, answer, body, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state",)


class PresenceChange(BaseModel, extra="forbid"):
    """Whether an agent works; `not_ready` has a reason of the organization's."""

    state: Literal["available", "not_ready", "offline"]
    reason: Annotated[str, StringConstraints(max_length=40)] = ""


@routes.get("/api/v1/agents")
@needs(Right.WORK)
@tells(Agent, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Agents with presence, load and skills."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.get("/api/v1/agents/{id}")
@needs(Right.WORK)
@tells(Agent)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One agent."""
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"]))


@routes.patch("/api/v1/agents/{id}")
@needs(Right.WORK)
@tells(Agent)
async def patch(request: web.Request) -> web.StreamResponse:
    """Sets an agent's presence: your own, or as a supervisor anybody's."""
    wanted, id = await body(request, PresenceChange), request.match_info["id"]
    await desk(request).transact(actor(request), set_presence, id, wanted.state, wanted.reason)
    return await get_one(request)


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    found = sa.select(agents.c.id).join(users, users.c.id == agents.c.id).where(users.c.active.is_(True))
    if "state" in filters:
        found = found.where(agents.c.presence == filters["state"])
    return page_by(rx, found, agents.c.id, cursor=cursor, limit=limit, show=_cards, oldest_first=True)


def _cards(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    cards = agent_cards(rx, [row.id for row in rows])
    return [_for(rx, cards[row.id]) for row in rows]


def _one(rx: Rx, id: str) -> dict[str, Any]:
    cards = agent_cards(rx, [id])
    if id not in cards:
        raise NotFound("agent", id)
    return _for(rx, cards[id])


def _for(rx: Rx, card: dict[str, Any]) -> dict[str, Any]:
    own = card["id"] == rx.actor.id
    return card if own or may(rx.actor.role, Right.SUPERVISE) else for_colleague(card)
