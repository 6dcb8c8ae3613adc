"""desk/kernel/sqlite_database.py: SQLite in WAL mode, every commit on disk before it is answered.

One writer thread owns the one write connection and commits whatever waited as one batch, each use
case inside a savepoint: the more callers, the fewer flushes each, and a lone one waits for nobody.
Two reader threads serve snapshots. `BEGIN` is ours to say: the driver's own is deferred and lost
174 of 200 read-then-write updates.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from desk.kernel import kernel_rows
from desk.kernel.clock import Clock, running_seconds
from desk.kernel.connection import Reads, Values
from desk.kernel.errors import Unavailable
from desk.kernel.log import log, where
from desk.kernel.transaction import Actor, Rx, Tx, name_of

T = TypeVar("T")

#: Most use cases in one batch: the last of them waits for all.
BATCH = 32
#: A use case slower than this is logged: it held up everybody behind it.
SLOW_S = 0.05
READERS = 2

#: Parts of the system that go before the crowd: a floor that stops routing helps nobody.
_URGENT = frozenset({"router", "lease"})
#: Errors of a statement; all others are a disk, a lock or a file in trouble.
_STATEMENT = ("SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE", "SQLITE_TOOBIG")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000")


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
        self.error: Exception | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteConnection:
    """A connection as use cases and queries need it: `desk.kernel.connection.Connection`."""

    def __init__(self, connection: sa.Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection
        self._driver = _driver(connection)

    def fetch(self, text: str, values: Values, reads: Reads = None) -> list[Any]:
        return self._driver.execute(text, values).fetchall()

    def fetch_together(self, asked: Sequence[tuple[str, Values]], reads: Reads = None) -> list[Iterable[Iterable[Any]]]:
        return [self._driver.execute(text, values).fetchall() for text, values in asked]

    def write(self, text: str, values: Values, table: str) -> int:
        return self._driver.execute(text, values).rowcount

    def put(self, text: str, values: Values, table: str, *rows: Any) -> None:
        self._driver.execute(text, values)

    def put_search(self, text: str, values: Values, table: str, reads: Reads) -> None:
        self._driver.execute(text, values)

    def put_rows(self, text: str, rows: Sequence[Values], table: str, keys: Sequence[Any]) -> None:
        self._driver.executemany(text, rows)

    def execute(
        self, statement: sa.Executable, parameters: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> sa.CursorResult[Any]:
        result = self._connection.execute(statement, parameters)
        assert isinstance(result, sa.CursorResult)
        return result

    def wait(self, begun: Future[T]) -> T:
        return begun.result()


class SqliteDatabase:
    """One writer thread, two reader threads."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.on_commit: Callable[[bool, bool], None] = lambda events, jobs: None
        self.in_bulk = False
        self._clock = clock
        self._engine = sa.create_engine(
            url,
            json_serializer=kernel_rows.to_json,
            json_deserializer=orjson.loads,
            hide_parameters=True,
            connect_args={"cached_statements": 512},
        )
        sa.event.listen(self._engine, "connect", _prepare)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="careline-reader")
        self._local = threading.local()
        self._read_connections: list[sa.Connection] = []
        self._waiting: deque[_Call] = deque()
        self._urgent: deque[_Call] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._writer: sa.Connection | None = None
        self._thread = threading.Thread(target=self._write, name="careline-writer", daemon=True)

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
            urgent = actor.kind == "user" or (actor.kind == "system" and actor.id in _URGENT)
            (self._urgent if urgent else self._waiting).append(call)
            self._wake.notify()
        result: T = await call.future
        return result

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        if self._closing:
            raise Unavailable("The database")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._snapshot, actor, work)

    # In a reader thread

    def _snapshot(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        driver: sqlite3.Connection | None = None
        try:
            connection: sa.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._engine.connect()
                _driver(connection).execute("PRAGMA query_only = ON")
                self._local.connection = connection
                self._read_connections.append(connection)
            driver = _driver(connection)
            driver.execute("BEGIN")
            return work(Rx(SqliteConnection(connection), actor, self._clock.now()))
        except (DBAPIError, sqlite3.Error) as error:
            raise _translated(error) from error
        finally:
            if driver is not None and driver.in_transaction:
                driver.execute("ROLLBACK")

    # In the writer thread

    def _write(self) -> None:
        while batch := self._next_batch():
            try:
                self._commit(batch)
            except Exception as error:  # noqa: BLE001 whatever it is, the callers must hear and the thread must live
                for call in batch:
                    call.error = _translated(error)
            self._answer(batch)
        if self._writer is not None:
            self._writer.close()

    def _next_batch(self) -> list[_Call]:
        """Whatever waits, the urgent first; nothing when closing."""
        with self._wake:
            while not (self._urgent or self._waiting or self._closing):
                self._wake.wait()
            batch: list[_Call] = []
            while len(batch) < BATCH and (self._urgent or self._waiting):
                batch.append((self._urgent or self._waiting).popleft())
            return batch

    def _answer(self, batch: list[_Call]) -> None:
        done = [call.tx for call in batch if call.error is None and call.tx is not None]
        emitted = any(tx.events for tx in done)
        deferred = any(tx.leaves_work for tx in done)

        def settle() -> None:
            for call in batch:
                call.settle()
            if emitted or deferred:
                self.on_commit(emitted, deferred)

        try:
            batch[0].loop.call_soon_threadsafe(settle)
        except RuntimeError:
            log.warning("answer_after_loop_closed", calls=len(batch))

    def _commit(self, batch: list[_Call]) -> None:
        if self._writer is None:
            self._writer = self._engine.connect()
        if self._try_commit(self._writer, batch):
            return
        # COMMIT or the kernel's own rows failed and nobody has been answered yet: one by one, so
        # that the culprit alone fails.
        if len(batch) > 1:
            for call in batch:
                self._try_commit(self._writer, [call])

    def _try_commit(self, connection: sa.Connection, batch: list[_Call]) -> bool:
        """Runs and commits `batch`: each call then has a result or an error of its own. False: nothing was done."""
        driver = _driver(connection)
        try:
            driver.execute("BEGIN IMMEDIATE")
            hands = SqliteConnection(connection)
            done = [tx for call in batch if (tx := self._run(hands, driver, call)) is not None]
            kernel_rows.write(hands, done, last_position=lambda: _last_position(driver))
            driver.execute("COMMIT")
            return True
        except Exception as error:  # noqa: BLE001 an event that cannot be written is its caller's error
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            log.error("commit_failed", error=_kind(error), where=where(error), calls=len(batch))
            for call in batch:
                call.error = _translated(error)
            return False

    def _run(self, connection: "SqliteConnection", driver: sqlite3.Connection, call: _Call) -> Tx | None:
        """Runs one use case in a savepoint of its own; its transaction, or None if it raised."""
        began = running_seconds()
        call.error, call.tx = None, Tx(connection, call.actor, self._clock.now())
        driver.execute("SAVEPOINT use_case")
        try:
            call.result = call.work(call.tx)
        except Exception as error:
            if not driver.in_transaction:
                raise  # a full disk ends the whole transaction, not the savepoint alone
            driver.execute("ROLLBACK TO use_case")
            call.error = _translated(error)
        driver.execute("RELEASE use_case")
        took = running_seconds() - began
        if took > SLOW_S and not self.in_bulk:
            log.warning("slow_use_case", use_case=name_of(call.work), ms=round(took * 1000))
        return None if call.error is not None else call.tx


def _prepare(driver: sqlite3.Connection, _record: Any) -> None:
    driver.isolation_level = None
    for pragma in _PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _last_position(driver: sqlite3.Connection) -> int:
    return driver.execute("SELECT max(position) FROM events").fetchone()[0] or 0


def _original(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _kind(error: Exception) -> str:
    original = _original(error)
    return str(getattr(original, "sqlite_errorname", type(original).__name__))


def _translated(error: Exception) -> Exception:
    """`Unavailable` when the database is in trouble, as against the statement; otherwise the error itself."""
    kind = _kind(error)
    if isinstance(_original(error), sqlite3.DatabaseError) and not kind.startswith(_STATEMENT):
        log.error("database_unavailable", error=kind)
        return Unavailable("The database")
    return error
