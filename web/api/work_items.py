"""web/api/work_items.py: all work that is no contact, and what may come of it, so that a screen offers that alone."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel

from desk.agents.outcomes import outcomes_of
from desk.complaints.playbooks import needs_evidence
from desk.contacts.cards import work_item_cards
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right
from desk.people.reach import work_in_sight, work_item_for
from desk.tables import work_items
from web.api.lists import filters_of, matching, page_by
from web.api.shapes import WorkItem
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("kind", "state", "queue", "customer_id", "agent_id")


class Outcomes(BaseModel):
    """The outcomes that a work item can have, the good end first; `evidence`: the note must prove them."""

    outcomes: list[str]
    evidence: bool


@routes.get("/api/v1/work-items")
@needs(Right.WORK)
@tells(WorkItem, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Call-backs, promises, steps of complaints, recovery actions and tasks, the newest first: for agents those of
    their queues and their own, for supervisors all."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.get("/api/v1/work-items/{id}/outcomes")
@needs(Right.WORK)
@tells(Outcomes)
async def get_outcomes(request: web.Request) -> web.StreamResponse:
    """What may come of this work; nothing for an interaction, which is wrapped up with a disposition."""
    return answer(await desk(request).read(actor(request), _outcomes, request.match_info["id"]))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    no_contact = work_items.c.interaction_id.is_(None)
    found = sa.select(work_items.c.id).where(no_contact, work_in_sight(rx), *matching(work_items, filters))
    return page_by(rx, found, work_items.c.id, cursor=cursor, limit=limit, show=_cards)


def _cards(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    cards = work_item_cards(rx, [row.id for row in rows])
    return [cards[row.id] for row in rows]


def _outcomes(rx: Rx, id: str) -> dict[str, Any]:
    found = outcomes_of(rx, work_item_for(rx, id))
    return {"outcomes": list(found), "evidence": needs_evidence(found)}
