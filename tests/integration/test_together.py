"""What comes in together is stored together, and is the same as if it had come one by one."""

import pytest
import sqlalchemy as sa

from channels.types import Arrival
from desk.contacts import intake
from desk.kernel.errors import Invalid
from desk.tables import interactions, messages, segments, work_items
from tests.integration.floor import SYSTEM, Floor

MANY = 12


def text(number: int, *, sender: str = "", channel: str = "sms", external_id: str = "") -> Arrival:
    kind, address = ("email", f"c{number}@customers.example") if channel == "email" else ("phone", f"+49151{number:08}")
    return Arrival(
        channel=channel,
        external_id=external_id or f"{channel}-{number}",
        address_kind=kind,
        address=sender or address,
        to="support@demo.test" if channel == "email" else "",
        text=f"Message {number}",
    )


async def receive(floor: Floor, *arrivals: Arrival) -> list[intake.Received]:
    return await floor.desk.transact(SYSTEM, intake.receive, arrivals)


async def test_each_of_many_is_a_conversation_of_its_own_in_line(floor: Floor):
    received = await receive(floor, *(text(number) for number in range(MANY)))

    ids = [one.interaction_id for one in received]
    assert len(set(ids)) == MANY
    for number, one in enumerate(received):
        row = await floor.interaction(one.interaction_id)
        assert (row.preview, row.state) == (f"Message {number}", "queued")
        assert row.queued_at == row.arrived_at
        (said,) = await floor.rows(messages, interaction_id=one.interaction_id)
        assert said.id == one.message_id
        (stay,) = await floor.rows(segments, interaction_id=one.interaction_id)
        assert (stay.kind, stay.entry, stay.to_at) == ("queue", "new", None)
        (item,) = await floor.rows(work_items, id=one.interaction_id)
        assert (item.state, item.placed_at) == ("waiting", row.queued_at)


@pytest.mark.parametrize("sender", ["+4915100000001", "+49 151 000 00001"])
async def test_two_messages_of_one_writer_are_one_conversation_however_the_number_is_spelled(floor: Floor, sender: str):
    first, other, again = await receive(floor, text(1), text(2), text(3, sender=sender))

    assert again.interaction_id == first.interaction_id != other.interaction_id
    assert len(await floor.rows(messages, interaction_id=first.interaction_id)) == 2
    assert (await floor.interaction(first.interaction_id)).unread == 2


async def test_two_mails_of_one_writer_are_two_conversations_of_one_customer(floor: Floor):
    first, again = await receive(
        floor, text(1, channel="email"), text(2, channel="email", sender="C1@Customers.example")
    )

    rows = [await floor.interaction(one.interaction_id) for one in (first, again)]
    assert rows[0].id != rows[1].id
    assert rows[0].customer_id == rows[1].customer_id


async def test_the_same_message_twice_in_one_list_is_one(floor: Floor):
    first, again = await receive(floor, text(1), text(1))

    assert (first.new, again.new) == (True, False)
    assert (again.interaction_id, again.message_id) == (first.interaction_id, first.message_id)
    (said,) = await floor.rows(messages, interaction_id=first.interaction_id)
    assert said.id == first.message_id


async def test_a_list_that_fails_leaves_nothing(floor: Floor):
    with pytest.raises(Invalid):
        await receive(floor, text(1), text(2, sender=" "))

    counted = await floor.desk.read(SYSTEM, lambda rx: rx.all(sa.select(sa.func.count()).select_from(interactions)))
    assert counted[0][0] == 0
