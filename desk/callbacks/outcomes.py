"""desk/callbacks/outcomes.py: a call-back falls due, is dialled, and ends, or is tried again.

    agent first      due ──▶ the item waits in its place ──accept──▶ dial ──▶ reached, or again after the gap
    customer first   due ──▶ its turn comes (`desk/callbacks/turns.py`) ──▶ ring_customer ──▶ the same

An agent who cannot be rung is no attempt: the item goes back to its place. Nothing is dialled outside the hours in
which the customer may be phoned, nor while the queue is closed, nor on a number that rests, however long it has waited
and whenever it was offered: what counts is when somebody accepts. What is left no such hour is given up when it is
due. The other call-backs to the number move with the one that is made (`desk/callbacks/beside.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from desk.callbacks.beside import Pair, come_back, count_anew, others_to, rest_with
from desk.callbacks.events import CallbackNotDialled
from desk.callbacks.life import (
    DIALLING,
    GAVE_UP,
    REACHED,
    WAITING,
    end,
    put_off,
    taken,
    tell,
)
from desk.callbacks.owners import is_waited_for
from desk.callbacks.representatives import through_representative
from desk.callbacks.rules import language_of, terms_of
from desk.callbacks.tries import TALK, rests_until, talks_with_us
from desk.calls.customer_legs import still_waits
from desk.calls.dialling import dial
from desk.contacts.attempts import AttemptEnded
from desk.customers.numbers import why_not
from desk.customers.safe_hours import may_be_phoned_until, next_moment, told_by
from desk.kernel.errors import Conflict
from desk.kernel.events import CallbackGaveUp, WorkItemChanged
from desk.kernel.transaction import Actor, Row, Tx
from desk.organization.openings import ALWAYS, keeps_of_queues
from desk.organization.organization import setting
from desk.tables import callbacks, customers, to_ms, work_items
from desk.work import hands, in_line, offers
from desk.work.kept_for_opening import LOOKED_AT_AGAIN
from desk.work.offers import DialCallback
from desk.work.scheduled import OfferCallback, look_again
from routing.offers import DECLINED_REST

#: A call of which nobody has said for so long what became of it is over.
LOST_AFTER = timedelta(minutes=10)
#: Why a call-back is given up whose customer may be phoned at no hour in which its queue is open.
NO_HOUR = "no_hour"


def become_due(tx: Tx, callback_id: str) -> None:
    """Lets a call-back wait that is due, puts off one that nobody may make now, and gives up on a lost call."""
    item, callback = taken(tx, callback_id)
    if callback.state == DIALLING:
        _doubt(tx, item, callback)
    elif callback.state == WAITING and item.state in ("scheduled", "waiting", "offered"):
        callback = through_representative(tx, callback)
        if tx.now < callback.due_at:  # it was put off, or the clock was put back
            look_again(tx, callback_id, callback.due_at)
        elif not refused(tx, item, callback) and not why_not_now(tx, item, callback):
            look_again(
                tx, callback_id, may_be_phoned_until(tx, tx.one(customers, callback.customer_id), callback.number)
            )
            if item.state == "scheduled" and callback.first == "agent":
                _wait(tx, item, callback)


def why_not_now(tx: Tx, item: Row, callback: Row) -> str:
    """Puts off what nobody may make now, in its place, to when they may, or gives it up; why, or nothing.

    That is while the queue is closed, at an hour in which the customer may not be phoned, and while the number rests:
    rung in vain a moment ago, or on the line with us because we rang it. Where nobody knows when the queue opens the
    call-back stays due, is asked of nobody, and is looked at again.
    """
    rested = rests_until(tx, callback.number, callback.queue)
    if talks_with_us(tx, callback.number):
        rested = max(rested, tx.now + TALK)
    due, opening = _next(tx, callback, rested), keeps_of_queues(tx).get(callback.queue, ALWAYS).at(tx.now)
    if due == tx.now and opening.open:
        return ""
    if item.state == "offered":
        offers.withdraw_from_item(tx, item.id)
    if due is None:
        _give_up(tx, item, callback, NO_HOUR, attempts=callback.attempts)
        return NO_HOUR
    if due > tx.now:
        put_off(tx, callback, item, due)
    else:
        if item.state != "scheduled" or callback.state != WAITING:
            put_off(tx, callback, item, callback.due_at)
        look_again(tx, callback.id, tx.now + LOOKED_AT_AGAIN)
    if not opening.open:
        return "closed" if opening.until else "closed_at_once"
    return "hours" if _next(tx, callback, tx.now) != tx.now else "rests"


def dial_callback(tx: Tx, callback_id: str, agent_id: str) -> None:
    """An agent has accepted a call-back: their telephone rings, then the customer's. Nothing if it was given back.

    Who has accepted what nobody may make now is told why, and what becomes of it.
    """
    item, callback = taken(tx, callback_id)
    if item.state != "active" or item.agent_id != agent_id or callback.state != WAITING:
        return
    callback = through_representative(tx, callback)
    if why := why_not_now(tx, item, callback) or ("refused" if refused(tx, item, callback) else ""):
        _not_dialled(tx, callback, agent_id, why)
        return
    tx.update(work_items, item.id, state="scheduled", agent_id=None)  # the call takes the room from now on
    about = {"to": callback.number, "customer_id": callback.customer_id, "queue": callback.queue}
    about["language"] = language_of(tx, callback)
    others = others_to(tx, callback)
    try:
        call_id = dial(tx, agent_id=agent_id, callback_id=callback_id, subject=item.title, **about)
    except Conflict:  # the agent has gone, or something came between
        _wait(tx, item, callback, away=agent_id)
        _not_dialled(tx, callback, agent_id, "no_room")
        return
    is_dialled(tx, item, callback, call_id, others)


def _not_dialled(tx: Tx, callback: Row, agent_id: str, why: str) -> None:
    """Tells the agent who has accepted it."""
    theirs, ours = tx.one(customers, callback.customer_id).time_zone, str(setting(tx, "time_zone"))
    zone, due = told_by(theirs, callback.number, ours).zone, tx.one(callbacks, callback.id).due_at
    tx.emit(CallbackNotDialled(id=callback.id, agent_id=agent_id, why=why, due_ms=to_ms(due), zone=zone.key))


def refused(tx: Tx, item: Row, callback: Row) -> bool:
    """Gives up on a number that the organization does not dial any more, or on which this customer is not phoned."""
    if why_not(tx, callback.number, callback.queue, tx.one(customers, callback.customer_id)) is None:
        return False
    offers.withdraw_from_item(tx, item.id)
    _give_up(tx, item, callback, "refused", attempts=callback.attempts)
    return True


def is_dialled(tx: Tx, item: Row, callback: Row, call_id: str, others: Iterable[Pair]) -> None:
    """A call is made for this call-back from now on; the `others` to its number rest meanwhile."""
    tx.update(callbacks, callback.id, state=DIALLING, call_id=call_id, dialled_at=tx.now)
    look_again(tx, callback.id, tx.now + LOST_AFTER)
    tx.emit(WorkItemChanged(id=item.id, state="scheduled", agent_id=item.agent_id))
    tell(tx, callback, DIALLING)
    rest_with(tx, others)


def attempt_ended(tx: Tx, callback_id: str, *, call_id: str, reached: bool, why: str) -> None:
    """Takes the word of how a call for a call-back ended; late and repeated words change nothing."""
    item, callback = taken(tx, callback_id)
    if callback.state != DIALLING or callback.call_id != call_id:
        return
    if reached:
        tx.update(callbacks, callback_id, attempts=callback.attempts + 1)
        others = others_to(tx, callback)
        end(tx, callback, item, REACHED, why=why)
        count_anew(tx, others)
    elif why == "agent_unreachable":
        come_back(tx, callback, others_to(tx, callback))
        tx.update(callbacks, callback_id, why=why)
        if not why_not_now(tx, item, callback):
            until = may_be_phoned_until(tx, tx.one(customers, callback.customer_id), callback.number)
            look_again(tx, callback_id, until)
            _wait(tx, item, callback)
    else:
        _try_again(tx, item, callback, why)


def _try_again(tx: Tx, item: Row, callback: Row, why: str) -> None:
    """After the gap, in the same place; unless that was the last time. The others to the number rest with it."""
    others = others_to(tx, callback)
    terms, attempts = terms_of(tx, callback.queue), callback.attempts + 1
    tx.update(callbacks, callback.id, attempts=attempts, why=why)
    if attempts >= terms.attempts:
        _give_up(tx, item, callback, why, attempts=attempts)
        rest_with(tx, others)
        return
    again = max(tx.now + terms.gap, rests_until(tx, callback.number, callback.queue))
    due = _next(tx, callback, again)
    if due is None:
        _give_up(tx, item, callback, NO_HOUR, attempts=attempts)
    else:
        put_off(tx, callback, item, due, why=why)
    rest_with(tx, others)


def _next(tx: Tx, callback: Row, at: datetime) -> datetime | None:
    """`at`, or the next moment after it in which the queue is open and the customer may be phoned; None if never."""
    return next_moment(tx, tx.one(customers, callback.customer_id), callback.number, callback.queue, at)


def _give_up(tx: Tx, item: Row, callback: Row, why: str, *, attempts: int) -> None:
    end(tx, callback, item, GAVE_UP, why=why)
    tx.emit(CallbackGaveUp(id=callback.id, queue=callback.queue, attempts=attempts, why=why))


def _wait(tx: Tx, item: Row, callback: Row, *, away: str | None = None) -> None:
    """The item waits in its place; its owner is asked first, for a while from when it was due, `away` not at once.

    An owner who could not be offered it is not waited for; one who is away, only when they come back in time.
    """
    values: dict[str, Any] = {"state": "waiting"}
    if callback.owner_id:
        waits = is_waited_for(tx, callback.owner_id, callback.queue, placed_at=item.placed_at)
        until = callback.due_at + terms_of(tx, callback.queue).owner_for if waits else None
        values |= {"wanted_agent_id": callback.owner_id, "wanted_until": until, "wanted_as": ""}
    if away:
        values["declined_by"] = dict(item.declined_by or {}) | {away: to_ms(tx.now + DECLINED_REST)}
    tx.update(callbacks, callback.id, state=WAITING)
    hands.let_go(tx, item.id, item.agent_id, **values)
    tx.emit(WorkItemChanged(id=item.id, state="waiting", agent_id=item.agent_id))
    in_line.waits(tx, item.id)
    tell(tx, callback, WAITING)


def _doubt(tx: Tx, item: Row, callback: Row) -> None:
    """A call of which nothing was heard for long has reached nobody, unless its customer waits for an agent."""
    if tx.now < callback.dialled_at + LOST_AFTER:
        look_again(tx, callback.id, callback.dialled_at + LOST_AFTER)
    elif still_waits(tx, callback.call_id or ""):
        look_again(tx, callback.id, tx.now + LOST_AFTER)
    else:
        _try_again(tx, item, callback, "failed")


class Desk(Protocol):
    """What is needed of the desk."""

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case in one transaction."""


async def _offer(desk: Desk, job: OfferCallback) -> None:
    await desk.transact(_ACTOR, become_due, job.callback_id)


async def _dial(desk: Desk, job: DialCallback) -> None:
    await desk.transact(_ACTOR, dial_callback, job.callback_id, job.agent_id)


async def _ended(desk: Desk, job: AttemptEnded) -> None:
    word = {"call_id": job.call_id, "reached": job.reached, "why": job.why}
    await desk.transact(_ACTOR, attempt_ended, job.callback_id, **word)


_ACTOR = Actor.system("callbacks")
#: The jobs of call-backs, and who does them.
HANDLERS: Mapping[type[Any], Any] = {OfferCallback: _offer, DialCallback: _dial, AttemptEnded: _ended}
