"""Calls that end while nobody hears it, over the carrier's real doors: what it says later is taken down as it was."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from channels.errors import Unavailable
from channels.protocol import LegEnd, LegState
from channels.voice.standin_line import Line
from channels.voice.twilio_standin import Telephone
from desk.call_watch import AFTER_OUTAGE, EVERY_S, YOUNG_S, CallWatch
from desk.kernel.clock import ManualClock
from desk.kernel.cluster import Lease
from desk.kernel.errors import Stale
from desk.kernel.events import InteractionAbandoned, InteractionChanged
from desk.tables import agents, calls, events, interactions, queues, segments
from tests.integration.carrier import Carrier
from tests.integration.floor import Floor
from tests.integration.kernel.line import line_to
from tests.integration.kernel.test_lease import Seconds
from tests.integration.telephone_house import open_telephones
from tests.integration.test_calls import call, conversation, waiting_caller
from tests.integration.test_who_hung_up import ANA, ENDED, OURS, OVER, Talk

BEN = "+493023125002"
A_MINUTE, OUTAGE = timedelta(minutes=1), timedelta(minutes=5)


class Unheard(Talk):
    """A talk and a caller who waits; whatever the carrier then says of ends is lost."""

    async def begins_with_a_line(self) -> None:
        await self.begins()
        self.ben = self.network.call(BEN, OURS)
        await self.ben.presses("1")
        await self.ben.heard("You are next")
        (row,) = await self.floor.rows(interactions, reply_to=BEN)
        self.ben_id = row.id
        self.nobody_hears(self.ben)

    def nobody_hears(self, *lines: Line) -> None:
        for line in (self.caller, self.agent, *lines):
            self.post.loses(line, ENDED)
            self.post.loses(line, OVER)

    def watch(self, seconds: Seconds | None = None) -> CallWatch:
        return CallWatch(self.floor.desk, self.floor.lease, self.floor.carrier, seconds=seconds or Seconds())

    async def everybody_hangs_up(self) -> datetime:
        """After a minute, and for longer than that nobody hears it; says when it was."""
        self.floor.clock.advance(A_MINUTE)
        at = self.floor.clock.now()
        await self.ben.hangs_up()
        await self.caller.hangs_up()
        await self.agent.ended()
        self.floor.clock.advance(OUTAGE)
        return at

    async def state(self, id: str) -> str:
        return str((await self.floor.interaction(id)).state)

    async def stay(self, id: str, kind: str) -> Any:
        (row,) = await self.floor.rows(segments, interaction_id=id, kind=kind)
        return row

    async def told(self, event: type, id: str) -> list[dict[str, Any]]:
        return [row.data for row in await self.floor.rows(events, name=event.name, subject=id)]  # type: ignore[attr-defined]

    async def ends_of(self, id: str) -> list[str]:
        return [one["what"] for one in await self.told(InteractionChanged, id) if one["what"].startswith("ended_by_")]


@pytest.fixture
async def talk(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Unheard]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        yield Unheard(floor, network)


async def test_what_ended_while_nobody_heard_it_ended_when_the_carrier_says(talk: Unheard):
    await talk.begins_with_a_line()
    at = await talk.everybody_hangs_up()
    assert (await talk.state(talk.ben_id), await talk.state(talk.call_id)) == ("queued", "active")

    await talk.watch().turn()

    ben, ana = await talk.floor.interaction(talk.ben_id), await talk.floor.interaction(talk.call_id)
    assert (ben.state, ben.ended_at, ben.closed_at) == ("abandoned", at, at)
    wait = await talk.stay(talk.ben_id, "queue")
    assert (wait.to_at, wait.outcome) == (at, "abandoned")
    (gone,) = await talk.told(InteractionAbandoned, talk.ben_id)
    assert timedelta(milliseconds=gone["wait_ms"]) == at - wait.from_at
    assert (ana.state, ana.ended_at, await talk.ended_by()) == ("wrap_up", at, "customer")
    assert (await talk.stay(talk.call_id, "agent")).to_at == (await talk.stay(talk.call_id, "wrap_up")).from_at == at
    assert [row.ended_at for row in await talk.floor.rows(calls)] == [at, at]


async def test_its_agent_has_the_whole_time_to_write_it_up_and_then_the_next_caller(talk: Unheard):
    await talk.begins_with_a_line()
    await talk.everybody_hangs_up()
    await talk.watch().turn()
    (queue,) = await talk.floor.rows(queues, key="billing")
    limit = timedelta(seconds=queue.wrap_up_s)

    await talk.floor.passes(limit - timedelta(seconds=1))
    assert await talk.state(talk.call_id) == "wrap_up"
    await talk.floor.passes(timedelta(seconds=1))
    assert await talk.state(talk.call_id) == "closed"
    (mia,) = await talk.floor.rows(agents, id=talk.mia.id)
    assert mia.presence == "available"
    cleo = talk.network.call("+493023125003", OURS)
    await cleo.presses("1")
    assert (await talk.mia.next_offer()).work_item_id not in (talk.ben_id, talk.call_id)
    await cleo.hangs_up()


async def test_a_word_that_comes_after_all_changes_nothing(talk: Unheard):
    await talk.begins_with_a_line()
    await talk.everybody_hangs_up()
    await talk.watch().turn()
    kept = [await talk.floor.rows(table) for table in (interactions, calls, segments, events)]

    await talk.everything_comes_again()
    await talk.comes_again("/status", talk.ben, "completed")
    await talk.watch().turn()

    assert [await talk.floor.rows(table) for table in (interactions, calls, segments, events)] == kept


@pytest.mark.parametrize("answer", [(503, 0), (429, 20429), (401, 20003), (404, 20404)])
async def test_a_carrier_that_cannot_be_asked_ends_nothing_and_is_asked_again(talk: Unheard, answer: tuple[int, int]):
    await talk.begins_with_a_line()
    await talk.everybody_hangs_up()
    seconds = Seconds()
    watch = talk.watch(seconds)
    talk.network.refusals.append(answer)

    await watch.turn()
    assert talk.network.refusals == []
    assert (await talk.state(talk.ben_id), await talk.state(talk.call_id)) == ("queued", "active")
    await watch.turn()
    assert await talk.state(talk.ben_id) == "queued"
    seconds.now += YOUNG_S
    await watch.turn()
    assert (await talk.state(talk.ben_id), await talk.state(talk.call_id)) == ("abandoned", "wrap_up")


async def test_two_that_route_make_it_good_once(talk: Unheard):
    await talk.begins_with_a_line()
    await talk.everybody_hangs_up()
    idle = Lease(talk.floor.desk, holder="another")
    other = CallWatch(talk.floor.desk, idle, talk.floor.carrier)

    await other.turn()
    assert await talk.state(talk.ben_id) == "queued"
    with pytest.raises(Stale):
        await other.hold_against_carrier(timedelta())
    assert await talk.state(talk.ben_id) == "queued"
    await asyncio.gather(talk.watch().turn(), talk.watch().turn())
    assert len(await talk.told(InteractionAbandoned, talk.ben_id)) == 1
    assert await talk.ends_of(talk.call_id) == ["ended_by_customer"]


async def test_an_agent_who_hung_up_first_has_ended_it(talk: Unheard):
    await talk.begins()
    talk.nobody_hears()
    talk.floor.clock.advance(A_MINUTE)
    at = talk.floor.clock.now()
    await talk.agent.hangs_up()
    talk.floor.clock.advance(A_MINUTE)
    await talk.caller.hangs_up()

    await talk.watch().turn()

    assert await talk.ended_by() == "agent"
    assert (await talk.floor.interaction(talk.call_id)).ended_at == at


async def test_who_goes_on_is_left_alone_and_one_list_says_so_of_all(talk: Unheard):
    await talk.begins_with_a_line()
    talk.floor.clock.advance(OUTAGE)
    asked: list[str] = []
    talk.floor.carrier.end_of = asked.append  # type: ignore[method-assign,assignment]

    await talk.watch().turn()

    assert asked == []
    assert talk.caller.talking
    assert (await talk.state(talk.ben_id), await talk.state(talk.call_id)) == ("queued", "active")
    await talk.ben.hangs_up()
    await talk.caller.hangs_up()


async def test_a_leg_that_the_carrier_does_not_know_has_ended_and_one_that_only_rings_has_not(talk: Unheard):
    await talk.begins_with_a_line()
    talk.network.telephones[f"client:{(mo := await talk.floor.agent(2)).id}"] = Telephone.RINGS
    await mo.takes_next()
    rings = await talk.network.rung(f"client:{mo.id}")
    await talk.floor.jobs_done()
    talk.floor.clock.advance(timedelta(seconds=YOUNG_S))
    now = talk.floor.clock.now()
    del talk.network.lines[talk.caller.sid]

    await talk.watch().turn()

    assert (await talk.state(talk.call_id), await talk.state(talk.ben_id)) == ("wrap_up", "active")
    assert (await talk.floor.interaction(talk.call_id)).ended_at == now
    await talk.floor.jobs_done()
    await rings.answers()
    await talk.ben.connected()
    talk.network.lines[talk.caller.sid] = talk.caller
    await talk.caller.hangs_up()
    await talk.ben.hangs_up()


async def test_a_customer_whom_we_rang_and_who_did_not_answer_is_not_reached(talk: Unheard):
    talk.network.telephones[ANA] = Telephone.RINGS
    dialled = asyncio.create_task(talk.begins_dialled())
    ana = await talk.network.rung(ANA)
    await talk.network.bell.until(lambda: ana.status == "ringing", 60)
    await talk.floor.jobs_done()
    talk.post.loses(ana, ENDED)
    talk.floor.clock.advance(timedelta(seconds=YOUNG_S))
    await ana.hangs_up()
    dialled.cancel()

    await talk.watch().turn()

    (row,) = await talk.floor.rows(calls)
    assert (row.ended_by, row.customer_leg, await talk.state(row.id)) == ("no_answer", "over", "wrap_up")


async def test_a_call_that_has_just_begun_is_not_judged_and_is_a_little_later(talk: Unheard):
    seconds = Seconds()
    watch = talk.watch(seconds)
    ana = talk.network.call(ANA, OURS)
    await ana.heard("press 1")
    talk.post.loses(ana, ENDED)
    at = talk.floor.clock.now()
    await ana.hangs_up()
    (row,) = await talk.floor.rows(interactions)

    await watch.turn()
    assert await talk.state(row.id) == "self_service"
    talk.floor.clock.advance(timedelta(seconds=YOUNG_S))
    seconds.now += YOUNG_S
    await watch.turn()
    closed = await talk.floor.interaction(row.id)
    assert (closed.state, closed.ended_at, closed.closed_at) == ("closed", at, at)


async def test_a_database_that_was_away_and_is_back_hears_what_ended_meanwhile(
    sample_postgres_url: str, tmp_path: Path, manual_clock: ManualClock
):
    url = make_url(sample_postgres_url)
    async with line_to(url.port or 0) as line:
        far = url.set(port=line.port).render_as_string(hide_password=False)
        async with open_telephones(far, tmp_path, manual_clock) as (floor, network):
            talk = Unheard(floor, network)
            await talk.begins_with_a_line()
            talk.post._lost.clear()
            watching = asyncio.create_task(CallWatch(floor.desk, floor.lease, floor.carrier).run())
            await line.cut()
            at = await talk.everybody_hangs_up()
            assert any("/twilio/voice/status: 50" in problem for problem in network.problems)
            network.problems.clear()
            await line.mend()

            assert (await floor.until_state(talk.ben_id, "abandoned")).ended_at == at
            assert (await floor.until_state(talk.call_id, "wrap_up")).ended_at == at
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


class Asked(Carrier):
    """Counts how often it is asked."""

    lists = 0
    error_of_list: Unavailable | None = None

    async def living(self) -> set[str]:
        self.lists += 1
        if self.error_of_list is not None:
            raise self.error_of_list
        return await super().living()


class Turns:
    """A watch whose seconds, and the floor's clock with them, are passed by the test."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.carrier, self.seconds = floor, Asked(), Seconds()
        self.watch = CallWatch(floor.desk, floor.lease, self.carrier, seconds=self.seconds)

    async def pass_(self, span: float) -> int:
        """So much time passes; how often the carrier was asked for its list meanwhile."""
        before = self.carrier.lists
        for _ in range(int(span)):
            await self.watch.turn()
            self.seconds.now += 1
            self.floor.clock.advance(timedelta(seconds=1))
        return self.carrier.lists - before


