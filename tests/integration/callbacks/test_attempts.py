"""A telephone that nobody answers is tried again after the gap, then given up on."""

from datetime import timedelta
from functools import partial
from typing import Any

from channels.protocol import LegState
from desk.agents.work import give_back
from desk.callbacks.events import CallbackChanged
from desk.callbacks.leaving_the_line import Told
from desk.callbacks.outcomes import become_due
from desk.kernel.events import CallbackGaveUp
from desk.organization.callbacks import QueueCallbacks
from desk.tables import callbacks as table
from desk.tables import events, work_items
from desk.work import offers
from tests.integration.callbacks.steps import (
    ANA,
    BO,
    another_for,
    asks,
    callback,
    dialled,
    first_customers,
    item,
    leaves,
    looks,
    presses,
    says,
    waits,
)
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import customer as customer_leg
from tests.integration.test_dialling import rung


async def test_a_telephone_that_nobody_answers_is_tried_again_after_the_gap_then_given_up(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    for attempt in range(3):
        call_id = await dialled(floor, mia, ana.id, count=2 * attempt)
        await customer_leg(floor, call_id, f"leg-{2 * attempt + 2}", LegState.NO_ANSWER)
        await floor.jobs_done()
        await mia.wraps_up(call_id)
        tried = await callback(floor, ana.id)
        assert (tried.attempts, tried.why) == (attempt + 1, "no_answer")
        if attempt < 2:
            assert (tried.state, tried.due_at) == ("waiting", floor.clock.now() + timedelta(minutes=10))
            assert (await item(floor, ana.id)).state == "scheduled"
            await floor.passes(timedelta(minutes=10))

    over = await callback(floor, ana.id)
    assert (over.state, over.is_open, (await item(floor, ana.id)).outcome) == ("gave_up", None, "gave_up")
    (told,) = await floor.rows(events, name=CallbackGaveUp.name)
    assert told.data == {"queue": "billing", "attempts": 3, "why": "no_answer"}
    rested = await callback(floor, await asks(floor))  # another may be booked, and the number rests first
    assert (rested.attempts, rested.due_at) == (0, floor.clock.now() + timedelta(days=1))
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.IMPOSSIBLE  # the line is not left for a telephone that nobody answers
    assert (await floor.interaction(again)).state in ("queued", "offered")


async def test_two_call_backs_to_one_number_keep_the_gap_between_them(floor: Floor):
    ana = await leaves(floor)
    other = await asks(floor, queue="technical", due_at=floor.clock.now() + timedelta(minutes=1))
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    ended = floor.clock.now()
    await mia.wraps_up(call_id)
    await floor.passes(timedelta(minutes=1))
    put_off = await callback(floor, other)
    assert (put_off.state, put_off.due_at) == ("waiting", ended + timedelta(minutes=30))
    assert (await item(floor, other)).state == "scheduled"


async def test_every_call_back_to_a_number_moves_with_the_one_that_is_made(floor: Floor):
    ana, mia, ben = await leaves(floor), await floor.agent(1, available=False), await floor.agent(2, available=False)
    waits, rings = await another_for(floor), await asks(floor, queue="technical")
    later = await another_for(floor, due_at=floor.clock.now() + timedelta(hours=5))
    elsewhere = await another_for(floor, BO)
    await floor.jobs_done()
    await mia.is_available()
    offer = await mia.next_offer()
    assert offer.work_item_id == ana.id
    await ben.is_available()
    assert (await ben.next_offer()).work_item_id in (waits, rings)
    begun = floor.clock.now()
    await mia.accepts(offer)
    await floor.until(partial(rung, floor, 1))
    await floor.jobs_done()
    gaps = {waits: timedelta(minutes=10), rings: timedelta(minutes=30)}
    assert {id: (await callback(floor, id)).due_at - begun for id in gaps} == gaps
    assert {(await item(floor, id)).state for id in gaps} == {"scheduled"}
    assert (await ben.next_offer()).work_item_id == elsewhere  # what rang there is withdrawn

    call_id = (await callback(floor, ana.id)).call_id
    assert await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
    await floor.until(partial(rung, floor, 2))
    await floor.jobs_done()
    await floor.passes(timedelta(minutes=1))
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    ended = floor.clock.now()
    moved = {id: await callback(floor, id) for id in gaps}
    assert {id: one.due_at - ended for id, one in moved.items()} == gaps
    assert {one.attempts for one in moved.values()} == {1}  # they are those of the number
    assert (await callback(floor, later)).due_at == begun + timedelta(hours=5)
    assert (await callback(floor, elsewhere)).due_at == begun


async def test_when_a_number_has_been_tried_as_often_as_may_be_all_that_is_open_for_it_waits_a_day(floor: Floor):
    await says(floor, QueueCallbacks(key="1", attempts=1, gap=600))
    ana, other = await leaves(floor), await another_for(floor)
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    put_off = await callback(floor, other)
    assert (await callback(floor, ana.id)).state == "gave_up"
    assert (put_off.due_at, put_off.attempts) == (floor.clock.now() + timedelta(days=1), 0)


async def test_the_last_attempt_for_one_queue_counts_for_what_is_open_in_another(floor: Floor):
    await says(floor, QueueCallbacks(attempts=2, gap=300))
    billing, mia = await asks(floor), await floor.agent(1)

    async def in_vain(id: str, before: int) -> None:
        call_id = await dialled(floor, mia, id, count=2 * before)
        await customer_leg(floor, call_id, f"leg-{2 * before + 2}", LegState.NO_ANSWER)
        await floor.jobs_done()
        await mia.wraps_up(call_id)

    await in_vain(billing, 0)
    technical = await asks(floor, queue="technical")
    gap = timedelta(minutes=30)
    assert (await callback(floor, technical)).attempts == 1
    await floor.passes(timedelta(minutes=5))
    await in_vain(billing, 1)  # it has ended by the moment to which the other was moved when it began
    other = await callback(floor, technical)
    assert (await callback(floor, billing)).state == "gave_up"
    assert (other.attempts, other.due_at) == (2, floor.clock.now() + gap)
    told = [event.data for event in await floor.rows(events, name=CallbackChanged.name, subject=technical)]
    assert told[-1]["attempts"] == 2  # screens show it

    await floor.passes(gap)
    await in_vain(technical, 2)
    assert ((await callback(floor, technical)).state, (await callback(floor, technical)).attempts) == ("gave_up", 3)


async def test_when_only_the_agents_telephone_was_rung_the_others_are_due_again(floor: Floor):
    ana, other = await leaves(floor), await another_for(floor)
    await floor.jobs_done()
    place, mia = (await item(floor, other)).placed_at, await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.until(partial(rung, floor, 1))
    assert (await item(floor, other)).state == "scheduled"
    await agent_leg(floor, (await callback(floor, ana.id)).call_id, "leg-1", LegState.NO_ANSWER)
    await floor.jobs_done()
    back = await item(floor, other)
    assert (back.state, back.placed_at) == ("waiting", place)


async def test_of_two_customers_with_one_telephone_one_is_rung(floor: Floor):
    await first_customers(floor)
    ana, other = await leaves(floor), await another_for(floor)
    await floor.agent(1)
    await floor.agent(2)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    await looks(floor)
    assert [to for _, to, _ in floor.carrier.rung] == [ANA]
    assert (await callback(floor, ana.id)).state == "dialling"
    assert (await callback(floor, other)).due_at == floor.clock.now() + timedelta(minutes=10)


async def test_an_agent_whose_telephone_does_not_answer_is_no_attempt(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.until(partial(rung, floor, 1))
    call_id = (await callback(floor, ana.id)).call_id
    await agent_leg(floor, call_id, "leg-1", LegState.NO_ANSWER)
    await floor.jobs_done()

    back, place = await callback(floor, ana.id), await item(floor, ana.id)
    assert (back.state, back.attempts, place.state) == ("waiting", 0, "waiting")
    assert place.placed_at == (await floor.interaction(ana.interaction_id)).queued_at
    ben = await floor.agent(2)
    assert (await ben.next_offer()).work_item_id == ana.id


async def test_an_agent_who_goes_before_anything_is_dialled_leaves_it_in_its_place(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    offer = await mia.next_offer()

    def accepts_and_goes(tx: Any) -> None:
        offers.accept(tx, offer.id)
        give_back(tx, mia.id)

    await floor.desk.transact(SYSTEM, accepts_and_goes)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).state == "waiting"
    assert (await mia.next_offer()).work_item_id == ana.id
    assert floor.carrier.rung == []


async def test_a_call_of_which_nothing_is_heard_any_more_is_tried_again(floor: Floor):
    ana = await leaves(floor)
    lost = {"state": "dialling", "call_id": "gone", "dialled_at": floor.clock.now()}
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(table, ana.id, **lost))
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(work_items, ana.id, state="scheduled"))
    await floor.desk.transact(SYSTEM, become_due, ana.id)
    await floor.passes(timedelta(minutes=10))
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "failed")
