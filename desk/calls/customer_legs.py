"""desk/calls/customer_legs.py: the leg to a customer whom we ring: asked for, rung, answered, or not.

    the agent is in the room ─┐
    a call-back's turn ───────┴▶ RingCustomer ─▶ rings ─▶ a person: talks with the agent, or waits for one
                                                      └▶ nobody, engaged, a machine: the attempt is over

The carrier's words may come twice, late and in any order. A leg of which nothing was written down (we died
while asking for it) is known by its room: whoever answers in one is taken, if the customer is still awaited,
and any other leg to them is let go. What the carrier said of the agent while we were down is lost: whether
they are there still is asked of the carrier before a customer is rung once more, and when one answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from channels.protocol import LegState
from desk.contacts import attempts, ending
from desk.contacts import interactions as interactions_of
from desk.contacts.attempts import CustomerLeg
from desk.kernel.errors import NotFound
from desk.kernel.events import CallChanged, InteractionChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.organization import setting
from desk.tables import calls, customers, interactions, work_items
from desk.work import queueing, stays

#: A customer's telephone of which nothing more is said by then has been forgotten by the carrier.
RINGS_FOR = timedelta(seconds=45)
#: Who has not pressed a key by then is no person, or does not want to.
KEY_WITHIN = timedelta(seconds=60)
_PUT_THROUGH = frozenset({CustomerLeg.WAITING, CustomerLeg.TALKING})
_NOT_REACHED = {LegState.NO_ANSWER: "no_answer", LegState.BUSY: "busy", LegState.ENDED: "hung_up"}


@dataclass(frozen=True, kw_only=True)
class RingCustomer(Job):
    """A customer's telephone is to ring."""

    call_id: str


@dataclass(frozen=True, kw_only=True)
class MeetCustomer(Job):
    """A customer has answered; the agent who called must be there."""

    call_id: str


@dataclass(frozen=True, kw_only=True)
class GiveUpOnCustomer(Job):
    """Nobody has said for too long what became of a customer's telephone."""

    call_id: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whom to ring, and the number to show. `agent_leg` is who must be there for that still: we asked before."""

    to: str
    shown: str
    agent_leg: str | None


class Next(StrEnum):
    """What a customer who picks up is to hear."""

    TALK = "talk"  #: the agent, or music until there is one
    ASK = "ask"  #: who calls, and to press a key
    SORRY = "sorry"  #: nobody is there any more
    NOTHING = "nothing"  #: this leg is not the one


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What comes next, in the customer's language, from whom."""

    next: Next
    language: str
    name: str


def want(tx: Tx, call_id: str) -> None:
    """The customer may be rung now."""
    tx.defer(RingCustomer(call_id=call_id), key=f"customer:{call_id}")


def ring_customer(tx: Tx, call_id: str) -> Wanted | None:
    """Whom to ring; None when nobody is to be rung any more, or it rings already."""
    interaction, call = tx.take(interactions, call_id), tx.take(calls, call_id)
    if (
        call.ended_at is not None
        or call.carrier_id
        or call.customer_leg
        not in (
            CustomerLeg.WANTED,
            CustomerLeg.DIALLING,
        )
    ):
        return None
    first = call.customer_leg == CustomerLeg.WANTED
    if first:
        tx.update(calls, call_id, customer_leg=CustomerLeg.DIALLING.value)
        tx.emit(CallChanged(id=call_id, state="dialling"))
    tx.defer(GiveUpOnCustomer(call_id=call_id), at=tx.now + RINGS_FOR, key=_key(call_id))
    to, shown = str(interaction.reply_to), str(interaction.entry_point)
    return Wanted(to=to, shown=shown, agent_leg=None if first else call.agent_leg_id)


def customer_rung(tx: Tx, call_id: str, leg: str) -> None:
    """The customer's telephone rings on `leg`; it stops when that is not wanted any more."""
    tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if call.carrier_id is None and call.ended_at is None and attempts.is_awaited(call):
        tx.update(calls, call_id, carrier_id=leg, customer_leg=CustomerLeg.RINGING.value)
    elif call.carrier_id != leg or call.ended_at is not None:
        _let_go(tx, call_id, leg)


