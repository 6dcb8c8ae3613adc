"""desk/kernel/bell.py: one process tells the others that there is something to look at.

`NOTIFY` on PostgreSQL, without payload and outside of every transaction (inside, commits would
queue for it); several commits while one is under way are one. Nothing depends on it: whoever does
not hear looks each second anyway.
"""

import asyncio
from collections.abc import Callable, Iterable

import asyncpg
from sqlalchemy.engine import make_url

from desk.kernel.desk import Desk
from desk.kernel.log import log
from desk.kernel.relay import Relay

#: After the line to the server broke.
PAUSE_S = 1.0
LIMIT_S = 10.0


def is_needed(desk: Desk) -> bool:
    """Whether several processes may serve this installation."""
    settings = desk.settings
    return settings.database_url.startswith("postgresql") and (settings.role != "all" or bool(settings.redis_url))


class Bell:
    """Rings after our commits and stamps, and wakes our relay and jobs when another process rings."""

    def __init__(self, desk: Desk, relay: Relay) -> None:
        self._desk = desk
        self._relay = relay
        self._url = make_url(desk.settings.database_url).set(drivername="postgresql")
        self._rung: set[str] = set()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Rings and listens until cancelled."""
        self._desk.on_events.append(self._ring_events)
        self._desk.on_jobs.append(self._ring_jobs)
        self._relay.on_stamp.append(self._ring_events)
        try:
            while True:
                try:
                    await self._serve()
                except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    log.warning("bell_broke", error=type(error).__name__)
                await asyncio.sleep(PAUSE_S)
        finally:
            self._desk.on_events.remove(self._ring_events)
            self._desk.on_jobs.remove(self._ring_jobs)
            self._relay.on_stamp.remove(self._ring_events)

    async def _serve(self) -> None:
        dsn = self._url.render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, timeout=LIMIT_S, command_timeout=LIMIT_S)
        try:
            connection.add_termination_listener(lambda _connection: self._wake.set())
            for channel, heard in (("careline_events", self._events), ("careline_jobs", self._jobs)):
                await connection.add_listener(channel, heard)
            self._events(connection)  # what was rung while nobody listened
            self._jobs(connection)
            while not connection.is_closed():
                await self._wake.wait()
                self._wake.clear()
                rung, self._rung = self._rung, set()
                for channel in sorted(rung):
                    await connection.execute(f"NOTIFY {channel}")
        finally:
            connection.terminate()

    def _ring_events(self) -> None:
        self._rung.add("careline_events")
        self._wake.set()

    def _ring_jobs(self) -> None:
        self._rung.add("careline_jobs")
        self._wake.set()

    def _events(self, connection: object, pid: int = 0, *_: object) -> None:
        if pid != _pid(connection):
            _wake(self._desk.on_events, but=self._ring_events)

    def _jobs(self, connection: object, pid: int = 0, *_: object) -> None:
        if pid != _pid(connection):
            _wake(self._desk.on_jobs, but=self._ring_jobs)


def _pid(connection: object) -> int:
    return int(connection.get_server_pid()) if isinstance(connection, asyncpg.Connection) else 0


def _wake(wakes: Iterable[Callable[[], None]], *, but: Callable[[], None]) -> None:
    """An echo of what we heard would ring for ever."""
    for wake in wakes:
        if wake != but:
            wake()
