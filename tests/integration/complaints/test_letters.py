"""How a letter reaches a customer, and what happens when it does not."""

import asyncio
from datetime import timedelta

import pytest

from channels.errors import InDoubt
from channels.handing_over import AGAIN
from desk.agents.work import complete
from desk.complaint_handlers import handlers
from desk.complaint_report.period import Month
from desk.complaint_report.reading import read_facts
from desk.complaint_report.report import read_figure
from desk.complaints.closing import letter_came_back
from desk.complaints.complaints import Issued
from desk.complaints.letters import SendLetter
from desk.complaints.register import one_complaint
from desk.complaints.surveys import SendSurvey, survey_came_back
from desk.contacts.deliveries import messages_delivered
from desk.kernel.errors import Conflict, Invalid, Unavailable
from desk.kernel.transaction import Row
from desk.tables import (
    letters,
    messages,
    recovery_actions,
    surveys,
)
from tests.integration.complaint_house import SETTINGS, House
from web.pages.complaints.story import complaint_view

DAY = timedelta(days=1)


async def test_without_a_mailbox_the_letter_is_a_text_with_a_link(house: House) -> None:
    eva = await house.customer(email=None, phone="+447700900123")
    await house.logs(eva)
    await house.passes()

    (message,) = house.text.sent
    assert message.to == "+447700900123"
    assert "https://desk.example/t/" in message.text
    assert len(message.text) < 320


async def test_without_any_address_it_is_recorded_undeliverable(house: House) -> None:
    eva = await house.customer(email=None)
    issued = await house.logs(eva)
    await house.until(issued, "closed")

    assert {row.state for row in await house.rows(letters)} == {"undeliverable"}
    assert (await house.complaint(issued)).state == "closed"
    assert not {"acknowledged", "final_response"} & set(await house.milestones(issued))
    assert (await house.deadlines(issued))["final_response"].met_at is None
    assert (await house.deadlines(issued))["acknowledgement"].met_at is None


async def test_a_final_response_that_is_delivered_by_hand_acknowledges_too(house: House) -> None:
    issued = await house.logs(await house.customer(email=None))
    await house.until(issued, "closed")
    (item,) = [row for row in await house.work("complaint_step") if "another way" in row.title]

    ana = house.people["ana"]
    await house.takes(ana, item)
    await house.transact(ana, complete, item.id, "done", "By post, registered")

    now, due = house.clock.now(), await house.deadlines(issued)
    assert (await house.milestones(issued))["acknowledged"] == now
    assert {due[name].met_at for name in ("acknowledgement", "first_reply", "final_response")} == {now}
    assert (await house.complaint(issued)).state == "closed"


async def test_what_acknowledges_nobody_is_work_until_somebody_says_how_it_was_done(house: House) -> None:
    issued = await house.logs(await house.customer(email=None))
    assert (await house.deadlines(issued))["acknowledgement"].met_at is None
    (step,) = await house.work("complaint_step")
    assert step.title == f"{issued.number}: acknowledge by other means"

    ana = house.people["ana"]
    await house.takes(ana, step)
    with pytest.raises(Invalid, match="say how"):
        await house.transact(ana, complete, step.id, "not_needed")
    with pytest.raises(Invalid, match="how it was acknowledged"):
        await house.transact(ana, complete, step.id, "done")
    await house.transact(ana, complete, step.id, "done", "By telephone, to her daughter")

    assert (await house.deadlines(issued))["acknowledgement"].met_at == house.clock.now()
    assert "acknowledged" in await house.milestones(issued)
    assert "her daughter" in (await house.row(letters)).reason


async def test_who_only_chats_is_acknowledged_in_the_chat_when_the_page_has_it(house: House) -> None:
    eva = await house.customer(email=None)
    chat = await house.chats(eva)
    issued = await house.logs(eva, interaction_id=chat)
    await house.passes()

    (said,) = await house.rows(messages, interaction_id=chat)
    assert issued.number in said.text and not said.internal and "https://desk.example/t/" in said.text
    assert (await house.deadlines(issued))["acknowledgement"].met_at is None
    house.clock.advance(timedelta(seconds=3))
    await house.transact(house.system, messages_delivered, [said.id])

    assert (await house.deadlines(issued))["acknowledgement"].met_at == house.clock.now()
    await house.passes(timedelta(minutes=11))
    assert (await house.row(letters)).state == "handed_over"
    assert not [row for row in await house.work("complaint_step") if "other means" in row.title]


