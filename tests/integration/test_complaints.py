"""A complaint from the first word to the closed recovery, on every database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from channels.errors import InDoubt
from channels.handing_over import AGAIN
from desk.agents.outcomes import outcomes_of
from desk.agents.work import complete
from desk.complaint_handlers import STATUS, handlers
from desk.complaint_report.period import Month
from desk.complaint_report.reading import read_facts
from desk.complaint_report.report import read_figure
from desk.complaints.closing import letter_came_back
from desk.complaints.complaints import Issued, correct, extend, send_update
from desk.complaints.letters import SendLetter
from desk.complaints.recovery import complete_action
from desk.complaints.register import complaints_of_customer, list_complaints, one_complaint
from desk.complaints.replies import customer_writes
from desk.complaints.surveys import SendSurvey, answer_survey, plan_interaction_survey, survey_came_back, ways_to_ask
from desk.contacts.deliveries import messages_delivered
from desk.kernel.errors import Conflict, Forbidden, Invalid, Stale, Unavailable
from desk.kernel.questions import answer
from desk.kernel.tokens import verify
from desk.kernel.transaction import Actor, Row, Tx
from desk.tables import (
    complaint_spans,
    events,
    interactions,
    letters,
    messages,
    recoveries,
    recovery_actions,
    surveys,
    work_items,
)
from tests.integration.complaint_house import SETTINGS, START, House, open_house
from web.pages.complaint_story import complaint_view

DAY = timedelta(days=1)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as house:
        yield house


async def test_logging_gives_a_number_a_clock_and_an_acknowledgement(house: House) -> None:
    eva = await house.customer()
    call = await house.interaction(eva, arrived=-timedelta(minutes=7))

    issued = await house.logs(eva, interaction_id=call)
    await house.passes()

    complaint = await house.complaint(issued)
    assert (issued.number, complaint.state) == ("C-2026-00001", "logged")
    assert complaint.received_at == START - timedelta(minutes=7)
    (letter,) = house.mail.sent
    assert (letter.to, letter.sender) == ("eva@example.test", "complaints@demo.test")
    assert issued.number in letter.subject
    assert "16 January 2026" in letter.text
    token = letter.text.split("https://desk.example/t/")[1].split()[0]
    assert verify(house.settings.secret_key, STATUS, token) == issued.id
    assert set(await house.milestones(issued)) == {"received", "logged", "acknowledged"}
    found = await house.deadlines(issued)
    assert found["acknowledgement"].met_at == house.clock.now()
    assert found["final_response"].due_local == "2026-01-16T23:59:59+00:00"
    assert (complaint.next_action, complaint.next_due_at) == (
        "Assess and name an owner",
        found["final_response"].due_at,
    )


@pytest.mark.parametrize(("language", "promised"), [("es", "16 de enero de 2026"), ("fr", "16 janvier 2026")])
async def test_a_letter_writes_its_dates_out(house: House, language: str, promised: str) -> None:
    await house.logs(await house.customer(language=language))
    await house.passes()

    assert promised in house.mail.sent[0].text


async def test_letters_say_who_writes_to_whom_and_which_of_them_a_machine_wrote(house: House) -> None:
    eva = await house.customer()
    issued = await house.logs(eva)
    await house.passes()
    await house.until(issued, "closed")
    await house.passes(30 * DAY)

    acknowledgement, answer, survey = (house.mail.sent[0], house.mail.sent[1], house.mail.sent[-1])
    ours = {"sender_name": "Halden Home", "reply_to": "complaints@demo.test"}
    assert {letter.name for letter in house.mail.sent} == {"Eva Ruiz"}
    assert acknowledgement.headers == survey.headers == ours | {"automatic": "auto-generated"}
    assert "We are sorry." in answer.text and answer.headers == ours
    assert "/s/" in survey.text


async def test_numbers_have_no_gaps_also_when_many_log_at_once(house: House) -> None:
    eva = await house.customer()

    issued = await asyncio.gather(*(house.logs(eva) for _ in range(8)))

    assert sorted(item.number for item in issued) == [f"C-2026-{number:05}" for number in range(1, 9)]


async def test_a_refused_complaint_takes_no_number(house: House) -> None:
    eva = await house.customer()
    with pytest.raises(Invalid) as wrong:
        await house.logs(eva, severity=9, verbatim=" ", category="no code!")

    assert {field for field, _ in wrong.value.errors} == {"severity", "verbatim", "category"}
    assert (await house.logs(eva)).number == "C-2026-00001"


async def test_a_second_tap_is_not_a_second_complaint(house: House) -> None:
    eva = await house.customer()
    call = await house.interaction(eva)
    issued = await house.logs(eva, interaction_id=call)

    with pytest.raises(Conflict, match=issued.number):
        await house.logs(eva, interaction_id=call)


async def test_letters_speak_the_customers_language(house: House) -> None:
    for language, word in (("de", "Beschwerde"), ("es-ES", "queja"), ("fr", "réclamation"), ("zh-CN", "投诉")):
        customer = await house.customer(email=f"{language}@example.test", language=language)
        await house.logs(customer)
        await house.passes()
        assert word in house.mail.sent[-1].text


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


async def test_the_survey_goes_out_and_a_detractor_is_called(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(14 * DAY)
    survey = await house.row(surveys)
    assert survey.state == "sent"
    assert "https://desk.example/s/" in house.mail.sent[-1].text

    someone = house.system
    with pytest.raises(Invalid) as wrong:
        await house.transact(someone, answer_survey, survey.id, {"csat": 6, "nps": "x", "mood": 1})
    assert len(wrong.value.errors) == 3
    assert await house.transact(someone, answer_survey, survey.id, {"csat": "1"}) is True
    await house.transact(someone, answer_survey, survey.id, {"nps": 3, "effort": 7}, "Never again")
    with pytest.raises(Conflict):
        await house.transact(someone, answer_survey, survey.id, {"csat": 5})

    survey = await house.row(surveys)
    assert (survey.state, survey.answers) == ("answered", {"csat": 1, "nps": 3, "effort": 7})
    (call,) = await house.work("callback")
    assert call.due_at - house.clock.now() == timedelta(hours=48)


def _ask_about(tx: Tx, interaction: Row) -> None:
    plan_interaction_survey(tx, interaction, answer(tx, ways_to_ask(tx, interaction.customer_id)))


async def test_a_customer_is_asked_about_interactions_once_in_thirty_days(house: House) -> None:
    eva = await house.customer()
    for _ in range(3):
        id = await house.interaction(eva)
        row = await house.row(interactions, id=id)
        await house.transact(house.system, _ask_about, row)
        await house.passes(2 * DAY)
    assert [row.state for row in await house.rows(surveys)] == ["sent"]

    await house.passes(30 * DAY)
    row = await house.row(interactions, id=await house.interaction(eva))
    await house.transact(house.system, _ask_about, row)
    await house.passes(2 * DAY)
    assert [row.state for row in await house.rows(surveys)] == ["sent", "sent"]


async def test_who_complains_is_asked_about_the_complaint_and_not_about_the_contact_as_well(house: House) -> None:
    eva = await house.customer()
    row = await house.row(interactions, id=await house.interaction(eva))
    issued = await house.logs(eva)
    await house.transact(house.system, _ask_about, row)
    await house.passes(2 * DAY)
    assert [(row.kind, row.state) for row in await house.rows(surveys)] == [("interaction", "held_back")]

    await house.until(issued, "closed")
    await house.passes(30 * DAY)
    assert {(row.kind, row.state) for row in await house.rows(surveys)} == {
        ("interaction", "held_back"),
        ("complaint", "sent"),
    }


async def test_a_complaint_that_is_open_again_is_not_surveyed(house: House) -> None:
    issued = await house.logs(await house.customer())
    await house.until(issued, "closed")
    await house.passes(DAY)
    await house.moves(issued, "reopened", reason="Not right")
    await house.passes(20 * DAY)

    assert [row.state for row in await house.rows(surveys)] == ["held_back"]


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
