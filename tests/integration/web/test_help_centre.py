"""The help centre as readers meet it: topics, articles, search, languages, feedback; and what machines read of it."""

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa

from channels.types import Arrival
from desk.contacts.chats import visitor_left
from desk.contacts.intake import receive
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.kernel.transaction import Row
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import agents, interactions
from knowledgebase.index_tables import article_index
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import site_maps, views
from knowledgebase.reading.questions import GAVE_UP, asked_in_chat, ended
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from knowledgebase.tables import article_feedback, article_texts, categories, questions
from knowledgebase.writing import articles, publishing
from knowledgebase.writing.categories import add
from routing.estimates import Wait
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.web.front import SYSTEM, Front
from tests.integration.web.help_house import WRITER, fill, open_help, says, text_of, words_of, write, write_also
from web.accepted_languages import accepted
from web.pages.help.waits import in_words
from web.pages.help.words import WORDS

#: An article that is written in Chinese only.
MOVING = "搬家后怎样改地址"


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, database_url, manual_clock) as opened:
        yield opened


async def rows(house: Front, table: sa.Table) -> list[Row]:
    return list(await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))


def graph(page: str) -> dict[str, Any]:
    """What an article's page tells machines of it."""
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found: dict[str, Any] = orjson.loads(data)["@graph"][0]
    return found


def located(xml: str) -> list[str]:
    """The addresses in a site map."""
    tree = ElementTree.fromstring(xml)  # noqa: S314  # our own
    return [node.text or "" for node in tree.iter() if node.tag.endswith("}loc")]


async def test_an_empty_help_centre_says_what_will_stand_there(house):
    page = await text_of(house.browser(), "/help")
    assert "Articles will stand here, by topic." in page
    assert "measured" not in page  # nobody works here: no wait is known, and none is told


async def test_a_reader_goes_from_the_first_page_by_a_topic_to_an_article(house):
    await fill(house)
    browser = house.browser()

    first = await text_of(browser, "/help")
    assert 'href="/help/c/returns"' in first and "How to send back, when the money comes" in first
    topic = await text_of(browser, "/help/c/returns")
    assert topic.index("Cancel an order") < topic.index("When does my refund arrive?")
    page = await text_of(browser, "/help/a/when-does-my-refund-arrive")
    assert "Checked on 2 March 2026 · 1 minute to read" in page
    assert "<b>In short:</b> In five days." in page
    assert '<h2 id="s-how-long-it-takes">How long it takes</h2>' in page
    assert '<a href="#s-if-it-has-not-come">If it has not come</a>' in page
    assert "Cancel an order" in words_of(page.split("Related")[1])


async def test_a_topic_leads_to_those_within_it_in_which_there_is_something(house):
    async def topic(slug: str, parent_id: str | None = None) -> str:
        made: str = await house.desk.transact(WRITER, add, names={"en": slug.title()}, slug=slug, parent_id=parent_id)
        return made

    top = await topic("delivery")
    within, empty = await topic("abroad", top), await topic("nowhere", top)
    deep, beside = await topic("islands", within), await topic("returns-here")
    await write(house, "By boat", category_id=deep)
    await write(house, "Secret", category_id=empty, audience="internal")
    await write(house, "Back", category_id=beside)
    browser = house.browser()

    first = await text_of(browser, "/help")
    assert re.findall(r'href="/help/c/([\w-]+)"', first) == ["delivery", "returns-here"]
    page = await text_of(browser, "/help/c/delivery")
    assert re.findall(r'href="/help/c/([\w-]+)"', page) == ["abroad"]
    page = await text_of(browser, "/help/c/islands")
    assert re.findall(r'href="/help/c/([\w-]+)"', page) == ["delivery", "abroad"] and "By boat" in page
    assert (await browser.get("/help/c/nowhere")).status == 404


