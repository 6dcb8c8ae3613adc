"""Customers who sign in to the help centre, under attack: who reads which article and which case by which session."""

import re

import sqlalchemy as sa

from desk.complaint_handlers import STATUS
from desk.complaints.complaints import log_complaint
from desk.kernel.tokens import sign
from desk.kernel.transaction import Tx
from desk.tables import (
    addresses,
    complaints,
    interactions,
    taxonomy,
)
from tests.integration.web.customers_house import ANA, BO, MOBILE
from tests.integration.web.front import SYSTEM
from tests.integration.web.help_house import HIDDEN, fill, says, text_of, words_of
from tests.security.customers.signed_in import execute, reads, talks
from tests.security.test_help_centre import DOORS

#: Where a customer who has signed in finds an article that is for customers. Machines do so nowhere.
SHOW_HER = (
    "/help/c/returns",
    "/help/a/when-does-my-refund-arrive",
    "/help/search?q=refund",
    "/help/suggest?q=refund",
)


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
    await tell(SYSTEM, talks, ANA, "My lamp")
    await tell(SYSTEM, talks, BO, "His chair")
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
    claimed = await tell(SYSTEM, talks, "visitor-1", "In a chat", channel="chat", claims_email=ANA)
    await tell(SYSTEM, talks, ANA, "Under her name", authentication="failed")
    await tell(SYSTEM, talks, ANA, "By form", channel="form")
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
    await house.desk.transact(SYSTEM, talks, MOBILE, "By telephone", channel="sms", kind="phone")
    for mailbox in (ANA.upper(), new):
        told = {"email": mailbox, "text": "A stranger's words", "complaint": "yes", "seen": "yes"}
        assert (await house.browser().post("/contact", data=told, allow_redirects=False)).status == 303
    await house.desk.transact(SYSTEM, execute, sa.update(addresses).where(addresses.c.value == new).values(
        customer_id=ana_id))  # fmt: skip
    await house.desk.transact(SYSTEM, execute, sa.update(interactions).values(customer_id=ana_id))
    await house.desk.transact(SYSTEM, execute, sa.update(complaints).values(customer_id=ana_id))

    shown = {by: await text_of(await house.signed_in(by), "/help/cases") for by in (ANA, other, new, MOBILE)}

    numbers = {row.number for row in await house.rows(complaints)}
    seen = {by: {number for number in numbers if number in page} for by, page in shown.items()}
    assert (len(seen[ANA]), len(seen[new]), seen[other], seen[MOBILE]) == (1, 1, set(), set())
    assert seen[ANA] != seen[new]
    assert ["Contact form" in page for page in shown.values()] == [True, False, True, False]
    assert all("Text message" in page for page in shown.values())
