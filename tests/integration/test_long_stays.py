"""What was going on at an instant is found however long it lasted, and without looking through all that there was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from desk.kernel import migrate
from desk.replay import instant, other_work, reading
from desk.tables import customers, interactions, queues, segments, to_ms, work_items
from desk.work.long_stays import going_on, over_within, work_going_on
from desk.work.stays import _END_SEGMENT

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
GOING_ON = going_on("queue", "agent")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Stay = tuple[str, datetime, datetime | None]


def look(url: str, act: Callable[[sa.Connection], Any]) -> Any:
    return migrate._within(url, act)


def furnish(connection: sa.Connection) -> None:
    """A customer and a queue."""
    values = {"id": "c", "kind": "person", "name": "Ana", "created_at": AT, "key": "general", "skills": {}}
    for table in (customers, queues):
        if not connection.execute(sa.select(table)).first():
            connection.execute(sa.insert(table), {name: value for name, value in values.items() if name in table.c})


def put(connection: sa.Connection, stays: list[Stay]) -> None:
    """A contact each, which is done where its stay is over."""
    furnish(connection)
    about = {"customer_id": "c", "queue": "general", "channel": "email"}
    came = [{"id": id, "state": "queued", "arrived_at": begins} | about for id, begins, _ in stays]
    items = [
        {"id": id, "interaction_id": id, "kind": "interaction", "placed_at": begins} | about
        | {"state": "done" if ends else "waiting"}
        for id, begins, ends in stays
    ]  # fmt: skip
    rows = [
        {"id": id, "interaction_id": id, "kind": "queue", "from_at": begins, "to_at": ends}
        | {"within_h": over_within(begins, ends) if ends else None}
        for id, begins, ends in stays
    ]
    for table, many in ((interactions, came), (work_items, items), (segments, rows)):
        connection.execute(sa.insert(table), many)


def some_stays(rng: Random, number: int) -> list[Stay]:
    """From seconds to years; some go on."""
    found: list[Stay] = []
    for at in range(number):
        begins = AT + timedelta(seconds=rng.randrange(8 * 365 * 86_400))
        lasts = timedelta(seconds=int(10 ** rng.uniform(0, 8.3)))
        found.append((f"{at:05}", begins, None if rng.random() < 0.1 else begins + lasts))
    return found


def test_nothing_is_missed_that_was_going_on_and_nothing_else_is_found(database_url: str):
    rng = Random(7)
    stays = [*some_stays(rng, 400), ("hour", AT, AT + HOUR), ("more", AT, AT + HOUR + timedelta(milliseconds=1))]
    edges = [edge for _, begins, ends in stays[::40] for edge in (begins, ends or begins)]
    spans = [(at, at + length) for at in [*edges, AT, AT + HOUR, AT + 2 * HOUR] for length in (0 * DAY, 9 * DAY)]

    def act(connection: sa.Connection) -> list[set[str]]:
        put(connection, stays)
        asked = [{"begins": begins, "until": until} for begins, until in spans]
        return [{row.interaction_id for row in connection.execute(GOING_ON, one)} for one in asked]

    assert look(database_url, act) == [
        {id for id, from_at, to_at in stays if from_at <= until and (to_at is None or to_at > begins)}
        for begins, until in spans
    ]


def test_other_work_is_found_that_was_there_however_long_ago_it_was_made(database_url: str):
    rng = Random(8)
    work = [*some_stays(rng, 400), ("hour", AT, AT + HOUR), ("more", AT, AT + HOUR + timedelta(milliseconds=1))]
    edges = [edge for _, begins, ends in work[::40] for edge in (begins, ends or begins)]
    instants = [*edges, AT, AT + HOUR, AT + 2 * HOUR]

    def act(connection: sa.Connection) -> list[set[str]]:
        furnish(connection)
        about = {"customer_id": "c", "queue": "general", "channel": "task", "kind": "task", "placed_at": AT}
        items = [
            {"id": id, "state": "done" if ends else "waiting", "began_at": begins if ends else None} | about
            | {"within_h": (over_within(begins, ends) or 1) if ends else None}
            for id, begins, ends in work
        ]  # fmt: skip
        connection.execute(sa.insert(work_items), items)
        asked = [{"at": at, "asked": "none"} for at in instants]
        return [{row.id for row in connection.execute(work_going_on(), one)} for one in asked]

    found = look(database_url, act)

    there = [{id for id, begins, ends in work if ends and begins <= at < ends} for at in instants]
    open_now = {id for id, _, ends in work if ends is None}
    assert all(those <= these and open_now <= these for those, these in zip(there, found, strict=True))
    too_many = sum(len(these - open_now) for these in found) / max(1, sum(map(len, there)))
    assert too_many < 2.5  # that which had been done before


def test_what_it_costs_is_what_was_going_on_and_not_how_long_the_log_is(sqlite_url: str):
    """A year, and then three more before and after it, of stays from a minute to two months: as many steps."""
    number = count()

    def of_years(first: int, last: int) -> list[Stay]:
        begun = [AT + first * 365 * DAY + n * 6 * HOUR for n in range((last - first) * 365 * 4)]
        lasts = (timedelta(minutes=1), HOUR, 5 * HOUR, 3 * DAY, 60 * DAY)
        return [(f"{next(number):06}", at, at + lasts[n % len(lasts)]) for n, at in enumerate(begun)]

    def steps(connection: sa.Connection) -> tuple[int, int]:
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1

        driver: Any = connection.connection.driver_connection
        at = {"begins": AT + 200 * DAY, "until": AT + 200 * DAY}
        driver.set_progress_handler(step, 1)
        found = len(connection.execute(GOING_ON, at).all())
        driver.set_progress_handler(None, 1)
        return found, taken

    look(sqlite_url, lambda connection: put(connection, of_years(0, 1)))
    found, before = look(sqlite_url, steps)
    look(sqlite_url, lambda connection: put(connection, [*of_years(-3, 0), *of_years(1, 4)]))
    again, after = look(sqlite_url, steps)

    assert found == again > 40
    assert after < 1.1 * before


def test_no_stay_is_looked_for_in_all_that_there_was(database_url: str):
    def plan(connection: sa.Connection) -> str:
        postgres = connection.dialect.name == "postgresql"
        if postgres:  # a table of no rows is read whole by whoever is allowed to
            connection.execute(sa.text("SET enable_seqscan = off"))
        asked = GOING_ON.params(begins=AT, until=AT)
        text = asked.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        rows = connection.execute(sa.text(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{text}"))
        return "\n".join(str(row) for row in rows)

    told = look(database_url, plan)

    assert "SCAN segments" not in told and "Seq Scan" not in told
    indexes = (
        "ix_segments_kind_from_at",
        "ix_segments_long",
        "ix_segments_interaction_id",
        "ix_work_items_state_queue",
    )
    assert [told.count(index) for index in indexes] == [1, 20, 1, 1]


def test_nothing_else_of_an_instant_is_looked_for_in_the_whole_log(sqlite_url: str):
    """Who was what by agent and number, what rang by agent and instant, how far the log reaches at its ends."""
    asked = {"at": AT, "since": AT - DAY, "later": AT + HOUR}

    def plan(statement: sa.Select[Any]) -> str:
        values = {name: asked[name] for name in statement.compile().params if name in asked}
        text = statement.params(values).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        rows = look(sqlite_url, lambda connection: connection.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")).all())
        return "\n".join(str(row) for row in rows)

    assert "ix_offers_agent_id_made_at (agent_id=? AND made_at>? AND made_at<?)" in plan(instant._MADE)
    assert "ix_events_subject_id (subject=? AND id<?)" in plan(instant._BECAME)
    of_work = plan(other_work._LAST_SAID.params(asked="w"))
    assert "SCAN events" not in of_work and "SCAN work_items" not in of_work
    assert of_work.count("ix_work_items_over (within_h=? AND began_at>? AND began_at<?)") == 21
    assert plan(reading._LOG).count("SEARCH events") == 2


def test_a_stay_says_how_long_it_was_when_it_ends(database_url: str):
    lasted = [DAY * 0, HOUR, HOUR + timedelta(milliseconds=1), 2 * HOUR, 33 * DAY, 99 * 365 * DAY]

    def act(connection: sa.Connection) -> list[Any]:
        put(connection, [(str(at), AT, None) for at in range(len(lasted))])
        for at, span in enumerate(lasted):
            connection.execute(
                _END_SEGMENT, {"of": str(at), "at": AT + span, "at_ms": to_ms(AT + span), "how": "answered"}
            )
        return list(connection.execute(sa.select(segments.c.within_h).order_by(segments.c.id)).scalars())

    assert look(database_url, act) == [None, None, 2, 2, 1024, 2**20]
    assert [over_within(AT, AT + span) for span in lasted] == [None, None, 2, 2, 1024, 2**20]