async def test_beside_an_article_stands_what_else_is_in_its_topic_where_nothing_is_about_the_same(house):
    topic = await house.desk.transact(WRITER, add, names={"en": "Odds"}, slug="odds")
    await write(house, "Xyzzy", body="Plugh.", category_id=topic)
    await write(house, "Frotz", body="Gnusto.", category_id=topic)

    page = await text_of(house.browser(), "/help/a/xyzzy")

    assert "Frotz" in words_of(page.split("Related")[1])


async def test_the_language_is_the_one_of_the_address_or_the_one_the_browser_likes(house):
    await fill(house)
    browser = house.browser()

    assert "需要什么帮助？" in await text_of(browser, "/help", **{"Accept-Language": "de, zh-CN;q=0.8, en;q=0.5"})
    hant = await text_of(browser, "/help?lang=zh-TW", **{"Accept-Language": "en"})
    assert '<html lang="zh-Hant">' in hant and "退貨與退款" in hant
    assert 'href="/help/c/returns?lang=zh-Hant"' in hant
    assert 'hreflang="zh-Hans" href="http://127.0.0.1:8080/help?lang=zh"' in hant
    chinese = await text_of(browser, "/help/c/returns?lang=zh")
    assert "退款什么时候到账？" in chinese
    page = await text_of(
        browser, re.findall(r'href="(/help/a/[^"]*)"><?[^<]*退款什么时候', chinese)[0], **{"Accept-Language": "en"}
    )
    assert '<html lang="zh">' in page and "这解答了您的问题吗？" in page
    assert 'hreflang="en" href="http://127.0.0.1:8080/help/a/when-does-my-refund-arrive"' in page


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-HK,en;q=0.9", "zh-Hant"),
        ("fr, zh;q=0.2", "zh"),
        ("en;q=0.1, zh-Hans;q=0.2", "zh"),
        ("zh;q=0, en", "en"),
        ("zh;q=x", "en"),
        ("*," * 500, "en"),
    ],
)
def test_what_a_browser_likes(header, language):
    assert accepted(header) == language


def test_every_language_says_everything():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


async def test_an_article_is_in_its_own_language_wherever_it_is_read(house):
    slugs = await fill(house)
    browser = house.browser()
    page = await text_of(browser, f"/help/a/{slugs['refund']}?lang=zh")
    assert re.findall(r'lang="([^"]+)" hreflang="[^"]+" aria-current="true"', page) == ["en"]
    assert 'property="og:locale" content="en_GB"' in page
    page = await text_of(browser, f"/help/a/{slugs['chinese']}?lang=en")
    assert re.findall(r'lang="([^"]+)" hreflang="[^"]+" aria-current="true"', page) == ["zh-Hans"]
    assert 'property="og:locale" content="zh_CN"' in page


async def test_search_engines_are_told_the_first_page_that_is_in_the_readers_language(house):
    for path in ("/help", "/help?lang=zh"):
        assert 'hreflang="x-default" href="http://127.0.0.1:8080/help"' in await text_of(house.browser(), path)


async def test_an_old_address_leads_on_for_good(house):
    slugs = await fill(house)
    await house.desk.transact(WRITER, articles.rename, slugs["refund:id"], "refund-times")
    browser = house.browser()

    moved = await browser.get("/help/a/when-does-my-refund-arrive", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, "/help/a/refund-times")
    assert 'rel="canonical" href="http://127.0.0.1:8080/help/a/refund-times"' in await text_of(
        browser, "/help/a/refund-times"
    )


