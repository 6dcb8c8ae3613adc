"""web/api/work_items.py: what may come of a work item, so that a screen offers that and nothing else."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel

from desk.complaints.playbooks import needs_evidence
from desk.kernel.transaction import Rx
from desk.outcomes import outcomes_of
from desk.permissions import Right
from desk.reach import work_item_for
from web.api.told import tells
from web.edge import actor, answer, desk, needs

routes = web.RouteTableDef()


class Outcomes(BaseModel):
    """The outcomes that a work item can have, the good end first; `evidence`: the note must prove them."""

    outcomes: list[str]
    evidence: bool


@routes.get("/api/v1/work-items/{id}/outcomes")
@needs(Right.WORK)
@tells(Outcomes)
async def get_outcomes(request: web.Request) -> web.StreamResponse:
    """What may come of this work; nothing for an interaction, which is wrapped up with a disposition."""
    return answer(await desk(request).read(actor(request), _outcomes, request.match_info["id"]))


def _outcomes(rx: Rx, id: str) -> dict[str, Any]:
    found = outcomes_of(rx, work_item_for(rx, id))
    return {"outcomes": list(found), "evidence": needs_evidence(found)}
