"""bench/kernel.py: durable use cases a second, and how long one waits, for the kernel alone.

    python -m bench.kernel [--url postgresql+asyncpg://…] [--seconds 5] [--clients 64]

The use case is an inbound message as the intake stores it, in five statements, with two events
and a job. Three figures: many clients with a transaction each; many clients whose messages are
handed over as lists, as the intake does; and one client alone. Beside them the bare flush, because
a figure means nothing without its disk. The last line is one JSON object.
"""

import argparse
import asyncio
import logging
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import sqlalchemy as sa
import uvloop

from desk.kernel import migrate
from desk.kernel.clock import SystemClock
from desk.kernel.database import Database, connect
from desk.kernel.events import InteractionArrived, MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.log import configure
from desk.kernel.transaction import Actor, Tx
from desk.tables import addresses, arrivals, customers, interactions, messages, queues

ACTOR = Actor.system("bench")
WHO = sa.select(addresses.c.customer_id).where(
    addresses.c.kind == "email", addresses.c.value == sa.bindparam("address")
)
PLACE = sa.update(arrivals).where(arrivals.c.channel == "bench", arrivals.c.external_id == sa.bindparam("external"))
CUSTOMERS = 200


@dataclass(frozen=True, kw_only=True)
class Understand(Job):
    """Waits for tomorrow: nobody runs it here."""

    message_id: str


def seed(tx: Tx) -> None:
    """A queue and people who write."""
    tx.insert_if_new(queues, key="general", name="General", skills={})
    for number in range(CUSTOMERS):
        id = f"customer-{number}"
        if tx.insert_if_new(customers, id=id, name=f"Customer {number}", created_at=tx.now):
            value = f"{number}@example.test"
            tx.insert(addresses, id=tx.new_id(), customer_id=id, kind="email", value=value, created_at=tx.now)


def receive_one(tx: Tx, number: int) -> str:
    """Five statements: is it new, who is it, the conversation, the message, where it is."""
    external, message_id, interaction_id = f"{os.getpid()}-{number}", tx.new_id(), tx.new_id()
    tx.insert_if_new(arrivals, channel="bench", external_id=external, message_id=message_id, interaction_id="")
    (row,) = tx.all(WHO, address=f"{number % CUSTOMERS}@example.test")
    customer_id = row.customer_id
    values: dict[str, Any] = {"id": interaction_id, "channel": "email", "state": "queued", "queue": "general"}
    tx.insert(interactions, **values, customer_id=customer_id, arrived_at=tx.now, subject="A question", preview="Hello")
    said = {"author_kind": "customer", "author_id": customer_id, "text": "Hello, where is my parcel? " * 8}
    tx.insert(messages, id=message_id, interaction_id=interaction_id, sent_at=tx.now, **said)
    tx.execute(PLACE, {"external": external, "interaction_id": interaction_id})
    tx.emit(InteractionArrived(id=interaction_id, channel="email", customer_id=customer_id))
    tx.emit(MessageAdded(id=message_id, interaction_id=interaction_id, author_kind="customer"))
    tx.defer(Understand(message_id=message_id))
    return message_id


def receive_list(tx: Tx, numbers: Sequence[int]) -> list[str]:
    """The same for many."""
    return [receive_one(tx, number) for number in numbers]


class Door:
    """Hands what waits over as one list, as the intake does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[int, asyncio.Future[str]]] = []
        self._task: asyncio.Task[None] | None = None

    async def receive(self, number: int) -> str:
        """Returns when it is on disk."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((number, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:64], self._waiting[64:]
            numbers = [number for number, _ in batch]
            ids = await self._database.transact(ACTOR, partial(receive_list, numbers=numbers))
            for (_, future), id in zip(batch, ids, strict=True):
                future.set_result(id)


