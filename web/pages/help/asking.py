"""web/pages/help/asking.py: what was asked in the help centre, kept once: for who is asking it, and what they open.

One visitor's same question within some minutes is one: a page that is loaded again, and an article that is opened from
it, ask nothing new. Who it was is kept nowhere: for these minutes each process remembers a mark of it.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from desk.kernel.transaction import Tx
from desk.tables import customers
from knowledgebase.reading import questions
from web.edge import desk
from web.limiter import client_address, networks
from web.pages.help.browsers import browser_of
from web.pages.help.frame import (
    VISITOR,
    Shown,
    is_polite,
    keeps_question,
    question_of,
    question_token,
    words_of,
)
from web.pages.help.visits import visit

#: So long the same question of one visitor is one, and of so many it is known.
SAME = timedelta(minutes=10)
MOST_KNOWN = 10_000
#: Openings of one article from one address that are counted, which say what is asked most.
OPENED = "10/day"


class Lately:
    """The questions that this process was asked just now, by a mark of who asked what: `desk.kept(Lately)`."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, datetime]] = {}

    def question(self, mark: bytes, now: datetime) -> str | None:
        """The question that has this mark, if it was asked just now."""
        id, at = self._known.get(mark, ("", now))
        return id if id and now - at < SAME else None

    def remember(self, mark: bytes, id: str, now: datetime) -> None:
        """From now on for some minutes this is asked already."""
        self._known.pop(mark, None)
        self._known[mark] = id, now
        for old, (_, at) in list(self._known.items()):
            if now - at < SAME and len(self._known) <= MOST_KNOWN:
                break
            del self._known[old]


async def asked(request: web.Request, shown: Shown, words: str, hits: int) -> str:
    """Keeps a question, unless it was asked just now; returns its token. Nothing of who asks more than people do."""
    session = await visit(request)
    customer_id = session.customer_id if session else None
    lately, now = desk(request).kept(Lately), desk(request).clock.now()
    mark = _mark(request, customer_id, words, hits)
    id = lately.question(mark, now)
    if id is None:
        if not keeps_question(request):
            return ""
        about: dict[str, Any] = {"words": words, "hits": hits, "language": shown.language}
        id = await desk(request).transact(VISITOR, _keep, customer_id, about)
        lately.remember(mark, id, now)
    return question_token(request, id)


async def opened(request: web.Request, shown: Shown, text_id: str) -> str:
    """Writes down for which question a text was opened, if for one of theirs; returns the token of that."""
    token = request.query.get("question", "")
    question = question_of(request, token)
    if question is None:
        words = words_of(request)
        token = await asked(request, shown, words, 1) if words else ""
        question = question_of(request, token)
    if question is None:
        return ""
    counts = is_polite(request, OPENED, about=f"opened {text_id}")
    is_asker = await desk(request).transact(VISITOR, _open, question, text_id, browser_of(request), counts)
    return token if is_asker else ""


def _open(tx: Tx, question: str, text_id: str, browser: str, counts: bool) -> bool:
    is_asker = questions.claimed(tx, question, browser)
    if is_asker and counts:
        questions.opened(tx, question, text_id)
    return is_asker


def _keep(tx: Tx, customer_id: str | None, about: Mapping[str, Any]) -> str:
    names = (tx.one(customers, customer_id).name,) if customer_id else ()
    return questions.asked(tx, door="help", names=names, **about)


def _mark(request: web.Request, customer_id: str | None, words: str, hits: int) -> bytes:
    """Who asks what: by customer, else by address and browser; and whether something was shown."""
    browser = (
        client_address(request, networks(desk(request).settings.trusted_proxies)),
        request.headers.get("User-Agent"),
    )
    who = customer_id or browser
    return hashlib.sha256(repr((who, words.casefold(), hits > 0)).encode()).digest()
