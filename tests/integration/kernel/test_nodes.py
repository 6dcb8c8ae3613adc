"""Processes with consoles have a heartbeat, and one of several watches them. Seconds really run, moved by the test."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk import node_watch
from desk.kernel.cluster import RENEW_S, STALE_S, Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import Stale, Unavailable
from desk.kernel.events import Event, decode
from desk.kernel.nodes import BEAT_S, Node, NodeLost
from desk.kernel.transaction import Tx
from desk.node_watch import BLIND_S, LOOK_S, LOST_S, NEVER, NodeWatch, beats_of
from desk.tables import consoles, events, nodes
from tests.integration.kernel.conftest import TEST, do, running, until
from tests.integration.kernel.test_lease import Beating, Seconds


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


class Watcher:
    """A process that may route: its hold on the lease, and its watch."""

    def __init__(self, desk: Desk, holder: str, seconds: Seconds) -> None:
        self._seconds = seconds
        self.lease = Lease(desk, holder=holder, seconds=seconds, wall=Beating(seconds))
        self.lease._force = False
        self.watch = NodeWatch(desk, self.lease, seconds=seconds)

    async def turn(self) -> None:
        if not self._seconds.now % RENEW_S:
            await self.lease.turn()
        await self.watch.turn()


async def pass_(seconds: Seconds, span: float, *watchers: Watcher, alive: tuple[Node, ...] = ()) -> None:
    """Time passes; who is alive beats, and the watchers look."""
    for _ in range(int(span / LOOK_S)):
        if not seconds.now % BEAT_S:
            for node in alive:
                await node.turn()
        for watcher in watchers:
            await watcher.turn()
        seconds.now += LOOK_S


async def known(desk: Desk) -> set[str]:
    return set(await desk.read(TEST, beats_of))


async def test_who_beats_is_left_alone_and_who_does_not_is_given_up_after_six_seconds(desk, seconds):
    alive, dead, watcher = Node(desk), Node(desk), Watcher(desk, "a", seconds)
    await dead.turn()
    await pass_(seconds, LOST_S, watcher, alive=(alive,))
    assert await known(desk) == {alive.id, dead.id}
    await pass_(seconds, LOOK_S, watcher, alive=(alive,))
    assert await known(desk) == {alive.id}
    await pass_(seconds, 60, watcher, alive=(alive,))
    assert await known(desk) == {alive.id}
    assert await _log(desk) == [NodeLost(id=dead.id)]


async def test_a_node_that_only_hung_comes_back_under_another_id(desk, seconds):
    hung, watcher = Node(desk), Watcher(desk, "a", seconds)
    await hung.turn()
    before = hung.id
    await pass_(seconds, LOST_S + LOOK_S, watcher)
    assert await known(desk) == set()
    await hung.turn()
    assert hung.id != before
    assert await known(desk) == {hung.id}
    await pass_(seconds, 60, watcher, alive=(hung,))
    assert await known(desk) == {hung.id}


async def test_only_the_holder_acts_and_who_takes_over_has_watched_already(desk, seconds):
    dead, holder, other = Node(desk), Watcher(desk, "a", seconds), Watcher(desk, "b", seconds)
    await dead.turn()
    await holder.turn()
    await other.turn()
    seconds.now += LOOK_S
    await pass_(seconds, STALE_S - LOOK_S, other)  # the holder has died, together with the node
    assert not other.lease.held
    assert await known(desk) == {dead.id}
    await pass_(seconds, LOOK_S, other)
    assert other.lease.held
    assert await known(desk) == set()


async def test_a_holder_that_hung_gives_nobody_up(desk, seconds):
    node, hung, other = Node(desk), Watcher(desk, "a", seconds), Watcher(desk, "b", seconds)
    await node.turn()
    await hung.turn()
    epoch = hung.lease.epoch
    await pass_(seconds, STALE_S + RENEW_S, other, alive=(node,))
    assert other.lease.held
    beats = (await desk.read(TEST, beats_of))[node.id]
    with pytest.raises(Stale):
        await desk.transact(TEST, node_watch.give_up, node.id, beats, "router", epoch)
    with pytest.raises(Stale):
        await desk.transact(TEST, node_watch.silence, node.id, "router", epoch)
    await hung.turn()
    assert await known(desk) == {node.id}


async def test_a_beat_in_the_last_moment_counts(desk, seconds):
    node, watcher = Node(desk), Watcher(desk, "a", seconds)
    await node.turn()
    await watcher.turn()
    seen = (await desk.read(TEST, beats_of))[node.id]
    await node.turn()
    assert not await desk.transact(TEST, node_watch.give_up, node.id, seen, "router", watcher.lease.epoch)
    assert await known(desk) == {node.id}
    assert await _log(desk) == []


async def test_after_an_outage_everybody_has_time_to_beat_again(desk, seconds, monkeypatch):
    node, watcher = Node(desk), Watcher(desk, "a", seconds)
    await pass_(seconds, 4, watcher, alive=(node,))
    before, read, transact = node.id, desk.read, desk.transact

    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("The database")

    monkeypatch.setattr(desk, "read", away)
    monkeypatch.setattr(desk, "transact", away)
    await pass_(seconds, 30, watcher, alive=(node,))
    monkeypatch.setattr(desk, "read", read)
    monkeypatch.setattr(desk, "transact", transact)
    await pass_(seconds, LOST_S - LOOK_S, watcher)
    await pass_(seconds, 20, watcher, alive=(node,))
    assert (node.id, await known(desk)) == (before, {before})


async def test_a_watcher_that_hung_itself_begins_to_watch_anew(desk, seconds):
    node, watcher = Node(desk), Watcher(desk, "a", seconds)
    await node.turn()
    await watcher.turn()
    seconds.now += LOST_S + BLIND_S
    await watcher.lease.turn()
    await watcher.watch.turn()
    assert await known(desk) == {node.id}


async def test_consoles_that_no_node_answers_for_are_swept_up(desk, seconds):
    """Left by a node that was given up while the holder died too, or by a version that knew no nodes."""
    watcher = Watcher(desk, "a", seconds)

    def leave_behind(tx: Tx) -> None:
        for number in range(120):
            tx.insert(consoles, node_id="gone", agent_id=f"nobody-{number}")

    await do(desk, leave_behind)
    assert await desk.read(TEST, beats_of) == {"gone": NEVER}
    await pass_(seconds, LOST_S + LOOK_S, watcher)
    assert await desk.read(TEST, lambda rx: rx.all(sa.select(consoles))) == []


async def test_the_desks_clock_may_stand_or_jump(desk, seconds):
    node, watcher = Node(desk), Watcher(desk, "a", seconds)
    for jump in (timedelta(), timedelta(days=700), timedelta(days=-1400)):
        desk.clock.advance(jump)
        await pass_(seconds, 4, watcher, alive=(node,))
    assert await known(desk) == {node.id}


async def test_a_node_that_stops_in_order_is_not_lost(desk, seconds):
    node, watcher = Node(desk), Watcher(desk, "a", seconds)
    async with running(node):
        await until(lambda: node._joined)
    assert await desk.read(TEST, lambda rx: rx.all(sa.select(nodes))) == []
    await pass_(seconds, 10, watcher)
    assert await _log(desk) == []


def test_from_death_to_the_work_being_back_it_takes_fifteen_seconds_at_most():
    missed = BEAT_S + LOST_S  # a beat that comes just before death is seen within a look, and another look is late
    assert LOOK_S * 2 <= BEAT_S
    taken_over = RENEW_S + STALE_S
    a_job_is_looked_for = 1.0
    assert max(missed, taken_over) + node_watch.GRACE.total_seconds() + a_job_is_looked_for <= 15


async def _log(desk: Desk) -> list[Event | None]:
    """What the log says: also what nobody has stamped yet."""
    rows = await desk.read(TEST, lambda rx: rx.all(sa.select(events).order_by(events.c.id)))
    return [decode(row.name, row.subject, row.data) for row in rows]
