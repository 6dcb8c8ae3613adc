"""web/api/callbacks.py: customers whom we have promised to ring.

With a number, the one that is given or the customer's own, an agent who accepts is connected with the customer. For
a customer of whom no number is known it is work by hand, which needs a title.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from channels.voice.numbers import normalise
from desk.agents.work import complete
from desk.callbacks.callbacks import (
    NOT_THEIRS,
    cancel,
    change,
    due_if_booked,
    may_book,
    number_of,
    request_callback,
    why_not_on,
)
from desk.callbacks.cards import ARE_CALLBACKS, STATE, WITH_ITEMS, callback_cards
from desk.callbacks.life import KIND
from desk.callbacks.listing import STAGES, in_stage
from desk.callbacks.promised import callback_in_hand
from desk.customers.contact_safety import why_not_phone
from desk.customers.safe_hours import hours_with, next_moment, told_by, why_never
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.instants import Moment
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.organization import setting
from desk.organization.rows import queues_now
from desk.people.permissions import Right
from desk.people.reach import work_in_sight, work_item_for
from desk.tables import callbacks, customers, work_items
from desk.work.planned_work import plan
from web.api.creating import create
from web.api.lists import filters_of, matching, page_by
from web.api.shapes import Callback, PhoneHours
from web.api.told import tells
from web.api.work import Outcome
from web.edge import actor, answer, body, created, desk, needs, page_of

routes = web.RouteTableDef()

FILTERS = ("state", "stage", "queue", "customer_id", "agent_id", "owner_id")

Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Note = Annotated[str, StringConstraints(max_length=4000)]


class NewCallback(BaseModel, extra="forbid"):
    """Whom to ring, for which queue, when, and on which number: the customer's own if none is said.

    A time at which the customer may not be phoned moves to the next at which they may: the answer's `due_at`, and
    `moved`. `owner_id` is the agent who is asked first. By hand, for a customer without a number, `from_at` says
    from when on it waits, and `due_at` when it is late.
    """

    customer_id: str
    queue: str
    number: Number = ""
    due_at: Moment | None = None
    from_at: Moment | None = None
    owner_id: str | None = None
    title: Annotated[str, StringConstraints(max_length=300)] = ""
    note: Note = ""


class CallbackChange(BaseModel, extra="forbid"):
    """What is left out stays; an owner of null is nobody in particular."""

    due_at: Moment | None = None
    owner_id: str | None = None
    number: Number | None = None


class Cancelled(BaseModel, extra="forbid"):
    """Why nobody is rung."""

    note: Note = ""


@routes.get("/api/v1/callbacks")
@needs(Right.WORK)
@tells(Callback, filters=FILTERS, choices={"stage": STAGES})
async def get_all(request: web.Request) -> web.StreamResponse:
    """Call-backs, the newest first: for agents those of their queues and their own, for supervisors all.

    `stage` is open, due (by now) or ended.
    """
    cursor, limit = page_of(request)
    filters = filters_of(request, FILTERS)
    return answer(await desk(request).read(actor(request), _list, cursor, limit, filters))


@routes.post("/api/v1/callbacks")
@needs(Right.WORK)
@tells(Callback, status=201, key=True)
async def post(request: web.Request) -> web.StreamResponse:
    """Promises a customer to ring them."""
    new = await body(request, NewCallback)
    card = await create(request, new, _add, new)
    return created(f"/api/v1/callbacks/{card['id']}", **card)


@routes.get("/api/v1/callbacks/{id}")
@needs(Right.WORK)
@tells(Callback)
async def get_one(request: web.Request) -> web.StreamResponse:
    """One call-back."""
    return answer(await desk(request).read(actor(request), _one, request.match_info["id"]))


@routes.patch("/api/v1/callbacks/{id}")
@needs(Right.WORK)
@tells(Callback)
async def patch(request: web.Request) -> web.StreamResponse:
    """Changes when, by whom or on which number a customer is rung, as long as nobody does."""
    fields = (await body(request, CallbackChange)).model_dump(exclude_unset=True)
    return answer(await desk(request).transact(actor(request), _change, request.match_info["id"], fields))


@routes.post("/api/v1/callbacks/{id}/cancel")
@needs(Right.WORK)
@tells(Callback)
async def post_cancel(request: web.Request) -> web.StreamResponse:
    """Nobody is rung. Whoever has the customer in hand may say so, in whichever queue the call-back is."""
    said = await body(request, Cancelled)
    return answer(await desk(request).transact(actor(request), _cancel, request.match_info["id"], said.note))


@routes.get("/api/v1/customers/{id}/phone-hours")
@needs(Right.WORK)
@tells(PhoneHours, parameters=("number", "queue"))
async def get_hours(request: web.Request) -> web.StreamResponse:
    """When a customer may be phoned, by whose clock, and the next such moment; on `number`, else on their own.

    With a `queue`, it is when a booking for that would be due now: it is open, and the number does not rest.
    """
    said = filters_of(request, ("number", "queue"))
    asked = (request.match_info["id"], said.get("number", ""), said.get("queue") or None)
    return answer(await desk(request).read(actor(request), _hours, *asked))


@routes.post("/api/v1/callbacks/{id}/complete")
@needs(Right.WORK)
@tells(Callback)
async def post_complete(request: web.Request) -> web.StreamResponse:
    """Records what came of a call-back that was made by hand."""
    said = await body(request, Outcome)
    args = (request.match_info["id"], said.outcome, said.note)
    return answer(await desk(request).transact(actor(request), _complete, *args))


def _list(rx: Rx, cursor: str | None, limit: int, filters: dict[str, str]) -> dict[str, Any]:
    plain = {name: value for name, value in filters.items() if name not in ("state", "stage", "owner_id")}
    found = sa.select(work_items.c.id).select_from(WITH_ITEMS)
    found = found.where(work_in_sight(rx), ARE_CALLBACKS, *matching(work_items, plain))
    if "state" in filters:
        found = found.where(STATE.in_([filters["state"]]))
    if "stage" in filters:
        found = found.where(in_stage(filters["stage"], rx.now))
    if "owner_id" in filters:
        found = found.where(callbacks.c.owner_id == filters["owner_id"])
    return page_by(rx, found, work_items.c.id, cursor=cursor, limit=limit, show=_cards)


def _cards(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    cards = callback_cards(rx, [row.id for row in rows])
    return [cards[row.id] for row in rows]


def _one(rx: Rx, id: str) -> dict[str, Any]:
    if work_item_for(rx, id).kind != KIND:
        raise NotFound(KIND, id)
    return callback_cards(rx, [id])[id]


def _hours(rx: Rx, customer_id: str, number: str, queue: str | None) -> dict[str, Any]:
    if queue is not None and queue not in queues_now(rx):
        raise Invalid("queue", "There is no such queue.")
    customer, said = rx.one(customers, customer_id), _as_meant(number)
    number = normalise(said) or said or number_of(rx, customer_id)
    told = told_by(customer.time_zone, number, str(setting(rx, "time_zone")))
    hours, others = hours_with(rx, customer, number)
    never = why_not_on(rx, customer, number, queue) if number else why_not_phone(rx, customer, number)
    next_at = None if never else _next(rx, customer, number, queue)
    return {
        "number": number,
        "zone": told.zone.key,
        "known_by": told.known_by,
        "hours": hours,
        "others": others,
        "next_at": next_at,
        "why_never": never or (why_never(rx, customer, number, queue) if next_at is None else None),
    }


def _next(rx: Rx, customer: Row, number: str, queue: str | None) -> datetime | None:
    """When a booking for a queue would be due now; without one, when the customer may be phoned next."""
    if queue is not None:
        return due_if_booked(rx, customer, number, queue, rx.now)
    return next_moment(rx, customer, number, None, rx.now)


def _as_meant(number: str) -> str:
    """A number from the query of an address, where a plus that nobody escaped is a blank."""
    text = number.strip()
    return f"+{text}" if number.startswith(" ") and text[:1].isdigit() else text


def _add(tx: Tx, new: NewCallback) -> dict[str, Any]:
    said = new.model_dump(exclude={"from_at"})
    if not new.number and new.title.strip() and new.owner_id is None and not number_of(tx, new.customer_id):
        del said["number"], said["owner_id"]
        if not may_book(tx, new.queue):
            raise Invalid("queue", NOT_THEIRS)
        callback_id = plan(tx, kind=KIND, from_at=new.from_at, **said)
    else:
        callback_id = request_callback(tx, **said | {"due_at": new.due_at or new.from_at})
    return callback_cards(tx, [callback_id])[callback_id]


def _change(tx: Tx, id: str, fields: dict[str, Any]) -> dict[str, Any]:
    _one(tx, id)
    change(tx, id, fields)
    return callback_cards(tx, [id])[id]


def _cancel(tx: Tx, id: str, note: str) -> dict[str, Any]:
    callback_in_hand(tx, id)
    cancel(tx, id, note)
    return callback_cards(tx, [id])[id]


def _complete(tx: Tx, id: str, outcome: str, note: str) -> dict[str, Any]:
    _one(tx, id)
    complete(tx, id, outcome, note)
    return callback_cards(tx, [id])[id]
