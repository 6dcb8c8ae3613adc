"""A transaction on every table, in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Tx
from desk.tables import metadata

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def tx() -> Iterator[Tx]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys = ON"))
        metadata.create_all(connection)
        yield Tx(SqliteConnection(connection), Actor.system("test"), NOW)
    engine.dispose()
