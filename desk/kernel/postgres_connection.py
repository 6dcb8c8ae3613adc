"""desk/kernel/postgres_connection.py: a connection as use cases and queries need it.

Writes of whose outcome nobody asks wait for the next statement, and BEGIN goes with the first.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa
from sqlalchemy.util import await_only

from desk.kernel import postgres_pipeline, postgres_text
from desk.kernel.connection import Reads, Values

T = TypeVar("T")

#: More rows than that are sent as a list, each statement by itself.
MOST_TOGETHER = 20


class PostgresConnection:
    """A connection as use cases and queries need it: `desk.kernel.connection.Connection`. They run in a greenlet."""

    def __init__(self, connection: sa.Connection, driver: asyncpg.Connection, *, begin: bytes | None) -> None:
        self.dialect = connection.dialect
        #: Whether anything has been said.
        self.begun = False
        self._connection = connection
        self._driver = driver
        self._begin = begin
        self._left = 1 if begin is None else None
        self._waiting = postgres_text.Waiting()

    def _next(self, text: str = "", values: Values = (), reads: Reads = None) -> tuple[str, Values]:
        """Another statement goes, and what waits before it, or with it where it looks elsewhere: what to send."""
        if self._waiting and reads is not None and self._waiting.goes_with(reads):
            text, values = self._waiting.take_with(text, values)
        else:
            self.send()
        self._count()
        return text, values

    def _count(self) -> None:
        if self._left is not None:
            assert self._left, "it said that it runs one statement"
            self._left -= 1
        elif self._begin is not None and not self.begun:
            postgres_pipeline.say(self._driver, self._begin)
        self.begun = True

    def fetch(self, text: str, values: Values, reads: Reads = None) -> list[Any]:
        text, values = self._next(text, values, reads)
        found: list[Any] = await_only(self._driver.fetch(text, *values))
        return found

    def fetch_together(self, asked: Sequence[tuple[str, Values]], reads: Reads = None) -> list[Iterable[Iterable[Any]]]:
        text = postgres_text.questions(tuple(text for text, _ in asked))
        text, every_value = self._next(text, [value for _, values in asked for value in values], reads)
        ((*found,),) = await_only(self._driver.fetch(text, *every_value))
        return [[row.values() for row in rows] for rows in found]

    def write(self, text: str, values: Values, table: str) -> int:
        text, values = self._next(text, values, frozenset({table}))
        # The server says "INSERT 0 1" or "UPDATE 1".
        return int(await_only(self._driver.execute(text, *values)).rpartition(" ")[2])

    def put(self, text: str, values: Values, table: str, *rows: Any) -> None:
        if not self._waiting.fits(table, *rows):
            self.send()
        self._waiting.add(text, tuple(values), table, *rows)

    def put_search(self, text: str, values: Values, table: str, reads: Reads) -> None:
        if reads is None or not self._waiting.goes_with(reads):
            self.send()
        self._waiting.add(text, tuple(values), table)

    def send(self) -> None:
        """Whatever waits to be written goes now."""
        if self._waiting:
            text, values = self._waiting.take_all()
            self._count()
            await_only(self._driver.execute(text, *values))

    def take_waiting(self) -> tuple[str, Values] | None:
        """What waits to be written, for whoever commits."""
        if not self._waiting:
            return None
        self._count()
        return self._waiting.take_all()

    def put_rows(self, text: str, rows: Sequence[Values], table: str, keys: Sequence[Any]) -> None:
        if len(rows) > MOST_TOGETHER:
            self._next()
            await_only(self._driver.executemany(text, rows))
            return
        if not self._waiting.fits(table, *keys, new=True):
            self.send()
        together = postgres_text.several_rows(text, len(rows))
        self._waiting.add(together, tuple(value for row in rows for value in row), table, *keys)

    def execute(
        self, statement: sa.Executable, parameters: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> sa.CursorResult[Any]:
        self._next()
        result = self._connection.execute(statement, parameters)
        assert isinstance(result, sa.CursorResult)
        return result

    def wait(self, begun: Future[T]) -> T:
        found: T = begun.result() if begun.done() else await_only(asyncio.wrap_future(begun))
        return found