async def test_what_was_kept_is_asked_for_again(house):
    await fill(house)
    browser = house.browser()

    for path in ("/help", "/help/c/returns", "/help/a/cancel-an-order", "/sitemap.xml", "/help/feed.atom"):
        first = await browser.get(path)
        assert first.headers["Cache-Control"] == "public, no-cache", path
        again = await browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status, await again.read()) == (304, b""), path
        assert "Accept-Language" in again.headers["Vary"]
    page = await browser.get("/help/a/cancel-an-order")
    assert page.headers["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert page.headers["Content-Encoding"] in ("gzip", "deflate")


async def test_a_search_finds_marks_and_remembers(house):
    slugs = await fill(house)
    browser = house.browser()

    page = await text_of(browser, "/help/search?q=refund+my+Mail+ana@example.org")
    assert "<mark>refund</mark>" in page
    token = re.findall(r"/help/a/when-does-my-refund-arrive\?question=([^\"]+)\"", page)[0]
    (question,) = await rows(house, questions)
    assert (question.door, question.words, question.opened) == ("help", "refund my Mail …", None)
    shown = await text_of(browser, f"/help/a/{slugs['refund']}?question={token}")
    assert token in shown
    await says(browser, slugs["refund"], helpful="yes", question=token)
    (question,) = await rows(house, questions)
    assert (question.opened, question.outcome) == (slugs["refund:id"], "solved")


async def test_of_who_takes_a_yes_back_the_last_word_counts(house):
    slugs = await fill(house)
    browser = house.browser()
    page = await text_of(browser, "/help/search?q=refund")
    token = re.findall(r"/help/a/when-does-my-refund-arrive\?question=([^\"]+)\"", page)[0]
    outcomes = []
    for helpful in ("yes", "no", "yes", "no"):
        await says(browser, slugs["refund"], helpful=helpful, question=token)
        outcomes += [question.outcome for question in await rows(house, questions)]
    assert outcomes == ["solved", "", "solved", ""]
    await house.desk.transact(SYSTEM, ended, (await rows(house, questions))[0].id, GAVE_UP)
    await says(browser, slugs["refund"], helpful="no", question=token)
    assert (await rows(house, questions))[0].outcome == GAVE_UP


async def test_who_loads_a_page_again_asks_no_other_question(house):
    slugs = await fill(house)
    browser, other = house.browser(), house.browser()
    for _ in range(3):
        await text_of(browser, "/help/search?q=refund")
        await text_of(browser, f"/help/a/{slugs['refund']}?q=Refund")
    (question,) = await rows(house, questions)
    assert (question.words, question.opened) == ("refund", slugs["refund:id"])
    await text_of(browser, "/help/search?q=cancel")
    await text_of(other, "/help/search?q=refund", **{"User-Agent": "Another"})
    assert sorted(row.words for row in await rows(house, questions)) == ["cancel", "refund", "refund"]
    house.clock.advance(timedelta(minutes=11))
    await text_of(browser, "/help/search?q=refund")
    assert len(await rows(house, questions)) == 4


async def test_what_is_found_is_narrowed_down_by_topic_and_tag_and_asks_no_other_question(house):
    made = await fill(house)
    trade = await house.desk.transact(WRITER, add, names={"en": "For traders", "zh": "商家"}, slug="traders")
    secret = await house.desk.transact(WRITER, add, names={"en": "Secret plans"}, slug="secret")
    for title in ("A refund for traders", "A refund for traders abroad"):
        await write(house, title, category_id=trade, tags=["vat", "b&b", title[-6:]])
    await write(house, "A refund of ours", category_id=secret, tags=["hush"], audience="internal")
    browser = house.browser()

    page = await text_of(browser, "/help/search?q=refund")
    assert "Secret plans" not in page and "hush" not in page
    narrower = [html.unescape(href) for href in re.findall(r'href="(/help/search[^"]+)" rel="nofollow"', page)]
    assert [re.sub(r"&question=[^&]+", "", href) for href in narrower] == [
        "/help/search?q=refund&topic=returns",
        "/help/search?q=refund&topic=traders",
        "/help/search?q=refund&tag=b%26b",
        "/help/search?q=refund&tag=vat",
    ]
    in_topic = await text_of(browser, narrower[0])
    assert made["refund"] in in_topic and "A <mark>refund</mark> for traders" not in in_topic
    assert "Returns and refunds" in words_of(in_topic)
    as_the_api_says = await text_of(browser, narrower[0].replace("topic=", "category="))
    assert "A <mark>refund</mark> for traders" not in as_the_api_says and "topic=returns" in as_the_api_says
    tagged = await text_of(browser, narrower[2])
    assert "for traders" in tagged and made["cancel"] not in tagged
    assert "for traders" in await text_of(browser, "/help/search?q=refund&tag=ＶＡＴ")
    assert "Nothing found" in await text_of(browser, "/help/search?q=refund&topic=returns&tag=vat")
    assert "商家" in await text_of(browser, "/help/search?q=refund&lang=zh")
    assert len(await rows(house, questions)) == 1  # narrowing down carries the question that was asked
    for topic in ("secret", "no-such", "%22%3E"):
        assert (await browser.get(f"/help/search?q=refund&topic={topic}")).status == 404
    assert "&lt;b&gt;" in await text_of(browser, "/help/search?q=refund&tag=%3Cb%3E")


async def test_a_wait_is_told_where_it_is_known(tmp_path, sqlite_url, manual_clock):
    said = "queues: {general: {name: General}}\nagents: {ana@demo.test: {name: Ana, queues: [general]}}\n"
    async with open_help(tmp_path, sqlite_url, manual_clock) as house:
        await house.desk.transact(SYSTEM, load, read(said))
        await house.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(agents).values(presence="available")))
        for path in ("/help", "/help/search"):
            page = words_of(await text_of(house.browser(), path))
            assert "measured and not wished for. Chat less than 1 min" in page
        assert "不到 1 分钟" in await text_of(house.browser(), "/help?lang=zh")


