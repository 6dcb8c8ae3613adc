"""Who ended a call, over the carrier's real doors: its webhooks come in any order, twice, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from channels.voice.standin_line import Line
from channels.voice.twilio_standin import TwilioStandin
from desk.calls import dialling
from desk.contacts import ending, interactions, transfers
from desk.customers.customers import identify
from desk.kernel.clock import ManualClock
from desk.kernel.events import InteractionChanged
from desk.tables import calls, events
from tests.integration.floor import PATIENCE_S, SYSTEM, Agent, Floor
from tests.integration.telephone_house import TOKEN, open_telephones

ANA, OURS = "+493023125001", "+442079460100"
#: The end of a leg, and the door that an agent's leg knocks at when its room is over.
ENDED, OVER = "completed", "/over"


class Post:
    """The carrier's webhooks on their way to us: they may be late, or lost."""

    def __init__(self, network: TwilioStandin) -> None:
        self._late: dict[tuple[str, str], asyncio.Event] = {}
        self._lost: set[tuple[str, str]] = set()
        self._unheard: set[tuple[str, str]] = set()
        self._progress, self._fetch = network.progress, network.fetch
        for verb in ("progress", "fetch"):
            setattr(network, verb, getattr(self, verb))

    def holds(self, line: Line, what: str) -> asyncio.Event:
        """What a leg tells of is late until the event is set."""
        return self._late.setdefault((line.sid, what), asyncio.Event())

    def loses(self, line: Line, what: str) -> None:
        """What a leg tells of never comes."""
        self._lost.add((line.sid, what))

    def loses_answer(self, line: Line, what: str) -> None:
        """What a leg asks for comes; our answer does not."""
        self._unheard.add((line.sid, what))

    async def progress(self, line: Line, event: str) -> None:
        if await self._comes(line, event):
            await self._progress(line, event)

    async def fetch(self, line: Line, url: str, method: str = "POST", **extra: str) -> str | None:
        what = OVER if url.endswith(OVER) else url
        answer = await self._fetch(line, url, method, **extra) if await self._comes(line, what) else None
        return None if (line.sid, what) in self._unheard else answer

    async def _comes(self, line: Line, what: str) -> bool:
        if late := self._late.get((line.sid, what)):
            await late.wait()
        return (line.sid, what) not in self._lost


class Talk:
    """A customer and an agent who hear each other."""

    def __init__(self, floor: Floor, network: TwilioStandin) -> None:
        self.floor, self.network, self.post = floor, network, Post(network)
        self.mia: Agent
        self.call_id: str
        self.caller: Line
        self.agent: Line

    async def begins(self) -> None:
        """Ana rings us, and Mia takes the call."""
        self.caller = self.network.call(ANA, OURS)
        await self.caller.presses("1")
        await self.caller.heard("Thank you for waiting")
        self.mia = await self.floor.agent(1)
        self.call_id = await self.mia.takes_next()
        await self._connected()

    async def begins_dialled(self) -> None:
        """Mia rings Ana."""

        def known(tx: Any) -> str:
            return str(identify(tx, "phone", ANA, name="Ana", language="en").customer.id)

        customer_id = await self.floor.desk.transact(SYSTEM, known)
        self.mia = await self.floor.agent(1)
        about = {"to": ANA, "customer_id": customer_id, "queue": "billing"}
        self.call_id = str(await self.mia.does(dialling.dial, agent_id=self.mia.id, **about))
        self.caller = await self.network.rung(ANA)
        await self._connected()

    async def _connected(self) -> None:
        await self.caller.connected()
        self.agent = await self.network.rung(f"client:{self.mia.id}")
        await self.floor.jobs_done()

    async def ended_by(self) -> str:
        """Whose doing the end was; it was told once, and Mia wraps up."""
        await self.floor.jobs_done()
        (call,) = await self.floor.rows(calls, id=self.call_id)
        told = [row.data["what"] for row in await self.floor.rows(events, name=InteractionChanged.name)]
        ends = [what for what in told if what.startswith("ended_by_")]
        assert ends == [f"ended_by_{call.ended_by}"]
        assert (await self.floor.interaction(self.call_id)).state == "wrap_up"
        return str(call.ended_by)

    async def comes_again(self, path: str, line: Line, status: str) -> str:
        """The carrier sends a webhook of a leg once more; what it is told."""
        url, form = f"{self.network.public_url}/twilio/voice{path}", {"CallSid": line.sid, "CallStatus": status}
        signed = {HEADER: sign(TOKEN, url, MultiDict(form))}
        async with aiohttp.ClientSession() as http, http.post(url, data=form, headers=signed) as response:
            assert response.status == 200
            return await response.text()

    async def everything_comes_again(self) -> None:
        """All that the carrier had to say of the end, once more."""
        await self.comes_again(f"/agent/{self.call_id}/status", self.agent, "completed")
        await self.comes_again("/status", self.caller, "completed")
        assert "<Hangup" in await self.comes_again(f"/agent/{self.call_id}/over", self.agent, "in-progress")


