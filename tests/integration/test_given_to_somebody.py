"""Contacts and work that are given to one agent: for whom and how long they wait."""

from datetime import timedelta

import pytest

from desk.agents import agents
from desk.contacts import transfers
from desk.kernel.errors import Conflict, Forbidden
from desk.organization.changes import change_agent, change_queue
from tests.integration.floor import NODE, SYSTEM, Floor


async def test_written_work_given_to_somebody_on_a_break_waits_for_them_and_not_for_who_is_offline(floor: Floor):
    boss = await floor.supervisor()
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    mia, ben = await floor.agent(1, available=False), await floor.agent(2, available=False)
    with pytest.raises(Conflict, match="offline"):
        await boss.does(transfers.assign, text.interaction_id, ben.id)
    await ben.does(agents.connect, ben.id, NODE)
    assert await boss.does(transfers.assign, text.interaction_id, ben.id) == "not_ready"
    await mia.is_available()
    await floor.passes(timedelta(minutes=30))
    assert await mia.offer() is None
    await ben.is_available()
    await floor.settles()
    assert (await mia.offer(), (await ben.next_offer()).work_item_id) == (None, text.interaction_id)
    with pytest.raises(Forbidden):
        await mia.does(transfers.assign, text.interaction_id, mia.id)


async def test_who_waits_on_the_line_is_not_given_to_somebody_on_a_break(floor: Floor):
    boss, mia, ben = await floor.supervisor(), await floor.agent(1), await floor.agent(2, available=False)
    await ben.does(agents.connect, ben.id, NODE)
    chat = await floor.writes()
    with pytest.raises(Conflict, match="is on a break, and the customer waits on the line"):
        await boss.does(transfers.assign, chat.interaction_id, ben.id)
    assert (await mia.next_offer()).work_item_id == chat.interaction_id, "it rings as before"
    await mia.accepts(await mia.next_offer())
    with pytest.raises(Conflict, match="is on a break"):
        await mia.does(transfers.transfer, chat.interaction_id, {"agent": ben.id})
    assert (await floor.interaction(chat.interaction_id)).agent_id == mia.id


async def test_who_waits_on_the_line_for_one_agent_is_free_for_all_when_that_one_takes_a_break(floor: Floor):
    mia, ben, boss = await floor.agent(1), await floor.agent(2, available=False), await floor.supervisor()
    chats = [await floor.writes(address=name) for name in ("ana", "bea", "cleo")]
    for _ in chats:
        await mia.takes_next()
    last = await floor.writes(address="dora")
    await boss.does(transfers.assign, last.interaction_id, mia.id)
    await ben.is_available()
    await floor.settles()
    assert await ben.offer() is None, "kept for whom it was given to, who is present"
    await mia.does(agents.set_presence, mia.id, "not_ready")
    assert (await ben.next_offer()).work_item_id == last.interaction_id


async def test_who_waits_on_the_line_for_one_agent_waits_two_minutes_at_most(floor: Floor):
    mia, ben, boss = await floor.agent(1), await floor.agent(2, available=False), await floor.supervisor()
    for name in ("ana", "bea", "cleo"):
        await floor.writes(address=name)
        await mia.takes_next()
    last = await floor.writes(address="dora")
    await boss.does(transfers.assign, last.interaction_id, mia.id)
    await ben.is_available()
    await floor.passes(timedelta(minutes=1, seconds=50))
    assert await ben.offer() is None
    await floor.passes(timedelta(seconds=11))
    assert (await ben.next_offer()).work_item_id == last.interaction_id


async def test_nothing_is_given_to_somebody_who_could_never_be_offered_it(floor: Floor):
    boss, chat = await floor.supervisor(), await floor.writes()
    mia, ben = await floor.agent(1, available=False), await floor.agent(2, available=False)
    for one in (mia, ben):
        await one.does(agents.connect, one.id, NODE)
    await floor.desk.transact(SYSTEM, change_agent, ben.id, {"queues": ["billing"], "skills": {"billing": 3}})
    with pytest.raises(Conflict, match="does not serve the queue General"):
        await boss.does(transfers.assign, chat.interaction_id, ben.id)
    await floor.desk.transact(SYSTEM, change_queue, "general", {"rings": [{"after": "1m", "queues": ["billing"]}]})
    with pytest.raises(Conflict, match="lacks service 1"):
        await boss.does(transfers.assign, chat.interaction_id, ben.id)
    step = {"after": "1m", "queues": ["billing"], "skills": {"service": 0}}
    await floor.desk.transact(SYSTEM, change_queue, "general", {"rings": [step]})
    await ben.is_available()
    assert await boss.does(transfers.assign, chat.interaction_id, ben.id) == "available"

    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.is_available()
    await floor.until_state(text.interaction_id, "offered")
    await mia.accepts(await mia.next_offer())
    await floor.desk.transact(SYSTEM, change_queue, "general", {"rings": []})
    with pytest.raises(Conflict, match="does not serve"):
        await mia.does(transfers.transfer, text.interaction_id, {"agent": ben.id})
    assert (await floor.interaction(text.interaction_id)).agent_id == mia.id
