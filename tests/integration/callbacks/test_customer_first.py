"""Where the customer is rung first, and waits for an agent with a key pressed."""

from datetime import timedelta
from functools import partial

from channels.protocol import LegState
from desk.agents import agents
from desk.calls.customer_legs import customer_chose
from desk.customers.customers import change as change_customer
from desk.tables import calls as calls_table
from desk.tables import segments
from tests.integration.callbacks.steps import (
    ANA,
    BO,
    EVA,
    asks,
    callback,
    caller_hangs_up,
    comes,
    first_customers,
    item,
    leaves,
    looks,
    waits,
)
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import customer as customer_leg
from tests.integration.test_dialling import rung


async def test_where_the_customer_is_rung_first_they_press_a_key_and_wait_in_their_place(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    bo = await waits(floor, BO)
    await floor.settles()
    assert floor.carrier.rung == []  # nobody works
    mia = await floor.agent(1)
    assert (await mia.next_offer()).work_item_id == bo  # who is on the line is not left waiting for one who is not
    floor.router.look_around()
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=ana.id)
    await floor.jobs_done()
    await customer_leg(floor, call.id, "leg-1", LegState.ANSWERED)
    await floor.desk.transact(SYSTEM, customer_chose, call_id=call.id, leg="leg-1", pressed=True)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).state == "dialling"  # reached is who speaks with somebody
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert stay.entry == "callback"
    assert (await item(floor, call.id)).placed_at == (await item(floor, ana.id)).placed_at
    await floor.desk.transact(SYSTEM, caller_hangs_up, bo)
    assert await mia.takes_next() == call.id
    await floor.until(partial(rung, floor, 2))
    assert await agent_leg(floor, call.id, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()
    reached = await callback(floor, ana.id)
    assert (reached.state, reached.attempts, reached.why) == ("reached", 1, "answered")


async def test_who_hangs_up_while_waiting_for_an_agent_was_not_reached_and_is_tried_again(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call = await comes(floor, ana.id)
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    await floor.passes(timedelta(minutes=15))
    waits = await callback(floor, ana.id)
    assert (waits.state, waits.attempts) == ("dialling", 0)  # however long she waits, nobody rings her meanwhile

    await customer_leg(floor, call.id, "leg-1", LegState.ENDED)
    await floor.jobs_done()
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "hung_up")
    assert tried.due_at == floor.clock.now() + timedelta(minutes=10)
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert (stay.entry, stay.outcome) == ("callback", "abandoned")
    (first,) = await floor.rows(segments, interaction_id=ana.interaction_id, kind="queue")
    assert first.outcome == "callback_taken"


async def test_who_hangs_up_while_an_agents_telephone_rings_was_not_reached(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call = await comes(floor, ana.id)
    await mia.takes_next()
    await floor.until(partial(rung, floor, 2))
    await customer_leg(floor, call.id, "leg-1", LegState.ENDED)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).why == "hung_up"
    assert (await callback(floor, ana.id)).state == "waiting"


async def test_an_answering_machine_presses_no_key_and_is_tried_again(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    await floor.agent(1)
    floor.router.look_around()
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=ana.id)
    await floor.jobs_done()
    await customer_leg(floor, call.id, "leg-1", LegState.ANSWERED)
    await floor.passes(timedelta(minutes=1))
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "no_key")


async def test_no_more_customers_are_rung_than_agents_are_free(floor: Floor):
    await first_customers(floor)
    for number in (ANA, BO, EVA):
        await leaves(floor, number)
    await floor.agent(1)
    await floor.agent(2)
    floor.router.look_around()
    await floor.until(partial(rung, floor, 2))
    await floor.looks_around()
    assert [to for _, to, _ in floor.carrier.rung] == [ANA, BO]


async def test_what_somebody_owns_rings_its_owner_first_also_where_customers_are_first(floor: Floor):
    await first_customers(floor)
    mia = await floor.agent(1)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == id
    assert ((await callback(floor, id)).first, floor.carrier.rung) == ("agent", [])


async def test_who_must_hear_nothing_on_a_tape_is_never_rung_before_an_agent_is_there(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    safety = {"contact_safety": {"no_voicemail": True}}
    await floor.desk.transact(SYSTEM, change_customer, ana.customer_id, safety)
    mia = await floor.agent(1)
    await looks(floor)
    assert ((await mia.next_offer()).work_item_id, floor.carrier.rung) == (ana.id, [])
    assert (await callback(floor, await asks(floor, queue="technical"))).first == "agent"
