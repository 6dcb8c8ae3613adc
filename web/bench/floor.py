"""web/bench/floor.py: a floor at work: so many consoles, so many contacts a second, everybody answered at once.

    arrivals (Poisson) ─▶ chat · text · mail doors ─▶ offer on a console ─▶ accepted, answered, wrapped up
                                                                              └▶ the customer's screen, phone, mailbox

Every contact has a token in its words. At the end the ledger of what was seen from outside is held
against the tables: each contact is one interaction, accepted once, answered once.
"""

import asyncio
import resource
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp

from web.bench.customers import BEFORE_S, MIX, Customers
from web.bench.house import ACTOR, House, Stored, desk_of, furnish, names, stored
from web.bench.ledger import Ledger, Result, database_kind, percentiles
from web.bench.outside import Outside, outside
from web.bench.server import Server, serving
from web.bench.staff import Agent, Supervisor, sign_in_all
from web.start_up import ready_database

#: Nothing finished for so long: what is not finished is stuck.
QUIET_S = 10.0
MOST_DRAIN_S = 120.0
_LAG_EVERY_S = 0.05


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure."""

    agents: int
    supervisors: int
    rate: float
    seconds: float
    warm_up_s: float
    queues: int
    seed: int
    database_url: str


async def measure(plan: Plan, folder: Path, say: Callable[[str], None]) -> Result:
    """Runs the plan; `say` tells how it goes. `lost` or `duplicated` above zero is a defect.

    Raises:
        ServerFailed, InUse, SettingsError
    """
    rng = Random(plan.seed)
    run = f"{time.monotonic_ns() & 0xFFFFFF:06x}"
    ledger = Ledger(run=run)
    async with AsyncExitStack() as stack:
        out = await stack.enter_async_context(outside(ledger.answered))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        say(f"Making the house: {plan.agents} agents, {plan.supervisors} supervisors, {plan.queues} queues")
        house = await _house(plan, folder, run, rng)
        server = await stack.enter_async_context(serving(folder, _settings(plan, out), http))
        floor = _Floor(plan=plan, house=house, server=server, ledger=ledger, http=http, rng=rng, say=say)
        result = await floor.run()
    async with desk_of(folder, plan.database_url) as desk:
        found = await desk.read(ACTOR, stored, list(ledger.contacts), run)
    return _sums(ledger, found) | result


async def _house(plan: Plan, folder: Path, run: str, rng: Random) -> House:
    async with desk_of(folder, plan.database_url) as desk:
        await asyncio.to_thread(ready_database, desk.settings)
        house = House(run=run, queues=names(run, plan.queues))
        return await furnish(desk, house, agent_count=plan.agents, supervisor_count=plan.supervisors, rng=rng)


def _settings(plan: Plan, out: Outside) -> dict[str, str]:
    return out.settings | {"CARELINE_DATABASE_URL": plan.database_url}


@dataclass(kw_only=True)
class _Floor:
    """One run on a server that is ready."""

    plan: Plan
    house: House
    server: Server
    ledger: Ledger
    http: aiohttp.ClientSession
    rng: Random
    say: Callable[[str], None]

    async def run(self) -> Result:
        agents = [Agent(self.ledger) for _ in self.house.agents]
        supervisors = [Supervisor() for _ in self.house.supervisors]
        began = time.monotonic()
        everybody: list[tuple[Agent | Supervisor, str]] = [*zip(agents, self.house.agents, strict=True)]
        everybody += zip(supervisors, self.house.supervisors, strict=True)
        lag: list[float] = []
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(_watch(lag))
            try:
                await sign_in_all(self.http, self.server.url, everybody)
                self.say(f"Everybody is here after {time.monotonic() - began:.1f} s")
                await asyncio.sleep(1.0)
                lag.clear()
                figures = await self._load()
                here = sum(agent.here for agent in agents)
            finally:
                watch.cancel()
                await asyncio.gather(*(one.leave() for one, _ in everybody))
        return figures | {"consoles": here, "generator_lag_ms": percentiles(lag)}

    async def _load(self) -> Result:
        plan, ledger = self.plan, self.ledger
        customers = Customers(server=self.server, house=self.house, ledger=ledger, http=self.http, rng=self.rng)
        give_up = asyncio.Event()
        start = ledger.clock() + BEFORE_S
        until = start + plan.warm_up_s + plan.seconds
        cpu, own = 0.0, 0.0
        at, next_word = start, start + 5
        async with asyncio.TaskGroup() as tasks:
            while (at := at + self.rng.expovariate(plan.rate)) < until:
                counted = at >= start + plan.warm_up_s
                await asyncio.sleep(max(0.0, at - BEFORE_S - ledger.clock()))
                if counted and not cpu:
                    cpu, own = self.server.cpu_s(), _own_cpu_s()
                contact = ledger.begin(self.rng.choice(MIX), counted=counted)
                tasks.create_task(customers.get_in_touch(contact, self.rng.choice(self.house.queues), at, give_up))
                if at > next_word:
                    next_word += 5
                    self.say(f"{at - start:5.0f} s  {ledger.sent} sent, {ledger.done} answered")
            await asyncio.sleep(max(0.0, until - ledger.clock()))
            used = {
                "cpu_s": round(self.server.cpu_s() - cpu, 2),
                "generator_cpu_s": round(_own_cpu_s() - own, 2),
                "seconds": plan.seconds,
            }
            await self._drain()
            give_up.set()
        offered = ledger.arrival_to_offer()
        return {
            "arrival_to_offer_ms": percentiles(offered),
            "offer_ms": {name: percentiles(ledger.arrival_to_offer(name)) for name in ("chat", "sms", "email")},
            "message_ms": percentiles(ledger.answer_took({"chat"})),
            "reply_ms": {name: percentiles(ledger.answer_took({name})) for name in ("sms", "email")},
            **used,
            "peak_mb": self.server.peak_mb(),
            "database": database_kind(plan.database_url),
            "refused": len(ledger.refusals),
            "refusals": ledger.refusals[:5],
        }

    async def _drain(self) -> None:
        """Waits until everybody is answered, or nobody has been for a while."""
        ledger = self.ledger
        began = last = ledger.clock()
        done = ledger.done
        while ledger.done < len(ledger.contacts):
            await asyncio.sleep(0.1)
            now = ledger.clock()
            if ledger.done > done:
                done, last = ledger.done, now
            if now - last > QUIET_S or now - began > MOST_DRAIN_S or not self.server.alive:
                break
        await asyncio.sleep(1.0)  # an answer that comes twice is seen


def _sums(ledger: Ledger, found: dict[str, Stored]) -> Result:
    """The ledger against the tables."""
    taken = [contact for contact in ledger.contacts.values() if contact.taken]
    answered = [contact for contact in taken if contact.answers]
    waiting = [c for c in taken if not c.answers and not c.accepted and found[c.token].messages]
    doubled = [
        c
        for c in ledger.contacts.values()
        if c.answers > 1 or c.accepted > 1 or (found[c.token].messages and not found[c.token].once)
    ]
    return {
        "sent": len(taken),
        "queued": sum(bool(found[contact.token].interactions) for contact in taken),
        "answered": len(answered),
        "unfinished": len(waiting),
        "lost": len(taken) - len(answered) - len(waiting),
        "duplicated": len(doubled),
    }


async def _watch(lag: list[float]) -> None:
    """How late this process's own clockwork is: what it measures cannot be finer than that."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_LAG_EVERY_S)
        lag.append(max(0.0, time.perf_counter() - before - _LAG_EVERY_S))


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
