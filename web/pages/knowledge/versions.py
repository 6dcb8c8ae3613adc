"""web/pages/knowledge/versions.py: every revision of a text, any two side by side, and the way back to one."""

import asyncio
from typing import Any
from urllib.parse import quote

from aiohttp import web
from jinja2 import Template
from markupsafe import Markup

from desk.kernel.errors import Invalid, NotFound, Stale
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right
from knowledgebase.writing import revisions
from web.edge import TEMPLATES, actor, desk, form, needs, page
from web.pages.knowledge import views
from web.pages.knowledge.forms import saved, which

routes = web.RouteTableDef()


@routes.get("/knowledge/{id}/versions")
@needs(Right.WRITE)
async def versions(request: web.Request) -> web.StreamResponse:
    asked = (request.query.get("a", ""), request.query.get("b", ""))
    view = await desk(request).read(actor(request), _versions, *which(request), asked)
    found: tuple[Row, Row] | None = view.pop("found")
    shown = {"compared": await compared_table(request, *found), "a": found[0], "b": found[1]} if found else {}
    return page(request, "knowledge/versions.html", **(view | shown | saved(request)))


@routes.post("/knowledge/{id}/versions")
@needs(Right.WRITE)
async def restore(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = which(request)
    number, base = _number(fields.get("number", "")), _number(fields.get("base", ""))
    if number is None:
        raise Invalid("number", "the number of a revision")
    try:
        await desk(request).transact(actor(request), _restore, id, language, number, base or 0)
        said = "restored"
    except Stale:
        said = "newer"
    raise web.HTTPSeeOther(f"/knowledge/{id}/versions?language={quote(language)}&said={said}")


async def compared_table(request: web.Request, before: Row, after: Row) -> Markup:
    """Two revisions side by side; compared outside of any transaction, and beside what the event loop does."""
    template = request.app[TEMPLATES].get_template("knowledge/compared.html")
    return await asyncio.to_thread(_compared, template, before, after)


def _compared(template: Template, before: Row, after: Row) -> Markup:
    names = f"Revision {before.number}", f"Revision {after.number}"
    text = template.render(before=names[0], after=names[1], parts=views.sides(before, after))
    return Markup(text)  # noqa: S704  # made by our own template, which escapes


def _versions(rx: Rx, id: str, language: str, asked: tuple[str, str]) -> dict[str, Any]:
    view = views.versions_view(rx, id, language)
    newest = view["text"].newest
    a, b = (_number(text) for text in asked)
    a, b = a or max(newest - 1, 1), b or newest
    if not (1 <= a <= newest and 1 <= b <= newest):
        raise NotFound("revision", f"{a}, {b}")
    numbers = [(number, f"Revision {number}") for number in range(newest, 0, -1)]
    return view | {"numbers": numbers, "found": revisions.beside(rx, view["text"].id, a, b) if newest > 1 else None}


def _restore(tx: Tx, id: str, language: str, number: int, base: int) -> None:
    _, _, text = views.one(tx, id, language)
    revisions.restore(tx, text.id, number, base=base)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else None
