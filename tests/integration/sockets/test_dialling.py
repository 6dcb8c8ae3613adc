"""Calls from the console: `call.dial`, what it answers, and what the agent is told of a call that reached nobody."""

from functools import partial
from typing import Any

import pytest

from channels.protocol import LegState
from desk.calls.customer_legs import customer_leg_changed
from desk.contacts.attempts import UNREACHABLE
from desk.customers.customers import change, identify
from desk.kernel.transaction import Tx
from desk.tables import customers, interactions, segments, work_items
from tests.integration.floor import SYSTEM, Floor
from tests.integration.sockets.house import Client, House, takes_next
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import rung

ANA, OURS = "+493023125001", "+442079460100"


@pytest.fixture
def telephones(house: House) -> House:
    """A house with a carrier."""
    desk = house.floor.desk
    desk.settings = desk.settings.model_copy(update={"twilio_account_sid": "AC1", "twilio_auth_token": "secret"})
    return house


async def refused(console: Client, **data: Any) -> tuple[str, str]:
    answer = await console.asks("call.dial", **data)
    assert not answer["ok"], answer
    return answer["error"]["code"], answer["error"]["message"]


async def known(floor: Floor, number: str = ANA) -> str:
    def find(tx: Any) -> str:
        return str(identify(tx, "phone", number, name="Ana").customer.id)

    return str(await floor.desk.transact(SYSTEM, find))


