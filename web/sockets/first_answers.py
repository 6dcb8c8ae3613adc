"""web/sockets/first_answers.py: while a visitor waits, the public articles that fit their first words.

Asked once for a conversation that begins, and for no more of them at once than the desk has time for: a chat never
waits for it. What became of it is measured as everywhere: who reads one and says that it helped is *solved* (the
article's page asks), whom an agent answers after all has *given up* (`knowledgebase/contacts/replies.py`); of the rest
nobody knows. The question is kept with its contact: here is remembered only what saves a second look.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from desk.contacts.interactions import WAITING
from desk.kernel.desk import Desk
from desk.kernel.errors import Invalid
from desk.kernel.tokens import sign
from desk.kernel.transaction import Rx, Tx
from desk.tables import interactions
from knowledgebase.contacts.names import names_of_asker
from knowledgebase.languages import canonical
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import questions
from knowledgebase.search.hits import Hit
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import suggest
from knowledgebase.search.written_in import scripts
from web.sockets.namespace import Told
from web.sockets.realtime import Realtime
from web.sockets.screens import ACTOR, Screens
from web.sockets.tellings import CHAT, visitor_room

#: So many articles, for so much of what was written.
SHOWN, MOST_TEXT = 3, 2_000
#: Beginnings that are looked up at once; whoever begins beyond that waits without articles.
MOST_AT_ONCE = 8
#: Visitors whose articles are remembered, for pages that come back; those of others are looked up again.
MOST_KNOWN = 5_000
#: What a question is signed as, for the address of an article.
_QUESTION = "question"

Articles = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What a visitor was shown for their first words."""

    interaction_id: str
    articles: Articles


class FirstAnswers:
    """What visitors were shown, in this process."""

    def __init__(self, desk: Desk, realtime: Realtime, screens: Screens) -> None:
        self._desk = desk
        self._realtime = realtime
        self._screens = screens
        self._shown: dict[str, _Shown] = {}  # by visitor
        self._busy = 0

    def begins(self, visitor: str, interaction_id: str, text: str, language: str, reads: Sequence[str]) -> None:
        """A conversation begins: what fits is told in a moment, if anything does."""
        self._shown.pop(visitor, None)
        self._soon(partial(self._find, visitor, interaction_id, text[:MOST_TEXT], language, reads))

    async def again(self, visitor: str, interaction_id: str, reads: Sequence[str]) -> None:
        """A page of a visitor who waits is opened: it is told what they were shown, by whichever process."""
        known = self._shown.get(visitor)
        if known is not None and known.interaction_id == interaction_id:
            await self._tell(visitor, known.articles)
        else:
            self._soon(partial(self._find_again, visitor, interaction_id, reads))

    def _soon(self, look: Callable[[], Awaitable[None]]) -> None:
        if self._busy < MOST_AT_ONCE:
            self._busy += 1
            self._realtime.soon(self._look(look), "first answers")

    async def _look(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._realtime.surely(look)
        finally:
            self._busy -= 1

    async def _find(self, visitor: str, interaction_id: str, text: str, language: str, reads: Sequence[str]) -> None:
        hits = await self._hits(text, language, reads)
        about: Mapping[str, Any] = {"words": text, "hits": len(hits), "language": language}
        question = await self._desk.transact(ACTOR, _asked, interaction_id, about) if hits else None
        if question is not None:
            await self._show(visitor, interaction_id, question, hits)

    async def _find_again(self, visitor: str, interaction_id: str, reads: Sequence[str]) -> None:
        asked = await self._desk.read(ACTOR, questions.of_chat, interaction_id)
        if asked is not None:
            await self._show(visitor, interaction_id, asked.id, await self._hits(asked.words, asked.language, reads))

    async def _hits(self, text: str, language: str, reads: Sequence[str]) -> list[Hit]:
        return await self._desk.read(ACTOR, _found, text, _tag(language), self._desk.kept(Meanings), reads)

    async def _show(self, visitor: str, interaction_id: str, question: str, hits: Sequence[Hit]) -> None:
        token = sign(self._desk.settings.secret_key, _QUESTION, question)
        articles = [{"title": hit.title, "slug": hit.slug, "question": token} for hit in hits]
        if len(self._shown) >= MOST_KNOWN:
            del self._shown[next(iter(self._shown))]
        self._shown[visitor] = _Shown(interaction_id=interaction_id, articles=articles)
        await self._tell(visitor, articles)

    async def _tell(self, visitor: str, articles: Articles) -> None:
        seq, room = self._screens.position, frozenset({visitor_room(visitor)})
        data = {"seq": seq, "articles": articles}
        await self._realtime.tell(Told(seq=seq, namespace=CHAT, rooms=room, name="suggestions", data=data))


def _asked(tx: Tx, interaction_id: str, about: Mapping[str, Any]) -> str | None:
    """The question of a chat that waits still. Whoever is spoken with by now is shown nothing, and gives up nothing."""
    if tx.take(interactions, interaction_id).state not in WAITING:
        return None
    return questions.asked_in_chat(tx, interaction_id, names=names_of_asker(tx, interaction_id), **about)


def _found(rx: Rx, text: str, language: str | None, meaning: Meaning, reads: Sequence[str]) -> list[Hit]:
    """In the page's language where there are any; in a script that the visitor reads (`written_in.scripts`)."""
    asked: dict[str, Any] = {"text": text, "reader": PUBLIC, "meaning": meaning, "limit": SHOWN}
    asked["reads"] = scripts(language or "", reads, text)
    return suggest(rx, language=language, **asked) or (suggest(rx, **asked) if language else [])


def _tag(language: str) -> str | None:
    try:
        return canonical(language) if language else None
    except Invalid:
        return None
