"""desk/screens/pop.py: the screen pop: who this is and what we owe them, before the contact is accepted.

    customer      who, how they are reached, what to mind
    history       the newest 20 of contacts on every channel, of complaints, and of call-backs made by hand
    complaints    what is open, the next due first
    recoveries    what is being made good, and the next step
    callbacks     when they will be rung, who are promised it
    satisfaction  what they said when asked

A fixed few statements for any number of customers: many offers are made at once when many wait.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from desk.callbacks.cards import ARE_CALLBACKS
from desk.callbacks.promised import OF_CUSTOMERS, promised
from desk.complaints.lifecycle import OPEN as OPEN_COMPLAINTS
from desk.complaints.register import names_of_codes
from desk.contacts import ways
from desk.kernel.errors import NotFound
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.tables import (
    addresses,
    calls,
    complaints,
    customers,
    interactions,
    recoveries,
    recovery_actions,
    surveys,
    work_items,
)

Card = dict[str, Any]

HISTORY = 20
#: One more is read: an offer leaves out the contact that it is about.
_READ = HISTORY + 1
#: Answers to surveys that are shown.
ANSWERS = 5
_RUNNING = ("planned", "running")
_TO_DO = ("planned", "waiting")


def pop(rx: Rx, customer_id: str, *, certainty: str = "certain") -> Card:
    """Everything to know about one customer at a glance.

    Raises:
        NotFound: there is no such customer.
    """
    found = pops(rx, [customer_id]).get(customer_id)
    if found is None:
        raise NotFound("customer", customer_id)
    found["customer"]["certainty"] = certainty
    found["history"] = found["history"][:HISTORY]
    return found


def pops(rx: Rx, customer_ids: Collection[str]) -> dict[str, Card]:
    """The same for several customers, by id, with one contact more than are shown."""
    ids = sorted(set(customer_ids))
    if not ids:
        return {}
    people, known_ways, past, grievances, running, to_ring, rung_by_hand, said = rx.together(
        (_CUSTOMERS, {"ids": ids}),
        (_ADDRESSES, {"ids": ids}),
        _CONTACTS.of(ids),
        _COMPLAINTS.of(ids),
        (_RECOVERIES, {"ids": ids, "states": _RUNNING}),
        (OF_CUSTOMERS, {"ids": ids}),
        _BY_HAND.of(ids),
        _ANSWERS.of(ids),
    )
    ways: dict[str, list[Card]] = defaultdict(list)
    for row in known_ways:
        ways[row.customer_id].append({"kind": row.kind, "value": row.value})
    names = names_of_codes(rx, "category") if grievances else {}
    contacts, complained = _by_customer(past), _by_customer(grievances)
    recovering, answered, rung = _recoveries(rx, running), _by_customer(said), promised(rx, to_ring)
    by_hand, threads = _by_customer(rung_by_hand), _threads(rx, past)
    return {
        row.id: {
            "customer": _customer(row, ways[row.id]),
            "history": _history(contacts[row.id], threads, complained[row.id], by_hand[row.id], names),
            "complaints": _open_complaints(complained[row.id], names),
            "recoveries": recovering[row.id],
            "callbacks": rung[row.id],
            "satisfaction": [_answer(survey) for survey in answered[row.id]],
        }
        for row in people
    }


def _customer(row: Row, ways: list[Card]) -> Card:
    return {
        "id": row.id,
        "name": row.name,
        "tier": row.tier,
        "language": row.language,
        "certainty": "certain",
        "time_zone": row.time_zone,
        "vulnerable": row.vulnerable,
        "note": row.note,
        "contact_safety": row.contact_safety,
        "addresses": ways,
        "since": row.created_at,
        "version": row.version,
    }


def _threads(rx: Rx, contacts: Sequence[Row]) -> dict[str, Row]:
    """What the ways of callers name of their threads: only where one does."""
    ids = [row.id for row in contacts if ways.names_messages(row.way)]
    return {row.message_id: row for row in rx.all(ways.THREADS, ids=ids)} if ids else {}


def _history(
    contacts: list[Row], threads: dict[str, Row], grievances: list[Row], by_hand: list[Row], names: dict[str, str]
) -> list[Card]:
    past = [
        {
            "kind": "interaction",
            "id": row.id,
            "channel": row.channel,
            "at": row.arrived_at,
            "title": row.subject or row.preview,
            "state": row.state,
            "way": ways.shown(row.way, threads),
        }
        for row in contacts
    ]
    past += [
        {
            "kind": "complaint",
            "id": row.id,
            "channel": row.channel,
            "at": row.received_at,
            "title": f"{row.number or ''} {names.get(row.category, row.category)}".strip(),
            "state": row.state,
        }
        for row in grievances
    ]
    past += [  # what it was about stays with those who serve its queue
        {"kind": "callback", "id": row.id, "channel": "voice", "at": row.placed_at, "title": "", "state": row.outcome}
        for row in by_hand
    ]
    return sorted(past, key=lambda item: (item["at"], item["id"]), reverse=True)[:_READ]


def _open_complaints(grievances: list[Row], names: dict[str, str]) -> list[Card]:
    mine = sorted(
        (row for row in grievances if row.state in OPEN_COMPLAINTS),
        key=lambda row: (row.next_due_at is None, row.next_due_at, row.id),
    )
    return [
        {
            "id": row.id,
            "number": row.number,
            "title": names.get(row.category, row.category),
            "state": row.state,
            "due_at": row.next_due_at,
            "next_action": row.next_action,
        }
        for row in mine
    ]


def own_first(grievances: list[Card], complaint_id: str | None) -> list[Card]:
    """What is open, but first the complaint that a piece of work is about."""
    return sorted(grievances, key=lambda one: one["id"] != complaint_id)


def _recoveries(rx: Rx, running: Sequence[Row]) -> dict[str, list[Card]]:
    """What is being made good for each customer, with the next step."""
    of: dict[str, list[Card]] = defaultdict(list)
    if not running:
        return of
    steps: dict[str, Row] = {}
    to_do = (recovery_actions.c.recovery_id.in_([row.id for row in running]), recovery_actions.c.state.in_(_TO_DO))
    order = (recovery_actions.c.due_at, recovery_actions.c.position)
    for step in rx.all(sa.select(recovery_actions).where(*to_do).order_by(*order)):
        steps.setdefault(step.recovery_id, step)
    for row in running:
        to_come = steps.get(row.id)
        next_step = {"title": to_come.title, "due_at": to_come.due_at} if to_come else None
        card = {"id": row.id, "complaint_id": row.complaint_id, "state": row.state, "next": next_step}
        of[row.customer_id].append(card)
    return of


def _answer(row: Row) -> Card:
    said = row.answers or {}
    return {"at": row.answered_at, "csat": said.get("csat"), "nps": said.get("nps"), "comment": row.comment}


def _by_customer(rows: Iterable[Row]) -> dict[str, list[Row]]:
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[row.customer_id].append(row)
    return of


class _Newest:
    """The newest rows of each customer: the usual case of one customer by a statement several times faster."""

    def __init__(
        self,
        table: sa.Table,
        columns: Sequence[str],
        at: sa.Column[Any],
        count: int,
        *where: Any,
        also: Sequence[sa.Column[Any]] = (),
        joined: sa.FromClause | None = None,
    ) -> None:
        shown = [*(table.c[name] for name in ("id", "customer_id", *columns)), *also]
        order, rows = (at.desc(), table.c.id.desc()), joined if joined is not None else table
        mine = sa.select(*shown).select_from(rows).where(table.c.customer_id == sa.bindparam("id"), *where)
        self._one = mine.order_by(*order).limit(count)
        rank = sa.func.row_number().over(partition_by=table.c.customer_id, order_by=order).label("rank")
        ranked = sa.select(*shown, rank).select_from(rows).where(among(table.c.customer_id), *where).subquery()
        self._many = sa.select(ranked).where(ranked.c.rank <= count).order_by(ranked.c.customer_id, ranked.c.rank)

    def of(self, ids: list[str]) -> tuple[sa.Select[Any], dict[str, Any]]:
        """What finds those of these customers, with its parameters."""
        return (self._one, {"id": ids[0]}) if len(ids) == 1 else (self._many, {"ids": ids})


_CUSTOMERS = sa.select(customers).where(among(customers.c.id))
_ADDRESSES = sa.select(addresses).where(among(addresses.c.customer_id)).order_by(addresses.c.id)
_CONTACTS = _Newest(
    interactions,
    ("channel", "arrived_at", "subject", "preview", "state"),
    interactions.c.arrived_at,
    _READ,
    also=(calls.c.way,),
    joined=interactions.outerjoin(calls, calls.c.id == interactions.c.id),
)
_COMPLAINTS = _Newest(
    complaints,
    ("channel", "received_at", "number", "category", "state", "next_due_at", "next_action"),
    complaints.c.received_at,
    _READ,
)
#: Call-backs that somebody made by hand: one that was dialled is a contact of its own.
_BY_HAND = _Newest(
    work_items,
    ("placed_at", "outcome"),
    work_items.c.placed_at,
    _READ,
    ARE_CALLBACKS,
    work_items.c.reference == "",
    work_items.c.outcome != "",  # it is done; by its state it would be looked for among those of everybody
)
_ANSWERS = _Newest(
    surveys,
    ("answered_at", "answers", "comment"),
    surveys.c.answered_at,
    ANSWERS,
    surveys.c.answered_at.is_not(None),
)
_RECOVERIES = (
    sa.select(recoveries)
    .where(among(recoveries.c.customer_id), among(recoveries.c.state, "states"))
    .order_by(recoveries.c.id)
)