@pytest.fixture
async def talk(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Talk]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        yield Talk(floor, network)


@pytest.mark.parametrize("on_hold", [False, True])
async def test_the_caller_hangs_up_and_the_end_of_the_agents_leg_is_told_first(talk: Talk, on_hold: bool):
    await talk.begins()
    if on_hold:
        await talk.mia.does(interactions.hold, talk.call_id)
        await talk.network.bell.until(lambda: talk.caller.on_hold, PATIENCE_S)
    late = talk.post.holds(talk.caller, ENDED)
    hanging_up = asyncio.create_task(talk.caller.hangs_up())
    await talk.agent.ended()
    assert await talk.ended_by() == "customer"

    late.set()
    await hanging_up
    await talk.everything_comes_again()
    assert await talk.ended_by() == "customer"


async def test_the_caller_hangs_up_and_the_end_of_her_own_leg_is_told_first(talk: Talk):
    await talk.begins()
    talk.post.holds(talk.agent, OVER)
    await talk.caller.hangs_up()
    await talk.agent.ended()
    await talk.everything_comes_again()
    assert await talk.ended_by() == "customer"


async def test_the_caller_hangs_up_and_the_end_of_her_leg_is_never_told(talk: Talk):
    await talk.begins()
    talk.post.loses(talk.caller, ENDED)
    await talk.caller.hangs_up()
    await talk.agent.ended()
    assert await talk.ended_by() == "customer"


async def test_the_caller_hangs_up_and_we_die_before_the_carrier_has_our_answer(talk: Talk):
    await talk.begins()
    late = talk.post.holds(talk.caller, ENDED)
    talk.post.loses_answer(talk.agent, OVER)
    hanging_up = asyncio.create_task(talk.caller.hangs_up())
    await talk.agent.ended()
    late.set()
    await hanging_up
    assert await talk.ended_by() == "customer"


async def test_a_customer_whom_we_rang_hangs_up(talk: Talk):
    await talk.begins_dialled()
    late = talk.post.holds(talk.caller, ENDED)
    hanging_up = asyncio.create_task(talk.caller.hangs_up())
    await talk.agent.ended()
    late.set()
    await hanging_up
    assert await talk.ended_by() == "customer"


@pytest.mark.parametrize("dialled", [False, True])
async def test_the_agents_telephone_hangs_up(talk: Talk, dialled: bool):
    await (talk.begins_dialled() if dialled else talk.begins())
    await talk.agent.hangs_up()
    await talk.caller.ended()
    await talk.everything_comes_again()
    assert await talk.ended_by() == "agent"


async def test_the_agents_telephone_hangs_up_and_the_end_of_the_callers_leg_is_never_told(talk: Talk):
    await talk.begins()
    talk.post.loses(talk.caller, ENDED)
    await talk.agent.hangs_up()
    await talk.caller.ended()
    assert await talk.ended_by() == "agent"


@pytest.mark.parametrize("first", ["caller", "agent"])
async def test_the_agent_presses_end_whichever_leg_is_told_of_first(talk: Talk, first: str):
    await talk.begins()
    last = talk.agent if first == "caller" else talk.caller
    late = talk.post.holds(last, ENDED)
    await talk.mia.does(ending.end, talk.call_id)
    await (talk.caller if first == "caller" else talk.agent).ended()
    late.set()
    await last.ended()
    await talk.everything_comes_again()
    assert await talk.ended_by() == "agent"


async def test_a_leg_whose_call_was_passed_on_ends_nothing(talk: Talk):
    await talk.begins()
    await talk.mia.does(transfers.transfer, talk.call_id, {"queue": "technical"})
    await talk.agent.ended()
    assert "<Hangup" in await talk.comes_again(f"/agent/{talk.call_id}/over", talk.agent, "in-progress")
    assert (await talk.floor.interaction(talk.call_id)).state == "queued"
    await talk.caller.hangs_up()
    assert (await talk.floor.interaction(talk.call_id)).state == "abandoned"


async def test_a_room_of_no_call_of_ours_is_answered_by_hanging_up(talk: Talk):
    await talk.begins()
    assert "<Hangup" in await talk.comes_again("/agent/nobody/over", talk.agent, "in-progress")
    assert "<Hangup" in await talk.comes_again(f"/agent/{talk.call_id}/over", talk.caller, "in-progress")
    assert talk.caller.talking
    assert (await talk.floor.interaction(talk.call_id)).state == "active"