@pytest.mark.parametrize(
    ("low_s", "high_s", "told"),
    [(0, 40, "less than 1 min"), (0, 120, "up to 2 min"), (240, 420, "4 to 7 min"), (240, 240, "about 4 min")],
)
def test_a_wait_in_words(low_s, high_s, told):
    assert in_words(Wait(low_ms=low_s * 1000, high_ms=high_s * 1000), WORDS["en"]) == told
    assert in_words(None, WORDS["en"]) == ""


async def test_a_reader_of_either_script_is_shown_their_own(house):
    made = await write(house, "退货需要多久", language="zh")
    await write_also(house, made.id, "zh-Hant", "退貨需要多久")
    browser = house.browser()

    for path in ("/help/search?lang={}&q=退貨", "/help/suggest?lang={}&q=退貨", "/help/suggest?lang={}&q=退货"):
        hant = (await text_of(browser, path.format("zh-Hant"))).replace("<mark>", "").replace("</mark>", "")
        assert "退貨需要多久" in hant and "退货需要多久" not in hant
        simplified = (await text_of(browser, path.format("zh"))).replace("<mark>", "").replace("</mark>", "")
        assert "退货需要多久" in simplified and "退貨需要多久" not in simplified


async def test_a_search_says_what_it_did_not_find(house):
    await fill(house)
    browser = house.browser()

    assert "Nothing found for “xyzzy”. Try fewer or other words" in words_of(
        await text_of(browser, "/help/search?q=xyzzy")
    )
    assert "What are you looking for?" in await text_of(browser, "/help/search?q=+")
    assert (await rows(house, questions))[0].hits == 0


async def test_what_is_found_while_typing_is_the_same_in_few_words(house):
    slugs = await fill(house)
    browser = house.browser()

    found = orjson.loads(await text_of(browser, "/help/suggest?q=refu"))
    assert {"When does my refund arrive?", "Cancel an order"} <= {hit["title"] for hit in found["hits"]}
    assert await rows(house, questions) == []
    await text_of(browser, f"/help/a/{slugs['refund']}?q=refu")
    (question,) = await rows(house, questions)
    assert (question.words, question.opened) == ("refu", slugs["refund:id"])


