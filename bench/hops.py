"""bench/hops.py: how long a lone event takes from the caller to whoever listens, and a job to whoever does it.

    python -m bench.hops [--url postgresql+asyncpg://…] [--times 300]

Milliseconds from the call of `transact`: until it returned (the commit is on disk), until a feed of
the relay was handed the event, until the job's handler began. The last line is one JSON object.
"""

import argparse
import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import uvloop

from desk.kernel import migrate
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.events import Logged, MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.log import configure
from desk.kernel.relay import Relay
from desk.kernel.runner import Runner
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Tx

ACTOR = Actor(kind="user", id="bench")


@dataclass(frozen=True, kw_only=True)
class Hop(Job):
    """To be done at once."""


def happen(tx: Tx) -> None:
    """Something happens, and something must be done."""
    tx.emit(MessageAdded(id=tx.new_id(), interaction_id="bench", author_kind="customer"))
    tx.defer(Hop())


class Watch:
    """When the event was heard and the job begun."""

    def __init__(self) -> None:
        self.heard, self.begun = asyncio.Event(), asyncio.Event()
        self.times: dict[str, list[float]] = {"commit": [], "listener": [], "job": []}
        self._began = 0.0

    def note(self, what: str) -> None:
        """Notes that `what` has happened."""
        self.times[what].append((time.perf_counter() - self._began) * 1000)

    async def feed(self, _batch: Sequence[Logged]) -> None:
        """A feed of the relay."""
        self.note("listener")
        self.heard.set()

    async def do(self, _desk: Desk, _job: Job) -> None:
        """A handler."""
        self.note("job")
        self.begun.set()

    async def held(self, lease: Lease) -> None:
        """Waits until the process may stamp."""
        holds = asyncio.Event()
        lease.on_change.append(holds.set)
        await holds.wait()

    async def once(self, desk: Desk) -> None:
        """One event, one job."""
        self.heard.clear()
        self.begun.clear()
        self._began = time.perf_counter()
        await desk.transact(ACTOR, happen)
        self.note("commit")
        await self.heard.wait()
        await self.begun.wait()
        await asyncio.sleep(0.01)


async def measure(settings: Settings, times: int) -> dict[str, dict[str, float]]:
    """Milliseconds, one at a time."""
    desk, watch = Desk(settings), Watch()
    await desk.start()
    lease = Lease(desk)
    relay = Relay(desk, lease)
    relay.add("bench", watch.feed)
    tasks = [asyncio.create_task(work.run()) for work in (lease, relay, Runner(desk, {Hop: watch.do}))]
    await watch.held(lease)
    for _ in range(times + 20):
        await watch.once(desk)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await desk.close()
    figures = {}
    for what, took in watch.times.items():
        cuts = statistics.quantiles(took[20:], n=100)
        figures[what] = {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2), "p99_ms": round(cuts[98], 2)}
    return figures


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.hops", description="From commit to listener and job.")
    parser.add_argument("--url", default="", help="a database of its own; default: SQLite in a temporary folder")
    parser.add_argument("--times", type=int, default=300)
    options = parser.parse_args(arguments)
    configure(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/bench.sqlite3"
        migrate.upgrade(url)
        settings = Settings(database_url=url, data_dir=Path(folder), secret_key="bench")  # noqa: S106 opens nothing
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures = runner.run(measure(settings, options.times))
    for what, took in figures.items():
        print(f"{what:10}", "  ".join(f"{key} {value:>7}" for key, value in took.items()))
    print(orjson.dumps({**figures, "database": url.partition(":")[0], "load": round(os.getloadavg()[0], 1)}).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
