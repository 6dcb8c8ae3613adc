"""Customers who sign in to the help centre, under attack: links, sessions, and what an answer gives away.

Rows 12, 26, 45 to 48 at a door of its own: links that are guessed, used twice or late, opened by programs, asked for
in somebody else's name or a thousand times; sessions that outlive their reason; and the matrix, who reads which article
and which case by which session.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from channels.email.send import build
from channels.errors import Unauthorised
from channels.types import Arrival
from desk.complaint_handlers import STATUS
from desk.complaints.complaints import log_complaint
from desk.contacts.intake import receive
from desk.customer_access import links
from desk.customer_access.links import PURPOSE
from desk.customer_access.sending import ask
from desk.customer_access.sessions import MOST
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.kernel.transaction import Actor, Tx, name_of
from desk.organization.file import Document
from desk.organization.organization import load
from desk.people.access import digest
from desk.tables import (
    addresses,
    complaints,
    customer_sessions,
    events,
    interactions,
    jobs,
    sign_in_links,
    taxonomy,
)
from tests.integration.web.customers_house import ANA, BO, MOBILE, House, open_customers, path_in, press
from tests.integration.web.front import SYSTEM, Client
from tests.integration.web.help_house import HIDDEN, fill, says, text_of, words_of
from tests.security.test_help_centre import DOORS

COOKIE = "careline-customer"
#: Where a customer who has signed in finds an article that is for customers. Machines do so nowhere.
SHOW_HER = (
    "/help/c/returns",
    "/help/a/when-does-my-refund-arrive",
    "/help/search?q=refund",
    "/help/suggest?q=refund",
)
#: What a visitor of another site would have us do.
FOREIGN = ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
           {"Origin": "null"})  # fmt: skip


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_customers(tmp_path, sqlite_url, manual_clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def house_on_each(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_customers(tmp_path, database_url, manual_clock) as opened:
        yield opened


async def is_signed_in(browser: Client) -> bool:
    return (await browser.get("/help/cases", allow_redirects=False)).status == 200


def secret_in(browser: Client) -> str:
    return next((one.value for one in browser.session.cookie_jar if one.key == COOKIE), "")


# Who reads what.


async def reads(browser: Client, slug: str) -> bool:
    return (await browser.get(f"/help/a/{slug}")).status == 200


async def test_at_each_door_a_signed_in_customer_finds_what_is_for_customers_and_nothing_else(house_on_each):
    house = house_on_each
    await house.customer(("email", ANA))
    slugs = await fill(house.front)
    nobody, ana = house.browser(), await house.signed_in()
    title, by_name = "Zanzibar refund", ("/help/search?q=Zanzibar", "/help/suggest?q=Zanzibar")

    for path in (*DOORS, *by_name):
        for_nobody, for_ana = await text_of(nobody, path), await text_of(ana, path)
        assert title not in words_of(for_nobody), path
        assert [name for name, one in HIDDEN.items() if name != "customers" and one in for_ana] == [], path
        assert (title in words_of(for_ana)) is (path in SHOW_HER or path in by_name), path
        if not path.startswith(("/help/feed", "/sitemap")):
            assert "no-store" in (await ana.get(path)).headers["Cache-Control"], path
    for name in HIDDEN:
        assert await reads(ana, slugs[name]) is (name == "customers"), name
        assert not await reads(nobody, slugs[name]), name
        assert (await says(ana, slugs[name], helpful="yes")).status == (303 if name == "customers" else 404), name


async def test_what_is_for_customers_is_kept_by_nothing_on_the_way_and_is_for_no_machine(house):
    await house.customer(("email", ANA))
    slugs = await fill(house.front)
    ana, nobody = await house.signed_in(), house.browser()

    page = await ana.get(f"/help/a/{slugs['customers']}")
    html = await page.text()
    assert page.headers["Cache-Control"] == "private, no-store" and "ETag" not in page.headers
    assert "noindex" in html and "ld+json" not in html and 'rel="canonical"' not in html
    for browser in (ana, nobody):
        shown = await browser.get("/help")
        assert "Cookie" in shown.headers["Vary"]
    known = (await nobody.get("/help")).headers["ETag"]
    assert (await ana.get("/help", headers={"If-None-Match": known})).status == 200
    assert (await nobody.get("/help", headers={"If-None-Match": known})).status == 304


def _talks(tx: Tx, address: str, subject: str, *, channel: str = "email", kind: str = "", **headers: str) -> str:
    arrival = Arrival(
        channel=channel,
        external_id=f"{channel} {subject}",
        address_kind=kind or ("email" if channel in ("email", "form") else "chat"),
        address=address,
        subject=subject,
        text="secret words",
        headers=headers,
    )
    (got,) = receive(tx, [arrival])
    return got.interaction_id


def _begins_call(tx: Tx, customer_id: str) -> None:
    """A call that a colleague gave a subject."""
    about = {"channel": "voice", "state": "closed", "certainty": "certain", "customer_id": customer_id}
    tx.insert(interactions, id=tx.new_id(), **about, subject="Rather rude", arrived_at=tx.now)


def _complains(tx: Tx, customer_id: str, interaction_id: str | None = None) -> str:
    tx.insert_if_new(taxonomy, kind="category", code="late", name="Late", parent="", retired=False)
    issued = log_complaint(
        tx,
        customer_id=customer_id,
        interaction_id=interaction_id,
        category="late",
        severity=2,
        remedy_sought="money",
        verbatim="secret complaint",
    )
    return issued.number


async def test_a_session_shows_its_own_cases_and_nothing_internal(house_on_each):
    house, tell = house_on_each, house_on_each.desk.transact
    ana_id, bo_id = await house.customer(("email", ANA), name="Ana"), await house.customer(("email", BO))
    await tell(SYSTEM, _talks, ANA, "My lamp")
    await tell(SYSTEM, _talks, BO, "His chair")
    await tell(SYSTEM, _begins_call, ana_id)
    hers, his = await tell(SYSTEM, _complains, ana_id), await tell(SYSTEM, _complains, bo_id)
    ana, bo = await house.signed_in(ANA), await house.signed_in(BO)

    page = await text_of(ana, "/help/cases")
    others = await text_of(bo, "/help/cases")

    assert "My lamp" in page and hers in page and "His chair" not in page and his not in page
    assert "His chair" in others and his in others and "My lamp" not in others and hers not in others
    assert "Call of 2 March 2026" in page and "Rather rude" not in page
    assert "secret" not in page and ana_id not in re.sub(r"/t/\S+", "", page)
    (link,) = re.findall(r'href="(/t/[^"]+)"', page)
    (complaint,) = [row for row in await house.rows(complaints) if row.customer_id == ana_id]
    assert link == f"/t/{sign(house.desk.settings.secret_key, STATUS, complaint.id)}"
    assert (await ana.get(link)).status == 200
    assert (await house.browser().get("/help/cases", allow_redirects=False)).headers["Location"] == "/help/sign-in"


async def test_what_somebody_merely_says_is_theirs_is_not_shown_to_whom_it_is_not(house):
    tell = house.desk.transact
    ana_id = await house.customer(("email", ANA))
    claimed = await tell(SYSTEM, _talks, "visitor-1", "In a chat", channel="chat", claims_email=ANA)
    await tell(SYSTEM, _talks, ANA, "Under her name", authentication="failed")
    await tell(SYSTEM, _talks, ANA, "By form", channel="form")
    number = await tell(SYSTEM, _complains, ana_id, claimed)
    assert {row.customer_id for row in await house.rows(interactions)} == {ana_id}

    page = await text_of(await house.signed_in(), "/help/cases")

    assert number not in page and "In a chat" not in page and "Under her name" not in page
    assert page.count("<tr>") == 2 and "Contact form" in page  # its head, and the form that names her mailbox


async def test_a_form_that_names_a_mailbox_is_shown_to_who_signed_in_by_that_mailbox_alone(house_on_each):
    """Anybody can type it: also a complaint, whose status page would tell a stranger's story as theirs."""
    house = house_on_each
    other, new = "ana@work.example.org", "first@example.org"
    ana_id = await house.customer(("email", ANA), ("email", other), ("phone", MOBILE))
    await house.desk.transact(SYSTEM, _talks, MOBILE, "By telephone", channel="sms", kind="phone")
    for mailbox in (ANA.upper(), new):
        told = {"email": mailbox, "text": "A stranger's words", "complaint": "yes", "seen": "yes"}
        assert (await house.browser().post("/contact", data=told, allow_redirects=False)).status == 303
    await house.desk.transact(SYSTEM, _execute, sa.update(addresses).where(addresses.c.value == new).values(
        customer_id=ana_id))  # fmt: skip
    await house.desk.transact(SYSTEM, _execute, sa.update(interactions).values(customer_id=ana_id))
    await house.desk.transact(SYSTEM, _execute, sa.update(complaints).values(customer_id=ana_id))

    shown = {by: await text_of(await house.signed_in(by), "/help/cases") for by in (ANA, other, new, MOBILE)}

    numbers = {row.number for row in await house.rows(complaints)}
    seen = {by: {number for number in numbers if number in page} for by, page in shown.items()}
    assert (len(seen[ANA]), len(seen[new]), seen[other], seen[MOBILE]) == (1, 1, set(), set())
    assert seen[ANA] != seen[new]
    assert ["Contact form" in page for page in shown.values()] == [True, False, True, False]
    assert all("Text message" in page for page in shown.values())


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


