"""desk/callbacks/callbacks.py: a customer is promised to be rung.

    waiting ⇄ offered ──accept──▶ dialling ──▶ reached
       ▲  └──▶ cancelled             └── not reached: waiting, after a while; as often as the queue says, then gave_up
       └──────────────────────────────────┘

A call-back is a work item. It is due at once, in the place that a caller kept who left the line, or at a time that was
asked for; before it is due, and while it is dialled, its item is `scheduled` and nobody is asked. A customer
is phoned in hours that are safe where they are, while the queue is open: what falls outside moves to the next. How
they are rung, and what comes of that, is in `desk/callbacks/outcomes.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from channels.voice.numbers import normalise
from desk.callbacks import owners
from desk.callbacks.events import CallbackRequested
from desk.callbacks.life import CANCELLED, KIND, WAITING, check_waits, end, put_off, taken
from desk.callbacks.rules import terms_of
from desk.callbacks.tries import rests_until, tries_of, used_up
from desk.customers.contact_safety import agent_first, safety_of, why_not_phone
from desk.customers.numbers import why_not, why_not_dialled
from desk.customers.safe_hours import next_moment, why_never
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.events import WorkItemChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.openings import NEVER_OPEN
from desk.people.permissions import may_see
from desk.people.reach import queues_served
from desk.tables import addresses, agents, callbacks, customers, queues, to_ms, work_items
from desk.work import in_line, offers, queueing
from desk.work.planned_work import FURTHEST, MOST_TITLE
from desk.work.scheduled import look_again

CHANNEL = "voice"
_OPEN = "open"
NOT_THEIRS = "you do not serve this queue"


def request_callback(
    tx: Tx,
    *,
    customer_id: str,
    queue: str,
    number: str = "",
    due_at: datetime | None = None,
    owner_id: str | None = None,
    title: str = "",
    note: str = "",
) -> str:
    """Books a call-back and returns its id. It is due at `due_at`, or now, or when the customer may be phoned next.

    Without a `number` the customer's own is rung; whose it is, `owner_id`, is asked first when it is due.

    Raises:
        Invalid: each field that is wrong: among them a number that we do not dial, an owner who does not serve
            the queue, and a queue that is not the actor's or never opens.
        Conflict: the customer has an open call-back in this queue.
    """
    lacks = list(_lacks(tx, customer_id=customer_id, queue=queue, owner_id=owner_id, due_at=due_at, title=title))
    if not lacks and not may_book(tx, queue):
        lacks.append(("queue", NOT_THEIRS))
    if lacks:
        raise Invalid.many(lacks)
    customer = tx.one(customers, customer_id)
    number = _dialled(tx, number or number_of(tx, customer_id), queue, customer)
    asked_for = max(due_at or tx.now, tx.now)
    due = due_if_booked(tx, customer, number, queue, asked_for)
    if due is None:
        why = why_never(tx, customer, number, queue)
        raise Invalid("queue" if why == NEVER_OPEN else "number", why)
    about: dict[str, Any] = {
        "owner_id": owner_id,
        "interaction_id": None,
        "asked_for": asked_for,
        "due_at": due,
        "number": number,
    }
    title = title.strip() or "Call back"
    callback_id = _book(tx, customer_id, queue, due, title, note=note, **about)
    if callback_id is None:
        raise Conflict("callback", "already booked in this queue")
    return callback_id


def keep_place(tx: Tx, interaction: Row, number: str) -> datetime | None:
    """Books a call-back for a caller who leaves the line, in their place; returns when it is due: at once, or when
    they may be phoned and the queue is open.

    It is asked of whom the call was, as urgently, in its language. Who has one in this queue already keeps that, in
    the better of the two places, due as early as this one and on the number that they are told. None if there
    is no hour in which this number may be phoned while that is open, or if it was rung in vain as often as may be.
    """
    if used_up(tx, number, interaction.queue):
        return None
    due = next_moment(tx, tx.one(customers, interaction.customer_id), number, interaction.queue, tx.now)
    if due is None:
        return None
    about = {
        "owner_id": None,
        "interaction_id": interaction.id,
        "asked_for": tx.now,
        "due_at": due,
        "number": number,
    }
    place, title = interaction.queued_at, "Call back: left the line, keeps the place"
    call = tx.one(work_items, interaction.id)
    kept = queueing.kept_of(call)
    made = _book(tx, interaction.customer_id, interaction.queue, place, title, kept=kept, **about)
    if made is None:
        _bring_forward(tx, interaction, call, number, due=due)
    return due


def cancel(tx: Tx, callback_id: str, note: str = "") -> None:
    """Nobody is rung. Cancelling twice changes nothing.

    Raises:
        NotFound: no such call-back.
        Stale: it has ended otherwise.
        Conflict: the customer is being rung.
    """
    item, callback = taken(tx, callback_id)
    if callback.state == CANCELLED:
        return
    check_waits(item, callback)
    offers.withdraw_from_item(tx, callback_id)
    end(tx, callback, item, CANCELLED, note=note)


def change(tx: Tx, callback_id: str, fields: dict[str, Any]) -> None:
    """Changes `due_at`, `owner_id` or `number` of a call-back that waits.

    Another time is another place; the caller who kept a place keeps it while only number or owner change.

    Raises:
        NotFound, Stale, Conflict: as `cancel`; also for one that rings at an agent.
        Invalid: each field that is wrong.
    """
    item, callback = taken(tx, callback_id)
    check_waits(item, callback)
    if item.state == "offered":
        raise Conflict("This call-back", "rings at an agent just now")
    lacks = list(_lacks(tx, owner_id=fields.get("owner_id"), due_at=fields.get("due_at"), serves=callback.queue))
    if lacks:
        raise Invalid.many(lacks)
    customer = tx.one(customers, callback.customer_id)
    number = _dialled(tx, fields.get("number") or callback.number, callback.queue, customer)
    asked_for = max(fields["due_at"], tx.now) if fields.get("due_at") else callback.asked_for
    wanted = asked_for if fields.get("due_at") else callback.due_at
    if fields.get("due_at") or number != callback.number:
        rested = rests_until(tx, number, callback.queue)
        wanted = max(wanted, rested) if rested > tx.now else wanted
    due = next_moment(tx, customer, number, callback.queue, max(wanted, tx.now))
    if due is None:
        raise Invalid("number", why_never(tx, customer, number, callback.queue))
    due = wanted if due == tx.now else due  # it has been due for a while, and still is
    owner = fields.get("owner_id", callback.owner_id)
    place = due if fields.get("due_at") else item.placed_at
    first = _rung_first(tx, customer, number, callback.queue, owner)
    tx.update(callbacks, callback_id, number=number, asked_for=asked_for, owner_id=owner, first=first)
    another = {"wanted_agent_id": owner, "wanted_until": None, "wanted_as": ""} if "owner_id" in fields else {}
    put_off(tx, callback, item, due, placed_at=place, **another)


def may_book(rx: Rx, queue: str) -> bool:
    """Whether the actor sees what is booked for a queue: only then they may book it."""
    who = rx.actor
    return who.kind != "user" or may_see(who.role, who.id, queues_served(rx), queue=queue, agents=())


def due_if_booked(rx: Rx, customer: Row, number: str, queue: str, asked_for: datetime) -> datetime | None:
    """When a call-back is due that is booked for then: once the number rests no more, the queue is open, and the
    customer may be phoned; None if never."""
    return next_moment(rx, customer, number, queue, max(asked_for, rests_until(rx, number, queue)))


def number_of(rx: Rx, customer_id: str) -> str:
    """Where a customer is phoned: at who speaks for them, else on the number that has been theirs for longest.

    Nothing if none is known.
    """
    for customer in rx.all(_CUSTOMER, id=customer_id):
        safety = safety_of(customer)
        if safety is not None and safety.representative_number:
            return safety.representative_number
    rows = rx.all(_PHONES, id=customer_id)
    return str(rows[0].value) if rows else ""


def why_not_on(rx: Rx, customer: Row, number: str, queue: str | None = None) -> str | None:
    """Why this customer is rung back on a number at no hour, for `queue` or for whichever; None if they can be."""
    spelled = normalise(number)
    if spelled is None:
        return "not a telephone number in international form (+49…)"
    if queue is not None:
        return why_not(rx, spelled, queue, customer)
    return why_not_dialled(rx, spelled) or why_not_phone(rx, customer, spelled)


def _book(
    tx: Tx,
    customer_id: str,
    queue: str,
    placed_at: datetime,
    title: str,
    *,
    note: str = "",
    kept: Mapping[str, Any] | None = None,
    **about: Any,
) -> str | None:
    """The new call-back's id; None if the customer has one in this queue. `kept` is what it has of another item."""
    callback_id, owner = tx.new_id(), about["owner_id"]
    first = _rung_first(tx, tx.one(customers, customer_id), about["number"], queue, owner)
    who = {"id": callback_id, "customer_id": customer_id, "queue": queue}
    state: dict[str, Any] = {"state": WAITING, "is_open": _OPEN, "first": first, "created_at": tx.now, "version": 0}
    state["attempts"] = tries_of(tx, about["number"]).by(about["due_at"])  # for whichever call-back they were
    if not tx.insert_if_new(callbacks, **who, **state, **about):
        return None
    tx.insert(
        work_items,
        **who,
        kind=KIND,
        channel=CHANNEL,
        reference=callback_id,
        title=title[:MOST_TITLE],
        note=note,
        state="scheduled",
        placed_at=placed_at,
        version=0,
        **{"priority": 0, "wanted_agent_id": owner} | dict(kept or {}),
    )
    asked, due = to_ms(about["asked_for"]), to_ms(about["due_at"])
    tx.emit(CallbackRequested(id=callback_id, customer_id=customer_id, queue=queue, asked_ms=asked, due_ms=due))
    tx.emit(WorkItemChanged(id=callback_id, state="scheduled"))
    look_again(tx, callback_id, about["due_at"])
    return callback_id


