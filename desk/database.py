"""desk/database.py: how use cases and queries reach a database. The only commits in the tree.

Two implementations of one small protocol. SQLite: one writer thread owns the one write
connection and commits whatever waited as one batch, each use case inside a savepoint; two reader
threads. PostgreSQL: one transaction a use case on asyncpg, re-run on deadlock and serialization
failure; reads on a pool of their own. `docs/decisions/` says why.
"""

import asyncio
import random
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from desk.clock import Clock
from desk.errors import Unavailable
from desk.log import log
from desk.tables import events as events_table
from desk.tables import jobs as jobs_table
from desk.transaction import Actor, Rx, Tx

T = TypeVar("T")
Work = Callable[[Any], Any]

#: Most use cases in one SQLite batch: the last of them waits for all.
BATCH = 32
#: A use case slower than this is logged: it held up everybody behind it.
SLOW_MS = 50
#: SQLSTATEs after which the same use case may well succeed: serialization failure and deadlock.
RERUN = frozenset({"40001", "40P01"})
TRIES = 5


class Database(Protocol):
    """Runs work in transactions and snapshots."""

    #: Called in the event loop after a commit: did it emit events, has it left jobs?
    on_commit: Callable[[bool, bool], None]

    async def transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        """Runs `work` in one transaction and commits."""

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        """Runs `work` on one read-only snapshot."""

    async def start(self) -> None:
        """Connects."""

    async def close(self) -> None:
        """Lets what waits finish, then disconnects."""


def connect(url: str, clock: Clock) -> Database:
    """The database behind `url`: `sqlite:///FILE` or `postgresql+asyncpg://…`."""
    return SqliteDatabase(url, clock) if url.startswith("sqlite") else PostgresDatabase(url, clock)


def to_json(value: Any) -> str:
    """JSON as the tables store it."""
    return orjson.dumps(value).decode()


def write_kernel_rows(connection: sa.Connection, done: Sequence[Tx], *, stamp: bool) -> None:
    """Writes the events and jobs that `done` left behind, stamping positions where one writer makes that right."""
    rows = [
        {
            "at": tx.now,
            "name": event.name,
            "actor": str(tx.actor),
            "subject": event.id,
            "data": event.data(),
            "position": None,
        }
        for tx in done
        for event in tx.events
    ]
    if rows:
        if stamp:
            last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(events_table.c.position), 0))).scalar_one()
            for offset, row in enumerate(rows, 1):
                row["position"] = last + offset
        connection.execute(sa.insert(events_table), rows)
    plain, keyed = [], []
    for tx in done:
        for item in tx.deferred:
            row = {"id": item.id, "name": item.job.name, "key": item.key, "due_at": item.due_at}
            row |= {"data": item.job.data(), "attempts": 0, "error": "", "claimed_until": None, "failed_at": None}
            (keyed if item.key else plain).append(row)
    if plain:
        connection.execute(sa.insert(jobs_table), plain)
    for row in keyed:
        insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        moved = {name: row[name] for name in ("name", "due_at", "data", "attempts", "error")}
        moved |= {"claimed_until": None, "failed_at": None}
        statement = insert(jobs_table).values(**row).on_conflict_do_update(index_elements=["key"], set_=moved)
        connection.execute(statement)


