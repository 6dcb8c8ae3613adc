"""desk/kernel/migrate.py: brings a database to the tables of this version, and back.

Each call is one transaction on either database: it happens or it does not. On SQLite a table is
changed by making it anew and dropping the old one, which would take the rows that refer to it
along (or forbid it) while foreign keys are on; so they are off until all is done, and checked
before it counts. Two processes that start at once take turns.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from desk.kernel.without import without

with without("pygments"):
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

T = TypeVar("T")

FOLDER = Path(__file__).parents[1] / "migrations"
#: Any number that is ours: the PostgreSQL advisory lock of whoever migrates.
_LOCK = 0x6361_7265


def _default_differs(
    _context: Any, _inspected: Any, _column: Any, has: str | None, _default: Any, wanted: str | None
) -> bool | None:
    """Alembic takes an empty text for a difference on SQLite; None leaves all else to it."""
    return False if wanted == "" and (has or "").lstrip("(").startswith("''") else None


#: What finds articles by their words: made by a migration alone, and on each database of what only that one has.
_MADE_BY_MIGRATIONS = "article_index_fts"


def _is_compared(_thing: Any, name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    return not (name or "").startswith(_MADE_BY_MIGRATIONS)


#: How the tables of the code are compared with those of a database.
COMPARE: dict[str, Any] = {
    "compare_type": True,
    "compare_server_default": _default_differs,
    "include_object": _is_compared,
}


class Broken(Exception):
    """A migration would have left rows that refer to nothing; nothing was changed."""


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database up to `revision`, making its tables where there are none."""
    _within(url, lambda connection: command.upgrade(configuration(connection), revision))


def downgrade(url: str, revision: str) -> None:
    """Takes the database back to `revision`; `base` leaves nothing."""
    _within(url, lambda connection: command.downgrade(configuration(connection), revision))


def current(url: str) -> str | None:
    """The revision of the database; None where nothing was ever made."""
    return _within(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def head() -> str:
    """The revision of this version of Careline."""
    revision = ScriptDirectory.from_config(configuration(None)).get_current_head()
    assert revision is not None
    return revision


def knows(revision: str) -> bool:
    """Whether this version of Careline has heard of `revision`."""
    try:
        return ScriptDirectory.from_config(configuration(None)).get_revision(revision) is not None
    except CommandError:
        return False


def draft(message: str, *, revision: str | None = None) -> None:
    """Writes the next revision: what the tables have and the newest revision has not. Read it before you keep it."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite3"
        upgrade(url)
        _within(url, lambda at: command.revision(configuration(at), message, autogenerate=True, rev_id=revision))


def configuration(connection: sa.Connection | None) -> Config:
    """What Alembic needs to know; it works on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _within(url: str, act: Callable[[sa.Connection], T]) -> T:
    """Runs `act` in one transaction on a connection of its own, and in a thread of its own: a loop may run here."""
    run = _on_sqlite if url.startswith("sqlite") else _on_postgres
    with ThreadPoolExecutor(1, thread_name_prefix="careline-migrate") as aside:
        return aside.submit(run, url, act).result()


def _on_sqlite(url: str, act: Callable[[sa.Connection], T]) -> T:
    engine = sa.create_engine(url, hide_parameters=True, poolclass=NullPool)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        result = act(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise Broken(", ".join(sorted({f"{row[0]} → {row[2]}" for row in broken})))
        return result


def _prepare(driver: sqlite3.Connection, _record: Any) -> None:
    driver.isolation_level = None
    for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF"):
        driver.execute(f"PRAGMA {pragma}")


def _on_postgres(url: str, act: Callable[[sa.Connection], T]) -> T:
    def work(connection: sa.Connection) -> T:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        return act(connection)

    async def run() -> T:
        engine = create_async_engine(url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": 10})
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return asyncio.run(run())
