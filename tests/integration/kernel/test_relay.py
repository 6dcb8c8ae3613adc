"""What a listener may rely on: everything, in order, once unless it failed, whatever the others do.

Whoever is added before the relay runs begins at nought: where the log ends when it first looks is a matter of luck.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel import relay as relay_module
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict
from desk.kernel.event_log import head, log_since
from desk.kernel.events import Logged, MessageAdded
from desk.kernel.relay import Relay, events_since
from desk.kernel.transaction import Tx
from desk.tables import cursors, events, numbers
from tests.integration.kernel.conftest import TEST, do, running, until


class Listener:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[Logged] = []
        self.batches: list[int] = []

    async def __call__(self, batch: Sequence[Logged]) -> None:
        self.heard.extend(batch)
        self.batches.append(len(batch))

    @property
    def ids(self) -> list[str]:
        return [logged.event.id for logged in self.heard]

    @property
    def positions(self) -> list[int]:
        return [logged.position for logged in self.heard]


@pytest.fixture
def lease(desk: Desk) -> Lease:
    return Lease(desk)


@pytest.fixture
def relay(desk: Desk, lease: Lease) -> Relay:
    return Relay(desk, lease)


def say(tx: Tx, *ids: str) -> None:
    for id in ids:
        tx.emit(MessageAdded(id=id, interaction_id="i", author_kind="customer"))


async def test_a_listener_hears_what_happens_and_who_did_it(desk, lease, relay):
    listener = Listener()
    relay.add("screens", listener, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1", "m2")
        await until(lambda: len(listener.heard) == 2)

    first = listener.heard[0]
    assert (first.event, first.actor, first.at) == (
        MessageAdded(id="m1", interaction_id="i", author_kind="customer"),
        "system:test",
        desk.clock.now(),
    )
    assert listener.positions == [1, 2]


async def test_under_many_writers_nothing_is_missed_and_the_order_is_that_of_commits(desk, lease, relay):
    """Each writer counts one number up: the log must tell the counts in the order in which they were made."""
    await do(desk, lambda tx: tx.insert(numbers, series="n", last=0))
    listener, durable = Listener(), Listener()
    relay.add("screens", listener, since=0)
    relay.add("metrics", durable, durable=True)

    def count_up(tx: Tx, lane: int) -> None:
        if lane % 4 == 0:
            row = tx.take(numbers, "n")
            tx.update(numbers, "n", last=row.last + 1)
            say(tx, f"count:{row.last + 1}")
        else:
            say(tx, f"lane:{lane}")

    async def writer(lane: int) -> None:
        for _ in range(25):
            await desk.transact(TEST, count_up, lane)

    async with running(lease, relay):
        await until(lambda: lease.held)
        await asyncio.gather(*(writer(lane) for lane in range(16)))
        await until(lambda: len(listener.heard) == len(durable.heard) == 400)

    counts = [int(id.partition(":")[2]) for id in listener.ids if id.startswith("count")]
    assert counts == list(range(1, 101))
    assert listener.positions == list(range(1, 401))
    assert durable.heard == listener.heard


async def test_a_listener_that_comes_later_hears_from_now_on_or_from_where_it_was(desk, lease, relay):
    await desk.transact(TEST, say, "m1", "m2", "m3")
    now, told = Listener(), Listener()
    async with running(lease, relay):
        await until(lambda: lease.held)
        await until(lambda: relay.position == 3)
        relay.add("now", now)
        relay.add("told", told, since=1)
        await desk.transact(TEST, say, "m4")
        await until(lambda: now.heard and len(told.heard) == 3)
    assert now.ids == ["m4"]
    assert told.ids == ["m2", "m3", "m4"]


async def test_one_that_is_far_behind_reads_the_database(desk, lease, relay, monkeypatch):
    monkeypatch.setattr(relay_module, "RECENT", 3)
    late, current = Listener(), Listener()
    async with running(lease, relay):
        await until(lambda: lease.held)
        relay.add("current", current, since=0)
        for n in range(20):
            await desk.transact(TEST, say, f"m{n}")
            await hears(current, n + 1)
        relay.add("late", late, since=0)
        await until(lambda: len(late.heard) == 20)
        await desk.transact(TEST, say, "m20")
        await until(lambda: len(late.heard) == 21)
    assert late.heard == current.heard


async def test_at_most_500_at_once(desk, lease, relay):
    listener = Listener()
    await desk.transact(TEST, say, *(f"m{n}" for n in range(1100)))
    async with running(lease, relay):
        await until(lambda: relay.position == 1100)
        relay.add("router", listener, since=0)
        await until(lambda: len(listener.heard) == 1100)
    assert max(listener.batches) == 500
    assert listener.positions == list(range(1, 1101))


async def test_a_slow_listener_holds_up_nobody(desk, lease, relay):
    gate = asyncio.Event()
    quick, slow = Listener(), Listener()

    async def stuck(batch: Sequence[Logged]) -> None:
        await gate.wait()
        await slow(batch)

    relay.add("slow", stuck, since=0)
    relay.add("quick", quick, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        for n in range(5):
            await desk.transact(TEST, say, f"m{n}")
        await until(lambda: len(quick.heard) == 5)
        assert slow.heard == []
        gate.set()
        await until(lambda: len(slow.heard) == 5)
    assert slow.ids == quick.ids


async def test_a_failing_listener_is_tried_again_and_stops_no_other(desk, lease, relay):
    healthy, failing = Listener(), Listener()
    failures = 0

    async def feed(batch: Sequence[Logged]) -> None:
        nonlocal failures
        if failures < 3:
            failures += 1
            raise RuntimeError("not now")
        await failing(batch)

    relay.add("failing", feed, since=0)
    relay.add("healthy", healthy, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1", "m2")
        await until(lambda: len(healthy.heard) == 2)
        await until(lambda: len(failing.heard) == 2)
        await desk.transact(TEST, say, "m3")
        await until(lambda: len(failing.heard) == 3)
    assert failing.ids == healthy.ids == ["m1", "m2", "m3"]


async def test_a_listener_in_memory_skips_the_one_event_that_it_cannot_take(desk, lease, relay, monkeypatch):
    monkeypatch.setattr(relay_module, "PATIENCE_S", 0.01)
    listener = Listener()

    async def feed(batch: Sequence[Logged]) -> None:
        if any(logged.event.id == "poison" for logged in batch):
            raise RuntimeError("cannot take it")
        await listener(batch)

    relay.add("screens", feed, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1", "poison", "m2")
        await until(lambda: len(listener.heard) == 2)
    assert listener.ids == ["m1", "m2"]


async def test_a_durable_listener_never_skips(desk, lease, relay, monkeypatch):
    monkeypatch.setattr(relay_module, "PATIENCE_S", 0.01)
    listener, tries = Listener(), 0

    async def feed(batch: Sequence[Logged]) -> None:
        nonlocal tries
        if any(logged.event.id == "hard" for logged in batch):
            tries += 1
            if tries < 12:
                raise RuntimeError("not yet")
        await listener(batch)

    relay.add("webhooks", feed, durable=True)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1", "hard", "m2")
        await until(lambda: len(listener.heard) == 3)
    assert listener.ids == ["m1", "hard", "m2"]


async def test_a_durable_listener_continues_after_a_restart_where_it_was(desk):
    heard: list[list[str]] = []
    for start, id in enumerate(("m1", "m2", "m3")):
        listener = Listener()
        lease = Lease(desk)
        relay = Relay(desk, lease)
        relay.add("metrics", listener, durable=True)
        async with running(lease, relay):
            await takes(lease)
            await desk.transact(TEST, say, id)
            await hears(listener, 1)
            await until_cursor(desk, "metrics", start + 1)
        heard.append(listener.ids)
    assert heard == [["m1"], ["m2"], ["m3"]]


async def hears(listener: Listener, many: int) -> None:
    await until(lambda: len(listener.heard) == many)


async def takes(lease: Lease) -> None:
    await until(lambda: lease.held)


async def until_cursor(desk: Desk, name: str, position: int) -> None:
    async with asyncio.timeout(60):
        while True:
            found = await desk.read(TEST, lambda rx: rx.all(sa.select(cursors).where(cursors.c.name == name)))
            if found and found[0].position == position:
                return
            await asyncio.sleep(0.01)


async def test_a_durable_listener_is_fed_by_the_holder_of_the_lease_alone(desk):
    first, second = Listener(), Listener()
    lease, other_lease = Lease(desk), Lease(desk)
    other_lease._force = False  # another process that came later
    relay, other = Relay(desk, lease), Relay(desk, other_lease)
    relay.add("metrics", first, durable=True)
    other.add("metrics", second, durable=True)
    async with running(lease, relay):
        await until(lambda: lease.held)
        async with running(other_lease, other):
            await desk.transact(TEST, say, "m1")
            await until(lambda: first.heard and other.position == 1)
            await until_cursor(desk, "metrics", 1)
    assert second.heard == []


async def test_a_listener_can_leave_and_another_take_its_name(desk, lease, relay):
    first, second = Listener(), Listener()
    relay.add("router", first, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1")
        await until(lambda: first.heard)
        relay.add("router", second)
        await desk.transact(TEST, say, "m2")
        await until(lambda: second.heard)
        relay.remove("router")
        await desk.transact(TEST, say, "m3")
        await until(lambda: relay.position == 3)
        await asyncio.sleep(0.05)
    assert (first.ids, second.ids) == (["m1"], ["m2"])


async def test_a_listener_may_replace_itself_from_within(desk, lease, relay):
    second = Listener()

    async def once(batch: Sequence[Logged]) -> None:
        relay.add("router", second, since=batch[-1].position)

    relay.add("router", once, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1")
        await until(lambda: relay._readers["router"].feed is second)
        await desk.transact(TEST, say, "m2")
        await until(lambda: second.heard)
    assert second.ids == ["m2"]


async def test_what_another_process_writes_is_heard_without_a_call(desk, lease, relay):
    listener = Listener()
    relay.add("screens", listener, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        desk.database.on_commit = lambda events, jobs: None  # nobody tells this process
        await desk.transact(TEST, say, "m1")
        await until(lambda: listener.heard)


async def test_the_desks_clock_does_not_matter(desk, lease, relay):
    listener = Listener()
    relay.add("screens", listener, since=0)
    async with running(lease, relay):
        await until(lambda: lease.held)
        for n, step in enumerate((timedelta(days=400), timedelta(days=-800), timedelta())):
            desk.clock.advance(step)
            await desk.transact(TEST, say, f"m{n}")
        await until(lambda: len(listener.heard) == 3)
    assert listener.ids == ["m0", "m1", "m2"]


async def test_an_event_that_this_version_does_not_know_is_passed_over(desk, lease, relay):
    listener = Listener()
    relay.add("screens", listener, since=0)
    stamped = desk.settings.database_url.startswith("sqlite")

    def strange(tx: Tx) -> None:
        values: dict[str, Any] = {"at": tx.now, "name": "moon.landed", "actor": "system:x", "subject": "m", "data": {}}
        tx.insert(events, **values, position=1 if stamped else None)

    async with running(lease, relay):
        await until(lambda: lease.held)
        await do(desk, strange)
        await desk.transact(TEST, say, "m1")
        await until(lambda: listener.heard)
    assert listener.positions == [2]


async def test_a_snapshot_knows_the_position_from_which_to_go_on(desk, lease, relay):
    async with running(lease, relay):
        await until(lambda: lease.held)
        await desk.transact(TEST, say, "m1", "m2", "m3")
        await until(lambda: relay.position == 3)
    assert await desk.read(TEST, head) == 3
    assert [logged.event.id for logged in await events_since(desk, 1)] == ["m2", "m3"]
    assert [logged.event.id for logged in await events_since(desk, 0, limit=2)] == ["m1", "m2"]
    assert await desk.read(TEST, log_since, 3, 10) == (3, [])


async def test_rolled_back_events_leave_no_gap(desk, lease, relay):
    listener = Listener()
    relay.add("screens", listener, since=0)

    def fail(tx: Tx) -> None:
        say(tx, "never")
        raise Conflict("it", "fails")

    async with running(lease, relay):
        await until(lambda: lease.held)
        for n in range(3):
            with pytest.raises(Conflict):
                await do(desk, fail)
            await desk.transact(TEST, say, f"m{n}")
        await until(lambda: len(listener.heard) == 3)
    assert listener.ids == ["m0", "m1", "m2"]
    assert listener.positions == [1, 2, 3]