def _bring_forward(tx: Tx, interaction: Row, call: Row, number: str, *, due: datetime) -> None:
    """The open call-back of this caller is due as early as one that was booked now, in the better place, and as urgent.

    It goes to the number that they were told, also the next time if they are being rung on another now.
    """
    mine = {"customer": interaction.customer_id, "queue": interaction.queue}
    found = tx.all(_OPEN_ONE, **mine)
    item, callback = taken(tx, found[0].id)
    tx.update(callbacks, callback.id, number=number, asked_for=min(callback.asked_for, tx.now))
    if callback.state != WAITING or item.state == "active":
        return  # they are being rung, or somebody is about to
    better = {
        "placed_at": min(item.placed_at, interaction.queued_at),
        "priority": max(item.priority, call.priority),
    }
    if item.state == "scheduled" or due > tx.now:  # or they may not be phoned there yet
        offers.withdraw_from_item(tx, item.id)
        put_off(tx, callback, item, due, **better)
    else:
        tx.update(work_items, item.id, **better)
        in_line.waits(tx, item.id)


def _rung_first(rx: Rx, customer: Row, number: str, queue: str, owner_id: str | None) -> str:
    """Who is rung first: who is rung before an agent cannot wait for one agent, nor hears nothing of ours on a tape."""
    return "agent" if owner_id or agent_first(rx, customer, number) else terms_of(rx, queue).first