class _Call:
    """One use case that waits for the writer thread, and what became of it."""

    __slots__ = ("actor", "error", "future", "loop", "result", "tx", "work")

    def __init__(self, actor: Actor, work: Callable[[Tx], Any]) -> None:
        self.actor = actor
        self.work = work
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.tx: Tx | None = None
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteDatabase:
    """SQLite in WAL mode with full durability: one writer thread, two reader threads."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._url = url
        self._engine = sa.create_engine(url, json_serializer=to_json, json_deserializer=orjson.loads)
        sa.event.listen(self._engine, "connect", _prepare_sqlite)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="careline-reader")
        self._local = threading.local()
        self._waiting: deque[_Call] = deque()
        self._urgent: deque[_Call] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write, name="careline-writer", daemon=True)
        self._read_connections: list[sa.Connection] = []
        self.on_commit = lambda events, jobs: None

    async def start(self) -> None:
        self._thread.start()

    async def close(self) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)
        self._readers.shutdown(wait=True)
        for connection in self._read_connections:
            connection.close()
        self._engine.dispose()

    async def transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        call = _Call(actor, work)
        with self._wake:
            if self._closing:
                raise Unavailable("The database")
            (self._urgent if actor.kind == "user" or actor.id == "router" else self._waiting).append(call)
            self._wake.notify()
        result: T = await call.future
        return result

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._snapshot, actor, work)

    def _snapshot(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        connection: sa.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._engine.connect()
            _driver(connection).execute("PRAGMA query_only = ON")
            self._read_connections.append(connection)
        driver = _driver(connection)
        try:
            driver.execute("BEGIN")
            return work(Rx(connection, actor, self._clock.now()))
        except (DBAPIError, sqlite3.Error) as error:
            raise _unavailable(error) from error
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")

    def _write(self) -> None:
        with self._engine.connect() as connection:
            while True:
                with self._wake:
                    while not (self._urgent or self._waiting or self._closing):
                        self._wake.wait()
                    batch: list[_Call] = []
                    while len(batch) < BATCH and (self._urgent or self._waiting):
                        batch.append((self._urgent or self._waiting).popleft())
                    if not batch:
                        return
                self._commit(connection, batch)

    def _commit(self, connection: sa.Connection, batch: list[_Call]) -> None:
        if not self._try_commit(connection, batch) and len(batch) > 1:
            # COMMIT or the kernel's own rows failed and nobody has been answered yet:
            # one by one, so that the culprit alone fails.
            for call in batch:
                call.error = None
                self._try_commit(connection, [call])
        emitted = any(call.tx and call.tx.events for call in batch if call.error is None)
        deferred = any(call.tx and call.tx.deferred for call in batch if call.error is None)

        def settle() -> None:
            for call in batch:
                call.settle()
            if emitted or deferred:
                self.on_commit(emitted, deferred)

        try:
            batch[0].loop.call_soon_threadsafe(settle)
        except RuntimeError:
            log.warning("answer_after_loop_closed", calls=len(batch))

    def _try_commit(self, connection: sa.Connection, batch: list[_Call]) -> bool:
        """Runs and commits `batch`; on failure every call in it has its error. True when committed."""
        driver = _driver(connection)
        try:
            driver.execute("BEGIN IMMEDIATE")
            done = []
            for call in batch:
                call.tx = Tx(connection, call.actor, self._clock.now())
                driver.execute("SAVEPOINT use_case")
                try:
                    call.result = call.work(call.tx)
                except Exception as error:
                    driver.execute("ROLLBACK TO use_case")
                    call.error = _unavailable(error) if isinstance(error, DBAPIError) and _is_outage(error) else error
                else:
                    done.append(call.tx)
                driver.execute("RELEASE use_case")
            write_kernel_rows(connection, done, stamp=True)
            driver.execute("COMMIT")
            return True
        except (DBAPIError, sqlite3.Error) as error:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            log.error("commit_failed", error=str(error), calls=len(batch))
            for call in batch:
                if call.error is None or len(batch) == 1:
                    call.error = _unavailable(error)
            return False


class PostgresDatabase:
    """PostgreSQL through asyncpg: a transaction a use case, row locks, re-run when the database says so."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        options: dict[str, Any] = {
            "json_serializer": to_json,
            "json_deserializer": orjson.loads,
            "pool_pre_ping": True,
            "pool_timeout": 10,
            "connect_args": {"timeout": 10, "command_timeout": 60},
        }
        self._writer = create_async_engine(url, pool_size=8, max_overflow=0, **options)
        self._reader = create_async_engine(
            url, pool_size=4, max_overflow=4, isolation_level="REPEATABLE READ", **options
        )
        self.on_commit = lambda events, jobs: None

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()

    async def transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                result, tx = await self._once(actor, work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in RERUN:
                    raise (_unavailable(error) if _is_outage(error) else error) from error
                if attempt == TRIES:
                    raise Unavailable("The database") from error
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
            except (OSError, TimeoutError, sa.exc.TimeoutError) as error:
                raise Unavailable("The database") from error
            else:
                if tx.events or tx.deferred:
                    self.on_commit(bool(tx.events), bool(tx.deferred))
                return result
        raise AssertionError("unreachable")

    async def _once(self, actor: Actor, work: Callable[[Tx], T]) -> tuple[T, Tx]:
        def run(connection: sa.Connection) -> tuple[T, Tx]:
            tx = Tx(connection, actor, self._clock.now())
            result = work(tx)
            write_kernel_rows(connection, [tx], stamp=False)
            return result, tx

        async with self._writer.begin() as connection:
            return await connection.run_sync(run)

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        def run(connection: sa.Connection) -> T:
            return work(Rx(connection, actor, self._clock.now()))

        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(run)
        except DBAPIError as error:
            raise (_unavailable(error) if _is_outage(error) else error) from error
        except (OSError, TimeoutError, sa.exc.TimeoutError) as error:
            raise Unavailable("The database") from error


def _prepare_sqlite(driver: sqlite3.Connection, _record: Any) -> None:
    driver.isolation_level = None  # BEGIN is ours to say: the driver's own is deferred and lost updates
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        driver.execute(f"PRAGMA {pragma}")


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _is_outage(error: DBAPIError) -> bool:
    """Whether the database itself is in trouble, as against the statement."""
    return error.connection_invalidated or isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError))


def _unavailable(error: BaseException) -> Unavailable:
    log.error("database_unavailable", error=str(error))
    return Unavailable("The database")


__all__ = ["Database", "PostgresDatabase", "SqliteDatabase", "connect"]
