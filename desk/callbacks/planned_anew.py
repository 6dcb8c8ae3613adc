"""desk/callbacks/planned_anew.py: hours have changed, those of a queue, ours or a customer's: call-backs
that wait are due by the new ones.

A queue that closes later than it did, or is opened again, has its call-backs at once, each in its place. What stands in
line, or rings at an agent, and may not be made now is put off, or given up where no hour is left for it; what was
planned for later is given up when it is due: until then the hours may be changed back.
"""

from typing import Any, Protocol

import sqlalchemy as sa

from desk.callbacks.life import KIND, WAITING, put_off, taken
from desk.callbacks.outcomes import become_due
from desk.callbacks.representatives import through_representative
from desk.callbacks.tries import TALK, rests_until
from desk.customers.safe_hours import next_moment
from desk.customers.safety_changed import PlanCustomerAnew, callbacks_to
from desk.kernel.transaction import Actor, Rx, Tx
from desk.organization.hours_changed import PlanAnew
from desk.tables import customers, work_items
from desk.work.kept_for_opening import by_hand
from desk.work.planned_work import queue_planned
from desk.work.scheduled import look_again

_ACTOR = Actor.system("callbacks")
_PLANNED = sa.select(work_items.c.id).where(
    work_items.c.kind == KIND, work_items.c.state.in_(("scheduled", "waiting", "offered"))
)


def planned(rx: Rx) -> list[str]:
    """The call-backs that are planned for later, stand in line, or ring at an agent."""
    return [str(row.id) for row in rx.all(_PLANNED)]


def plan_anew(tx: Tx, work_item_id: str) -> None:
    """Plans one of them by the hours that hold now; nothing for one that is made, or over."""
    (item,) = tx.take(work_items, [work_item_id]) or (None,)
    if item is None:
        return
    if by_hand(item):
        queue_planned(tx, work_item_id)  # nothing, if it stands in line: there the router looks at its hours
    elif item.state == "scheduled":
        _is_due(tx, work_item_id)
    else:
        become_due(tx, work_item_id)


def _is_due(tx: Tx, callback_id: str) -> None:
    """A call-back that the desk dials is due as it would be if it were booked now; but for the minutes by which a
    number is left alone that was on the line just now."""
    item, callback = taken(tx, callback_id)
    if callback.state != WAITING:
        return
    if callback.due_at <= tx.now:  # its queue was closed at once
        look_again(tx, callback_id, tx.now)
        return
    callback = through_representative(tx, callback)
    wanted = max(min(callback.asked_for, callback.due_at), tx.now, rests_until(tx, callback.number, callback.queue))
    customer = tx.one(customers, callback.customer_id)
    due = next_moment(tx, customer, callback.number, callback.queue, wanted)  # none: it is given up when it is due
    if due is not None and (due < callback.due_at - TALK or due > callback.due_at):
        put_off(tx, callback, item, due, placed_at=min(item.placed_at, due))


class Desk(Protocol):
    """What is needed of the desk."""

    async def read(self, actor: Actor, query: Any, *args: Any) -> Any:
        """Runs a query on one snapshot."""

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case in one transaction."""


async def plan_all_anew(desk: Desk, _: PlanAnew) -> None:
    """Does `PlanAnew`."""
    for id in await desk.read(_ACTOR, planned):
        await desk.transact(_ACTOR, plan_anew, id)


async def plan_customers_anew(desk: Desk, job: PlanCustomerAnew) -> None:
    """Does `PlanCustomerAnew`."""
    for id in await desk.read(_ACTOR, callbacks_to, job.customer_id):
        await desk.transact(_ACTOR, plan_anew, id)
