"""A call-back on screens: the offer with screen pop and number, the call that it becomes, a customer tried in vain."""

from datetime import timedelta
from typing import Any

import pytest

from channels.protocol import LegState
from desk.callbacks import callbacks
from desk.calls import agent_legs, customer_legs
from desk.customers.customers import change, identify
from desk.organization.calendars import close_calendar
from desk.organization.changes import change_queue
from desk.tables import callbacks as table
from desk.tables import customers
from tests.integration.floor import SYSTEM

ANA = "+493023125001"


async def booked(house: Any) -> str:
    def book(tx: Any) -> str:
        who = identify(tx, "phone", ANA, name="Ana Ruiz").customer.id
        return str(callbacks.request_callback(tx, customer_id=who, queue="general", title="Ring about the kettle"))

    return str(await house.floor.desk.transact(SYSTEM, book))


async def test_a_call_back_is_offered_with_its_screen_pop_and_becomes_a_call(house):
    ana = await house.console("agent1", available=True)
    id = await booked(house)
    offer = await ana.next("offer")
    item = offer["work_item"]
    assert (item["id"], item["kind"], item["title"], item["phone"]) == (id, "callback", "Ring about the kettle", ANA)
    assert (offer["interaction"], offer["customer"]["name"]) == (None, "Ana Ruiz")

    await ana.does("offer.accept", offer_id=offer["offer_id"])
    told = await ana.next("interaction.changed")
    contact = told["interaction"]
    assert (contact["direction"], contact["state"], contact["call"]["state"]) == ("out", "active", "connecting")
    await ana.next("work_item.changed", work_item__state="scheduled")


async def test_a_customer_who_was_tried_in_vain_reaches_the_floor(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    await house.floor.desk.transact(SYSTEM, change_queue, "general", {"callbacks": {"attempts": 1}})
    id = await booked(house)
    offer = await ana.next("offer")
    await ana.does("offer.accept", offer_id=offer["offer_id"])
    floor = house.floor

    async def rung() -> bool:
        return bool(floor.carrier.rung)

    await floor.until(rung)
    (row,) = await floor.rows(table, id=id)
    about = {"call_id": row.call_id, "state": LegState.ANSWERED}
    assert await floor.desk.transact(SYSTEM, agent_legs.changed, leg="leg-1", **about)

    async def both() -> bool:
        return len(floor.carrier.rung) == 2

    await floor.until(both)
    await floor.jobs_done()
    busy = about | {"state": LegState.BUSY}
    await floor.desk.transact(SYSTEM, customer_legs.customer_leg_changed, leg="leg-2", **busy)
    await floor.passes(timedelta())

    alert = await boss.next("alert", kind="callback_gave_up")
    assert (alert["queue"], alert["work_item_id"]) == ("general", id)
    assert alert["text"] == "Ana Ruiz could not be rung back: was tried once for general."


@pytest.mark.parametrize(
    ("safety", "text", "state"),
    [
        (
            {"hours": "18:00-19:00"},
            (
                "Nobody was called: the customer may not be phoned at this hour."
                " It is offered again on 2 March at 18:00, Europe/Berlin."
            ),
            "scheduled",
        ),
        (
            {"hours": "03:00-05:00"},
            "Nobody was called: the queue is never open when the customer may be phoned. The call-back is given up.",
            "done",
        ),
        (
            {"channels": ["letter"]},
            "Nobody was called: the customer is not phoned on this number any more. The call-back is given up.",
            "done",
        ),
    ],
)
async def test_who_accepts_what_may_not_be_dialled_now_is_told_why_and_what_becomes_of_it(
    house: Any, safety: dict[str, Any], text: str, state: str
) -> None:
    floor, mia = house.floor, await house.console("agent1", available=True)
    id = await booked(house)
    offer = await mia.next("offer")
    (row,) = await floor.rows(table, id=id)  # what it says now is written, and nothing is planned anew yet
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(customers, row.customer_id, contact_safety=safety))
    await mia.does("offer.accept", offer_id=offer["offer_id"])
    told = await mia.next("notice", kind="not_dialled")
    assert (told["text"], told["work_item_id"]) == (text, id)
    await mia.next("work_item.changed", work_item__state=state)
    assert floor.carrier.rung == []


async def test_supervisors_are_told_of_a_call_back_for_which_no_hour_is_left(house: Any) -> None:
    floor, boss = house.floor, await house.supervisor()
    await floor.passes(timedelta(hours=12))  # at night it is planned for the morning
    id = await booked(house)
    (row,) = await floor.rows(table, id=id)
    await floor.desk.transact(SYSTEM, change, row.customer_id, {"contact_safety": {"hours": "03:00-05:00"}})
    await floor.passes(timedelta(hours=12))
    alert = await boss.next("alert", kind="callback_gave_up")
    words = "Ana Ruiz could not be rung back: general is never open when they may be phoned."
    assert (alert["text"], alert["work_item_id"]) == (words, id)


async def test_who_accepts_what_rang_when_the_queue_closed_is_told_so(house: Any) -> None:
    floor, mia = house.floor, await house.console("agent1", available=True)
    id = await booked(house)
    offer = await mia.next("offer")
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await mia.does("offer.accept", offer_id=offer["offer_id"])
    told = await mia.next("notice", kind="not_dialled")
    words = "Nobody was called: the queue has been closed. It keeps its place until the queue opens."
    assert (told["text"], told["work_item_id"]) == (words, id)
    await mia.next("work_item.changed", work_item__state="scheduled")
    assert floor.carrier.rung == []
