"""desk/callbacks/life.py: the states of a call-back and its work item, which go together.

    call-back   waiting                            dialling     reached, gave_up, cancelled
    work item   scheduled, waiting, offered, active   scheduled    done

Rows are taken in one order: work item, call-back, then as `desk/work/offers.py` takes them.
"""

from datetime import datetime
from typing import Any

from desk.callbacks.events import CallbackChanged
from desk.kernel.errors import Conflict, NotFound, Stale
from desk.kernel.events import WorkItemChanged
from desk.kernel.transaction import Row, Tx
from desk.tables import callbacks, to_ms, work_items
from desk.work import hands, in_line
from desk.work.scheduled import look_again

KIND = "callback"
WAITING, DIALLING, REACHED, GAVE_UP, CANCELLED = "waiting", "dialling", "reached", "gave_up", "cancelled"


def taken(tx: Tx, callback_id: str) -> tuple[Row, Row]:
    """The work item and the call-back, both taken.

    Raises:
        NotFound: no such call-back.
        Conflict: one that is made by hand.
    """
    items, found = tx.take(work_items, [callback_id]), tx.take(callbacks, [callback_id])
    if not items or items[0].kind != KIND:
        raise NotFound("callback", callback_id)
    if not found:
        raise Conflict("This call-back", "is made by hand; whoever accepts it says what came of it")
    return items[0], found[0]


def check_waits(item: Row, callback: Row) -> None:
    """Lets through a call-back that can still be changed.

    Raises:
        Stale: it has ended.
        Conflict: the customer is being rung.
    """
    if callback.ended_at is not None:
        raise Stale("This call-back")
    if callback.state == DIALLING or item.state == "active":
        raise Conflict("This call-back", "the customer is being rung just now")


def put_off(tx: Tx, callback: Row, item: Row, due: datetime, *, why: str = "", **changes: Any) -> None:
    """Nobody is asked before `due`; the item keeps its place unless `changes` say another."""
    tx.update(callbacks, callback.id, state=WAITING, due_at=due)
    hands.let_go(tx, item.id, item.agent_id, state="scheduled", **changes)
    look_again(tx, callback.id, due)
    tx.emit(WorkItemChanged(id=item.id, state="scheduled", agent_id=item.agent_id))
    tell(tx, callback, WAITING, due=due, why=why)


def end(tx: Tx, callback: Row, item: Row, state: str, *, why: str = "", note: str = "") -> None:
    """It is over, and so is its work item."""
    in_line.is_over(tx, item.id, outcome=state, note=note[:4000] or item.note)
    hands.let_go(tx, item.id, item.agent_id)
    tx.emit(WorkItemChanged(id=item.id, state="done", agent_id=item.agent_id, outcome=state))
    _ended(tx, callback, state, why)


def settled(tx: Tx, item: Row, outcome: str) -> None:
    """What came of a call-back that somebody made by hand; the work item is done.

    Raises:
        Conflict: the customer is being rung.
    """
    callback = tx.take(callbacks, item.id)
    if callback.state == DIALLING:
        raise Conflict("This call-back", "the customer is being rung just now")
    _ended(tx, callback, outcome)


def tell(tx: Tx, callback: Row, state: str, *, due: datetime | None = None, attempts: int = -1, why: str = "") -> None:
    """Says that a call-back has come to `state`."""
    count = callback.attempts if attempts < 0 else attempts
    due_ms = to_ms(due or callback.due_at)
    tx.emit(CallbackChanged(id=callback.id, state=state, queue=callback.queue, due_ms=due_ms, attempts=count, why=why))


def _ended(tx: Tx, callback: Row, state: str, why: str = "") -> None:
    tx.update(callbacks, callback.id, state=state, is_open=None, ended_at=tx.now, why=why)
    look_again(tx, callback.id, None)
    tell(tx, callback, state, why=why)
