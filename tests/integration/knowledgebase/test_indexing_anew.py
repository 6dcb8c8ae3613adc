"""What was indexed by the rules of a former version is indexed by those of now, by a job, on either database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.runner import Runner
from desk.kernel.transaction import Rx, Tx
from desk.tables import jobs
from knowledgebase import handlers
from knowledgebase.index_tables import article_index, article_index_words, article_meanings
from knowledgebase.readers import PUBLIC
from knowledgebase.search import index, indexing_anew
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.shelf import shelve
from web.bench.server import serving

NOW = indexing_anew.VERSION


@pytest.fixture
async def desk(
    database_url: str, tmp_path: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setattr(handlers, "_ANEW", 1)  # a job for each transaction: several, for these few texts
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


def shop(tx: Tx) -> list[str]:
    """Texts as a former version has indexed them: by their titles alone, and told as nobody wrote it."""
    ids = [shelve(tx, f"Lamp {number}", f"Change the bulb of kind {number}.") for number in range(45)]
    tx.execute(sa.update(article_index).values(plain="as it was", terms=" lamp \n\n", words=article_index.c.words))
    return ids


async def excerpts(desk: Desk) -> set[str]:
    found = await desk.read(TEST, lambda rx: search(rx, words="lamp", reader=PUBLIC, meaning=WORDS_ALONE, limit=40))
    return {hit.snippet for hit in found.hits}


async def done(desk: Desk) -> None:
    runner = Runner(desk, {indexing_anew.IndexAnew: handlers.HANDLERS[indexing_anew.IndexAnew]})
    while await desk.read(TEST, waiting):
        assert await runner.run_due()


def waiting(rx: Rx) -> list[object]:
    return [row.data for row in rx.all(sa.select(jobs.c.data).where(jobs.c.name == "index_anew"))]


def order(rx: Rx) -> list[str]:
    return [row.text_id for row in rx.all(sa.select(article_index.c.text_id).order_by(article_index.c.number))]


def counted(rx: Rx) -> dict[str, int]:
    words = article_index_words
    return {row.word: row.texts for row in rx.all(sa.select(words.c.word, words.c.texts))}


async def test_an_upgrade_changes_what_was_indexed_without_a_writer(desk):
    ids = await desk.transact(TEST, shop)
    before = await desk.read(TEST, counted)
    assert await excerpts(desk) == {"as it was"}
    assert await desk.read(TEST, indexing_anew.version) == 0

    await desk.transact(TEST, indexing_anew.plan)
    await done(desk)

    assert all("Change the bulb" in said for said in await excerpts(desk))
    assert await desk.read(TEST, order) == ids  # which ranking uses between equals
    assert await desk.read(TEST, counted) == before
    assert await desk.read(TEST, indexing_anew.version) == NOW
    asked = await desk.read(TEST, lambda rx: rx.all(sa.select(jobs.c.id).where(jobs.c.name == "count_tables")))
    assert len(asked) == (1 if desk.settings.database_url.startswith("postgresql") else 0)  # what is in its tables now
    await desk.transact(TEST, indexing_anew.plan)
    assert await desk.read(TEST, waiting) == []


async def test_what_is_under_way_goes_on_where_it_was_and_ends_whatever_is_published_meanwhile(desk):
    await desk.transact(TEST, shop)
    await desk.transact(TEST, indexing_anew.plan)
    (job,) = await desk.read(TEST, waiting)
    await handlers.HANDLERS[indexing_anew.IndexAnew](desk, indexing_anew.IndexAnew(**job))
    (left,) = await desk.read(TEST, waiting)
    assert left["after"] > job["after"]
    assert left["until"] == job["until"]

    await desk.transact(TEST, indexing_anew.plan)  # as a process does that starts meanwhile
    new = await desk.transact(TEST, shelve, "Lamp of today")

    assert await desk.read(TEST, waiting) == [left]
    await done(desk)
    assert (await desk.read(TEST, order))[20] == new  # twenty were before it; the rest has come in once more
    assert await desk.read(TEST, indexing_anew.version) == NOW


async def test_a_text_that_says_the_same_is_read_by_no_model_again(desk):
    def read(tx: Tx) -> list[str]:
        same, other = shelve(tx, "Lamp", "Change the bulb."), shelve(tx, "Tap", "Change the washer.")
        for row in tx.all(sa.select(article_index)):
            tx.insert(
                article_meanings,
                number=row.number,
                text_id=row.text_id,
                scope=row.scope,
                model="a model",
                vector=row.title.encode(),
                made_at=tx.now,
            )
        tx.execute(sa.update(article_index).where(article_index.c.text_id == other).values(plain="as it was"))
        return [same, other]

    def kept(rx: Rx) -> list[tuple[str, bytes]]:
        joined = article_meanings.c.number == article_index.c.number
        rows = rx.all(sa.select(article_index.c.text_id, article_meanings.c.vector).join(article_meanings, joined))
        return [(row.text_id, row.vector) for row in rows]

    same, _ = await desk.transact(TEST, read)

    await desk.transact(TEST, indexing_anew.plan)
    await done(desk)

    assert await desk.read(TEST, kept) == [(same, b"Lamp")]


async def test_a_text_that_was_taken_back_meanwhile_stays_so(desk):
    ids = await desk.transact(TEST, shop)
    await desk.transact(TEST, indexing_anew.plan)
    await desk.transact(TEST, index.remove, ids[7])
    await done(desk)
    assert await desk.read(TEST, order) == [id for id in ids if id != ids[7]]


async def test_who_knows_other_rules_leaves_it_to_who_knows_them(desk, monkeypatch):
    await desk.transact(TEST, shop)
    await desk.transact(TEST, indexing_anew.plan)
    monkeypatch.setattr(indexing_anew, "VERSION", NOW - 1)
    runner = Runner(desk, {indexing_anew.IndexAnew: handlers.HANDLERS[indexing_anew.IndexAnew]})

    await runner.run_due()

    (job,) = await desk.read(TEST, waiting)
    assert job["version"] == NOW
    assert await excerpts(desk) == {"as it was"}


@pytest.mark.timeout(120)
async def test_a_server_that_starts_has_it_done(desk, database_url, tmp_path):
    await desk.transact(TEST, shop)
    (data := tmp_path / "data").mkdir()
    async with ClientSession() as http, serving(data, {"CARELINE_DATABASE_URL": database_url}, http):
        async with asyncio.timeout(60):
            while await desk.read(TEST, indexing_anew.version) != NOW:
                await asyncio.sleep(0.05)
    assert all("Change the bulb" in said for said in await excerpts(desk))
