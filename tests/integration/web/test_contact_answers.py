"""Articles that may answer what is written in the contact form: beside it, as a step, and how it ended."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest_asyncio
import sqlalchemy as sa
from aiohttp import ClientResponse

from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row, Tx
from desk.tables import complaints, messages, queues
from knowledgebase.tables import questions
from tests.integration.web.front import SYSTEM, Client, Front
from tests.integration.web.help_house import HIDDEN, fill, open_help, text_of, words_of, write, write_also
from web.pages.help import contact_answers

WROTE = {"name": "Ana Ruiz", "email": "ana@example.org", "text": "When does my refund arrive? I paid by card."}


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, database_url, manual_clock) as opened:
        await opened.desk.transact(SYSTEM, _make_queues)
        yield opened


def _make_queues(tx: Tx) -> None:
    for key in ("general", "complaints"):
        tx.insert(queues, key=key, name=key.title(), skills={}, priority=0)


async def rows(house: Front, table: sa.Table) -> list[Row]:
    return list(await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))


async def sends(browser: Client, **fields: str) -> ClientResponse:
    return await browser.post("/contact", data=fields)


def hidden_fields(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: value.replace("&#39;", "'") for name, value in found}


async def test_without_a_script_answers_are_a_step_before_sending(house):
    await fill(house)
    browser = house.browser()

    step = await (await sends(browser, **WROTE)).text()
    assert "Not sent yet" in step and "When does my refund arrive?" in step
    assert await rows(house, messages) == []
    assert not any(word in step for word in HIDDEN.values())

    sent = await sends(browser, **hidden_fields(step))
    assert "We have your message" in await sent.text()
    (message,) = await rows(house, messages)
    (question,) = await rows(house, questions)
    assert message.text == WROTE["text"]
    assert (question.door, question.outcome) == ("contact", "gave_up")


async def test_a_question_is_kept_without_the_name_that_was_typed_before_or_behind_it(house):
    await fill(house)
    browser = house.browser()
    said = {"text": "Ana Ruiz here, when does my refund arrive?"}
    asked = await (await browser.post("/contact/answers", data=said)).json()
    (question,) = await rows(house, questions)
    assert question.words == said["text"]  # nobody knows yet who asks

    await browser.post("/contact/answers", data={**WROTE, **said, "question": asked["question"]})
    (question,) = await rows(house, questions)
    assert question.words == "… here, when does my refund arrive?"


async def test_a_question_is_kept_without_the_name_by_which_its_sender_is_known(house):
    await fill(house)
    browser = house.browser()
    await sends(browser, **WROTE, seen="yes")
    said = {"text": "Ana Ruiz here, when does my refund arrive?", "email": WROTE["email"]}
    asked = await (await browser.post("/contact/answers", data=said)).json()

    await sends(browser, **said, question=asked["question"], seen="yes")

    (question,) = await rows(house, questions)
    assert (question.words, question.outcome) == ("… here, when does my refund arrive?", "gave_up")


async def test_who_found_the_answer_sends_nothing(house):
    slugs = await fill(house)
    browser = house.browser()
    step = await (await sends(browser, **WROTE)).text()
    token = hidden_fields(step)["question"]

    await text_of(browser, f"/help/a/{slugs['refund']}?question={token}")
    done = await browser.post("/contact/solved", data=hidden_fields(step))

    assert "Nothing was sent" in words_of(await done.text())
    (question,) = await rows(house, questions)
    assert (question.outcome, question.opened) == ("solved", slugs["refund:id"])
    assert await rows(house, messages) == []


async def test_what_was_written_can_be_changed_first(house):
    await fill(house)
    browser = house.browser()
    fields = hidden_fields(await (await sends(browser, **WROTE)).text())

    form = await (await sends(browser, **fields, again="yes")).text()

    assert WROTE["text"] in form and 'name="seen" value="yes"' in form and fields["form_id"] in form


async def test_a_complaint_is_never_held_up(house):
    await fill(house)

    await sends(house.browser(), **WROTE, complaint="yes")

    assert len(await rows(house, complaints)) == 1
    assert await rows(house, questions) == []


async def test_where_one_address_has_looked_up_too_much_the_form_is_sent_without_the_step(house, monkeypatch):
    monkeypatch.setattr(contact_answers, "PER_ADDRESS", "1/minute")
    await fill(house)
    browser = house.browser()
    assert "Not sent yet" in await (await sends(browser, **WROTE)).text()
    assert (await browser.post("/contact/answers", data=WROTE)).status == 429

    sent = await sends(browser, **WROTE)

    assert (sent.status, "We have your message" in await sent.text()) == (200, True)
    assert [message.text for message in await rows(house, messages)] == [WROTE["text"]]


async def test_where_nothing_answers_the_form_is_sent_at_once(house):
    await fill(house)

    await sends(house.browser(), **(WROTE | {"text": "Xyzzy plugh frotz gnusto rezrov."}))

    assert len(await rows(house, messages)) == 1


async def test_what_is_shown_while_writing_is_one_question(house):
    await fill(house)
    browser = house.browser()

    async def shown(text: str, question: str = "") -> dict[str, object]:
        response = await browser.post("/contact/answers", data={"text": text, "question": question})
        assert response.status == 200
        found: dict[str, object] = orjson.loads(await response.read())
        return found

    assert await shown("refund") == {"answers": [], "question": ""}
    first = await shown("When does my refund come?")
    again = await shown("When does my refund come? I am ana@example.org.", str(first["question"]))
    assert again["question"] == first["question"]
    (question,) = await rows(house, questions)
    assert (question.words, question.outcome) == ("When does my refund come? I am ….", "")
    await sends(browser, **WROTE, seen="yes", question=str(first["question"]))
    assert [row.outcome for row in await rows(house, questions)] == ["gave_up"]
    assert (await shown("When does my refund come?", str(first["question"])))["question"] != first["question"]


async def test_questions_are_not_made_up_and_not_sent_by_other_sites(house):
    await fill(house)
    browser = house.browser()
    foreign = {"Sec-Fetch-Site": "cross-site"}

    for path in ("/contact/answers", "/contact/solved"):
        assert (await browser.post(path, data={"text": WROTE["text"]}, headers=foreign)).status == 403
    assert (await browser.post("/contact/solved", data={"question": "made.up"})).status == 200
    assert await rows(house, questions) == []


async def test_answers_come_in_the_script_of_the_form(house):
    made = await write(house, "退货需要多久", language="zh")
    await write_also(house, made.id, "zh-Hant", "退貨需要多久")

    response = await house.browser().post("/contact/answers?lang=zh-Hant", data={"text": "請問退貨需要多久？"})

    assert [one["title"] for one in orjson.loads(await response.read())["answers"]] == ["退貨需要多久"]