async def test_a_chat_that_nobody_has_open_acknowledges_nothing(house: House) -> None:
    eva = await house.customer(email=None)
    issued = await house.logs(eva, interaction_id=await house.chats(eva))
    await house.passes(timedelta(minutes=11))

    assert (await house.row(letters)).state == "undeliverable"
    assert (await house.deadlines(issued))["acknowledgement"].met_at is None
    (step,) = await house.work("complaint_step")
    assert "acknowledge by other means" in step.title


async def test_a_refused_mail_goes_as_a_text_instead(house: House) -> None:
    house.mail.refuses = "550 no such mailbox"
    eva = await house.customer(phone="+447700900123")
    issued = await house.logs(eva)
    await house.passes()

    assert [(row.channel, row.state) for row in await house.rows(letters)] == [
        ("email", "failed"),
        ("sms", "handed_over"),
    ]
    assert "acknowledged" in await house.milestones(issued)


async def test_after_two_failed_channels_somebody_must_deliver_it_another_way(house: House) -> None:
    house.mail.refuses = house.text.refuses = "no"
    eva = await house.customer(phone="+447700900123")
    await house.logs(eva)
    await house.passes()

    assert [row.state for row in await house.rows(letters)] == ["failed", "undeliverable"]
    (step,) = await house.work("complaint_step")
    assert "acknowledge by other means" in step.title


async def test_a_letter_that_nobody_takes_for_six_hours_goes_another_way(house: House) -> None:
    house.mail.away = True
    eva = await house.customer(phone="+447700900123")
    issued = await house.logs(eva)
    (letter,) = await house.rows(letters)
    hand_over = house.doers[SendLetter]

    with pytest.raises(Unavailable):
        await hand_over(house, SendLetter(letter_id=letter.id))
    assert (await house.row(letters)).state == "queued"
    house.clock.advance(timedelta(hours=6))
    await hand_over(house, SendLetter(letter_id=letter.id))
    await house.passes()

    assert [(row.channel, row.state) for row in await house.rows(letters)] == [
        ("email", "failed"),
        ("sms", "handed_over"),
    ]
    assert "acknowledged" in await house.milestones(issued)


@pytest.mark.parametrize("silence", [InDoubt("it broke off"), asyncio.CancelledError()])
async def test_a_letter_of_which_nobody_knows_whether_it_went_is_sent_again_and_says_so(
    house: House, silence: BaseException
) -> None:
    issued = await house.logs(await house.customer())
    (letter,) = await house.rows(letters)
    hand_over = house.doers[SendLetter]
    house.mail.silent = silence

    with pytest.raises((Unavailable, asyncio.CancelledError)):
        await hand_over(house, SendLetter(letter_id=letter.id))
    house.mail.silent, house.mail.away = None, True
    with pytest.raises(Unavailable):  # a plain refusal takes no doubt away
        await hand_over(house, SendLetter(letter_id=letter.id))
    house.mail.away = False
    await hand_over(house, SendLetter(letter_id=letter.id))

    assert len({mail.message_id for mail in house.mail.sent}) == 1 < len(house.mail.sent)
    told = await house.read(house.system, complaint_view, issued.id)
    (sent,) = told["complaint"]["letters"]
    assert (sent["state"], sent["reason"]) == ("handed_over", AGAIN)
    assert any(AGAIN in item["text"] for item in told["story"])


async def test_a_letter_that_was_not_taken_at_first_is_sent_once(house: House) -> None:
    await house.logs(await house.customer())
    (letter,) = await house.rows(letters)
    house.mail.away = True
    with pytest.raises(Unavailable):
        await house.doers[SendLetter](house, SendLetter(letter_id=letter.id))
    house.mail.away = False
    await house.passes()

    assert [(row.state, row.reason) for row in await house.rows(letters)] == [("handed_over", "")]


async def _loses_its_answer(house: House) -> tuple[Issued, Row]:
    """A complaint whose final response the relay has not taken for six hours, and the work that is left."""
    issued = await house.logs(await house.customer())
    await house.passes()
    await house.until(issued, "closed")
    house.mail.away = True
    house.clock.advance(timedelta(hours=6))
    await house.passes()
    (item,) = [row for row in await house.work("complaint_step") if "another way" in row.title]
    await house.takes(house.people["ana"], item)
    return issued, item


