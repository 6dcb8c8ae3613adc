"""One of several processes routes and stamps. Time here is seconds that really run, moved by the test."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel import cluster
from desk.kernel.clock import ManualClock
from desk.kernel.cluster import RENEW_S, STALE_S, TRUST_S, Lease, check
from desk.kernel.desk import Desk
from desk.kernel.errors import Stale, Unavailable
from desk.kernel.transaction import Actor, Tx
from desk.tables import leases, numbers
from tests.integration.kernel.conftest import TEST, a_desk, do, running, until


class Seconds:
    """A running clock, by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def process(desk: Desk, holder: str, seconds: Seconds, *, alone: bool = False) -> Lease:
    """A process's hold; `alone`: it has just started as the only one on its SQLite file."""
    lease = Lease(desk, holder=holder, seconds=seconds, wall=Beating(seconds))
    lease._force = alone
    return lease


class Beating(ManualClock):
    """The wall's clock, which follows the seconds."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds

    def now(self) -> Any:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=self._seconds.now)


async def row(desk: Desk) -> Any:
    (found,) = await desk.read(TEST, lambda rx: rx.all(sa.select(leases)))
    return found


async def test_the_first_takes_it_and_keeps_it(desk, seconds):
    lease = process(desk, "a", seconds)
    assert not lease.held
    for _ in range(5):
        await lease.turn()
        assert (lease.held, lease.epoch) == (True, 1)
        seconds.now += RENEW_S
    assert (await row(desk)).holder == "a"


async def test_the_second_waits_while_the_first_renews(desk, seconds):
    first, second = process(desk, "a", seconds), process(desk, "b", seconds)
    for _ in range(10):
        await first.turn()
        await second.turn()
        assert (first.held, second.held) == (True, False)
        seconds.now += RENEW_S


async def test_who_does_not_renew_for_six_seconds_is_replaced_and_the_epoch_grows(desk, seconds):
    first, second = process(desk, "a", seconds), process(desk, "b", seconds)
    await first.turn()
    await second.turn()
    assert first.epoch == 1

    took = 0.0
    while not second.held:
        seconds.now += RENEW_S
        took += RENEW_S
        await second.turn()
        assert took <= STALE_S
    assert second.epoch == 2
    assert not first.held  # it knows without asking
    await first.turn()
    assert (first.held, second.held) == (False, True)


async def test_a_holder_distrusts_itself_before_others_may_take_over(desk, seconds):
    lease = process(desk, "a", seconds)
    await lease.turn()
    seconds.now += TRUST_S - 0.001
    assert lease.held
    seconds.now += 0.002
    assert not lease.held
    assert TRUST_S < STALE_S


async def test_a_hung_holder_that_wakes_up_can_decide_nothing(desk, seconds):
    await do(desk, lambda tx: tx.insert(numbers, series="decisions", last=0))
    hung, other = process(desk, "a", seconds), process(desk, "b", seconds)
    await hung.turn()
    epoch = hung.epoch

    def decide(tx: Tx, epoch: int) -> None:
        check(tx, "router", epoch)
        tx.update(numbers, "decisions", last=epoch)

    await desk.transact(TEST, decide, epoch)
    for _ in range(5):
        await other.turn()
        seconds.now += RENEW_S
    assert other.held

    with pytest.raises(Stale):
        await desk.transact(TEST, decide, epoch)
    await desk.transact(TEST, decide, other.epoch)
    assert (await desk.read(TEST, lambda rx: rx.one(numbers, "decisions"))).last == other.epoch


async def test_a_decision_with_no_lease_at_all_is_refused(desk):
    with pytest.raises(Stale):
        await desk.transact(TEST, check, "router", 1)


async def test_a_decision_that_has_checked_finishes_before_anybody_takes_over(postgres_url, tmp_path, manual_clock):
    """The check holds the row: the new holder's first look comes after the old one's last word."""
    async with a_desk(postgres_url, tmp_path, manual_clock) as desk:
        await do(desk, lambda tx: tx.insert(leases, name="router", holder="a", epoch=1, renewed_at=tx.now))
        order: list[str] = []
        checked = asyncio.Event()

        def decide(tx: Tx) -> None:
            check(tx, "router", 1)
            checked.set()
            tx.execute(sa.select(sa.func.pg_sleep(0.3)))
            order.append("decided")

        async def take() -> None:
            await checked.wait()
            stale = (1, manual_clock.now())
            at = manual_clock.now() + timedelta(seconds=9)
            await desk.transact(TEST, cluster.hold, "router", "b", at, stale=stale, force=False)
            order.append("taken")

        await asyncio.gather(desk.transact(TEST, decide), take())
        assert order == ["decided", "taken"]


async def test_a_process_alone_on_its_file_takes_over_at_once(sqlite_url, tmp_path, manual_clock, seconds):
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        killed = process(desk, "killed", seconds)
        await killed.turn()
        started = Lease(desk, holder="started", seconds=seconds, wall=Beating(seconds))
        await started.turn()
        assert (started.held, started.epoch) == (True, 2)


async def test_a_second_server_on_the_same_file_waits_like_any_other(sqlite_url, tmp_path, manual_clock, seconds):
    async with (
        a_desk(sqlite_url, tmp_path, manual_clock) as first_desk,
        a_desk(sqlite_url, tmp_path, manual_clock) as second_desk,
    ):
        assert first_desk.is_alone()
        first = Lease(first_desk, holder="first", seconds=seconds, wall=Beating(seconds))
        second = Lease(second_desk, holder="second", seconds=seconds, wall=Beating(seconds))
        for _ in range(5):
            await first.turn()
            await second.turn()
            assert (first.held, second.held) == (True, False)
            seconds.now += RENEW_S
    async with a_desk(sqlite_url, tmp_path, manual_clock) as third_desk:
        assert third_desk.is_alone()


async def test_the_lease_is_freed_when_its_holder_stops_and_the_next_need_not_wait(desk, seconds):
    first, second = process(desk, "a", seconds), process(desk, "b", seconds)
    async with running(first):
        await until(lambda: first.held)
    assert not first.held
    await second.turn()
    assert (second.held, second.epoch) == (True, 2)


async def test_who_cares_is_told_of_each_change_once(desk, seconds):
    told: list[tuple[bool, int]] = []
    lease = process(desk, "a", seconds)
    lease.on_change.append(lambda: told.append((lease.held, lease.epoch)))
    for _ in range(3):
        await lease.turn()
    assert told == [(True, 1)]
    await do(desk, lambda tx: tx.update(leases, "router", holder="b", epoch=2))
    await lease.turn()
    await lease.turn()
    assert told == [(True, 1), (False, 1)]


async def test_an_outage_costs_the_lease_in_time_and_nothing_else(desk, seconds, monkeypatch):
    lease = process(desk, "a", seconds)
    await lease.turn()
    transact = desk.transact

    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("The database")

    monkeypatch.setattr(desk, "transact", away)
    for _ in range(4):
        seconds.now += RENEW_S
        await lease.turn()
    assert not lease.held

    monkeypatch.setattr(desk, "transact", transact)
    await lease.turn()
    assert (lease.held, lease.epoch) == (True, 1)


async def test_the_desks_clock_may_stand_or_jump(desk, seconds):
    first, second = process(desk, "a", seconds), process(desk, "b", seconds)
    for jump in (timedelta(), timedelta(days=700), timedelta(days=-1400)):
        desk.clock.advance(jump)
        await first.turn()
        await second.turn()
        assert (first.held, second.held) == (True, False)


async def test_two_names_are_two_leases(desk, seconds):
    router, other = process(desk, "a", seconds), Lease(desk, "reports", "b", seconds=seconds, wall=Beating(seconds))
    await router.turn()
    await other.turn()
    assert router.held
    assert other.held


def test_the_lease_acts_as_a_part_of_the_system():
    assert Actor.system("lease") == cluster.ACTOR
