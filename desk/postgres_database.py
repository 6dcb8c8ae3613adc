"""desk/postgres_database.py: PostgreSQL through asyncpg.

A transaction a use case, row locks, READ COMMITTED; run again when the database found a deadlock
or the connection turned out to be dead before COMMIT was said. Reads have a pool of their own and
one REPEATABLE READ snapshot each.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from desk import kernel_rows
from desk.clock import Clock, running_seconds
from desk.errors import Unavailable
from desk.log import log
from desk.transaction import Actor, Rx, Tx, name_of

T = TypeVar("T")

#: SQLSTATEs after which the same use case may well succeed: serialization failure and deadlock.
RERUN = frozenset({"40001", "40P01"})
TRIES = 5
#: Closing waits this long for transactions that are under way.
CLOSE_S = 10.0
#: A transaction slower than this is logged.
SLOW_S = 0.25
#: SQLSTATE classes and codes that mean the server, not the statement: connection, resources,
#: shutdown, system error; waited too long for a lock; thrown out while idle in a transaction.
_OUTAGE = ("08", "53", "57P", "58", "55P03", "25P03", "57014")

#: A process that hangs inside a transaction holds its locks, the lease's too, until the server
#: throws it out: sooner than others take over (`desk/cluster.py`).
_SERVER_SETTINGS = {
    "application_name": "careline",
    "idle_in_transaction_session_timeout": "4000",
    "lock_timeout": "10000",
    "jit": "off",
}


class _Attempt:
    """One run of one use case: how far it came."""

    def __init__(self) -> None:
        self.committing = False


class PostgresDatabase:
    """Two pools: one for transactions, one for snapshots."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.on_commit: Callable[[bool, bool], None] = lambda events, jobs: None
        self._clock = clock
        self._closing = False
        self._busy = 0
        self._ended = asyncio.Event()
        self._writer = _engine(url, pool_size=8, max_overflow=0)
        snapshot = {"isolation_level": "REPEATABLE READ", "execution_options": {"postgresql_readonly": True}}
        self._reader = _engine(url, pool_size=4, max_overflow=4, **snapshot)

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        self._closing = True
        try:
            async with asyncio.timeout(CLOSE_S):
                while self._busy:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            log.warning("closed_while_busy", calls=self._busy)
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        """Closing waits for whoever is within, and lets nobody new in."""
        if self._closing:
            raise Unavailable("The database")
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._ended.set()

    async def transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        async with self._counted():
            return await self._transact(actor, work)

    async def _transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        for attempt in range(1, TRIES + 1):
            state = _Attempt()
            try:
                result, tx = await self._once(actor, work, state)
            except Exception as error:
                again = _may_succeed(error, committing=state.committing)
                if not again or attempt == TRIES:
                    raise _translated(error, rerun=again) from error
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
            else:
                if tx.events or tx.leaves_work:
                    self.on_commit(bool(tx.events), tx.leaves_work)
                return result
        raise AssertionError("unreachable")

    async def _once(self, actor: Actor, work: Callable[[Tx], T], state: _Attempt) -> tuple[T, Tx]:
        def run(connection: sa.Connection) -> tuple[T, Tx]:
            tx = Tx(connection, actor, self._clock.now())
            result = work(tx)
            kernel_rows.write(connection, [tx])
            return result, tx

        async with self._writer.connect() as connection:
            began = running_seconds()
            answer = await connection.run_sync(run)
            state.committing = True
            await connection.commit()
            if (took := running_seconds() - began) > SLOW_S:
                log.warning("slow_use_case", use_case=name_of(work), ms=round(took * 1000))
            return answer

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        async with self._counted():
            return await self._read(actor, work)

    async def _read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        def run(connection: sa.Connection) -> T:
            return work(Rx(connection, actor, self._clock.now()))

        for attempt in range(1, TRIES + 1):
            try:
                async with self._reader.connect() as connection:
                    return await connection.run_sync(run)
            except Exception as error:
                again = _may_succeed(error, committing=False)
                if not again or attempt == TRIES:
                    raise _translated(error, rerun=again) from error
        raise AssertionError("unreachable")


def _engine(url: str, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        json_serializer=kernel_rows.to_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        pool_timeout=10,
        # The connection used last has the statements prepared that are wanted next.
        pool_use_lifo=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "prepared_statement_cache_size": 500,
            "server_settings": _SERVER_SETTINGS,
        },
        **options,
    )


def _sqlstate(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlstate", None) or ""


def _may_succeed(error: Exception, *, committing: bool) -> bool:
    """Whether running the use case again is safe and sensible."""
    if _sqlstate(error) in RERUN:
        return True
    # The server was restarted since this connection was last used. Once COMMIT was said nobody knows.
    return isinstance(error, DBAPIError) and error.connection_invalidated and not committing


def _is_outage(error: Exception) -> bool:
    if isinstance(error, (OSError, TimeoutError, sa.exc.TimeoutError, asyncpg.InterfaceError)):
        return True
    if isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, sa.exc.InterfaceError)):
        return True
    return _sqlstate(error).startswith(_OUTAGE)


def _translated(error: Exception, *, rerun: bool) -> Exception:
    """`Unavailable` when the server is in trouble, as against the statement; otherwise the error itself."""
    if rerun or _is_outage(error):
        log.error("database_unavailable", error=type(error).__name__, sqlstate=_sqlstate(error))
        return Unavailable("The database")
    return error
