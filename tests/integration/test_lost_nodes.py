"""A node dies: its agents are silent unless they are elsewhere, their work goes back, no chat is left to a ghost."""

from datetime import timedelta

from desk import node_watch
from desk.agents import agents
from desk.contacts import chats
from desk.kernel import nodes
from desk.kernel.transaction import Actor
from desk.node_watch import GRACE
from desk.tables import agents as agents_table
from desk.tables import consoles, work_items
from routing.presence import SILENCE
from tests.integration.floor import NODE, SYSTEM, Agent, Floor
from tests.integration.test_calls import conversation

MINUTE = timedelta(minutes=1)


async def lives(floor: Floor, node_id: str = NODE) -> None:
    await floor.desk.transact(SYSTEM, nodes.join, node_id)


async def dies(floor: Floor, node_id: str = NODE) -> None:
    """As the holder of the lease finds it when the node has not beaten for long enough."""
    await floor.until(_holds(floor))
    lease = (floor.lease.name, floor.lease.epoch)
    assert await floor.desk.transact(SYSTEM, node_watch.give_up, node_id, 0, *lease)
    while await floor.desk.transact(SYSTEM, node_watch.silence, node_id, *lease):
        pass


def _holds(floor: Floor):
    async def held() -> bool:
        return floor.lease.held

    return held


async def presence(floor: Floor, agent: Agent) -> tuple[str, bool]:
    (row,) = await floor.rows(agents_table, id=agent.id)
    return row.presence, row.silent_since is not None


async def place(floor: Floor, id: str):
    (item,) = await floor.rows(work_items, id=id)
    return item.placed_at


async def test_what_rings_goes_back_with_its_place_and_a_live_call_stays_up(floor: Floor):
    await lives(floor)
    mia, call_id = await conversation(floor)
    ben = await floor.agent(2)
    first = await floor.writes("Hello?", address="first")
    offer = await ben.next_offer()
    before = await place(floor, first.interaction_id)
    floor.clock.advance(timedelta(seconds=5))
    later = await floor.writes("And me?", address="later")

    await dies(floor)
    assert [await presence(floor, agent) for agent in (mia, ben)] == [("available", True)] * 2
    assert await ben.offer() == offer  # who comes back elsewhere in time goes on as if nothing had been
    await floor.passes(GRACE)

    assert [await presence(floor, agent) for agent in (mia, ben)] == [("offline", False)] * 2
    assert (await floor.interaction(call_id)).state == "active"
    assert floor.carrier.hung_up == []
    assert (await floor.interaction(first.interaction_id)).state == "queued"
    assert await place(floor, first.interaction_id) == before
    cho = await floor.agent(3)
    assert (await cho.next_offer()).work_item_id == first.interaction_id
    assert (await floor.interaction(later.interaction_id)).state == "queued"


async def test_who_has_a_console_on_another_node_or_comes_back_to_one_is_not_missed(floor: Floor):
    await lives(floor)
    both, back, gone = [await floor.agent(number) for number in (1, 2, 3)]
    await both.does(agents.connect, both.id, "other")
    await dies(floor)
    await back.does(agents.connect, back.id, "other")
    await floor.passes(GRACE)
    assert [await presence(floor, agent) for agent in (both, back, gone)] == [
        ("available", False),
        ("available", False),
        ("offline", False),
    ]
    assert {(row.node_id, row.agent_id) for row in await floor.rows(consoles)} == {
        ("other", both.id),
        ("other", back.id),
    }


async def test_the_last_console_on_one_node_is_not_the_last_of_all(floor: Floor):
    mia = await floor.agent(1)
    await mia.does(agents.connect, mia.id, "other")
    await mia.does(agents.disconnect, mia.id, NODE)
    assert await presence(floor, mia) == ("available", False)
    await mia.does(agents.disconnect, mia.id, "other")
    assert await presence(floor, mia) == ("available", True)


async def test_silence_counts_from_the_last_that_was_heard(floor: Floor):
    mia = await floor.agent(1)
    await mia.does(agents.disconnect, mia.id, NODE, SILENCE - timedelta(seconds=4))
    await floor.passes(timedelta(seconds=3))
    assert await presence(floor, mia) == ("available", True)
    await floor.passes(timedelta(seconds=1))
    assert await presence(floor, mia) == ("offline", False)


async def test_many_agents_of_a_node_are_missed_a_few_at_a_time(floor: Floor, monkeypatch):
    monkeypatch.setattr(node_watch, "AT_ONCE", 1)
    await lives(floor)
    there = [await floor.agent(number) for number in (1, 2, 3)]
    await dies(floor)
    assert [await presence(floor, agent) for agent in there] == [("available", True)] * 3


async def test_a_visitor_whom_no_node_sees_any_more_leaves_the_line_in_time(floor: Floor):
    await lives(floor)
    gone = await floor.writes("I was on that node", address="gone")
    here = await floor.writes("I am on another", address="here")
    await dies(floor)
    await floor.desk.transact(SYSTEM, chats.visitors_here, {"here", "somebody who never wrote"})
    await floor.passes(chats.KEPT_FOR)
    assert (await floor.interaction(gone.interaction_id)).state == "abandoned"
    assert (await floor.interaction(here.interaction_id)).state == "queued"


async def test_a_visitor_who_is_being_missed_already_is_given_no_more_time(floor: Floor):
    await lives(floor)
    chat = await floor.writes("Hello?", address="gone")
    await floor.desk.transact(Actor.customer("gone"), chats.visitor_gone, "gone")
    await floor.passes(chats.KEPT_FOR - MINUTE)
    await dies(floor)
    await floor.passes(MINUTE)
    assert (await floor.interaction(chat.interaction_id)).state == "abandoned"


async def test_a_chat_whose_agent_vanished_waits_for_no_visitor_who_vanished_too(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2)
    served = {}
    for who in ("gone", "here"):
        served[who] = (await floor.writes("Hello?", address=who)).interaction_id
    await mia.takes_next()
    await ben.takes_next()
    await mia.does(agents.set_presence, mia.id, "offline")
    await ben.does(agents.set_presence, ben.id, "offline")
    for id in served.values():
        await floor.until_state(id, "queued")
    await floor.desk.transact(SYSTEM, chats.visitors_here, {"here"})
    await floor.passes(chats.KEPT_FOR)
    assert [(await floor.interaction(id)).state for id in served.values()] == ["abandoned", "queued"]
