"""web/api/skills.py: what agents can be good at."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.transaction import Rx
from desk.people.permissions import Right
from desk.tables import skills
from web.api.lists import filters_of, page_by, shown
from web.api.shapes import Skill
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()


@routes.get("/api/v1/skills")
@needs(Right.WORK)
@tells(Skill, filters=())
async def get_all(request: web.Request) -> web.StreamResponse:
    """Skills by key. They are named in the organization file."""
    cursor, limit = page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _list, cursor, limit))


def _list(rx: Rx, cursor: str | None, limit: int) -> dict[str, Any]:
    found, show = sa.select(skills), shown("key", "name")
    return page_by(rx, found, skills.c.key, cursor=cursor, limit=limit, show=show, oldest_first=True)
