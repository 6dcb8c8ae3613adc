"""web/pages/health.py: for machines that watch: alive, ready, and the figures.

`/healthz` says that the loop turns and nothing else, so that nobody restarts us because the database
is away. `/readyz` says whether requests can be served: a database at this version's tables, and a
process somewhere that routes, and well if it is this one. `/metrics` are Prometheus's.
"""

import asyncio
import time
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from desk.kernel import migrate
from desk.kernel.clock import Clock, SystemClock
from desk.kernel.cluster import STALE_S, Lease
from desk.kernel.database import REFUSED
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.relay import Relay
from desk.kernel.transaction import Actor, Rx
from desk.router import Router
from desk.tables import events, jobs, leases, work_items
from web.edge import answer
from web.metrics import METRICS, Metrics

routes = web.RouteTableDef()

LEASE: web.AppKey[Lease] = web.AppKey("lease", Lease)
RELAY: web.AppKey[Relay] = web.AppKey("relay", Relay)

#: A probe that waits longer has its answer.
LIMIT_S = 3.0
#: The figures of the database are asked for once in this time, however often a scraper comes.
FRESH_S = 1.0

_PROBE = Actor.system("probe")


@routes.get("/healthz")
async def alive(request: web.Request) -> web.StreamResponse:
    return answer({"status": "ok"})


@routes.get("/readyz")
async def ready(request: web.Request) -> web.StreamResponse:
    """200, or 503 with what is missing."""
    found = await request.app[WATCH].readiness()
    return answer({"status": "ok" if all(found.values()) else "not ready"} | found, 200 if all(found.values()) else 503)


@routes.get("/metrics")
async def figures(request: web.Request) -> web.StreamResponse:
    await request.app[WATCH].look()
    text = generate_latest(request.app[METRICS].registry)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def readiness(desk: Desk, wall: Clock) -> dict[str, bool]:
    """What must hold for requests to be served, and whether it does.

    A process that routes counts until others may take over. `wall` is the machine's clock.
    """
    try:
        async with asyncio.timeout(LIMIT_S):
            revision, lease = await desk.read(_PROBE, _state, wall.now())
    except (CarelineError, sa.exc.SQLAlchemyError, *REFUSED, TimeoutError):
        return {"database": False, "migrations": False, "router": False}
    return {"database": True, "migrations": revision == _head(), "router": lease}


@cache
def _head() -> str:
    return migrate.head()


def _state(rx: Rx, at: datetime) -> tuple[str | None, bool]:
    revision = rx.all(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version")))
    lease = rx.all(sa.select(leases).where(leases.c.name == "router"))
    # Leases are renewed by the machines' own clocks, which the desk's may leave behind.
    stale = at - timedelta(seconds=STALE_S)
    return (
        str(revision[0].version_num) if revision else None,
        bool(lease and lease[0].holder and lease[0].renewed_at > stale),
    )


class Watch:
    """Reads the figures that only the database knows."""

    def __init__(self, desk: Desk, metrics: Metrics, lease: Lease, relay: Relay, *, wall: Clock | None = None) -> None:
        self._desk = desk
        self._wall = wall or SystemClock()
        self._metrics = metrics
        self._lease = lease
        self._relay = relay
        self._looked = float("-inf")
        self._asked = float("-inf")
        self._asking = asyncio.Lock()
        self._ready: dict[str, bool] | None = None
        #: The router of this process, if it has one: one that fails again and again routes nothing.
        self.router: Router | None = None

    async def readiness(self) -> dict[str, bool]:
        """What `readiness` says, asked once a second however often probes come; a bad answer is asked again, once for
        all who come meanwhile.
        """
        came = time.monotonic()
        async with self._asking:
            known = self._ready is not None and all(self._ready.values()) and time.monotonic() - self._asked < FRESH_S
            if self._ready is None or not (known or self._asked >= came):
                self._asked = time.monotonic()
                self._ready = await readiness(self._desk, self._wall)
            is_well = self.router is None or self.router.is_well
            return self._ready | {"router": self._ready["router"] and is_well}

    async def look(self) -> None:
        """Brings the gauges up to date. Without a database they stay as they are."""
        if time.monotonic() - self._looked < FRESH_S:
            return
        self._looked = time.monotonic()
        metrics = self._metrics
        metrics.lease_held.set(self._lease.held)
        try:
            async with asyncio.timeout(LIMIT_S):
                found = await self._desk.read(_PROBE, _figures)
        except (CarelineError, TimeoutError):
            return
        # A feed at nought has not begun, or is fed by another process.
        slowest = min(filter(None, self._relay.positions.values()), default=self._relay.position)
        metrics.relay_lag.set(max(0, found["head"] - slowest) + found["unstamped"])
        metrics.jobs_waiting.set(found["due"])
        metrics.jobs_failed.set(found["failed"])
        metrics.waiting.clear()
        for queue, count in found["waiting"]:
            metrics.waiting.labels(queue).set(count)


WATCH: web.AppKey[Watch] = web.AppKey("watch", Watch)


def _figures(rx: Rx) -> dict[str, Any]:
    def count(statement: sa.Select[Any]) -> int:
        return int(rx.all(statement)[0][0] or 0)

    number = sa.select(sa.func.count())
    waiting = sa.select(work_items.c.queue, sa.func.count().label("n")).where(
        work_items.c.state.in_(("waiting", "offered"))
    )
    return {
        "head": count(sa.select(sa.func.max(events.c.position))),
        "unstamped": count(number.select_from(events).where(events.c.position.is_(None))),
        "due": count(number.select_from(jobs).where(jobs.c.failed_at.is_(None), jobs.c.due_at <= rx.now)),
        "failed": count(number.select_from(jobs).where(jobs.c.failed_at.is_not(None))),
        "waiting": [(row.queue, row.n) for row in rx.all(waiting.group_by(work_items.c.queue))],
    }
