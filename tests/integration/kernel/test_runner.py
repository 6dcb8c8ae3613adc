"""What may be expected of a job: done when due, once if nothing breaks, again if something does, and never lost."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import FileClock, ManualClock
from desk.kernel.desk import Desk
from desk.kernel.jobs import MAX_ATTEMPTS, Job, back_off
from desk.kernel.runner import CLAIM, Runner, claim
from desk.kernel.transaction import Tx
from desk.tables import jobs
from tests.integration.kernel.conftest import TEST, a_desk, deferring, do, running, until


@dataclass(frozen=True, kw_only=True)
class RunnerPing(Job):
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RunnerPong(Job):
    note: str = ""


class Doer:
    """Remembers what it did; may be told to fail or to wait."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.started: list[str] = []
        self.fails = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, desk: Desk, job: Any) -> None:
        self.started.append(job.note)
        await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a customer wrote: my password is hunter2")
        self.done.append(job.note)


@pytest.fixture
def doer() -> Doer:
    return Doer()


@pytest.fixture
def runner(desk: Desk, doer: Doer, wall: ManualClock) -> Runner:
    return Runner(desk, {RunnerPing: doer}, wall=wall)


@pytest.fixture
def wall(manual_clock: ManualClock) -> ManualClock:
    """The clock that really runs; apart from the desk's."""
    return ManualClock(manual_clock.now())


async def waiting(desk: Desk) -> list[Any]:
    return list(await desk.read(TEST, lambda rx: rx.all(sa.select(jobs).order_by(jobs.c.due_at))))


async def test_a_job_is_done_at_once_and_forgotten(desk, runner, doer):
    async with running(runner):
        await do(desk, lambda tx: tx.defer(RunnerPing(note="now")))
        await until(lambda: doer.done == ["now"])
        async with asyncio.timeout(60):
            while await waiting(desk):
                await asyncio.sleep(0.01)


async def test_a_job_waits_until_the_desks_clock_says_that_it_is_due(desk, runner, doer):
    await do(desk, lambda tx: tx.defer(RunnerPing(note="later"), at=tx.now + timedelta(days=1)))
    assert await runner.run_due() == 0
    desk.clock.advance(timedelta(days=1))
    assert await runner.run_due() == 1
    assert doer.done == ["later"]


async def test_jobs_are_done_in_the_order_in_which_they_are_due(desk, runner, doer):
    for minutes in (3, 1, 2):
        await do(desk, deferring(RunnerPing(note=str(minutes)), after=timedelta(minutes=minutes)))
    desk.clock.advance(timedelta(hours=1))
    await runner.run_due()
    assert doer.done == ["1", "2", "3"]


async def test_when_the_test_clocks_file_is_rewritten_due_jobs_are_noticed_within_seconds(
    database_url, tmp_path, doer, manual_clock
):
    file = Path(tmp_path, "clock")
    file.write_text("2026-03-02T09:00:00Z")
    async with a_desk(database_url, tmp_path, FileClock(file)) as desk:  # type: ignore[arg-type]
        runner = Runner(desk, {RunnerPing: doer})
        async with running(runner):
            await do(desk, lambda tx: tx.defer(RunnerPing(note="tomorrow"), at=tx.now + timedelta(days=1)))
            await asyncio.sleep(0.05)
            assert doer.done == []
            file.write_text("2026-03-03T09:00:00Z")
            await until(lambda: doer.done)


async def test_two_runners_do_every_job_once(desk, doer):
    for n in range(60):
        await do(desk, deferring(RunnerPing(note=str(n))))
    async with running(Runner(desk, {RunnerPing: doer}), Runner(desk, {RunnerPing: doer})):
        await until(lambda: len(doer.done) >= 60)
        await asyncio.sleep(0.05)
    assert sorted(doer.done, key=int) == [str(n) for n in range(60)]


async def test_a_failed_job_is_tried_again_with_back_off(desk, runner, doer):
    doer.fails = 2
    await do(desk, lambda tx: tx.defer(RunnerPing(note="stubborn")))

    assert await runner.run_due() == 1
    (row,) = await waiting(desk)
    assert (row.attempts, row.due_at, row.claimed_until) == (1, desk.clock.now() + back_off(1), None)
    assert "RuntimeError" in row.error
    assert await runner.run_due() == 0

    desk.clock.advance(back_off(1))
    await runner.run_due()
    desk.clock.advance(back_off(2))
    await runner.run_due()
    assert doer.done == ["stubborn"]
    assert await waiting(desk) == []


