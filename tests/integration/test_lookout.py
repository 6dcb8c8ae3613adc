"""What a process keeps of the floor for who asks next is as true as if all were read, whatever has happened since."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.agents import agents
from desk.contacts import chats, transfers
from desk.customers.profiles import change_customer
from desk.floor import queue_states
from desk.floor.lookout import Lookout
from desk.floor.waiting import standings
from desk.kernel.errors import Stale
from desk.kernel.transaction import Rx
from desk.organization.changes import change_agent, change_queue
from desk.tables import events, interactions, work_items
from desk.work import offers
from tests.integration.floor import SYSTEM, Agent, Floor

QUEUES = ("general", "billing", "technical")
_WAIT = sa.select(work_items.c.id).where(work_items.c.state == "waiting")


def as_kept_and_as_read(rx: Rx, kept: Lookout) -> list[tuple[Any, Any]]:
    """What is said by what was kept, beside what is said by reading all, in one snapshot."""
    ids = [row.id for row in rx.all(_WAIT)]
    view, read = kept.look(rx), Lookout().look(rx)
    return [
        (dict(view.agents), dict(read.agents)),
        (dict(view.waiting), dict(read.waiting)),
        (view.rules, read.rules),
        (standings(rx, ids, kept), standings(rx, ids)),
        (queue_states.states(rx, kept), queue_states.states(rx)),
    ]


async def is_the_same(floor: Floor, kept: Lookout, after: object) -> None:
    for by_kept, by_reading in await floor.desk.read(SYSTEM, as_kept_and_as_read, kept):
        assert by_kept == by_reading, after


async def acts(floor: Floor, chance: Random, people: Sequence[Agent]) -> str:
    """Something happens on the floor; what it was."""
    one = chance.choice(people)
    what = chance.choice(["come", "come", "come", "offer", "offer", "end", "presence", "time", "queue", "move", "away"])
    offer = await one.offer()
    holding = [row.id for row in await floor.rows(interactions, agent_id=one.id, state="active")]
    waiting = [row.id for row in await floor.rows(interactions, state="queued")]
    match what:
        case "come":
            await floor.writes(to=chance.choice(["widget", "sales-page"]))
        case "offer" if offer is not None:
            if chance.random() < 0.7:
                await one.accepts(offer)
            else:
                await one.does(offers.decline, offer.id)
        case "end" if holding:
            await one.wraps_up(chance.choice(holding))
        case "presence":
            await one.does(agents.connect, one.id, "node")
            await one.does(agents.set_presence, one.id, chance.choice(["available", "available", "not_ready"]), "break")
        case "time":
            await floor.passes(timedelta(seconds=chance.choice([1, 30, 90])))
        case "queue" if waiting:
            await (await floor.supervisor()).does(transfers.move, chance.choice(waiting), chance.choice(QUEUES))
        case "move" if holding:
            await one.does(transfers.transfer, chance.choice(holding), {"queue": chance.choice(QUEUES)})
        case "away":
            await one.does(agents.set_presence, one.id, "offline")
    return what


async def test_whatever_happens_what_was_kept_says_what_reading_all_says(floor: Floor):
    chance, kept = Random(5), Lookout()
    people = [await floor.agent(number, available=number < 3) for number in (1, 2, 3)]
    for step in range(60):
        await is_the_same(floor, kept, (step, await _done(floor, chance, people)))


async def _done(floor: Floor, chance: Random, people: Sequence[Agent]) -> str:
    try:
        return await acts(floor, chance, people)
    except Stale as error:  # the router was faster
        return str(error)


async def test_rules_skills_and_customers_that_change_are_seen(floor: Floor):
    kept, mia = Lookout(), await floor.agent(1)
    for number in range(5):  # one is hers at once, and the last wait
        await floor.writes(f"Hello {number}")
    await floor.settles()
    await is_the_same(floor, kept, "before")

    await floor.desk.transact(SYSTEM, change_queue, "general", {"skills": {"service": 5}, "due": {"chat": "1h"}})
    await is_the_same(floor, kept, "rules")
    await floor.desk.transact(SYSTEM, change_agent, mia.id, {"queues": ["general"], "skills": {"service": 5}})
    await is_the_same(floor, kept, "skills")
    (row, *_) = await floor.rows(interactions, state="queued")
    await floor.desk.transact(SYSTEM, change_customer, row.customer_id, {"tier": "vip"})
    await is_the_same(floor, kept, "tier")


async def test_what_nothing_happened_to_is_not_read_again(floor: Floor):
    kept, mia, ben = Lookout(), await floor.agent(1), await floor.agent(2)
    await floor.settles()
    before = await floor.desk.read(SYSTEM, kept.look)
    again = await floor.desk.read(SYSTEM, kept.look)
    assert again.agents is before.agents

    await ben.does(agents.set_presence, ben.id, "not_ready", "break")
    after = await floor.desk.read(SYSTEM, kept.look)
    assert after.agents[mia.id] is before.agents[mia.id]
    assert after.agents[ben.id].presence == "not_ready"


async def test_a_log_of_which_the_beginning_is_gone_is_no_reason_to_miss_anything(floor: Floor):
    kept, mia = Lookout(), await floor.agent(1)
    await floor.settles()
    await floor.desk.read(SYSTEM, kept.look)
    await floor.writes()
    await mia.takes_next()
    await floor.settles()
    before_last = sa.delete(events).where(
        events.c.position < sa.select(sa.func.max(events.c.position)).scalar_subquery()
    )
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(before_last))
    await is_the_same(floor, kept, "gone")


async def test_who_asks_the_desks_own_lookout_is_told_the_same(floor: Floor):
    waits = (await floor.writes()).interaction_id
    for number in (1, 2):
        await floor.settles()
        read = await floor.desk.read(SYSTEM, chats.standing_of, [waits])
        assert list(read) == [waits]
        assert await floor.desk.read(SYSTEM, chats.standing_of, [waits], floor.desk.kept(Lookout)) == read
        await floor.agent(number)
