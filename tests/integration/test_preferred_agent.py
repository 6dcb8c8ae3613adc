"""Who knows a customer is asked first when the customer comes again."""

from datetime import timedelta
from typing import Any

import pytest

from desk.agents import agents
from desk.kernel.errors import Invalid
from desk.organization.changes import change_queue
from desk.organization.file import read, written
from desk.organization.organization import dump, load
from desk.tables import complaints, work_items
from tests.integration.floor import SYSTEM, Agent, Floor
from tests.integration.test_calls import ANA as PHONE
from tests.integration.test_calls import waiting_caller

ANA = {"channel": "sms", "address_kind": "phone", "address": PHONE, "to": "+442079460100"}
MAIL = {"channel": "letter", "address_kind": "phone", "address": PHONE}


async def is_served(floor: Floor, agent: Agent, **about: Any) -> str:
    """A contact that this agent, who is alone, has and ends; its customer."""
    one = await floor.writes("Hi", **about)
    await agent.takes_next()
    await agent.wraps_up(one.interaction_id)
    return str((await floor.interaction(one.interaction_id)).customer_id)


async def owns(floor: Floor, agent: Agent, customer_id: str, state: str = "investigating") -> None:
    def insert(tx: Any) -> None:
        about = {"customer_id": customer_id, "owner_id": agent.id, "state": state, "received_at": tx.now}
        tx.insert(complaints, id=tx.new_id(), **about)

    await floor.desk.transact(SYSTEM, insert)


async def wish(floor: Floor, id: str) -> tuple[str | None, str, timedelta | None]:
    (item,) = await floor.rows(work_items, id=id)
    return item.wanted_agent_id, item.wanted_as, item.wanted_until and item.wanted_until - floor.clock.now()


async def test_a_customer_who_comes_again_gets_who_had_them_last(floor: Floor):
    mia = await floor.agent(1)
    await is_served(floor, mia, **ANA)
    ben = await floor.agent(2)
    floor.clock.advance(timedelta(minutes=1))
    await ben.is_available()
    letter = await floor.writes("Again", **MAIL)

    offer = await mia.next_offer()
    assert (offer.work_item_id, offer.why["rule"]) == (letter.interaction_id, "last_agent")
    assert offer.why["best"][0]["reasons"][0] == "last_agent"
    assert await ben.offer() is None


async def test_the_owner_of_an_open_complaint_is_before_the_last_agent(floor: Floor):
    mia = await floor.agent(1)
    customer_id = await is_served(floor, mia, **ANA)
    ben = await floor.agent(2)
    await owns(floor, ben, customer_id)
    letter = await floor.writes("My complaint", **MAIL)

    offer = await ben.next_offer()
    assert (offer.work_item_id, offer.why["best"][0]["reasons"][0]) == (letter.interaction_id, "case_owner")


async def test_a_closed_complaint_and_a_contact_of_long_ago_prefer_nobody(floor: Floor):
    mia = await floor.agent(1)
    customer_id = await is_served(floor, mia, **ANA)
    await owns(floor, mia, customer_id, state="closed")
    floor.clock.advance(timedelta(hours=25))
    letter = await floor.writes("Again", **MAIL)
    assert await wish(floor, letter.interaction_id) == (None, "", None)


async def test_a_queue_says_how_long_and_whether_at_all(floor: Floor):
    mia = await floor.agent(1)
    await is_served(floor, mia, **ANA)
    first = await floor.writes("Again", **MAIL)
    assert await wish(floor, first.interaction_id) == (mia.id, "last_agent", timedelta(minutes=1))

    await floor.desk.transact(SYSTEM, change_queue, "general", {"last_agent": {"message": "5m"}})
    await mia.takes_next()
    await mia.wraps_up(first.interaction_id)
    second = await floor.writes("Again", **(MAIL | {"channel": "post"}))
    assert (await wish(floor, second.interaction_id))[2] == timedelta(minutes=5)

    await floor.desk.transact(SYSTEM, change_queue, "general", {"last_agent": {"message": "0s"}})
    await mia.takes_next()
    await mia.wraps_up(second.interaction_id)
    third = await floor.writes("Again", **(MAIL | {"channel": "telex"}))
    assert (await wish(floor, third.interaction_id))[0] is None


async def test_who_could_not_be_offered_it_is_not_preferred(floor: Floor):
    mia = await floor.agent(1)
    await is_served(floor, mia, **ANA)
    await floor.desk.transact(SYSTEM, change_queue, "general", {"skills": {"technical": 5}})
    letter = await floor.writes("Again", **MAIL)
    assert (await wish(floor, letter.interaction_id))[0] is None


async def test_who_was_cut_off_and_rings_again_is_kept_for_the_same_agent_for_a_moment(floor: Floor):
    mia = await floor.agent(1)
    await is_served(floor, mia, **ANA)
    call_id = await waiting_caller(floor)
    assert await wish(floor, call_id) == (mia.id, "last_agent", timedelta(seconds=10))


async def test_who_has_signed_out_or_is_on_a_break_holds_nothing_up(floor: Floor):
    mia = await floor.agent(1)
    await is_served(floor, mia, **ANA)
    await mia.does(agents.set_presence, mia.id, "not_ready")
    ben = await floor.agent(2)
    letter = await floor.writes("Again", **MAIL)
    assert (await ben.next_offer()).work_item_id == letter.interaction_id
    await mia.does(agents.set_presence, mia.id, "offline")
    other = await floor.writes("Again", **(MAIL | {"channel": "post"}))
    assert (await wish(floor, other.interaction_id))[0] is None


async def test_what_a_queue_says_of_who_knows_the_customer_is_kept_and_checked(floor: Floor):
    await floor.desk.transact(SYSTEM, change_queue, "general", {"case_owner": {"email": "5m", "voice": "0s"}})
    again = await floor.desk.read(SYSTEM, dump)
    assert read(written(again)) == again
    assert again.queues and again.queues["general"].case_owner == {"email": 300, "voice": 0}
    with pytest.raises(Invalid, match="fax is no channel"):
        await floor.desk.transact(SYSTEM, load, read("queues: {general: {name: G, last_agent: {fax: 1m}}}"))
