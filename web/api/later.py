"""web/api/later.py: resources that have a place and nothing in them yet. Lists are empty; writing says so.

What is written here would be forgotten, so nothing is taken: 501 tells a program that trying again
will not help.
"""

from typing import Any

from aiohttp import web

from desk.people.permissions import Right
from web.api.lists import filters_of
from web.api.shapes import Anything
from web.api.told import tells
from web.edge import Handler, answer, needs, page_of

routes = web.RouteTableDef()


#: Path, what it holds, the right to read and the right to write it, what its list can be asked for.
_RESOURCES: tuple[tuple[str, str, Right, Right, tuple[str, ...]], ...] = (
    ("feedback", "Suggestions, compliments and requests", Right.COMPLAINTS, Right.WORK, ("kind", "customer_id")),
    ("campaigns", "Campaigns", Right.SUPERVISE, Right.SUPERVISE, ("state",)),
    ("webhooks", "Outgoing webhooks", Right.ADMINISTER, Right.ADMINISTER, ()),
    ("customers/{id}/products", "What a customer has", Right.WORK, Right.WORK, ("external_id",)),
    ("customers/{id}/transactions", "What a customer bought and paid", Right.WORK, Right.WORK, ("external_id",)),
    ("customers/{id}/events", "What other systems saw a customer do", Right.WORK, Right.WORK, ("external_id",)),
)


def _empty(what: str, right: Right, filters: tuple[str, ...]) -> Handler:
    @tells(Anything, filters=filters)
    async def get_all(request: web.Request) -> web.StreamResponse:
        page_of(request)
        filters_of(request, filters)
        nothing: dict[str, Any] = {"items": [], "next_cursor": None}
        return answer(nothing)

    get_all.__doc__ = f"{what}: none are kept yet, so the list is empty."
    return needs(right)(get_all)


def _refused(what: str, right: Right) -> Handler:
    @tells(status=501)
    async def post(_: web.Request) -> web.StreamResponse:
        raise web.HTTPNotImplemented(text=f"{what} are not kept by this version; nothing was taken.")

    post.__doc__ = f"{what}: not kept by this version; says so and takes nothing."
    return needs(right)(post)


for _path, _what, _read, _write, _filters in _RESOURCES:
    routes.get(f"/api/v1/{_path}")(_empty(_what, _read, _filters))
    routes.post(f"/api/v1/{_path}")(_refused(_what, _write))
