"""bench/failover.py: how long nobody is offered anything when the process that routes dies, or hangs.

    python -m bench.failover --url postgresql+asyncpg://…/a_database_for_this [--rounds 3] [--rate 5]

A web process and two that route are processes of their own (`careline serve --role …`). Texts come in all
the time and agents answer each at once. Then whichever process routes is killed (`kill -9`), or stopped
(`SIGSTOP`) and continued when another routes. `lost_ms` is from that signal to the next offer that anybody
makes. In the end everybody is answered, and the log is read: no item and no agent had two live offers at
any time. The last line is one JSON object.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Literal

import aiohttp
import orjson
import sqlalchemy as sa
import uvloop

from bench.nodes import LIMIT_S, Nodes, open_nodes
from desk.kernel import migrate
from desk.kernel.clock import SystemClock
from desk.kernel.desk import Desk
from desk.kernel.event_log import read
from desk.kernel.events import Event, OfferEnded, OfferMade
from desk.kernel.log import configure
from desk.kernel.transaction import Rx
from desk.tables import events, offers, to_ms
from web.bench.customers import Customers
from web.bench.house import ACTOR, House, Stored, desk_of, furnish, names, stored
from web.bench.ledger import Ledger
from web.bench.outside import outside
from web.bench.staff import Agent, sign_in_all

Fault = Literal["killed", "hung"]

AGENTS = 6
#: Seconds of traffic before the fault, and after the first offer that follows it.
BEFORE_S, AFTER_S = 2.0, 2.0


@dataclass(kw_only=True)
class Outcome:
    """What came of one fault."""

    fault: Fault
    lost_ms: int
    sent: int
    forgotten: list[str]  # contacts that were taken and never answered
    doubled: list[str]  # contacts that are there twice, or were taken twice
    overlaps: list[str]  # items or agents with two live offers
    refusals: list[str]


async def trial(
    fault: Fault, folder: Path, urls: Mapping[str, str], *, rate: float = 5.0, seed: int = 1, run: str = ""
) -> Outcome:
    """One fault under load. The databases of `urls` are one, perhaps by different users.

    Raises:
        ServerFailed: a process did not start.
        TimeoutError: nobody took over.
    """
    rng = Random(seed)
    run = run or f"{rng.getrandbits(24):06x}"
    ledger = Ledger(run=run)
    async with AsyncExitStack() as stack:
        out = await stack.enter_async_context(outside(ledger.answered))
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        desk = await stack.enter_async_context(desk_of(folder, urls["web"]))
        empty = House(run=run, queues=names(run, 2))
        house = await furnish(desk, empty, agent_count=AGENTS, supervisor_count=0, rng=rng)
        nodes = await stack.enter_async_context(open_nodes(folder, urls, out.settings, http))
        agents = [Agent(ledger) for _ in house.agents]
        await sign_in_all(http, nodes.web.url, [*zip(agents, house.agents, strict=True)])
        customers = Customers(server=nodes.web, house=house, ledger=ledger, http=http, rng=rng)
        lost_ms = await _under_load(fault, desk, nodes, customers, rate)
        await _drain(ledger)
        await asyncio.gather(*(agent.leave() for agent in agents))
        found = await desk.read(ACTOR, stored, list(ledger.contacts), run)
        return _outcome(fault, lost_ms, ledger, found, await desk.read(ACTOR, overlaps))


async def _under_load(fault: Fault, desk: Desk, nodes: Nodes, customers: Customers, rate: float) -> int:
    """Lets texts come in, takes the router away, and says how many milliseconds nobody was offered anything."""
    ledger, over = customers.ledger, asyncio.Event()

    async def traffic() -> None:
        async with asyncio.TaskGroup() as tasks:
            while not over.is_set():
                contact = ledger.begin("sms", counted=True)
                queue = customers.rng.choice(customers.house.queues)
                tasks.create_task(customers.get_in_touch(contact, queue, ledger.clock(), over))
                await asyncio.sleep(customers.rng.expovariate(rate))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(traffic())
        try:
            await _until(lambda: ledger.done > 0)
            await asyncio.sleep(BEFORE_S)
            name = await nodes.holder()
            victim = nodes.routers[name].process
            at = SystemClock().now()
            victim.send_signal(signal.SIGKILL if fault == "killed" else signal.SIGSTOP)
            made_at = await _first_offer_after(desk, at)
            if fault == "hung":
                await nodes.holder(but=name)
                victim.send_signal(signal.SIGCONT)
            await asyncio.sleep(AFTER_S)
        finally:
            over.set()
    return to_ms(made_at) - to_ms(at)


async def _first_offer_after(desk: Desk, at: datetime) -> datetime:
    first = sa.select(sa.func.min(offers.c.made_at).label("at")).where(offers.c.made_at > at)
    async with asyncio.timeout(LIMIT_S):
        while True:
            (row,) = await desk.read(ACTOR, lambda rx: rx.all(first))
            if row.at is not None:
                made_at: datetime = row.at
                return made_at
            await asyncio.sleep(0.05)


async def _drain(ledger: Ledger) -> None:
    """Waits until everybody is answered; not for ever, if somebody is forgotten."""
    with suppress(TimeoutError):
        await _until(lambda: ledger.done >= ledger.sent)
    await asyncio.sleep(1.0)  # an answer that comes twice is seen


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():  # noqa: ASYNC110  # what other processes do sets no event of ours
            await asyncio.sleep(0.05)


def overlaps(rx: Rx) -> list[str]:
    """Items and agents that had two live offers at once, as the log tells it."""
    rows = rx.all(sa.select(events).where(events.c.position.is_not(None)).order_by(events.c.position))
    return two_live(logged.event for logged in read(rows))


def two_live(log: Iterable[Event]) -> list[str]:
    """Items and agents to whom an offer was made while another was live."""
    live: dict[str, OfferMade] = {}
    found = []
    for event in log:
        if isinstance(event, OfferMade):
            for other in live.values():
                if other.work_item_id == event.work_item_id:
                    found.append(f"item {event.work_item_id}")
                if other.agent_id == event.agent_id:
                    found.append(f"agent {event.agent_id}")
            live[event.id] = event
        elif isinstance(event, OfferEnded):
            live.pop(event.id, None)
    return found


def _outcome(fault: Fault, lost_ms: int, ledger: Ledger, found: dict[str, Stored], both: list[str]) -> Outcome:
    taken = [contact for contact in ledger.contacts.values() if contact.taken]
    return Outcome(
        fault=fault,
        lost_ms=lost_ms,
        sent=len(taken),
        forgotten=[contact.token for contact in taken if not contact.answers],
        doubled=[c.token for c in taken if c.answers > 1 or c.accepted > 1 or not found[c.token].once],
        overlaps=both,
        refusals=ledger.refusals,
    )


async def measure(url: str, rounds: int, rate: float) -> list[Outcome]:
    """Both faults, `rounds` times each."""
    outcomes = []
    for number in range(2 * rounds):
        fault: Fault = "hung" if number % 2 else "killed"
        with tempfile.TemporaryDirectory() as folder:
            urls = dict.fromkeys(("web", "router-1", "router-2"), url)
            outcome = await trial(fault, Path(folder), urls, rate=rate, run=f"{os.getpid() % 0xFFFF:04x}{number:02x}")
        print(f"{fault:8} {outcome.lost_ms / 1000:6.2f} s without an offer, {outcome.sent} contacts, all answered")
        outcomes.append(outcome)
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 if somebody was forgotten or anything was offered twice."""
    parser = argparse.ArgumentParser(prog="bench.failover", description="When the process that routes dies or hangs.")
    parser.add_argument("--url", required=True, help="a PostgreSQL database of its own")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=5.0, help="texts a second")
    options = parser.parse_args(arguments)
    configure(level=logging.ERROR)
    migrate.upgrade(options.url)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcomes = runner.run(measure(options.url, options.rounds, options.rate))
    figures: dict[str, Any] = {fault: sorted(o.lost_ms for o in outcomes if o.fault == fault) for fault in _FAULTS}
    wrong = [words for o in outcomes for words in (*o.forgotten, *o.doubled, *o.overlaps, *o.refusals)]
    print(orjson.dumps({"lost_ms": figures, "wrong": wrong, "load": round(os.getloadavg()[0], 1)}).decode())
    return 1 if wrong else 0


_FAULTS: tuple[Fault, ...] = ("killed", "hung")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
