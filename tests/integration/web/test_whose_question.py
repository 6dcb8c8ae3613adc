"""Who speaks for a question: the browser that asked it. What others say is their own, and nobody drives a counter."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.organization.file import read
from desk.organization.organization import load
from knowledgebase.reading import views
from knowledgebase.reading.questions import asked
from knowledgebase.tables import article_feedback, article_texts, questions
from tests.integration.web.front import SYSTEM, Front
from tests.integration.web.help_house import fill, open_help, says, text_of
from tests.integration.web.test_contact_answers import hidden_fields
from web.pages.help import asking, centre, frame

WROTE = {"name": "Ana", "email": "ana@example.org", "text": "When does my refund arrive? I sent it back."}


@pytest.fixture
async def house(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, database_url, manual_clock) as opened:
        await opened.desk.transact(SYSTEM, load, read("queues: {general: {name: General}}"))
        yield opened


async def rows(house: Front, table: Any) -> Any:
    return await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table).order_by(table.c.id)))


async def outcomes(house: Front) -> list[str]:
    return [row.outcome for row in await rows(house, questions)]


@pytest.mark.parametrize("door", ["help", "widget"])
async def test_whom_a_link_is_passed_on_to_takes_no_answer_back_and_gives_none(house, door):
    slugs = await fill(house)
    ana, bo = house.browser(), house.browser()
    if door == "help":
        page = await text_of(ana, "/help/search?q=refund")
        token = re.findall(r"/help/a/when-does-my-refund-arrive\?question=([^\"]+)\"", page)[0]
    else:
        about: dict[str, Any] = {"door": "widget", "words": "Refund?", "hits": 1, "reader": "v1"}
        question = await house.desk.transact(SYSTEM, lambda tx: asked(tx, **about))
        token = sign(house.desk.settings.secret_key, "question", question)
    link = f"/help/a/{slugs['refund']}?question={token}"

    assert token in await text_of(ana, link)
    assert token not in await text_of(bo, link)
    await says(bo, slugs["refund"], helpful="yes", question=token)
    assert await outcomes(house) == [""]
    await says(ana, slugs["refund"], helpful="yes", question=token)
    answer = await says(bo, slugs["refund"], helpful="no", question=token)
    assert await outcomes(house) == ["solved"]
    assert "thanks=no" in answer.headers["Location"]
    assert sorted(row.helpful for row in await rows(house, article_feedback)) == [False, True]  # theirs all the same
    assert (await bo.post("/contact", data=WROTE | {"seen": "yes", "question": token})).status == 200
    assert await outcomes(house) == ["solved"]
    await says(ana, slugs["refund"], helpful="no", question=token)
    assert await outcomes(house) == [""]


async def test_an_article_from_a_contact_form_that_is_passed_on_neither_solves_nor_gives_up(house):
    slugs = await fill(house)
    ana, bo = house.browser(), house.browser()
    step = await (await ana.post("/contact", data=WROTE)).text()
    token = hidden_fields(step)["question"]

    await text_of(bo, f"/help/a/{slugs['refund']}?question={token}")
    await bo.post("/contact/solved", data={"question": token})
    assert (await bo.post("/contact", data=WROTE | {"seen": "yes", "question": token})).status == 200
    assert [(row.outcome, row.opened) for row in await rows(house, questions)] == [("", None)]
    await ana.post("/contact/solved", data={"question": token})
    assert await outcomes(house) == ["solved"]


async def test_only_who_comes_from_a_question_is_given_a_cookie_and_nobody_keeps_that_page_for_others(house):
    slugs = await fill(house)
    ana = house.browser()
    plain = await ana.get(f"/help/a/{slugs['refund']}")
    assert "Set-Cookie" not in plain.headers and plain.headers["Cache-Control"].startswith("public")
    page = await ana.get("/help/search?q=refund")
    assert "Set-Cookie" not in page.headers
    found = await ana.get(f"/help/a/{slugs['refund']}?q=refund")
    assert "Max-Age" not in found.headers["Set-Cookie"] and found.headers["Cache-Control"] == "private, no-cache"
    again = await ana.get(f"/help/a/{slugs['refund']}?q=refund")
    assert "Set-Cookie" not in again.headers


async def test_one_address_fills_no_list_of_questions(house, monkeypatch):
    await fill(house)
    monkeypatch.setattr(frame, "KEPT_A_DAY", "4/day")
    for n in range(4):
        await text_of(house.browser(), f"/help/search?q=nothing+called+{n}")
    assert "refund" in await text_of(house.browser(), "/help/search?q=refund")
    shown = await (await house.browser().post("/contact/answers", data=WROTE)).json()
    assert shown["answers"] and shown["question"] == ""
    assert len(await rows(house, questions)) == 4


async def test_one_address_makes_no_article_the_most_read_or_the_most_asked(house, monkeypatch):
    slugs = await fill(house)
    monkeypatch.setattr(centre, "VIEWED", "3/hour")
    monkeypatch.setattr(views, "COLLECTED_S", 0.0)
    monkeypatch.setattr(asking, "OPENED", "2/day")
    for n in range(5):
        browser = house.browser()
        assert await text_of(browser, f"/help/a/{slugs['refund']}?q=refund+{n}")
    await text_of(house.browser(), f"/help/a/{slugs['cancel']}?q=refund")

    opened = [row.opened for row in await rows(house, questions)]
    assert (opened.count(slugs["refund:id"]), opened.count(slugs["cancel:id"])) == (2, 1)
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, slugs["refund:id"]))
    assert text.views == 3


async def test_who_goes_to_the_form_by_the_head_of_the_page_has_given_up_once(house):
    slugs, browser = await fill(house), house.browser()
    results = await text_of(browser, "/help/search?q=refund")
    token = re.findall(r"/help/a/when-does-my-refund-arrive\?question=([^\"]+)\"", results)[0]
    article = await text_of(browser, f"/help/a/{slugs['refund']}?question={token}")
    to_form = set(re.findall(r'href="(/contact[^"]*)"', results + article))
    assert to_form == {f"/contact?question={token}", f"/contact?question={token}&amp;lang=en"}

    form = hidden_fields(await text_of(browser, f"/contact?question={token}"))
    for _ in range(2):
        sent = await browser.post("/contact", data=WROTE | {"seen": "yes", "question": form["question"]})
        assert "We have your message" in await sent.text()
    assert await outcomes(house) == ["gave_up"]


async def test_the_head_of_a_page_that_was_passed_on_leads_to_a_form_of_its_own(house):
    slugs, ana, bo = await fill(house), house.browser(), house.browser()
    results = await text_of(ana, "/help/search?q=refund")
    token = re.findall(r"/help/a/when-does-my-refund-arrive\?question=([^\"]+)\"", results)[0]
    link = f"/help/a/{slugs['refund']}?question={token}"
    await text_of(ana, link)

    assert set(re.findall(r'href="(/contact[^"]*)"', await text_of(bo, link))) == {"/contact?lang=en"}
