"""Deadlines: warned of, missed, stopped, moved."""

from datetime import date, timedelta

import pytest

from desk.complaints.complaints import correct, extend, send_update
from desk.kernel.errors import Forbidden, Invalid
from tests.integration.complaint_house import START, House

DAY = timedelta(days=1)


async def test_a_deadline_is_warned_of_and_its_breach_recorded(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "triage")
    await house.passes(13 * DAY)

    (step,) = await house.work("complaint_step")
    assert step.title == f"{issued.number}: Final response"
    await house.passes(3 * DAY)
    (step,) = await house.work("complaint_step")
    assert step.title.endswith("overdue")
    assert [row.data["deadline"] for row in await house.told("complaint.deadline_missed")] == ["final_response"]


async def test_a_question_that_nobody_answers_comes_back(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "investigating")
    due = house.clock.now() + DAY
    await house.moves(issued, "waiting_customer", question="Which account?", due_at=due)
    complaint = await house.complaint(issued)
    assert (complaint.next_action, complaint.next_due_at) == ("Ask again", due)
    with pytest.raises(Invalid, match="answer"):
        await house.moves(issued, "investigating")

    await house.passes(DAY + timedelta(seconds=1))
    assert (await house.work("complaint_step"))[0].title == f"{issued.number}: Ask again, overdue"
    await house.moves(issued, "investigating")
    assert (await house.complaint(issued)).next_action != "Ask again"


async def test_an_ombudsman_takes_it_and_gives_it_back(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes()
    await house.moves(issued, "external", body="Energy Ombudsman", due_at=house.clock.now() + 14 * DAY)
    assert (await house.complaint(issued)).next_action == "Answer the outside body"
    with pytest.raises(Invalid):
        await house.moves(issued, "triage", owner_id=house.people["ana"].id, level="general")

    await house.moves(issued, "closed", by="sue", reason="Settled, award paid")
    complaint = await house.complaint(issued)
    assert (complaint.state, complaint.next_action) == ("closed", "")


async def test_an_update_letter_starts_the_rhythm_anew(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "investigating")
    first = (await house.deadlines(issued))["update"].due_at
    await house.passes(3 * DAY)
    await house.transact(house.people["ana"], send_update, issued.id, "We asked the bank.")
    await house.passes()

    assert (await house.deadlines(issued))["update"].due_at > first
    assert "We asked the bank." in house.mail.sent[-1].text


async def test_an_extension_needs_a_supervisor_and_tells_the_customer(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "investigating")
    with pytest.raises(Forbidden):
        await house.transact(house.people["ana"], extend, issued.id, "The bank is slow")

    await house.transact(house.people["sue"], extend, issued.id, "The bank is slow")
    await house.passes()

    assert (await house.deadlines(issued))["final_response"].due_local.startswith("2026-01-30")
    assert any("30 January 2026" in letter.text for letter in house.mail.sent)
    assert "holding_sent" in await house.milestones(issued)


async def test_an_earlier_first_word_moves_every_open_deadline(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.transact(house.people["ana"], correct, issued.id, first_expressed_at=START - 7 * DAY)

    assert (await house.complaint(issued)).received_at == START - 7 * DAY
    found = (await house.deadlines(issued))["final_response"]
    assert found.due_local.startswith(date(2026, 1, 9).isoformat())
