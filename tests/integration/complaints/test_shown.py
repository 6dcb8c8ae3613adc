"""What is shown of complaints, and what no event carries."""

from datetime import timedelta

import pytest

from desk.complaints.register import complaints_of_customer, list_complaints, one_complaint
from desk.complaints.replies import customer_writes
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Actor
from desk.tables import (
    events,
)
from tests.integration.complaint_house import House

DAY = timedelta(days=1)


async def test_no_event_carries_what_was_said(house: House) -> None:
    issued = await house.logs(await house.customer(), verbatim="The boiler exploded")
    await house.until(issued, "closed")
    await house.passes(20 * DAY)

    said = str([row.data for row in await house.rows(events)])
    assert "boiler" not in said
    assert "Eva" not in said
    assert "example.test" not in said


async def test_what_a_complainant_writes_moves_the_complaint(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "investigating")
    due = house.clock.now() + DAY
    await house.moves(issued, "waiting_customer", question="Which account?", due_at=due)
    eva = Actor.customer(issued.id)

    with pytest.raises(Invalid):
        await house.transact(eva, customer_writes, issued.id, "  ")
    await house.transact(eva, customer_writes, issued.id, "Account 5")
    assert (await house.complaint(issued)).state == "investigating"
    (step,) = await house.work("complaint_step")
    assert step.title == f"{issued.number}: the customer wrote"

    await house.moves(issued, "decision_review", no_investigation_reason="Admitted")
    await house.moves(issued, "closed", by="sue", decision="not_upheld", response="The fee was agreed.")
    await house.passes(DAY)
    await house.transact(eva, customer_writes, issued.id, "I never agreed")
    complaint = await house.complaint(issued)
    assert (complaint.state, complaint.cycle, complaint.reason) == ("triage", 1, "I never agreed")


async def test_the_screen_pop_shows_what_is_open(house: House) -> None:
    eva = await house.customer()
    first, second = await house.logs(eva), await house.logs(eva, category="delivery")
    await house.moves(first, "void", by="ben", reason="duplicate")

    (shown,) = await house.read(house.system, complaints_of_customer, eva)
    assert (shown["number"], shown["title"], shown["state"]) == (second.number, "delivery", "logged")


async def test_the_register_pages_through_everything(house: House) -> None:
    eva = await house.customer()
    issued = [await house.logs(eva) for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await house.read(house.system, list_complaints, cursor=cursor, limit=2, state="open")
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [item.number for item in issued]
    with pytest.raises(Invalid):
        await house.read(house.system, list_complaints, cursor=None, limit=2, mood="bad")


async def test_one_complaint_tells_its_whole_story(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(DAY)
    await house.moves(issued, "reopened", reason="Not right")

    told = await house.read(house.people["ana"], one_complaint, issued.id)
    assert [span["state"] for span in told["spans"]][-3:] == ["closed", "reopened", "triage"]
    assert told["allowed"] == ["investigating", "resolved_early", "withdrawn", "void", "external"]
    assert {item["name"] for item in told["milestones"] if item["cycle"] == 0} >= {"decision", "final_response"}
    assert told["recoveries"][0]["state"] == "stopped"
