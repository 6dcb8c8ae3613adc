"""web/bench/knowledgebase.py: how fast and how well the knowledge base is searched.

First the labelled articles alone: whether people find what they ask for (`web/bench/relevance.py`). Then they stand
among made-up ones (`web/bench/articles.py`), as many as one likes, and searching, suggesting and putting one more
into the index are timed, one at a time as a reader notices it: through the desk, with everything that it reads.
Where the model for it is installed all of that is asked by meaning too (`web/bench/by_meaning.py`).
"""

import asyncio
import gc
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.transaction import Later, Rx, Tx
from desk.tables import users
from knowledgebase.meaning.model import is_installed
from knowledgebase.readers import PUBLIC
from knowledgebase.search import index
from knowledgebase.search.near import WORDS_ALONE, Meaning
from knowledgebase.search.search import search, suggest
from knowledgebase.tables import article_texts, articles, revisions
from web.bench import relevance
from web.bench.articles import Made, Maker
from web.bench.by_meaning import ByMeaning
from web.bench.house import ACTOR, DOMAIN, InUse, desk_of
from web.bench.ledger import Result, database_kind, percentiles
from web.bench.server import serving
from web.start_up import ready_database

SEED = 11
#: Articles that go in together.
_CHUNK = 200
#: Questions that are not counted: the process reads its lists of words and makes its statements.
_WARM_UP = 30
#: Articles that are read in the help centre.
_PAGES = 200
#: One in so many of the articles is asked about.
_KEPT = 50


