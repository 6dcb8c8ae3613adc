"""What every carrier must do with a telephone call, whoever carries it.

A carrier joins the suite by adding a way to make it to `CARRIERS`: the carrier, its callers'
network, and a house for it to ring.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.errors import ChannelError, Rejected, Unauthorised, Unavailable
from channels.protocol import LegEnd, LegState, Party, Role, VoiceCarrier
from channels.twilio_account import TwilioAccount
from channels.voice.standin_line import Line
from channels.voice.twilio import TwilioCarrier
from channels.voice.twilio_standin import Telephone, TwilioStandin
from ivr.instructions import Hangup, Say
from tests.contract.voice_house import House

ANA = "+493023125001"
OUR_NUMBER = "+493023125000"
#: By the carrier's clock.
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGENT = "client:agent-1"


@dataclass
class Stage:
    """A carrier, the network with scripted people in it, and the house that they ring."""

    carrier: VoiceCarrier
    network: TwilioStandin
    house: House

    async def waiting_caller(self) -> Line:
        ana = self.network.call(ANA, OUR_NUMBER)
        await ana.presses("1")
        await ana.heard("You are next")
        return ana

    async def conversation(self) -> tuple[Line, Line]:
        ana = await self.waiting_caller()
        await self.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)
        agent = await self.network.rung(AGENT)
        await ana.connected()
        return ana, agent


@asynccontextmanager
async def twilio() -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        house = House("secret")
        server = TestServer(house.app())
        await stack.enter_async_context(server)
        house.public_url = str(server.make_url("")).rstrip("/")
        network = TwilioStandin("AC1", "secret", now=lambda: NOW, public_url=house.public_url, music_s=0.02)
        await stack.enter_async_context(network)
        account = TwilioAccount(account_sid="AC1", auth_token="secret", base_url=network.base_url)
        carrier = TwilioCarrier(account, public_url=house.public_url)
        stack.push_async_callback(carrier.close)
        yield Stage(carrier, network, house)
        assert network.problems == []
        assert house.refused == 0


CARRIERS: list[Callable[[], object]] = [twilio]


@pytest.fixture(params=CARRIERS, ids=lambda make: make.__name__)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as ready:
        yield ready


async def test_a_caller_waits_with_music_and_is_told_the_place_again_and_again(stage: Stage):
    ana = await stage.waiting_caller()

    await ana.heard("music.wav")
    await ana.heard("You are next", after=len(ana.transcript))
    assert not ana.talking


async def test_a_waiting_caller_outlasts_a_house_that_is_down_for_a_moment(stage: Stage):
    ana = await stage.waiting_caller()
    stage.house.down = True
    await stage.network.bell.until(lambda: bool(stage.network.problems), 5)
    stage.house.down = False

    await ana.heard("You are next", after=len(ana.transcript))
    assert ana.status == "in-progress"
    assert all("503" in problem for problem in stage.network.problems)
    stage.network.problems.clear()


async def test_a_caller_who_rings_a_house_that_is_down_is_let_go(stage: Stage):
    stage.house.down = True
    ana = stage.network.call(ANA, OUR_NUMBER)

    assert await ana.ended() == "completed"
    stage.network.problems.clear()


async def test_an_agent_and_a_waiting_caller_hear_each_other(stage: Stage):
    ana, agent = await stage.conversation()

    assert await agent.says("Good morning, Ana") == [ana.sid]
    assert await ana.says("Good morning") == [agent.sid]
    assert agent.transcript[-1] == "Good morning"


async def test_music_stops_when_they_talk(stage: Stage):
    _, agent = await stage.conversation()
    before = len(stage.house.told("/twilio/voice/wait", "CallSid"))

    for _ in range(5):
        await agent.says("I am listening")

    assert len(stage.house.told("/twilio/voice/wait", "CallSid")) <= before + 1


async def test_progress_of_the_agents_leg_is_reported(stage: Stage):
    ana, agent = await stage.conversation()
    await agent.hangs_up()

    door = f"/twilio/voice/agent/{ana.sid}/status"
    assert stage.house.told(door, "CallStatus") == ["ringing", "in-progress", "completed"]
    assert set(stage.house.told(door, "CallSid")) == {agent.sid}


async def test_on_hold_the_caller_hears_music_and_no_agent(stage: Stage):
    ana, agent = await stage.conversation()

    await stage.carrier.join(ana.sid, ana.sid, Role.HOLD)
    await ana.heard("we will be right back")
    assert (ana.on_hold, ana.talking) == (True, False)
    assert await agent.says("Where is that form?") == []

    await stage.carrier.join(ana.sid, ana.sid, Role.TALK)
    await ana.connected()
    assert await agent.says("Here it is") == [ana.sid]


async def test_holding_twice_is_holding_once(stage: Stage):
    ana, _ = await stage.conversation()

    await stage.carrier.join(ana.sid, ana.sid, Role.HOLD)
    await stage.carrier.join(ana.sid, ana.sid, Role.HOLD)
    assert ana.on_hold
    await stage.carrier.join(ana.sid, ana.sid, Role.TALK)
    await stage.carrier.join(ana.sid, ana.sid, Role.TALK)

    await ana.connected()


async def test_a_listener_hears_all_and_is_heard_by_nobody(stage: Stage):
    ana, agent = await stage.conversation()
    await stage.carrier.originate(ana.sid, "client:supervisor", caller=OUR_NUMBER)
    boss = await stage.network.rung("client:supervisor")
    await boss.connected()

    await stage.carrier.join(boss.sid, ana.sid, Role.LISTEN)

    assert set(await ana.says("Are we alone?")) == {agent.sid, boss.sid}
    assert await boss.says("No") == []


async def test_a_coach_is_heard_by_the_agent_alone(stage: Stage):
    ana, agent = await stage.conversation()
    await stage.carrier.originate(ana.sid, "client:supervisor", caller=OUR_NUMBER)
    boss = await stage.network.rung("client:supervisor")
    await boss.connected()

    await stage.carrier.join(boss.sid, ana.sid, Role.COACH)

    assert await boss.says("Offer her a refund") == [agent.sid]
    assert boss.sid in await ana.says("Hello?")


async def test_there_is_no_coach_without_an_agent(stage: Stage):
    ana = await stage.waiting_caller()

    with pytest.raises(Rejected, match="no agent"):
        await stage.carrier.join(ana.sid, ana.sid, Role.COACH)


async def test_the_caller_stays_when_the_agent_leaves_and_meets_the_next_one(stage: Stage):
    ana, agent = await stage.conversation()
    await stage.carrier.hangup(agent.sid)
    assert await agent.ended() == "completed"
    assert ana.status == "in-progress"

    await stage.carrier.originate(ana.sid, "client:agent-2", caller=OUR_NUMBER)
    await stage.network.rung("client:agent-2")

    await ana.connected()


async def test_a_leg_is_taken_out_and_put_back(stage: Stage):
    ana, agent = await stage.conversation()

    await stage.carrier.leave(agent.sid, ana.sid)
    await agent.heard("music.wav")
    assert (ana.talking, agent.status, ana.status) == (False, "in-progress", "in-progress")
    await stage.carrier.leave(agent.sid, ana.sid)

    await stage.carrier.join(agent.sid, ana.sid, Role.TALK)
    await ana.connected()


async def test_a_leg_is_told_something_and_let_go(stage: Stage):
    ana = await stage.waiting_caller()

    await stage.carrier.instruct(ana.sid, [Say(text="We are closing. <Dial>+49900</Dial>", language="en"), Hangup()])

    await ana.heard("We are closing. <Dial>+49900</Dial>")
    assert await ana.ended() == "completed"


async def test_hanging_up_ends_the_call_and_says_so_once(stage: Stage):
    ana, agent = await stage.conversation()

    await stage.carrier.hangup(ana.sid)
    assert await ana.ended() == "completed"
    await agent.ended()
    await stage.carrier.hangup(ana.sid)
    await stage.carrier.hangup("CA" + "0" * 32)

    assert stage.house.told("/twilio/voice/status", "CallStatus") == ["completed"]


async def test_a_caller_who_hangs_up_takes_the_agents_leg_along(stage: Stage):
    ana, agent = await stage.conversation()

    await ana.hangs_up()

    assert stage.house.told("/twilio/voice/status", "CallStatus") == ["completed"]
    assert await agent.ended() == "completed"


async def test_a_telephone_that_nobody_answers_leaves_the_caller_waiting(stage: Stage):
    ana = await stage.waiting_caller()
    stage.network.telephones[AGENT] = Telephone.NO_ANSWER

    await stage.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)
    agent = await stage.network.rung(AGENT)

    assert await agent.ended() == "no-answer"
    assert stage.house.told(f"/twilio/voice/agent/{ana.sid}/status", "CallStatus") == ["ringing", "no-answer"]
    await ana.heard("You are next", after=len(ana.transcript))


async def test_a_ringing_telephone_may_decline_answer_or_stop_ringing(stage: Stage):
    ana = await stage.waiting_caller()
    stage.network.telephones[AGENT] = Telephone.RINGS

    first = await stage.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)
    await (await stage.network.rung(AGENT)).declines()
    second = await stage.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)
    ringing = await stage.network.rung(AGENT, after=1)
    await stage.carrier.hangup(second)
    assert await ringing.ended() == "canceled"
    await stage.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)
    await (await stage.network.rung(AGENT, after=2)).answers()

    await ana.connected()
    assert stage.network.line(first).status == "busy"


async def test_the_network_forgets_what_ended_long_ago(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("channels.voice.standin_exchange.MOST_REMEMBERED", 4)
    stage.house.down = True
    for _ in range(12):
        await stage.network.call(ANA, OUR_NUMBER).ended()

    assert len(stage.network.lines) <= 5
    assert len(stage.network.problems) <= 8
    stage.network.problems.clear()


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+499001234567", "no such telephone number|premium"),
        ("+19005550123", "premium"),
        ("+8821612345678", "no such|country"),
        ("+12025550123", "country"),
        ("+493023125001,,1#", "international form"),
        ("+493023125001&+12025550123", "international form"),
        ("sip:boss@example.com", "international form"),
        ("client:agent 1", "international form"),
        ("030 23125001", "international form"),
        ("+٤٩٣٠٢٣١٢٥٠٠١", "international form"),
    ],
)
async def test_what_we_do_not_dial_is_refused_before_anything_rings(stage: Stage, number: str, why: str):
    with pytest.raises(Rejected, match=why):
        await stage.carrier.originate("room", number, caller=OUR_NUMBER)

    assert stage.network.lines == {}


async def test_speaking_to_a_call_that_has_ended_is_refused_for_good(stage: Stage):
    ana = await stage.waiting_caller()
    await ana.hangs_up()

    with pytest.raises(Rejected, match="ended already"):
        await stage.carrier.instruct(ana.sid, [Say(text="Hello?")])
    with pytest.raises(Rejected, match="ended already"):
        await stage.carrier.join(ana.sid, ana.sid, Role.TALK)
    await stage.carrier.leave(ana.sid, ana.sid)


async def test_a_customer_whom_we_ring_comes_to_their_own_door_and_meets_the_agent(stage: Stage):
    await stage.carrier.originate("room", AGENT, caller=OUR_NUMBER)
    agent = await stage.network.rung(AGENT)
    leg = await stage.carrier.originate("room", ANA, caller=OUR_NUMBER, party=Party.CUSTOMER)
    ana = await stage.network.rung(ANA)
    await ana.connected()

    assert ana.sid == leg
    assert await ana.says("Good morning") == [agent.sid]
    assert stage.house.told("/twilio/voice/customer/room/status", "CallStatus") == ["ringing", "in-progress"]
    await ana.hangs_up()
    assert await agent.ended() == "completed"
    assert stage.house.told("/twilio/voice/status", "CallStatus") == []


async def test_an_agents_own_telephone_is_no_customer(stage: Stage):
    with pytest.raises(Rejected, match="international form"):
        await stage.carrier.originate("room", AGENT, caller=OUR_NUMBER, party=Party.CUSTOMER)
    assert stage.network.lines == {}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, 21211), Rejected),
        ((401, 20003), Unauthorised),
        ((403, 20005), Unauthorised),
        ((429, 20429), Unavailable),
        ((500, 20500), Unavailable),
        ((503, 20503), Unavailable),
    ],
)
async def test_the_carriers_refusals_are_ours(stage: Stage, answer: tuple[int, int], expected: type[Exception]):
    stage.network.refusals = [answer]

    with pytest.raises(expected):
        await stage.carrier.originate("room", AGENT, caller=OUR_NUMBER)


async def test_who_is_on_a_leg_is_told_as_one_list_and_how_a_leg_ended_one_by_one(stage: Stage):
    stage.network.telephones[AGENT] = Telephone.RINGS
    ana, ben = await stage.waiting_caller(), await stage.waiting_caller()
    rings = await stage.carrier.originate(ana.sid, AGENT, caller=OUR_NUMBER)

    assert set(await stage.carrier.living()) == {ana.sid, ben.sid}
    assert [await stage.carrier.end_of(leg) for leg in (ana.sid, rings)] == [None, None]

    await ana.hangs_up()
    await (await stage.network.rung(AGENT)).declines()
    assert set(await stage.carrier.living()) == {ben.sid}
    assert await stage.carrier.end_of(ana.sid) == LegEnd(state=LegState.ENDED, at=NOW)
    assert await stage.carrier.end_of(rings) == LegEnd(state=LegState.BUSY, at=NOW)
    assert await stage.carrier.end_of("CA0") == LegEnd(state=LegState.ENDED, at=None)


async def test_more_legs_than_one_list_holds_are_told_all(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("channels.voice.twilio._MOST_LISTED", 2)
    callers = [await stage.waiting_caller() for _ in range(5)]

    assert set(await stage.carrier.living()) == {caller.sid for caller in callers}


@pytest.mark.parametrize("answer", [(429, 20429), (503, 0), (401, 20003), (404, 0)])
async def test_an_answer_that_is_none_says_of_no_leg_that_it_ended(stage: Stage, answer: tuple[int, int]):
    ana = await stage.waiting_caller()
    await ana.hangs_up()
    for asks in (stage.carrier.living, lambda: stage.carrier.end_of(ana.sid)):
        stage.network.refusals.append(answer)
        with pytest.raises(ChannelError):
            await asks()


@pytest.mark.parametrize("answer", ['{"calls": null}', "[]", '{"message": "not ready"}', "{}", "<html>", '"calls"'])
async def test_an_answer_of_another_shape_says_of_no_leg_that_it_ended(answer: str):
    async def odd(_: web.Request) -> web.Response:
        return web.Response(text=answer, content_type="application/json")

    site = web.Application()
    site.router.add_get("/{path:.*}", odd)
    async with TestServer(site) as server:
        account = TwilioAccount(account_sid="AC1", auth_token="t", base_url=str(server.make_url("")).rstrip("/"))
        carrier = TwilioCarrier(account, public_url="https://desk.test")
        for asks in (carrier.living, lambda: carrier.end_of("CA1")):
            with suppress(ChannelError):
                assert await asks() in (set(), None)
        await carrier.close()
