"""web/pages/help/contact_answers.py: articles that may answer what is written in the contact form, before it is sent.

With a script they stand beside the form while one writes; without it they are one step before sending. A complaint is
never held up. How it ended is written down: who says that it is solved, and who sends the form after all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from desk.kernel.transaction import Rx, Tx
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import questions
from knowledgebase.search.hits import Hit
from knowledgebase.search.search import suggest
from web.edge import answer, desk, form
from web.pages.help.browsers import browser_of, remember
from web.pages.help.feedback import refuse_foreign
from web.pages.help.frame import VISITOR, Shown, asks_politely, is_polite, keeps_question, question_of, question_token

routes = web.RouteTableDef()

#: Answers that are shown, and characters of what is written that are looked at.
MOST, LOOKED_AT = 3, 10_000
#: Fewer characters say nothing yet.
SHORTEST = 12
PER_ADDRESS = "60/minute"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Articles that may answer a text, and the question that was kept of it."""

    hits: list[Hit]
    token: str


@routes.post("/contact/answers")
async def while_writing(request: web.Request) -> web.StreamResponse:
    """What may answer the text so far, for the form's script. Each time it is the same question, with more words."""
    refuse_foreign(request)
    typed = await form(request)
    asks_politely(request, PER_ADDRESS, about="contact")
    found = await answers_for(request, typed)
    shown = Shown(request)
    listed = [
        {"title": hit.title, "snippet": hit.snippet, "href": _href(shown, hit, found.token)} for hit in found.hits
    ]
    said = answer({"answers": listed, "question": found.token})
    remember(request, said)
    return said


def may_look(request: web.Request) -> bool:
    """Counts a look-up before a form is sent: beyond what people do it is left out, and the form is sent."""
    return is_polite(request, PER_ADDRESS, about="contact")


@routes.post("/contact/solved")
async def solved(request: web.Request) -> web.StreamResponse:
    """The asker found the answer, and sends nothing."""
    refuse_foreign(request)
    question = question_of(request, (await form(request)).get("question", ""))
    if question is not None:
        await desk(request).transact(VISITOR, _solved, question, browser_of(request))
    raise web.HTTPSeeOther(Shown(request).at("/help", solved="yes"))


async def answers_for(request: web.Request, typed: Mapping[str, str]) -> Answers:
    """What may answer the text that was typed; the question is kept, as the one that its token stands for if that is
    still open, without the name that was typed beside it."""
    text, token = typed.get("text", "").strip()[:LOOKED_AT], typed.get("question", "")
    if len(text) < SHORTEST and text.isascii():
        return Answers(hits=[], token=token)

    shown, meaning = Shown(request), desk(request).kept(Meanings)
    language = shown.language

    def query(rx: Rx) -> list[Hit]:
        likes: dict[str, Any] = {"prefers": language, "reads": shown.reads}
        return suggest(rx, text=text, reader=PUBLIC, meaning=meaning, limit=MOST, **likes)

    hits = await desk(request).read(VISITOR, query)
    if not hits and not token:
        return Answers(hits=[], token="")  # nothing is shown, so nothing can become of it; the message itself is kept
    known = question_of(request, token)
    if known is None and not keeps_question(request):
        return Answers(hits=hits, token="")
    about = {"words": text, "hits": len(hits), "names": (typed.get("name", ""),)}
    kept = await desk(request).transact(VISITOR, _asked, known, about, language, browser_of(request))
    return Answers(hits=hits, token=token if kept == known else question_token(request, kept))


def shown_answers(request: web.Request, found: Answers) -> list[dict[str, str]]:
    """The answers as the form's page shows them."""
    shown = Shown(request)
    return [
        {"href": _href(shown, hit, found.token), "title": hit.title, "snippet": hit.snippet, "language": hit.language}
        for hit in found.hits
    ]


def _href(shown: Shown, hit: Hit, token: str) -> str:
    return shown.at(f"/help/a/{hit.slug}", question=token)


def _asked(tx: Tx, known: str | None, about: Mapping[str, Any], language: str, browser: str) -> str:
    if known is not None and questions.claimed(tx, known, browser) and questions.asked_anew(tx, known, **about):
        return known
    new = questions.asked(tx, door="contact", language=language, **about)
    questions.claimed(tx, new, browser)
    return new


def _solved(tx: Tx, question: str, browser: str) -> None:
    if questions.claimed(tx, question, browser):
        questions.ended(tx, question, questions.SOLVED)
