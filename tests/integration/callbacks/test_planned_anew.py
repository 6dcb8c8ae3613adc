"""How a customer may be phoned is changed while they are waiting to be rung: that holds at once, also for who stands
in line or rings at an agent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.customers.profiles import add_customer, change_customer
from desk.kernel.events import CallbackGaveUp
from desk.organization.callbacks import Callbacks, QueueCallbacks
from desk.tables import events
from tests.integration.callbacks.steps import (
    ANA,
    another_for,
    asks,
    callback,
    first_customers,
    item,
    leaves,
    looks,
    says,
)
from tests.integration.floor import SYSTEM, Floor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # in Berlin it is 13:00
AT_SIX = datetime(2026, 3, 2, 17, tzinfo=UTC)  # there
EVENINGS: dict[str, Any] = {"hours": "18:00-20:00"}
NEVER: list[tuple[dict[str, Any], str]] = [({"hours": "03:00-05:00"}, "no_hour"), ({"channels": ["email"]}, "refused")]


@pytest.fixture(autouse=True)
def noon(floor: Floor) -> None:
    floor.clock.set(NOON)


async def may_be_phoned(floor: Floor, customer_id: str, safety: dict[str, Any] | None, **more: Any) -> None:
    """This holds for a customer from now on."""
    await floor.desk.transact(SYSTEM, change_customer, customer_id, {"contact_safety": safety} | more)
    await floor.jobs_done()


async def is_put_off(floor: Floor, id: str, until: datetime) -> None:
    """Nobody is asked before then."""
    found, work = await callback(floor, id), await item(floor, id)
    assert (found.state, found.due_at, work.state) == ("waiting", until, "scheduled")


async def test_who_stands_in_line_is_put_off_to_the_next_hour_at_once_and_keeps_the_place(floor: Floor):
    ana = await leaves(floor)
    place = (await item(floor, ana.id)).placed_at
    await may_be_phoned(floor, ana.customer_id, EVENINGS)
    await is_put_off(floor, ana.id, AT_SIX)
    mia = await floor.agent(1)
    await floor.looks_around()
    assert await mia.offer() is None
    floor.clock.set(AT_SIX)
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == ana.id
    assert (await item(floor, ana.id)).placed_at == place


async def test_what_rings_at_an_agent_stops_ringing(floor: Floor):
    id = await asks(floor)
    mia = await floor.agent(1)
    await mia.next_offer()
    await may_be_phoned(floor, (await callback(floor, id)).customer_id, EVENINGS)
    await is_put_off(floor, id, AT_SIX)
    assert await mia.offer() is None
    await floor.writes()
    assert (await mia.next_offer()).work_item_id != id


@pytest.mark.parametrize(("safety", "why"), NEVER)
@pytest.mark.parametrize("first", ["agent", "customer"])
async def test_who_waits_and_may_be_phoned_at_no_hour_any_more_is_given_up_at_once_and_supervisors_are_told(
    floor: Floor, safety: dict[str, Any], why: str, first: str
):
    await first_customers(floor) if first == "customer" else None
    id = await asks(floor)
    await floor.jobs_done()
    await may_be_phoned(floor, (await callback(floor, id)).customer_id, safety)
    over = await callback(floor, id)
    assert (over.state, over.why, (await item(floor, id)).state) == ("gave_up", why, "done")
    (told,) = await floor.rows(events, name=CallbackGaveUp.name)
    assert (told.subject, told.data["why"]) == (id, why)
    mia = await floor.agent(1)
    await looks(floor)
    assert (await mia.offer(), floor.carrier.rung) == (None, [])


async def test_what_was_planned_for_an_hour_that_is_wrong_now_is_planned_for_the_next(floor: Floor):
    id = await asks(floor, due_at=NOON + timedelta(hours=1))
    await may_be_phoned(floor, (await callback(floor, id)).customer_id, EVENINGS)
    await is_put_off(floor, id, AT_SIX)


async def test_hours_that_are_widened_again_bring_it_back_to_its_time_in_its_place(floor: Floor):
    ana = await leaves(floor)
    place = (await item(floor, ana.id)).placed_at
    await may_be_phoned(floor, ana.customer_id, EVENINGS)
    await may_be_phoned(floor, ana.customer_id, {"hours": "15:00-20:00"})
    await is_put_off(floor, ana.id, datetime(2026, 3, 2, 14, tzinfo=UTC))
    await may_be_phoned(floor, ana.customer_id, None)
    work = await item(floor, ana.id)
    assert (work.state, work.placed_at) == ("waiting", place)
    assert (await (await floor.agent(1)).next_offer()).work_item_id == ana.id


async def test_another_zone_of_the_customer_is_another_hour(floor: Floor):
    ana = await leaves(floor)
    await may_be_phoned(floor, ana.customer_id, None, time_zone="Asia/Tokyo")  # it is nine in the evening there
    await is_put_off(floor, ana.id, datetime(2026, 3, 3, 0, tzinfo=UTC))


async def test_it_holds_for_who_is_rung_on_the_number_of_the_customer_too(floor: Floor):
    owner = (await callback(floor, await asks(floor, ANA, queue="general"))).customer_id
    theirs = await another_for(floor, ANA)
    await floor.jobs_done()
    await may_be_phoned(floor, owner, EVENINGS)
    await is_put_off(floor, theirs, AT_SIX)


async def test_it_holds_for_a_number_that_somebody_is_given_to_whom_it_holds(floor: Floor):
    number = "+493023125777"
    theirs = await another_for(floor, number)
    await floor.jobs_done()
    fields = {"contact_safety": EVENINGS}
    await floor.desk.transact(SYSTEM, add_customer, external_id="7", reachable=[("phone", number)], fields=fields)
    await floor.jobs_done()
    await is_put_off(floor, theirs, AT_SIX)


async def test_who_speaks_for_a_customer_from_now_on_is_rung_in_hours_that_are_safe_there(floor: Floor):
    id = await asks(floor, due_at=NOON + timedelta(hours=1))
    by = {"representative": "Jo Park", "representative_number": "+442079460188"}
    await may_be_phoned(floor, (await callback(floor, id)).customer_id, by | {"hours": "18:00-20:00"})
    assert (await callback(floor, id)).number == by["representative_number"]
    await is_put_off(floor, id, AT_SIX + timedelta(hours=1))


async def test_hours_of_the_organization_hold_for_who_stands_in_line_too(floor: Floor):
    ana = await leaves(floor)
    await says(floor, QueueCallbacks(key="1", after=30, gap=600), Callbacks(hours="18:00-20:00"))
    await floor.jobs_done()
    await is_put_off(floor, ana.id, AT_SIX)
