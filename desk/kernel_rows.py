"""desk/kernel_rows.py: the events and jobs that transactions leave behind, written once for all of them.

A use case says what happened and what must be done; nothing of it is a row before its
transaction ends. Whoever commits calls `write` last, with every use case of the commit in order.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from desk.tables import events, jobs
from desk.transaction import Deferred, Tx


def to_json(value: Any) -> str:
    """JSON as the tables store it."""
    return orjson.dumps(value).decode()


def write(connection: sa.Connection, done: Sequence[Tx], *, last_position: Callable[[], int] | None = None) -> None:
    """Writes what `done` left behind; with `last_position`, events get theirs here and now."""
    rows: list[dict[str, Any]] = [
        {
            "at": tx.now,
            "name": event.name,
            "actor": str(tx.actor),
            "subject": event.id,
            "data": event.data(),
            "position": None,
        }
        for tx in done
        for event in tx.events
    ]
    if rows:
        if last_position is not None:
            for position, row in enumerate(rows, last_position() + 1):
                row["position"] = position
        connection.execute(_INSERT_EVENTS, rows)
    if any(tx.deferred for tx in done):
        _write_jobs(connection, [item for tx in done for item in tx.deferred])


def _write_jobs(connection: sa.Connection, deferred: Sequence[Deferred]) -> None:
    """The last word about a key counts; keys are sorted, so that two transactions never wait for each other."""
    keyed = {item.key: item for item in deferred if item.key is not None}
    cancelled = sorted(key for key, item in keyed.items() if item.job is None)
    if cancelled:
        connection.execute(_CANCEL, {"keys": cancelled})
    rows = [_row(item) for item in deferred if item.key is None]
    rows += [_row(keyed[key]) for key in sorted(keyed) if keyed[key].job is not None]
    if rows:
        connection.execute(_UPSERT_JOBS[connection.dialect.name], rows)


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


def _upsert(insert: Callable[[sa.Table], Any]) -> sa.Executable:
    """A waiting job with the key moves. It gets the new id: one that runs just now cannot take it for its own."""
    statement = insert(jobs)
    moved = {column.name: statement.excluded[column.name] for column in jobs.columns if column.name != "key"}
    upsert: sa.Executable = statement.on_conflict_do_update(index_elements=["key"], set_=moved)
    return upsert


_INSERT_EVENTS = sa.insert(events)
_CANCEL = sa.delete(jobs).where(jobs.c.key.in_(sa.bindparam("keys", expanding=True)))
_UPSERT_JOBS = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
