"""What a use case may rely on, whichever the database: all or nothing, nobody's words lost, nobody else's fault."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from desk.kernel.database import REFUSED
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, NotFound, Unavailable
from desk.kernel.events import Event, MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.transaction import Rx, Tx
from desk.tables import cursors, customers, events, jobs, numbers, organization, queues
from tests.integration.kernel.conftest import TEST, a_desk, counting, do


@dataclass(frozen=True, kw_only=True)
class KernelPing(Job):
    note: str = ""


def message(id: str) -> MessageAdded:
    return MessageAdded(id=id, interaction_id="i", author_kind="customer")


async def rows(desk: Desk, table: sa.Table, *where: Any) -> list[Any]:
    return list(await desk.read(TEST, lambda rx: rx.all(sa.select(table).where(*where))))


async def test_200_callers_who_read_then_write_lose_no_update(desk):
    await do(desk, lambda tx: tx.insert(numbers, series="C", last=0))

    def count_up(tx: Tx) -> int:
        row = tx.take(numbers, "C")
        tx.update(numbers, "C", last=row.last + 1)
        return row.last + 1

    given = await asyncio.gather(*(do(desk, count_up) for _ in range(200)))

    assert sorted(given) == list(range(1, 201))
    assert (await rows(desk, numbers))[0].last == 200


async def test_the_same_new_thing_from_many_at_once_is_new_once(desk):
    def arrive(tx: Tx) -> bool:
        return tx.insert_if_new(numbers, series="one", last=1)

    new = await asyncio.gather(*(do(desk, arrive) for _ in range(50)))
    assert new.count(True) == 1


async def test_a_use_case_that_raises_loses_its_rows_events_and_jobs_and_no_one_elses(desk):
    def work(tx: Tx, number: int) -> int:
        tx.insert(cursors, name=f"reader-{number}", position=number)
        tx.emit(message(f"m{number}"))
        tx.defer(KernelPing(note=str(number)), key=f"k{number}")
        if number % 3 == 0:
            raise Conflict("number", "divisible by three")
        return number

    answers = await asyncio.gather(*(desk.transact(TEST, work, n) for n in range(60)), return_exceptions=True)

    good = [n for n in range(60) if n % 3]
    assert [answer for answer in answers if not isinstance(answer, Exception)] == good
    assert all(isinstance(answers[n], Conflict) for n in range(0, 60, 3))
    assert {row.position for row in await rows(desk, cursors)} == set(good)
    assert {row.subject for row in await rows(desk, events)} == {f"m{n}" for n in good}
    assert {row.key for row in await rows(desk, jobs)} == {f"k{n}" for n in good}


async def test_a_broken_statement_fails_its_caller_alone(desk):
    await do(desk, lambda tx: tx.insert(numbers, series="taken", last=0))

    def good(tx: Tx) -> None:
        tx.insert(cursors, name=tx.new_id(), position=1)

    def bad(tx: Tx) -> None:
        tx.insert(cursors, name=tx.new_id(), position=2)
        tx.insert(numbers, series="taken", last=1)

    answers = await asyncio.gather(*(do(desk, good if n % 2 else bad) for n in range(20)), return_exceptions=True)
    assert [isinstance(answer, REFUSED) for answer in answers] == [n % 2 == 0 for n in range(20)]
    assert [row.position for row in await rows(desk, cursors)] == [1] * 10


@dataclass(frozen=True, kw_only=True)
class KernelUnwritable(Event):
    thing: Any = field(default_factory=object)


async def test_an_event_that_cannot_be_written_fails_its_caller_alone(desk):
    def work(tx: Tx, number: int) -> None:
        tx.insert(cursors, name=f"r{number}", position=number)
        tx.emit(KernelUnwritable(id="x") if number == 7 else message(f"m{number}"))

    answers = await asyncio.gather(*(desk.transact(TEST, work, n) for n in range(20)), return_exceptions=True)

    assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] == [7]
    assert {row.position for row in await rows(desk, cursors)} == set(range(20)) - {7}
    assert len(await rows(desk, events)) == 19
    await do(desk, lambda tx: tx.insert(cursors, name="after", position=0))


async def test_what_refers_to_nothing_is_refused(desk):
    with pytest.raises(REFUSED):
        await do(
            desk,
            lambda tx: tx.insert(
                customers.metadata.tables["addresses"],
                id="a",
                customer_id="nobody",
                kind="email",
                value="x",
                created_at=tx.now,
            ),
        )


async def test_a_late_conflict_on_one_key_is_settled_by_the_second(desk):
    """Two lists in opposite order would wait for each other: one is run again."""
    for series in "ab":
        await do(desk, counting(series))
    runs = 0

    def both(tx: Tx, order: str) -> None:
        nonlocal runs
        runs += 1
        for series in order:
            row = tx.take(numbers, series)
            tx.update(numbers, series, last=row.last + 1)

    await asyncio.gather(*(desk.transact(TEST, both, "ab" if n % 2 else "ba") for n in range(6)))

    assert [row.last for row in await rows(desk, numbers)] == [6, 6]
    assert runs >= 6


async def test_several_rows_are_taken_in_the_order_of_their_ids_and_the_missing_left_out(desk):
    for series in "cab":
        await do(desk, counting(series))
    taken = await do(desk, lambda tx: [row.series for row in tx.take(numbers, ["c", "a", "z", "a"])])
    assert taken == ["a", "c"]
    with pytest.raises(NotFound) as caught:
        await do(desk, lambda tx: tx.take(numbers, "z"))
    assert (caught.value.kind, caught.value.id) == ("number", "z")


async def test_a_row_with_a_version_counts_its_changes(desk):
    def work(tx: Tx) -> list[int]:
        tx.insert(customers, id="c", name="Ana", created_at=tx.now)
        versions = []
        for name in ("Anna", "Hannah"):
            tx.update(customers, "c", name=name)
            versions.append(tx.one(customers, "c").version)
        tx.update(customers, "c", version=7, note=customers.c.name + "!")
        row = tx.one(customers, "c")
        return [*versions, row.version, row.note]

    assert await do(desk, work) == [1, 2, 7, "Hannah!"]


async def test_queries_see_one_snapshot_and_can_write_nothing(desk):
    await do(desk, lambda tx: tx.insert(numbers, series="n", last=1))
    many = sa.select(numbers)

    seen = await desk.read(TEST, lambda rx: (rx.one(numbers, "n").last, [row.last for row in rx.all(many)]))
    assert seen == (1, [1])
    with pytest.raises((*REFUSED, Unavailable)):
        await desk.read(TEST, lambda rx: rx.all(sa.insert(numbers).values(series="m", last=2).returning(numbers)))
    assert len(await rows(desk, numbers)) == 1


async def test_what_is_stored_comes_back_as_it_was(desk):
    value = {"zone": "Europe/Madrid", "names": ["Ana", "李"], "share": 0.8, "none": None}

    def work(tx: Tx) -> None:
        tx.insert(organization, key="profile", value=value)
        tx.insert(queues, key="general", name="General", skills={"billing": 2})

    await do(desk, work)
    assert (await rows(desk, organization))[0].value == value
    assert (await rows(desk, queues))[0].skills == {"billing": 2}
    await do(desk, lambda tx: tx.insert(customers, id="c", name="Ana", created_at=tx.now))
    assert (await rows(desk, customers))[0].created_at == desk.clock.now()


async def test_a_waiting_job_with_the_same_key_moves(desk):
    at = desk.clock.now()
    await do(desk, lambda tx: tx.defer(KernelPing(note="first"), key="k"))
    (first,) = await rows(desk, jobs)
    await do(desk, lambda tx: tx.update(jobs, first.id, attempts=3, claimed_until=at, error="boom"))

    await do(desk, lambda tx: tx.defer(KernelPing(note="second"), key="k", at=at.replace(year=2027)))

    (second,) = await rows(desk, jobs)
    assert (second.data, second.due_at.year) == ({"note": "second"}, 2027)
    assert (second.attempts, second.error) == (0, "")
    assert second.claimed_until == at  # the first may be running: the second waits for its end
    assert second.id != first.id


@pytest.mark.parametrize("last", ["defer", "cancel"])
async def test_the_last_word_about_a_key_counts_even_within_one_commit(desk, last):
    def work(tx: Tx) -> None:
        tx.cancel("k")
        tx.defer(KernelPing(note="a"), key="k")
        tx.cancel("k")
        if last == "defer":
            tx.defer(KernelPing(note="b"), key="k")

    await do(desk, work)
    assert [row.data for row in await rows(desk, jobs)] == ([{"note": "b"}] if last == "defer" else [])


async def test_a_job_deferred_by_one_and_cancelled_by_the_next_is_gone(desk):
    """On SQLite both are of one batch: the second must still come after the first."""
    block = asyncio.gather(*(do(desk, lambda tx: tx.insert(cursors, name=tx.new_id(), position=0)) for _ in range(3)))
    first = asyncio.ensure_future(do(desk, lambda tx: tx.defer(KernelPing(), key="k")))
    if desk.settings.database_url.startswith("postgresql"):
        await first
    second = asyncio.ensure_future(do(desk, lambda tx: tx.cancel("k")))
    await asyncio.gather(block, first, second)
    assert await rows(desk, jobs) == []


async def test_sqlite_waits_for_the_disk_and_minds_foreign_keys(sqlite_url, tmp_path, manual_clock):
    """A driver or a pool that forgets a pragma would lose acknowledged messages quietly."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")

    def pragmas(rx: Rx) -> list[Any]:
        return [rx.all(sa.text(f"PRAGMA {name}"))[0][0] for name in names]  # type: ignore[arg-type]

    async with a_desk(sqlite_url, tmp_path, manual_clock) as desk:
        assert await desk.transact(TEST, pragmas) == ["wal", 2, 1, 10000]
        assert await desk.read(TEST, pragmas) == ["wal", 2, 1, 10000]


