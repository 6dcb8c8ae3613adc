"""The pages of a shop that is closed: they say so, take what is written all the same, and keep a reason to themselves
unless whoever closed it says otherwise."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from desk.complaint_handlers import STATUS
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import complaints
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.integration.web.shown import Shown
from web.pages import call, login, status
from web.pages.admin import hours as admin_hours
from web.pages.help import contact

HOURS = "/admin/hours"
ORGANIZATION = """
default_queue: general
queues:
  general: {name: General, hours: shop}
  complaints: {name: Complaints, hours: shop}
hours:
  shop: {week: {thursday: ["08:00-18:00"], friday: ["08:00-18:00"]}}
"""
WROTE = {"email": "ana@example.org", "text": "My kettle leaks."}


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*contact.routes, *status.routes, *call.routes, *admin_hours.routes, *login.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, load, read(ORGANIZATION))
        opened.clock.set(datetime(2026, 11, 26, 12, tzinfo=UTC))
        yield opened


async def text_of(browser: Client, path: str) -> str:
    response = await browser.get(path)
    assert response.status == 200
    return unescape(await response.text())


async def test_the_contact_page_says_that_we_are_closed_and_until_when(house: Front) -> None:
    browser = house.browser()
    assert "closed" not in await text_of(browser, "/contact")

    house.clock.set(datetime(2026, 11, 26, 20, tzinfo=UTC))
    for path in ("/contact", "/call"):
        assert "We are closed now. We open again on 27 November 2026, 08:00. What you write is kept" in await text_of(
            browser, path
        )
    response = await browser.post("/contact", data=WROTE)
    text = await response.text()
    assert "We have your message" in text and "We are closed now." in text


async def test_why_it_was_closed_at_once_is_told_to_customers_only_if_it_is_said_so(house: Front) -> None:
    boss, browser = await house.signed_in("supervisor"), house.browser()
    await closes(boss, "Fire alarm")
    text = await text_of(browser, "/contact")
    assert "We are closed now. What you write is kept" in text and "Fire" not in text

    await closes(boss, "Fire alarm in the house", told="yes")
    assert "We are closed now. Fire alarm in the house. What you write is kept" in await text_of(browser, "/contact")
    assert "customers are told this reason" in await text_of(boss, HOURS)
    await closes(boss, do="open")
    assert "closed" not in await text_of(browser, "/contact")


async def test_the_page_of_a_complaint_says_so_too(house: Front) -> None:
    browser = house.browser()
    await browser.post("/contact", data=WROTE | {"complaint": "yes"})
    (complaint,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    page = f"/t/{sign(house.desk.settings.secret_key, STATUS, complaint.id)}"
    assert "closed now" not in await text_of(browser, page)

    house.clock.set(datetime(2026, 11, 26, 20, tzinfo=UTC))
    assert "We are closed now. We open again on 27 November 2026, 08:00." in await text_of(browser, page)


async def closes(boss: Client, reason: str = "", **fields: str) -> None:
    page = Shown(await (await boss.get(HOURS)).text())
    sent = {name: value for name, value in page.fields.items() if name != "told"} | {"do": "close"}
    answer = await boss.post(HOURS, data=sent | {"calendar": "shop", "reason": reason} | fields)
    assert answer.status == 200