async def test_an_agent_calls_a_number_and_talks_with_whoever_has_it(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    ana = await known(floor)
    answer = await mia.does("call.dial", to="+49 (30) 23125-001")
    id = answer["interaction_id"]
    card = (await mia.next("interaction.changed", interaction__id=id))["interaction"]
    assert (card["direction"], card["channel"], card["state"], card["reply_to"]) == ("out", "voice", "active", ANA)
    assert (card["customer"]["id"], card["customer"]["certainty"]) == (ana, "certain")

    await floor.until(partial(rung, floor, 1))
    await agent_leg(floor, id, "leg-1", LegState.ANSWERED)
    await mia.next("interaction.changed", interaction__id=id, interaction__call__state="dialling")
    await floor.until(partial(rung, floor, 2))
    await floor.desk.transact(SYSTEM, customer_leg_changed, call_id=id, leg="leg-2", state=LegState.ANSWERED)
    await mia.next("interaction.changed", interaction__id=id, interaction__call__state="talking")
    assert await floor.rows(segments, interaction_id=id, kind="queue") == []


async def test_who_has_an_unknown_number_is_a_new_customer(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    id = (await mia.does("call.dial", to="020 7946 0991"))["interaction_id"]  # a number without its country is ours
    row = await floor.interaction(id)
    assert (row.reply_to, row.certainty, row.queue) == ("+442079460991", "new", "general")
    assert len(await floor.rows(customers, id=row.customer_id)) == 1


async def test_a_call_for_a_work_item_belongs_to_its_customer_and_queue(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    received = await floor.writes(text="Please call me about my invoice")
    offer = await takes_next(mia)
    assert offer["interaction"]["id"] == received.interaction_id
    chat = await floor.interaction(received.interaction_id)
    id = (await mia.does("call.dial", to=ANA, work_item_id=chat.id))["interaction_id"]
    row = await floor.interaction(id)
    assert (row.customer_id, row.queue, row.certainty) == (chat.customer_id, chat.queue, "maybe")
    assert (await floor.interaction(chat.id)).state == "active"
    (item,) = await floor.rows(work_items, id=id)
    assert item.state == "active"


async def test_what_cannot_be_called_is_refused_in_words_and_nothing_is_made(telephones: House):
    floor = telephones.floor
    mia, ben = await telephones.console("agent1", available=True), await telephones.console("agent2")
    received = await floor.writes()
    await takes_next(mia)
    for data, code, words in (
        ({"to": "the shop"}, "invalid", "not a telephone number"),
        ({"to": "+4420"}, "invalid", "not a telephone number"),
        ({"to": "client:agent2"}, "invalid", "not a telephone number"),
        ({"to": "+44 9098 790123"}, "invalid", "premium"),
        ({"to": "+61291234567"}, "invalid", "country"),
        ({"to": OURS}, "invalid", "our own numbers"),
        ({"to": ANA, "work_item_id": "018f0000-0000-7000-8000-000000000000"}, "not_found", "work item"),
        ({"to": ANA, "work_item_id": received.interaction_id}, "forbidden", "Somebody else"),
    ):
        assert (await refused(ben, **data))[0] == code, data
        assert words in (await refused(ben, **data))[1], data
    assert len(await floor.rows(interactions)) == 1


@pytest.mark.parametrize(
    ("safety", "words"),
    [
        ({"channels": ["email", "letter"]}, "not to be phoned: they may be contacted by email, letter alone"),
        ({"representative_number": "+442079460991"}, "through their representative alone, on +442079460991"),
        ({"hours": "18:00-19:00"}, "between 18:00 and 19:00 alone, by their clock"),
    ],
)
async def test_a_customer_is_not_called_against_what_keeps_them_safe(
    telephones: House, safety: dict[str, Any], words: str
):
    floor = telephones.floor
    mia = await telephones.console("agent1", available=True)

    def known(tx: Tx) -> None:
        change(tx, identify(tx, "phone", ANA).customer.id, {"contact_safety": safety})

    await floor.desk.transact(SYSTEM, known)
    code, said = await refused(mia, to=ANA)
    assert (code, words in said) == ("invalid", True), said
    assert await floor.rows(interactions) == []


async def test_the_number_of_another_customer_is_not_called_against_what_keeps_those_safe(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    dora = await known(floor)
    await floor.desk.transact(SYSTEM, change, dora, {"contact_safety": {"hours": "18:00-19:00"}})
    received = await floor.writes(text="Please call me there")
    await takes_next(mia)
    code, said = await refused(mia, to=ANA, work_item_id=received.interaction_id)
    assert code == "invalid"
    assert "the customer who has this number may be phoned between 18:00 and 19:00 alone" in said


async def test_one_call_at_a_time(telephones: House):
    mia = await telephones.console("agent1", available=True)
    await mia.does("call.dial", to=ANA)
    code, words = await refused(mia, to="+442079460991")
    assert (code, "on a call" in words) == ("conflict", True)


async def test_where_no_carrier_is_set_up_nobody_is_called(house: House):
    mia = await house.console("agent1", available=True)
    code, words = await refused(mia, to=ANA)
    assert (code, "No carrier" in words) == ("unavailable", True)
    assert await house.floor.rows(interactions) == []


async def test_an_agent_is_told_that_nobody_answered(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    id = (await mia.does("call.dial", to=ANA))["interaction_id"]
    await floor.until(partial(rung, floor, 1))
    await agent_leg(floor, id, "leg-1", LegState.ANSWERED)
    await floor.until(partial(rung, floor, 2))
    await floor.desk.transact(SYSTEM, customer_leg_changed, call_id=id, leg="leg-2", state=LegState.NO_ANSWER)

    told = await mia.next("notice", kind="not_reached")
    assert (told["text"], told["interaction_id"]) == ("Nobody answered.", id)
    card = (await mia.next("interaction.changed", interaction__id=id, interaction__state="wrap_up"))["interaction"]
    assert card["call"]["ended_by"] == "no_answer"
    await mia.does("interaction.wrap_up", interaction_id=id, disposition="no_answer_needed")
    assert len(mia.all("notice")) == 1


async def test_an_agent_is_told_that_their_own_telephone_did_not_answer(telephones: House):
    floor, mia = telephones.floor, await telephones.console("agent1", available=True)
    id = (await mia.does("call.dial", to=ANA))["interaction_id"]
    await floor.until(partial(rung, floor, 1))
    await agent_leg(floor, id, "leg-1", LegState.NO_ANSWER)
    told = await mia.next("notice", kind="not_reached")
    assert told["text"].startswith("Your telephone could not be reached")
    card = (await mia.next("interaction.changed", interaction__id=id, interaction__state="closed"))["interaction"]
    assert card["call"]["ended_by"] == UNREACHABLE
