"""Calls that we make, where calls are counted and told again: they keep agents busy and are in no queue's figures."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from channels.protocol import LegState
from desk.calls import customer_legs, dialling
from desk.contacts import transfers
from desk.floor.figures_so_far import load_figures
from desk.kernel.clock import ManualClock
from desk.replay.staff import done_before
from desk.tables import to_ms
from tests.integration.floor import SYSTEM, open_floor
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import ANA, ana, customer, rung
from tests.integration.test_replay import SPAN, Morning, command, told


async def test_a_morning_with_calls_that_we_made_is_told_again_without_them(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        morning = Morning(floor)
        mia = await morning.comes(1)
        await morning.at(0, 1)
        ben = await morning.comes(2)
        await morning.at(2)
        about = {"to": ANA, "customer_id": await ana(floor), "queue": "general"}
        call_id = await mia.does(dialling.dial, agent_id=mia.id, **about)
        await floor.until(partial(rung, floor, 1))
        await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
        await floor.until(partial(rung, floor, 2))
        await morning.at(2, 20)
        await customer(floor, call_id, "leg-2", LegState.ANSWERED)
        await morning.at(3)
        chat = await morning.writes()  # Mia has been free longest, and is on the telephone
        await ben.takes_next()
        figures = await floor.desk.read(SYSTEM, load_figures)
        (general,) = (row for row in figures.queues(floor.clock.now()) if row["key"] == "general")
        assert (general["offered"], general["answered"], general["abandoned"]) == (1, 1, 0)
        await morning.at(4)
        await customer(floor, call_id, "leg-2", LegState.ENDED)
        await mia.wraps_up(call_id)
        await morning.at(5)
        await ben.wraps_up(chat)
        await morning.at(10)

    careline = command(sample_url, tmp_path, monkeypatch)
    result = told(await asyncio.to_thread(careline, *SPAN, "--json"))
    everything = result["queues"]["all"]
    assert (everything["recorded"]["offered"], everything["recorded"]["answered"]) == (1, 1)
    assert set(everything["difference"].values()) == {0}
    assert result["calibration"]["same_agent"] == 1.0


async def test_who_dials_was_asked_last_then_in_a_replay_that_begins_later_too(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        morning = Morning(floor)
        mia = await morning.comes(1)
        await floor.writes(address="visitor-1")
        await mia.takes_next()
        await morning.at(2)
        dialled = floor.clock.now()
        await mia.does(dialling.dial, agent_id=mia.id, to=ANA, customer_id=await ana(floor), queue="general")
        await morning.at(5)

        before = await floor.desk.read(SYSTEM, done_before, floor.clock.now(), ZoneInfo("UTC"))

    assert (before[mia.id].offered_ms, before[mia.id].handled) == (to_ms(dialled), 1)


async def test_a_call_back_counts_as_no_call_offered(sample_url: str, tmp_path: Path, manual_clock: ManualClock):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        about = {"callback_id": "callback-1", "to": ANA, "customer_id": await ana(floor), "queue": "general"}
        kept = floor.clock.now() - timedelta(minutes=10)
        call_id = await floor.desk.transact(SYSTEM, dialling.ring_customer, placed_at=kept, **about)
        await floor.until(partial(rung, floor, 1))
        await floor.jobs_done()
        assert await customer(floor, call_id, "leg-1", LegState.ANSWERED) is customer_legs.Next.ASK
        presses = partial(customer_legs.customer_chose, call_id=call_id, leg="leg-1", pressed=True)
        turn = await floor.desk.transact(SYSTEM, presses)
        assert turn.next is customer_legs.Next.TALK

        figures = await floor.desk.read(SYSTEM, load_figures)
        (general,) = (row for row in figures.queues(floor.clock.now()) if row["key"] == "general")
        assert (general["waiting"], general["offered"]) == (1, 0)
        mia = await floor.agent(1)
        assert await mia.takes_next() == call_id
        await floor.settles()
        figures = await floor.desk.read(SYSTEM, load_figures)
        (general,) = (row for row in figures.queues(floor.clock.now()) if row["key"] == "general")
        assert (general["waiting"], general["offered"], general["answered"]) == (0, 0, 0)


async def test_a_dialled_call_that_is_passed_on_is_no_call_offered_either(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        mia = await floor.agent(1)
        about = {"to": ANA, "customer_id": await ana(floor), "queue": "general"}
        call_id = await mia.does(dialling.dial, agent_id=mia.id, **about)
        await floor.until(partial(rung, floor, 1))
        await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
        await floor.until(partial(rung, floor, 2))
        await floor.jobs_done()
        await customer(floor, call_id, "leg-2", LegState.ANSWERED)
        await mia.does(transfers.transfer, call_id, {"queue": "technical"})
        figures = await floor.desk.read(SYSTEM, load_figures)
        (technical,) = (row for row in figures.queues(floor.clock.now()) if row["key"] == "technical")
        assert (technical["waiting"], technical["offered"]) == (1, 0)