def customer_not_rung(tx: Tx, call_id: str) -> None:
    """The carrier does not ring the customer: the attempt is over."""
    interaction, call = tx.take(interactions, call_id), tx.take(calls, call_id)
    if call.carrier_id is None and call.ended_at is None and attempts.is_awaited(call):
        _is_over(tx, interaction, call, "failed")


def give_up_on_customer(tx: Tx, call_id: str) -> None:
    """Nobody has said for too long what became of the customer's telephone: the attempt is over."""
    interaction, call = tx.take(interactions, call_id), tx.take(calls, call_id)
    if call.ended_at is None and attempts.is_awaited(call):
        _is_over(tx, interaction, call, "no_key" if call.customer_leg == CustomerLeg.ANSWERED else "no_answer")


def customer_leg_changed(tx: Tx, *, call_id: str, leg: str, state: LegState, at: datetime | None = None) -> Turn:
    """Takes the carrier's word about a leg to a customer; says what whoever is on it is to hear.

    It is about now, or `at` an instant that we hear of now.

    Raises:
        NotFound: no such call of ours.
    """
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if call.customer_leg == CustomerLeg.THEIRS:
        raise NotFound("call", call_id)
    if not _is_theirs(call, leg, state):
        if state is LegState.RINGING:
            _let_go(tx, call_id, leg)
        missed = state is LegState.ANSWERED and call.customer_leg == CustomerLeg.OVER
        return _turn(tx, interaction, Next.SORRY if missed else Next.NOTHING)
    if state is LegState.ANSWERED:
        return _turn(tx, interaction, _answered(tx, interaction, call, leg))
    if state is not LegState.RINGING:
        _ended(tx, interaction, call, state, at)
    elif call.carrier_id is None:
        tx.update(calls, call_id, carrier_id=leg, customer_leg=CustomerLeg.RINGING.value)
    return _turn(tx, interaction, Next.NOTHING)


def customer_chose(tx: Tx, *, call_id: str, leg: str, pressed: bool) -> Turn:
    """A customer whom we rang has pressed a key and waits from now on, in the place that was kept; or has not.

    Raises:
        NotFound: no such call of ours.
    """
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if call.carrier_id != leg or call.ended_at is not None:
        return _turn(tx, interaction, Next.NOTHING)
    if call.customer_leg != CustomerLeg.ANSWERED:
        return _turn(tx, interaction, Next.TALK if call.customer_leg in _PUT_THROUGH else Next.NOTHING)
    if not pressed:
        _is_over(tx, interaction, call, "no_key")
        return _turn(tx, interaction, Next.NOTHING)
    tx.cancel(_key(call_id))
    attempts.waits(tx, call)
    queueing.enqueue(tx, interaction, queue=interaction.queue, entry="callback")
    for item in tx.all(_ITEM, id=call.callback_id or ""):
        tx.update(work_items, call_id, **queueing.kept_of(item))
    tx.emit(CallChanged(id=call_id, state="waiting"))
    return _turn(tx, interaction, Next.TALK)


def hung_up(tx: Tx, call: Row, *, at: datetime | None = None) -> None:
    """The customer, who was there, has hung up, now or `at` an instant before. The call is taken, and has not ended.

    Whom we rang, and who went before an agent was there, is not reached.
    """
    attempts.not_reached(tx, call, "hung_up")
    tx.update(calls, call.id, ended_at=at or tx.now, ended_by="customer")
    tx.emit(CallChanged(id=call.id, state="ended"))
    ending.customer_left(tx, call.id, at=at)


def leg_of_agent(rx: Rx, call_id: str) -> str | None:
    """The leg of the agent who talks with the customer; None when nobody does.

    Raises:
        NotFound: no such call.
    """
    call = rx.one(calls, call_id)
    there = call.ended_at is None and call.agent_leg_state == "talking"
    return str(call.agent_leg_id) if there and call.agent_leg_id else None