async def test_who_asks_more_than_people_do_waits(house):
    browser = house.browser()

    answers = [(await browser.get("/help/suggest?q=x1")).status for _ in range(121)]

    assert set(answers[:120]) == {200} and answers[120] == 429


async def test_an_article_is_looked_at_by_whoever_opens_it_and_not_by_who_only_finds_it(house, monkeypatch):
    monkeypatch.setattr(views, "COLLECTED_S", 0.0)
    slugs = await fill(house)

    for browser in (house.browser(), await house.signed_in("agent")):
        await text_of(browser, "/help/search?q=refund")
        await text_of(browser, f"/help/a/{slugs['refund']}")

    seen = {row.id: row.views for row in await rows(house, article_texts)}
    assert (seen.pop(slugs["refund:id"]), set(seen.values())) == (2, {0})


async def test_feedback_counts_once_and_a_mind_may_change(house):
    slugs = await fill(house)
    browser = house.browser()

    said = await says(browser, slugs["refund"], helpful="yes")
    assert (said.status, said.headers["Location"]) == (303, f"/help/a/{slugs['refund']}?thanks=yes#feedback")
    cookie = said.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/;" in cookie
    said = await says(browser, slugs["refund"], helpful="no", comment="Which bank?")
    assert "Whoever looks after this article reads it" in await text_of(browser, said.headers["Location"])
    (row,) = await rows(house, article_feedback)
    assert (row.helpful, row.comment) == (False, "Which bank?")
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, slugs["refund:id"]))
    assert (text.helpful, text.unhelpful) == (0, 1)
    await says(house.browser(), slugs["refund"], helpful="yes")
    assert len(await rows(house, article_feedback)) == 2


async def test_a_yes_of_who_waits_in_the_chat_ends_no_wait_and_says_so(house):
    slugs = await fill(house)
    await house.desk.transact(SYSTEM, load, read("queues: {general: {name: General}}"))
    asks = Arrival(channel="chat", external_id="v1:1", address_kind="chat", address="v1", to="widget", text="Refund?")
    (received,) = await house.desk.transact(SYSTEM, receive, [asks])
    about = {"words": "Refund?", "hits": 1, "names": ()}
    question = await house.desk.transact(SYSTEM, lambda tx: asked_in_chat(tx, received.interaction_id, **about))
    token = sign(house.desk.settings.secret_key, "question", question)

    browser = house.browser()

    async def yes() -> str:
        answer = await says(browser, slugs["refund"], helpful="yes", question=token)
        return words_of(await text_of(browser, answer.headers["Location"]))

    assert "You are still in line for a person in the chat" in await yes()
    assert [row.outcome for row in await rows(house, questions)] == ["solved"]
    assert [row.state for row in await rows(house, interactions)] == ["queued"]
    await house.desk.transact(SYSTEM, visitor_left, "v1")
    assert "still in line" not in await yes()
    assert [row.outcome for row in await rows(house, questions)] == ["solved"]


async def test_feedback_without_an_answer_says_nothing(house):
    slugs = await fill(house)

    assert (await says(house.browser(), slugs["refund"])).status == 303
    assert (await says(house.browser(), slugs["refund"], helpful="maybe")).status == 303
    assert await rows(house, article_feedback) == []


async def test_one_address_says_only_so_much(house):
    slugs = await fill(house)

    answers = [(await says(house.browser(), slugs["refund"], helpful="no")).status for _ in range(11)]

    assert answers == [303] * 10 + [429]


async def test_what_was_asked_this_week_stands_on_the_first_page(house):
    slugs = await fill(house)
    browser = house.browser()
    await text_of(browser, f"/help/a/{slugs['refund']}?q=refund")

    page = words_of(await text_of(browser, "/help"))

    assert (
        page.index("Asked most this week") < page.index("When does my refund arrive?") < page.index("Cancel an order")
    )