async def test_cancelling_what_does_not_wait_is_no_error(desk):
    await do(desk, lambda tx: tx.cancel("nothing"))


async def test_nobody_is_told_of_what_was_not_committed(desk):
    told: list[str] = []
    desk.on_events.append(lambda: told.append("events"))
    desk.on_jobs.append(lambda: told.append("jobs"))

    def work(tx: Tx, *, fail: bool) -> None:
        tx.emit(message("m"))
        if fail:
            raise Conflict("it", "fails")

    with pytest.raises(Conflict):
        await desk.transact(TEST, work, fail=True)
    assert told == []
    await desk.transact(TEST, work, fail=False)
    assert told == ["events"]
    await do(desk, lambda tx: tx.defer(KernelPing()))
    assert told == ["events", "jobs"]


async def test_what_holds_others_up_is_logged_and_what_is_done_in_bulk_is_not(desk, monkeypatch):
    monkeypatch.setattr("desk.kernel.sqlite_database.SLOW_S", 0.0)
    monkeypatch.setattr("desk.kernel.postgres_database.SLOW_S", 0.0)

    def add(tx: Tx) -> None:
        tx.insert_if_new(numbers, series="C", last=0)

    with capture_logs() as said, desk.in_bulk():
        await do(desk, add)
    with capture_logs() as said_then:
        await do(desk, add)

    assert said == []
    assert [line["event"] for line in said_then] == ["slow_use_case"]


async def test_a_read_takes_what_a_thread_finds_out_and_holds_up_nobody_meanwhile(desk):
    begun: Future[str] = Future()
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def query(rx: Rx) -> tuple[int, str]:
        found = len(rx.all(sa.select(numbers)))
        loop.call_soon_threadsafe(asked.set)
        return found, rx.wait(begun)

    reading = asyncio.create_task(desk.read(TEST, query))
    await asked.wait()
    await do(desk, counting("meanwhile"))
    assert len(await rows(desk, numbers)) == 1
    assert not reading.done()

    begun.set_result("found")

    assert await reading == (0, "found")
    assert await desk.read(TEST, lambda rx: rx.wait(begun)) == "found"


async def test_what_a_thread_fails_with_its_reader_hears(desk):
    begun: Future[str] = Future()
    begun.set_exception(Conflict("number", "not one"))
    with pytest.raises(Conflict, match="not one"):
        await desk.read(TEST, lambda rx: rx.wait(begun))
    assert await rows(desk, numbers) == []
