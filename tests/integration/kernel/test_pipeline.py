"""What goes along with the next statement is done before it, or fails with it; nothing is left behind on the line."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from desk.kernel.database import REFUSED
from desk.kernel.desk import Desk
from desk.kernel.postgres_pipeline import MOST_PREPARED, bound, prepared, say
from desk.kernel.transaction import Tx
from desk.tables import numbers
from tests.integration.kernel.conftest import TEST, do

_KEEP = "INSERT INTO kept VALUES ($1, $2::BIGINT, $3::DOUBLE PRECISION, $4::BOOLEAN, $5::TEXT[], $6::JSON)"
_ALL = sa.select(numbers).order_by(numbers.c.series)


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[asyncpg.Connection | None]:
    """A line of its own to PostgreSQL, with a table of its own; None elsewhere."""
    if not database_url.startswith("postgresql"):
        yield None
        return
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    driver = await asyncpg.connect(dsn)
    await driver.execute(
        "CREATE TEMPORARY TABLE kept (text TEXT PRIMARY KEY, whole BIGINT, part DOUBLE PRECISION, flag BOOLEAN,"
        " list TEXT[], json JSON)"
    )
    yield driver
    await driver.close()


@pytest.mark.parametrize(
    "values",
    [
        ("plain", 1, 0.1, True, ["a", "b"], '{"a": 1}'),
        ("", -(2**62), -1.5e300, False, [], "[]"),
        ('it\'s "said" \\ {so}, ü 漢 🙂', 0, 2.0, None, ['"', "\\", "{a,b}", "", "NULL", "ü", " "], '"x"'),
        ("nothing", None, None, None, None, None),
    ],
)
async def test_a_value_arrives_as_it_was_sent(line: asyncpg.Connection | None, values: tuple[Any, ...]) -> None:
    if line is None:
        return
    say(line, bound(await prepared(line, _KEEP), values))
    assert [tuple(row) for row in await line.fetch("SELECT * FROM kept")] == [values]


async def test_what_has_no_text_is_refused_before_anything_is_sent(line: asyncpg.Connection | None) -> None:
    if line is None:
        return
    with pytest.raises(TypeError):
        bound(await prepared(line, _KEEP), ({"a": 1}, None, None, None, None, None))
    assert await line.fetchval("SELECT 1") == 1


async def test_a_write_that_fails_takes_commit_with_it_and_the_line_goes_on(line: asyncpg.Connection | None) -> None:
    if line is None:
        return
    keep, commit = await prepared(line, _KEEP), await prepared(line, "COMMIT")
    first = ("taken", None, None, None, None, None)
    say(line, bound(await prepared(line, "BEGIN")))
    assert await line.fetch("SELECT 1 FROM kept") == []
    assert line.is_in_transaction()
    say(line, bound(keep, first))
    await commit.fetch()
    assert commit.get_statusmsg() == "COMMIT"

    say(line, bound(await prepared(line, "BEGIN")))
    say(line, bound(keep, ("new", None, None, None, None, None)))
    say(line, bound(keep, first))
    with pytest.raises(asyncpg.UniqueViolationError):
        await commit.fetch()
    await line.execute("ROLLBACK")
    assert [row["text"] for row in await line.fetch("SELECT text FROM kept")] == ["taken"]


async def test_a_statement_that_is_new_to_the_line_may_be_the_next(line: asyncpg.Connection | None) -> None:
    if line is None:
        return
    for number in range(3):
        say(line, bound(await prepared(line, "BEGIN")))
        assert await line.fetchval(f"SELECT {number} + $1::INTEGER", 1) == number + 1
        say(line, bound(await prepared(line, _KEEP), (str(number), number, None, None, None, None)))
        assert await line.execute("COMMIT") == "COMMIT"
    assert await line.fetchval("SELECT sum(whole) FROM kept") == 3


async def test_statements_that_are_long_unused_are_prepared_again(line: asyncpg.Connection | None) -> None:
    if line is None:
        return
    first = await prepared(line, _KEEP)
    for number in range(MOST_PREPARED):
        await prepared(line, f"SELECT {number}")
    assert await prepared(line, _KEEP) is not first
    assert await prepared(line, "SELECT 17") is await prepared(line, "SELECT 17")


async def test_a_use_case_that_asks_nothing_and_one_that_only_writes_commit_as_any(desk: Desk) -> None:
    assert await do(desk, lambda tx: 7) == 7
    await do(desk, lambda tx: tx.insert(numbers, series="a", last=1))
    assert [(row.series, row.last) for row in await desk.read(TEST, lambda rx: rx.all(_ALL))] == [("a", 1)]


async def test_after_a_commit_that_failed_the_same_connection_serves_the_next(desk: Desk) -> None:
    def twice(tx: Tx) -> None:
        tx.insert(numbers, series="b", last=1)
        tx.insert(numbers, series="a", last=1)

    await do(desk, lambda tx: tx.insert(numbers, series="a", last=1))
    for _ in range(20):
        with pytest.raises(REFUSED):
            await do(desk, twice)
        assert await desk.read(TEST, lambda rx: [row.series for row in rx.all(_ALL)]) == ["a"]