@pytest.fixture
async def turns(floor: Floor) -> Turns:
    async def routes() -> bool:
        return floor.lease.held

    await floor.until(routes)
    return Turns(floor)


async def test_nobody_is_asked_while_no_call_goes_on(turns: Turns):
    assert await turns.pass_(4 * EVERY_S) == 0


async def test_the_carrier_is_asked_twice_after_an_outage_and_else_each_half_minute(floor: Floor, turns: Turns):
    await waiting_caller(floor)
    floor.clock.advance(OUTAGE)
    assert await turns.pass_(YOUNG_S + 1) == AFTER_OUTAGE
    assert await turns.pass_(4 * EVERY_S) == 4
    floor.lease.missed = 1
    assert await turns.pass_(1) == 0
    floor.lease.missed = 0
    assert await turns.pass_(YOUNG_S + 1) == AFTER_OUTAGE


async def test_an_end_of_which_nothing_was_heard_is_found_within_a_minute(floor: Floor, turns: Turns):
    await turns.pass_(EVERY_S + YOUNG_S)
    call_id = await waiting_caller(floor)
    turns.carrier.ends["CA1"] = LegEnd(state=LegState.ENDED, at=None)
    await turns.pass_(EVERY_S - 2)
    assert (await floor.interaction(call_id)).state == "queued"
    await turns.pass_(60 - (EVERY_S - 2))
    assert (await floor.interaction(call_id)).state == "abandoned"


async def test_a_carrier_that_is_away_is_asked_less_and_less_often(floor: Floor, turns: Turns):
    await waiting_caller(floor)
    floor.clock.advance(OUTAGE)
    turns.carrier.error_of_list = Unavailable("not now")
    assert await turns.pass_(60) == 5
    turns.carrier.error_of_list = None
    assert await turns.pass_(EVERY_S) == AFTER_OUTAGE


async def test_an_end_is_never_before_what_came_after_it(floor: Floor, turns: Turns):
    """Ana left, and Mia took her call before anybody knew."""
    left_at = floor.clock.now()
    floor.clock.advance(A_MINUTE)
    _, call_id = await conversation(floor)
    begun_at = floor.clock.now()
    floor.clock.advance(A_MINUTE)
    turns.carrier.ends |= {leg: LegEnd(state=LegState.ENDED, at=left_at) for leg in ("CA1", "leg-1")}
    await turns.watch.turn()
    assert ((await call(floor, call_id)).ended_by, (await call(floor, call_id)).ended_at) == ("customer", begun_at)
