"""A bare desk on each database: no organization, no people, only the kernel's own tables and a few others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Tx
from desk.tables import numbers

TEST = Actor.system("test")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    """A desk on a fresh database, with a clock that stands."""
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


@asynccontextmanager
async def a_desk(url: str, folder: Path, clock: ManualClock) -> AsyncIterator[Desk]:
    """A desk that is closed afterwards."""
    desk = Desk(Settings(database_url=url, data_dir=folder, secret_key="a secret of the tests"), clock=clock)
    await desk.start()
    try:
        yield desk
    finally:
        await desk.close()


@asynccontextmanager
async def running(*works: Any) -> AsyncIterator[None]:
    """Runs lease, relay and the like beside the test, and ends them."""
    tasks = [asyncio.create_task(work.run()) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


async def until(true: Callable[[], Any], within: float = 60) -> None:
    """Waits until `true()` is."""
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.005)


async def do(desk: Desk, work: Callable[[Tx], Any]) -> Any:
    """Runs `work` in a transaction."""
    return await desk.transact(TEST, work)


def deferring(job: Job, *, after: timedelta = timedelta(), key: str | None = None) -> Callable[[Tx], None]:
    """Leaves `job` behind, due `after` now."""
    return lambda tx: tx.defer(job, at=tx.now + after, key=key)


def counting(series: str) -> Callable[[Tx], None]:
    """Adds a number that counts from nought."""
    return lambda tx: tx.insert(numbers, series=series, last=0)
