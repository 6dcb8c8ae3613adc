"""Callers in line over the carrier's real doors, signed webhooks and TwiML: their place, also after they were
passed on, and the key by which they leave the line and are rung back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from channels.voice.standin_line import Line
from channels.voice.twilio_standin import Telephone, TwilioStandin
from desk.contacts.interactions import hold
from desk.contacts.transfers import transfer
from desk.kernel.clock import ManualClock
from desk.organization.callbacks import QueueCallbacks
from desk.organization.file import Document
from desk.organization.organization import load
from desk.organization.rules import Queue
from desk.tables import callbacks, events, interactions, segments
from tests.integration.floor import PATIENCE_S, SYSTEM, Agent, Floor, sample_organization
from tests.integration.telephone_house import TOKEN, open_telephones

ANA, BO, OURS = "+493023125001", "+442079460123", "+442079460100"


class House:
    """The floor, and the telephone network around it. Callers of billing may leave the line by 2."""

    def __init__(self, floor: Floor, network: TwilioStandin) -> None:
        self.floor = floor
        self.network = network

    async def offers(self, rules: QueueCallbacks) -> None:
        known = sample_organization().queues or {}
        billing = Queue(**known["billing"].model_dump() | {"callbacks": rules.model_dump()})
        await self.floor.desk.transact(SYSTEM, load, Document(queues=known | {"billing": billing}))

    async def waits(self, number: str = ANA) -> Line:
        """Somebody rings and waits in billing."""
        caller = self.network.call(number, OURS)
        await caller.presses("1")
        await caller.heard("Thank you for waiting")
        return caller

    async def waiting(self) -> list[Any]:
        return await self.floor.rows(interactions, state="queued")

    async def booked(self) -> Any:
        (row,) = await self.floor.rows(callbacks)
        return row

    async def asks_again(self, path: str, **form: str) -> str:
        """The carrier sends a webhook once more; what it is told."""
        url = f"{self.network.public_url}{path}"
        signed = {HEADER: sign(TOKEN, url, MultiDict(form))}
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=form, headers=signed) as response,
        ):
            assert response.status == 200
            return await response.text()


@pytest.fixture
async def house(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        opened = House(floor, network)
        await opened.offers(QueueCallbacks(key="2"))
        yield opened


async def test_a_caller_who_asks_for_a_callback_keeps_her_place(house: House):
    ana = await house.waits()
    await ana.heard("Press 2 to keep your place")
    await ana.presses("2")
    await ana.heard("You keep your place, and we will call you back on this number")
    assert await ana.ended() == "completed"
    bo = await house.waits(BO)
    await bo.heard("You are number 2")

    mia = await house.floor.agent(1)
    offer = await mia.next_offer()
    assert offer.work_item_id == (await house.booked()).id
    await mia.accepts(offer)
    telephone = await house.network.rung(ANA)
    await telephone.connected()
    agent = await house.network.rung(f"client:{mia.id}")
    assert await agent.says("Hello Ana, you asked us to call you back") == [telephone.sid]
    assert await bo.heard("You are next")
    await house.floor.jobs_done()
    assert (await house.booked()).state == "reached"


async def test_who_hears_the_offer_is_led_into_the_room_when_an_agent_answers(house: House):
    ana = await house.waits()
    await ana.heard("Press 2")
    mia = await house.floor.agent(1)
    await mia.takes_next()
    agent = await house.network.rung(f"client:{mia.id}")
    await ana.connected()
    assert await ana.says("At last") == [agent.sid]
    await ana.hangs_up()
    assert await agent.ended() == "completed"


async def test_who_hangs_up_at_the_offer_has_abandoned_the_queue(house: House):
    ana = await house.waits()
    await ana.heard("Press 2")
    await ana.hangs_up()
    (stay,) = await house.floor.rows(segments, kind="queue")
    assert stay.outcome == "abandoned"
    assert await house.floor.rows(callbacks) == []


async def test_another_key_and_no_key_change_nothing(house: House):
    ana = await house.waits()
    await ana.presses("9")
    before = len(ana.transcript)
    await ana.heard("Press 2", after=before)
    await ana.stays_silent()
    before = len(ana.transcript)
    await ana.heard("You are next", after=before)
    assert await house.floor.rows(callbacks) == []


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "+449098333555"])
async def test_who_cannot_be_rung_back_is_told_and_keeps_waiting(house: House, number: str):
    caller = await house.waits(number)
    await caller.presses("2")
    await caller.heard("we cannot call this number back")
    before = len(caller.transcript)
    await caller.heard("You are next", after=before)
    assert await house.floor.rows(callbacks) == []
    assert len(await house.waiting()) == 1


async def test_a_replayed_key_is_told_the_same_and_books_once(house: House):
    ana = await house.waits()
    (call,) = await house.waiting()
    await ana.presses("2")
    await ana.ended()
    path = f"/twilio/voice/line/{call.id}"
    for _ in range(2):
        told = await house.asks_again(f"{path}/key", CallSid=ana.sid, Digits="2")
        assert "we will call you back" in told and "<Hangup" in told
    assert "<Hangup" in await house.asks_again(path, CallSid=ana.sid)
    await house.booked()
    assert len(await house.floor.rows(events, name="callback.requested")) == 1
    (left,) = await house.floor.rows(events, name="interaction.left_queue")
    assert left.data["outcome"] == "callback_taken"


async def test_who_does_not_press_waits_in_the_room_and_hears_the_offer_again_after_a_while(house: House):
    ana = await house.waits()
    await ana.heard("Press 2")
    await ana.stays_silent()
    await house.network.bell.until(lambda: ana.room is not None, PATIENCE_S)
    before = len(ana.transcript)
    await ana.heard("You are next", after=before)
    assert not any("Press 2" in said for said in ana.transcript[before:])
    house.floor.clock.advance(timedelta(minutes=3))
    await ana.heard("Press 2", after=before)


async def test_an_agent_meets_who_does_not_press_in_the_room(house: House):
    ana = await house.waits()
    await ana.heard("Press 2")
    await ana.stays_silent()
    await house.network.bell.until(lambda: ana.room is not None, PATIENCE_S)
    mia = await house.floor.agent(1)
    await mia.takes_next()
    agent = await house.network.rung(f"client:{mia.id}")
    await ana.connected()
    assert await agent.says("Good morning") == [ana.sid]


async def test_a_key_of_a_call_that_nobody_knows_ends_it(house: House):
    told = await house.asks_again("/twilio/voice/line/nobody/key", CallSid="CA9", Digits="2")
    assert "<Hangup" in told


async def test_who_rings_at_night_is_told_that_it_will_be_day(house: House):
    house.floor.clock.set(datetime(2026, 3, 2, 23, tzinfo=UTC))
    ana = await house.waits()
    await ana.presses("2")
    await ana.heard("as soon as it is daytime where you are")
    await ana.ended()
    assert (await house.booked()).due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_the_key_is_said_from_when_it_counts(house: House):
    await house.offers(QueueCallbacks(key="2", after=60))
    ana = await house.waits()
    assert not any("Press 2" in said for said in ana.transcript)
    house.floor.clock.advance(timedelta(minutes=1))
    await ana.heard("Press 2")


async def test_where_customers_are_rung_first_they_hear_who_calls_and_are_next(house: House):
    await house.offers(QueueCallbacks(key="2", first="customer"))
    ana = await house.waits()
    await ana.presses("2")
    await ana.ended()
    house.network.telephones[ANA] = Telephone.RINGS
    mia = await house.floor.agent(1)
    house.floor.router.look_around()
    telephone = await house.network.rung(ANA)
    await telephone.answers()
    await telephone.heard("You asked us to call you back")
    await telephone.presses("5")
    await mia.takes_next()
    agent = await house.network.rung(f"client:{mia.id}")
    await agent.connected()
    assert await telephone.says("That was quick") == [agent.sid]
    await house.floor.jobs_done()
    assert (await house.booked()).state == "reached"


async def talks(house: House, seat: int = 1) -> tuple[Agent, Line, Line]:
    """Ana talks with an agent of billing."""
    ana, mia = await house.waits(), await house.floor.agent(seat)
    await mia.takes_next()
    agent = await house.network.rung(f"client:{mia.id}")
    await ana.connected()
    await house.floor.jobs_done()
    return mia, ana, agent


@pytest.mark.parametrize("held", [False, True])
async def test_a_caller_passed_on_to_a_queue_hears_their_place_in_it_like_everybody(house: House, held: bool):
    await house.offers(QueueCallbacks())
    mia, ana, _ = await talks(house)
    (call,) = await house.floor.rows(interactions)
    before = len(ana.transcript)
    if held:
        await mia.does(hold, call.id)
        await house.floor.jobs_done()
        await ana.heard("One moment please", after=before)
    await mia.does(transfer, call.id, {"queue": "billing"})
    await house.floor.jobs_done()
    await ana.heard("You are next", after=before)
    since = len(ana.transcript)
    await ana.heard("You are next", after=since)  # and again: the place is always the present one
    assert not any("One moment please" in heard for heard in ana.transcript[since:])

    ben = await house.floor.agent(2)
    await ben.takes_next()
    agent = await house.network.rung(f"client:{ben.id}")
    await ana.connected()
    assert await ana.says("There you are") == [agent.sid]


async def test_a_caller_passed_on_may_leave_the_line_as_well(house: House):
    mia, ana, _ = await talks(house)
    before = len(ana.transcript)
    (call,) = await house.floor.rows(interactions)
    house.floor.clock.advance(timedelta(minutes=5))
    await mia.does(transfer, call.id, {"queue": "billing"})
    await house.floor.jobs_done()
    await ana.heard("Press 2 to keep your place", after=before)
    await ana.presses("2")
    await ana.heard("You keep your place")
    assert await ana.ended() == "completed"


async def test_a_caller_whose_next_agent_does_not_answer_hears_their_place_again(house: House):
    await house.offers(QueueCallbacks())
    mia, ana, _ = await talks(house)
    (call,) = await house.floor.rows(interactions)
    await mia.does(transfer, call.id, {"queue": "billing"})
    ben = await house.floor.agent(2)
    house.network.telephones[f"client:{ben.id}"] = Telephone.NO_ANSWER
    offer = await ben.next_offer()
    before = len(ana.transcript)  # it may be said as soon as he has not answered
    await ben.accepts(offer)
    await house.floor.until(partial(house.floor.rows, segments, interaction_id=call.id, entry="returned"))
    await ana.heard("You are next", after=before)
