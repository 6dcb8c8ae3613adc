"""desk/kernel/database.py: how use cases and queries reach a database, whichever it is.

Two implementations of one small protocol: `desk/kernel/sqlite_database.py` and
`desk/kernel/postgres_database.py`. In them are the only commits in the tree.
"""

import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

import asyncpg
from sqlalchemy.exc import DBAPIError

from desk.kernel.clock import Clock
from desk.kernel.postgres_database import PostgresDatabase
from desk.kernel.sqlite_database import SqliteDatabase
from desk.kernel.transaction import Actor, Rx, Tx

T = TypeVar("T")

#: What a use case meets when the database refuses a statement: a defect of ours. Its words may hold a customer's.
REFUSED = (DBAPIError, sqlite3.Error, asyncpg.PostgresError)


class Database(Protocol):
    """Runs work in transactions and snapshots."""

    #: Called in the event loop after a commit: has it left events, has it left jobs that are due now?
    on_commit: Callable[[bool, bool], None]
    #: What is done now takes long because there is much of it: no use case is logged as slow.
    in_bulk: bool

    async def start(self) -> None:
        """Makes ready. A database that is away is no error here: `transact` and `read` say so."""

    async def close(self) -> None:
        """Lets what waits finish, then disconnects."""

    async def transact(self, actor: Actor, work: Callable[[Tx], T]) -> T:
        """Runs `work` in one transaction and commits; returns when that is on disk.

        `work` may run several times; only its last run counts.

        Raises:
            Unavailable: the database is. Nothing was changed, as far as anybody can know: when a
                server is lost in the instant of COMMIT, it may have been, so repeat what is idempotent.
        """

    async def read(self, actor: Actor, work: Callable[[Rx], T]) -> T:
        """Runs `work` on one read-only snapshot.

        Raises:
            Unavailable: the database is.
        """


def connect(url: str, clock: Clock) -> Database:
    """The database behind `url`: `sqlite:///FILE` or `postgresql+asyncpg://…`."""
    return SqliteDatabase(url, clock) if url.startswith("sqlite") else PostgresDatabase(url, clock)


__all__ = ["REFUSED", "Database", "PostgresDatabase", "SqliteDatabase", "connect"]