# What an answer gives away.


async def test_known_and_unknown_are_answered_by_the_same_words_after_the_same_work(house, monkeypatch):
    """Who has the address is looked up by a job, after the answer: nothing that is done before depends on it."""
    await house.customer(("email", ANA), ("phone", MOBILE))
    done: list[str] = []
    for verb in ("read", "transact"):
        monkeypatch.setattr(house.desk, verb, _noting(done, getattr(house.desk, verb)))
    seen = []

    for address in (ANA, "nobody@example.org", MOBILE, "+447400123457", " ANA@Example.org "):
        said = await house.asks(house.browser(), address)
        (job,) = await house.rows(jobs)
        page = await house.browser().get(said.headers["Location"])
        seen.append((said.status, said.headers["Location"], sorted(said.headers), await page.text(), job.name, *done))
        assert await house.rows(sign_in_links) == []
        await house.desk.transact(SYSTEM, _forget_all)
        done.clear()
    assert len(set(map(str, seen))) == 1


def _noting(done: list[str], verb: Any) -> Any:
    async def noted(who: Actor, work: Any, *args: Any, **more: Any) -> Any:
        done.append(name_of(work))
        return await verb(who, work, *args, **more)

    return noted


def _forget_all(tx: Tx) -> None:
    tx.execute(sa.delete(jobs))


