"""Writing articles, on each database: nobody's words are lost, readers see what was published and nothing else."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor, Tx
from desk.organization.rows import put
from desk.tables import events, organization
from knowledgebase.handlers import HANDLERS
from knowledgebase.readers import CUSTOMER, PUBLIC, WRITER, Reader
from knowledgebase.reading import site_maps
from knowledgebase.reading.browsing import in_topic, topics
from knowledgebase.reading.published import Article, Moved, listed, read, read_text
from knowledgebase.reading.staff_lists import Wanted
from knowledgebase.reading.staff_lists import shelf as listed_for_staff
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from knowledgebase.tables import article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, categories, plans, publishing, revisions, snippets, translations
from knowledgebase.writing.comparing import compared
from tests.integration.kernel.conftest import a_desk

WRITER_1 = Actor(kind="user", id="writer-1", role="supervisor", name="Wei")
WRITER_2 = Actor(kind="user", id="writer-2", role="supervisor", name="Eva")
AGENT = Actor(kind="user", id="agent-1", role="agent", name="Bo")
COLLEAGUE = Reader(audience="internal")


class Shelf:
    """The knowledge base as its writers use it."""

    def __init__(self, desk: Desk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock

    async def does(self, use_case: Callable[..., Any], *args: Any, by: Actor = WRITER_1, **kwargs: Any) -> Any:
        return await self.desk.transact(by, use_case, *args, **kwargs)

    async def asks(self, query: Callable[..., Any], *args: Any, by: Actor = WRITER_1, **kwargs: Any) -> Any:
        return await self.desk.read(by, query, *args, **kwargs)

    async def writes(self, title: str = "Where is my parcel?", by: Actor = WRITER_1, **more: Any) -> articles.Created:
        said = {"body": "Look at the link in our mail.", "language": "en", "audience": "public"} | more
        made: articles.Created = await self.does(articles.create, title=title, by=by, **said)
        return made

    async def saves(self, text_id: str, by: Actor = WRITER_1, **more: Any) -> int:
        said = {"title": "Where is my parcel?", "body": "Ask us.", "summary": "", "note": "", "base": 1} | more
        number: int = await self.does(articles.save, text_id, by=by, **said)
        return number

    async def reads(self, slug: str, reader: Reader = PUBLIC) -> Any:
        return await self.asks(read, slug, reader)

    async def text(self, text_id: str) -> Any:
        return await self.asks(lambda rx: rx.one(article_texts, text_id))

    async def passes(self, time: timedelta) -> None:
        self.clock.advance(time)
        await Runner(self.desk, HANDLERS).run_due()


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Shelf]:
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        yield Shelf(desk, manual_clock)


def needing_review(tx: Tx) -> None:
    put(tx, organization, "articles_need_review", value=True)


def team(tx: Tx) -> None:
    put(tx, organization, "teams", value={"billing": {"name": "Billing", "members": []}})


async def test_readers_see_what_was_published_and_not_what_is_being_written(shelf):
    made = await shelf.writes()
    assert made.slug == "where-is-my-parcel"
    assert await shelf.reads(made.slug) is None

    await shelf.does(publishing.publish, made.text_id)
    number = await shelf.saves(made.text_id, body="Ask us on the phone.")

    seen = await shelf.reads(made.slug)
    assert isinstance(seen, Article)
    assert (number, seen.revision, seen.body) == (2, 1, "Look at the link in our mail.")
    await shelf.does(publishing.publish, made.text_id)
    assert (await shelf.reads(made.slug)).body == "Ask us on the phone."


async def test_who_saves_later_overwrites_nothing(shelf):
    made = await shelf.writes()
    await shelf.saves(made.text_id, body="Mine.", by=WRITER_1)

    with pytest.raises(Stale):
        await shelf.saves(made.text_id, body="Also mine.", by=WRITER_2)

    assert await shelf.saves(made.text_id, body="Both of ours.", by=WRITER_2, base=2) == 3
    assert (await shelf.asks(revisions.said, made.text_id, 2)).body == "Mine."


async def test_saving_what_stands_there_already_is_no_revision(shelf):
    made = await shelf.writes()
    await shelf.does(publishing.publish, made.text_id)

    assert await shelf.saves(made.text_id, body="Look at the link in our mail.") == 1
    assert (await shelf.text(made.text_id)).stage == "published"


async def test_where_a_review_is_needed_nobody_approves_their_own(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes()
    with pytest.raises(Conflict, match="second person"):
        await shelf.does(publishing.publish, made.text_id)
    with pytest.raises(Conflict, match="second person"):
        await shelf.writes("At once", state="published")

    await shelf.does(publishing.submit, made.text_id)
    with pytest.raises(Forbidden):
        await shelf.does(publishing.approve, made.text_id, by=WRITER_1)
    await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    await shelf.does(publishing.publish, made.text_id)

    assert await shelf.reads(made.slug) is not None


async def test_agents_do_not_write(shelf):
    with pytest.raises(Forbidden):
        await shelf.writes(by=AGENT)
    with pytest.raises(Forbidden):
        await shelf.writes(by=Actor.customer("eva"))


async def test_a_new_title_is_a_new_address_and_the_old_one_leads_to_it(shelf):
    made = await shelf.writes("Returns", state="published")
    await shelf.saves(made.text_id, title="How to send something back")
    assert isinstance(await shelf.reads("returns"), Article)  # readers know it by the old title still

    await shelf.does(publishing.publish, made.text_id)

    assert await shelf.reads("returns") == Moved(slug="how-to-send-something-back")
    other = await shelf.writes("Returns", state="published")
    assert other.slug == "returns-2"

    await shelf.saves(made.text_id, title="Returns", base=2)
    await shelf.does(publishing.publish, made.text_id)
    assert isinstance(await shelf.reads("returns"), Article)
    assert await shelf.reads("how-to-send-something-back") == Moved(slug="returns")


async def test_what_nobody_sees_is_in_no_address_and_one_that_has_it_leads_to_the_article(shelf):
    made = await shelf.writes("Rech\u00adnung im Kunden\u200bkonto", state="published")
    assert made.slug == "rechnung-im-kundenkonto"
    assert await shelf.reads("rech\u00adnung-im-kundenkonto") == Moved(slug=made.slug)
    with pytest.raises(Invalid):
        await shelf.does(articles.rename, made.text_id, "rech\u00adnung")


async def test_an_address_is_chosen_and_belongs_to_one(shelf):
    made = await shelf.writes(state="published")
    other = await shelf.writes("Refunds", state="published")

    await shelf.does(articles.rename, made.text_id, "parcels")
    with pytest.raises(Conflict):
        await shelf.does(articles.rename, other.text_id, "parcels")
    with pytest.raises(Conflict):
        await shelf.does(articles.rename, other.text_id, "where-is-my-parcel")
    for bad in ("", "Two Words", "a--b", "-a", "x" * 121, "../admin", "a/b"):
        with pytest.raises(Invalid):
            await shelf.does(articles.rename, other.text_id, bad)

    assert await shelf.reads("where-is-my-parcel") == Moved(slug="parcels")


async def test_where_articles_need_a_review_nobody_puts_words_into_an_address_alone(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes()
    await shelf.does(articles.rename, made.text_id, "parcels")  # whoever approves sees it
    await shelf.does(publishing.submit, made.text_id)
    with pytest.raises(Conflict):
        await shelf.does(articles.rename, made.text_id, "ring-0900-now")
    await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    await shelf.does(publishing.publish, made.text_id, at=shelf.clock.now() + timedelta(hours=1))
    await shelf.saves(made.text_id, title="Parcels")
    with pytest.raises(Conflict):
        await shelf.does(articles.rename, made.text_id, "ring-0900-now")
    await shelf.passes(timedelta(hours=1))
    with pytest.raises(Conflict):
        await shelf.does(articles.rename, made.text_id, "ring-0900-now")
    assert await shelf.reads("ring-0900-now") is None and await shelf.reads("parcels") is not None


async def test_a_title_that_nobody_has_published_leaves_no_address_behind(shelf):
    made = await shelf.writes("Untitled")
    await shelf.saves(made.text_id, title="Store card")

    assert (await shelf.text(made.text_id)).slug == "store-card"
    assert (await shelf.writes("Untitled")).slug == "untitled"


@pytest.mark.parametrize("take", [publishing.unpublish, publishing.archive])
async def test_what_was_taken_from_readers_comes_back_under_its_new_title(shelf, take):
    made = await shelf.writes("Returns", state="published")
    await shelf.does(take, made.text_id)
    await shelf.saves(made.text_id, title="How to send something back")
    assert (await shelf.text(made.text_id)).slug == "returns"  # no draft makes an address of what readers knew

    await shelf.does(publishing.publish, made.text_id)

    assert (await shelf.reads("how-to-send-something-back")).title == "How to send something back"
    assert await shelf.reads("returns") == Moved(slug="how-to-send-something-back")


async def test_a_chosen_address_stays_when_the_same_title_comes_back(shelf):
    made = await shelf.writes("Returns", state="published")
    await shelf.does(publishing.unpublish, made.text_id)
    await shelf.does(articles.rename, made.text_id, "send-back")
    await shelf.saves(made.text_id, title="Returns", body="Pack it well.")

    await shelf.does(publishing.publish, made.text_id)

    assert (await shelf.reads("send-back")).body == "Pack it well."


async def test_it_is_published_and_ends_when_planned(shelf):
    made = await shelf.writes()
    tomorrow = shelf.clock.now() + timedelta(days=1)
    await shelf.does(publishing.publish, made.text_id, at=tomorrow)
    await shelf.does(publishing.expire, made.text_id, at=tomorrow + timedelta(days=1))
    await shelf.saves(made.text_id, body="Not ready yet.")
    assert await shelf.asks(plans.planned, made.text_id) == 1
    await shelf.passes(timedelta(hours=23))
    assert await shelf.reads(made.slug) is None

    await shelf.passes(timedelta(hours=1))
    assert (await shelf.reads(made.slug)).body == "Look at the link in our mail."
    assert (await shelf.text(made.text_id)).stage == "draft"

    await shelf.passes(timedelta(days=1))
    assert await shelf.reads(made.slug) is None
    assert (await shelf.text(made.text_id)).stage == "draft"


async def test_a_time_that_was_moved_or_taken_back_does_nothing(shelf):
    made = await shelf.writes()
    now = shelf.clock.now()
    await shelf.does(publishing.publish, made.text_id, at=now + timedelta(hours=1))
    await shelf.does(publishing.publish, made.text_id, at=now + timedelta(hours=3))
    await shelf.passes(timedelta(hours=2))
    assert await shelf.reads(made.slug) is None

    await shelf.does(publishing.cancel_publication, made.text_id)
    claimed = plans.PublishText(text_id=made.text_id, revision=1, approved=True)
    await shelf.does(publishing.publish_due, claimed)
    await shelf.passes(timedelta(hours=2))
    assert await shelf.reads(made.slug) is None


async def test_what_is_put_away_is_gone_and_can_be_taken_up(shelf):
    made = await shelf.writes(state="published")
    await shelf.does(publishing.archive, made.text_id)
    assert await shelf.reads(made.slug) is None
    with pytest.raises(Conflict):
        await shelf.does(publishing.publish, made.text_id)

    await shelf.does(publishing.take_up, made.text_id)
    await shelf.does(publishing.publish, made.text_id)
    await shelf.does(publishing.unpublish, made.text_id)
    assert await shelf.reads(made.slug) is None
    with pytest.raises(Conflict):
        await shelf.does(publishing.unpublish, made.text_id)


async def test_going_back_is_a_new_revision(shelf):
    made = await shelf.writes()
    await shelf.saves(made.text_id, body="One\nTwo changed\nThree")
    assert await shelf.does(revisions.restore, made.text_id, 1, base=2) == 3

    before, after = await shelf.asks(revisions.beside, made.text_id, 2, 3)
    assert [line.kind for _, line in compared(before.body, after.body)] == ["changed", "removed", "removed"]
    assert [row.number for row in await shelf.asks(revisions.revisions_of, made.text_id, limit=2)] == [3, 2]
    with pytest.raises(NotFound):
        await shelf.does(revisions.restore, made.text_id, 9, base=3)


async def test_a_translation_is_behind_until_it_says_what_the_original_says(shelf):
    made = await shelf.writes(state="published")
    chinese = await shelf.does(translations.translate, made.id, "zh", title="包裹在哪里？", body="请看邮件里的链接。")
    await shelf.does(publishing.publish, chinese.text_id)
    seen = await shelf.reads("包裹在哪里")
    assert (seen.language, seen.is_behind, seen.translations) == ("zh", False, (("en", made.slug),))

    await shelf.saves(made.text_id)
    assert not (await shelf.reads("包裹在哪里")).is_behind  # nobody reads the new one yet
    await shelf.does(publishing.publish, made.text_id)
    assert (await shelf.reads("包裹在哪里")).is_behind
    assert await shelf.asks(translations.behind, made.id) == {"zh": 1}

    said = {"title": "包裹在哪里？", "body": "请问我们。"}
    await shelf.saves(chinese.text_id, **said, translates=2)
    assert not (await shelf.reads("包裹在哪里")).is_behind


async def test_translations_are_of_the_original_and_one_a_language(shelf):
    made = await shelf.writes(state="published")
    chinese = await shelf.does(translations.translate, made.id, "zh-CN")
    assert chinese.id == made.id
    for again in ("zh", "en", "zh-Hans"):
        with pytest.raises(Conflict):
            await shelf.does(translations.translate, made.id, again)
    for wrong in ("xx", "english", "", "en-", "zh-Hant-TW-x", "e\u202en"):
        with pytest.raises(Invalid):
            await shelf.does(translations.translate, made.id, wrong)
    with pytest.raises(NotFound):
        await shelf.does(translations.translate, chinese.text_id, "fr")  # a text is no article
    with pytest.raises(Invalid, match="nothing to read"):
        await shelf.does(publishing.publish, chinese.text_id)
    with pytest.raises(Invalid):
        await shelf.saves(made.text_id, translates=1)


async def test_each_reads_what_is_for_them(shelf):
    await shelf.does(team)
    for audience in ("public", "customers", "internal"):
        await shelf.writes(audience, audience=audience, state="published")
    await shelf.writes("billing", audience="internal", team="billing", state="published")
    clerk = Reader(audience="internal", teams=frozenset({"billing"}))

    every = await shelf.asks(lambda rx: [row.id for row in rx.all(articles_table.select())])

    async def seen(reader: Reader) -> set[str]:
        names = ("public", "customers", "internal", "billing")
        one_by_one = {name for name in names if await shelf.reads(name, reader)}
        assert one_by_one == {one.slug for one in await shelf.asks(listed, every, reader, None)}
        return one_by_one

    assert await seen(PUBLIC) == {"public"} == {one.slug for one in await shelf.asks(site_maps.part, 0, size=100)}
    assert await seen(CUSTOMER) == {"public", "customers"}
    assert await seen(COLLEAGUE) == {"public", "customers", "internal"}
    assert await seen(clerk) == await seen(WRITER) == {"public", "customers", "internal", "billing"}


async def test_an_article_for_others_now_is_gone_for_those_before(shelf):
    made = await shelf.writes(state="published")
    await shelf.does(articles.describe, made.id, audience="internal", tags=["Post ", "post", "DHL"])

    assert await shelf.reads(made.slug) is None
    assert (await shelf.reads(made.slug, COLLEAGUE)).tags == ("dhl", "post")
    for wrong in (
        {"audience": "all"},
        {"team": "nobody"},
        {"category_id": "x"},
        {"owner_id": "x"},
        {"tags": ["a"] * 21 + list("bcdefghijklmnopqrstuvw")},
    ):
        with pytest.raises(Invalid) as refused:
            await shelf.does(articles.describe, made.id, **wrong)
        assert refused.value.errors[0][0] == next(iter(wrong))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 301),
        ("title", "paid \u202efdp.exe"),
        ("title", "bell \x07"),
        ("body", "x" * 10_000_000),
        ("body", "{{snippet:a}}" * 201),
        ("language", "klingon"),
        ("audience", "everybody"),
        ("team", "billing"),
        ("state", "archived"),
    ],
)
async def test_what_cannot_be_kept_is_told_by_its_field(shelf, field, value):
    with pytest.raises(Invalid) as refused:
        await shelf.writes(**{field: value})
    assert [name for name, _ in refused.value.errors] == [field]


async def test_categories_are_a_tree(shelf):
    add = categories.add
    top = await shelf.does(add, names={"en": "Delivery", "zh": "配送"})
    mid = await shelf.does(add, names={"en": "Parcels"}, parent_id=top)
    low = await shelf.does(add, names={"en": "Lost"}, parent_id=mid)
    for under in (top, mid, low):
        with pytest.raises(Invalid, match="under itself"):
            await shelf.does(categories.move, top, under)
    deep = low
    for _ in range(categories.DEEPEST - 3):
        deep = await shelf.does(add, names={"en": "Deeper"}, parent_id=deep)
    with pytest.raises(Invalid, match="levels"):
        await shelf.does(add, names={"en": "Too deep"}, parent_id=deep)

    made = await shelf.writes(category_id=low, state="published")
    assert [one.name for one in (await shelf.reads(made.slug)).category] == ["Delivery", "Parcels", "Lost"]
    seen = await shelf.asks(topics, PUBLIC, "zh-Hant")
    assert [(one.name, one.depth) for one in seen] == [("配送", 0), ("Parcels", 1), ("Lost", 2)]
    assert [one.slug for one in await shelf.asks(in_topic, low, PUBLIC, "en", limit=9)] == [made.slug]
    for used in (low, top):
        with pytest.raises(Conflict):
            await shelf.does(categories.remove, used, version=0)
    with pytest.raises(Conflict):
        await shelf.does(add, names={"en": "Delivery"}, slug="delivery")


async def test_snippets_are_put_in_for_readers(shelf):
    await shelf.does(snippets.put, name="hours", language="en", body="Nine to five.")
    await shelf.does(snippets.put, name="hours", language="zh", body="九点到五点。")
    made = await shelf.writes(body="We are there: {{snippet:hours}}", state="published")
    assert (await shelf.reads(made.slug)).body == "We are there: Nine to five."
    with pytest.raises(Invalid, match="no snippet called nights"):
        await shelf.writes("Nights", body="{{snippet:nights}}", state="published")
    with pytest.raises(Invalid, match="no other snippet"):
        await shelf.does(snippets.put, name="loop", language="en", body="{{snippet:loop}}")

    every = await shelf.asks(snippets.every)
    await shelf.does(snippets.remove, every[0].id, version=every[0].version)
    with pytest.raises(Conflict):
        await shelf.does(snippets.remove, every[1].id, version=every[1].version)
    assert (await shelf.reads(made.slug)).body == "We are there: 九点到五点。"


async def test_an_article_is_read_in_the_nearest_language(shelf):
    made = await shelf.writes(state="published")
    chinese = await shelf.does(translations.translate, made.id, "zh-TW", title="包裹", body="請看郵件。")
    await shelf.does(publishing.publish, chinese.text_id)

    async def language(wanted: str | None) -> str:
        return str((await shelf.asks(read_text, made.id, wanted, PUBLIC)).language)

    assert [await language(one) for one in ("zh", "zh-Hant", "en-GB", "fr", None)] == [
        "zh-Hant",
        "zh-Hant",
        "en",
        "en",
        "en",
    ]


async def found(shelf: Shelf, words: str, reader: Reader = PUBLIC) -> list[str]:
    return [hit.title for hit in (await shelf.asks(search, words=words, reader=reader, meaning=WORDS_ALONE)).hits]


async def test_search_knows_at_once_what_readers_see(shelf):
    made = await shelf.writes(body="A courier brings it.")
    assert await found(shelf, "courier") == []
    await shelf.does(publishing.publish, made.text_id)
    assert await found(shelf, "courier") == ["Where is my parcel?"]

    await shelf.does(articles.describe, made.id, audience="internal")
    assert await found(shelf, "courier") == []
    assert await found(shelf, "courier", COLLEAGUE) == ["Where is my parcel?"]
    await shelf.does(publishing.expire, made.text_id, at=shelf.clock.now())
    assert await found(shelf, "courier", WRITER) == []


async def test_search_knows_what_a_snippet_says_now(shelf):
    await shelf.does(snippets.put, name="hours", language="en", body="From nine.")
    await shelf.writes("When", body="{{snippet:hours}}", state="published")
    assert await found(shelf, "nine") == ["When"]

    await shelf.does(snippets.put, name="hours", language="en", body="From eleven.", version=0)
    await shelf.passes(timedelta())

    assert (await found(shelf, "nine"), await found(shelf, "eleven")) == ([], ["When"])


GUIDE = "```guide\n? start: Is the courier there?\n  - Yes -> door\n= door: Open the letterbox.\n```"


async def test_a_guide_is_published_only_when_it_can_be_followed(shelf):
    made = await shelf.writes(body=GUIDE.replace("-> door", "-> start"))
    for step in (publishing.submit, publishing.publish):
        with pytest.raises(Invalid, match="guide 1, line 1: the way comes back: start → start"):
            await shelf.does(step, made.text_id)
    with pytest.raises(Invalid, match="guide 1, line 2: there is no step “porch”"):
        await shelf.does(snippets.put, name="ways", language="en", body=GUIDE.replace("-> door", "-> porch"))

    await shelf.does(snippets.put, name="answer", language="en", body="= door: Open\nthe *letterbox*.")
    await shelf.saves(made.text_id, body=GUIDE.replace("= door: Open the letterbox.", "{{snippet:answer}}"))
    await shelf.does(publishing.publish, made.text_id)

    (hit,) = (await shelf.asks(search, words="open letterbox", reader=PUBLIC, meaning=WORDS_ALONE)).hits
    assert hit.text_id == made.text_id
    assert hit.snippet == "", "an answer holds only for who was asked"


async def test_who_sends_back_says_why(shelf):
    made = await shelf.writes()
    await shelf.does(publishing.submit, made.text_id)
    with pytest.raises(Invalid):
        await shelf.does(publishing.send_back, made.text_id, "  ")

    await shelf.does(publishing.send_back, made.text_id, "The link is missing.", by=WRITER_2)
    assert (await shelf.text(made.text_id)).sent_back == "The link is missing."

    await shelf.saves(made.text_id)
    assert (await shelf.text(made.text_id)).sent_back == ""


async def test_an_article_is_looked_through(shelf):
    made = await shelf.writes(state="published")
    shelf.clock.advance(timedelta(days=90))
    await shelf.does(articles.check, made.id, review_due_at=shelf.clock.now() + timedelta(days=180))

    seen = await shelf.reads(made.slug)
    assert (seen.checked_at, seen.published_at) == (shelf.clock.now(), shelf.clock.now() - timedelta(days=90))


async def test_what_one_expects_is_as_it_was_seen(shelf):
    made = await shelf.writes()
    article = await shelf.asks(lambda rx: rx.one(articles_table, made.id))
    await shelf.does(articles.expect, made.id, article.edition)
    await shelf.does(articles.describe, made.id, tags=["post"])
    await shelf.does(articles.expect, made.id, None)
    with pytest.raises(Stale):
        await shelf.does(articles.expect, made.id, article.edition)


async def test_the_log_says_who_did_what(shelf):
    made = await shelf.writes()
    await shelf.does(publishing.publish, made.text_id, by=WRITER_2)

    rows = await shelf.asks(lambda rx: rx.all(sa.select(events).order_by(events.c.id)))
    assert [(row.name, row.actor, row.data["what"], row.data["revision"]) for row in rows] == [
        ("article.changed", "user:writer-1", "created", 1),
        ("article.changed", "user:writer-2", "published", 1),
    ]


async def test_agents_read_the_published_title_and_by_it_a_topic_is_sorted(shelf):
    category = await shelf.does(categories.add, names={"en": "Post"})
    made = await shelf.writes("Alpha", category_id=category, state="published")
    await shelf.writes("Beta", category_id=category, state="published")
    await shelf.saves(made.text_id, title="Zebra: we are being sold")
    agent, writer = Reader(audience="internal"), Reader(audience="internal", writes=True)

    async def titles(reader: Reader, wanted: Wanted) -> set[str]:
        return {row.title for row in (await shelf.asks(listed_for_staff, reader, wanted)).rows}

    for wanted in (Wanted(), Wanted(words="Alpha"), Wanted(tab="draft")):
        assert ("Alpha" in await titles(agent, wanted)) is (wanted.tab == "")
        assert "Zebra: we are being sold" in await titles(writer, wanted)
        assert "Zebra: we are being sold" not in await titles(agent, wanted)
    assert [one.title for one in await shelf.asks(in_topic, category, PUBLIC, "en", limit=9)] == ["Alpha", "Beta"]


@pytest.mark.parametrize("tab", ["draft", "in_review", "approved", "published", "archived", "opening"])
@pytest.mark.parametrize("words", ["", "Alpha"])
async def test_no_list_tells_who_does_not_write_that_a_published_article_is_worked_on(shelf, tab, words):
    await shelf.does(needing_review)
    made = await shelf.writes("Alpha", audience="internal")
    await shelf.does(publishing.submit, made.text_id)
    await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    await shelf.does(publishing.publish, made.text_id)

    async def told() -> list[tuple[str, Any]]:
        found = await shelf.asks(listed_for_staff, COLLEAGUE, Wanted(tab=tab, words=words))
        return [(row.title, row.changed_at) for row in found.rows]

    before = await told()
    assert [title for title, _ in before] == (["Alpha"] if tab == "published" else [])

    await shelf.passes(timedelta(days=1))
    await shelf.does(articles.describe, made.id, audience="public")
    assert await told() == before
    await shelf.saves(made.text_id, title="Zebra")
    assert await told() == before
    await shelf.does(publishing.submit, made.text_id)
    assert await told() == before
    await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    assert await told() == before