def still_waits(rx: Rx, call_id: str) -> bool:
    """Whether a customer whom we rang is on the line and waits for an agent; False for a call that is unknown."""
    return bool(rx.all(_WAITING, call=call_id))


def is_dialled(rx: Rx, call_id: str) -> bool:
    """Whether the customer of this call is being rung, so that an agent in its room hears it ring.

    Raises:
        NotFound: no such call.
    """
    return attempts.is_awaited(rx.one(calls, call_id))


def _is_theirs(call: Row, leg: str, state: LegState) -> bool:
    """Whether a leg is the customer's: the one that we know, one that is new to us, or one that was answered first."""
    if call.ended_at is not None:
        return False
    if call.carrier_id == leg:
        return True
    if not attempts.is_awaited(call) or call.customer_leg in (CustomerLeg.WANTED, CustomerLeg.ANSWERED):
        return False
    return call.carrier_id is None or state is LegState.ANSWERED


def _answered(tx: Tx, interaction: Row, call: Row, leg: str) -> Next:
    if not attempts.is_awaited(call):
        return Next.TALK
    if call.carrier_id != leg:
        if call.carrier_id:
            _let_go(tx, call.id, call.carrier_id)
        tx.update(calls, call.id, carrier_id=leg)
    if interaction.state == "self_service":
        if call.customer_leg != CustomerLeg.ANSWERED:
            tx.update(calls, call.id, customer_leg=CustomerLeg.ANSWERED.value)
            tx.defer(GiveUpOnCustomer(call_id=call.id), at=tx.now + KEY_WITHIN, key=_key(call.id))
        return Next.ASK
    tx.cancel(_key(call.id))
    attempts.reached(tx, call)
    stays.end(tx, call.id)
    stays.start(tx, call.id, "agent", queue=interaction.queue, agent_id=interaction.agent_id)
    tx.update(interactions, call.id, answered_at=tx.now)
    tx.emit(InteractionChanged(id=call.id, what="reached", state=interaction.state, agent_id=interaction.agent_id))
    tx.emit(CallChanged(id=call.id, state="talking"))
    tx.defer(MeetCustomer(call_id=call.id))
    return Next.TALK


def _ended(tx: Tx, interaction: Row, call: Row, state: LegState, at: datetime | None) -> None:
    if attempts.is_awaited(call):
        _is_over(tx, interaction, call, _NOT_REACHED.get(state, "failed"))
    else:
        hung_up(tx, call, at=at)


def _is_over(tx: Tx, interaction: Row, call: Row, why: str) -> None:
    """The customer was not reached: the agent, if there is one, is told and wraps up."""
    tx.cancel(_key(call.id))
    attempts.not_reached(tx, call, why)
    if interaction.state in interactions_of.IN_HAND:
        ending.finish(tx, interaction, ended_by=why)
        return
    if call.carrier_id:
        _let_go(tx, call.id, call.carrier_id)
    tx.update(calls, call.id, ended_at=tx.now, ended_by=why)
    tx.emit(CallChanged(id=call.id, state="ended"))
    ending.customer_left(tx, call.id)


def _let_go(tx: Tx, call_id: str, leg: str) -> None:
    """A leg to a customer is to end."""
    tx.defer(ending.HangUp(call_id=call_id, legs=[leg]), key=f"unwanted:{leg}")


def _turn(rx: Rx, interaction: Row, comes: Next) -> Turn:
    language = interaction.language or rx.one(customers, interaction.customer_id).language or "en"
    return Turn(next=comes, language=language, name=str(setting(rx, "name")))


def _key(call_id: str) -> str:
    return f"rings_customer:{call_id}"


_WAITING = sa.select(calls.c.id).where(
    calls.c.id == sa.bindparam("call"),
    calls.c.ended_at.is_(None),
    calls.c.customer_leg == CustomerLeg.WAITING.value,
)
_ITEM = sa.select(work_items).where(work_items.c.id == sa.bindparam("id"))
