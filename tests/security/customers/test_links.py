"""Links to sign in, under attack: guessed, used twice or late, opened by programs, led elsewhere, sent to others."""

import asyncio
import re

import pytest

from channels.email.send import build
from channels.errors import Unauthorised
from desk.complaint_handlers import STATUS
from desk.customer_access.links import PURPOSE
from desk.customer_access.sending import ask
from desk.kernel.tokens import sign
from desk.tables import (
    addresses,
    customer_sessions,
    jobs,
    sign_in_links,
)
from tests.integration.web.customers_house import ANA, MOBILE, path_in, press
from tests.integration.web.front import SYSTEM
from tests.security.customers.signed_in import is_signed_in, talks

#: What a visitor of another site would have us do.
FOREIGN = ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
           {"Origin": "null"})  # fmt: skip


# Links.


async def test_a_link_opens_once_while_it_is_fresh_and_ends_the_others(house_on_each):
    house = house_on_each
    await house.customer(("email", ANA))
    first = await house.link()
    house.later(minutes=1)
    second = await house.link()
    browser = house.browser()

    assert first != second and (await browser.get(first)).status == 200  # whoever asked for the newer one
    for _ in range(3):  # programs that check mail look first
        looked = await browser.get(second)
        assert looked.status == 200 and "Set-Cookie" not in looked.headers
    assert (await press(browser, second)).status == 303
    assert await is_signed_in(browser)
    again = await press(house.browser(), second)
    assert (again.status, (await house.browser().get(second)).status) == (410, 410)
    assert (await press(house.browser(), first)).status == 410  # hers, and over with the other
    assert "Set-Cookie" not in again.headers

    house.later(minutes=16)
    third = await house.link()
    house.later(minutes=1)
    both = (third, await house.link())
    pressed = await asyncio.gather(*(press(house.browser(), both[n % 2]) for n in range(4)))
    assert sorted(said.status for said in pressed) == [303, 410, 410, 410]

    fourth = await house.link()
    house.later(minutes=15)
    late = await press(house.browser(), fourth)
    assert late.status == 410 and "Set-Cookie" not in late.headers
    assert len(await house.rows(customer_sessions)) == 2


async def test_a_link_that_we_did_not_write_is_like_one_that_is_over(house):
    await house.customer(("email", ANA))
    right = await house.link()
    (row,) = await house.rows(sign_in_links)
    key = house.desk.settings.secret_key
    made = [sign("another secret", PURPOSE, row.id), sign(key, STATUS, row.id), sign(key, PURPOSE, "no such link"),
            row.id, right.rpartition("/")[2][:-1], "x" * 5000, "a.b"]  # fmt: skip
    bodies = set()
    for token in made:
        looked = await house.browser().get(f"/help/sign-in/{token}")
        pressed = await press(house.browser(), f"/help/sign-in/{token}")
        assert (looked.status, pressed.status) == (410, 410), token
        assert "Set-Cookie" not in pressed.headers
        bodies |= {await looked.text(), await pressed.text()}
    assert len(bodies) == 1
    assert (await press(house.browser(), right)).status == 303


@pytest.mark.parametrize("headers", FOREIGN)
async def test_no_other_site_signs_anybody_in_or_out_or_sends_links_through_them(house, headers):
    await house.customer(("email", ANA))
    link = await house.link()
    ana = await house.signed_in()

    pressed = await press(house.browser(), link, headers=headers)
    assert pressed.status == 403 and "Set-Cookie" not in pressed.headers
    assert (await press(ana, "/help/sign-out", headers=headers)).status == 403
    assert await is_signed_in(ana)
    before = len(await house.rows(sign_in_links))
    assert (await house.asks(house.browser(), ANA, headers=headers)).status == 403
    assert await house.rows(jobs) == [] and len(await house.rows(sign_in_links)) == before


async def test_nobody_is_led_elsewhere(house):
    await house.customer(("email", ANA))
    link = await house.link()
    for where in ("//evil.example", "https://evil.example", "/\\evil.example", "%0d%0aSet-Cookie:%20a=b"):
        for path in ("/help/sign-in", "/help/sign-out"):
            said = await house.browser().post(
                f"{path}?next={where}&lang={where}", data={"address": ANA, "next": where}, allow_redirects=False
            )
            assert said.status in (303, 429) and "evil" not in said.headers.get("Location", ""), (path, where)
            assert "a" not in said.cookies, (path, where)
    said = await press(house.browser(), f"{link}?next=//evil.example", next="//e")
    assert said.status in (303, 410) and said.headers.get("Location", "/help/cases") == "/help/cases"


async def test_what_waits_to_go_out_is_put_off_by_nobody(house):
    await house.customer(("email", ANA))
    for _ in range(8):
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        house.later(seconds=1)
    due = [row.due_at for row in await house.rows(jobs)]
    assert len(due) == 4 and min(due) <= house.front.clock.now()
    await house.jobs_done()
    assert len(house.mail.sent) == 1


async def test_a_link_that_never_went_out_is_not_the_one_that_works_on(house):
    await house.customer(("email", ANA))
    house.mail.fails = Unauthorised("not with that password")
    for _ in range(20):
        house.later(minutes=1)
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
    house.mail.fails = None
    await house.signed_in()


async def test_links_go_only_where_they_are_certain_to_reach_their_customer(house):
    await house.customer(("email", "only-texts@example.org"), contact_safety={"channels": ["sms"]})
    await house.customer(("email", "help@shop.example"))  # a mailbox of ours, which colleagues read
    await house.customer(("phone", MOBILE), contact_safety={"channels": ["email"]})
    await house.desk.transact(SYSTEM, talks, "visitor-1", "Hello", channel="chat", claims_email="claimed@example.org")
    assert "claimed@example.org" in {row.value for row in await house.rows(addresses)}

    for address in ("only-texts@example.org", "HELP@shop.example", "claimed@example.org", MOBILE, "visitor-1"):
        await house.desk.transact(SYSTEM, ask, "phone" if address[0] == "+" else "email", address.lower(), language="")
    await house.desk.transact(SYSTEM, ask, "claimed_email", "claimed@example.org", language="en")
    await house.desk.transact(SYSTEM, ask, "chat", "visitor-1", language="en")
    await house.jobs_done()

    assert house.mail.sent == [] and house.texts.sent == [] and await house.rows(sign_in_links) == []


async def test_what_goes_out_says_nothing_that_a_stranger_chose(house):
    await house.customer(("email", ANA), name="Click\r\nBcc: all@example.org https://evil.example", language="zh-TW")
    await house.says("name", "Shop\r\nBcc: everybody@example.org")

    link = await house.link()

    (mail,) = house.mail.sent
    raw = build(mail, files=[], at=house.front.clock.now()).decode()
    head = raw.partition("\r\n\r\n")[0].replace("\r", "")
    assert re.findall(r"(?im)^(bcc|cc|to): ?(.*)$", head) == [("To", ANA)]
    assert "Auto-Submitted: auto-generated" in head and "From: " in head and "help@shop.example" in head
    assert "evil" not in mail.text and "15 分鐘" in mail.text and path_in(mail.text) == link
    for address in ("ana@example.org\r\nBcc: x@example.org", "ana@example.org, x@example.org", "<ana@example.org>",
                    "ana@example.org\0", "+44 906 123 4567", "+1 202 555 0123", "", "x" * 5000):  # fmt: skip
        assert (await house.asks(house.browser(), address)).status in (422, 303), address
    assert {row.data["value"] for row in await house.rows(jobs)} <= {ANA}
