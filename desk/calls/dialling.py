"""desk/calls/dialling.py: a telephone call that we make.

    dial             the agent's telephone rings first, then the customer's: nobody picks up to silence
    ring_customer    the customer's telephone rings first; who presses a key waits for an agent in a kept place

A dialled call is an interaction like any other, in its agent's hands from the first moment; it was never in a
queue and counts in none, until it is passed on. What becomes of the telephones is told in `desk/calls/calls.py` and
`desk/calls/customer_legs.py`. No number reaches a carrier that `channels/voice/numbers.py` does not dial, and no
customer is rung against what `desk/customers/contact_safety.py` says of them.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.calls import customer_legs
from desk.contacts.attempts import CustomerLeg
from desk.customers.contact_safety import why_not_phone
from desk.customers.customers import Certainty, identify
from desk.customers.numbers import check_number, number_to_show, spelled_out
from desk.customers.safe_hours import why_not_at_this_hour
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from desk.kernel.events import CallChanged, InteractionArrived, InteractionChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.organization import setting
from desk.people.reach import work_item_for
from desk.tables import addresses, agent_queues, agents, calls, customers, interactions, work_items
from desk.work import offers, parking, presence, stays
from routing.capacity import VOICE, Room
from routing.presence import Presence

#: What an agent's hands say against a call.
_NO_ROOM = {
    Room.NO_CHANNEL: "does not take calls",
    Room.ON_CALL: "is on a call, or has to wrap one up first",
    Room.FULL: "is on a call, or has to wrap one up first",
    Room.WEIGHT: "has too much in hand",
}


def dial(
    tx: Tx,
    *,
    agent_id: str,
    to: str,
    customer_id: str,
    queue: str,
    callback_id: str | None = None,
    subject: str = "",
    language: str = "",
    certainty: str = Certainty.CERTAIN,
) -> str:
    """An agent calls a customer; returns the new interaction's id. The agent's telephone rings first.

    `queue` is the one for which they call: its number is shown, its wrap-up applies. Without a `language` it is the
    customer's. How a call for `callback_id` ends is told by the job `attempts.AttemptEnded`; its work item takes no
    room at the agent meanwhile, which is for the caller to see to beforehand. What rings at the agent goes back to
    its place.

    Raises:
        NotFound: no such agent, customer or queue.
        Invalid: `to` is not a number that we dial, or not one on which this customer is phoned, now.
        Conflict: the agent is not signed in or has no room for a call, or no number of ours can be shown.
    """
    shown = number_to_show(tx, queue)
    check_number(tx, to, shown)
    customer = tx.one(customers, customer_id)
    _check_customer(tx, customer, to)
    offers.withdraw_from_agent(tx, agent_id)
    _make_room(tx, agent_id)
    spoken = {"language": language or customer.language}
    about = {
        "subject": subject[:300],
        "certainty": certainty,
        "agent_id": agent_id,
        "callback_id": callback_id,
    } | spoken
    call_id = _take_down(tx, customer, to=to, shown=shown, state="active", queue=queue, about=about)
    tx.insert(
        work_items,
        id=call_id,
        kind="interaction",
        channel=VOICE,
        interaction_id=call_id,
        customer_id=customer_id,
        title=subject[:300],
        queue=queue,
        state="active",
        priority=0,
        placed_at=tx.now,
        agent_id=agent_id,
        version=0,
    )
    stays.start(tx, call_id, "dialling", queue=queue, agent_id=agent_id)
    tx.emit(InteractionChanged(id=call_id, what="dialled", state="active", agent_id=agent_id))
    tx.emit(CallChanged(id=call_id, state="connecting"))
    tx.defer(offers.RingAgent(call_id=call_id, agent_id=agent_id))
    return call_id


def ring_customer(
    tx: Tx, *, callback_id: str, to: str, customer_id: str, queue: str, placed_at: datetime, language: str = ""
) -> str:
    """A customer is rung before any agent; returns the new interaction's id.

    Who picks up hears who calls. Who presses a key waits in `queue`, in the place `placed_at`; an answering
    machine presses none. How it ends is told by the job `attempts.AttemptEnded`.

    Raises:
        NotFound: no such customer or queue.
        Invalid: `to` is not a number that we dial, or not one on which this customer is phoned, now.
        Conflict: no number of ours can be shown.
    """
    shown = number_to_show(tx, queue)
    check_number(tx, to, shown)
    customer = tx.one(customers, customer_id)
    _check_customer(tx, customer, to)
    about = {"queued_at": placed_at, "callback_id": callback_id, "language": language or customer.language}
    call_id = _take_down(tx, customer, to=to, shown=shown, state="self_service", queue=queue, about=about)
    stays.start(tx, call_id, "self_service")
    customer_legs.want(tx, call_id)
    return call_id


def call_out(tx: Tx, to: str, work_item_id: str | None = None) -> str:
    """The actor, an agent, calls `to`, for a work item in their hands or without one; returns the interaction's id.

    The call belongs to the item's customer and queue; without an item, to whoever has the number.

    Raises:
        NotFound: no such work item.
        Forbidden: the actor takes no work, or somebody else has the item.
        Invalid, Conflict: as `dial`.
    """
    if presence.find(tx, tx.actor.id) is None:
        raise Forbidden("Only who takes work can make calls.")
    number = spelled_out(tx, to)
    item = _item_in_hand(tx, work_item_id) if work_item_id else None
    if item is not None:
        certainty = Certainty.CERTAIN if _has(tx, item.customer_id, number) else Certainty.MAYBE
        about: dict[str, Any] = {"customer_id": item.customer_id, "queue": item.queue, "subject": item.title}
    else:
        queue = _own_queue(tx, tx.actor.id)
        check_number(tx, number, number_to_show(tx, queue))
        who = identify(tx, "phone", number)
        certainty, about = who.certainty, {"customer_id": who.customer.id, "queue": queue}
    return dial(tx, agent_id=tx.actor.id, to=number, certainty=certainty, **about)


def _check_customer(rx: Rx, customer: Row, to: str) -> None:
    """Lets through a customer who may be phoned on this number now.

    Raises:
        Invalid: it says why not.
    """
    why = why_not_phone(rx, customer, to) or why_not_at_this_hour(rx, customer, to)
    if why is not None:
        raise Invalid("to", why)


def _make_room(tx: Tx, agent_id: str) -> None:
    """Sees to it that the agent can take a call now; what a call may interrupt is parked."""
    agent = presence.find(tx, agent_id)
    if agent is None:
        raise NotFound("agent", agent_id)
    if agent.presence == Presence.OFFLINE:
        raise Conflict("The agent", "is not signed in")
    fits = parking.make_room(tx, agent, VOICE)
    if fits in _NO_ROOM:
        raise Conflict("The agent", _NO_ROOM[fits])
    tx.update(agents, agent_id, offered_at=tx.now)


def _take_down(tx: Tx, customer: Row, *, to: str, shown: str, state: str, queue: str, about: dict[str, Any]) -> str:
    call_id, callback_id = tx.new_id(), about.pop("callback_id")
    tx.insert(
        interactions,
        id=call_id,
        channel=VOICE,
        direction="out",
        state=state,
        queue=queue,
        preview="",
        customer_id=customer.id,
        entry_point=shown,
        reply_to=to,
        arrived_at=tx.now,
        unread=0,
        version=0,
        **({"subject": "", "certainty": Certainty.CERTAIN} | about),
    )
    leg = {"carrier_id": None, "customer_leg": CustomerLeg.WANTED.value, "callback_id": callback_id}
    flow = {"flow": "", "session": None, "agent_leg_state": ""}
    tx.insert(calls, id=call_id, from_number=shown[:40], to_number=to[:40], **leg, **flow)
    tx.emit(InteractionArrived(id=call_id, channel=VOICE, customer_id=customer.id, entry_point_queue=queue))
    return call_id


def _item_in_hand(tx: Tx, work_item_id: str) -> Row:
    item = work_item_for(tx, work_item_id)
    if item.agent_id != tx.actor.id:
        raise Forbidden("Somebody else has this, or nobody: accept it first.")
    return item


def _own_queue(rx: Rx, agent_id: str) -> str:
    """The queue for which an agent calls who says none: the house's default one if they serve it, else their first."""
    default = str(setting(rx, "default_queue"))
    mine = (agent_queues.c.agent_id == agent_id,)
    served = [row.queue for row in rx.all(sa.select(agent_queues).where(*mine).order_by(*_FIRST))]
    return default if default in served or not served else str(served[0])


def _has(rx: Rx, customer_id: str, number: str) -> bool:
    theirs = (addresses.c.customer_id == customer_id, addresses.c.kind == "phone", addresses.c.value == number)
    return bool(rx.all(sa.select(addresses.c.id).where(*theirs)))


_FIRST = (agent_queues.c.priority, agent_queues.c.queue)