async def test_what_is_asked_most_is_listed_for_whoever_can_read_it(house):
    slugs = await fill(house)
    moving = await write(house, MOVING, body="改地址。", language="zh")
    browser = house.browser()
    for way in ("地址", "改地址"):
        await text_of(browser, f"/help/a/{moving.slug}?q={way}")
    await text_of(browser, f"/help/a/{slugs['refund']}?q=refund")

    page = words_of(await text_of(browser, "/help"))
    assert "Asked most this week" in page and "When does my refund arrive?" in page and "Cancel an order" in page
    assert MOVING not in page
    for tag in ("zh", "zh-Hant"):
        page = words_of(await text_of(browser, f"/help?lang={tag}"))
        assert page.index(MOVING) < page.index("退款什么时候到账？")
        assert "Cancel an order" not in page


async def test_a_page_in_a_language_in_which_nothing_is_written_lists_what_there_is(house):
    await write(house, MOVING, body="改地址。", language="zh")

    assert MOVING in words_of(await text_of(house.browser(), "/help"))


async def test_search_engines_find_every_public_page_and_no_other(house):
    await fill(house)
    browser = house.browser()

    robots = await text_of(browser, "/robots.txt")
    assert "Sitemap: http://127.0.0.1:8080/sitemap.xml" in robots and "Disallow: /help/search" in robots
    found = located(await text_of(browser, "/sitemap.xml"))
    assert found[:2] == ["http://127.0.0.1:8080/help", "http://127.0.0.1:8080/help/c/returns"]
    assert len(found) == 5
    for address in found:
        await text_of(browser, address.removeprefix("http://127.0.0.1:8080"))
    assert '<meta name="robots" content="noindex">' in await text_of(browser, "/help/search?q=refund")
    assert "noindex" not in await text_of(browser, "/help")


async def test_a_large_help_centre_has_several_site_maps(house, monkeypatch):
    await fill(house)
    monkeypatch.setattr("web.pages.help.machines.MOST_ADDRESSES", 2)
    browser = house.browser()

    parts = [one.removeprefix("http://127.0.0.1:8080") for one in located(await text_of(browser, "/sitemap.xml"))]
    assert len(parts) >= 2
    found = [one for part in parts for one in located(await text_of(browser, part))]
    assert len(found) == len(set(found)) == 5
    for bad in ("%3Cx%3E", "-1", "1e3", "9" * 40, "%D9%A1"):
        assert (await browser.get(f"/sitemap.xml?part={bad}")).status == 404
    assert (await browser.get("/sitemap.xml?part=99999")).status == 404, "no part without an address"


async def test_which_site_maps_there_are_costs_a_look_for_each_and_counts_no_text(house):
    def shelves(tx):
        for number in range(40):
            shelve(tx, f"Return {number}", audience="internal" if number < 9 or 20 <= number < 25 else "public")

    await house.desk.transact(SYSTEM, shelves)

    def asks(rx):
        looks, real = [], rx.all

        def counted(*args, **kwargs):
            looks.append(real(*args, **kwargs))
            return looks[-1]

        rx.all = counted
        return site_maps.parts(rx, size=5), [len(rows) for rows in looks]

    found, looks = await house.desk.read(SYSTEM, asks)
    first = min(row.number for row in await rows(house, article_index))

    assert looks == [1] * len(found) + [0]
    expected = {(first + n - 1) // 5 for n in range(40) if not (n < 9 or 20 <= n < 25)}
    assert found == sorted(expected)
    addresses = [one.slug for part in found for one in await house.desk.read(SYSTEM, site_maps.part, part, size=5)]
    assert len(addresses) == len(set(addresses)) == 26


async def test_the_feed_has_what_is_new_in_one_language(house):
    await fill(house)
    browser = house.browser()

    english = ElementTree.fromstring(await text_of(browser, "/help/feed.atom?lang=en"))  # noqa: S314  # our own
    titles = {node.text for node in english.iter() if node.tag.endswith("}title")}
    assert {"When does my refund arrive?", "Cancel an order"} < titles and "退款什么时候到账？" not in titles
    assert "退款什么时候到账？" in await text_of(browser, "/help/feed.atom?lang=zh")


async def test_the_feed_keeps_the_rules_of_feeds_and_tells_each_text_in_its_language(house):
    await fill(house)
    atom, lang = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}lang"

    feed = ElementTree.fromstring(await text_of(house.browser(), "/help/feed.atom"))  # noqa: S314  # our own

    for name in ("id", "title", "updated", "author"):  # RFC 4287 4.1.1
        assert len(feed.findall(f"{atom}{name}")) == 1, name
    assert feed.findtext(f"{atom}author/{atom}name")
    entries = {one.findtext(f"{atom}title"): one for one in feed.findall(f"{atom}entry")}
    for entry in entries.values():  # RFC 4287 4.1.2
        assert all(len(entry.findall(f"{atom}{name}")) == 1 for name in ("id", "title", "updated", "link", "summary"))
    assert entries["Cancel an order"].get(lang) == "en"
    assert entries["退款什么时候到账？"].get(lang) == "zh-Hans"
    assert entries["Cancel an order"].findtext(f"{atom}summary") == "The refund goes back the way you paid."
    assert entries["When does my refund arrive?"].findtext(f"{atom}summary") == "In five days."


