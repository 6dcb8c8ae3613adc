"""desk/kernel/event_log.py: the table `events`, read in order, and how its entries get their order.

`position` is the order in which commits became visible. On SQLite, with its one writer, the
transaction stamps it. On PostgreSQL ids are taken in one order and committed in another: a reader
of `id > mine` would miss events, so one process, the holder of the lease, stamps what has been
committed, and a reader of `position > mine` misses nothing.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from desk.kernel.cluster import check
from desk.kernel.errors import NotFound
from desk.kernel.events import Logged, decode
from desk.kernel.questions import Question, answer
from desk.kernel.transaction import Row, Rx, Tx, single
from desk.tables import cursors, events, leases

#: Most events stamped in one transaction, or read at once.
BATCH = 500


@single
def head(rx: Rx) -> int:
    """The last position in this snapshot: a reader who loads rows here continues after it."""
    return answer(rx, HEAD)


@single
def log_since(rx: Rx, position: int, limit: int) -> tuple[int, list[Logged]]:
    """How far `limit` entries after `position` go, and what they say, in order.

    Events that this version does not know are left out, yet counted.
    """
    rows = rx.all(_SINCE, after=position, most=limit)
    return (rows[-1].position if rows else position), read(rows)


def read(rows: Iterable[Row]) -> list[Logged]:
    """What rows of the log say."""
    known = []
    for row in rows:
        event = decode(row.name, row.subject, row.data)
        if event is not None:
            known.append(Logged(position=row.position, at=row.at, actor=row.actor, event=event))
    return known


@single
def stamp(tx: Tx, lease: str, epoch: int) -> list[Row]:
    """Gives positions to committed events that have none, and returns them in order; nothing if the lease is lost.

    One statement: it locks the row of the lease, so that nobody takes over before it is done.
    """
    rows = tx.all(_STAMP, lease=lease, epoch=epoch)
    return sorted(rows, key=lambda row: int(row.position))


def cursor(rx: Rx, name: str) -> int:
    """How far the durable reader `name` has come; 0 if it never read."""
    try:
        return int(rx.one(cursors, name).position)
    except NotFound:
        return 0


def move_cursor(tx: Tx, name: str, position: int, *, lease: str, epoch: int) -> None:
    """Remembers how far the durable reader `name` has come.

    Raises:
        Stale: another process reads for it now.
    """
    check(tx, lease, epoch)
    if not tx.insert_if_new(cursors, name=name, position=position):
        tx.update(cursors, name, position=position)


_HEAD = sa.select(sa.func.coalesce(sa.func.max(events.c.position), 0).label("head"))
#: `head` as a question.
HEAD: Question[int] = Question([(_HEAD, {})], lambda rows: int(rows[0].head))
_SINCE = (
    sa.select(events)
    .where(events.c.position > sa.bindparam("after"))
    .order_by(events.c.position)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def _stamp() -> sa.Update:
    ours = (leases.c.name == sa.bindparam("lease"), leases.c.epoch == sa.bindparam("epoch"))
    lease = sa.select(leases.c.name).where(*ours).with_for_update(read=True).cte("lease")
    fresh = (
        sa.select(events.c.id, sa.func.row_number().over(order_by=events.c.id).label("n"))
        .where(events.c.position.is_(None), sa.exists(sa.select(lease.c.name)))
        .order_by(events.c.id)
        .limit(BATCH)
        .cte("fresh")
    )
    last = sa.select(sa.func.coalesce(sa.func.max(events.c.position), 0)).scalar_subquery()
    return (
        sa.update(events).where(events.c.id == fresh.c.id).values(position=last + fresh.c.n).returning(*events.columns)
    )


_STAMP = _stamp()
