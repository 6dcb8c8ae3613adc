"""web/pages/knowledge/learning.py: what the knowledge base lacks, for who writes: lists, and what to do about each."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.settings import Settings
from desk.kernel.transaction import Rx, Tx
from desk.people.permissions import Right
from knowledgebase.learning import causes, closed_cases, contradicting, night, unanswered, watching
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import reader_of
from knowledgebase.reading import questions
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import search
from knowledgebase.writing.articles import Created
from web.drafting import NotDrafted, provider
from web.edge import actor, desk, form, needs, page
from web.errors import TooMany, said
from web.pages.knowledge import learning_drafts, views
from web.pages.knowledge.forms import words_of

routes = web.RouteTableDef()

PARTS = {
    "questions": "Questions without an answer",
    "articles": "Articles that want an eye",
    "figures": "Different figures",
    "cases": "Good answers",
    "causes": "Causes of complaints",
    "outcomes": "Solved, or gave up?",
}
DOORS = {
    "help": "help centre",
    "widget": "web chat",
    "bot": "assistant in the chat",
    "contact": "contact form",
    "console": "console",
    "api": "programs",
    "voice": "telephone",
}
#: What a page may be asked to say.
SAID = {
    "aside": "Put aside. It comes back when it is asked often enough again.",
    "dismiss": "Marked as right: it is not shown again as long as both sentences stay as they are.",
    "pass": "It is not proposed again.",
    "count": "Everything is being counted anew: look again in a moment.",
    "link": "Linked.",
    "unlink": "Not linked any more.",
}
#: After how many more times a group that is put aside may come back.
AGAIN = (5, 10, 50, 200)
#: Articles that a search for the answer to a cause shows.
_HITS = 10

Fields = Mapping[str, str]


@routes.get("/knowledge/learning")
@needs(Right.WRITE)
async def show(request: web.Request) -> web.StreamResponse:
    return await _shown(request, request.query.get("part", ""), saved=SAID.get(request.query.get("said", ""), ""))


@routes.post("/knowledge/learning")
@needs(Right.WRITE)
async def decide(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    part = _part(fields.get("part", ""))
    try:
        made = await _done(request, fields)
    except (Invalid, Conflict, TooMany, NotDrafted) as error:
        again = await _shown(request, part, refused=words_of(error, "done"))
        again.set_status(said(error).status)
        return again
    if made is not None:
        raise _to_write(made)
    raise web.HTTPSeeOther(f"/knowledge/learning?part={part}&said={quote(fields.get('act', ''))}")


@routes.get("/knowledge/learning/contacts/{id}")
@needs(Right.WRITE)
async def contact(request: web.Request) -> web.StreamResponse:
    view = await desk(request).read(actor(request), _contact, request.match_info["id"])
    return page(request, "knowledge/learning_contact.html", **view)


@routes.get("/knowledge/learning/causes/{kind}/{code}")
@needs(Right.WRITE)
async def cause(request: web.Request) -> web.StreamResponse:
    return await _cause_shown(request, saved=SAID.get(request.query.get("said", ""), ""))


@routes.post("/knowledge/learning/causes/{kind}/{code}")
@needs(Right.WRITE)
async def answer_cause(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    kind, code = _which(request)
    try:
        made = await desk(request).transact(actor(request), _answer, kind, code, fields)
    except (Invalid, Conflict) as error:
        again = await _cause_shown(request, refused=words_of(error, "done"))
        again.set_status(422 if isinstance(error, Invalid) else 409)
        return again
    if made is not None:
        raise _to_write(made)
    raise web.HTTPSeeOther(f"{_path(kind, code)}?said={quote(fields.get('act', ''))}")


async def _done(request: web.Request, fields: Fields) -> tuple[Created, str] | None:
    """Does what a button says, by way of the language model where it says so."""
    act = fields.get("act", "")
    if act in learning_drafts.ORDERS:
        return await learning_drafts.begun(request, act, fields.get("id", ""))
    return await desk(request).transact(actor(request), _decide, fields)


def _decide(tx: Tx, fields: Fields) -> tuple[Created, str] | None:
    """Does what a button says; a draft that was begun, if one was."""
    id = fields.get("id", "")
    match fields.get("act", ""):
        case "draft":
            return _with_language(tx, unanswered.begin_draft(tx, id))
        case "case":
            return _with_language(tx, closed_cases.draft_from(tx, id))
        case "aside":
            unanswered.put_aside(tx, id, again_after=_number(fields.get("again_after", "")))
        case "dismiss":
            contradicting.dismiss(tx, id)
        case "pass":
            closed_cases.pass_over(tx, id)
        case "count":
            night.at_once(tx)
        case _:
            raise Invalid("act", "no such step")
    return None


def _answer(tx: Tx, kind: str, code: str, fields: Fields) -> tuple[Created, str] | None:
    match fields.get("act", ""):
        case "draft":
            return _with_language(tx, causes.begin_draft(tx, kind, code))
        case "link":
            causes.link(tx, kind, code, fields.get("article_id", ""))
        case "unlink":
            causes.unlink(tx, kind, code, fields.get("article_id", ""))
        case _:
            raise Invalid("act", "no such step")
    return None


def _with_language(rx: Rx, made: Created) -> tuple[Created, str]:
    _, _, text = views.one(rx, made.id, "")
    return made, str(text.language)


def _to_write(made: tuple[Created, str]) -> web.HTTPSeeOther:
    created, language = made
    return web.HTTPSeeOther(f"/knowledge/{created.id}/edit?language={quote(language)}&said=draft")


def _questions(rx: Rx) -> dict[str, Any]:
    return {"groups": unanswered.unanswered(rx), "AGAIN": AGAIN, "usual": unanswered.COMES_BACK_AFTER, "DOORS": DOORS}


def _articles(rx: Rx) -> dict[str, Any]:
    return {
        "bad": watching.badly_thought_of(rx),
        "due": watching.due(rx),
        "behind": watching.behind(rx),
        "unused": watching.unused(rx),
        "days": watching.UNUSED_AFTER.days,
    }


def _figures(rx: Rx) -> dict[str, Any]:
    return {"pairs": contradicting.contradicting(rx)}


def _cases(rx: Rx) -> dict[str, Any]:
    return {"cases": closed_cases.cases(rx), "drafts": closed_cases.drafts(rx)}


def _causes(rx: Rx) -> dict[str, Any]:
    return {"kinds": [(kind, causes.causes(rx, kind)) for kind in causes.KINDS], "path": _path}


def _outcomes(rx: Rx) -> dict[str, Any]:
    return {"found": questions.deflection(rx), "DOORS": DOORS, "measured": questions.MEASURED.days}


_READ: dict[str, Callable[[Rx], dict[str, Any]]] = {
    "questions": _questions,
    "articles": _articles,
    "figures": _figures,
    "cases": _cases,
    "causes": _causes,
    "outcomes": _outcomes,
}


def _view(rx: Rx, part: str, settings: Settings) -> dict[str, Any]:
    model = provider(rx, settings)
    writes = model if model and model.reads_conversations else None
    return views.frame(rx, "learning") | {"part": part, "PARTS": PARTS, "model": writes} | _READ[part](rx)


def _contact(rx: Rx, id: str) -> dict[str, Any]:
    interaction, said = closed_cases.conversation(rx, id)
    return views.frame(rx, "learning") | {"interaction": interaction, "messages": said}


def _name_of_cause(rx: Rx, kind: str, code: str) -> str:
    if kind not in causes.KINDS:
        raise NotFound("cause", code)
    return str(causes.cause(rx, kind, code).name)


def _cause(rx: Rx, kind: str, code: str, words: str, meaning: Meaning) -> dict[str, Any]:
    found = causes.cause(rx, kind, code)
    hits = search(rx, words=words, reader=reader_of(rx), meaning=meaning, limit=_HITS).hits
    linked = {row.article_id for row in found.articles}
    others = [hit for hit in hits if hit.article_id not in linked]
    return views.frame(rx, "learning") | {"cause": found, "hits": others, "words": words}


async def _shown(request: web.Request, part: str, **told: str) -> web.Response:
    view = await desk(request).read(actor(request), _view, _part(part), desk(request).settings)
    return page(request, "knowledge/learning.html", **(view | told))


async def _cause_shown(request: web.Request, **told: str) -> web.Response:
    kind, code = _which(request)
    words = request.query.get("q", await desk(request).read(actor(request), _name_of_cause, kind, code))[:300]
    view = await desk(request).read(actor(request), _cause, kind, code, words, desk(request).kept(Meanings))
    return page(request, "knowledge/learning_cause.html", **(view | told))


def _part(name: str) -> str:
    return name if name in PARTS else next(iter(PARTS))


def _which(request: web.Request) -> tuple[str, str]:
    return request.match_info["kind"], request.match_info["code"]


def _path(kind: str, code: str) -> str:
    return f"/knowledge/learning/causes/{quote(kind, safe='')}/{quote(code, safe='')}"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid("again_after", "how many times more, as a number")
    return int(text)
