"""When a customer may be rung: safe hours, zones, nights."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.protocol import LegState
from desk.callbacks.leaving_the_line import Told
from desk.customers.customers import change as change_customer
from desk.kernel.errors import Invalid
from desk.organization.callbacks import Callbacks, QueueCallbacks
from desk.tables import callbacks as table
from tests.integration.callbacks.steps import asks, callback, dialled, item, leaves, presses, says, waits
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_dialling import customer as customer_leg


async def test_who_presses_at_night_is_rung_in_the_morning_and_told_so(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 22, tzinfo=UTC))
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.LATER
    (ana,) = await floor.rows(table)
    assert ana.due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)  # nine in Berlin
    await floor.jobs_done()
    assert (await item(floor, ana.id)).state == "scheduled"

    floor.clock.set(ana.due_at)
    await floor.jobs_done()
    due = await item(floor, ana.id)
    assert (due.state, due.placed_at) == ("waiting", (await floor.interaction(call_id)).queued_at)


async def test_the_zone_is_the_customers_own_if_it_is_known(floor: Floor):
    night = datetime(2026, 3, 2, 23, tzinfo=UTC)
    in_berlin = await callback(floor, await asks(floor, due_at=night))
    await floor.desk.transact(SYSTEM, change_customer, in_berlin.customer_id, {"time_zone": "America/Los_Angeles"})
    elsewhere = await callback(floor, await asks(floor, due_at=night, queue="general"))
    assert (in_berlin.due_at, elsewhere.due_at) == (datetime(2026, 3, 3, 8, tzinfo=UTC), night)
    assert in_berlin.asked_for == night


async def test_a_number_that_is_at_home_in_two_zones_is_rung_when_it_is_day_in_both(floor: Floor):
    mobile = await callback(floor, await asks(floor, "+34600000000", due_at=datetime(2026, 3, 3, 8, tzinfo=UTC)))
    assert mobile.due_at == datetime(2026, 3, 3, 9, tzinfo=UTC)  # nine on the Canary Islands


async def test_a_number_that_has_no_safe_hour_needs_a_zone(floor: Floor):
    await says(floor, QueueCallbacks(), Callbacks(hours="09:00-12:00"))
    with pytest.raises(Invalid) as refused:
        await asks(floor, "+18005550199")
    assert [field for field, _ in refused.value.errors] == ["number"]


async def test_the_gap_never_ends_at_night(floor: Floor):
    await says(floor, QueueCallbacks(key="1", gap=4 * 3600))
    floor.clock.set(datetime(2026, 3, 2, 17, tzinfo=UTC))
    id = await asks(floor)
    mia = await floor.agent(1)
    await floor.jobs_done()
    call_id = await dialled(floor, mia, id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    assert (await callback(floor, id)).due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_what_waits_too_long_for_an_agent_is_not_made_at_night(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 18, 50, tzinfo=UTC))
    ana = await leaves(floor)
    assert (await item(floor, ana.id)).state == "waiting"
    await floor.passes(timedelta(minutes=20))
    assert (await item(floor, ana.id)).state == "scheduled"
    assert (await callback(floor, ana.id)).due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
