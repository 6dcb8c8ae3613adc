"""A complaint is logged: its number, its clock, its acknowledgement."""

import asyncio
from datetime import timedelta

import pytest

from desk.complaint_handlers import STATUS
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.tokens import verify
from tests.integration.complaint_house import START, House

DAY = timedelta(days=1)


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
