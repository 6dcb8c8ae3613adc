"""web/pages/knowledge/editor.py: articles are written: a plain form, which a script makes comfortable.

Who saves later than somebody else is shown what the other saved, and keeps every word of their own.
"""

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote

from aiohttp import web

from desk.kernel.errors import CarelineError, Conflict, Forbidden, Invalid, Stale
from desk.kernel.idempotency import KEY, once
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from knowledgebase.contents import MOST_BODY
from knowledgebase.languages import canonical
from knowledgebase.reading.relied_on import changed_since, relied_on
from knowledgebase.tables import article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, publishing
from web.edge import actor, desk, form, needs, page
from web.pages.knowledge import views
from web.pages.knowledge.acts import number_in
from web.pages.knowledge.conflicts import saved_since
from web.pages.knowledge.forms import Fields, about_of, saved, there, which, words_of
from web.pages.knowledge.versions import compared_table

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
    ("guide", "guide", "Guide"),
)
_WORDS = ("title", "summary", "body", "note")
_SENT_BEFORE = (
    "This page was sent before and saved as an article, with other words. What you typed stands below."
    " It becomes another article if you save it again."
)
#: In which stages there is nothing left for a button to do with words that are the newest revision's own.
_DONE_BY = {"publish": ("published",), "submit": ("in_review", "approved", "published")}


@routes.get("/knowledge/new")
@needs(Right.WRITE)
async def new(request: web.Request) -> web.StreamResponse:
    return _editor(request, await desk(request).read(actor(request), views.new_view))


@routes.post("/knowledge/new")
@needs(Right.WRITE)
async def create(request: web.Request) -> web.StreamResponse:
    fields = await form(request, most=MOST_FORM)
    try:
        made = await desk(request).transact(actor(request), _create_once, fields)
    except (Invalid, Conflict) as error:
        view = await desk(request).read(actor(request), views.new_view)
        return _refused(request, view, error, fields)
    raise _on(made["id"], canonical(fields.get("language", "")), made["done"], writes_on=_is_draft(fields))


@routes.get("/knowledge/{id}/edit")
@needs(Right.WRITE)
async def edit(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), views.edit_view, *which(request))
    return _editor(request, view | saved(request))


@routes.post("/knowledge/{id}/edit")
@needs(Right.WRITE)
async def save(request: web.Request) -> web.StreamResponse:
    fields = await form(request, most=MOST_FORM)
    id, language = which(request)
    try:
        language, done = await desk(request).transact(actor(request), _save, id, language, fields)
    except Stale:
        view = await desk(request).read(actor(request), _with_theirs, id, language, fields)
        return await _slower(request, view, fields)
    except (Invalid, Conflict, Forbidden) as error:
        view = await desk(request).read(actor(request), views.edit_view, id, language)
        return _refused(request, view, error, fields)
    raise _on(id, language, done, writes_on=_is_draft(fields))


def _on(id: str, language: str, done: str, *, writes_on: bool) -> web.HTTPSeeOther:
    """To where who has saved goes on: the editor, or the article's page."""
    if not writes_on:
        return there(id, language, done)
    return web.HTTPSeeOther(f"/knowledge/{id}/edit?language={quote(language)}&said={done}")


def _create_once(tx: Tx, fields: Fields) -> dict[str, Any]:
    """A new article, its id, and what was done with it; of a form that is sent twice, by the key of its page, one."""
    said = sorted((name, text) for name, text in fields.items() if name not in ("csrf_token", "key"))
    return once(tx, fields.get("key"), sha256(repr(said).encode()).hexdigest(), lambda: _create(tx, fields))


def _create(tx: Tx, fields: Fields) -> dict[str, Any]:
    made = articles.create(
        tx,
        **{name: fields.get(name, "") for name in _WORDS},
        language=fields.get("language", ""),
        **about_of(tx, fields),
    )
    # The form itself says for whom.
    done = _then(tx, made.id, made.text_id, fields, shown_to=None)
    return {"id": made.id, "done": done}


