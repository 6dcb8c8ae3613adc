"""web/sockets/first_answers.py: while a visitor waits, the public articles that fit their first words.

Asked once for a conversation that begins, and for no more of them at once than the desk has time for: a chat never
waits for it. What became of it is measured as everywhere: who reads one and says that it helped is *solved* (the
article's page asks), whom an agent answers after all has *given up*; of the rest nobody knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from desk.kernel.desk import Desk
from desk.kernel.errors import Invalid
from desk.kernel.tokens import sign
from desk.kernel.transaction import Rx, Tx
from knowledgebase.contacts.names import names_of_asker
from knowledgebase.languages import canonical
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import questions
from knowledgebase.search.hits import Hit
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import suggest
from web.sockets.namespace import Told
from web.sockets.realtime import Realtime
from web.sockets.screens import ACTOR, Screens
from web.sockets.tellings import CHAT, visitor_room

#: So many articles, for so much of what was written.
SHOWN, MOST_TEXT = 3, 2_000
#: Beginnings that are looked up at once; whoever begins beyond that waits without articles.
MOST_AT_ONCE = 8
#: Visitors whose articles are remembered, for pages that come back; and of whom it is known that they gave up.
MOST_KNOWN = 5_000
#: What a question is signed as, for the address of an article.
_QUESTION = "question"

Articles = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What a visitor was shown for their first words."""

    interaction_id: str
    question: str
    articles: Articles


class FirstAnswers:
    """What visitors were shown, in this process."""

    def __init__(self, desk: Desk, realtime: Realtime, screens: Screens) -> None:
        self._desk = desk
        self._realtime = realtime
        self._screens = screens
        self._shown: dict[str, _Shown] = {}  # by visitor
        self._busy = 0

    def begins(self, visitor: str, interaction_id: str, text: str, language: str) -> None:
        """A conversation begins, or is said to once more: what fits is told in a moment, if anything does."""
        known = self._shown.get(visitor)
        if (known is None or known.interaction_id != interaction_id) and self._busy < MOST_AT_ONCE:
            self._shown.pop(visitor, None)
            self._busy += 1
            self._realtime.soon(self._look(visitor, interaction_id, text[:MOST_TEXT], language), "first answers")

    async def again(self, visitor: str) -> None:
        """A page of a visitor who waits is opened: it is told what they were shown."""
        if visitor in self._shown:
            await self._tell(visitor, self._shown[visitor].articles)

    def answered(self, visitor: str) -> None:
        """An agent has the conversation: articles were not enough."""
        shown = self._shown.pop(visitor, None)
        if shown is not None:
            given_up = partial(self._desk.transact, ACTOR, questions.ended, shown.question, questions.GAVE_UP)
            self._realtime.soon(self._realtime.surely(given_up), "gave up")

    async def _look(self, visitor: str, interaction_id: str, text: str, language: str) -> None:
        try:
            await self._realtime.surely(partial(self._find, visitor, interaction_id, text, language))
        finally:
            self._busy -= 1

    async def _find(self, visitor: str, interaction_id: str, text: str, language: str) -> None:
        hits = await self._desk.read(ACTOR, _found, text, _tag(language), self._desk.kept(Meanings))
        if not hits:
            return
        about: Mapping[str, Any] = {"words": text, "hits": len(hits), "language": language, "reader": visitor}
        question = await self._desk.transact(ACTOR, _asked, interaction_id, about)
        token = sign(self._desk.settings.secret_key, _QUESTION, question)
        articles = [{"title": hit.title, "slug": hit.slug, "question": token} for hit in hits]
        if len(self._shown) >= MOST_KNOWN:
            del self._shown[next(iter(self._shown))]
        self._shown[visitor] = _Shown(interaction_id=interaction_id, question=question, articles=articles)
        await self._tell(visitor, articles)

    async def _tell(self, visitor: str, articles: Articles) -> None:
        seq, room = self._screens.position, frozenset({visitor_room(visitor)})
        data = {"seq": seq, "articles": articles}
        await self._realtime.tell(Told(seq=seq, namespace=CHAT, rooms=room, name="suggestions", data=data))


def _asked(tx: Tx, interaction_id: str, about: Mapping[str, Any]) -> str:
    return questions.asked(tx, door="widget", names=names_of_asker(tx, interaction_id), **about)


def _found(rx: Rx, text: str, language: str | None, meaning: Meaning) -> list[Hit]:
    found = suggest(rx, text=text, reader=PUBLIC, meaning=meaning, language=language, limit=SHOWN)
    return found or (suggest(rx, text=text, reader=PUBLIC, meaning=meaning, limit=SHOWN) if language else [])


def _tag(language: str) -> str | None:
    try:
        return canonical(language) if language else None
    except Invalid:
        return None
