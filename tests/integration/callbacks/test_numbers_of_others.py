"""A number that several customers have, and what each of them has said of it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from channels.protocol import LegState
from desk.callbacks import callbacks
from desk.contacts import ending
from desk.customers.customers import identify
from desk.tables import calls as calls_table
from desk.tables import customers
from tests.integration.callbacks.steps import ANA, BO, EVA, asks, callback, dialled, first_customers, leaves, looks
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_dialling import customer as customer_leg
from tests.integration.test_dialling import rung


async def has_safety(floor: Floor, customer_id: str, **safety: Any) -> None:
    """This holds for a customer from now on, and nothing is planned anew yet."""
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(customers, customer_id, contact_safety=safety))


async def named(floor: Floor, number: str) -> str:
    """The id of the customer who has this number."""

    def find(tx: Any) -> str:
        return str(identify(tx, "phone", number).customer.id)

    return str(await floor.desk.transact(SYSTEM, find))


async def asks_elsewhere(floor: Floor, number: str, elsewhere: str) -> str:
    """A call-back is booked for who has a number, on another one."""
    about: dict[str, Any] = {"customer_id": await named(floor, number), "queue": "billing", "number": elsewhere}
    return str(await floor.desk.transact(SYSTEM, callbacks.request_callback, **about))


async def test_a_number_is_not_rung_for_another_customer_outside_the_hours_of_whose_it_is(floor: Floor):
    dora, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks_elsewhere(floor, EVA, ANA)
    offer = await mia.next_offer()
    await has_safety(floor, dora, hours="18:00-19:00")
    await mia.accepts(offer)
    await floor.jobs_done()
    waits = await callback(floor, id)
    assert (waits.state, waits.due_at, floor.carrier.rung) == ("waiting", datetime(2026, 3, 2, 17, tzinfo=UTC), [])


async def test_a_number_is_not_rung_for_another_customer_where_whose_it_is_is_not_phoned(floor: Floor):
    dora, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks_elsewhere(floor, EVA, ANA)
    offer = await mia.next_offer()
    await has_safety(floor, dora, channels=["letter"])
    await mia.accepts(offer)
    await floor.jobs_done()
    assert ((await callback(floor, id)).state, floor.carrier.rung) == ("gave_up", [])


async def test_nothing_of_ours_is_said_on_the_tape_of_a_number_that_another_customer_has(floor: Floor):
    await first_customers(floor)
    await has_safety(floor, await named(floor, ANA), no_voicemail=True)
    assert (await callback(floor, await asks_elsewhere(floor, EVA, ANA))).first == "agent"


async def test_who_speaks_for_a_customer_is_rung_also_for_what_was_booked_before(floor: Floor):
    ana, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks(floor)
    offer = await mia.next_offer()
    await has_safety(floor, ana, representative_number=BO)
    await mia.accepts(offer)
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=id)
    assert (call.to_number, (await callback(floor, id)).number) == (BO, BO)


async def test_who_speaks_for_a_customer_is_rung_first_where_customers_are(floor: Floor):
    await first_customers(floor)
    id = await asks(floor)
    await floor.jobs_done()  # it is in line, or the router looks for it in vain
    await has_safety(floor, await named(floor, ANA), representative_number=BO)
    await floor.agent(1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    assert [to for _, to, _ in floor.carrier.rung] == [BO]
    assert (await callback(floor, id)).number == BO


async def test_who_was_reached_is_counted_anew_by_what_is_open_elsewhere(floor: Floor):
    ana = await leaves(floor)
    other, mia = await asks(floor, queue="technical"), await floor.agent(1, available=False)
    await floor.jobs_done()
    await mia.is_available()
    missed = await dialled(floor, mia, ana.id)
    await floor.passes(timedelta(seconds=30))
    await customer_leg(floor, missed, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    await mia.wraps_up(missed)
    assert (await callback(floor, other)).attempts == 1
    await floor.passes(timedelta(minutes=11))
    call_id = await dialled(floor, mia, ana.id, count=2)
    await customer_leg(floor, call_id, "leg-4", LegState.ANSWERED)
    await floor.jobs_done()
    answered = floor.clock.now()
    waits = await callback(floor, other)
    assert (waits.state, waits.attempts, waits.due_at) == ("waiting", 0, answered + timedelta(minutes=5))

    await floor.passes(timedelta(minutes=5))
    assert (await callback(floor, other)).due_at == answered + timedelta(minutes=10)  # they still talk
    await mia.does(ending.end, call_id)
    await mia.wraps_up(call_id)
    await floor.passes(timedelta(minutes=5))
    assert (await mia.next_offer()).work_item_id == other
