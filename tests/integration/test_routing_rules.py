"""The organization's rules at work: who is asked, what is served first, where people stand; and changes at once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.agents.agents import set_presence
from desk.customers.profiles import change_customer
from desk.floor.waiting import standings
from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Actor
from desk.organization.changes import change_agent, change_order, change_queue
from desk.organization.file import read
from desk.organization.history import mark
from desk.organization.organization import load
from desk.organization.routing_rules import rules_now
from desk.tables import interactions, offers, work_items
from desk.work.planned_work import plan
from tests.integration.floor import SYSTEM, Floor

EVA = Actor(kind="user", id="eva", role="admin", name="Eva")
MINUTE = timedelta(minutes=1)


async def changes(floor: Floor, key: str, **fields: Any) -> None:
    await floor.desk.transact(EVA, change_queue, key, fields)


async def offered(floor: Floor, count: int) -> list[Any]:
    """The offers made so far, the oldest first, once there are so many."""

    async def so_many() -> list[Any]:
        rows = await floor.desk.read(SYSTEM, lambda rx: rx.all(sa.select(offers).order_by(offers.c.id)))
        return list(rows) if len(rows) >= count else []

    found: list[Any] = await floor.until(so_many)
    return found


async def mail(floor: Floor, **more: Any) -> str:
    number = floor.count()
    about = {
        "channel": "email",
        "address_kind": "email",
        "address": f"c{number}@example.org",
        "to": "support@demo.test",
    }
    return (await floor.writes(**(about | {"subject": "Parcel"} | more))).interaction_id


async def test_a_rule_reaches_those_who_wait(floor: Floor):
    await changes(floor, "general", skills={"technical": 5})
    waiting = await floor.writes()
    agent = await floor.agent(1)
    await floor.settles()
    assert await agent.offer() is None

    await changes(floor, "general", skills={"technical": 2})

    assert (await agent.next_offer()).work_item_id == waiting.interaction_id


async def test_rings_ask_for_less_and_let_a_team_in_as_time_passes(floor: Floor):
    await floor.desk.transact(SYSTEM, load, read("teams: {x: {name: X, members: [agent1@demo.test]}}"))
    rings = [
        {"after": "30s", "skills": {"complaints": 4}},
        {"after": "1m", "skills": {"complaints": 0}, "teams": ["x"]},
    ]
    await changes(floor, "general", skills={"complaints": 5}, rings=rings)
    skilled, stranger = await floor.agent(8), await floor.agent(1)
    await floor.desk.transact(EVA, change_agent, stranger.id, {"queues": ["billing"], "skills": {}})
    first = await floor.writes()
    await floor.settles()
    assert await skilled.offer() is None

    await floor.passes(timedelta(seconds=30))
    offer = await skilled.next_offer()
    assert offer.work_item_id == first.interaction_id
    await skilled.accepts(offer)
    await skilled.does(set_presence, skilled.id, "not_ready", "lunch")

    second = await floor.writes()
    await floor.passes(timedelta(seconds=30))
    await floor.settles()
    assert await stranger.offer() is None
    await floor.passes(timedelta(seconds=30))
    assert (await stranger.next_offer()).work_item_id == second.interaction_id


async def test_round_robin_asks_whoever_was_asked_longest_ago(floor: Floor):
    await changes(floor, "general", strategy="round_robin")
    agents = {agent.id: agent for agent in [await floor.agent(number) for number in (1, 2, 3)]}
    for count in range(1, 7):
        await floor.writes()
        offer = (await offered(floor, count))[-1]
        await agents[offer.agent_id].accepts(offer)
        await floor.passes(timedelta(seconds=1))
    made = await offered(floor, 6)
    assert {offer.agent_id for offer in made[:3]} == agents.keys()
    assert [offer.agent_id for offer in made[3:]] == [offer.agent_id for offer in made[:3]]
    assert {offer.why["rule"] for offer in made} == {"round_robin"}


async def test_fewest_handled_counts_today_and_begins_anew_at_the_sites_midnight(floor: Floor):
    await changes(floor, "general", strategy="fewest_handled")
    busy = await floor.agent(1)
    for _ in range(2):
        await floor.writes()
        await busy.takes_next()
        await floor.passes(timedelta(seconds=1))
    fresh = await floor.agent(2)

    await floor.writes()
    assert await fresh.next_offer()
    await fresh.takes_next()
    assert len(await offered(floor, 3)) == 3

    await floor.passes(timedelta(hours=15, minutes=1))  # past midnight in London
    for agent in (busy, fresh):
        await agent.is_available()
    await floor.writes()
    made = (await offered(floor, 4))[-1]
    scores = {one["agent"]: one["score"] for one in made.why["best"]}
    assert set(scores.values()) == {0}


async def test_a_delay_keeps_an_agent_for_what_has_waited(floor: Floor):
    agent = await floor.agent(1)
    fields = {"queues": {"general": {"priority": 2, "delay": "1m"}}, "skills": {"service": 3}}
    await floor.desk.transact(EVA, change_agent, agent.id, fields)
    waiting = await floor.writes()
    await floor.settles()
    assert await agent.offer() is None

    await floor.passes(MINUTE)
    assert (await agent.next_offer()).work_item_id == waiting.interaction_id


async def test_by_default_a_live_channel_has_a_head_start_and_work_its_own_deadline(floor: Floor):
    """Mail that is 25 minutes late, a chat that has just come, a task due now and one due tomorrow."""
    await changes(floor, "general", due={"email": "1m"})
    late = await mail(floor)
    await floor.passes(timedelta(minutes=26))
    chat = (await floor.writes()).interaction_id
    customer = (await floor.interaction(chat)).customer_id
    about = {"kind": "task", "customer_id": customer, "queue": "general"}
    now = floor.clock.now()
    for title, due in (("tomorrow", timedelta(days=1)), ("now", timedelta())):
        await floor.desk.transact(SYSTEM, plan, **about, title=title, due_at=now + due)

    agent = await floor.agent(1)
    order = []
    for _ in range(4):
        offer = await agent.next_offer()
        order.append(offer.work_item_id)
        await agent.accepts(offer)

    titles = {row.id: row.title for row in await floor.rows(work_items)}
    assert order[:2] == [late, chat]
    assert [titles[id] for id in order[2:]] == ["now", "tomorrow"]


async def test_places_are_counted_in_the_order_in_which_the_router_serves(floor: Floor):
    ids = [(await floor.writes()).interaction_id for _ in range(3)]
    vip = (await floor.interaction(ids[2])).customer_id
    await floor.desk.transact(SYSTEM, change_customer, vip, {"tier": "vip"})
    mails = [await mail(floor), await mail(floor)]

    shown = await floor.desk.read(SYSTEM, standings, ids + mails)
    places = {id: standing.position for id, standing in shown.items()}
    assert places == {ids[2]: 1, ids[0]: 2, ids[1]: 3, mails[0]: 4, mails[1]: 5}

    agent = await floor.agent(1)
    served = [await agent.takes_next() for _ in range(3)]
    assert served == [ids[2], ids[0], ids[1]]


async def test_what_goes_beside_what_is_the_organizations_to_say(floor: Floor):
    limits = {"weights": {"chat": 60, "email": 50}, "exclusive": []}
    await floor.desk.transact(EVA, change_order, {"kind": "priority"}, limits)
    agent = await floor.agent(1)
    await floor.writes()
    await agent.takes_next()
    await mail(floor)
    await floor.settles()
    assert await agent.offer() is None

    await floor.desk.transact(EVA, change_order, {"kind": "priority"}, limits | {"weights": {"chat": 50, "email": 50}})
    assert await agent.next_offer()


async def test_a_change_is_checked_as_the_file_is_and_says_where_it_is_wrong(floor: Floor):
    for fields, path in (
        ({"strategy": "fastest"}, "strategy"),
        ({"rings": [{"after": "1m", "teams": ["service"]}, {"after": "30s", "teams": ["service"]}]}, "rings[1].after"),
        ({"rings": [{"after": "1m", "teams": ["nobody"]}]}, "rings[0].teams"),
        ({"skills": {"juggling": 1}}, "skills"),
    ):
        with pytest.raises(Invalid) as caught:
            await changes(floor, "general", **fields)
        assert [where for where, _ in caught.value.errors] == [path]
    with pytest.raises(Invalid, match=r"ordering\.kind"):
        await floor.desk.transact(EVA, change_order, {"kind": "fifo"}, {})


async def test_who_saw_older_rules_changes_nothing(floor: Floor):
    seen = mark(await floor.desk.read(SYSTEM, lambda rx: rules_now(rx, only="queues.general.")))
    await floor.desk.transact(EVA, change_queue, "general", {"priority": 1}, seen)
    with pytest.raises(Stale):
        await floor.desk.transact(EVA, change_queue, "general", {"priority": 2}, seen)
    assert (await floor.rows(interactions)) == []
