"""web/pages/knowledge/order.py: where articles are filed, and the pieces that many of them say alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from knowledgebase.tables import articles
from knowledgebase.writing import categories, category_words, snippets
from knowledgebase.writing.texts import needs_review
from web.edge import actor, desk, form, needs, page
from web.pages.knowledge import views
from web.pages.knowledge.acts import number_in
from web.pages.knowledge.forms import Fields, saved, words_of
from web.pages.knowledge.opening import name_of

routes = web.RouteTableDef()

#: Languages in which a category can be named here; names in others stay as they are.
NAMED = ("en", "zh", "zh-Hant")

_FILED = sa.select(articles.c.category_id, sa.func.count().label("n")).group_by(articles.c.category_id)


@routes.get("/knowledge/categories")
@needs(Right.WRITE)
async def show_categories(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _categories)
    return page(request, "knowledge/categories.html", **(view | saved(request)))


@routes.post("/knowledge/categories")
@needs(Right.WRITE)
async def change_categories(request: web.Request) -> web.StreamResponse:
    return await _changed(request, _change_category, _categories, "categories")


@routes.get("/knowledge/snippets")
@needs(Right.WRITE)
async def show_snippets(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _snippets)
    return page(request, "knowledge/snippets.html", **(view | saved(request)))


@routes.post("/knowledge/snippets")
@needs(Right.WRITE)
async def change_snippets(request: web.Request) -> web.StreamResponse:
    return await _changed(request, _change_snippet, _snippets, "snippets")


async def _changed(request: web.Request, change: Any, view: Any, name: str) -> web.StreamResponse:
    """Does what a form asks; what refuses is shown in that form, with everything that was typed."""
    fields = await form(request)
    try:
        said = await desk(request).transact(actor(request), change, fields)
    except (Invalid, Conflict, NotFound) as error:
        shown = await desk(request).read(actor(request), view)
        tried = None if fields.get("act") in ("approve", "leave") else fields.get("id", "")  # there nothing is typed
        told = {"refused": words_of(error), "typed": dict(fields), "tried": tried}
        told |= {f"typed_{name}": _in_languages(fields, name.removesuffix("s"), {}) for name in ("names", "about")}
        again = page(request, f"knowledge/{name}.html", **(shown | told))
        again.set_status(409 if isinstance(error, Conflict) else 422 if isinstance(error, Invalid) else 404)
        return again
    raise web.HTTPSeeOther(f"/knowledge/{name}?said={said}")


def _categories(rx: Rx) -> dict[str, Any]:
    filed = {row.category_id: row.n for row in rx.all(_FILED)}
    tree = categories.tree(rx)
    view = {"tree": tree, "filed": filed, "asked": _asked(rx, tree), "NAMED": NAMED, "typed": {}, "tried": None}
    return views.frame(rx, "categories") | view


def _asked(rx: Rx, tree: Sequence[categories.Category]) -> list[dict[str, Any]]:
    """What categories are to say once somebody else approves it: each with what differs, who asks, and whether whoever
    looks may approve it."""
    needed = needs_review(rx)
    return [
        {
            "one": one,
            "by": name_of(rx, one.asked_by),
            "differs": _differing(one),
            "may_approve": not needed or one.asked_by != rx.actor.id,
        }
        for one in tree
        if one.asks
    ]


def _differing(one: categories.Category) -> list[tuple[str, str, str, str]]:
    """Of each word that is asked for: what it is, the language, how it is now, how it is to be."""
    asks = one.asks or {}
    pairs = [("Name", one.names, asks["names"]), ("What it is about", one.about, asks["about"])]
    return [
        (label, language, now.get(language, ""), wanted.get(language, ""))
        for label, now, wanted in pairs
        for language in dict.fromkeys([*now, *wanted])
        if now.get(language) != wanted.get(language)
    ]


def _snippets(rx: Rx) -> dict[str, Any]:
    every = snippets.every(rx)
    used = dict.fromkeys((row.name for row in every), 0) | snippets.used(rx)
    return views.frame(rx, "snippets") | {"snippets": every, "used": used, "typed": {}, "tried": None}


def _change_category(tx: Tx, fields: Fields) -> str:
    """Does what the form asks; what is told then."""
    id, parent_id, act = fields.get("id", ""), fields.get("parent_id") or None, fields.get("act", "")
    if act == "add":
        names, about = _in_languages(fields, "name", {}), _in_languages(fields, "about", {})
        id = categories.add(tx, names=names, about=about, parent_id=parent_id, position=_position(fields))
        return _told(tx, id)
    version = number_in("version", fields.get("version", ""))
    match act:
        case "remove":
            categories.remove(tx, id, version=version)
            return "removed"
        case "approve":
            category_words.approve(tx, id, version=version)
            return "approve"
        case "leave":
            category_words.leave(tx, id, version=version)
            return "left"
        case "change":
            known = _known(tx, id)
            names, about = _in_languages(fields, "name", known.words), _in_languages(fields, "about", known.told)
            categories.change(tx, id, names=names, about=about, position=_position(fields), version=version)
            categories.move(tx, id, parent_id)
            return _told(tx, id)
    raise Invalid("act", "no such step")


def _known(rx: Rx, id: str) -> categories.Category:
    found = next((one for one in categories.tree(rx) if one.id == id), None)
    if found is None:
        raise NotFound("category", id)
    return found


def _told(rx: Rx, id: str) -> str:
    return "words_asked" if _known(rx, id).asks else "about"


def _change_snippet(tx: Tx, fields: Fields) -> str:
    """Does what the form asks; what is told then."""
    match fields.get("act", ""):
        case "remove":
            snippets.remove(tx, fields.get("id", ""), version=number_in("version", fields.get("version", "")))
            return "removed"
        case "put":
            version = number_in("version", fields.get("version", "")) if fields.get("id") else None
            name, language = fields.get("name", "").strip(), fields.get("language", "")
            snippets.put(tx, name=name, language=language, body=fields.get("body", ""), version=version)
            return "about"
    raise Invalid("act", "no such step")


def _in_languages(fields: Fields, field: str, known: Mapping[str, str]) -> dict[str, str]:
    """Words by language: what the form says, over what is kept in languages that it does not show."""
    return dict(known) | {language: fields.get(f"{field}.{language}", "") for language in NAMED}


def _position(fields: Fields) -> int:
    text = fields.get("position", "0").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid("position", "a whole number from 0 to 9999")
    return int(text)
