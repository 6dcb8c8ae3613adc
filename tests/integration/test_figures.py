"""Figures that are read from the database are those that were folded event by event."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from desk.contacts import ending, transfers
from desk.floor.figures import Figures
from desk.floor.figures_so_far import load_figures
from desk.kernel.relay import events_since
from desk.kernel.transaction import Actor
from desk.screens.agent_cards import agent_cards
from tests.integration.floor import SYSTEM


async def test_after_a_restart_the_figures_are_the_same(floor):
    ana = await floor.agent(1)
    boss = await floor.supervisor()
    for number in range(3):
        await floor.writes(f"Question {number}")
        await floor.passes(timedelta(seconds=4))
    first = await ana.takes_next()
    await floor.passes(timedelta(seconds=3))
    second = await ana.takes_next()
    await ana.does(transfers.transfer, first, {"queue": "billing"})
    await floor.passes(timedelta(seconds=2))
    gone = await floor.writes("Nobody there?")
    await floor.passes(timedelta(seconds=30))
    await floor.desk.transact(Actor.customer("x"), ending.customer_left, gone.interaction_id)
    moved = await floor.writes("Wrong place")
    await boss.does(transfers.move, moved.interaction_id, "technical")
    await ana.wraps_up(second)
    await floor.writes("Again", address="visitor-2", external_id="again")
    await floor.settles()

    folded = await _folded(floor)
    loaded = await floor.desk.read(SYSTEM, load_figures)
    for figures in (folded, loaded):
        figures.put_agents((await floor.desk.read(SYSTEM, agent_cards)).values())
    now = floor.clock.now() + timedelta(seconds=5)
    shown = {queue["key"]: queue for queue in loaded.queues(now)}
    assert list(shown.values()) == folded.queues(now)
    assert sum(queue["offered"] for queue in shown.values()) == 6
    assert shown["general"]["abandoned"] == 1
    assert shown["general"]["service_level"] < 1

    tomorrow = now + timedelta(days=1)
    assert folded.queues(tomorrow) == loaded.queues(tomorrow)
    assert all(queue["offered"] == 0 for queue in loaded.queues(tomorrow))


async def _folded(floor):
    empty = await floor.desk.read(SYSTEM, load_figures)
    figures = Figures(zone=ZoneInfo("Europe/London"), rules=empty.rules)
    figures.zone = empty.zone
    for logged in await events_since(floor.desk, 0, 10_000):
        figures.fold(logged)
    return figures
