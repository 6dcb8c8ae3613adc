"""Sessions of customers, under attack: those that outlive their reason, and whose they are."""

import sqlalchemy as sa

from desk.customer_access.sessions import MOST
from desk.kernel.transaction import Tx
from desk.organization.file import Document
from desk.organization.organization import load
from desk.people.access import digest
from desk.tables import (
    addresses,
    customer_sessions,
    events,
    sign_in_links,
)
from tests.integration.web.customers_house import ANA, BO, MOBILE, open_customers, press
from tests.integration.web.front import SYSTEM
from tests.integration.web.help_house import fill
from tests.security.customers.signed_in import COOKIE, execute, is_signed_in, reads, secret_in

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
        await house.desk.transact(SYSTEM, execute, change)
        assert not await is_signed_in(ana) and not await reads(ana, slug), name
        assert (await press(house.browser(), link)).status == 410, name
        await house.desk.transact(SYSTEM, execute, hers.values(customer_id=ana_id, kind="email"))
        house.later(minutes=16)


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