async def test_who_asks_too_often_is_told_the_same_for_known_and_unknown(house):
    await house.customer(("email", ANA))
    texts = set()
    for address in (ANA, "nobody@example.org"):
        tries = [await house.asks(house.browser(), address.replace("@", f"+{n}@") if n else address) for n in range(4)]
        assert [one.status for one in tries] == [303, 303, 303, 429], address
        assert tries[-1].headers["Retry-After"]
        texts.add(re.sub(r'value="[^"]*"', "", await tries[-1].text()))
    assert len(texts) == 1
    for n in range(2):
        assert (await house.asks(house.browser(), f"other{n}@example.org")).status == 303
    assert (await house.asks(house.browser(), "one-more@example.org")).status == 429  # by who asks


async def test_nobody_gets_a_bomb_of_links_wherever_they_are_asked_for(house, monkeypatch):
    """Counted where links are issued, too: by every process together, and after a restart."""
    await house.customer(("email", ANA))
    await house.customer(("email", BO))
    for _ in range(60):
        house.later(seconds=5)
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
    assert len(house.mail.sent) == links.QUICK
    for _ in range(30):
        house.later(minutes=20)
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
    assert len(house.mail.sent) == links.MOST_A_DAY
    monkeypatch.setitem(links.MOST_TOGETHER, "email", 0)
    await house.desk.transact(SYSTEM, ask, "email", BO, language="en")
    await house.jobs_done()
    assert len(house.mail.sent) == links.MOST_A_DAY


async def test_no_crowd_of_strangers_keeps_a_customer_from_signing_in(house):
    """More than any limit that all share would let through, for addresses that nobody knows, each from elsewhere."""
    house.desk.settings.trusted_proxies = "127.0.0.0/8"
    await house.customer(("email", ANA))
    stranger = house.browser()
    for n in range(330):
        said = await house.asks(
            stranger, f"nobody{n}@example.org", headers={"X-Forwarded-For": f"9.2.{n // 200}.{n % 200}"}
        )
        assert said.status == 303, n
    assert (await house.asks(house.browser(), ANA)).status == 303
    await house.jobs_done()
    assert [one.to for one in house.mail.sent] == [ANA]
    assert (await press(house.browser(), path_in(house.mail.sent[0].text))).status == 303


