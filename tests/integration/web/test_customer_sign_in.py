"""A customer signs in to the help centre, by mail or text, in their language, and sees how their cases stand."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from channels.errors import Rejected, Unavailable
from channels.types import Attachment
from desk.customer_access.words import WORDS as LETTERS
from desk.kernel import errors
from desk.kernel.clock import ManualClock
from knowledgebase.tables import questions
from tests.integration.web.customers_house import ANA, MOBILE, House, open_customers, path_in, press
from tests.integration.web.help_house import WRITER, text_of, write, write_also
from web.pages.help.sign_in_words import WORDS, masked
from web.pages.help.words import NAMES
from web.pages.knowledge.files import add_file


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_customers(tmp_path, sqlite_url, manual_clock) as opened:
        yield opened


@pytest.mark.parametrize("language", NAMES)
async def test_a_customer_signs_in_and_out_without_a_script(house, language):
    await house.customer(("email", ANA), language=language)
    browser, words, lang = house.browser(), WORDS[language], f"?lang={language}"
    first = await text_of(browser, f"/help{lang}")
    assert f'href="/help/sign-in{lang}"' in first

    form = await text_of(browser, f"/help/sign-in{lang}")
    assert f'action="/help/sign-in{lang}"' in form and words["by_both"] in form
    sent = await browser.post(f"/help/sign-in{lang}", data={"address": ANA})
    assert str(sent.url.relative()) == f"/help/sign-in/sent{lang}" and words["sent_how"] in await sent.text()
    await house.jobs_done()
    (mail,) = house.mail.sent
    assert (mail.to, mail.sender, mail.name) == (ANA, "help@shop.example", "") and "Alderbrook" in mail.subject
    link = path_in(mail.text) + lang

    button = await text_of(browser, link)
    assert masked("email", ANA) in button and words["button"] in button and "<script" not in button
    cases = await browser.post(link, data={"pressed": "yes"})
    assert str(cases.url.relative()) == f"/help/cases{lang}" and words["none"] in unescape(await cases.text())
    assert f'href="/help/cases{lang}"' in await text_of(browser, f"/help{lang}")

    left = await browser.post(f"/help/sign-out{lang}", data={"pressed": "yes"})
    assert f'href="/help/sign-in{lang}"' in await left.text()


async def test_a_number_gets_a_text_where_the_house_would_send_one(house):
    await house.customer(("phone", MOBILE))

    for typed in (MOBILE, "07400 123456"):  # the only country that we dial needs no code
        assert (await house.asks(house.browser(), typed)).status == 303
    await house.jobs_done()

    (text,) = house.texts.sent  # asked for twice before it went out
    assert (text.to, text.sender) == (MOBILE, "+442079460100") and len(text.text) < 320
    assert (await press(house.browser(), path_in(text.text))).status == 303
    assert house.mail.sent == []
    for typed in ("+44 20 7946 0100", "+49 1512 3456789", "0911"):
        refused = await house.asks(house.browser(), typed)
        assert refused.status == 422 and typed in await refused.text()


async def test_where_nothing_goes_out_or_the_house_says_no_nobody_is_offered_to_sign_in(house):
    await house.says("customer_sign_in", False)
    for path in ("/help/sign-in", "/help/sign-in/sent"):
        assert (await house.browser().get(path)).status == 404
    assert "/help/sign-in" not in await text_of(house.browser(), "/help")

    await house.says("customer_sign_in", True)
    await house.says("dial_countries", [])
    assert WORDS["en"]["by_mail"] in await text_of(house.browser(), "/help/sign-in")
    house.desk.settings = house.desk.settings.model_copy(update={"smtp_url": "", "twilio_auth_token": ""})
    assert (await house.browser().get("/help/sign-in")).status == 404


async def test_a_relay_that_is_away_for_a_moment_gets_the_same_link_later_and_none_that_is_over(house):
    await house.customer(("email", ANA))
    house.mail.fails = Unavailable("not now")
    await house.asks(house.browser(), ANA)
    with pytest.raises(errors.Unavailable):
        await house.jobs_done()
    house.later(minutes=2)
    house.mail.fails = None
    await house.jobs_done()
    (mail,) = house.mail.sent
    assert (await press(house.browser(), path_in(mail.text))).status == 303

    house.later(minutes=20)
    await house.asks(house.browser(), ANA)
    house.later(minutes=16)
    await house.jobs_done()  # nobody waits for it any more
    await house.asks(house.browser(), ANA)
    house.mail.fails = Rejected("550 no such user")
    await house.jobs_done()  # and what is refused for good is over
    assert len(house.mail.sent) == 1


async def test_a_picture_of_an_article_for_customers_is_shown_to_customers(house):
    await house.customer(("email", ANA))
    made = await write(house.front, "How lamps are cleaned", audience="customers")
    inside = await write(house.front, "What lamps cost us", audience="internal")
    shown, hidden = [await _picture(house, one.id) for one in (made, inside)]
    ana = await house.signed_in()

    picture = await ana.get(f"/help/files/{shown}")
    assert picture.status == 200 and picture.headers["Cache-Control"] == "private, no-store"
    assert (await house.browser().get(f"/help/files/{shown}")).status == 404
    assert (await ana.get(f"/help/files/{hidden}")).status == 404


async def test_what_a_customer_looks_for_is_kept_without_their_name(house):
    await house.customer(("email", ANA), name="Ana Ruiz")
    ana = await house.signed_in()

    await text_of(ana, "/help/search?q=lamp+of+ana+ruiz")

    (kept,) = await house.desk.read(WRITER, lambda rx: rx.all(sa.select(questions)))
    assert kept.words == "lamp of …"


async def _picture(house: House, article_id: str) -> str:
    blob = await house.desk.blobs.put(b"\x89PNG")
    file = Attachment(name="lamp.png", type="image/png", size=4, blob=blob)
    id = str(await house.desk.transact(WRITER, add_file, article_id, file))
    await write_also(house.front, article_id, "de", "Lampe", f"![Lampe](/help/files/{id})")
    return id


def test_every_page_says_everything_in_each_language():
    assert WORDS.keys() == NAMES.keys()
    for every in (WORDS, LETTERS):
        put_in = [{key: sorted(re.findall(r"{\w+}", text)) for key, text in words.items()} for words in every.values()]
        assert all(one == put_in[0] for one in put_in)
    assert (masked("email", "ana@x.org"), masked("phone", MOBILE)) == ("a…@x.org", "… 456")
