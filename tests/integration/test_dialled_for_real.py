"""Calls that we make, over the carrier's real doors: signed webhooks, TwiML, a stand-in network that plays it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channels.voice.twilio_standin import Telephone, TwilioStandin
from desk.calls import dialling
from desk.contacts import ending, interactions, transfers
from desk.contacts.attempts import AttemptEnded
from desk.customers.customers import identify
from desk.kernel.clock import ManualClock
from desk.tables import calls, jobs, segments
from tests.integration.floor import PATIENCE_S, SYSTEM, Agent, Floor
from tests.integration.telephone_house import open_telephones

ANA, OURS = "+493023125001", "+442079460100"


class Line:
    """The floor, and the telephone network around it."""

    def __init__(self, floor: Floor, network: TwilioStandin) -> None:
        self.floor = floor
        self.network = network
        self.agents_rung = 0

    async def dials(self, mia: Agent, **more: Any) -> str:
        about = {"to": ANA, "customer_id": await self.ana(), "queue": "billing"} | more
        return str(await mia.does(dialling.dial, agent_id=mia.id, **about))

    async def ana(self, language: str = "en") -> str:
        def known(tx: Any) -> str:
            return str(identify(tx, "phone", ANA, name="Ana", language=language).customer.id)

        return str(await self.floor.desk.transact(SYSTEM, known))

    async def rings_back(self, language: str = "en") -> str:
        """A call-back rings its customer first, in a place that is kept from now on."""
        customer_id, clock = await self.ana(language), self.floor.clock
        about = {"callback_id": "callback-1", "to": ANA, "customer_id": customer_id, "queue": "billing"}
        return str(await self.floor.desk.transact(SYSTEM, dialling.ring_customer, placed_at=clock.now(), **about))

    async def state(self, call_id: str) -> str:
        return str((await self.floor.interaction(call_id)).state)

    async def call(self, call_id: str) -> Any:
        (row,) = await self.floor.rows(calls, id=call_id)
        return row

    async def attempts(self) -> list[tuple[bool, str]]:
        asked = sa.select(jobs.c.data).where(jobs.c.name == AttemptEnded.name)
        rows = await self.floor.desk.read(SYSTEM, lambda rx: rx.all(asked))
        return [(row.data["reached"], row.data["why"]) for row in rows]


@pytest.fixture
async def line(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Line]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        yield Line(floor, network)


async def test_agent_and_customer_are_rung_and_hear_each_other(line: Line):
    line.network.telephones[ANA] = Telephone.RINGS
    mia = await line.floor.agent(1)
    call_id = await line.dials(mia)
    agent = await line.network.rung(f"client:{mia.id}")
    ana = await line.network.rung(ANA)
    assert (agent.from_, ana.from_) == (OURS, OURS)
    await agent.heard("ringing.wav")
    assert not agent.talking
    await ana.answers()
    await ana.connected()
    assert await agent.says("Good morning, Ana") == [ana.sid]
    assert (await line.call(call_id)).carrier_id == ana.sid

    await mia.does(interactions.hold, call_id)
    await line.network.bell.until(lambda: ana.on_hold, PATIENCE_S)
    await mia.does(interactions.unhold, call_id)
    await ana.connected()
    await agent.hangs_up()
    assert await ana.ended() == "completed"
    assert await line.state(call_id) == "wrap_up"


async def test_a_customer_who_hangs_up_ends_it_and_the_agent_is_let_go(line: Line):
    mia = await line.floor.agent(1)
    call_id = await line.dials(mia)
    ana = await line.network.rung(ANA)
    await ana.connected()
    await ana.hangs_up()
    agent = await line.network.rung(f"client:{mia.id}")
    assert await agent.ended() == "completed"
    assert await line.state(call_id) == "wrap_up"


@pytest.mark.parametrize(("telephone", "why"), [(Telephone.NO_ANSWER, "no_answer"), (Telephone.BUSY, "busy")])
async def test_a_customer_who_does_not_answer_leaves_the_agent_to_wrap_up(line: Line, telephone: Telephone, why: str):
    line.network.telephones[ANA] = telephone
    mia = await line.floor.agent(1)
    call_id = await line.dials(mia)
    agent = await line.network.rung(f"client:{mia.id}")
    assert await agent.ended() == "completed"
    assert (await line.state(call_id), (await line.call(call_id)).ended_by) == ("wrap_up", why)


async def test_an_agent_who_ends_it_while_it_rings_stops_the_ringing(line: Line):
    line.network.telephones[ANA] = Telephone.RINGS
    mia = await line.floor.agent(1)
    call_id = await line.dials(mia)
    ana = await line.network.rung(ANA)
    await line.network.bell.until(lambda: ana.status == "ringing", PATIENCE_S)
    await mia.does(ending.end, call_id)
    assert await ana.ended() == "canceled"


async def test_a_dialled_call_is_passed_on_and_the_next_agent_meets_the_customer(line: Line):
    mia, ben = await line.floor.agent(1), await line.floor.agent(2)
    call_id = await line.dials(mia)
    ana = await line.network.rung(ANA)
    await ana.connected()
    await mia.does(transfers.transfer, call_id, {"queue": "technical"})
    assert await ben.takes_next() == call_id
    agent = await line.network.rung(f"client:{ben.id}")
    await agent.connected()
    assert await ana.says("Hello again") == [agent.sid]


async def test_a_customer_rung_first_hears_who_calls_and_waits_in_the_kept_place(line: Line):
    placed_at = line.floor.clock.now()
    call_id = await line.rings_back()
    line.floor.clock.advance(timedelta(seconds=10))
    ana = await line.network.rung(ANA)
    await ana.heard("You asked us to call you back. Press any key")
    assert await line.attempts() == []
    await ana.presses("#")
    await ana.heard("You are next")
    assert await line.attempts() == []
    row = await line.floor.interaction(call_id)
    assert (row.state, row.queued_at) == ("queued", placed_at)
    (stay,) = await line.floor.rows(segments, interaction_id=call_id, kind="queue")
    assert stay.entry == "callback"

    mia = await line.floor.agent(1)
    assert await mia.takes_next() == call_id
    agent = await line.network.rung(f"client:{mia.id}")
    await agent.connected()
    assert await ana.says("Good morning") == [agent.sid]
    assert await line.attempts() == [(True, "answered")]
    await mia.does(ending.end, call_id)
    assert await ana.ended() == "completed"


async def test_a_machine_that_answers_is_put_through_to_nobody(line: Line):
    call_id = await line.rings_back("de")
    machine = await line.network.rung(ANA)
    await machine.heard("Sie haben um unseren Rückruf gebeten")
    await machine.stays_silent()
    assert await machine.ended() == "completed"
    assert (await line.state(call_id), await line.attempts()) == ("closed", [(False, "no_key")])


@pytest.mark.parametrize(("telephone", "why"), [(Telephone.NO_ANSWER, "no_answer"), (Telephone.BUSY, "busy")])
async def test_a_customer_rung_first_who_does_not_answer_is_not_reached(line: Line, telephone: Telephone, why: str):
    line.network.telephones[ANA] = telephone
    call_id = await line.rings_back()
    ana = await line.network.rung(ANA)
    await ana.ended()
    assert (await line.state(call_id), await line.attempts()) == ("closed", [(False, why)])


async def test_a_customer_rung_first_who_hangs_up_at_the_question_is_not_reached(line: Line):
    call_id = await line.rings_back()
    ana = await line.network.rung(ANA)
    await ana.heard("Press any key")
    await ana.hangs_up()
    assert (await line.state(call_id), await line.attempts()) == ("closed", [(False, "hung_up")])


async def test_a_customer_rung_first_who_leaves_the_queue_has_abandoned_it(line: Line):
    call_id = await line.rings_back()
    ana = await line.network.rung(ANA)
    await ana.presses("5")
    await ana.heard("You are next")
    await ana.hangs_up()
    assert await line.state(call_id) == "abandoned"
    assert await line.attempts() == [(False, "hung_up")]


async def test_many_are_called_at_once(line: Line):
    people = [await line.floor.agent(number) for number in (1, 2, 3)]
    await asyncio.gather(*(line.dials(agent) for agent in people))
    for number in range(3):
        await (await line.network.rung(ANA, after=number)).connected()