async def test_a_final_response_that_one_channel_lost_answers_nobody_and_closes_nothing(house: House) -> None:
    issued, item = await _loses_its_answer(house)

    assert (await house.row(letters, kind="final_response")).state == "awaits_delivery"
    complaint = await house.complaint(issued)
    assert (complaint.state, complaint.next_action) == ("decision_review", "Deliver the final response")
    assert "final_response" not in await house.milestones(issued)
    assert (await house.deadlines(issued))["final_response"].met_at is None
    with pytest.raises(Conflict, match="on its way"):
        await house.moves(issued, "closed", by="sue", decision="upheld", response="Sorry again.")
    for outcome, note, lacks in (("not_needed", "", "has reached nobody"), ("done", "", "how it was delivered")):
        with pytest.raises(Invalid, match=lacks):
            await house.transact(house.people["ana"], complete, item.id, outcome, note)

    await house.passes(21 * DAY)
    (overdue,) = [row for row in await house.work("complaint_step") if "Final response, overdue" in row.title]
    await house.takes(house.people["ana"], overdue)
    with pytest.raises(Invalid, match="deliver it, and say how"):
        await house.transact(house.people["ana"], complete, overdue.id, "done")

    await house.transact(house.people["ana"], complete, item.id, "done", "By telephone, to herself, recorded")

    now = house.clock.now()
    assert (await house.complaint(issued)).state == "closed"
    assert (await house.milestones(issued))["final_response"] == now
    assert (await house.deadlines(issued))["final_response"].met_at == now
    (apology,) = await house.rows(recovery_actions, kind="apology")
    assert (apology.state, apology.outcome) == ("done", "sent")


async def test_a_final_response_that_two_ways_lost_closes_the_complaint_and_meets_nothing(house: House) -> None:
    issued, item = await _loses_its_answer(house)
    ana = house.people["ana"]
    with pytest.raises(Invalid, match="what was tried"):
        await house.transact(ana, complete, item.id, "unreachable")

    await house.transact(ana, complete, item.id, "unreachable", "Rang at noon and at six")

    assert (await house.row(letters, kind="final_response")).state == "undeliverable"
    assert (await house.complaint(issued)).state == "closed"
    reached = await house.milestones(issued)
    assert "undeliverable" in reached and "final_response" not in reached
    assert (await house.deadlines(issued))["final_response"].met_at is None
    (said,) = (await house.read(house.system, one_complaint, issued.id))["tries"]
    assert (said["about"], said["note"]) == ("final_response", "Rang at noon and at six")

    house.mail.away = False
    await house.passes(21 * DAY)
    facts = await house.read(house.system, read_facts, Month(2026, 1))
    (due,) = [due for due in facts.months[facts.month].due if due.name == "final_response"]
    assert (due.met, facts.months[facts.month].answers) == (False, ())
    _, met = await house.read(house.system, read_figure, "2026-01", "F4.3:met")
    assert met == []


async def test_a_channel_that_nobody_has_set_up_has_not_failed(house: House) -> None:
    house.doers = handlers({"email": house.mail}, SETTINGS["public_url"])
    issued = await house.logs(await house.customer(phone="+447700900123"))
    await house.passes()
    await house.until(issued, "closed")
    house.mail.refuses = "550 no such mailbox"
    await house.passes()

    states = [(row.channel, row.state) for row in await house.rows(letters, kind="final_response")]
    assert states == [("email", "failed"), ("sms", "awaits_delivery")]
    assert (await house.complaint(issued)).state == "decision_review"


async def test_a_survey_that_nobody_takes_is_given_up(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes()
    house.mail.away = True
    survey = await house.row(surveys)
    ask = house.doers[SendSurvey]
    house.clock.set(survey.planned_at)
    with pytest.raises(Unavailable):
        await ask(house, SendSurvey(survey_id=survey.id))
    house.clock.advance(timedelta(hours=6))
    await ask(house, SendSurvey(survey_id=survey.id))

    assert (await house.row(surveys)).state == "failed"


async def test_a_final_response_that_comes_back_leaves_the_complaint_closed_and_somebody_with_work(
    house: House,
) -> None:
    issued = await house.logs(await house.customer(phone="+447700900123"))
    await house.until(issued, "closed")
    await house.passes()
    (letter,) = await house.rows(letters, kind="final_response")

    for _ in range(2):  # a bounce may come twice
        assert await house.transact(house.system, letter_came_back, letter.message_id, "no such mailbox")
    house.text.refuses = "not a mobile"
    await house.passes()

    states = [(row.channel, row.state) for row in await house.rows(letters, kind="final_response")]
    assert states == [("email", "failed"), ("sms", "undeliverable")]
    assert (await house.complaint(issued)).state == "closed"
    assert any("another way" in row.title for row in await house.work("complaint_step"))
    assert not await house.transact(house.system, letter_came_back, "<other@x>", "no such mailbox")


async def test_a_survey_that_comes_back_is_over(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(30 * DAY)
    survey = await house.row(surveys)
    assert survey.state == "sent"

    assert await house.transact(house.system, survey_came_back, house.mail.sent[-1].message_id, "no such mailbox")
    assert not await house.transact(house.system, survey_came_back, f"<survey-{issued.id}@demo.test>", "not ours")

    assert (await house.row(surveys)).state == "failed"
