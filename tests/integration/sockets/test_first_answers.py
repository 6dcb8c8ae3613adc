"""While a visitor waits they are shown public articles, and what became of it is measured."""

from typing import Any

import pytest

from knowledgebase.tables import questions
from knowledgebase.writing import articles, publishing, translations
from tests.integration.sockets.house import takes_next
from tests.integration.sockets.test_articles import REFUND, written


async def begins(house: Any, text: str = "When is my refund here?", language: str = "en") -> tuple[Any, str]:
    page, token = await house.visitor()
    await page.does("chat.start", text=text, client_id="1", language=language)
    return page, token


async def outcomes(house: Any) -> list[tuple[str, str, str]]:
    return [(row.door, row.words, row.outcome) for row in await house.floor.rows(questions)]


async def test_who_waits_is_shown_what_fits_their_first_words_also_on_the_next_page(house):
    made = await written(house)
    page, token = await begins(house)

    (article,) = (await page.next("suggestions"))["articles"]
    assert (article["title"], article["slug"]) == (REFUND["title"], made.slug)
    assert await outcomes(house) == [("widget", "When is my refund here?", "")]
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


async def test_whom_an_agent_answers_after_all_has_given_up(house):
    await written(house)
    page, _ = await begins(house)
    await page.next("suggestions")
    ana = await house.console("agent1", available=True)
    await takes_next(ana)
    await page.next("chat.changed", state="active")

    async def given_up() -> bool:
        return await outcomes(house) == [("widget", "When is my refund here?", "gave_up")]

    await house.floor.until(given_up)


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
