"""desk/work/in_line.py: work that is no contact waits in its queue, and the log is told all that the router goes by.

So its wait can be explained when it is over: its row says what is, not what was.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.kernel.events import WorkItemChanged, WorkItemQueued
from desk.kernel.transaction import Row, Tx
from desk.tables import events, to_ms, work_items
from desk.work.long_stays import over_within

#: Whose capacity it takes, whatever its kind.
CHANNEL = "task"

#: What the log says of an item that is no contact.
NAMES = (WorkItemQueued.name, WorkItemChanged.name)
_FIRST_SAID = (
    sa.select(events.c.at)
    .where(events.c.subject == sa.bindparam("id"), events.c.name.in_(NAMES))
    .order_by(events.c.id)
    .limit(1)
)
_FOR_WHOM = ("wanted_agent_id", "wanted_until", "wanted_as", "declined_by")


def waits(tx: Tx, work_item_id: str) -> None:
    """Says that an item waits as its row has it now: new, due, returned, or with another place than before."""
    item = tx.one(work_items, work_item_id)
    about = {"kind": item.kind, "queue": item.queue, "channel": item.channel}
    tx.emit(WorkItemQueued(id=item.id, **about, stands=_stands(item)))


def is_over(tx: Tx, work_item_id: str, *, outcome: str, **changes: Any) -> None:
    """An item is done; it is put down how long ago it was made, so that it is found among what stood in line then."""
    said = tx.all(_FIRST_SAID, id=work_item_id)
    began_at = said[0].at if said else tx.now
    over = {"began_at": began_at, "within_h": over_within(began_at, tx.now) or 1}
    tx.update(work_items, work_item_id, state="done", outcome=outcome, **over, **changes)


def for_whom(item: Mapping[str, Any]) -> dict[str, Any]:
    """For whom these values of an item keep it, and who is not asked; what is nothing is left out."""
    until = item["wanted_until"]
    found = {
        "wanted_agent_id": item["wanted_agent_id"],
        "wanted_until_ms": to_ms(until) if until else None,
        "wanted_as": item["wanted_as"],
        "declined_by": item["declined_by"],
    }
    return {name: value for name, value in found.items() if value}


def _stands(item: Row) -> dict[str, Any]:
    """What counts for its turn; what is nothing is left out."""
    found = {
        "placed_ms": to_ms(item.placed_at),
        "priority": item.priority,
        "due_ms": to_ms(item.due_at) if item.due_at else None,
        "declines": item.declines,
    }
    return {name: value for name, value in found.items() if value or name == "placed_ms"} | for_whom(
        {name: getattr(item, name) for name in _FOR_WHOM}
    )
