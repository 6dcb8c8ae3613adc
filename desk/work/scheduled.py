"""desk/work/scheduled.py: work that nobody is asked for yet is looked at again, once, when its time has come."""

from dataclasses import dataclass
from datetime import datetime

from desk.kernel.jobs import Job
from desk.kernel.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class QueuePlannedWork(Job):
    """The time of a planned work item has come."""

    work_item_id: str


@dataclass(frozen=True, kw_only=True)
class OfferCallback(Job):
    """Something about a call-back falls due: it, the end of the hours that are safe for it, or word of its call."""

    callback_id: str


def planned_for(tx: Tx, work_item_id: str, at: datetime) -> None:
    """The item is looked at then, and no more before."""
    tx.defer(QueuePlannedWork(work_item_id=work_item_id), at=at, key=f"planned:{work_item_id}")


def look_again(tx: Tx, callback_id: str, at: datetime | None) -> None:
    """The call-back is looked at again at `at`, and no more before; never, if there is no such time."""
    if at is None:
        tx.cancel(_key(callback_id))
    else:
        tx.defer(OfferCallback(callback_id=callback_id), at=at, key=_key(callback_id))


def _key(callback_id: str) -> str:
    return f"callback:{callback_id}"
