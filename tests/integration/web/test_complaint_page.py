"""The page of a complaint speaks in names: no code and no id of a row reaches who reads it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from desk.complaints.lifecycle import State
from desk.complaints.transitions import transition
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row, Tx
from desk.tables import complaints, letters, queues, recoveries, recovery_actions, taxonomy
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from web.pages.complaints import complaints as complaints_pages
from web.pages.help import contact


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*complaints_pages.routes, *contact.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, _open_queues)
        yield opened


async def test_letters_decisions_and_causes_are_in_words(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    letter_id = await house.desk.transact(SYSTEM, _was_put_right, complaint.id)

    text = await (await browser.get(f"/complaints/{complaint.id}")).text()

    assert "Sent, Acknowledgement letter" in text
    assert letter_id not in text
    assert "<dt>Decision</dt><dd>Partly upheld</dd>" in text
    assert "<dt>Cause</dt><dd>nosuch (not in the list)</dd>" in text


async def test_a_date_that_no_calendar_has_is_named_and_nothing_is_kept(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    address = f"/complaints/{complaint.id}"
    token = csrf_token(await (await browser.get(address)).text())

    for due_at in ("0001-01-01T00:00", "9999-12-31T23:59", "soon"):
        step = {"csrf_token": token, "to": "external", "body": "Ombudsman", "due_at": due_at}
        refused = await browser.post(f"{address}/transitions", data=step)
        assert refused.status == 422
        assert "a date and time, please" in await refused.text()
    (after,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    assert after == complaint


async def test_a_closed_complaint_counts_nothing_down(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    assert "business days</span>" in clocks_of(await (await browser.get(f"/complaints/{complaint.id}")).text())

    words = {"words": "“Forget it”", "cause": "process"}
    await house.desk.transact(SYSTEM, transition, complaint.id, State.WITHDRAWN, **words)

    shown = clocks_of(await (await browser.get(f"/complaints/{complaint.id}")).text())
    assert not re.search(r"(business days?|min|days?)</span>", shown)
    assert shown.count("no longer runs") >= 2
    register = await (await browser.get("/complaints?state=closed")).text()
    assert "</time>, no longer runs" in register


async def test_an_amount_belongs_to_what_was_proposed_or_says_what_pays_it(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    goodwill = {"kind": "goodwill", "amount": {"amount": "5.00", "currency": "EUR"}}
    await house.desk.transact(
        SYSTEM, lambda tx: tx.update(complaints, complaint.id, state="investigating", redress=goodwill)
    )
    address = f"/complaints/{complaint.id}"
    token = csrf_token(await (await browser.get(address)).text())
    step = {"csrf_token": token, "to": "decision_review", "findings": "So it was", "cause": "process"}

    for field, wrong in (("amount", {"amount": "12,50", "currency": "EUR"}), ("currency", {"amount": "12.50"})):
        refused = await browser.post(f"{address}/transitions", data=step | wrong)
        assert refused.status == 422
        assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', await refused.text())
    corrected = step | {"amount": "7.50", "currency": "EUR"}
    assert (await browser.post(f"{address}/transitions", data=corrected)).status == 200
    (after,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    assert after.redress == {"kind": "goodwill", "amount": {"amount": "7.50", "currency": "EUR"}}

    apology = {"state": "investigating", "redress": {"kind": "apology"}}
    await house.desk.transact(SYSTEM, lambda tx: tx.update(complaints, complaint.id, **apology))
    refused = await browser.post(f"{address}/transitions", data=corrected)
    assert refused.status == 422
    assert re.search(r'name="redress" aria-invalid="true"', await refused.text())


async def complained(house: Front, browser: Client) -> Row:
    """The complaint that somebody wrote in the form."""
    wrote = {"name": "Ana", "email": "ana@example.org", "text": "Late again", "complaint": "yes", "remedy": "A refund"}
    assert (await browser.post("/contact", data=wrote)).status == 200
    (complaint,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    return complaint


def clocks_of(page: str) -> str:
    """Where the page shows the clocks."""
    return page.partition(">Clocks ")[2]


def _open_queues(tx: Tx) -> None:
    for key in ("general", "complaints"):
        tx.insert(queues, key=key, name=key, skills={}, priority=0)


def _was_put_right(tx: Tx, complaint_id: str) -> str:
    """The acknowledgement stands as the evidence of what was done; nobody listed the cause. Returns the letter's id."""
    (letter,) = tx.all(sa.select(letters))
    complaint = tx.one(complaints, complaint_id)
    tx.update(complaints, complaint_id, decision="partly", cause="nosuch")
    tx.insert(taxonomy, kind="cause", code="courier", name="The courier")
    recovery_id = tx.new_id()
    tx.insert(
        recoveries, id=recovery_id, complaint_id=complaint_id, customer_id=complaint.customer_id, started_at=tx.now
    )
    done = {
        "offered_from": tx.now,
        "due_at": tx.now,
        "state": "done",
        "done_at": tx.now,
        "outcome": "sent",
        "evidence": f"letter {letter.id}",
    }
    tx.insert(recovery_actions, id=tx.new_id(), recovery_id=recovery_id, title="Say so", **done)
    return str(letter.id)
