"""web/api/teams.py: who belongs together."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.transaction import Rx
from desk.organization.organization import setting
from desk.people.permissions import Right
from desk.tables import users
from web.api.lists import filters_of
from web.api.shapes import Team
from web.api.told import tells
from web.edge import actor, answer, desk, needs, page_of

routes = web.RouteTableDef()


@routes.get("/api/v1/teams")
@needs(Right.WORK)
@tells(Team, filters=())
async def get_all(request: web.Request) -> web.StreamResponse:
    """Teams with the ids of their members. They are named in the organization file: one page has them all."""
    page_of(request)
    filters_of(request, ())
    return answer(await desk(request).read(actor(request), _list))


def _list(rx: Rx) -> dict[str, Any]:
    teams = setting(rx, "teams")
    ids = {row.email: row.id for row in rx.all(sa.select(users.c.email, users.c.id))}
    items = [
        {
            "key": key,
            "name": team.get("name", key),
            "members": [ids[email] for email in team.get("members", []) if email in ids],
        }
        for key, team in sorted(teams.items())
    ]
    return {"items": items, "next_cursor": None}
