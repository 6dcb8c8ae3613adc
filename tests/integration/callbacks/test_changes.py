"""A call-back is changed, cancelled, or may not be made any more."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.protocol import LegState
from desk.callbacks import callbacks
from desk.customers.customers import change as change_customer
from desk.kernel.errors import Conflict, Invalid, Stale
from desk.organization.file import Document
from desk.organization.organization import load
from desk.tables import customers as customers_table
from tests.integration.callbacks.steps import ANA, BO, asks, callback, dialled, item, leaves, waits
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_dialling import customer as customer_leg


async def test_a_call_back_is_changed_and_cancelled_while_it_waits(floor: Floor):
    tomorrow = floor.clock.now() + timedelta(days=1)
    id = await asks(floor, due_at=tomorrow)
    with pytest.raises(Conflict):
        await asks(floor)
    change = callbacks.change
    await floor.desk.transact(SYSTEM, change, id, {"due_at": tomorrow + timedelta(hours=13), "number": BO})
    moved = await callback(floor, id)
    assert (moved.number, moved.due_at) == (BO, datetime(2026, 3, 4, 9, tzinfo=UTC))
    for wrong in ({"number": "+449098333555"}, {"owner_id": "nobody"}, {"due_at": tomorrow + timedelta(days=500)}):
        with pytest.raises(Invalid) as refused:
            await floor.desk.transact(SYSTEM, change, id, wrong)
        assert {field for field, _ in refused.value.errors} == set(wrong)

    await floor.desk.transact(SYSTEM, callbacks.cancel, id, "They wrote instead")
    await floor.desk.transact(SYSTEM, callbacks.cancel, id)
    assert ((await callback(floor, id)).state, (await item(floor, id)).note) == ("cancelled", "They wrote instead")
    await floor.passes(timedelta(days=3))
    assert (await item(floor, id)).state == "done"
    with pytest.raises(Stale):
        await floor.desk.transact(SYSTEM, change, id, {"number": ANA})


async def test_another_number_moves_neither_the_place_nor_the_time(floor: Floor):
    ana = await leaves(floor)
    await floor.passes(timedelta(minutes=5))
    place = (await item(floor, ana.id)).placed_at
    await floor.desk.transact(SYSTEM, callbacks.change, ana.id, {"number": BO})
    await floor.jobs_done()
    assert ((await callback(floor, ana.id)).number, (await callback(floor, ana.id)).due_at) == (BO, ana.due_at)
    assert ((await item(floor, ana.id)).state, (await item(floor, ana.id)).placed_at) == ("waiting", place)

    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    again = (await callback(floor, ana.id)).due_at
    await floor.desk.transact(SYSTEM, callbacks.change, ana.id, {"number": ANA})
    assert (await callback(floor, ana.id)).due_at == again  # the gap is kept


async def test_a_call_back_that_rings_at_an_agent_is_cancelled_there(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    await mia.next_offer()
    await floor.desk.transact(SYSTEM, callbacks.cancel, ana.id)
    await floor.settles()
    assert await mia.offer() is None


async def test_nothing_is_cancelled_while_the_customer_is_rung(floor: Floor):
    ana = await leaves(floor)
    await dialled(floor, await floor.agent(1), ana.id)
    with pytest.raises(Conflict):
        await floor.desk.transact(SYSTEM, callbacks.cancel, ana.id)


async def test_a_country_that_is_no_longer_dialled_ends_what_was_booked(floor: Floor):
    ana = await leaves(floor)
    await floor.desk.transact(SYSTEM, load, Document(dial_countries=["GB"]))
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    over = await callback(floor, ana.id)
    assert (over.state, over.why, floor.carrier.rung) == ("gave_up", "refused", [])
    await waits(floor, BO)
    assert await mia.next_offer()


async def test_who_is_not_to_be_phoned_any_more_is_given_up_and_nobody_is_rung(floor: Floor):
    ana = await leaves(floor)
    safety = {"contact_safety": {"channels": ["email"]}}
    mia = await floor.agent(1)
    offer = await mia.next_offer()
    await floor.desk.transact(SYSTEM, change_customer, ana.customer_id, safety)
    await floor.jobs_done()
    with pytest.raises(Stale):
        await mia.accepts(offer)
    over = await callback(floor, ana.id)
    assert (over.state, over.why, floor.carrier.rung) == ("gave_up", "refused", [])


async def test_rules_of_contact_that_cannot_be_read_forbid_the_call(floor: Floor):
    ana = await leaves(floor)
    await floor.desk.transact(
        SYSTEM, lambda tx: tx.update(customers_table, ana.customer_id, contact_safety={"never": "monday"})
    )
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    assert floor.carrier.rung == []
    with pytest.raises(Invalid, match="cannot be read"):
        await asks(floor, queue="technical")
