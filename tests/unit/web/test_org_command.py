"""`careline org load` and `org dump` as people type them."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from desk.kernel.clock import SystemClock
from desk.kernel.database import SqliteDatabase
from desk.kernel.transaction import Actor
from desk.tables import metadata
from web.cli.org import app

SAMPLE = Path(__file__).parents[3] / "web" / "demo" / "organization.yaml"


class SmallDesk:
    """A desk with a database and nothing else."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any) -> Any:
        return await self._database.transact(actor, lambda tx: use_case(tx, *args))

    async def read(self, actor: Actor, query: Callable[..., Any], *args: Any) -> Any:
        return await self._database.read(actor, lambda rx: query(rx, *args))


@pytest.fixture
def careline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    url = f"sqlite:///{tmp_path / 'careline.sqlite3'}"
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()

    @asynccontextmanager
    async def open_desk(data_dir: Path | None) -> AsyncIterator[SmallDesk]:
        database = SqliteDatabase(url, SystemClock())
        await database.start()
        try:
            yield SmallDesk(database)
        finally:
            await database.close()

    session = ModuleType("web.cli.session")
    session.open_desk = open_desk  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "web.cli.session", session)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_what_was_dumped_loads_again(careline: Callable[..., Any], tmp_path: Path) -> None:
    assert careline("load", str(SAMPLE)).exit_code == 0
    first = careline("dump").stdout
    file = tmp_path / "halden.yaml"
    assert careline("dump", "-o", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8") == first
    assert careline("load", str(file)).exit_code == 0
    assert careline("dump").stdout == first
    assert "name: Halden Home" in first


def test_a_wrong_file_says_where_and_why(careline: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("queues: {a: {name: A, skills: {welding: 1}}}\n")
    result = careline("load", str(file))
    assert result.exit_code == 1
    assert "queues.a.skills: there is no skill welding" in result.output
    file.write_bytes(b"name: \xff\n")
    assert careline("load", str(file)).exit_code == 1


def test_wrong_usage_is_two(careline: Callable[..., Any], tmp_path: Path) -> None:
    assert careline("load", str(tmp_path / "missing.yaml")).exit_code == 2
    assert careline("lode").exit_code == 2
