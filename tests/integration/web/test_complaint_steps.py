"""The page of a complaint opens the step forward, and the register stands in the order of what is due."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from desk.complaints.lifecycle import State
from desk.complaints.transitions import transition
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row, Tx
from desk.tables import complaints, users
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from tests.integration.web.test_complaint_page import _open_queues, complained
from web.pages.complaints import complaints as complaints_pages
from web.pages.help import contact

FORWARD = {
    "logged": "triage",
    "triage": "investigating",
    "investigating": "decision_review",
    "waiting_customer": "investigating",
    "decision_review": "closed",
}


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*complaints_pages.routes, *contact.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, _open_queues)
        yield opened


async def test_the_step_forward_is_open_first_and_the_only_primary_one(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)

    for state, forward in FORWARD.items():
        await changes(house, complaint, state=state)
        text = await page_of(browser, complaint)
        steps = re.findall(r'<details class="sheet"( open)?><summary.*?</details>', text, re.DOTALL)
        assert [bool(is_open) for is_open in steps] == [True] + [False] * (len(steps) - 1), state
        first = re.search(r'<details class="sheet" open>.*?</details>', text, re.DOTALL)
        assert first is not None and f'name="to" value="{forward}"' in first[0]
        assert text.count('class="btn primary"') == 1
        assert re.search(r'class="btn primary">[^<]+ <kbd>Ctrl ↵</kbd>', first[0])


async def test_while_the_final_response_is_on_its_way_nobody_is_asked_to_approve_or_to_send_it(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    await changes(house, complaint, state="decision_review", owner_id=None, cause="process")
    await house.desk.transact(
        SYSTEM, transition, complaint.id, State.CLOSED, decision="not_upheld", response="We looked; it was not so."
    )

    text = await page_of(browser, complaint)

    assert "The final response is on its way" in text
    assert "must approve too" not in text
    assert 'name="to"' not in text


async def test_what_is_wrong_first_has_the_focus_and_a_page_that_is_older_is_told_so_in_words(house: Front) -> None:
    browser = await house.signed_in("admin")
    complaint = await complained(house, browser)
    await changes(house, complaint, state="investigating")
    address = f"/complaints/{complaint.id}"
    step = {
        "csrf_token": csrf_token(await page_of(browser, complaint)),
        "to": "decision_review",
        "findings": "So it was",
    }

    refused = await (
        await browser.post(f"{address}/transitions", data=step | {"cause": "process", "redress": "refund"})
    ).text()
    assert re.search(r'name="amount"[^>]* aria-invalid="true" autofocus', refused)
    assert re.search(r'name="currency"[^>]* aria-invalid="true">', refused)
    assert refused.count("autofocus") == 1

    await changes(house, complaint, state="resolved_early")
    late = await browser.post(f"{address}/transitions", data=step)
    assert late.status == 422
    told = await late.text()
    assert "the complaint is in “Resolved early” by now" in told
    assert "resolved_early" not in told
    assert re.search(r'role="alert" tabindex="-1" autofocus', told)


async def test_the_register_stands_in_the_order_of_what_is_due_and_its_colours_are_what_it_counts(
    house: Front,
) -> None:
    browser = await house.signed_in("admin")
    for who in ("eva", "ben", "kim"):
        wrote = {"name": who, "email": f"{who}@example.org", "text": "Late again", "complaint": "yes", "remedy": "None"}
        assert (await browser.post("/contact", data=wrote)).status == 200
        house.clock.advance(timedelta(days=2))
    first, second, last = await house.desk.read(SYSTEM, lambda rx: rx.all(complaints.select().order_by("number")))
    soon = house.clock.now() + timedelta(hours=1)
    await changes(house, last, next_due_at=soon)
    body = {"body": "The ombudsman", "due_at": house.clock.now() + timedelta(days=90)}
    await house.desk.transact(SYSTEM, transition, first.id, State.EXTERNAL, **body)
    house.clock.advance(timedelta(days=9))

    text = await (await (await house.signed_in("supervisor")).get("/complaints")).text()

    assert re.findall(r">(C-\d{4}-\d{5})</a>", text) == [second.number, last.number, first.number]
    table, _, side = text.partition("</table>")
    counted = re.search(r"Due within 2 business days</span></td><td class=\"num\">(\d+)", side)
    assert counted is not None and table.count('data-tone="warn"') == int(counted[1])
    assert "outside body" in table


async def page_of(browser: Client, complaint: Row) -> str:
    return await (await browser.get(f"/complaints/{complaint.id}")).text()


async def changes(house: Front, complaint: Row, **values: object) -> None:
    def change(tx: Tx) -> None:
        owner = tx.all(users.select())[0].id
        tx.update(complaints, complaint.id, **({"owner_id": owner} | values))

    await house.desk.transact(SYSTEM, change)
