"""desk/callbacks/beside.py: the other open call-backs to a number, whoever they are for and in whichever queue.

They move with the one that is made: while a number is rung, and until it may be rung again, none of them is offered.
If no customer was rung after all, they are due again as if nothing had been begun; if the customer was reached, as
soon as the talk may be over, and counted anew.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from desk.callbacks.life import WAITING, put_off, tell
from desk.callbacks.rules import terms_of
from desk.callbacks.tries import TALK, rests_until, tries_of
from desk.customers.safe_hours import next_moment
from desk.kernel.transaction import Row, Tx
from desk.tables import callbacks, customers, work_items
from desk.work import offers

#: A work item and its call-back, both taken.
Pair = tuple[Row, Row]
#: What an agent has accepted is put off, and the agent let go, when it would be dialled.
_NOT_ACCEPTED = ("scheduled", "waiting", "offered")


def others_to(tx: Tx, callback: Row) -> list[Pair]:
    """The other call-backs to its number that wait or ring at an agent, taken: before any agent's row is."""
    ids = [row.id for row in tx.all(_OTHERS, number=callback.number, id=callback.id)]
    if not ids:
        return []
    items = {row.id: row for row in tx.take(work_items, ids)}
    found = [(items[row.id], row) for row in tx.take(callbacks, ids)]
    return [(item, other) for item, other in found if _moves(item, other, callback.number)]


def rest_with(tx: Tx, others: Iterable[Pair]) -> None:
    """None of these is due before their number may be rung for its queue, nor tried more often than the number is."""
    for item, other in others:
        rested = rests_until(tx, other.number, other.queue)
        moves = max(tx.now, other.due_at) < rested
        due = _due(tx, other, rested) or rested if moves else other.due_at  # where there is no hour it is given up then
        tried = tries_of(tx, other.number).by(max(due, tx.now))
        counted = _counted(tx, other, max(other.attempts, tried))  # also if it moved far enough when the call began
        if moves:
            if item.state == "offered":
                offers.withdraw_from_item(tx, item.id)
            put_off(tx, counted, item, due)
        elif counted is not other:
            tell(tx, counted, WAITING)


def come_back(tx: Tx, callback: Row, others: Iterable[Pair]) -> None:
    """Those that moved when `callback` was begun are due as they were asked for: nobody was rung."""
    for item, other in others:
        if other.due_at != _due(tx, other, callback.dialled_at + terms_of(tx, other.queue).gap):
            continue
        due = _due(tx, other, max(other.asked_for, rests_until(tx, other.number, other.queue)))
        if due is not None and due < other.due_at:
            put_off(tx, other, item, due)


def count_anew(tx: Tx, others: Iterable[Pair]) -> None:
    """The customer was reached: these are due as they were asked for, after the talk, with no attempt in vain."""
    for item, other in others:
        due = _due(tx, other, max(other.asked_for, rests_until(tx, other.number, other.queue), tx.now + TALK))
        counted = _counted(tx, other, tries_of(tx, other.number).by(tx.now))
        if due is not None and other.due_at != due and (other.due_at > due or item.state != "scheduled"):
            if item.state == "offered":
                offers.withdraw_from_item(tx, item.id)
            put_off(tx, counted, item, due)
        elif counted is not other:
            tell(tx, counted, WAITING)


def _counted(tx: Tx, other: Row, attempts: int) -> Row:
    """The call-back with so many attempts; itself where it has as many."""
    if attempts == other.attempts:
        return other
    tx.update(callbacks, other.id, attempts=attempts)
    return tx.one(callbacks, other.id)


def _due(tx: Tx, callback: Row, wanted: datetime) -> datetime | None:
    return next_moment(tx, tx.one(customers, callback.customer_id), callback.number, callback.queue, wanted)


def _moves(item: Row, other: Row, number: str) -> bool:
    """Whether it is still one of them, now that nobody else changes it."""
    return item.state in _NOT_ACCEPTED and other.state == WAITING and other.number == number


_OTHERS = (
    sa.select(callbacks.c.id)
    .join(work_items, work_items.c.id == callbacks.c.id)
    .where(
        callbacks.c.state == WAITING,
        callbacks.c.number == sa.bindparam("number"),
        callbacks.c.id != sa.bindparam("id"),
        work_items.c.state.in_(_NOT_ACCEPTED),
    )
)