async def test_a_language_is_called_by_its_own_name(house):
    made = await write(house, "Cancel an order")
    await write_also(house, made.id, "de", "Bestellung stornieren")
    brazilian = await write_also(house, made.id, "pt-BR", "Cancelar um pedido")

    page = await text_of(house.browser(), f"/help/a/{made.slug}")

    assert ">Deutsch</a>" in page and ">Português (BR)</a>" in page
    assert "This article is in Português (BR)." in await text_of(house.browser(), f"/help/a/{brazilian.slug}")


async def test_what_is_published_stays_in_the_feed_while_it_is_written_anew(house):
    slugs = await fill(house)
    more = {"title": "Cancel it", "body": "New.", "summary": "", "note": "", "base": 1}
    await house.desk.transact(WRITER, articles.save, slugs["cancel:id"], **more)

    feed = await text_of(house.browser(), "/help/feed.atom?lang=en")

    assert "<title>Cancel an order</title>" in feed and "Cancel it" not in feed
    assert "Often read" in await text_of(house.browser(), "/help")


async def test_an_article_tells_machines_what_it_is(house):
    slugs = await fill(house)

    page = await text_of(house.browser(), f"/help/a/{slugs['refund']}")

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    article, crumbs = orjson.loads(data)["@graph"]
    assert (article["headline"], article["inLanguage"]) == ("When does my refund arrive?", "en")
    assert [item["name"] for item in crumbs["itemListElement"]][1:] == [
        "Returns and refunds",
        "When does my refund arrive?",
    ]
    assert '<meta property="og:title" content="When does my refund arrive?">' in page
    assert '<meta property="og:description" content="In five days.">' in page


async def test_machines_are_told_since_when_there_is_an_article_where_that_is_known(house):
    made, old = await write(house, "Lamps", body="One."), await write(house, "Beds", body="One.")
    long_ago = {"published_first_at": None}  # before anybody wrote that down
    await house.desk.transact(SYSTEM, lambda tx: tx.update(article_texts, old.text_id, **long_ago))
    first = house.clock.now()
    house.clock.advance(timedelta(days=3))
    for one in (made, old):
        await house.desk.transact(WRITER, publishing.unpublish, one.text_id)
        await house.desk.transact(WRITER, publishing.publish, one.text_id)
    now = house.clock.now()

    said = [graph(await text_of(house.browser(), f"/help/a/{one.slug}")) for one in (made, old)]
    dates = [(one.get("datePublished"), one["dateModified"]) for one in said]
    assert dates == [(first.isoformat(), now.isoformat()), (None, now.isoformat())]
    feed = ElementTree.fromstring(await text_of(house.browser(), "/help/feed.atom"))  # noqa: S314  # our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert {one.findtext(f"{atom}title"): one.findtext(f"{atom}published") for one in feed.iter(f"{atom}entry")} == {
        "Lamps": first.isoformat(), "Beds": None,
    }  # fmt: skip


