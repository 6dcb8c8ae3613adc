"""desk/kernel/postgres_database.py: PostgreSQL through asyncpg.

A transaction a use case, row locks, READ COMMITTED; run again when the database found a deadlock
or the connection turned out to be dead before COMMIT was said. Reads have a pool of their own and
one REPEATABLE READ snapshot each.

What costs is the way there and back: questions that do not wait for each other are asked together,
writes of whose outcome nobody asks go together, and a single statement goes without BEGIN and COMMIT.
An event loop of its own, in a thread, was tried and was slower: both threads want the interpreter.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from desk.kernel import kernel_rows, postgres_pipeline
from desk.kernel.clock import Clock, running_seconds
from desk.kernel.errors import Unavailable
from desk.kernel.log import log
from desk.kernel.postgres_connection import PostgresConnection
from desk.kernel.postgres_errors import GONE, RERUN, sqlstate_of, translated
from desk.kernel.transaction import Actor, Rx, Tx, is_single, name_of

T = TypeVar("T")

TRIES = 5
#: Closing waits this long for transactions that are under way.
CLOSE_S = 10.0
#: A transaction slower than this is logged.
SLOW_S = 0.25
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

#: A process that hangs inside a transaction holds its locks, the lease's too, until the server
#: throws it out: sooner than others take over (`desk/kernel/cluster.py`).
_SERVER_SETTINGS = {
    "application_name": "careline",
    "idle_in_transaction_session_timeout": "4000",
    "lock_timeout": "10000",
    "jit": "off",
}


_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class _Attempt:
    """One run of one use case: how far it came."""

    def __init__(self) -> None:
        self.driver: asyncpg.Connection | None = None
        self.committing = False

    def may_succeed(self, error: Exception) -> bool:
        """Whether running it again after `error` is safe and sensible."""
        if sqlstate_of(error) in RERUN:
            return True
        # The server was restarted since this connection was last used. Once COMMIT was said nobody knows.
        return self.driver is not None and self.driver.is_closed() and not self.committing


class PostgresDatabase:
    """Two pools: one for transactions, one for snapshots."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.on_commit: Callable[[bool, bool], None] = lambda events, jobs: None
        self.in_bulk = False
        self._clock = clock
        self._closing = False
        self._busy = 0
        self._ended = asyncio.Event()
        self._writer = _engine(url, pool_size=8, max_overflow=0)
        self._reader = _engine(url, pool_size=4, max_overflow=4)

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
            for attempt in range(1, TRIES + 1):
                state = _Attempt()
                try:
                    result, tx = await self._once(actor, work, state)
                except Exception as error:
                    again = state.may_succeed(error)
                    if not again or attempt == TRIES:
                        raise translated(error, rerun=again) from error
                    await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
                else:
                    if tx.events or tx.leaves_work:
                        self.on_commit(bool(tx.events), tx.leaves_work)
                    return result
            raise AssertionError("unreachable")

    async def _once(self, actor: Actor, work: Callable[[Tx], T], state: _Attempt) -> tuple[T, Tx]:
        def run(_connection: sa.Connection) -> tuple[T, Tx]:
            tx = Tx(hands, actor, self._clock.now())
            result = work(tx)
            kernel_rows.write(hands, [tx])
            if alone:
                hands.send()
            return result, tx

        alone = is_single(work)

        async with _borrowed(self._writer, state) as (connection, driver):
            began = running_seconds()
            hands = await _hands(connection, driver, None if alone else "BEGIN")
            state.committing = alone
            answer = await connection.run_sync(run)
            if not alone:
                await _commit(driver, hands, state)
            if (took := running_seconds() - began) > SLOW_S and not self.in_bulk:
                log.warning("slow_use_case", use_case=name_of(work), ms=round(took * 1000))
            return answer

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        def run(_connection: sa.Connection) -> T:
            return work(Rx(hands, actor, self._clock.now()))

        alone = is_single(work)

        async with self._counted():
            for attempt in range(1, TRIES + 1):
                state = _Attempt()
                try:
                    async with _borrowed(self._reader, state) as (connection, driver):
                        hands = await _hands(connection, driver, None if alone else _SNAPSHOT)
                        answer = await connection.run_sync(run)
                        if not alone:
                            await _commit(driver, hands, state)
                        return answer
                except Exception as error:
                    again = state.may_succeed(error)
                    if not again or attempt == TRIES:
                        raise translated(error, rerun=again) from error
            raise AssertionError("unreachable")


@asynccontextmanager
async def _borrowed(
    engine: AsyncEngine, attempt: _Attempt
) -> AsyncIterator[tuple[AsyncConnection, asyncpg.Connection]]:
    """A connection that is alive; back in its pool afterwards outside any transaction, or closed."""
    async with engine.connect() as connection:
        driver = await _driver(connection)
        if driver.is_closed():  # the server was restarted since it was last used
            await connection.invalidate()
            driver = await _driver(connection)
        attempt.driver = driver
        try:
            yield connection, driver
        except Exception as error:
            await _roll_back(driver, error)
            raise
        except BaseException:  # cancelled: whatever was under way ends with the connection
            driver.terminate()
            raise
        finally:
            if driver.is_closed():
                await connection.invalidate()


async def _hands(connection: AsyncConnection, driver: asyncpg.Connection, begin: str | None) -> PostgresConnection:
    """The hands of a use case or a query that begins so, with its first statement; None: it is one statement."""
    words = None if begin is None else postgres_pipeline.bound(await postgres_pipeline.prepared(driver, begin))
    assert connection.sync_connection is not None
    return PostgresConnection(connection.sync_connection, driver, begin=words)


async def _commit(driver: asyncpg.Connection, hands: PostgresConnection, state: _Attempt) -> None:
    """Writes what waits and commits."""
    last = hands.take_waiting()
    if not hands.begun:
        return
    commit = await postgres_pipeline.prepared(driver, "COMMIT")
    if last is not None:
        text, values = last
        statement = await postgres_pipeline.prepared(driver, text)
        postgres_pipeline.say(driver, postgres_pipeline.bound(statement, values))
    state.committing = True
    await commit.fetch()
    said = commit.get_statusmsg()
    if said != "COMMIT":  # a statement had failed, and whoever ran it went on all the same
        raise sa.exc.InternalError("COMMIT", None, Exception(said))


async def _roll_back(driver: asyncpg.Connection, error: Exception) -> None:
    if not sqlstate_of(error).startswith(GONE) and not driver.is_closed():
        with suppress(*_LOST):
            await driver.execute("ROLLBACK")
            return
    driver.terminate()


async def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    return driver


def _engine(url: str, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        json_serializer=kernel_rows.to_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are ours to say
        pool_timeout=10,
        # The connection used last has the statements prepared that are wanted next.
        pool_use_lifo=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "prepared_statement_cache_size": 500,
            "statement_cache_size": 1_000,
            "server_settings": _SERVER_SETTINGS,
        },
        **options,
    )