async def test_who_is_asked_for_again_and_again_leaves_room_for_who_has_no_link_yet(house, monkeypatch):
    await house.customer(("email", ANA))
    await house.customer(("email", BO))
    monkeypatch.setitem(links.MOST_TOGETHER, "email", 4)
    for _ in range(8):
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
        house.later(minutes=2)
    assert [one.to for one in house.mail.sent] == [ANA, ANA]
    await house.desk.transact(SYSTEM, ask, "email", BO, language="en")
    await house.jobs_done()
    assert [one.to for one in house.mail.sent] == [ANA, ANA, BO]


async def test_no_stranger_who_asks_on_and_on_keeps_a_customer_from_signing_in(house_on_each):
    """From wherever, for most of a day: her links work, she is told what everybody is, and gets no bomb."""
    house = house_on_each
    house.desk.settings.trusted_proxies = "127.0.0.0/8"
    await house.customer(("email", ANA))
    assert (await house.asks(house.browser(), ANA)).status == 303
    await house.jobs_done()
    hers = path_in(house.mail.sent[-1].text)

    stranger = house.browser()
    for n in range(75):
        said = await house.asks(stranger, ANA, headers={"X-Forwarded-For": f"9.0.{n}.1"})
        assert said.status == 303, n
        await house.jobs_done()
        newest = path_in(house.mail.sent[-1].text)
        assert (await house.browser().get(newest, headers={"X-Forwarded-For": f"9.1.{n}.1"})).status == 200, n
        if n == 0:
            assert newest == hers
        house.later(seconds=30 if n < 4 else 16 * 60)
    assert len(house.mail.sent) == links.MOST_A_DAY

    asked, unknown = [await house.asks(house.browser(), one) for one in (ANA, "nobody@example.org")]
    assert (asked.status, asked.headers["Location"]) == (unknown.status, unknown.headers["Location"])
    await house.jobs_done()
    house.later(minutes=14)
    assert len(house.mail.sent) == links.MOST_A_DAY
    assert (await press(house.browser(), path_in(house.mail.sent[-1].text))).status == 303
    await house.signed_in()  # and by a new one, as soon as she wants it
    assert len(house.mail.sent) == links.MOST_A_DAY + 1


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
    await house.desk.transact(SYSTEM, _talks, "visitor-1", "Hello", channel="chat", claims_email="claimed@example.org")
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


# Sessions.


async def test_the_end_of_what_a_session_stands_on_is_its_end(house_on_each):
    """She is signed in, and nobody from one moment to the next; a link that waits for her opens nothing."""
    house = house_on_each
    ana_id, other = await house.customer(("email", ANA), ("phone", MOBILE)), await house.customer(("email", BO))
    slug = (await fill(house.front))["customers"]
    hers = sa.update(addresses).where(addresses.c.value == ANA)
    ends = {
        "merged": hers.values(customer_id=other),
        "doubted": hers.values(kind="claimed_email"),
        "erased": sa.delete(addresses).where(addresses.c.customer_id == ana_id),
    }

    for name, change in ends.items():
        ana, link = await house.signed_in(), await house.link()
        assert await is_signed_in(ana) and await reads(ana, slug)
        await house.desk.transact(SYSTEM, _execute, change)
        assert not await is_signed_in(ana) and not await reads(ana, slug), name
        assert (await press(house.browser(), link)).status == 410, name
        await house.desk.transact(SYSTEM, _execute, hers.values(customer_id=ana_id, kind="email"))
        house.later(minutes=16)


def _execute(tx: Tx, change: sa.Executable) -> None:
    tx.execute(change)


async def test_a_session_ends_by_age_by_idleness_by_its_holder_and_by_the_house(house):
    await house.customer(("email", ANA))
    ana = await house.signed_in()
    secret = secret_in(ana)
    for _ in range(5):  # used every six days
        house.later(days=5, hours=23)
        assert await is_signed_in(ana)
    house.later(hours=6)
    assert not await is_signed_in(ana)  # thirty days

    idle = await house.signed_in()
    house.later(days=7)
    assert not await is_signed_in(idle)

    leaves = await house.signed_in()
    kept = {"Cookie": f"{COOKIE}={secret_in(leaves)}"}
    assert (await press(leaves, "/help/sign-out")).headers["Location"] == "/help"
    assert secret_in(leaves) == ""
    assert not await is_signed_in(house.browser()) and secret not in kept["Cookie"]
    assert (await house.browser().get("/help/cases", headers=kept, allow_redirects=False)).status == 303

    here = await house.signed_in()
    await house.says("customer_sign_in", False)
    assert (await here.get("/help/cases", allow_redirects=False)).status == 303
    assert (await here.get("/help/sign-in")).status == 404
    assert (await house.asks(here, ANA)).status == 404


