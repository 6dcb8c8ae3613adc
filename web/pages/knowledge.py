"""web/pages/knowledge.py: articles for the staff: found and read by everybody who works, written by who may.

Plain forms. Who saves later than somebody else is shown what the other saved, and keeps every word of their own.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from markupsafe import Markup

from desk.kernel.errors import CarelineError, Conflict, Forbidden, Invalid, Stale
from desk.kernel.transaction import Rx, Tx
from desk.permissions import Right
from knowledgebase import articles, publishing, revisions
from knowledgebase.languages import canonical
from knowledgebase.shelf import TABS, Wanted
from knowledgebase.translations import translate
from web.edge import TEMPLATES, actor, desk, form, needs, page
from web.pages import knowledge_views as views
from web.pages.knowledge_acts import SAID, act, day

routes = web.RouteTableDef()

#: A body of the greatest length, of letters that a form writes as three each.
MOST_FORM = 2 * 1024 * 1024
#: What the toolbar of the editor offers: what it does, its icon, its words.
MARKS = (
    ("strong", "bold", "Strong"),
    ("emphasis", "italic", "Emphasis"),
    ("heading", "heading", "Heading"),
    ("list", "list", "List"),
    ("steps", "steps", "Steps"),
    ("link", "link", "Link"),
    ("table", "table", "Table"),
    ("note", "note", "Box"),
)
_WORDS = ("title", "summary", "body", "note")

Fields = Mapping[str, str]


@routes.get("/knowledge")
@needs(Right.WORK)
async def all_articles(request: web.Request) -> web.StreamResponse:
    query = request.query
    offset = query.get("offset", "0")
    wanted = Wanted(
        tab=query.get("tab", "") if query.get("tab", "") in TABS else "",
        words=query.get("q", "")[:300],
        language=query.get("language", "")[:16],
        category=query.get("category", "")[:36],
        owner=query.get("owner", "")[:36],
        offset=int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 7 else 0,
    )
    view = await desk(request).read(actor(request), views.list_view, wanted)

    def at(offset: int) -> str:
        kept = {name: value for name, value in query.items() if name in ("tab", "language", "category", "owner")}
        return f"/knowledge?{urlencode(kept | {'offset': max(0, offset)})}"

    return page(request, "knowledge/list.html", **view, at=at)


@routes.get("/knowledge/new")
@needs(Right.WRITE)
async def new(request: web.Request) -> web.StreamResponse:
    return _editor(request, await desk(request).read(actor(request), views.new_view))


@routes.post("/knowledge/new")
@needs(Right.WRITE)
async def create(request: web.Request) -> web.StreamResponse:
    fields = await form(request, most=MOST_FORM)
    try:
        made = await desk(request).transact(actor(request), _create, fields)
    except (Invalid, Conflict) as error:
        view = await desk(request).read(actor(request), views.new_view)
        return _refused(request, view, error, fields)
    raise _there(made.id, canonical(fields.get("language", "")), fields.get("then") or "draft")


@routes.get("/knowledge/{id}")
@needs(Right.WORK)
async def one(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), views.article_view, *_which(request))
    return page(request, "knowledge/article.html", **(view | {"saved": SAID.get(request.query.get("said", ""), "")}))


@routes.get("/knowledge/{id}/edit")
@needs(Right.WRITE)
async def edit(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), views.edit_view, *_which(request))
    return _editor(request, view | {"saved": SAID.get(request.query.get("said", ""), "")})


@routes.post("/knowledge/{id}/edit")
@needs(Right.WRITE)
async def save(request: web.Request) -> web.StreamResponse:
    fields = await form(request, most=MOST_FORM)
    id, language = _which(request)
    try:
        language = await desk(request).transact(actor(request), _save, id, language, fields)
    except Stale:
        view = await desk(request).read(actor(request), _with_theirs, id, language, fields)
        return _slower(request, view, fields)
    except (Invalid, Conflict, Forbidden) as error:
        view = await desk(request).read(actor(request), views.edit_view, id, language)
        return _refused(request, view, error, fields)
    if fields.get("then"):
        raise _there(id, language, fields["then"])
    raise web.HTTPSeeOther(f"/knowledge/{id}/edit?language={quote(language)}&said=draft")


@routes.post("/knowledge/{id}/acts")
@needs(Right.WRITE)
async def step(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = _which(request)
    try:
        await desk(request).transact(actor(request), _act, id, language, fields)
    except (Invalid, Conflict, Forbidden) as error:
        return await _again(request, error)
    raise _there(id, language, fields.get("act", ""))


@routes.post("/knowledge/{id}/about")
@needs(Right.WRITE)
async def about(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = _which(request)
    try:
        await desk(request).transact(actor(request), _describe, id, fields)
    except (Invalid, Conflict) as error:
        return await _again(request, error, typed=fields, opened=True)
    raise _there(id, language, "about")


@routes.post("/knowledge/{id}/translations")
@needs(Right.WRITE)
async def into(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id = request.match_info["id"]
    try:
        await desk(request).transact(actor(request), translate, id, fields.get("language", ""))
    except (Invalid, Conflict) as error:
        return await _again(request, error)
    language = canonical(fields["language"])
    raise web.HTTPSeeOther(f"/knowledge/{id}/edit?language={quote(language)}&said=translated")


def _which(request: web.Request) -> tuple[str, str]:
    return request.match_info["id"], request.query.get("language", "")[:16]


def _there(id: str, language: str, said: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/knowledge/{id}?language={quote(language)}&said={quote(said)}")


def _create(tx: Tx, fields: Fields) -> articles.Created:
    made = articles.create(
        tx,
        **{name: fields.get(name, "") for name in _WORDS},
        language=fields.get("language", ""),
        **_about(tx, fields),
    )
    _then(tx, made.text_id, fields)
    return made


def _save(tx: Tx, id: str, language: str, fields: Fields) -> str:
    """A new revision, and what the button says is to be done with it."""
    _, _, text = views.one(tx, id, language)
    base, says = fields.get("base", ""), fields.get("translates", "")
    articles.save(
        tx,
        text.id,
        **{name: fields.get(name, "") for name in _WORDS},
        base=_number("base", base),
        translates=_number("translates", says) if says else None,
    )
    _then(tx, text.id, fields)
    return str(text.language)


def _then(tx: Tx, text_id: str, fields: Fields) -> None:
    match fields.get("then", ""):
        case "publish":
            publishing.publish(tx, text_id)
        case "submit":
            publishing.submit(tx, text_id)


def _act(tx: Tx, id: str, language: str, fields: Fields) -> None:
    _, _, text = views.one(tx, id, language)
    act(tx, text.id, fields)


def _describe(tx: Tx, id: str, fields: Fields) -> None:
    articles.describe(tx, id, **_about(tx, fields))


def _about(tx: Tx, fields: Fields) -> articles.About:
    """What a form says of an article: an empty field is none."""
    due = fields.get("review_due_at", "").strip()
    return {
        "audience": fields.get("audience", ""),
        "team": fields.get("team") or None,
        "category_id": fields.get("category_id") or None,
        "owner_id": fields.get("owner_id") or None,
        "tags": [tag for tag in re.split(r"[,，、]", fields.get("tags", "")) if tag.strip()],
        "review_due_at": day(tx, "review_due_at", due) if due else None,
    }


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid(name, "the number of a revision")
    return int(text)


def _editor(request: web.Request, view: Mapping[str, Any]) -> web.Response:
    return page(request, "knowledge/edit.html", **view, marks_of_text=MARKS)


def _refused(request: web.Request, view: dict[str, Any], error: CarelineError, fields: Fields) -> web.Response:
    """The editor again, with every word that was typed, and what is wrong with them."""
    wrong = dict(error.errors) if isinstance(error, Invalid) else {}
    told = {"typed": view["typed"] | dict(fields), "wrong": wrong, "refused": _words_of(error)}
    shown = _editor(request, view | told)
    shown.set_status(422 if wrong else 409)
    return shown


def _with_theirs(rx: Rx, id: str, language: str, fields: Fields) -> dict[str, Any]:
    """The editor for who saved later, with what the other has saved since they began."""
    view = views.edit_view(rx, id, language)
    text = view["text"]
    base = min(_number("base", fields.get("base", "")), text.newest)
    found = revisions.compare(rx, text.id, max(base, 1), text.newest)
    by = next((row.author for row in views.revisions_listed(rx, text.id)), None)
    view["theirs"] = {"compared": found, "by": by or "somebody else", "at": found.after.at, "number": text.newest}
    return view


def _slower(request: web.Request, view: dict[str, Any], fields: Fields) -> web.Response:
    """What is saved next is held against what this page shows: to save again is to put it over theirs knowingly."""
    theirs = view["theirs"]
    theirs["table"] = compared_table(request, theirs["compared"])
    typed = dict(fields) | {"base": theirs["number"]}
    told = (
        f"{theirs['by']} saved revision {theirs['number']} while you wrote. Nothing of yours is lost: it stands below."
    )
    shown = _editor(request, view | {"typed": view["typed"] | typed, "refused": told})
    shown.set_status(409)
    return shown


def compared_table(request: web.Request, found: revisions.Compared) -> Markup:
    """Two revisions side by side."""
    text = (
        request.app[TEMPLATES]
        .get_template("knowledge/compared.html")
        .render(
            before=f"Revision {found.before.number}", after=f"Revision {found.after.number}", parts=views.sides(found)
        )
    )
    return Markup(text)  # noqa: S704  # made by our own template, which escapes


async def _again(request: web.Request, error: CarelineError, **told: Any) -> web.StreamResponse:
    """The article's page, with why the step was not done."""
    view = await desk(request).read(actor(request), views.article_view, *_which(request))
    wrong = dict(error.errors) if isinstance(error, Invalid) else {}
    if "typed" in told:
        told["typed"] = view["typed"] | dict(told["typed"])
    shown = page(request, "knowledge/article.html", **(view | {"wrong": wrong, "refused": _words_of(error)} | told))
    shown.set_status(403 if isinstance(error, Forbidden) else 422 if wrong else 409)
    return shown


def _words_of(error: CarelineError) -> str:
    if isinstance(error, Invalid):
        return "Nothing was saved: " + "; ".join(f"{field}: {why}" for field, why in error.errors) + "."
    return error.message
