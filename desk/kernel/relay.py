"""desk/kernel/relay.py: the log, handed in order to whoever listens.

    commit ──▶ event log ──▶ relay ──▶ router · screens · metrics · webhooks …

The relay keeps the newest events in memory; each feed walks them at its own pace, one that is
far behind reads the database, and none waits for another. A feed is handed nothing out of order
and misses nothing; after a failure it may be handed the same again.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.event_log import BATCH, cursor, head, log_since, move_cursor, read, stamp
from desk.kernel.events import Logged
from desk.kernel.log import log, where
from desk.kernel.transaction import Actor

Feed = Callable[[Sequence[Logged]], Awaitable[None]]

ACTOR = Actor.system("relay")

#: Newest events kept in memory; a feed further behind reads the database.
RECENT = 2_000
#: Other processes and the command line write too: look at least this often.
POLL_S = 1.0
#: A feed that failed is tried again after 0.1 s, doubling to this.
PATIENCE_S = 5.0
#: A feed that lives in memory skips an event that it failed to take so often; a durable one never does.
TRIES = 5


async def events_since(desk: Desk, position: int, limit: int = BATCH) -> list[Logged]:
    """At most `limit` events after `position`, in order."""
    return (await desk.read(ACTOR, log_since, position, limit))[1]


@dataclass(kw_only=True, eq=False)
class _Reader:
    """A feed and how far it has come; None until that is known."""

    name: str
    feed: Feed
    durable: bool
    position: int | None
    more: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0
    careful_until: int = 0  # after a failure one event at a time, up to here
    task: asyncio.Task[None] | None = None


class Relay:
    """Reads the log and hands it to its feeds; stamps it where that is for the lease's holder to do."""

    def __init__(self, desk: Desk, lease: Lease) -> None:
        self._desk = desk
        self._lease = lease
        self._stamps = not desk.settings.database_url.startswith("sqlite")
        self._wake = asyncio.Event()
        self._readers: dict[str, _Reader] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._recent: list[Logged] = []  # all known events after `_since` and up to `position`
        self._since = 0
        self._read_at: int | None = None  # the lease's epoch in which we have read all and alone stamp
        #: The last position that the relay has read.
        self.position = 0
        #: Called after it stamped: other processes have something to read.
        self.on_stamp: list[Callable[[], None]] = []

    def add(self, name: str, feed: Feed, *, durable: bool = False, since: int | None = None) -> None:
        """Makes `feed` hear every event, in order, at most 500 at once.

        It begins after `since`; left out, at the head. A durable feed begins where its row in
        `cursors` says, the first time at the beginning of the log, and is fed only while this
        process holds the lease. May be called while the relay runs; replaces a feed of that name.
        """
        self.remove(name)
        position = None if durable else since
        reader = self._readers[name] = _Reader(name=name, feed=feed, durable=durable, position=position)
        if self._tasks is not None:
            self._begin(reader)

    def remove(self, name: str) -> None:
        """Lets the feed `name` hear no more."""
        reader = self._readers.pop(name, None)
        if reader is not None and reader.task is not None and reader.task is not asyncio.current_task():
            reader.task.cancel()

    @property
    def positions(self) -> dict[str, int]:
        """How far each feed has come."""
        return {name: reader.position or 0 for name, reader in self._readers.items()}

    def wake(self) -> None:
        """Something has been committed: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Reads and feeds until cancelled."""
        self._desk.on_events.append(self.wake)
        self._lease.on_change.append(self._lease_changed)
        try:
            await self._find_head()
            async with asyncio.TaskGroup() as self._tasks:
                for reader in list(self._readers.values()):
                    self._begin(reader)
                await self._tail()
        finally:
            self._tasks = None
            self._desk.on_events.remove(self.wake)
            self._lease.on_change.remove(self._lease_changed)

    # Reading the log

    async def _find_head(self) -> None:
        while True:
            try:
                self.position = self._since = await self._desk.read(ACTOR, head)
                return
            except CarelineError:
                await asyncio.sleep(POLL_S)

    async def _tail(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await self._advance():
                    pass
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            except Exception as error:  # noqa: BLE001 the relay outlives any outage
                log.error("relay_failed", error=type(error).__name__, where=where(error))
                await asyncio.sleep(POLL_S)

    async def _advance(self) -> bool:
        """Stamps or reads a batch; whether there may be more."""
        if not (self._stamps and self._lease.held):
            return await self._read()
        epoch = self._lease.epoch
        if self._read_at != epoch:  # what others stamped, and we after an outage, is read once
            while await self._read():
                pass
        self._read_at = None
        rows = await self._desk.transact(ACTOR, stamp, self._lease.name, epoch)
        self._read_at = epoch
        if not rows:
            return False
        for stamped in self.on_stamp:
            stamped()
        if rows[0].position != self.position + 1:
            return await self._read()
        self._take(rows[-1].position, read(rows))
        return len(rows) == BATCH

    async def _read(self) -> bool:
        before = self.position
        upto, known = await self._desk.read(ACTOR, log_since, before, BATCH)
        if upto != before:
            self._take(upto, known)
        return upto - before >= BATCH

    def _take(self, upto: int, known: list[Logged]) -> None:
        self._recent.extend(known)
        self.position = upto
        if len(self._recent) > 2 * RECENT:
            self._since = self._recent[-RECENT - 1].position
            del self._recent[:-RECENT]
        self._rouse()

    def _rouse(self) -> None:
        for reader in self._readers.values():
            reader.more.set()

    def _lease_changed(self) -> None:
        self.wake()
        self._rouse()

    # Feeding

    def _begin(self, reader: _Reader) -> None:
        assert self._tasks is not None
        if reader.position is None and not reader.durable:
            reader.position = self.position
        reader.task = self._tasks.create_task(self._feed(reader), name=f"feed {reader.name}")

    async def _feed(self, reader: _Reader) -> None:
        while self._readers.get(reader.name) is reader:
            reader.more.clear()
            try:
                while await self._feed_batch(reader):
                    pass
            except Exception as error:  # noqa: BLE001 a feed that fails stops no other
                reader.failures += 1
                reader.careful_until = self.position
                if reader.durable:
                    reader.position = None  # what its row says is true
                log.error(
                    "feed_failed",
                    feed=reader.name,
                    failures=reader.failures,
                    error=type(error).__name__,
                    where=where(error),
                )
                await asyncio.sleep(min(0.1 * 2 ** min(reader.failures - 1, 10), PATIENCE_S))
            else:
                await reader.more.wait()

    async def _feed_batch(self, reader: _Reader) -> bool:
        """Hands over what comes next; False when the feed has heard everything that it may hear now."""
        if reader.durable and not self._lease.held:
            reader.position = None
            return False
        epoch = self._lease.epoch
        if reader.position is None:
            reader.position = await self._desk.read(ACTOR, cursor, reader.name)
        if reader.position >= self.position or self._readers.get(reader.name) is not reader:
            return False
        alone = reader.position < reader.careful_until
        upto, batch = await self._next(reader.position, 1 if alone else BATCH)
        if batch:
            await self._hand_over(reader, batch, alone=alone)
        if reader.durable:
            await self._desk.transact(ACTOR, move_cursor, reader.name, upto, lease=self._lease.name, epoch=epoch)
        reader.position = upto
        reader.failures = 0
        return True

    async def _hand_over(self, reader: _Reader, batch: Sequence[Logged], *, alone: bool) -> None:
        try:
            await reader.feed(batch)
        except Exception as error:
            if reader.durable or not alone or reader.failures < TRIES:
                raise
            log.error("event_skipped", feed=reader.name, position=batch[0].position, error=type(error).__name__)

    async def _next(self, position: int, limit: int) -> tuple[int, Sequence[Logged]]:
        """At most `limit` known events after `position`, and how far they go."""
        if position < self._since:
            return await self._desk.read(ACTOR, log_since, position, limit)
        first = bisect_right(self._recent, position, key=lambda logged: logged.position)
        batch = self._recent[first : first + limit]
        return (batch[-1].position if len(batch) == limit else self.position), batch