async def test_what_ends_by_switching_sign_in_off_stays_ended(house_on_each):
    house = house_on_each
    await house.customer(("email", ANA))

    def may(tx: Tx, yes: bool) -> None:
        load(tx, Document(customer_sign_in=yes))

    ana, link = await house.signed_in(), await house.link()
    await house.desk.transact(SYSTEM, may, False)
    assert await house.rows(customer_sessions) == []
    await house.desk.transact(SYSTEM, may, True)
    assert not await is_signed_in(ana)
    assert (await house.browser().get(link)).status == 410 and (await press(ana, link)).status == 410
    again = await house.signed_in()
    await house.desk.transact(SYSTEM, may, True)  # on as before
    assert await is_signed_in(again)

    await house.says("customer_sign_in", False)  # whoever slips in at that instant
    await house.desk.transact(SYSTEM, may, True)
    assert not await is_signed_in(again)


async def test_who_signs_out_while_sign_in_is_off_has_ended_the_session(house):
    await house.customer(("email", ANA))
    ana = await house.signed_in()
    held = {"Cookie": f"{COOKIE}={secret_in(ana)}"}
    await house.says("customer_sign_in", False)
    assert (await press(house.browser(), "/help/sign-out", headers=held)).headers["Location"] == "/help"
    await house.says("customer_sign_in", True)
    assert (await house.browser().get("/help/cases", headers=held, allow_redirects=False)).status == 303
    assert await house.rows(customer_sessions) == []


async def test_a_sign_in_is_a_session_of_its_own_and_the_tables_open_nothing(house):
    await house.customer(("email", ANA))
    planted = "x" * 43
    carried = {"Cookie": f"{COOKIE}={planted}"}
    said = await press(house.browser(), await house.link(), headers=carried)
    cookie = said.cookies[COOKIE]
    assert cookie.value != planted and len(cookie.value) * 6 >= 256
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/help", "Lax", True)
    (row,) = await house.rows(customer_sessions)
    assert row.id == digest(cookie.value)

    held = {"Cookie": f"{COOKIE}={cookie.value}"}
    again = await press(house.browser(), await house.link(), headers=held)
    (row,) = await house.rows(customer_sessions)  # the one before is over
    assert row.id == digest(again.cookies[COOKIE].value)
    for _ in range(MOST):
        house.later(minutes=16)
        newest = await house.signed_in()
    kept = {one.id for one in await house.rows(customer_sessions)}
    assert len(kept) == MOST and row.id not in kept and await is_signed_in(newest)
    (link, *_) = await house.rows(sign_in_links)
    for secret in (row.id, link.id, planted, cookie.value, "", "é" * 30, "x" * 5000):
        held = {"Cookie": f"{COOKIE}={secret}"}
        assert (await house.browser().get("/help/cases", headers=held, allow_redirects=False)).status in (303, 431)


async def test_a_customers_session_opens_nothing_of_staff_nor_staffs_anything_of_customers(house):
    await house.customer(("email", ANA))
    slugs = await fill(house.front)
    ana, agent = await house.signed_in(), await house.front.signed_in("agent")
    secret = secret_in(ana)

    as_staff = {"Cookie": f"careline={secret}; __Host-careline={secret}", "Authorization": f"Bearer {secret}"}
    assert (await house.browser().get("/logout", headers=as_staff)).status == 405
    assert (await ana.get("/login", allow_redirects=False)).status == 200
    assert (await house.browser().get("/login", headers=as_staff, allow_redirects=False)).status == 200
    assert not await is_signed_in(agent) and not await reads(agent, slugs["customers"])


async def test_over_https_the_cookie_is_for_https(tmp_path, sqlite_url, manual_clock):
    async with open_customers(tmp_path, sqlite_url, manual_clock, public_url="https://desk.example.org") as house:
        await house.customer(("email", ANA))
        said = await press(house.browser(), await house.link())
        assert said.cookies["__Secure-careline-customer"]["secure"]


async def test_the_log_says_who_signed_in_and_by_no_address(house_on_each):
    house = house_on_each
    ana_id = await house.customer(("email", ANA))
    ana = await house.signed_in()
    await press(ana, "/help/sign-out")

    logged = [row for row in await house.rows(events) if row.subject == ana_id and row.name != "customer.added"]
    assert [row.name for row in logged] == ["customer.link_issued", "customer.signed_in", "customer.signed_out"]
    assert not any(ANA in str(row) for row in logged)
