"""A caller leaves the line and keeps the place."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from channels.protocol import LegState
from desk.agents import agents
from desk.callbacks import leaving_the_line
from desk.callbacks.leaving_the_line import Told
from desk.calls import calls
from desk.customers.customers import add_address
from desk.tables import callbacks as table
from desk.tables import calls as calls_table
from desk.tables import events, segments, to_ms, work_items
from tests.integration.callbacks.steps import (
    ANA,
    BO,
    EVA,
    asks,
    callback,
    dialled,
    is_rung_in,
    item,
    leaves,
    presses,
    speaks,
    waits,
)
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_dialling import customer as customer_leg


async def test_a_caller_who_leaves_the_line_keeps_the_place_and_is_rung_in_it(floor: Floor):
    ana = await leaves(floor)
    await waits(floor, BO)
    mia = await floor.agent(1)

    call_id = await dialled(floor, mia, ana.id)
    assert [to for _, to, _ in floor.carrier.rung] == [f"client:{mia.id}", ANA]
    assert (await callback(floor, ana.id)).state == "dialling"
    await customer_leg(floor, call_id, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()

    reached, done = await callback(floor, ana.id), await item(floor, ana.id)
    assert (reached.state, reached.attempts, done.state, done.outcome) == ("reached", 1, "done", "reached")
    assert ((await floor.interaction(call_id)).state, (await floor.interaction(call_id)).agent_id) == ("active", mia.id)


async def test_the_place_is_that_of_the_call_and_counts_as_neither_answered_nor_abandoned(floor: Floor):
    ana = await leaves(floor)
    call = await floor.interaction(ana.interaction_id)
    assert call.state == "closed"
    assert (await item(floor, ana.id)).placed_at == call.queued_at
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert stay.outcome == "callback_taken"
    (left,) = await floor.rows(events, name="interaction.left_queue", subject=call.id)
    assert (left.data["outcome"], left.data["wait_ms"]) == ("callback_taken", 60_000)
    assert await floor.rows(events, name="interaction.abandoned") == []


async def test_whoever_stands_behind_is_told_of_the_place_that_is_kept(floor: Floor):
    await leaves(floor)
    bo = await waits(floor, BO)
    facts = await floor.desk.read(SYSTEM, calls.wait_facts, bo)
    assert facts.position == 2


async def test_every_entry_into_the_queue_has_one_outcome(floor: Floor):
    """METRICS: entered = answered + abandoned + flow_out + callback_taken + system_ended + pending."""
    ana, bo, eva = await leaves(floor), await waits(floor, BO), await waits(floor, EVA)
    (call,) = await floor.rows(calls_table, id=bo)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id=call.carrier_id)
    mia = await floor.agent(1)
    rung_back = await dialled(floor, mia, ana.id)
    await customer_leg(floor, rung_back, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()

    stays = await floor.rows(segments, kind="queue", queue="billing")
    became = {stay.interaction_id: stay.outcome for stay in stays}
    assert became == {ana.interaction_id: "callback_taken", bo: "abandoned", eva: ""}


async def test_the_key_counts_from_when_it_is_offered(floor: Floor):
    call_id = await waits(floor)
    early = await floor.desk.read(SYSTEM, leaving_the_line.in_line, call_id)
    assert (early.told, early.key) == (Told.WAIT, None)
    assert await presses(floor, call_id) is Told.WAIT
    await floor.passes(timedelta(seconds=30))
    assert (await floor.desk.read(SYSTEM, leaving_the_line.in_line, call_id)).key == "1"
    assert await presses(floor, call_id, "2") is Told.WAIT
    assert await floor.rows(table) == []
    assert (await floor.interaction(call_id)).state == "queued"


async def test_a_key_that_is_pressed_twice_books_once(floor: Floor):
    ana = await leaves(floor)
    assert await presses(floor, ana.interaction_id) is Told.TAKEN
    assert await presses(floor, ana.interaction_id, "7") is Told.TAKEN
    (call,) = await floor.rows(calls_table, id=ana.interaction_id)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id=call.carrier_id)
    assert len(await floor.rows(table)) == 1
    assert len(await floor.rows(events, name="interaction.left_queue")) == 1


async def test_who_rings_again_and_presses_again_keeps_the_first_place(floor: Floor):
    first = await leaves(floor)
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    (only,) = await floor.rows(table)
    assert only.id == first.id
    assert (await item(floor, first.id)).placed_at == (await floor.interaction(first.interaction_id)).queued_at


async def test_what_was_booked_for_another_day_comes_forward_for_who_leaves_the_line(floor: Floor):
    booked = await asks(floor, due_at=floor.clock.now() + timedelta(days=3))
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    forward = await item(floor, booked)
    assert (forward.state, forward.placed_at) == ("waiting", (await floor.interaction(call_id)).queued_at)


async def test_a_caller_who_leaves_the_line_is_as_urgent_and_wanted_as_before(floor: Floor):
    call_id = await waits(floor)
    mia = await floor.agent(1, available=False)
    rests = to_ms(floor.clock.now() + timedelta(hours=1))
    was = {"priority": 100, "wanted_agent_id": mia.id, "declines": 3, "declined_by": {"somebody": rests}}
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(work_items, call_id, **was))
    await floor.desk.transact(SYSTEM, speaks, call_id, "de")
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    (ana,) = await floor.rows(table, interaction_id=call_id)
    kept = await item(floor, ana.id)
    assert (kept.state, {name: getattr(kept, name) for name in was}) == ("waiting", was)
    assert await floor.desk.transact(SYSTEM, is_rung_in, ana.id) == "de"

    again = await waits(floor, BO)  # another customer's urgency is theirs
    assert (await item(floor, again)).priority == 0


async def test_who_leaves_the_line_on_another_telephone_is_rung_on_the_one_that_they_were_told(floor: Floor):
    first = await leaves(floor)
    known = (await callback(floor, first.id)).customer_id
    await floor.desk.transact(SYSTEM, lambda tx: add_address(tx, known, "phone", EVA))
    again = await waits(floor, EVA)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    await floor.jobs_done()
    only = await callback(floor, first.id)
    assert (only.number, (await item(floor, first.id)).state) == (EVA, "waiting")
    assert (await item(floor, first.id)).placed_at == (await floor.interaction(first.interaction_id)).queued_at


async def test_the_zones_of_the_telephone_that_they_were_told_count(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 8, 30, tzinfo=UTC))  # half past nine in Berlin, half past eight in London
    first = await leaves(floor)
    known = (await callback(floor, first.id)).customer_id
    await floor.desk.transact(SYSTEM, lambda tx: add_address(tx, known, "phone", BO))
    again = await waits(floor, BO)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.LATER
    await floor.jobs_done()
    only = await callback(floor, first.id)
    assert (only.number, only.due_at) == (BO, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert (await item(floor, first.id)).state == "scheduled"


async def test_who_asks_anew_by_leaving_the_line_is_rung_without_the_gap(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).due_at == floor.clock.now()
    assert (await item(floor, ana.id)).state == "waiting"


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "", "+449098333555", "+882161234567", "+4930"])
async def test_who_cannot_be_rung_is_told_and_stays_in_line(floor: Floor, number: str):
    call_id = await waits(floor, number)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.IMPOSSIBLE
    assert (await floor.interaction(call_id)).state == "queued"
    assert await floor.rows(table) == []


async def test_a_key_pressed_while_it_rings_at_an_agent_is_heard(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    mia = await floor.agent(1)
    await mia.next_offer()
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.settles()
    offer = await mia.next_offer()
    assert (await floor.rows(table))[0].id == offer.work_item_id


async def test_a_key_pressed_when_an_agent_has_the_call_changes_nothing(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    mia = await floor.agent(1)
    await mia.takes_next()
    assert await presses(floor, call_id) is Told.ROOM
    assert await floor.rows(table) == []


async def test_presses_and_bookings_at_the_same_instant_book_once(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    told = await asyncio.gather(*(presses(floor, call_id) for _ in range(4)))
    assert set(told) == {Told.TAKEN}
    said = await asyncio.gather(*(asks(floor, BO) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["Conflict"] * 3 + ["str"]
    assert len(await floor.rows(table)) == 2
