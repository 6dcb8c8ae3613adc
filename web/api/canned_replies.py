"""web/api/canned_replies.py: what agents answer often, in words that somebody wrote well once.

A text knows `{{name}}` placeholders and nothing else; it is never a template of any engine.
"""

from typing import Annotated, Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from desk.kernel.transaction import Rx, Tx
from desk.organization.canned_replies import add_canned_reply, change_canned_reply, remove_canned_reply
from desk.people.permissions import Right
from desk.tables import canned_replies
from web.api.creating import create
from web.api.lists import filters_of, matching, page_by, plain, shown
from web.api.shapes import CannedReply
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("language",)
_SHOWN = ("key", "title", "text", "language")

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16)]


class NewCannedReply(BaseModel, extra="forbid"):
    key: Annotated[str, StringConstraints(max_length=64)]
    title: Title
    text: Text
    language: Language = "en"


class CannedReplyChange(BaseModel, extra="forbid"):
    """What is left out stays."""

    title: Title | None = None
    text: Text | None = None
    language: Language | None = None


@routes.get("/api/v1/canned-replies")
@needs(Right.WORK)
@tells(CannedReply, filters=FILTERS)
async def get_all(request: web.Request) -> web.StreamResponse:
    """Canned replies by key."""
    cursor, limit = page_of(request)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters_of(request, FILTERS)))


@routes.post("/api/v1/canned-replies")
@needs(Right.WRITE)
@tells(CannedReply, status=201, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Adds a canned reply."""
    new = await body(request, NewCannedReply)
    reply = await create(request, new, _add, new)
    return created(f"/api/v1/canned-replies/{new.key}", **reply)


@routes.get("/api/v1/canned-replies/{key}")
@needs(Right.WORK)
@tells(CannedReply)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One canned reply."""
    return answer(await desk(request).read(actor(request), _one, request.match_info["key"]))


@routes.patch("/api/v1/canned-replies/{key}")
@needs(Right.WRITE)
@tells(CannedReply)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes a canned reply."""
    changes = (await body(request, CannedReplyChange)).model_dump(exclude_none=True)
    await desk(request).transact(actor(request), change_canned_reply, request.match_info["key"], changes)
    return await get_one(request)


@routes.delete("/api/v1/canned-replies/{key}")
@needs(Right.WRITE)
@tells(status=204)
async def delete(request: web.Request) -> web.StreamResponse:
    """Removes a canned reply."""
    await desk(request).transact(actor(request), remove_canned_reply, request.match_info["key"])
    return web.Response(status=204)


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    found = sa.select(canned_replies).where(*matching(canned_replies, filters))
    show = shown(*_SHOWN)
    return page_by(rx, found, canned_replies.c.key, cursor=cursor, limit=limit, show=show, oldest_first=True)


def _one(rx: Rx, key: str) -> dict[str, Any]:
    return plain(rx.one(canned_replies, key), *_SHOWN)


def _add(tx: Tx, new: NewCannedReply) -> dict[str, Any]:
    add_canned_reply(tx, new.key, new.model_dump(exclude={"key"}))
    return _one(tx, new.key)
