"""web/api/why.py: why somebody waits or waited, to whom they were offered and why, and where a call flow led them:
as screens and programs ask."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel

from desk.calls.led import led
from desk.kernel.errors import Forbidden, Invalid
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for, work_item_for
from desk.replay.other_work import waits_of
from desk.screens.explain import why_waited, why_waiting
from desk.tables import from_ms, offers, users
from web.api.lists import filters_of, instant, page_by, plain
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()

_OFFER = ("id", "work_item_id", "agent_id", "made_at", "expires_at", "ended_at", "outcome", "reason", "why")


class RulesInForce(BaseModel):
    """Which rules: the number that the log gave to the last change of the organization, when it was made, by whom."""

    version: int
    at: datetime
    who: str


class RuledOut(BaseModel):
    """An agent, and what rules them out; null of who could have it."""

    agent_id: str
    name: str
    reason: str | None


class ByName(BaseModel):
    """Who is nearest to having it first; `more` are as many again, found by a part of their name."""

    named: list[RuledOut]
    more: int


class Ring(BaseModel):
    """An offer that rings, or rang at that instant."""

    agent_id: str
    name: str
    made_at: datetime
    expires_at: datetime


class Explained(BaseModel):
    """Why it waits. `offered`: `rings` and `why` say at whom it rings and why there. `waiting`: the rest; `agents` for
    supervisors. `at` and `whole` where a past instant was asked about: whether the log knows all rules of then."""

    state: str
    declines: int
    rules: RulesInForce | None
    rings: list[Ring] | None = None
    why: dict[str, Any] | None = None
    rule: str | None = None
    position: int | None = None
    ring: int | None = None
    next_ring_at: datetime | None = None
    considered: int | None = None
    excluded: dict[str, int] | None = None
    wait_s: tuple[int, int] | None = None
    estimates: dict[str, Any] | None = None
    agents: ByName | None = None
    at: datetime | None = None
    whole: bool | None = None


class Waited(BaseModel):
    """A wait in a queue; it goes on where `to_at` is null. Offers that nobody took did not end it."""

    id: str
    queue: str
    from_at: datetime
    to_at: datetime | None


class OfferMade(BaseModel):
    """An offer that was made, what came of it, and why it went to this agent."""

    id: str
    work_item_id: str
    agent_id: str
    agent_name: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    outcome: str | None
    reason: str
    why: dict[str, Any]


class FlowFork(BaseModel):
    """A fork of the call flow: from `node` to `to` by the way out that the flow calls `edge`, and why. Where the flow
    was changed under the caller and began again, `edge` is empty."""

    node: str
    edge: str
    to: str
    because: str
    at: datetime


class LedByFlow(BaseModel):
    """Where `flow` led a caller, the first fork first; empty where no flow led anybody."""

    flow: str
    forks: list[FlowFork]


@routes.get("/api/v1/interactions/{id}/flow")
@needs(Right.WORK)
@tells(LedByFlow)
async def get_flow(request: web.Request) -> web.StreamResponse:
    """Where the call flow led a caller, and why: what was open, what they pressed, what could not be read out."""
    return answer(await desk(request).read(actor(request), _led, request.match_info["id"]))


@routes.get("/api/v1/interactions/{id}/why")
@needs(Right.WORK)
@tells(Explained, parameters=("at", "agent"))
async def get_why(request: web.Request) -> web.StreamResponse:
    """Why a contact waits, or waited `at` an instant of the past; supervisors learn what rules out each agent, 50 of
    them, or those with `agent` in their name."""
    asked = filters_of(request, ("at", "agent"))
    return answer(await desk(request).read(actor(request), _contact, request.match_info["id"], asked))


@routes.get("/api/v1/work-items/{id}/why")
@needs(Right.WORK)
@tells(Explained, parameters=("at", "agent"))
async def get_why_of_work(request: web.Request) -> web.StreamResponse:
    """The same of any work item: a call-back, a promise, a step of a complaint, a task, a contact."""
    asked = filters_of(request, ("at", "agent"))
    return answer(await desk(request).read(actor(request), _work, request.match_info["id"], asked))


@routes.get("/api/v1/work-items/{id}/waits")
@needs(Right.WORK)
@tells(Waited, filters=())
async def get_waits(request: web.Request) -> web.StreamResponse:
    """When a work item that is no contact waited in its queue, the first first; a contact has segments."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _waits, request.match_info["id"], cursor, limit))


@routes.get("/api/v1/interactions/{id}/offers")
@needs(Right.WORK)
@tells(OfferMade, filters=())
async def get_offers(request: web.Request) -> web.StreamResponse:
    """To whom a contact was offered, the first first, what came of it, and why they were chosen."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _of_contact, request.match_info["id"], cursor, limit))


@routes.get("/api/v1/work-items/{id}/offers")
@needs(Right.WORK)
@tells(OfferMade, filters=())
async def get_offers_of_work(request: web.Request) -> web.StreamResponse:
    """To whom a work item was offered, the first first, what came of it, and why they were chosen."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _of_work, request.match_info["id"], cursor, limit))


def _led(rx: Rx, id: str) -> dict[str, Any]:
    interaction_for(rx, id)
    found = led(rx, id)
    forks = [
        {"node": one.node, "edge": one.edge, "to": one.to, "because": one.because, "at": from_ms(one.at_ms)}
        for one in found.forks
    ]
    return {"flow": found.flow, "forks": forks}


def _contact(rx: Rx, id: str, asked: dict[str, str]) -> dict[str, Any]:
    interaction_for(rx, id)
    return _why(rx, id, asked)


def _work(rx: Rx, id: str, asked: dict[str, str]) -> dict[str, Any]:
    work_item_for(rx, id)
    return _why(rx, id, asked)


def _why(rx: Rx, id: str, asked: dict[str, str]) -> dict[str, Any]:
    agent = _agent(rx, asked)
    if "at" in asked:
        return why_waited(rx, id, instant("at", asked["at"]), agent)
    return why_waiting(rx, id, agent)


def _waits(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of them; a cursor is the id of the last one before."""
    work_item_for(rx, id)
    found = [asdict(one) for one in waits_of(rx, id)]
    if cursor:
        begin = next((at for at, one in enumerate(found, 1) if one["id"] == cursor), None)
        if begin is None:
            raise Invalid("cursor", "not one that a page of this list gave")
        found = found[begin:]
    return {"items": found[:limit], "next_cursor": found[limit - 1]["id"] if len(found) > limit else None}


def _agent(rx: Rx, asked: dict[str, str]) -> str | None:
    """Which agents are asked about; what colleagues are at is for supervisors.

    Raises:
        Forbidden: somebody else asks.
    """
    if may(rx.actor.role, Right.SUPERVISE):
        return asked.get("agent", "")
    if "agent" in asked:
        raise Forbidden
    return None


def _of_contact(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    interaction_for(rx, id)
    return _offers(rx, id, cursor, limit)


def _of_work(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    work_item_for(rx, id)
    return _offers(rx, id, cursor, limit)


def _offers(rx: Rx, id: str, cursor: str | None, limit: int) -> dict[str, Any]:
    made = sa.select(offers, users.c.name).join(users, users.c.id == offers.c.agent_id)

    def shown(_: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [plain(row, *_OFFER) | {"agent_name": row.name} for row in rows]

    found = made.where(offers.c.work_item_id == id)
    return page_by(rx, found, offers.c.id, cursor=cursor, limit=limit, show=shown, oldest_first=True)
