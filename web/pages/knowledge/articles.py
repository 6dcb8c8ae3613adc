"""web/pages/knowledge/articles.py: articles for staff: found and read by all, taken further by who writes."""

from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from desk.kernel.errors import CarelineError, Conflict, Forbidden, Invalid, Stale
from desk.kernel.transaction import Tx
from desk.people.permissions import Right
from knowledgebase.languages import canonical
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.reading.staff_lists import TABS, Wanted
from knowledgebase.reading.views import Views
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles
from knowledgebase.writing.translations import translate
from web.accepted_languages import all_accepted
from web.edge import actor, desk, form, needs, page
from web.pages.knowledge import views
from web.pages.knowledge.acts import act, number_shown
from web.pages.knowledge.conflicts import about_again, step_again
from web.pages.knowledge.forms import Fields, about_of, saved, there, which, words_of
from web.pages.knowledge.versions import compared_table

routes = web.RouteTableDef()


@routes.get("/knowledge")
@needs(Right.WORK)
async def all_articles(request: web.Request) -> web.StreamResponse:
    query = request.query
    offset, words = query.get("offset", "0"), query.get("q", "")[:300]
    wanted = Wanted(
        tab=query.get("tab", "") if query.get("tab", "") in TABS else "",
        words=words,
        language=query.get("language", "")[:16],
        category=query.get("category", "")[:36],
        owner=query.get("owner", "")[:36],
        offset=int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 7 else 0,
        meaning=desk(request).kept(Meanings),
        reads=all_accepted(request.headers.get("Accept-Language", "")) or ["en"],
    )
    view = await desk(request).read(actor(request), views.list_view, wanted)

    def at(offset: int) -> str:
        kept = {name: value for name, value in query.items() if name in ("tab", "language", "category", "owner")}
        return f"/knowledge?{urlencode(kept | {'offset': max(0, offset)})}"

    return page(request, "knowledge/list.html", **view, at=at)


@routes.get("/knowledge/{id}")
@needs(Right.WORK)
async def one(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), views.article_view, *which(request))
    is_read = view["article"].audience == "internal" and view["text"].published is not None
    if is_read and "said" not in request.query:  # who has just done something with it has looked before
        await desk(request).kept(Views).count(desk(request), view["text"].id)
    return page(request, "knowledge/article.html", **(view | saved(request)))


@routes.post("/knowledge/{id}/acts")
@needs(Right.WRITE)
async def step(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = which(request)
    try:
        await desk(request).transact(actor(request), _act, id, language, fields)
    except (Invalid, Conflict, Forbidden) as error:
        view = await desk(request).read(actor(request), step_again, id, language, fields, error)
        return await _refused(request, view, error)
    raise there(id, language, fields.get("act", ""))


@routes.post("/knowledge/{id}/about")
@needs(Right.WRITE)
async def about(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = which(request)
    try:
        said = await desk(request).transact(actor(request), _describe, id, fields)
    except (Invalid, Conflict) as error:
        view = await desk(request).read(actor(request), about_again, id, language, fields, error)
        return await _refused(request, view, error)
    raise there(id, language, said)


@routes.post("/knowledge/{id}/address")
@needs(Right.WRITE)
async def address(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    id, language = which(request)
    try:
        await desk(request).transact(actor(request), _rename, id, language, fields)
    except (Invalid, Conflict, Stale) as error:
        return await _again(request, error, opened=True)
    raise there(id, language, "address")


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


def _act(tx: Tx, id: str, language: str, fields: Fields) -> None:
    _, _, text = views.one(tx, id, language)
    act(tx, text.id, fields)


def _rename(tx: Tx, id: str, language: str, fields: Fields) -> None:
    articles.expect(tx, id, number_shown(fields, "version"))
    _, _, text = views.one(tx, id, language)
    articles.rename(tx, text.id, fields.get("slug", "").strip())


def _describe(tx: Tx, id: str, fields: Fields) -> str:
    """Keeps what a form says of an article that is as its page showed it, in its words too: whoever opens an article
    to more readers has read them. Returns what the page says then."""
    articles.expect(tx, id, number_shown(fields, "version"))
    articles.describe(tx, id, **about_of(tx, fields))
    return "about" if tx.one(articles_table, id).opens_to is None else "asked"


async def _again(request: web.Request, error: CarelineError, **told: Any) -> web.StreamResponse:
    """The article's page, with why the step was not done."""
    view = await desk(request).read(actor(request), views.article_view, *which(request))
    return await _refused(request, view | {"refused": words_of(error)} | told, error)


async def _refused(request: web.Request, view: dict[str, Any], error: CarelineError) -> web.StreamResponse:
    """A page that says why something was not done, and what others have saved meanwhile."""
    wrong = dict(error.errors) if isinstance(error, Invalid) else {}
    if view["theirs"]:
        view["theirs"]["table"] = await compared_table(request, *view["theirs"]["beside"])
    shown = page(request, "knowledge/article.html", **(view | {"wrong": wrong}))
    shown.set_status(403 if isinstance(error, Forbidden) else 422 if wrong else 409)
    return shown
