"""What is made good after closing, and what opening again does to it."""

from datetime import timedelta

import pytest

from desk.agents.outcomes import outcomes_of
from desk.agents.work import complete
from desk.complaints.recovery import complete_action
from desk.complaints.register import one_complaint
from desk.kernel.errors import Invalid, Stale
from desk.tables import (
    complaint_spans,
    recoveries,
    recovery_actions,
    work_items,
)
from tests.integration.complaint_house import House

DAY = timedelta(days=1)


async def test_recovery_actions_become_work_when_due(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed", redress={"kind": "refund", "amount": {"amount": "20", "currency": "EUR"}})
    await house.passes()

    recovery = await house.row(recoveries)
    assert (recovery.state, recovery.strategy) == ("running", "treat fairly")
    assert {row.title.split(": ")[1] for row in await house.work("recovery_action")} == {
        "Put right what went wrong",
        "Pay the redress",
    }
    await house.passes(2 * DAY)
    waiting = await house.work("recovery_action")
    assert {"Call back personally", "Confirm in writing what was promised"} <= {
        row.title.split(": ")[1] for row in waiting
    }
    assert {(row.queue, row.channel) for row in waiting} == {("complaints", "task")}
    assert len(await house.told("work_item.queued")) == 4


async def test_a_recovery_is_not_done_while_the_refund_is_unpaid(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed", redress={"kind": "refund", "amount": "20", "currency": "EUR"})
    await house.passes(3 * DAY)
    ana = house.people["ana"]
    actions = {row.kind: row.id for row in await house.rows(recovery_actions)}
    for kind, outcome in (("fix", "done"), ("confirm", "done"), ("call", "reached")):
        await house.transact(ana, complete_action, actions[kind], outcome, "She is content")
    assert (await house.row(recoveries)).state == "running"

    with pytest.raises(Invalid):
        await house.transact(ana, complete_action, actions["redress"], "done", "")
    await house.transact(ana, complete_action, actions["redress"], "paid", "transfer 4711")

    assert (await house.row(recoveries)).state == "done"
    with pytest.raises(Stale):
        await house.transact(ana, complete_action, actions["redress"], "paid", "again")


async def test_three_calls_that_reach_nobody_end_the_calling(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(2 * DAY)
    call = await house.row(recovery_actions, kind="call")

    states = []
    for note in ("At noon", "At four", "In the evening"):
        states.append(await house.transact(house.people["ana"], complete_action, call.id, "no_answer", note))
        await house.passes(timedelta(hours=4))

    assert states == ["planned", "planned", "done"]
    call = await house.row(recovery_actions, kind="call")
    assert (call.outcome, call.attempts, call.channel) == ("unreachable", 3, "email")
    tries = (await house.read(house.people["ana"], one_complaint, issued.id))["tries"]
    said = [(one["about"], one["outcome"], one["note"]) for one in tries]
    assert said == [("call", "no_answer", note) for note in ("At noon", "At four", "In the evening")]


async def test_the_steps_of_a_recovery_end_with_words_of_their_own(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed", redress={"kind": "refund", "amount": "20", "currency": "EUR"})
    await house.passes(2 * DAY)
    ana = house.people["ana"]
    actions = {row.id: row.kind for row in await house.rows(recovery_actions)}
    items = {actions[row.reference]: row for row in await house.work("recovery_action")}
    offered = {kind: await house.read(ana, outcomes_of, row) for kind, row in items.items()}
    assert offered == {
        "fix": ("done", "declined"),
        "confirm": ("done", "declined"),
        "redress": ("paid", "refused", "lapsed", "declined"),
        "call": ("reached", "no_answer", "busy", "voicemail", "declined"),
    }
    for row in items.values():
        await house.takes(ana, row)

    for kind, word in (("fix", "reached"), ("redress", "done"), ("call", "she is content")):
        with pytest.raises(Invalid):
            await house.transact(ana, complete, items[kind].id, word, "A note")
    with pytest.raises(Invalid, match="evidence"):
        await house.transact(ana, complete, items["redress"].id, "paid")

    assert {row.state for row in await house.rows(work_items, kind="recovery_action")} == {"active"}
    assert {row.state for row in await house.rows(recovery_actions)} == {"done", "waiting"}  # the letter went out


async def test_only_a_call_that_reached_the_customer_is_done(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(2 * DAY)
    ana = house.people["ana"]
    call = await house.row(recovery_actions, kind="call")
    await house.takes(ana, await house.row(work_items, reference=call.id))

    await house.transact(ana, complete, (await house.row(work_items, reference=call.id)).id, "voicemail", "Left none")
    tried = await house.row(recovery_actions, id=call.id)
    assert (tried.state, tried.attempts) == ("planned", 1)

    await house.passes(timedelta(hours=4))
    again = await house.row(work_items, reference=call.id, state="waiting")
    await house.takes(ana, again)
    await house.transact(ana, complete, again.id, "reached", "She is content")
    done = await house.row(recovery_actions, id=call.id)
    assert (done.state, done.outcome, done.attempts) == ("done", "reached", 1)


async def test_work_in_hand_ends_although_its_step_was_settled_elsewhere(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes()
    ana, sue = house.people["ana"], house.people["sue"]
    fix = await house.row(recovery_actions, kind="fix")
    item = await house.row(work_items, reference=fix.id)
    await house.takes(ana, item)
    await house.transact(sue, complete_action, fix.id, "done", "Seen to by Sue, on the complaint's page")

    await house.transact(ana, complete, item.id, "done", "Seen to by Ana")

    assert (await house.row(work_items, id=item.id)).state == "done"
    assert (await house.row(recovery_actions, id=fix.id)).evidence == "Seen to by Sue, on the complaint's page"


async def test_reopening_keeps_the_lineage_and_stops_the_recovery(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(4 * DAY)
    first = await house.milestones(issued)

    reopened_at = house.clock.now()
    moved = await house.moves(issued, "reopened", reason="The refund never came")
    await house.passes()

    complaint = await house.complaint(issued)
    assert (moved.state, complaint.state, complaint.cycle, complaint.number) == ("triage", "triage", 1, issued.number)
    assert await house.milestones(issued) == first
    assert (await house.milestones(issued, 1))["received"] == reopened_at
    assert (await house.deadlines(issued, 1))["final_response"].due_local.startswith("2026-01-20")
    assert (await house.row(recoveries)).state == "stopped"
    assert await house.work("recovery_action") == []
    assert "reopened" in {row.state for row in await house.rows(complaint_spans)}


async def test_a_reopened_complaint_closes_with_a_recovery_of_its_own(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(DAY)
    await house.moves(issued, "reopened", reason="The refund never came")
    await house.moves(issued, "investigating", plan="Ask the bank")
    await house.moves(issued, "decision_review", no_investigation_reason="The bank confirmed the loss")
    await house.moves(issued, "closed", by="sue", decision="partly", response="We pay again.")
    await house.passes()

    assert {(row.cycle, row.state) for row in await house.rows(recoveries)} == {(0, "stopped"), (1, "running")}


async def test_after_the_window_it_cannot_be_reopened(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(31 * DAY)

    with pytest.raises(Invalid, match="30 days"):
        await house.moves(issued, "reopened", reason="Still not right")
