"""Deciding and closing, and whose word it needs."""

from datetime import timedelta

import pytest

from desk.complaints.replies import customer_writes
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Actor
from desk.tables import (
    complaint_spans,
    recoveries,
    work_items,
)
from tests.integration.complaint_house import START, House

DAY = timedelta(days=1)


async def test_what_a_complainant_writes_while_somebody_has_the_step_in_hand_is_a_step_of_its_own(house: House) -> None:
    issued = await house.logs(await house.customer())

    async def writes(words: str) -> None:
        await house.transact(Actor.customer(issued.id), customer_writes, issued.id, words)

    await writes("And another thing")
    (first,) = await house.work("complaint_step")
    await writes("I mean it")
    (renamed,) = await house.work("complaint_step")
    assert renamed.id == first.id
    assert [row.subject for row in await house.told("work_item.queued")] == [first.id, first.id]

    await house.transact(house.system, lambda tx: tx.update(work_items, first.id, state="active"))
    await writes("Are you there?")

    (held,) = await house.work("complaint_step", "active")
    (new,) = await house.work("complaint_step")
    assert (held.id, held.title) == (first.id, renamed.title)
    assert new.id != first.id


async def test_closing_is_the_final_response_going_out(house: House) -> None:
    eva = await house.customer()
    issued = await house.logs(eva)
    await house.until(
        issued, "decision_review", redress={"kind": "refund", "amount": {"amount": "12.5", "currency": "eur"}}
    )
    await house.passes(DAY)

    moved = await house.moves(issued, "closed", by="sue", decision="upheld", response="You were charged twice.")
    assert (moved.state, moved.pending) == ("decision_review", True)
    with pytest.raises(Conflict, match="on its way"):
        await house.moves(issued, "investigating", reason="Wait")
    await house.passes()

    complaint = await house.complaint(issued)
    assert (complaint.state, complaint.closed_at, complaint.next_action) == ("closed", house.clock.now(), "")
    assert "You were charged twice." in house.mail.sent[-1].text
    assert "12.50 EUR" in house.mail.sent[-1].text
    reached = await house.milestones(issued)
    assert reached["received"] <= reached["logged"] <= reached["decision"] <= reached["final_response"]
    spans = await house.rows(complaint_spans, complaint_id=issued.id)
    assert [row.state for row in sorted(spans, key=lambda row: row.from_at)] == [
        "logged",
        "triage",
        "investigating",
        "decision_review",
        "closed",
    ]
    assert sum(row.to_at is None for row in spans) == 1


async def test_who_investigated_cannot_approve(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "decision_review")

    with pytest.raises(Invalid) as wrong:
        await house.moves(issued, "closed", by="ana", decision="sure")

    assert {field for field, _ in wrong.value.errors} == {"decision", "response", "approver"}


async def test_a_grave_decision_needs_a_third_person(house: House) -> None:
    issued = await house.logs(await house.customer(vulnerable=True))
    await house.until(issued, "decision_review")
    asked = {"decision": "not_upheld", "response": "The fee was agreed."}

    first = await house.moves(issued, "closed", by="sue", **asked)
    assert first.awaits == ("a second approver: the customer is vulnerable",)
    with pytest.raises(Invalid, match="third person"):
        await house.moves(issued, "closed", by="sue", **asked)
    await house.moves(issued, "closed", by="tom", **asked)
    await house.passes()

    complaint = await house.complaint(issued)
    assert complaint.state == "closed"
    assert complaint.approver_id != complaint.second_approver_id
    assert await house.rows(recoveries) == []


async def test_resolved_within_three_days_needs_no_letter(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "triage")
    await house.moves(issued, "resolved_early", acceptance="“Thank you, that settles it”", cause="process")

    complaint = await house.complaint(issued)
    assert (complaint.state, complaint.decision) == ("resolved_early", "resolved_informally")
    assert (await house.deadlines(issued))["final_response"].met_at is not None


async def test_the_early_window_closes_with_the_site(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "triage")
    await house.passes((await house.deadlines(issued))["early_window"].due_at - START + timedelta(seconds=1))

    with pytest.raises(Invalid, match="early window"):
        await house.moves(issued, "resolved_early", acceptance="Thanks", cause="process")


async def test_nobody_voids_their_own_complaint(house: House) -> None:
    issued = await house.logs(await house.customer())
    with pytest.raises(Invalid, match="reviewer"):
        await house.moves(issued, "void", reason="duplicate")

    await house.moves(issued, "void", by="ben", reason="duplicate")
    assert (await house.complaint(issued)).state == "void"
    await house.passes(60 * DAY)
    assert await house.told("complaint.deadline_missed") == []
