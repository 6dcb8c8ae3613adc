"""desk/planned_work.py: work that somebody asks for: a task, a call-back, a promise to keep.

It waits in its queue at once, or from the moment that it is planned for; until then it is `scheduled`
and nobody is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from desk import in_line
from desk.complaints.steps import CHANNEL
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.events import WorkItemChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Tx
from desk.tables import customers, queues, work_items

KINDS = ("task", "callback", "promise")
#: How far ahead work can be planned.
FURTHEST = timedelta(days=400)
#: What came to nothing is tried again after this.
AGAIN_AFTER = timedelta(hours=4)
MOST_TITLE = 300


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
    item_id, later = tx.new_id(), from_at is not None and from_at > tx.now
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
        state="scheduled" if later else "waiting",
        priority=0,
        placed_at=max(from_at or tx.now, tx.now),
        due_at=due_at,
        version=0,
    )
    if later:
        tx.emit(WorkItemChanged(id=item_id, state="scheduled"))
        tx.defer(QueuePlannedWork(work_item_id=item_id), at=from_at)
    else:
        in_line.waits(tx, item_id)
    return item_id


def queue_planned(tx: Tx, work_item_id: str) -> None:
    """Lets a planned item wait, in the place that it was planned for, unless it was done or queued meanwhile."""
    rows = tx.take(work_items, [work_item_id])
    if rows and rows[0].state == "scheduled":
        tx.update(work_items, work_item_id, state="waiting")
        in_line.waits(tx, work_item_id)


def put_aside(tx: Tx, item: Row, outcome: str, note: str) -> None:
    """Work that came to nothing, and is still to be done, is offered again after a while."""
    at = tx.now + AGAIN_AFTER
    tx.update(work_items, item.id, state="scheduled", agent_id=None, placed_at=at, outcome=outcome, note=note)
    tx.defer(QueuePlannedWork(work_item_id=item.id), at=at)
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
