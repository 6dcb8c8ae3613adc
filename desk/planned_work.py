"""desk/planned_work.py: work that somebody asks for: a task, a call-back, a promise to keep.

It waits in its queue at once, or from the moment that it is planned for; until then it is `scheduled`
and nobody is asked. A call-back waits for its queue to open as well, in its place: nobody is rung while it is closed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from desk import in_line
from desk.complaints.steps import CHANNEL
from desk.kernel.cluster import check
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.events import WorkItemChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.openings import ALWAYS, keeps_of_queues
from desk.tables import customers, queues, work_items

CALLBACK = "callback"
KINDS = ("task", CALLBACK, "promise")
#: How far ahead work can be planned.
FURTHEST = timedelta(days=400)
#: What came to nothing is tried again after this.
AGAIN_AFTER = timedelta(hours=4)
#: A queue that is closed for nobody knows how long is looked at again after so long.
LOOKED_AT_AGAIN = timedelta(minutes=1)
MOST_TITLE = 300

#: Call-backs that the desk dials have their own id for a reference.
_BY_HAND = sa.select(work_items.c.id, work_items.c.queue).where(
    work_items.c.kind == CALLBACK, work_items.c.state == "waiting", work_items.c.reference != work_items.c.id
)


@dataclass(frozen=True, kw_only=True)
class QueuePlannedWork(Job):
    """The time of a planned work item has come."""

    work_item_id: str


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
    if lacks:
        raise Invalid.many(lacks)
    item_id, begins = tx.new_id(), _begins(tx, kind, queue, from_at)
    tx.insert(
        work_items,
        id=item_id,
        kind=kind,
        channel=CHANNEL,
        customer_id=customer_id,
        reference="",
        title=title.strip(),
        note=note,
        queue=queue,
        state="scheduled" if begins > tx.now else "waiting",
        priority=0,
        placed_at=max(from_at or tx.now, tx.now),
        due_at=due_at,
        version=0,
    )
    if begins > tx.now:
        tx.emit(WorkItemChanged(id=item_id, state="scheduled"))
        _look_again(tx, item_id, begins)
    else:
        in_line.waits(tx, item_id)
    return item_id


def queue_planned(tx: Tx, work_item_id: str) -> None:
    """Lets a planned item wait, in the place that it was planned for, unless it was done or queued meanwhile."""
    rows = tx.take(work_items, [work_item_id])
    if not rows or rows[0].state != "scheduled":
        return
    begins = _begins(tx, rows[0].kind, rows[0].queue, None)
    if begins > tx.now:
        _look_again(tx, work_item_id, begins)
        return
    tx.update(work_items, work_item_id, state="waiting")
    in_line.waits(tx, work_item_id)


def in_closed_line(rx: Rx) -> list[str]:
    """Call-backs made by hand that stand in a line which has closed: nobody is to be offered them now."""
    standing = rx.all(_BY_HAND)
    keeps = keeps_of_queues(rx) if standing else {}
    return [str(row.id) for row in standing if not keeps.get(row.queue, ALWAYS).at(rx.now).open]


def wait_for_opening(tx: Tx, work_item_id: str, *, epoch: int) -> None:
    """Takes one of them out of line until its queue opens; it keeps its place.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    rows = tx.take(work_items, [work_item_id])
    if not rows or rows[0].state != "waiting":
        return
    begins = _begins(tx, rows[0].kind, rows[0].queue, None)
    if begins > tx.now:
        tx.update(work_items, work_item_id, state="scheduled")
        tx.emit(WorkItemChanged(id=work_item_id, state="scheduled"))
        _look_again(tx, work_item_id, begins)


def put_aside(tx: Tx, item: Row, outcome: str, note: str) -> None:
    """Work that came to nothing, and is still to be done, is offered again after a while."""
    at = tx.now + AGAIN_AFTER
    tx.update(work_items, item.id, state="scheduled", agent_id=None, placed_at=at, outcome=outcome, note=note)
    _look_again(tx, item.id, at)
    tx.emit(WorkItemChanged(id=item.id, state="scheduled", agent_id=item.agent_id, outcome=outcome))


class Desk(Protocol):
    """What is needed of the desk."""

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case in one transaction."""


async def queue_planned_work(desk: Desk, job: QueuePlannedWork) -> None:
    """Does `QueuePlannedWork`."""
    await desk.transact(Actor.system("planned work"), queue_planned, job.work_item_id)


def _begins(rx: Rx, kind: str, queue: str, from_at: datetime | None) -> datetime:
    """When work may be offered that is planned for then; a call-back, once its queue is open."""
    at = max(from_at or rx.now, rx.now)
    if kind != CALLBACK:
        return at
    opening = keeps_of_queues(rx).get(queue, ALWAYS).at(at)
    return at if opening.open else opening.until or at + LOOKED_AT_AGAIN


def _look_again(tx: Tx, work_item_id: str, at: datetime) -> None:
    tx.defer(QueuePlannedWork(work_item_id=work_item_id), at=at, key=f"planned:{work_item_id}")


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
