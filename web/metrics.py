"""web/metrics.py: what `/metrics` counts. One registry an application, so that two in one process agree."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

#: Seconds between two looks at how late the loop is.
LOOK_S = 0.5
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """Counters and gauges of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "careline_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "careline_request_seconds", "Time to answer", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        #: Looking a counter up by its labels costs more than counting.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.failures = Counter("careline_unforeseen_errors", "Errors nobody foresaw", registry=self.registry)
        self.loop_lag = Gauge("careline_loop_lag_seconds", "How late the event loop is", registry=self.registry)
        self.relay_lag = Gauge("careline_relay_lag_events", "Events not yet handed on", registry=self.registry)
        self.jobs_waiting = Gauge("careline_jobs_waiting", "Jobs that are due", registry=self.registry)
        self.jobs_failed = Gauge("careline_jobs_failed", "Jobs put aside for a person", registry=self.registry)
        self.lease_held = Gauge("careline_lease_held", "1 in the process that routes", registry=self.registry)
        self.waiting = Gauge("careline_queue_waiting", "Contacts and work waiting", ("queue",), registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request. `route` is a pattern of ours, never what somebody typed."""
        key = (method, route, status)
        if key not in self._known:
            self._known[key] = self._requests.labels(method, route, str(status)), self._seconds.labels(route)
        count, duration = self._known[key]
        count.inc()
        if status != 101:  # a socket: that lasts as long as somebody looks
            duration.observe(seconds)

    async def watch_loop(self) -> None:
        """Measures how late the loop wakes up, until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self.loop_lag.set(max(0.0, loop.time() - due))


METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)


async def loop_watch(app: web.Application) -> AsyncIterator[None]:
    """Owns the task that watches the loop."""
    task = asyncio.create_task(app[METRICS].watch_loop())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
