"""The house of the stories, on a morning in October."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.acceptance.house import MORNING, House, first_day, open_house, tokens_of
from tests.databases import PostgresServer, SqliteFiles, free_port
from tests.processes import Process, careline
from web.bench import server


@pytest.fixture(params=["sqlite", "postgresql"])
def set_up_url(request: pytest.FixtureRequest, sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """The database of a house after its first day, on each database in turn."""
    if request.param == "sqlite":
        yield sqlite_files.copy_into(tmp_path, first_day)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database(first_day) as url:
            yield url


@pytest.fixture
async def house(set_up_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A running Careline on each database in turn; it is Monday 5 October 2026, ten past nine in London."""
    async with open_house(tmp_path, set_up_url, MORNING) as opened:
        opened.tokens = tokens_of(set_up_url)
        await opened.starts()
        yield opened


@pytest.fixture
async def new_house(empty_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The same, set up by its own commands in a database without a table."""
    async with open_house(tmp_path, empty_database_url, MORNING) as opened:
        await opened.is_set_up()
        await opened.starts()
        yield opened


@pytest.fixture
def forked_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of the benches are forked at ports of ours, as all servers here; one story starts them from nothing."""

    def start(folder: Path, settings: dict[str, str], log: Path) -> Process:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CARELINE_")}
        return careline("serve", environment=kept | settings, log=log)

    monkeypatch.setattr(server, "_start", start)
    monkeypatch.setattr(server, "free_port", free_port)
