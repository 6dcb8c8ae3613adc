"""Administration: the organization as it is, people, and what needs a person."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.organization.organization import load
from desk.tables import jobs
from tests.integration.floor import sample_organization
from tests.integration.web.front import SYSTEM, Front, open_front
from web.pages.admin import overview as admin


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=admin.routes) as opened:
        yield opened


async def test_a_new_installation_says_what_will_appear(house: Front) -> None:
    browser = await house.signed_in("admin")

    text = await (await browser.get("/admin")).text()

    assert "No queues yet" in text and "careline org load" in text
    assert "Nothing has failed" in await (await browser.get("/admin/trouble")).text()


async def test_the_organization_is_shown_as_it_is(house: Front) -> None:
    await house.desk.transact(SYSTEM, load, sample_organization())
    browser = await house.signed_in("admin")

    overview = await (await browser.get("/admin")).text()
    users = await (await browser.get("/admin/users")).text()

    for words in (
        "Halden Home",
        "Technical",
        "Appliances and repairs 1",
        "support@demo.test",
        "Avery Lindqvist",
        "80 %",
    ):
        assert words in overview
    assert "no password yet" in users and "by password" in users


async def test_work_that_was_put_aside_waits_for_a_person(house: Front, manual_clock: ManualClock) -> None:
    at = manual_clock.now()
    values: dict[str, Any] = {"due_at": at, "failed_at": at, "attempts": 12, "data": {}}
    error = "Rejected: <b>no such mailbox</b>"
    await house.desk.transact(
        SYSTEM, lambda tx: tx.insert(jobs, id=tx.new_id(), name="send_letter", error=error, **values)
    )
    browser = await house.signed_in("admin")

    text = await (await browser.get("/admin/trouble")).text()

    assert "send_letter" in text and "&lt;b&gt;no such mailbox" in text
