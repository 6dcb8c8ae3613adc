"""desk/kernel/kernel_rows.py: the events and jobs that transactions leave behind, written once for all of them.

A use case says what happened and what must be done; nothing of it is a row before its
transaction ends. Whoever commits calls `write` last, with every use case of the commit in order.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from desk.kernel import statements
from desk.kernel.connection import Connection
from desk.kernel.transaction import Deferred, Tx
from desk.tables import events, jobs


def to_json(value: Any) -> str:
    """JSON as the tables store it."""
    return orjson.dumps(value).decode()


def write(connection: Connection, done: Sequence[Tx], *, last_position: Callable[[], int] | None = None) -> None:
    """Writes what `done` left behind; with `last_position`, events get theirs here and now."""
    said = [(tx, event) for tx in done for event in tx.events]
    if said:
        position = None if last_position is None else last_position()
        rows: list[dict[str, Any]] = []
        for tx, event in said:
            if position is not None:
                position += 1
            row = {"at": tx.now, "name": event.name, "actor": str(tx.actor), "subject": event.id, "data": event.data()}
            row["position"] = position
            rows.append(row)
        write = statements.prepared(connection.dialect, statements.insert, events, tuple(rows[0]))
        connection.put_rows(write.text, [write.parameters(row) for row in rows], events.name, [object() for _ in rows])
    if any(tx.deferred for tx in done):
        _write_jobs(connection, [item for tx in done for item in tx.deferred])


def _write_jobs(connection: Connection, deferred: Sequence[Deferred]) -> None:
    """The last word about a key counts; keys are sorted, so that two transactions never wait for each other."""
    keyed = {item.key: item for item in deferred if item.key is not None}
    cancelled = sorted(key for key, item in keyed.items() if item.job is None)
    if cancelled:
        cancel = statements.prepared(connection.dialect, _cancel, jobs, ())
        # The jobs that go have other keys than those that come: they may go together.
        connection.put(cancel.text, cancel.parameters({"keys": cancelled}), f"{jobs.name} cancelled", *cancelled)
    rows = [_row(item) for item in deferred if item.key is None]
    rows += [_row(keyed[key]) for key in sorted(keyed) if keyed[key].job is not None]
    for row in rows:
        upsert = statements.prepared(connection.dialect, _upsert, jobs, tuple(row))
        connection.put(upsert.text, upsert.parameters(row), jobs.name, row["key"] or row["id"])


def _row(item: Deferred) -> dict[str, Any]:
    assert item.job is not None
    return {
        "id": item.id,
        "name": item.job.name,
        "key": item.key,
        "due_at": item.due_at,
        "data": item.job.data(),
        "attempts": 0,
        "error": "",
        "claimed_until": None,
        "failed_at": None,
    }


def _upsert(table: sa.Table, dialect: str) -> sa.ClauseElement:
    """A waiting job with the key moves. It gets the new id: one that runs just now cannot take it for its own.

    The claim is left as it is: while a job of the key runs, the next one waits for it.
    """
    statement: Any = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    moved = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in ("key", "claimed_until")
    }
    upsert: sa.ClauseElement = statement.on_conflict_do_update(index_elements=["key"], set_=moved)
    return upsert


def _cancel(table: sa.Table, _dialect: str) -> sa.ClauseElement:
    """The waiting jobs with these keys."""
    return sa.delete(table).where(statements.among(table.c.key, "keys"))
