"""While a visitor waits they are shown public articles, and what became of it is measured."""

import threading
from typing import Any

import pytest

from knowledgebase.tables import questions
from knowledgebase.writing import articles, publishing, translations
from tests.integration.sockets.house import PATIENCE_S, open_house, takes_next
from tests.integration.sockets.test_articles import REFUND, written
from web.sockets import first_answers

ASKED = "When is my refund here?"


async def begins(house: Any, text: str = ASKED, language: str = "en") -> tuple[Any, str]:
    page, token = await house.visitor()
    await page.does("chat.start", text=text, client_id="1", language=language)
    return page, token


async def says_hello(house: Any) -> None:
    """An agent takes the chat and answers."""
    ana = await house.console("agent1", available=True)
    offer = await takes_next(ana)
    await ana.does("message.send", interaction_id=offer["interaction"]["id"], client_id="a", text="Hello")


async def outcomes(house: Any) -> list[tuple[str, str, str]]:
    return [(row.door, row.words, row.outcome) for row in await house.floor.rows(questions)]


async def test_who_waits_is_shown_what_fits_their_first_words_also_on_the_next_page(house):
    made = await written(house)
    page, token = await begins(house)

    (article,) = (await page.next("suggestions"))["articles"]
    assert (article["title"], article["slug"]) == (REFUND["title"], made.slug)
    assert await outcomes(house) == [("widget", ASKED, "")]
    await page.leaves()
    again, _ = await house.visitor(token)
    assert (await again.next("suggestions"))["articles"] == [article]
    assert len(await outcomes(house)) == 1


async def test_what_a_visitor_asks_is_kept_without_the_name_that_they_gave(house):
    await written(house)
    page, _ = await house.visitor()
    said = "Eva Quixley here, born 12.03.1984, when is my refund here?"
    await page.does("chat.start", text=said, client_id="1", language="en", name="Eva Quixley")
    await page.next("suggestions")

    assert await outcomes(house) == [("widget", "… here, born …, when is my refund here?", "")]


async def test_whom_an_agent_answers_after_all_has_given_up_also_when_their_page_is_closed(house):
    await written(house)
    page, _ = await begins(house)
    shown = await page.next("suggestions")
    await page.leaves()
    ana = await house.console("agent1", available=True)
    about = {"interaction_id": (await takes_next(ana))["interaction"]["id"]}
    await ana.does("message.send", client_id="n", text="It looks lost", internal=True, **about)
    assert shown["articles"]
    assert await outcomes(house) == [("widget", ASKED, "")]

    for client_id in "ab":
        await ana.does("message.send", client_id=client_id, text="Hello, it is on its way", **about)
        assert await outcomes(house) == [("widget", ASKED, "gave_up")]


async def test_what_a_visitor_was_shown_is_known_and_counted_after_a_restart(sample_url, tmp_path, manual_clock):
    async with open_house(sample_url, tmp_path, manual_clock) as house:
        await written(house)
        page, token = await begins(house)
        first = (await page.next("suggestions"))["articles"]

    async with open_house(sample_url, tmp_path, manual_clock) as house:
        again, _ = await house.visitor(token)
        assert (await again.next("suggestions"))["articles"] == first
        await again.does("chat.start", text=ASKED, client_id="1", language="en")

        async def is_asked_anew() -> bool:
            return [words for _, words, _ in await outcomes(house)] == ["And is my refund by card?"]

        await again.does("chat.start", text="And is my refund by card?", client_id="2", language="en")
        await house.floor.until(is_asked_anew)
        await again.leaves()
        await says_hello(house)
        assert await outcomes(house) == [("widget", "And is my refund by card?", "gave_up")]


async def test_who_is_spoken_with_already_is_shown_nothing(lite_house, monkeypatch):
    await written(lite_house)
    ana = await lite_house.console("agent1", available=True)
    found, asked, may_go_on, kept = first_answers._found, first_answers._asked, threading.Event(), []

    def finds_slowly(*about: Any) -> Any:
        may_go_on.wait(PATIENCE_S)
        return found(*about)

    def asks(*about: Any) -> Any:
        kept.append(asked(*about))
        return kept[-1]

    monkeypatch.setattr(first_answers, "_found", finds_slowly)
    monkeypatch.setattr(first_answers, "_asked", asks)
    page, _ = await begins(lite_house)
    await takes_next(ana)
    may_go_on.set()

    async def has_looked() -> bool:
        return bool(kept)

    await lite_house.floor.until(has_looked)
    assert kept == [None]
    assert await outcomes(lite_house) == []
    assert page.all("suggestions") == []


@pytest.mark.parametrize("audience", ["customers", "internal"])
async def test_a_visitor_learns_nothing_of_what_is_not_public(lite_house, audience):
    await written(lite_house, audience=audience)
    public = await written(lite_house, {"title": "Where refunds are told", "body": "In your account."})
    page, _ = await begins(lite_house, "refund scan parcel yard", language="tlh")

    (article,) = (await page.next("suggestions"))["articles"]
    assert article["slug"] == public.slug


async def test_who_reads_traditional_chinese_is_shown_the_text_in_it(lite_house):
    sue = await lite_house.floor.supervisor()
    about: dict[str, str] = {"title": "退货需要多久", "body": "五天。", "audience": "public", "language": "zh"}
    made = await sue.does(articles.create, state="published", **about)
    also = await sue.does(translations.translate, made.id, "zh-Hant", title="退貨需要多久", body="五天。")
    await sue.does(publishing.publish, also.text_id)
    page, _ = await begins(lite_house, "退货需要多久", language="zh-TW")

    (article,) = (await page.next("suggestions"))["articles"]
    assert article["title"] == "退貨需要多久"
