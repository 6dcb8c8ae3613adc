"""desk/work/kept_for_opening.py: a call-back whose queue is closed does not stand in line: it waits for the opening.

It keeps its place, and is `scheduled` as what is planned for later. That holds for what is new, for what comes back
from an offer, and for what is about to be offered, each in the transaction in which it would have stood in line.
"""

from datetime import datetime, timedelta

from desk.kernel.events import WorkItemChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.openings import ALWAYS, is_never_open, keeps_of_queues
from desk.tables import work_items
from desk.work.scheduled import look_again, planned_for

CALLBACK = "callback"
#: A queue that is closed for nobody knows how long is looked at again after so long.
LOOKED_AT_AGAIN = timedelta(minutes=1)


def begins(rx: Rx, kind: str, queue: str, from_at: datetime | None) -> datetime:
    """When work may be offered that is planned for then; a call-back, once its queue is open."""
    at = max(from_at or rx.now, rx.now)
    if kind != CALLBACK:
        return at
    opening = keeps_of_queues(rx).get(queue, ALWAYS).at(at)
    return at if opening.open else opening.until or at + LOOKED_AT_AGAIN


def never_begins(rx: Rx, kind: str, queue: str, from_at: datetime | None) -> bool:
    """Whether it is a call-back that waits from then on for an opening of its queue that there is not."""
    at = max(from_at or rx.now, rx.now)
    return kind == CALLBACK and is_never_open(keeps_of_queues(rx).get(queue, ALWAYS), at)


def by_hand(item: Row) -> bool:
    """Whether it is a call-back that somebody makes by hand: those that the desk dials have their own id for a
    reference."""
    return bool(item.kind == CALLBACK and item.reference != item.id)


def is_closed_to(rx: Rx, item: Row) -> bool:
    """Whether an item is a call-back of a queue that is closed now."""
    return item.kind == CALLBACK and not keeps_of_queues(rx).get(item.queue, ALWAYS).at(rx.now).open


def kept_for_opening(tx: Tx, item: Row) -> bool:
    """Lets a call-back wait for the opening instead of in line, if its queue is closed now; whether it does."""
    if not is_closed_to(tx, item):
        return False
    tx.update(work_items, item.id, state="scheduled")
    tx.emit(WorkItemChanged(id=item.id, state="scheduled", agent_id=item.agent_id))
    if by_hand(item):
        planned_for(tx, item.id, begins(tx, item.kind, item.queue, None))
    else:
        look_again(tx, item.id, tx.now)  # what it is due by says who knows its customer's hours
    return True