#: By language, at which rank the one right article stood.
Ranks = dict[str, list[int | None]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure."""

    articles: int
    questions: int
    message: int
    database_url: str
    #: Whether the made-up articles are read by the model too: that takes most of the time.
    meaning: bool = False


async def measure(plan: Plan, folder: Path, say: Callable[[str], None]) -> Result:
    """Fills the database, asks, and tells the figures.

    Raises:
        InUse, ServerFailed, SettingsError
    """
    began, cpu = time.perf_counter(), time.process_time()
    async with desk_of(folder, plan.database_url) as desk:
        await asyncio.to_thread(ready_database, desk.settings)
        await desk.read(ACTOR, _must_be_ours)
        known = await _labelled(desk)
        asked, unseen = await _ranks(desk, known, "asked"), await _ranks(desk, known, "held_out")
        by_meaning = ByMeaning(desk=desk) if is_installed() else None
        also = await _found_by_meaning(by_meaning, known) if by_meaning else {}
        maker = Maker(SEED)
        kept = await _fill(desk, maker, plan.articles, say)
        crowded = await _ranks(desk, known, *relevance.SETS)
        if by_meaning and plan.meaning:
            say("Reading")
            await by_meaning.read()
            also["among_all"] = _told(await _ranks(desk, known, *relevance.SETS, meaning=by_meaning.meanings))
        await desk.transact(ACTOR, _settle_down)
        say("Asking")
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)  # as the server does
        asking = _Asking(desk=desk, maker=maker, kept=kept)
        times = await asking.all(plan)
        if by_meaning:
            also |= await by_meaning.times(asking.questions(plan.questions), asking.messages(plan))
            await by_meaning.stop()
        slugs = await desk.read(ACTOR, _some_slugs)
    pages = await _pages(folder, plan, slugs)
    return {
        **times,
        **pages,
        **_of_all(asked, unseen),
        **({"by_meaning": also} if also else {}),
        "held_out": _told(unseen),
        "among_all": _told(crowded),
        "articles": plan.articles,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "database": database_kind(plan.database_url),
    }


async def _found_by_meaning(by_meaning: ByMeaning, known: dict[str, str]) -> dict[str, Any]:
    """The figures of the labelled articles alone, by words and meaning."""
    await by_meaning.read()
    asked, unseen = [await _ranks(by_meaning.desk, known, name, meaning=by_meaning.meanings) for name in relevance.SETS]
    return {**_of_all(asked, unseen), "held_out": _told(unseen)}


def _of_all(asked: Ranks, unseen: Ranks) -> dict[str, dict[str, float]]:
    """Both figures over all labelled questions, by language."""
    return {
        name: {key: getattr(relevance.quality([*ranks, *unseen[key]]), name) for key, ranks in asked.items()}
        for name in ("ndcg10", "recall5")
    }


def _some_slugs(rx: Rx) -> list[str]:
    return [row.slug for row in rx.all(sa.select(article_texts.c.slug).order_by(article_texts.c.id).limit(_PAGES))]


async def _pages(folder: Path, plan: Plan, slugs: Sequence[str]) -> Result:
    """Reads articles in the help centre of a server, one after the other: what it takes, and the heaviest."""
    took: list[float] = []
    size = 0
    async with (
        aiohttp.ClientSession() as http,
        serving(folder, {"CARELINE_DATABASE_URL": plan.database_url}, http) as server,
    ):
        for slug in (*slugs[:_WARM_UP], *slugs):
            began = time.perf_counter()
            async with http.get(f"{server.url}/help/a/{slug}") as answer:
                answer.raise_for_status()
                size = max(size, len(await answer.read()))
            took.append(time.perf_counter() - began)
    return {"page_ms": percentiles(took[-len(slugs) :]), "page_kb": round(size / 1024, 1)}


def _must_be_ours(rx: Rx) -> None:
    strangers = rx.all(sa.select(users.c.id).where(users.c.email.not_like(f"%@{DOMAIN}")).limit(1))
    if strangers or rx.all(sa.select(articles.c.id).limit(1)):
        raise InUse


async def _labelled(desk: Desk) -> dict[str, str]:
    """Puts the labelled articles in; their keys by id."""

    def write(tx: Tx) -> dict[str, str]:
        known: dict[str, str] = {}
        ids: list[str] = []
        for article in relevance.articles():
            texts = [
                Made(language=language, title=article[language]["title"], body=article[language]["body"])
                for language in relevance.languages_of(article)
            ]
            article_id, text_ids = _write(tx, texts, days_ago=len(known))
            known[article_id] = article["key"]
            ids += text_ids
        index.put_all(tx, ids)
        return known

    found: dict[str, str] = await desk.transact(ACTOR, write)
    return found


def _told(ranks: Ranks) -> dict[str, list[float]]:
    """How many questions, nDCG@10 and recall@5, by language."""
    each = {key: relevance.quality(found) for key, found in ranks.items()}
    return {key: [quality.questions, quality.ndcg10, quality.recall5] for key, quality in each.items()}


async def _ranks(desk: Desk, known: dict[str, str], *sets: str, meaning: Meaning = WORDS_ALONE) -> Ranks:
    ranks: Ranks = {}
    for asked in relevance.labelled(*sets):

        def ask(rx: Rx, asked: relevance.Labelled = asked) -> list[str | None]:
            found = search(rx, words=asked.words, reader=PUBLIC, meaning=meaning, language=asked.family)
            return [known.get(hit.article_id) for hit in found.hits]

        keys = await desk.read(ACTOR, ask)
        ranks.setdefault(asked.family, []).append(keys.index(asked.article) if asked.article in keys else None)
    return ranks


async def _fill(desk: Desk, maker: Maker, count: int, say: Callable[[str], None]) -> list[Made]:
    """Puts made-up articles in; some of them."""
    kept: list[Made] = []
    waiting: list[list[Made]] = []
    for number, made in enumerate(maker.articles(count)):
        waiting.append(made)
        if number % _KEPT == 0:
            kept.append(made[0])
        if len(waiting) == _CHUNK or number == count - 1:
            await desk.transact(ACTOR, _put, waiting, number)
            waiting = []
            say(f"{number + 1:,} articles")
    return kept


def _put(tx: Tx, made: Sequence[Sequence[Made]], number: int) -> None:
    rows = Later(tx)
    ids = [id for texts in made for id in _write(rows, texts, days_ago=number % 900)[1]]
    rows.write()
    index.put_all(tx, ids)


def _write(tx: Tx, texts: Sequence[Made], *, days_ago: int) -> tuple[str, list[str]]:
    """An article for everybody, with these texts; the ids of both."""
    article_id = tx.new_id()
    tx.insert(articles, id=article_id, audience="public", language=texts[0].language, created_at=tx.now)
    ids = []
    for text in texts:
        text_id = tx.new_id()
        tx.insert(
            article_texts,
            id=text_id,
            article_id=article_id,
            language=text.language,
            slug=text_id,
            title=text.title,
            stage="published",
            published=1,
            published_at=tx.now - timedelta(days=days_ago),
            changed_at=tx.now,
        )
        tx.insert(revisions, id=tx.new_id(), text_id=text_id, number=1, title=text.title, body=text.body, at=tx.now)
        ids.append(text_id)
    return article_id, ids


def _settle_down(tx: Tx) -> None:
    """What a database does by itself when it has time: it looks at what it holds."""
    tx.execute(sa.text("ANALYZE"))


@dataclass(kw_only=True)
class _Asking:
    """Asks one thing after the other."""

    desk: Desk
    maker: Maker
    kept: Sequence[Made]

    def questions(self, count: int) -> list[tuple[str, str]]:
        """Questions about articles of the kept, and the language of each."""
        about = [self.kept[number * 7919 % len(self.kept)] for number in range(count)]
        return [(self.maker.question(one), one.language) for one in about]

    def messages(self, plan: Plan) -> list[str]:
        """Messages about articles of the kept: one for each five questions."""
        about = [self.kept[number * 7919 % len(self.kept)] for number in range(0, plan.questions, 5)]
        return [self.maker.message(one, plan.message) for one in about]

    async def all(self, plan: Plan) -> dict[str, Any]:
        """Every latency."""
        searches: list[float] = []
        typing: list[float] = []
        suggestions: list[float] = []
        for about in self.kept[:_WARM_UP]:
            await self._search(self.maker.question(about), about.language, complete=True)
            await self._suggest(self.maker.message(about, plan.message))
        for number in range(plan.questions):
            about = self.kept[number * 7919 % len(self.kept)]
            words = self.maker.question(about)
            searches.append(await self._search(words, about.language, complete=False))
            typing.append(await self._search(words[: len(words) // 2 + 1], about.language, complete=True))
            if number % 5 == 0:
                suggestions.append(await self._suggest(self.maker.message(about, plan.message)))
        visible, held = await self._changes(max(20, plan.questions // 20))
        return {
            "search_ms": percentiles(searches),
            "while_typing_ms": percentiles(typing),
            "suggest_ms": percentiles(suggestions),
            "index_visible_ms": percentiles(visible),
            "index_write_ms": percentiles(held),
        }

    async def _search(self, words: str, language: str, *, complete: bool) -> float:
        began = time.perf_counter()
        asked: dict[str, Any] = {"words": words, "reader": PUBLIC, "language": language, "complete": complete}
        await self.desk.read(ACTOR, lambda rx: search(rx, meaning=WORDS_ALONE, **asked))
        return time.perf_counter() - began

    async def _suggest(self, text: str) -> float:
        began = time.perf_counter()
        await self.desk.read(ACTOR, lambda rx: suggest(rx, text=text, reader=PUBLIC, meaning=WORDS_ALONE))
        return time.perf_counter() - began

    async def _changes(self, count: int) -> tuple[list[float], list[float]]:
        """From publishing to being found, and how long the writer was held."""
        visible, held = [], []
        for number in range(count):
            word = f"Quixotry{number:04}"
            text = Made(language="en", title=f"{self.kept[number % len(self.kept)].title} {word}", body="A new one.")
            began = time.perf_counter()
            held.append(await self.desk.transact(ACTOR, _publish, text))
            while not await self.desk.read(ACTOR, _is_found, word):
                pass
            visible.append(time.perf_counter() - began)
        return visible, held


def _is_found(rx: Rx, word: str) -> bool:
    return bool(search(rx, words=word, reader=PUBLIC, meaning=WORDS_ALONE).hits)


def _publish(tx: Tx, text: Made) -> float:
    began = time.perf_counter()
    _, ids = _write(tx, [text], days_ago=0)
    for id in ids:
        index.put(tx, id)
    return time.perf_counter() - began
