"""A customer is rung at a moment at which the queue is open and they may be phoned; where there is none, nobody is
rung, it ends, and supervisors are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.protocol import LegState
from desk.agents import agents
from desk.callbacks.callbacks import cancel
from desk.callbacks.leaving_the_line import Told
from desk.kernel.errors import Invalid
from desk.kernel.events import CallbackGaveUp
from desk.organization.calendars import close_calendar
from desk.organization.changes import change_queue
from desk.organization.file import Document
from desk.organization.hours import Calendar
from desk.organization.organization import load
from desk.tables import callbacks as table
from desk.tables import customers, events
from tests.integration.callbacks.steps import (
    ANA,
    another_for,
    asks,
    callback,
    dialled,
    first_customers,
    item,
    leaves,
    looks,
    presses,
    waits,
)
from tests.integration.floor import SYSTEM, Floor, sample_organization
from tests.integration.test_dialling import customer as customer_leg

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = {day: ["08:00-17:00"] for day in WEEK[:5]}
NIGHTS = {day: ["20:00-08:00"] for day in WEEK}


async def keeps(floor: Floor, **calendar: Any) -> None:
    """Billing keeps these hours from now on."""
    hours = {"billing": Calendar(**{"zone": "Europe/London"} | calendar)}
    document = Document(hours=(sample_organization().hours or {}) | hours)
    await floor.desk.transact(SYSTEM, load, document)
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"hours": "billing"})
    await floor.jobs_done()


async def may_be_phoned(floor: Floor, callback_id: str, hours: str) -> None:
    """The customer of a call-back may be phoned in these hours alone from now on, and nothing is planned anew yet."""
    await is_known(floor, callback_id, contact_safety={"hours": hours})


async def is_known(floor: Floor, callback_id: str, **fields: Any) -> None:
    """This is known of the customer of a call-back, and nothing is planned anew yet."""
    customer_id = (await callback(floor, callback_id)).customer_id
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(customers, customer_id, **fields))


async def is_given_up(floor: Floor, id: str) -> None:
    """It is over for want of an hour, and supervisors are told."""
    over, work = await callback(floor, id), await item(floor, id)
    assert (over.state, over.why, over.is_open, work.state, work.outcome) == (
        "gave_up",
        "no_hour",
        None,
        "done",
        "gave_up",
    )
    (told,) = await floor.rows(events, name=CallbackGaveUp.name)
    assert (told.subject, told.data["why"]) == (id, "no_hour")


async def test_who_presses_in_a_queue_that_is_never_open_by_day_hears_so_and_stays_in_line(floor: Floor):
    await keeps(floor, week=NIGHTS)
    floor.clock.set(datetime(2026, 3, 2, 21, tzinfo=UTC))
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.IMPOSSIBLE
    assert ((await floor.interaction(call_id)).state, await floor.rows(table)) == ("queued", [])
    with pytest.raises(Invalid, match="never open at an hour in which they may be phoned"):
        await asks(floor)


async def test_who_presses_at_night_is_due_when_it_is_day_there_and_the_queue_is_open(floor: Floor):
    await keeps(floor, week=OFFICE | {"friday": ["08:00-23:00"]})
    floor.clock.set(datetime(2026, 3, 6, 22, tzinfo=UTC))  # a Friday
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.LATER
    (ana,) = await floor.rows(table)
    assert ana.due_at == datetime(2026, 3, 9, 8, tzinfo=UTC)


async def test_what_falls_due_at_night_is_put_off_once_to_when_both_are_so(floor: Floor):
    id = await asks(floor)
    floor.clock.set(datetime(2026, 3, 6, 15, tzinfo=UTC))  # a Friday
    await keeps(floor, week=OFFICE)
    await is_known(floor, id, time_zone="Asia/Tokyo")
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    assert (await callback(floor, id)).due_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert floor.carrier.rung == []


@pytest.mark.parametrize("first", ["agent", "customer"])
async def test_hours_of_a_queue_that_change_so_that_none_is_left_end_what_was_booked_when_it_is_due(
    floor: Floor, first: str
):
    await first_customers(floor) if first == "customer" else None
    tomorrow = floor.clock.now() + timedelta(days=1)
    id = await asks(floor, due_at=tomorrow)
    await keeps(floor, week=NIGHTS)
    assert ((await callback(floor, id)).due_at, (await callback(floor, id)).state) == (tomorrow, "waiting")
    floor.clock.set(tomorrow)
    await floor.jobs_done()
    await is_given_up(floor, id)
    await floor.agent(1)
    await looks(floor)
    assert floor.carrier.rung == []


async def test_what_stands_in_line_is_given_up_once_the_queue_is_never_open_by_day(floor: Floor):
    ana = await leaves(floor)
    assert (await item(floor, ana.id)).state == "waiting"
    await keeps(floor, week=NIGHTS)
    await looks(floor)
    await is_given_up(floor, ana.id)


async def test_who_may_be_phoned_at_none_of_our_hours_any_more_is_given_up_when_they_are_due(floor: Floor):
    tomorrow = floor.clock.now() + timedelta(days=1)
    id = await asks(floor, due_at=tomorrow)
    await may_be_phoned(floor, id, "03:00-05:00")
    floor.clock.set(tomorrow)
    await floor.jobs_done()
    await is_given_up(floor, id)


async def test_an_agent_who_accepts_what_has_no_hour_any_more_calls_nobody_and_it_ends(floor: Floor):
    id = await asks(floor)
    mia = await floor.agent(1)
    offer = await mia.next_offer()
    await may_be_phoned(floor, id, "03:00-05:00")
    await mia.accepts(offer)
    await floor.jobs_done()
    await is_given_up(floor, id)
    assert floor.carrier.rung == []
    await floor.writes()
    assert await mia.next_offer()


async def test_an_attempt_in_vain_that_leaves_no_hour_is_the_last(floor: Floor):
    id = await asks(floor)
    call_id = await dialled(floor, await floor.agent(1), id)
    await may_be_phoned(floor, id, "03:00-05:00")
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    await is_given_up(floor, id)
    assert (await callback(floor, id)).attempts == 1


async def test_another_call_back_to_a_number_that_rests_is_given_up_when_no_hour_is_left_for_it(floor: Floor):
    id, other = await asks(floor), await another_for(floor)
    await floor.jobs_done()
    await may_be_phoned(floor, other, "03:00-05:00")
    call_id = await dialled(floor, await floor.agent(1), id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    rests = (await callback(floor, other)).due_at
    assert rests > floor.clock.now()
    floor.clock.set(rests)
    await floor.jobs_done()
    await is_given_up(floor, other)


async def test_a_closing_at_once_gives_up_nothing(floor: Floor):
    await keeps(floor, week=OFFICE)
    floor.clock.set(datetime(2026, 3, 2, 12, tzinfo=UTC))
    ana = await leaves(floor)
    await floor.desk.transact(SYSTEM, close_calendar, "billing", "Fire alarm")
    await looks(floor)
    await floor.passes(timedelta(minutes=5))
    waiting = await callback(floor, ana.id)
    assert (waiting.state, waiting.due_at, (await item(floor, ana.id)).state) == ("waiting", ana.due_at, "scheduled")
    at_closing = datetime(2026, 3, 2, 18, tzinfo=UTC)
    await floor.desk.transact(SYSTEM, cancel, ana.id)
    assert (await callback(floor, await asks(floor, ANA, due_at=at_closing))).due_at == datetime(
        2026, 3, 3, 8, tzinfo=UTC
    )


async def test_who_presses_while_the_queue_is_closed_at_once_hears_that_it_is_when_we_are_open_and_is_rung_then(
    floor: Floor,
):
    await keeps(floor, week=OFFICE)
    floor.clock.set(datetime(2026, 3, 2, 12, tzinfo=UTC))
    mia = await floor.agent(1)
    await mia.does(agents.set_presence, mia.id, "not_ready", "break")  # somebody who may still take the call
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    await floor.desk.transact(SYSTEM, close_calendar, "billing", "Fire alarm")
    assert await presses(floor, call_id) is Told.LATER
    assert await presses(floor, call_id) is Told.LATER  # the same key again
    (ana,) = await floor.rows(table)
    await floor.passes(timedelta(minutes=2))
    assert (await item(floor, ana.id)).state == "scheduled"

    await floor.desk.transact(SYSTEM, close_calendar, "billing", "")
    await floor.jobs_done()
    due = await item(floor, ana.id)
    assert (due.state, due.placed_at) == ("waiting", (await floor.interaction(call_id)).queued_at)