async def test_a_job_that_keeps_failing_is_put_aside_for_a_person(desk, runner, doer):
    doer.fails = 10**6
    await do(desk, lambda tx: tx.defer(RunnerPing(note="hopeless")))
    runs = 0
    for _ in range(MAX_ATTEMPTS + 3):
        runs += await runner.run_due()
        desk.clock.advance(timedelta(hours=2))

    assert runs == MAX_ATTEMPTS
    (row,) = await waiting(desk)
    assert row.failed_at is not None
    assert row.attempts == MAX_ATTEMPTS


async def test_a_failing_job_holds_up_no_other_and_what_it_said_reaches_no_log(desk, runner, doer, capsys):
    doer.fails = 1
    await do(desk, lambda tx: tx.defer(RunnerPing(note="bad"), at=tx.now - timedelta(minutes=1)))
    await do(desk, lambda tx: tx.defer(RunnerPing(note="good")))
    await runner.run_due()
    assert doer.done == ["good"]
    printed = capsys.readouterr()
    assert "job_failed" in printed.out + printed.err
    assert "hunter2" not in printed.out + printed.err


async def test_a_kind_that_hangs_leaves_room_for_the_others(desk, doer):
    quick = Doer()
    doer.gate.clear()
    for n in range(40):
        await do(desk, deferring(RunnerPing(note=str(n)), after=-timedelta(minutes=1)))
    async with running(Runner(desk, {RunnerPing: doer, RunnerPong: quick}, concurrency=4)):
        await until(lambda: doer.started)
        await do(desk, lambda tx: tx.defer(RunnerPong(note="quick")))
        await until(lambda: quick.done)
        assert len(doer.started) < 8
        doer.gate.set()
        await until(lambda: len(doer.done) == 40)


async def test_a_killed_processs_job_is_taken_again_when_its_claim_runs_out(desk, runner, doer, wall):
    """Time is the wall's: the desk's clock stands still."""
    await do(desk, lambda tx: tx.defer(RunnerPing(note="orphan")))
    killed = await desk.transact(TEST, claim, ["runner_ping"], 1, wall.now() + CLAIM, wall.now())
    assert len(killed) == 1

    assert await runner.run_due() == 0
    wall.advance(CLAIM)
    assert await runner.run_due() == 1
    assert doer.done == ["orphan"]


async def test_who_alone_serves_its_database_takes_up_at_once_what_a_killed_process_left(
    sqlite_url, tmp_path, manual_clock, doer
):
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        await do(desk, lambda tx: tx.defer(RunnerPing(note="orphan")))
        now = manual_clock.now()
        await desk.transact(TEST, claim, ["runner_ping"], 1, now + timedelta(days=9), now)
        async with running(Runner(desk, {RunnerPing: doer}, wall=manual_clock)):
            await until(lambda: doer.done == ["orphan"])


async def test_a_claim_is_kept_while_its_job_runs(desk, doer, wall, monkeypatch):
    monkeypatch.setattr("desk.kernel.runner.RENEW_S", 0.02)
    doer.gate.clear()
    await do(desk, lambda tx: tx.defer(RunnerPing(note="long")))
    other = Runner(desk, {RunnerPing: doer}, wall=wall)
    async with running(Runner(desk, {RunnerPing: doer}, wall=wall)):
        await until(lambda: doer.started)
        for _ in range(4):
            wall.advance(CLAIM / 2)
            before = wall.now()
            async with asyncio.timeout(60):
                while (await waiting(desk))[0].claimed_until <= before + CLAIM / 2:
                    await asyncio.sleep(0.01)
            assert await other.run_due() == 0
        doer.gate.set()
        await until(lambda: doer.done)
    assert doer.started == ["long"]


async def test_a_job_that_was_moved_while_it_ran_stays(desk, runner, doer):
    doer.gate.clear()
    await do(desk, lambda tx: tx.defer(RunnerPing(note="first"), key="k"))
    async with running(runner):
        await until(lambda: doer.started)
        await do(desk, lambda tx: tx.defer(RunnerPing(note="second"), key="k", at=tx.now + timedelta(hours=1)))
        doer.gate.set()
        await until(lambda: doer.done)
        await asyncio.sleep(0.1)
    assert [row.data["note"] for row in await waiting(desk)] == ["second"]


