"""Whom a call-back waits for, and who of those who work could be offered it."""

from datetime import timedelta
from functools import partial

from desk.agents import agents
from desk.organization.callbacks import QueueCallbacks
from desk.tables import agents as agents_table
from desk.work import offers
from tests.integration.callbacks.steps import (
    ANA,
    BO,
    EVA,
    asks,
    callback,
    first_customers,
    has_skill,
    item,
    leaves,
    looks,
    no_longer_serves,
    says,
    waits,
)
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_dialling import rung


async def test_an_owner_who_cannot_be_offered_it_is_not_waited_for(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2)
    id = await asks(floor, owner_id=mia.id, due_at=floor.clock.now() + timedelta(hours=1))
    await floor.desk.transact(SYSTEM, no_longer_serves, mia.id)
    await floor.passes(timedelta(hours=1))
    assert (await ben.next_offer()).work_item_id == id


async def test_an_owner_who_cannot_be_offered_it_any_more_does_not_hold_it_up(floor: Floor):
    mia = await floor.agent(1)
    await waits(floor)
    await mia.takes_next()
    ben = await floor.agent(2)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert ((await item(floor, id)).wanted_until is not None, await ben.offer()) == (True, None)
    await floor.desk.transact(SYSTEM, no_longer_serves, mia.id)
    floor.router.look_around()
    assert (await ben.next_offer()).work_item_id == id


async def test_an_owner_on_a_break_is_not_waited_for_and_is_again_when_back_in_time(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    await ben.is_available()
    offer = await ben.next_offer()
    assert offer.work_item_id == id
    await mia.is_available()
    await ben.does(offers.decline, offer.id, "")
    assert (await mia.next_offer()).work_item_id == id


async def test_nobody_is_rung_whom_nobody_who_works_could_be_offered(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1, available=False)
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 0)
    await mia.is_available()
    await looks(floor)
    assert floor.carrier.rung == []
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    assert (await callback(floor, ana.id)).state == "dialling"


async def test_only_those_count_as_free_who_could_be_offered_the_customer(floor: Floor):
    await first_customers(floor)
    for number in (ANA, BO, EVA):
        await leaves(floor, number)
    ben = await floor.agent(2, available=False)
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(agents_table, ben.id, capacity={"chat": 3}))
    await ben.is_available()
    await floor.agent(1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    await looks(floor)
    assert [to for _, to, _ in floor.carrier.rung] == [ANA]


async def test_who_may_be_offered_the_customer_by_a_ring_that_is_reached_counts(floor: Floor):
    rings = [{"after": 60, "skills": {"billing": 0}}]
    await says(floor, QueueCallbacks(key="1", first="customer", gap=600), rings=rings)
    await leaves(floor)
    mia = await floor.agent(1)
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 0)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))


async def test_an_owner_who_is_not_signed_in_is_not_waited_for(floor: Floor):
    mia, ben = await floor.agent(1, available=False), await floor.agent(2)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert (await ben.next_offer()).work_item_id == id


async def test_who_owns_it_and_is_busy_is_waited_for_half_an_hour(floor: Floor):
    mia = await floor.agent(1)
    await waits(floor)
    await mia.takes_next()
    ben = await floor.agent(2)
    due_at = floor.clock.now() + timedelta(seconds=10)
    id = await asks(floor, owner_id=mia.id, due_at=due_at)
    await floor.passes(timedelta(seconds=10))
    await floor.settles()
    waiting = await item(floor, id)
    assert (waiting.state, waiting.wanted_until, await ben.offer()) == ("waiting", due_at + timedelta(minutes=30), None)