def _save(tx: Tx, id: str, language: str, fields: Fields) -> tuple[str, str]:
    """A new revision, and what the button says is to be done with it; its language, and what was done."""
    tx.take(articles_table, id)  # the same form may be on its way twice
    _, _, text = views.one(tx, id, language)
    base, says = fields.get("base", ""), fields.get("translates", "")
    translates = number_in("translates", says) if says else None
    words = {name: fields.get(name, "") for name in _WORDS}
    newest = articles.save(tx, text.id, **words, base=number_in("base", base), translates=translates)
    if newest == text.newest and text.stage in _DONE_BY.get(fields.get("then", ""), views.STAGES):
        return str(text.language), "same" if translates in (None, text.translates) else "confirmed"
    done = _then(tx, id, text.id, fields, shown_to=fields.get("shown_to", ""))
    return str(text.language), done


def _then(tx: Tx, id: str, text_id: str, fields: Fields, *, shown_to: str | None) -> str:
    """Does what the button says. Words that hand out more than the form has shown, or rely on what has been changed
    since, are saved, and shown first."""
    then = fields.get("then", "")
    if _is_draft(fields):
        return "draft"
    if then == "publish":
        text = tx.one(article_texts, text_id)
        if changed_since(fields.get("relies", ""), relied_on(tx, tx.one(articles_table, id), text, text.newest)):
            return "unseen"
        publishing.publish(tx, text_id, shown_to=shown_to)
    else:
        publishing.submit(tx, text_id)
    return then


def _is_draft(fields: Fields) -> bool:
    """Whether the button says that the words are only to be saved."""
    return fields.get("then", "") not in ("publish", "submit")


def _editor(request: web.Request, view: Mapping[str, Any]) -> web.Response:
    return page(request, "knowledge/edit.html", **view, marks_of_text=MARKS, most=MOST_BODY, key=token_urlsafe())


def _refused(request: web.Request, view: dict[str, Any], error: CarelineError, fields: Fields) -> web.Response:
    """The editor again, with every word that was typed, and what is wrong with them."""
    wrong = dict(error.errors) if isinstance(error, Invalid) else {}
    why = _SENT_BEFORE if isinstance(error, Conflict) and error.what == KEY else words_of(error)
    told: dict[str, Any] = {"typed": _typed(view, fields), "wrong": wrong, "refused": why}
    # Nobody has been told what is otherwise now.
    told |= {name: fields[name] for name in ("shown_to", "relies") if name in fields}
    shown = _editor(request, view | told)
    shown.set_status(422 if wrong else 409)
    return shown


def _typed(view: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The form as it was filled in. A tick that is not sent was taken away."""
    return {**view["typed"], "translates": "", **fields}


def _with_theirs(rx: Rx, id: str, language: str, fields: Fields) -> dict[str, Any]:
    """The editor for who saved later, with what the other has saved since they began; that may be no words."""
    view = views.edit_view(rx, id, language)
    base = number_in("base", fields.get("base", ""))
    view["theirs"] = saved_since(rx, view["text"], base) if base != view["text"].newest else None
    return view


async def _slower(request: web.Request, view: dict[str, Any], fields: Fields) -> web.Response:
    """What is saved next is held against what this page shows: to save again is to put it over theirs knowingly."""
    theirs, told = view["theirs"], []
    typed = _typed(view, fields) | {"base": view["text"].newest}
    if theirs is not None:
        theirs["table"] = await compared_table(request, *theirs["beside"])
        told.append(f"{theirs['by']} saved revision {theirs['number']} while you wrote.")
    if fields.get("shown_to", "") != view["shown_to"]:
        told.append(f"Somebody has changed for whom this article is: it is for {views.for_whom(view)} now.")
    told.append("Nothing of yours is lost: it stands below.")
    shown = _editor(request, view | {"typed": typed, "refused": " ".join(told)})
    shown.set_status(409)
    return shown