def _dialled(rx: Rx, number: str, queue: str, customer: Row) -> str:
    """The number in its one spelling, if we dial it.

    Raises:
        Invalid: we do not, and why.
    """
    if not number:
        raise Invalid("number", "missing: no telephone number of the customer is known")
    spelled, why = normalise(number), why_not_on(rx, customer, number, queue)
    if spelled is None or why is not None:
        raise Invalid("number", why or "")
    return spelled


def _lacks(
    rx: Rx, *, owner_id: str | None, due_at: datetime | None, title: str = "", serves: str = "", **ids: str
) -> Iterator[tuple[str, str]]:
    asked = (("customer_id", customers, ids.get("customer_id")), ("queue", queues, ids.get("queue")))
    for name, table, id in (*asked, ("owner_id", agents, owner_id)):
        try:
            if id is not None:
                rx.one(table, id)
        except NotFound as error:
            yield name, error.message
        else:
            if name == "owner_id" and id is not None and (why := _why_not_theirs(rx, id, serves or ids["queue"])):
                yield name, why
    if due_at is not None and due_at > rx.now + FURTHEST:
        yield "due_at", f"more than {FURTHEST.days} days ahead"
    if len(title) > MOST_TITLE:
        yield "title", f"at most {MOST_TITLE} characters"


def _why_not_theirs(rx: Rx, agent_id: str, queue: str) -> str:
    """Why an agent cannot own what is booked for a queue; nothing where there is no such queue, which is said apart."""
    return "; ".join(owners.why_not_theirs(rx, agent_id, queue)) if rx.all(_QUEUE, key=queue) else ""


_QUEUE = sa.select(queues.c.key).where(queues.c.key == sa.bindparam("key"))
_CUSTOMER = sa.select(customers).where(customers.c.id == sa.bindparam("id"))
_PHONES = (
    sa.select(addresses.c.value)
    .where(addresses.c.customer_id == sa.bindparam("id"), addresses.c.kind == "phone")
    .order_by(addresses.c.id)
    .limit(1)
)
_OPEN_ONE = sa.select(callbacks.c.id).where(
    callbacks.c.customer_id == sa.bindparam("customer"),
    callbacks.c.queue == sa.bindparam("queue"),
    callbacks.c.is_open == _OPEN,
)
