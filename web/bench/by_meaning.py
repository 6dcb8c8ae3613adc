"""web/bench/by_meaning.py: what the bench of the knowledge base asks by meaning too, where the model is installed.

The same questions on the same articles, once more: what people find then, how long the model takes over a question, and
how long a search, and suggestions for a message, take with it.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from desk.kernel.desk import Desk
from desk.kernel.transaction import Rx, Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.meaning import vectors
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import PUBLIC
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import search, suggest
from web.bench.house import ACTOR
from web.bench.ledger import percentiles

#: What is added to a question, a piece more, where it is to be read again.
_ANEW = "please"


@dataclass(kw_only=True)
class ByMeaning:
    """The bench's reader of meanings."""

    desk: Desk
    read_s: float = 0.0

    @property
    def meanings(self) -> Meanings:
        """What this process knows."""
        return self.desk.kept(Meanings)

    async def read(self) -> None:
        """Switches it on and has the model read all that it has not read."""
        began = time.perf_counter()
        await self.desk.transact(ACTOR, _switch, on=True)
        while await self.desk.read(ACTOR, vectors.is_unread):
            await self.meanings.read(self.desk)
        await self.meanings.look(self.desk)
        self.read_s += time.perf_counter() - began

    async def stop(self) -> None:
        """Switches it off: what is measured next is measured without."""
        await self.desk.transact(ACTOR, _switch, on=False)
        await self.meanings.look(self.desk)

    async def times(self, questions: Sequence[tuple[str, str]], messages: Sequence[str]) -> dict[str, object]:
        """How long questions (words, language) take, the model alone and the whole search, and messages."""
        asked, searched, suggested = [], [], []
        for words, language in questions:
            began = time.perf_counter()
            await self.desk.read(ACTOR, _ask, words, language, self.meanings)
            searched.append(time.perf_counter() - began)
        for text in messages:
            began = time.perf_counter()
            await self.desk.read(ACTOR, _suggest, text, self.meanings)
            suggested.append(time.perf_counter() - began)
        for words, _ in questions:
            # Other words, so that it is not known from before.
            if (begun := self.meanings.near_words(f"{words} {_ANEW}")) is not None:
                began = time.perf_counter()
                await asyncio.wrap_future(begun)
                asked.append(time.perf_counter() - began)
        return {
            "texts": self.meanings.texts,
            "read_s": round(self.read_s, 1),
            "question_ms": percentiles(asked),
            "search_ms": percentiles(searched),
            "suggest_ms": percentiles(suggested),
        }


def _ask(rx: Rx, words: str, language: str, meaning: Meaning) -> None:
    search(rx, words=words, reader=PUBLIC, meaning=meaning, language=language)


def _suggest(rx: Rx, text: str, meaning: Meaning) -> None:
    suggest(rx, text=text, reader=PUBLIC, meaning=meaning)


def _switch(tx: Tx, *, on: bool) -> None:
    put(tx, organization, vectors.SETTING, value=on)
