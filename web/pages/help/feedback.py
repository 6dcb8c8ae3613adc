"""web/pages/help/feedback.py: what a reader says of an article: a form, answered once by each.

A reader is whoever holds the same cookie (`browsers.py`), and what they say is of their own question alone. Nobody is
signed in here, so no session's token could guard the form: a browser says from which site a form comes, and others'
are refused.
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from aiohttp import web

from desk.contacts.interactions import WAITING
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Rx, Tx
from desk.tables import interactions
from knowledgebase.readers import Reader
from knowledgebase.reading import questions
from knowledgebase.reading.feedback import MOST_COMMENT, give_feedback
from knowledgebase.reading.published import Article, read
from web.accepted_languages import spoken
from web.edge import desk, form
from web.errors import ForeignForm
from web.limiter import FORMS, LIMITER, client_address, networks
from web.pages.help.browsers import browser_of, remember
from web.pages.help.frame import MOST_TOKEN, VISITOR, question_of
from web.pages.help.refused import SAID
from web.pages.help.visits import reader

routes = web.RouteTableDef()

#: Answers about one article from one address, which may be a house of many.
PER_ARTICLE = "10/day"
_CHAT = sa.select(interactions.c.state).where(interactions.c.id == sa.bindparam("id"))


@routes.post("/help/a/{slug}/feedback")
async def post(request: web.Request) -> web.StreamResponse:
    """Keeps whether an article helped, and what was missing."""
    refuse_foreign(request)
    typed = await form(request)
    slug = request.match_info["slug"]
    reading = await reader(request)
    found = await desk(request).read(VISITOR, read, slug, reading)
    if not isinstance(found, Article) or typed.get("website"):  # a field that people do not see
        raise NotFound("article", slug)
    back = f"/help/a/{found.slug}"
    if typed.get("helpful") not in ("yes", "no"):
        raise web.HTTPSeeOther(f"{back}#feedback")
    request[SAID] = {
        "action": f"{back}/feedback",
        "helpful": typed["helpful"],
        "comment": typed.get("comment", "")[:MOST_COMMENT],
        "question": typed.get("question", "")[:MOST_TOKEN],
    }
    address = client_address(request, networks(desk(request).settings.trusted_proxies))
    request.app[LIMITER].count(FORMS, "feedback", address)
    request.app[LIMITER].count(PER_ARTICLE, "feedback", address, found.text_id)
    who, token = browser_of(request), typed.get("question", "")
    thanks = await desk(request).transact(
        VISITOR, _say, found.text_id, reading, who, typed, question_of(request, token)
    )
    said = {"thanks": thanks, "question": token if thanks == "no" else ""}
    said["lang"] = spoken(request.query.get("lang", "")) or ""
    answer = web.HTTPSeeOther(f"{back}?{urlencode({name: value for name, value in said.items() if value})}#feedback")
    remember(request, answer, lasting=True)
    raise answer


def refuse_foreign(request: web.Request) -> None:
    """Refuses a form that another site sends through a reader's browser.

    Raises:
        ForeignForm: the browser says so.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForeignForm
        return
    origin = request.headers.get("Origin")
    ours = urlsplit(desk(request).settings.public_url).netloc
    if origin is not None and urlsplit(origin).netloc not in (ours, request.host):
        raise ForeignForm


def _say(tx: Tx, text_id: str, reading: Reader, who: str, typed: Mapping[str, str], question: str | None) -> str:
    """Keeps it, for the question too the last word if it is theirs; returns what is to be said to it.

    To whom an article has helped who waits in the chat, that they wait there still.
    """
    helpful = typed["helpful"] == "yes"
    comment = "" if helpful else typed.get("comment", "").strip()[:MOST_COMMENT]
    give_feedback(tx, text_id, reading, who=who, helpful=helpful, comment=comment)
    if question is None or not questions.claimed(tx, question, who):
        return typed["helpful"]
    if helpful:
        questions.ended(tx, question, questions.SOLVED)
        if _waits(tx, question):
            return "waiting"
    else:
        questions.taken_back(tx, question)
    return typed["helpful"]


def _waits(rx: Rx, question: str) -> bool:
    """Whether who asked it in the chat waits for a person there still: a yes on a page does not end that."""
    chat = rx.all(_CHAT, id=questions.chat_of(rx, question))
    return bool(chat) and chat[0].state in WAITING
