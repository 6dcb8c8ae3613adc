"""Twilio's doors when things go wrong: a number that does not stop, words without a name, no database,
an end that comes before its beginning."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from desk.calls.calls import END_AGAIN, EndCall
from desk.handlers import handlers
from desk.kernel.clock import ManualClock
from desk.kernel.errors import Unavailable
from desk.kernel.runner import Runner
from desk.organization.file import Document
from desk.organization.organization import load
from desk.tables import calls, interactions, jobs, messages, work_items
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from web.hooks import line, twilio

ANA, BO, OURS = "+493023125001", "+493023125002", "+442079460100"
TOKEN, PUBLIC = "secret", "https://desk.example"
MOST_CALLS = 20


@pytest.fixture
async def front(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    about: dict[str, Any] = {"at": manual_clock.now(), "twilio_auth_token": TOKEN, "public_url": PUBLIC}
    async with open_front(tmp_path, sample_url, routes=[*twilio.routes, *line.routes], **about) as opened:
        yield opened


async def answered(network: Client, path: str, **about: str) -> tuple[int, str]:
    """How a signed webhook is answered, and with what."""
    form = MultiDict(about)
    async with network.post(path, data=form, headers={HEADER: sign(TOKEN, PUBLIC + path, form)}) as answer:
        return answer.status, await answer.text()


async def knocks(network: Client, path: str, **about: str) -> str:
    """What a signed webhook that is answered well is told."""
    status, said = await answered(network, path, **about)
    assert status == 200, status
    return said


async def rings(network: Client, call: str, number: str = ANA) -> bool:
    """Whether the call is taken; who is not hears why, and is hung up on."""
    said = await knocks(network, "/twilio/voice", CallSid=call, From=number, To=OURS)
    taken = "You have called us very often in a short time." not in said
    assert ("<Hangup" in said, "<Gather" in said) == (not taken, taken), said
    return taken


async def rows(front: Front, table: sa.Table) -> list[Any]:
    return list(await front.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))


async def test_two_hundred_texts_of_one_number_are_kept_and_are_one_piece_of_work(front: Front) -> None:
    network = front.browser()
    for some in range(0, 200, 20):
        about = {"From": ANA, "To": OURS, "NumMedia": "0"}
        texts = range(some, some + 20)
        await asyncio.gather(
            *(knocks(network, "/twilio/sms", MessageSid=f"SM{n}", Body=f"Text {n}", **about) for n in texts)
        )
    assert {row.text for row in await rows(front, messages)} == {f"Text {number}" for number in range(200)}
    (interaction,), (work,) = await rows(front, interactions), await rows(front, work_items)
    assert (interaction.id, interaction.unread, interaction.reply_to) == (work.id, 200, ANA)


async def test_a_number_that_rings_again_and_again_is_told_so_and_others_are_not(front: Front) -> None:
    network = front.browser()
    for number in range(MOST_CALLS):
        assert await rings(network, f"CA{number}")
    assert not await rings(network, "CA20")
    assert not await rings(network, "CA20")
    assert not await rings(network, "CA21", "+49 30 23125-001")
    assert await rings(network, "CA7")  # told once more of a call that was taken
    assert await rings(network, "CB1", BO)
    assert await knocks(network, "/twilio/voice/status", CallSid="CA20", CallStatus="completed") == ""
    assert len(await rows(front, calls)) == MOST_CALLS + 1

    front.clock.advance(timedelta(minutes=9, seconds=59))
    assert not await rings(network, "CA22")
    front.clock.advance(timedelta(seconds=1))
    assert await rings(network, "CA22")


async def test_calls_of_one_number_that_come_together_are_counted_together(front: Front) -> None:
    network = front.browser()
    taken = await asyncio.gather(*(rings(network, f"CA{number}") for number in range(MOST_CALLS + 10)))
    assert sum(taken) == len(await rows(front, calls)) == MOST_CALLS


@pytest.mark.parametrize("withheld", ["", "anonymous", "+266696687", "+8656696", "sip:somebody@example.org"])
async def test_callers_who_withhold_their_number_shut_out_no_other(front: Front, withheld: str) -> None:
    network = front.browser()
    for number in range(MOST_CALLS + 2):
        assert await rings(network, f"CA{number}", withheld)
    assert len({row.customer_id for row in await rows(front, interactions)}) == MOST_CALLS + 2


@pytest.mark.parametrize(
    "door", ["", "/status", "/agent/some-call", "/agent/some-call/status", "/agent/some-call/over"]
)
async def test_a_call_without_a_name_is_refused(front: Front, door: str) -> None:
    network, about = front.browser(), {"From": ANA, "To": OURS, "CallStatus": "completed"}
    for nameless in ({}, {"CallSid": ""}, {"CallSid": " \0"}):
        status, said = await answered(network, f"/twilio/voice{door}", **about, **nameless)
        assert (status, "no CallSid" in said) == (400, True)
    assert not await rows(front, interactions)


async def test_a_text_without_a_name_is_refused(front: Front) -> None:
    network, about = front.browser(), {"From": ANA, "To": OURS, "Body": "Hello", "MessageStatus": "delivered"}
    for door in ("/twilio/sms", "/twilio/sms/status"):
        for nameless in ({}, {"MessageSid": "", "SmsSid": " "}):
            status, said = await answered(network, door, **about, **nameless)
            assert (status, "no MessageSid" in said) == (400, True)
    assert not await rows(front, interactions)


@pytest.mark.parametrize("missing", ["From", "To"])
async def test_a_call_and_a_text_that_do_not_say_from_whom_to_whom_are_refused(front: Front, missing: str) -> None:
    network = front.browser()
    about = {"CallSid": "CA1", "MessageSid": "SM1", "From": ANA, "To": OURS, "Body": "Hello"}
    del about[missing]
    for door in ("/twilio/voice", "/twilio/sms"):
        status, said = await answered(network, door, **about)
        assert (status, f"no {missing}" in said) == (400, True), said
    assert not await rows(front, interactions)
    assert not await rows(front, messages)


@pytest.mark.parametrize("nobody", ["", " ", "<Dial>", "+", "no sender has such a name"])
async def test_a_text_from_nobody_is_refused(front: Front, nobody: str) -> None:
    about = {"MessageSid": "SM1", "From": nobody, "To": OURS, "Body": "Hello"}
    status, said = await answered(front.browser(), "/twilio/sms", **about)
    assert (status, "no From" in said) == (400, True), said
    assert not await rows(front, interactions)
    assert not await rows(front, messages)


async def test_no_report_is_taken_for_heard_while_the_database_is_away(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, call = front.browser(), {"CallSid": "CA1", "From": ANA, "To": OURS}
    text = {"MessageSid": "SM1", "From": ANA, "To": OURS, "Body": "Hello", "MessageStatus": "delivered"}
    reports = (
        ("/twilio/voice/agent/some-call", call | {"CallStatus": "in-progress"}),
        ("/twilio/voice/agent/some-call/status", call | {"CallStatus": "completed"}),
        ("/twilio/voice/agent/some-call/over", call | {"CallStatus": "in-progress"}),
        ("/twilio/voice/status", call | {"CallStatus": "completed"}),
        ("/twilio/sms", text),
        ("/twilio/sms/status", text),
    )
    with monkeypatch.context() as outage:
        outage.setattr(front.desk.database, "transact", _away)
        for door, about in reports:
            status, said = await answered(network, door, **about)
            assert (status, "<Hangup" in said) == (503, False), door
        assert "<Say" in await knocks(network, "/twilio/voice", **call)  # a person listens here, and hears a sentence

    for door, about in reports:
        assert (await answered(network, door, **about))[0] == 200, door


async def _away(*_work: Any) -> None:
    raise Unavailable("The database")


async def ends(front: Front, after: timedelta = END_AGAIN) -> tuple[str, list[str], int]:
    """The only call once `after` has passed and what fell due is done: (state, what its work has become, jobs left)."""
    front.clock.advance(after)
    await Runner(front.desk, handlers({}, None, PUBLIC)).run_due()
    (call,), (interaction,) = await rows(front, calls), await rows(front, interactions)
    assert (call.ended_at, interaction.ended_at) == (front.clock.now(),) * 2
    left = [job for job in await rows(front, jobs) if job.name == EndCall.name]
    return interaction.state, [work.state for work in await rows(front, work_items)], len(left)


async def test_a_call_whose_end_comes_first_is_ended_in_the_menu(front: Front) -> None:
    network = front.browser()
    for _ in range(2):  # the carrier says it twice
        await knocks(network, "/twilio/voice/status", CallSid="CA1", CallStatus="completed")
    assert await rings(network, "CA1")

    assert await ends(front) == ("closed", [], 0)
    assert "<Hangup" in await knocks(network, "/twilio/voice", CallSid="CA1", From=ANA, To=OURS)


async def test_who_rings_a_number_that_nobody_listed_is_greeted(front: Front) -> None:
    told = await knocks(front.browser(), "/twilio/voice", CallSid="CA1", From=ANA, To="+442079460199")
    assert told.index("<Say") < told.index("<Gather")


async def test_a_call_whose_end_comes_first_waits_for_nobody_in_a_queue(front: Front) -> None:
    network = front.browser()
    await front.desk.transact(SYSTEM, load, Document(default_flow=""))
    await knocks(network, "/twilio/voice/status", CallSid="CA1", CallStatus="no-answer")
    assert "<Gather" not in await knocks(network, "/twilio/voice", CallSid="CA1", From=ANA, To="+442079460199")
    (work,) = await rows(front, work_items)
    assert work.state == "waiting"

    assert await ends(front) == ("abandoned", ["done"], 0)


async def test_an_end_waits_a_while_for_its_beginning_and_then_no_more(front: Front) -> None:
    network, runner = front.browser(), Runner(front.desk, handlers({}, None, PUBLIC))
    for call in ("CA1", "CA2"):
        await knocks(network, "/twilio/voice/status", CallSid=call, CallStatus="completed")
    for tries in range(1, 10):
        front.clock.advance(tries * END_AGAIN)
        assert await runner.run_due() == 2
    assert await rings(network, "CA1")

    assert await ends(front, 10 * END_AGAIN) == ("closed", [], 0)
