"""desk/work/planned_work.py: work that somebody asks for: a task, a call-back, a promise to keep.

It waits in its queue at once, or from the moment that it is planned for; until then it is `scheduled`
and nobody is asked. A call-back waits for its queue to open as well, in its place: nobody is rung while it is closed.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from desk.kernel.cluster import check
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.events import CallbackGaveUp, WorkItemChanged
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.organization.openings import ALWAYS, NEVER_OPEN, keeps_of_queues
from desk.tables import customers, queues, work_items
from desk.work import hands, in_line, offers
from desk.work.kept_for_opening import CALLBACK, begins, kept_for_opening, never_begins
from desk.work.scheduled import QueuePlannedWork, planned_for

KINDS = ("task", CALLBACK, "promise")
#: How far ahead work can be planned.
FURTHEST = timedelta(days=400)
#: What came to nothing is tried again after this.
AGAIN_AFTER = timedelta(hours=4)
MOST_TITLE = 300

_IN_LINE = ("waiting", "offered")
#: Call-backs that the desk dials have their own id for a reference.
_BY_HAND = sa.select(work_items.c.id, work_items.c.queue).where(
    work_items.c.kind == CALLBACK, work_items.c.state.in_(_IN_LINE), work_items.c.reference != work_items.c.id
)


def plan(
    tx: Tx,
    *,
    kind: str,
    customer_id: str,
    queue: str,
    title: str,
    note: str = "",
    from_at: datetime | None = None,
    due_at: datetime | None = None,
) -> str:
    """A new work item; returns its id. It waits from `from_at` on, or from now; `due_at` is when it is late.

    Raises:
        Invalid: names each field that is wrong.
    """
    lacks = _lacks(tx, customer_id=customer_id, queue=queue, title=title, from_at=from_at, due_at=due_at)
    if not lacks and never_begins(tx, kind, queue, from_at):
        lacks.append(("queue", NEVER_OPEN))
    if lacks:
        raise Invalid.many(lacks)
    item_id, at = tx.new_id(), begins(tx, kind, queue, from_at)
    tx.insert(
        work_items,
        id=item_id,
        kind=kind,
        channel=in_line.CHANNEL,
        customer_id=customer_id,
        reference="",
        title=title.strip(),
        note=note,
        queue=queue,
        state="scheduled" if at > tx.now else "waiting",
        priority=0,
        placed_at=max(from_at or tx.now, tx.now),
        due_at=due_at,
        version=0,
    )
    if at > tx.now:
        tx.emit(WorkItemChanged(id=item_id, state="scheduled"))
        planned_for(tx, item_id, at)
    else:
        in_line.waits(tx, item_id)
    return item_id


def queue_planned(tx: Tx, work_item_id: str) -> None:
    """Lets a planned item wait, in the place that it was planned for, unless it was done or queued meanwhile.

    Where its time has not come, or its queue is closed, it is looked at again then; a call-back whose time has come,
    and whose queue never opens, is given up.
    """
    rows = tx.take(work_items, [work_item_id])
    if not rows or rows[0].state != "scheduled":
        return
    item = rows[0]
    at = begins(tx, item.kind, item.queue, item.placed_at)
    if at <= tx.now:
        tx.update(work_items, work_item_id, state="waiting")
        in_line.waits(tx, work_item_id)
    elif item.placed_at <= tx.now and never_begins(tx, item.kind, item.queue, None):
        _give_up(tx, item)
    else:
        planned_for(tx, work_item_id, at)


def _give_up(tx: Tx, item: Row) -> None:
    """Nobody makes this call-back: supervisors are told."""
    in_line.is_over(tx, item.id, outcome="gave_up")
    tx.emit(WorkItemChanged(id=item.id, state="done", outcome="gave_up"))
    tx.emit(CallbackGaveUp(id=item.id, queue=item.queue, attempts=0, why="never_open"))


def in_closed_line(rx: Rx) -> list[str]:
    """Call-backs made by hand that stand in a line which has closed, or ring: nobody is to have them now."""
    standing = rx.all(_BY_HAND)
    keeps = keeps_of_queues(rx) if standing else {}
    return [str(row.id) for row in standing if not keeps.get(row.queue, ALWAYS).at(rx.now).open]


def wait_for_opening(tx: Tx, work_item_id: str, *, epoch: int) -> None:
    """Takes one of them out of line until its queue opens, and lets it ring no more; it keeps its place.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    rows = tx.take(work_items, [work_item_id])
    if rows and rows[0].state in _IN_LINE and kept_for_opening(tx, rows[0]):
        offers.withdraw_from_item(tx, work_item_id)


def put_aside(tx: Tx, item: Row, outcome: str, note: str) -> None:
    """Work that came to nothing, and is still to be done, is offered again after a while."""
    at = tx.now + AGAIN_AFTER
    hands.let_go(tx, item.id, item.agent_id, state="scheduled", placed_at=at, outcome=outcome, note=note)
    planned_for(tx, item.id, at)
    tx.emit(WorkItemChanged(id=item.id, state="scheduled", agent_id=item.agent_id, outcome=outcome))


class Desk(Protocol):
    """What is needed of the desk."""

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case in one transaction."""


async def queue_planned_work(desk: Desk, job: QueuePlannedWork) -> None:
    """Does `QueuePlannedWork`."""
    await desk.transact(Actor.system("planned work"), queue_planned, job.work_item_id)


def _lacks(
    tx: Tx, *, customer_id: str, queue: str, title: str, from_at: datetime | None, due_at: datetime | None
) -> list[tuple[str, str]]:
    lacks = []
    for name, table, id in (("customer_id", customers, customer_id), ("queue", queues, queue)):
        try:
            tx.one(table, id)
        except NotFound as error:
            lacks.append((name, error.message))
    if not title.strip() or len(title) > MOST_TITLE:
        lacks.append(("title", f"say what is to be done, in at most {MOST_TITLE} characters"))
    for name, at in (("from_at", from_at), ("due_at", due_at)):
        if at is not None and at > tx.now + FURTHEST:
            lacks.append((name, f"more than {FURTHEST.days} days ahead"))
    if from_at is not None and due_at is not None and due_at < from_at:
        lacks.append(("due_at", "before it begins"))
    return lacks
