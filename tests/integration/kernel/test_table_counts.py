"""PostgreSQL is asked to count what its tables hold when much came in, by a job that loses nothing where it may not."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from desk.kernel import table_counts
from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.runner import Runner
from desk.kernel.transaction import Rx, Tx
from desk.tables import jobs
from tests.integration.kernel.conftest import TEST, a_desk

MANY = 5_000


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    """A database that counts nothing by itself."""
    async with a_desk(postgres_url, tmp_path, manual_clock) as opened:
        await opened.transact(
            TEST, lambda tx: tx.execute(sa.text("ALTER TABLE numbers SET (autovacuum_enabled = off)"))
        )
        yield opened


def fill(tx: Tx, first: int = 0) -> None:
    numbered = "generate_series(CAST(:first AS int), :last) AS n"
    rows = f"INSERT INTO numbers (series, last) SELECT 'series ' || n, n FROM {numbered}"  # noqa: S608  # of ours
    tx.execute(sa.text(rows), {"first": first, "last": first + MANY - 1})


async def counted(desk: Desk) -> int:
    known = sa.text("SELECT reltuples FROM pg_class WHERE oid = CAST('numbers' AS regclass)")
    return await desk.transact(TEST, lambda tx: int(tx.execute(known).scalar_one()))


def waiting(rx: Rx) -> list[Any]:
    return list(rx.all(sa.select(jobs.c.failed_at, jobs.c.attempts).where(jobs.c.name == "count_tables")))


async def asked(desk: Desk) -> None:
    does: dict[type[Job], Any] = {table_counts.CountTables: table_counts.count_tables}
    await table_counts.ask(desk)
    await Runner(desk, does).run_due()
    assert await desk.read(TEST, waiting) == []


async def test_what_came_in_at_once_is_counted_and_again_when_it_has_grown(desk):
    await desk.transact(TEST, fill)
    assert await counted(desk) <= 0
    await asked(desk)
    assert await counted(desk) == MANY
    await desk.transact(TEST, fill, MANY)
    await asked(desk)
    assert await counted(desk) == 2 * MANY


async def test_what_was_counted_when_it_was_empty_is_counted_anew(desk):
    await desk.transact(TEST, lambda tx: tx.execute(sa.text("ANALYZE numbers")))
    await desk.transact(TEST, fill)
    await asked(desk)
    assert await counted(desk) == MANY


async def test_what_has_not_changed_is_left_alone(desk):
    await desk.transact(TEST, fill)
    await asked(desk)
    assert await desk.transact(TEST, lambda tx: [row.name for row in table_counts._uncounted(tx)]) == []


async def test_asking_often_leaves_one_job(desk):
    for _ in range(3):
        await table_counts.ask(desk)
    assert len(await desk.read(TEST, waiting)) == 1


async def test_a_role_that_may_not_says_so_once_and_loses_nothing(desk, postgres_url, tmp_path, manual_clock):
    await desk.transact(TEST, fill)
    for said in (
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE clerk LOGIN",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk",
    ):
        await desk.transact(TEST, lambda tx, said=said: tx.execute(sa.text(said)))
    try:
        async with a_desk(postgres_url.replace("postgres@", "clerk@"), tmp_path, manual_clock) as theirs:
            with capture_logs() as logs:
                await asked(theirs)
                await asked(theirs)
    finally:
        await desk.transact(TEST, lambda tx: tx.execute(sa.text("DROP OWNED BY clerk")))
        await desk.transact(TEST, lambda tx: tx.execute(sa.text("DROP ROLE clerk")))
    assert [(log["event"], log["first"]) for log in logs] == [("tables_not_counted", "numbers")]
    assert await counted(desk) <= 0


async def test_sqlite_is_asked_for_nothing(sqlite_url, tmp_path, manual_clock):
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        await table_counts.ask(desk)
        assert await desk.read(TEST, waiting) == []