class Meter:
    """Runs clients for a while and counts."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = time.time_ns()

    async def run(self, receive: Any, clients: int) -> dict[str, float]:
        """How many a second, and the milliseconds of one."""
        took: list[float] = []
        until = time.perf_counter() + self._seconds

        async def client() -> None:
            while (began := time.perf_counter()) < until:
                self._next += 1
                await receive(self._next)
                took.append((time.perf_counter() - began) * 1000)

        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        wall = time.perf_counter() - began
        cuts = statistics.quantiles(took, n=100)
        return {
            "per_s": round(len(took) / wall),
            "p50_ms": round(cuts[49], 2),
            "p99_ms": round(cuts[98], 2),
            "cpu_us_each": round((time.process_time() - cpu) / len(took) * 1e6),
        }


def bare_per_s(folder: Path, seconds: float) -> int:
    """The same rows through the driver alone, in one thread, 32 messages a commit: what the kernel is compared with."""
    driver = sqlite3.connect(folder / "bench.sqlite3", isolation_level=None)
    driver.execute("PRAGMA synchronous = FULL")
    done, began, run = 0, time.perf_counter(), uuid4().hex
    while (took := time.perf_counter() - began) < seconds:
        driver.execute("BEGIN IMMEDIATE")
        for number in range(done, done + 32):
            for statement, values in _bare_rows(f"{run}-{number}"):
                driver.execute(statement, values).fetchall()
        driver.execute("COMMIT")
        done += 32
    driver.close()
    return round(done / took)


def _bare_rows(id: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    at, text = time.time_ns() // 1_000_000, "Hello, where is my parcel? " * 8
    yield "INSERT INTO arrivals (channel, external_id, message_id) VALUES (?, ?, ?)", ("bare", id, id)
    yield "SELECT customer_id FROM addresses WHERE kind = 'email' AND value = ?", ("1@example.test",)
    columns = "id, channel, state, queue, customer_id, arrived_at, subject, preview"
    values: tuple[Any, ...] = (id, "email", "queued", "general", "customer-1", at, "A question", "Hello")
    yield f"INSERT INTO interactions ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values  # noqa: S608 constants
    columns = "id, interaction_id, sent_at, author_kind, author_id, text"
    values = (id, id, at, "customer", "customer-1", text)
    yield f"INSERT INTO messages ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values  # noqa: S608 constants
    yield "UPDATE arrivals SET interaction_id = ? WHERE channel = ? AND external_id = ?", (id, "bare", id)
    for name in ("interaction.arrived", "message.added"):
        yield "INSERT INTO events (at, name, actor, subject, data) VALUES (?, ?, 'bare', ?, '{}')", (at, name, id)
    yield "INSERT INTO jobs (id, name, due_at, data) VALUES (?, 'understand', ?, '{}')", (id, at)


def spin_ns() -> float:
    """Nanoseconds of one addition in a loop: how fast this machine is just now."""
    began, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return round((time.process_time() - began) * 1000, 1)


def flush_ms(folder: Path) -> float:
    """The median of an 8 kB write and fdatasync here."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(200):
            began = time.perf_counter()
            file.write(b"x" * 8192)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 3)


async def measure(url: str, seconds: float, clients: int) -> dict[str, Any]:
    """All figures of one database."""
    database = connect(url, SystemClock())
    await database.start()
    await database.transact(ACTOR, seed)
    meter, door = Meter(seconds), Door(database)

    async def one(number: int) -> str:
        return await database.transact(ACTOR, lambda tx: receive_one(tx, number))

    await Meter(0.5).run(one, clients)
    figures = {
        "each": await meter.run(one, clients),
        "lists": await meter.run(door.receive, clients),
        "alone": await meter.run(one, 1),
    }
    await database.close()
    return figures


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.kernel", description="Durable use cases a second.")
    parser.add_argument("--url", default="", help="a database of its own; default: SQLite in a temporary folder")
    parser.add_argument("--folder", type=Path, default=None, help="where the SQLite database goes")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args(arguments)
    configure(level=logging.ERROR)  # a list of 64 is slower than one use case may be
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        url = options.url or f"sqlite:///{folder}/bench.sqlite3"
        migrate.upgrade(url)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures = runner.run(measure(url, options.seconds, options.clients))
        if not options.url:
            figures["bare_per_s"] = bare_per_s(Path(folder), options.seconds)
        figures |= {"database": url.partition(":")[0], "clients": options.clients}
        figures |= {"flush_ms": flush_ms(Path(folder)), "spin_ns": spin_ns(), "load": round(os.getloadavg()[0], 1)}
    for name in ("each", "lists", "alone"):
        print(f"{name:6}", "  ".join(f"{key} {value:>8}" for key, value in figures[name].items()))
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