async def test_a_second_job_of_a_key_waits_until_the_first_has_ended(desk, runner, doer, wall):
    doer.gate.clear()
    other = Runner(desk, {RunnerPing: doer}, wall=wall)
    await do(desk, deferring(RunnerPing(note="hold"), key="k"))
    async with running(runner):
        await until(lambda: doer.started)
        await do(desk, deferring(RunnerPing(note="go on"), key="k"))
        assert await other.run_due() == 0
        assert doer.started == ["hold"]
        doer.gate.set()
        await until(lambda: len(doer.done) == 2)
    assert doer.done == ["hold", "go on"]


async def test_a_second_job_of_a_key_waits_for_as_long_as_the_first_takes(desk, runner, doer, wall, monkeypatch):
    monkeypatch.setattr("desk.kernel.runner.RENEW_S", 0.02)
    doer.gate.clear()
    other = Runner(desk, {RunnerPing: doer}, wall=wall)
    await do(desk, deferring(RunnerPing(note="hold"), key="k"))
    async with running(runner):
        await until(lambda: doer.started)
        await do(desk, deferring(RunnerPing(note="go on"), key="k"))
        for _ in range(4):
            wall.advance(CLAIM / 2)
            before = wall.now()
            async with asyncio.timeout(60):
                while (await waiting(desk))[0].claimed_until <= before + CLAIM / 2:
                    await asyncio.sleep(0.01)
            assert await other.run_due() == 0
        doer.gate.set()
        await until(lambda: len(doer.done) == 2)
    assert doer.started == ["hold", "go on"]


async def test_a_second_job_of_a_key_is_done_although_the_first_failed(desk, runner, doer):
    doer.gate.clear()
    doer.fails = 1
    await do(desk, deferring(RunnerPing(note="hold"), key="k"))
    async with running(runner):
        await until(lambda: doer.started)
        await do(desk, deferring(RunnerPing(note="go on"), key="k"))
        doer.gate.set()
        await until(lambda: doer.done)
    assert doer.done == ["go on"]


async def test_a_second_job_of_a_key_is_done_although_the_firsts_process_was_killed(desk, runner, doer, wall):
    await do(desk, deferring(RunnerPing(note="hold"), key="k"))
    assert len(await desk.transact(TEST, claim, ["runner_ping"], 1, wall.now() + CLAIM, wall.now())) == 1
    await do(desk, deferring(RunnerPing(note="go on"), key="k"))

    assert await runner.run_due() == 0
    wall.advance(CLAIM)
    assert await runner.run_due() == 1
    assert doer.done == ["go on"]


async def test_what_a_stopped_runner_could_not_finish_is_given_back(desk, runner, doer):
    doer.gate.clear()
    await do(desk, lambda tx: tx.defer(RunnerPing(note="unfinished")))
    async with running(runner):
        await until(lambda: doer.started)
    (row,) = await waiting(desk)
    assert (row.claimed_until, row.attempts) == (None, 0)


async def test_a_job_without_a_handler_here_waits_for_a_process_that_has_one(desk, runner, doer):
    await do(desk, lambda tx: tx.defer(RunnerPong(note="elsewhere")))
    assert await runner.run_due() == 0
    assert len(await waiting(desk)) == 1


async def test_a_job_that_kills_its_process_each_time_is_put_aside(desk, runner, doer, wall):
    await do(desk, lambda tx: tx.defer(RunnerPing(note="deadly")))
    (row,) = await waiting(desk)
    await do(desk, lambda tx: tx.update(jobs, row.id, attempts=MAX_ATTEMPTS))
    await runner.run_due()
    (row,) = await waiting(desk)
    assert doer.started == []
    assert row.failed_at is not None


async def test_a_job_whose_fields_this_version_does_not_know_fails_like_any_other(desk, runner):
    def old(tx: Tx) -> None:
        tx.insert(jobs, id="old", name="runner_ping", due_at=tx.now, data={"colour": "red"})

    await do(desk, old)
    await runner.run_due()
    (row,) = await waiting(desk)
    assert "TypeError" in row.error


async def test_a_handler_may_leave_further_jobs_which_run_too(desk, doer):
    async def chain(desk: Desk, job: Any) -> None:
        await do(desk, lambda tx: tx.defer(RunnerPing(note=f"after {job.note}")))

    runner = Runner(desk, {RunnerPong: chain, RunnerPing: doer})
    await do(desk, lambda tx: tx.defer(RunnerPong(note="first")))
    assert await runner.run_due() == 2
    assert doer.done == ["after first"]
