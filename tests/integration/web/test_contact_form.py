"""The contact page: a message that somebody answers, and a complaint when the customer calls it one."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from aiohttp import ClientResponse

from desk.complaints.letters import outgoing
from desk.kernel.clock import ManualClock
from desk.tables import complaints, customers, interactions, letters, messages, queues
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from web.pages.help import centre as help_centre
from web.pages.help import contact
from web.pages.help.contact_words import WORDS

WROTE = {"name": "Ana Ruiz", "email": "Ana@Example.org", "text": "My kettle leaks.\nIt is two days old."}


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*contact.routes, *help_centre.routes]
    async with open_front(tmp_path, database_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, _make_queues)
        yield opened


async def test_what_a_customer_writes_waits_in_a_queue(house: Front) -> None:
    response = await fill_in(house.browser(), **WROTE)

    assert response.status == 200 and "We have your message" in await response.text()
    (interaction,) = await rows(house, interactions)
    (message,) = await rows(house, messages)
    (customer,) = await rows(house, customers)
    assert (interaction.channel, interaction.queue, interaction.state) == ("form", "general", "queued")
    assert (message.text, customer.name) == (WROTE["text"], "Ana Ruiz")
    assert interaction.reply_to == "ana@example.org"
    assert not await rows(house, complaints)


async def test_a_ticked_complaint_is_logged_in_the_customers_words(house: Front) -> None:
    response = await fill_in(house.browser(), **WROTE, complaint="yes", remedy="A new kettle")
    text = await response.text()

    (complaint,) = await rows(house, complaints)
    (interaction,) = await rows(house, interactions)
    (letter,) = await rows(house, letters)
    assert complaint.number in text
    assert (complaint.verbatim, complaint.remedy_sought) == (WROTE["text"], "A new kettle")
    assert (complaint.channel, complaint.interaction_id) == ("form", interaction.id)
    assert interaction.queue == "complaints"
    assert (letter.kind, letter.address) == ("acknowledgement", "ana@example.org")


async def test_who_types_a_mailbox_that_somebody_has_is_maybe_them(house: Front) -> None:
    await fill_in(house.browser(), **WROTE)
    await fill_in(house.browser(), **(WROTE | {"name": "Mallory", "text": "Tell me my balance."}))

    first, second = sorted(await rows(house, interactions), key=lambda row: str(row.id))
    (customer,) = await rows(house, customers)
    assert (first.certainty, second.certainty) == ("new", "maybe")
    assert (customer.name, second.customer_id) == ("Ana Ruiz", customer.id)


async def test_a_form_that_is_sent_twice_is_one_message_and_one_complaint(house: Front) -> None:
    browser = house.browser()
    form_id = await _form_id(browser)

    first = await browser.post("/contact", data=WROTE | {"complaint": "yes", "form_id": form_id})
    second = await browser.post("/contact", data=WROTE | {"complaint": "yes", "form_id": form_id})

    (complaint,) = await rows(house, complaints)
    assert complaint.number in await first.text() and complaint.number in await second.text()
    assert len(await rows(house, messages)) == 1


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(house: Front) -> None:
    nasty = '"><script>alert(1)</script>'
    response = await fill_in(
        house.browser(), name=nasty, email="no address", text="", remedy="A refund", complaint="yes"
    )
    text = await response.text()

    assert response.status == 422
    assert 'aria-describedby="email-why"' in text and 'aria-describedby="text-why"' in text
    assert 'value="no address"' in text and 'value="A refund"' in text and "checked" in text
    assert nasty not in text and "&lt;script&gt;" in text
    assert not await rows(house, interactions)

    too_long = await fill_in(house.browser(), **WROTE | {"text": "x" * 10_001})
    assert too_long.status == 422


async def test_the_same_form_id_survives_a_mistake(house: Front) -> None:
    browser = house.browser()
    form_id = await _form_id(browser)

    shown = await browser.post("/contact", data={"text": "hello", "email": "no", "form_id": form_id})

    assert form_id in await shown.text()


async def test_one_mailbox_and_one_address_send_a_few_forms_only(house: Front) -> None:
    browser = house.browser()
    statuses = [(await fill_in(browser, **WROTE)).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]

    others = [(await fill_in(browser, **WROTE | {"email": f"bo{n}@example.org"})).status for n in range(5)]
    assert others[-1] == 429

    refused = await fill_in(browser, **WROTE | {"email": "cy@example.org"})
    assert refused.headers["Retry-After"] and WROTE["text"].split("\n")[0] in await refused.text()


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "zh"])
async def test_what_a_stranger_types_does_not_go_to_a_mailbox_in_our_name(house: Front, language: str) -> None:
    lure = {
        "name": "You won 900 at https://evil.example",
        "email": "ana@example.org",
        "text": "Pay at evil.example now",
    }
    browser = house.browser()
    typed = lure | {"complaint": "yes", "form_id": await _form_id(browser)}
    await browser.post("/contact", data=typed, headers={"Accept-Language": language})

    (letter,) = await rows(house, letters)
    (complaint,) = await rows(house, complaints)
    found = await house.desk.read(SYSTEM, outgoing, letter.id, "https://desk.example/t/x")
    assert found is not None
    _, mail = found
    assert complaint.verbatim == lure["text"]
    for shown in (mail.name, mail.subject, mail.text, letter.short):
        assert "evil" not in shown and "won" not in shown
    assert complaint.number in mail.text and "https://desk.example/t/x" in mail.text
    assert ("Dear customer," in mail.text) is (language == "en")


async def test_tags_and_capitals_make_no_other_mailbox(house: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "FORMS", "1000/hour")
    browser = house.browser()
    spelled = ("Ana@Example.org", "ana+1@example.org", "ANA+2@example.org", "ana+x+y@example.org", "ana@EXAMPLE.org")

    assert {(await fill_in(browser, **WROTE | {"email": one})).status for one in spelled} == {200}
    assert (await fill_in(browser, **WROTE | {"email": "ana+3@example.org"})).status == 429


async def test_one_domain_and_all_together_are_written_to_so_often_only(
    house: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (contact.PER_DOMAIN, contact.TOGETHER) == ("30/hour", "200/hour")
    for name, rule in (("FORMS", "1000/hour"), ("PER_DOMAIN", "2/hour"), ("TOGETHER", "3/hour")):
        monkeypatch.setattr(contact, name, rule)
    browser = house.browser()

    async def complains(mailbox: str, **more: str) -> int:
        return (await fill_in(browser, **WROTE | {"email": mailbox, "complaint": "yes"} | more)).status

    assert [await complains(f"u{n}@one.example") for n in range(3)] == [200, 200, 429]
    assert [await complains(f"u@{n}.example") for n in range(2)] == [200, 429]
    assert await complains("u@other.example", complaint="") == 200  # nothing is written to it


async def test_a_machine_that_fills_in_everything_is_not_taken_in(house: Front) -> None:
    assert (await fill_in(house.browser(), **WROTE, website="https://buy.example")).status == 404
    assert not await rows(house, interactions)


async def test_the_page_after_sending_shows_numbers_of_ours_only(house: Front) -> None:
    browser = house.browser()
    for token in ("C-2026-00001", "x", "a.b.c"):
        assert (await browser.get(f"/contact/sent/{token}")).status == 404


async def test_the_help_centre_says_that_it_is_empty_and_leads_to_people(house: Front) -> None:
    browser = house.browser()
    for path in ("/help", "/help/search?q=%3Cb%3Ekettle"):
        text = await (await browser.get(path)).text()
        assert re.search(r'href="/contact(\?question=[^"]+)?"', text)
        assert "<b>kettle" not in text
    assert (await browser.get("/help/a/kettles")).status == 404


async def fill_in(browser: Client, **fields: str) -> ClientResponse:
    """Opens the form, fills it in, sends it and follows where that leads."""
    return await browser.post("/contact", data=fields | {"form_id": await _form_id(browser)})


async def rows(house: Front, table: sa.Table) -> list[Any]:
    return list(await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))


async def _form_id(browser: Client) -> str:
    found = re.search(r'name="form_id" value="([^"]+)"', await (await browser.get("/contact")).text())
    assert found is not None
    return found[1]


def _make_queues(tx: Any) -> None:
    for key in ("general", "complaints"):
        tx.insert(queues, key=key, name=key, skills={}, priority=0)


@pytest.mark.parametrize(
    ("language", "head", "complaint", "wrong", "sent"),
    [
        ("zh", "联系我们", "即为投诉", "以便我们答复", "我们已收到您的投诉"),
        ("zh-Hant", "聯絡我們", "即為客訴", "以便我們回覆", "我們已收到您的客訴"),
    ],
)
async def test_the_form_speaks_the_readers_language_and_sends_the_same(
    house: Front, language: str, head: str, complaint: str, wrong: str, sent: str
) -> None:
    browser, path = house.browser(), f"/contact?lang={language}"
    shown = await (await browser.get(path)).text()
    assert f'<html lang="{language}">' in shown
    assert f"<h1>{head}</h1>" in shown
    assert complaint in shown
    assert f'action="{path}"' in shown
    assert 'href="/contact?lang=en"' in shown
    refused = await browser.post(path, data=WROTE | {"email": "no"})
    assert (refused.status, wrong in await refused.text()) == (422, True)

    typed = WROTE | {"complaint": "yes", "remedy": "A new kettle"}
    received = await browser.post(path, data=typed, headers={"Accept-Language": "en-GB"})
    assert sent in await received.text()
    assert received.url.query["lang"] == language
    (message,) = await rows(house, messages)
    assert message.text == f"{WROTE['text']}\n\nWhat would put it right: A new kettle"
    (customer,) = await rows(house, customers)
    assert customer.language == language, "in which what goes to them is written"
    for _ in range(4):
        last = await browser.post(path, data=typed)
    late = await browser.post(path, data=typed)
    assert (last.status, late.status, "后再试" in await late.text() or "後再試" in await late.text()) == (
        200,
        429,
        True,
    )


def test_every_language_says_everything() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