async def test_an_address_is_spelled_in_one_way_wherever_machines_read_it(house):
    await fill(house)
    browser = house.browser()
    made = await write(house, "When do lamps arrive?")
    other = await write_also(house, made.id, "zh", "灯什么时候到？")
    address = f"http://127.0.0.1:8080/help/a/{quote(other.slug)}"

    page, original = [await text_of(browser, f"/help/a/{one.slug}") for one in (other, made)]

    assert f'<link rel="canonical" href="{address}">' in page and graph(page)["mainEntityOfPage"] == address
    for shown in (page, original):
        assert f'<link rel="alternate" hreflang="zh-Hans" href="{address}">' in shown
    assert address in located(await text_of(browser, "/sitemap.xml"))
    assert f'<link href="{address}"/>' in await text_of(browser, "/help/feed.atom")


async def test_machines_are_told_nothing_of_a_guide_by_an_article_that_says_nothing_in_short(house):
    guide = "```guide\n? a: Is the gift lamp dark?\n- Yes -> b\n= b: Change the gift bulb.\n```"
    made = [await write(house, "Gift lamps", body=f"Lit by a bulb.\n\n{guide}"), await write(house, "Dark", body=guide)]

    lamps, dark = [await text_of(house.browser(), f"/help/a/{one.slug}") for one in made]

    assert '<meta name="description" content="Lit by a bulb.">' in lamps
    assert 'name="description"' not in dark and '"description":' not in lamps
    about = {"words": "gift bulb", "prefers": "en"}
    found = await house.desk.read(SYSTEM, search, reader=PUBLIC, meaning=WORDS_ALONE, **about)
    assert {hit.title: hit.snippet for hit in found.hits} == {"Gift lamps": "Lit by a bulb.", "Dark": ""}


@pytest.mark.parametrize(
    ("liked", "shown"),
    [("en", "退貨要多久"), ("en, zh-CN;q=0.5", "退货要多久"), ("en, zh-HK;q=0.5, zh;q=0.3", "退貨要多久")],
)
async def test_an_english_page_shows_chinese_in_the_script_that_its_reader_names(house, liked, shown):
    made = await write(house, "退貨要多久", language="zh-Hant")
    await write_also(house, made.id, "zh", "退货要多久")
    browser = house.browser()
    for path in ("/help/search?q=退货", "/help/search?q=退貨&lang=en"):
        page = await text_of(browser, path, **{"Accept-Language": liked})
        assert '<html lang="en' in page and re.findall("退[货貨]要多久", re.sub("<[^>]*>", "", page))[0] == shown
    typed = await (await browser.get("/help/suggest?q=退货", headers={"Accept-Language": liked})).json()
    assert [hit["title"] for hit in typed["hits"]] == [shown]


async def test_a_topic_of_many_articles_has_pages(house):
    await fill(house)
    topic = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(categories.c.id)))
    for number in range(50):
        await write(house, f"Return number {number:02}", category_id=topic[0].id)
    browser = house.browser()

    first = await text_of(browser, "/help/c/returns")
    assert 'rel="next" href="/help/c/returns?page=2"' in first
    assert "When does my refund arrive?" in await text_of(browser, "/help/c/returns?page=2")
    for wrong in ("/help/c/returns?page=0", "/help/c/returns?page=x", "/help/c/none", "/help/a/none"):
        assert (await browser.get(wrong)).status == 404, wrong


async def test_a_page_is_light(house):
    await fill(house)

    for path in ("/help", "/help/c/returns", "/help/a/when-does-my-refund-arrive", "/help/search?q=refund"):
        assert len(await text_of(house.browser(), path)) < 12_000, path
