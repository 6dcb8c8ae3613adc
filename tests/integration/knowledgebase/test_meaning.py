"""What is found by its meaning, with the model that is installed for it, on either database, by who may see it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.events import Logged
from desk.kernel.runner import Runner
from desk.kernel.transaction import Rx, Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.events import ArticleChanged
from knowledgebase.handlers import HANDLERS
from knowledgebase.index_tables import article_index, article_meanings
from knowledgebase.meaning import meanings, model, vectors
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.meaning.model import Model
from knowledgebase.readers import PUBLIC, WRITER, Reader
from knowledgebase.search import index
from knowledgebase.search.near import Near, Neighbour, is_read
from knowledgebase.search.search import related, search, suggest
from knowledgebase.tables import article_texts, revisions
from tests.integration.kernel.conftest import TEST, a_desk, until
from tests.integration.knowledgebase.shelf import category, shelve
from tests.integration.web.help_house import open_help, write

BILLER = Reader(audience="internal", teams=frozenset({"billing"}))
AGENT = Reader(audience="internal")
#: What no word or synonym of the articles below says.
QUESTION = "how soon am I repaid?"


@pytest.fixture(scope="module")
def loaded() -> Model:
    return model.load()


@pytest.fixture
async def desk(
    database_url: str,
    tmp_path: Path,
    manual_clock: ManualClock,
    loaded: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Desk]:
    monkeypatch.setattr(meanings, "load", lambda: loaded)  # read once for all of them
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


def shop(tx: Tx) -> None:
    shelve(tx, "When your refund arrives", "The money is on your card within five days.")
    shelve(tx, "Opening an account", "You need a mail address.")
    shelve(tx, "Washing wool", "By hand, in cold water, and dry it lying flat.")
    shelve(tx, "退款多久到账", "五个工作日内退款。", language="zh")


def switched(tx: Tx, *, on: bool) -> None:
    put(tx, organization, vectors.SETTING, value=on)


async def ready(desk: Desk) -> Meanings:
    """Switches it on, has everything read, and takes it in."""
    await desk.transact(TEST, switched, on=True)
    known = desk.kept(Meanings)
    await known.look(desk)
    await Runner(desk, {vectors.ReadMeanings: HANDLERS[vectors.ReadMeanings]}).run_due()
    async with asyncio.timeout(60):
        while await desk.read(TEST, vectors.is_unread):  # by the house's own runner, where it was the first to take it
            await asyncio.sleep(0.01)
    await known.look(desk)
    return known


async def titles(desk: Desk, words: str, reader: Reader = PUBLIC, **more: Any) -> list[str]:
    asked: dict[str, Any] = {"words": words, "reader": reader, "meaning": desk.kept(Meanings)}
    found = await desk.read(TEST, search, **asked, **more)
    return [hit.title for hit in found.hits]


def kept(rx: Rx) -> int:
    return len(rx.all(sa.select(article_meanings.c.number)))


async def test_what_is_said_in_other_words_is_found_once_it_is_switched_on(desk):
    await desk.transact(TEST, shop)
    assert await titles(desk, QUESTION) == []
    assert await desk.read(TEST, kept) == 0

    known = await ready(desk)

    assert known.texts == await desk.read(TEST, kept) == 3  # the Chinese text is left to its words
    assert (await titles(desk, QUESTION))[0] == "When your refund arrives"
    assert await titles(desk, "xyzzy plugh") == []
    assert await titles(desk, "退款") == ["退款多久到账"]

    await desk.transact(TEST, switched, on=False)
    await known.look(desk)
    assert await titles(desk, QUESTION) == []
    assert known.texts == 0


async def test_nobody_finds_by_meaning_what_is_not_for_them(desk):
    def write(tx: Tx) -> None:
        shelve(tx, "When your refund arrives", "Within five days.")
        shelve(tx, "When your refund arrives late", "Within a day.", audience="internal")
        shelve(tx, "When your refund is in dispute", "Within a week.", audience="internal", team="billing")
        for number in range(40):  # more than a question is told of, and nearer: they take nobody's place
            shelve(tx, f"How soon we repay {number}", "Soon.", audience="internal", team="board")

    await desk.transact(TEST, write)
    await ready(desk)

    everybody, here = "When your refund arrives", "When your refund arrives late"
    assert await titles(desk, QUESTION) == [everybody]
    assert set(await titles(desk, QUESTION, AGENT)) == {everybody, here}
    assert set(await titles(desk, QUESTION, BILLER)) == {everybody, here, "When your refund is in dispute"}
    assert len(await titles(desk, QUESTION, WRITER, limit=50)) > 30


async def test_a_text_goes_and_changes_with_what_it_is_made_of(desk):
    text_id = await desk.transact(TEST, shelve, "When your refund arrives", "Within five days.")
    known = await ready(desk)
    assert await titles(desk, QUESTION) == ["When your refund arrives"]

    def made_internal(tx: Tx) -> None:
        tx.update(article_texts, text_id, published=None)
        index.put(tx, text_id)

    await desk.transact(TEST, made_internal)
    assert await titles(desk, QUESTION) == []  # in the same moment, whatever is in memory
    assert await desk.read(TEST, kept) == 0

    def back(tx: Tx) -> None:
        tx.update(article_texts, text_id, published=1)
        index.put(tx, text_id)

    await desk.transact(TEST, back)
    await ready(desk)
    assert known.texts == await desk.read(TEST, kept) == 1


async def test_what_was_changed_while_the_model_read_is_read_again(desk):
    text_id = await desk.transact(TEST, shelve, "When your refund arrives")
    words = await desk.read(TEST, vectors.unread, model.NAME)
    (number,) = words
    assert await desk.transact(TEST, vectors.write, model.NAME, {number: "Other words"}, {number: b"\1" * 384}) == 0
    await desk.transact(TEST, index.remove, text_id)
    assert await desk.transact(TEST, vectors.write, model.NAME, words, {number: b"\1" * 384}) == 0


async def test_a_reader_of_the_help_centre_finds_what_is_said_in_other_words(database_url, tmp_path, manual_clock):
    async with open_help(tmp_path, database_url, manual_clock) as house:
        browser = house.browser()
        await write(house, "When your refund arrives")
        assert (
            "When your refund arrives" not in await (await browser.get("/help/search", params={"q": QUESTION})).text()
        )

        await ready(house.desk)

        page = await browser.get("/help/search", params={"q": QUESTION})
        assert "When your refund arrives" in await page.text()
        typed = await (await browser.get("/help/suggest", params={"q": QUESTION})).json()
        assert [hit["title"] for hit in typed["hits"]] == ["When your refund arrives"]
        beside = await (await browser.post("/contact/answers", data={"text": f"Hello. {QUESTION}"})).json()
        assert [hit["title"] for hit in beside["answers"]] == ["When your refund arrives"]


async def test_filters_hold_for_what_is_found_by_its_meaning(desk):
    def write(tx: Tx) -> list[str]:
        money, other = category(tx, "money"), category(tx, "other")
        below = category(tx, "refunds", money)
        shelve(tx, "When your refund arrives", category_id=below, tags=["Refund"])
        shelve(tx, "How soon we pay you back", category_id=other)
        return [money, other]

    money, other = await desk.transact(TEST, write)
    await ready(desk)
    assert len(await titles(desk, QUESTION)) == 2
    assert await titles(desk, QUESTION, category_id=money) == ["When your refund arrives"]
    assert await titles(desk, QUESTION, category_id=other) == ["How soon we pay you back"]
    assert await titles(desk, QUESTION, tag="refund") == ["When your refund arrives"]
    assert await titles(desk, QUESTION, tag="refund", category_id=other) == []


@pytest.mark.parametrize(
    "words", ["a word " * 150_000, "\0\x1b[2J\u202e" * 1000, "", " \n", "x" * 1_000_000, "\ud800é", "𝕩" * 99]
)
async def test_any_question_is_answered_and_none_costs_more_than_its_beginning(desk, words):
    known = await ready(desk)
    await desk.transact(TEST, shop)
    await ready(desk)
    pieces = loaded_pieces(known)
    await titles(desk, words)
    assert len(pieces.of(words, model.MOST_ASKED)) <= model.MOST_ASKED


def loaded_pieces(known: Meanings) -> Any:
    assert known._model is not None
    return known._model.pieces


async def test_whoever_asks_beside_many_is_answered_by_words(desk):
    await desk.transact(TEST, shop)
    known = await ready(desk)
    go_on = threading.Event()
    busy = [known._threads.submit(go_on.wait) for _ in range(meanings.MOST_AT_ONCE)]
    begun = [known.near_words("money back") for _ in range(meanings.MOST_AT_ONCE + 3)]
    assert begun.count(None) == 3
    go_on.set()
    await asyncio.gather(*map(asyncio.wrap_future, busy))
    found = await asyncio.gather(*(asyncio.wrap_future(one) for one in begun if one is not None))
    assert all(near.by_scope == found[0].by_scope != {} for near in found)
    assert known.near_words("money back") is not None  # they are through


def test_only_what_may_be_english_is_read():
    assert is_read("Où est mon café?")
    assert not any(map(is_read, ("退款", "Where is 退款", "где", "", "12345", "\0\0")))


async def test_words_are_looked_for_while_the_model_reads(desk):
    await desk.transact(TEST, shop)
    meaning = Slow()
    asked: dict[str, Any] = {"words": "refund", "reader": PUBLIC, "meaning": meaning}
    searching = asyncio.create_task(desk.read(TEST, search, **asked))
    await until(lambda: meaning.asked)
    texts = await desk.read(TEST, lambda rx: rx.all(sa.select(article_index.c.text_id, article_index.c.title)))
    washing = next(row.text_id for row in texts if row.title == "Washing wool")
    assert not searching.done()

    meaning.begun.set_result(Near(by_scope={"public": [Neighbour(text_id=washing, likeness=0.9)]}))

    hits = (await searching).hits
    assert [hit.title for hit in hits] == ["When your refund arrives", "Washing wool"]
    assert hits[1].snippet.startswith("By hand")


async def test_the_model_is_not_asked_for_texts_in_other_languages_alone(desk):
    await desk.transact(TEST, shop)
    meaning = Slow()
    for language in ("zh", "zh-Hant", "de"):
        asked: dict[str, Any] = {"reader": PUBLIC, "meaning": meaning, "language": language}
        await desk.read(TEST, search, words="refund", **asked)
        await desk.read(TEST, suggest, text="refund", **asked)
    assert not meaning.asked


async def test_related_is_what_means_the_same_too_for_who_may_see_it(desk):
    def write(tx: Tx) -> str:
        shelve(tx, "How soon we pay you back", audience="internal")
        shelve(tx, "How soon you are repaid", audience="internal", team="billing")
        shelve(tx, "Our opening hours", "From nine to five.")
        shelve(tx, "The day on which we repay")
        return shelve(tx, "When your refund arrives")

    text_id = await desk.transact(TEST, write)

    async def related_to(reader: Reader) -> set[str]:
        asked: dict[str, Any] = {"text_id": text_id, "reader": reader, "meaning": desk.kept(Meanings)}
        return {hit.title for hit in await desk.read(TEST, related, **asked)}

    assert await related_to(AGENT) == set()
    await ready(desk)
    assert await related_to(PUBLIC) == {"The day on which we repay"}
    assert await related_to(AGENT) == {"The day on which we repay", "How soon we pay you back"}
    assert await related_to(BILLER) == {
        "The day on which we repay",
        "How soon we pay you back",
        "How soon you are repaid",
    }


async def test_what_is_published_is_found_at_once_beside_many_that_were_read(desk):
    """Its words alone are known: it does not stand behind all whose meaning is as well."""

    def alike(tx: Tx) -> None:
        for number in range(14):
            shelve(tx, f"Refund of a voucher, case {number}", "How a voucher is refunded.", audience="internal")

    await desk.transact(TEST, alike)
    await ready(desk)
    for number in range(5):
        title = f"Refund of a voucher in Kestrel {number}"
        await desk.transact(TEST, lambda tx, title=title: shelve(tx, title, "Ask the head.", audience="internal"))
        assert (await titles(desk, title.lower(), AGENT))[0] == title


async def test_what_says_something_else_is_found_by_that_at_once_beside_many_that_were_read(desk):
    def alike(tx: Tx) -> str:
        for number in range(14):
            shelve(tx, f"Refund of a voucher, case {number}", "How a voucher is refunded.", audience="internal")
        return shelve(tx, "Washing wool", "By hand.", audience="internal")

    def rewritten(tx: Tx, text_id: str) -> None:
        title = "Refund of a voucher in Kestrel"
        tx.execute(sa.update(revisions).where(revisions.c.text_id == text_id).values(title=title))
        tx.update(article_texts, text_id, title=title)
        index.put(tx, text_id)

    wool = await desk.transact(TEST, alike)
    await ready(desk)
    assert (await titles(desk, "refund of a voucher in kestrel", AGENT))[:1] != ["Washing wool"]
    await desk.transact(TEST, rewritten, wool)
    assert (await titles(desk, "refund of a voucher in kestrel", AGENT))[0] == "Refund of a voucher in Kestrel"


async def test_what_is_published_is_found_by_its_meaning_without_waiting_for_the_next_look(
    database_url, tmp_path, manual_clock, monkeypatch
):
    async with open_help(tmp_path, database_url, manual_clock) as house:
        await write(house, "Opening an account")
        known, looked = await ready(house.desk), asyncio.Event()
        look = known.look

        async def looks(desk: Desk) -> None:
            await look(desk)
            looked.set()

        monkeypatch.setattr(known, "look", looks)
        looking = asyncio.create_task(known.run(house.desk, look_s=None))
        await looked.wait()  # the one with which it begins; there is no other but for what is heard
        runner = Runner(house.desk, {vectors.ReadMeanings: HANDLERS[vectors.ReadMeanings]})

        await write(house, "When your refund arrives")
        changed = ArticleChanged(id="a", what="published")
        await known.hear([Logged(position=1, at=manual_clock.now(), actor="test", event=changed)])

        async with asyncio.timeout(60):
            while await titles(house.desk, QUESTION) == []:
                await runner.run_due()
                await asyncio.sleep(0.01)
        looking.cancel()


class Slow:
    """Knows what is near when a test says so."""

    def __init__(self) -> None:
        self.begun: Future[Near] = Future()
        self.asked: list[str] = []

    def near_words(self, words: str) -> Future[Near]:
        self.asked.append(words)
        return self.begun

    def near_text(self, text_id: str) -> Future[Near]:
        return self.near_words(text_id)
