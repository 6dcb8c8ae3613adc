"""Databases that go away and come back: said in words while they are away, mended without hands."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from desk.kernel import migrate
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.errors import Unavailable
from desk.kernel.events import MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.relay import Relay
from desk.kernel.runner import Runner
from desk.kernel.transaction import Tx
from desk.tables import cursors, events
from tests.integration.kernel.conftest import TEST, a_desk, do, running, until
from tests.integration.kernel.line import Line, line_to
from tests.integration.kernel.test_relay import Listener


@dataclass(frozen=True, kw_only=True)
class OutagePing(Job):
    note: str


def note(tx: Tx, id: str) -> None:
    tx.insert(cursors, name=id, position=1)
    tx.emit(MessageAdded(id=id, interaction_id="i", author_kind="customer"))
    tx.defer(OutagePing(note=id))


async def names(desk: Desk) -> set[str]:
    found = await desk.read(TEST, lambda rx: rx.all(sa.select(cursors.c.name)))
    return {row.name for row in found}


@pytest.fixture
async def line(postgres_url: str) -> AsyncIterator[Line]:
    async with line_to(make_url(postgres_url).port or 0) as line:
        yield line


@pytest.fixture
async def far(line: Line, postgres_url: str, tmp_path: Path, manual_clock: Any) -> AsyncIterator[Desk]:
    """A desk whose PostgreSQL is at the end of a line."""
    url = make_url(postgres_url).set(port=line.port).render_as_string(hide_password=False)
    async with a_desk(url, tmp_path, manual_clock) as desk:
        yield desk


async def test_while_the_server_is_away_callers_hear_so_and_afterwards_all_goes_on(far, line):
    await far.transact(TEST, note, "before")
    await line.cut()
    with pytest.raises(Unavailable):
        await far.transact(TEST, note, "away")
    with pytest.raises(Unavailable):
        await names(far)
    await line.mend()
    await far.transact(TEST, note, "after")
    assert await names(far) == {"before", "after"}


async def test_a_connection_that_died_unused_is_noticed_by_nobody(far, line):
    for n in range(8):
        await far.transact(TEST, note, f"before-{n}")
    await names(far)
    await line.cut()
    await line.mend()
    await far.transact(TEST, note, "after")
    assert "after" in await names(far)


async def test_what_was_acknowledged_while_the_line_broke_is_there_and_the_parts_recover(far, line):
    """Writers, relay, lease and jobs run; the line is cut in the middle of it, twice."""
    listener, done, acknowledged, refused = Listener(), set(), set(), 0
    lease = Lease(far)
    relay = Relay(far, lease)
    relay.add("metrics", listener, durable=True)

    async def ping(_desk: Desk, job: Any) -> None:
        done.add(job.note)

    async def write(lane: int) -> None:
        nonlocal refused
        for n in range(60):
            try:
                await far.transact(TEST, note, f"{lane}-{n}")
            except Unavailable:
                refused += 1
                await asyncio.sleep(0.05)
            else:
                acknowledged.add(f"{lane}-{n}")

    async with running(lease, relay, Runner(far, {OutagePing: ping})):
        await until(lambda: lease.held)
        writers = asyncio.gather(*(write(lane) for lane in range(6)))
        for many in (40, 120):
            await until(lambda many=many: len(acknowledged) > many)  # type: ignore[misc]
            await line.cut()
            await until(lambda before=refused: refused > before)  # type: ignore[misc]
            await line.mend()
        await writers
        stored = {name for name in await names(far) if "-" in name}
        await until(lambda: {logged.event.id for logged in listener.heard} >= stored)
        await until(lambda: done >= stored)

    assert acknowledged <= stored
    ids = [logged.event.id for logged in listener.heard]
    assert set(ids) == stored
    positions = await far.read(TEST, lambda rx: rx.all(sa.select(events.c.position).order_by(events.c.position)))
    assert [row.position for row in positions] == list(range(1, len(stored) + 1))


async def test_a_server_that_throws_its_clients_out_is_survived(postgres_url, tmp_path, manual_clock):
    async with a_desk(postgres_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, note, "before")
        mine = sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )
        await do(desk, lambda tx: tx.execute(mine))
        await asyncio.gather(*(desk.transact(TEST, note, f"after-{n}") for n in range(10)))
        assert len(await names(desk)) == 11


async def test_a_process_that_hangs_in_a_transaction_is_thrown_out_before_others_wait_for_long(
    postgres_url, tmp_path, manual_clock
):
    async with a_desk(postgres_url, tmp_path, manual_clock) as desk:
        timeout = await desk.read(TEST, lambda rx: rx.all(sa.text("SHOW idle_in_transaction_session_timeout")))  # type: ignore[arg-type]
        assert timeout[0][0] == "4s"


async def test_a_full_disk_refuses_in_words_keeps_what_it_has_and_recovers(sqlite_url, tmp_path, manual_clock):
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, note, "before")

        def limit(tx: Tx, pages: int) -> None:
            tx.execute(sa.text(f"PRAGMA max_page_count = {pages}"))

        def big(tx: Tx, id: str) -> None:
            tx.insert(cursors, name=id, position=1)
            tx.emit(MessageAdded(id="x" * 50_000, interaction_id="i", author_kind="customer"))

        await desk.transact(TEST, limit, 1)  # never less than there are: full from here on
        answers = await asyncio.gather(
            *(desk.transact(TEST, big, f"big-{n}") for n in range(50)), return_exceptions=True
        )
        full = [answer for answer in answers if answer is not None]
        assert full
        assert all(isinstance(answer, Unavailable) for answer in full)
        stored = {f"big-{n}" for n, answer in enumerate(answers) if answer is None}
        assert await names(desk) == {"before"} | stored

        await desk.transact(TEST, limit, 1_000_000)
        await desk.transact(TEST, big, "after")
        assert await names(desk) == {"before", "after"} | stored


async def test_a_use_case_that_fills_the_disk_itself_fails_and_its_neighbours_do_not(
    sqlite_url, tmp_path, manual_clock
):
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, note, "before")

        def glutton(tx: Tx) -> None:
            tx.execute(sa.text("PRAGMA max_page_count = 1"))
            tx.execute(
                sa.text(
                    "CREATE TABLE heap AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    " WHERE i < 5000) SELECT i, hex(randomblob(500)) AS data FROM n"
                )
            )

        def mend(tx: Tx) -> None:
            tx.execute(sa.text("PRAGMA max_page_count = 1000000"))

        works: list[Any] = [mend, lambda tx: note(tx, "a"), glutton, mend, lambda tx: note(tx, "b"), mend]
        answers = await asyncio.gather(*(do(desk, work) for work in works), return_exceptions=True)
        assert isinstance(answers[2], Unavailable)
        assert [answer for n, answer in enumerate(answers) if n != 2] == [None] * 5
        assert await names(desk) == {"before", "a", "b"}


async def test_a_database_file_that_cannot_be_opened_is_tried_again_at_the_next_call(tmp_path, manual_clock):
    folder = tmp_path / "not-mounted-yet"
    url = f"sqlite:///{folder / 'careline.sqlite3'}"
    async with a_desk(url, tmp_path, manual_clock) as desk:
        with pytest.raises(Unavailable):
            await desk.transact(TEST, note, "early")
        with pytest.raises(Unavailable):
            await names(desk)
        folder.mkdir()
        migrate.upgrade(url)
        await desk.transact(TEST, note, "now")
        assert await names(desk) == {"now"}


async def test_a_file_locked_by_another_program_is_waited_for(sqlite_url, tmp_path, manual_clock):
    """The command line writes from a process of its own."""
    other = sa.create_engine(sqlite_url)
    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        with other.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            write = asyncio.ensure_future(desk.transact(TEST, note, "patient"))
            await asyncio.sleep(0.2)
            assert not write.done()
            assert await names(desk) == set()  # readers wait for nobody
            connection.rollback()
        await write
        assert await names(desk) == {"patient"}
    other.dispose()


async def test_whoever_waits_when_the_desk_closes_is_answered(desk):
    works = [asyncio.ensure_future(desk.transact(TEST, note, f"n{n}")) for n in range(40)]
    await asyncio.sleep(0)
    await desk.close()
    answers = await asyncio.gather(*works, return_exceptions=True)
    assert all(answer is None or isinstance(answer, Unavailable) for answer in answers)
