"""desk/complaints/steps.py: complaint work in the one queue.

A step of a complaint, an action of a recovery and a call-back to an unhappy customer are work
items like any other: they wait, are offered, and are done. They take the capacity of a task.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.complaints.site import queue_of
from desk.kernel.events import WorkItemChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import agents, work_items
from desk.work import in_line, offers

#: How long a step waits for the complaint's owner before anybody in the queue gets it.
OWNER_FIRST = timedelta(minutes=30)

_NOT_IN_HAND = ("scheduled", "waiting", "offered")


def offer_step(tx: Tx, complaint: Row, title: str, *, due_at: datetime, since: datetime | None = None) -> str:
    """Puts the next step of a complaint into the queue, or renames the one that waits there for the same.

    The same is what has the same due time or title; `since` as in `put`.

    One that somebody has in hand, or is being asked to take, is left as it is: it is done when they
    say so, and they have not read this.
    """
    mine = (work_items.c.reference == complaint.id, work_items.c.kind == "complaint_step")
    same = sa.or_(work_items.c.due_at == due_at, work_items.c.title == title[:300])
    found = sa.select(work_items.c.id).where(*mine, same, work_items.c.state == "waiting")
    waiting = tx.all(found.order_by(work_items.c.id))
    if waiting:
        item = tx.take(work_items, waiting[0].id)
        if item.state == "waiting":
            tx.update(work_items, item.id, title=title[:300], due_at=due_at)
            in_line.waits(tx, item.id)
            return str(item.id)
    return put(
        tx,
        kind="complaint_step",
        customer_id=complaint.customer_id,
        reference=complaint.id,
        title=title,
        due_at=due_at,
        since=since,
        wanted_agent_id=complaint.owner_id,
    )


def put(
    tx: Tx,
    *,
    kind: str,
    customer_id: str,
    reference: str,
    title: str,
    due_at: datetime,
    since: datetime | None = None,
    wanted_agent_id: str | None = None,
) -> str:
    """A new work item that waits from now on; returns its id.

    Its place is `since`, the instant from which it was to be offered: a queue that was late, or a clock that
    was moved, puts nobody behind others whose turn came after theirs.
    """
    item_id, queue = tx.new_id(), queue_of(tx)
    wanted = wanted_agent_id if wanted_agent_id and _is_agent(tx, wanted_agent_id) else None
    tx.insert(
        work_items,
        id=item_id,
        kind=kind,
        channel=in_line.CHANNEL,
        customer_id=customer_id,
        reference=reference,
        title=title[:300],
        queue=queue,
        state="waiting",
        priority=0,
        placed_at=min(since or tx.now, tx.now),
        due_at=due_at,
        wanted_agent_id=wanted,
        wanted_until=tx.now + OWNER_FIRST if wanted else None,
    )
    in_line.waits(tx, item_id)
    return item_id


def withdraw_due(tx: Tx, complaint_id: str, due_at: datetime, *, why: str) -> None:
    """Ends what waits for a deadline that was met or has moved."""
    withdraw(tx, [complaint_id], why=why, due_at=due_at)


def withdraw(tx: Tx, references: list[str], *, why: str, due_at: datetime | None = None) -> None:
    """Ends work that nobody has in hand yet, of any due time or this one: it has become pointless. It rings no more."""
    open_items: list[sa.ColumnElement[bool]] = [
        work_items.c.reference.in_(references),
        work_items.c.state.in_(_NOT_IN_HAND),
    ]
    if due_at is not None:
        open_items.append(work_items.c.due_at == due_at)
    ids = [row.id for row in tx.all(sa.select(work_items.c.id).where(*open_items))] if references else []
    for item in tx.take(work_items, ids) if ids else ():
        if item.state in _NOT_IN_HAND:
            offers.withdraw_from_item(tx, item.id)
            in_line.is_over(tx, item.id, outcome="withdrawn", note=why)
            tx.emit(WorkItemChanged(id=item.id, state="done", outcome="withdrawn"))


def _is_agent(rx: Rx, user_id: str) -> bool:
    return bool(rx.all(sa.select(agents.c.id).where(agents.c.id == user_id)))
