"""desk/callbacks/cards.py: call-backs as programs see them: those that we dial, and those that somebody makes by hand.

A call-back by hand is a work item of that kind alone, for a customer of whom no number is known: it says what
for, and whoever accepts it sees to it.
"""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from desk.callbacks.life import WAITING
from desk.contacts.cards import work_item_cards
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.tables import callbacks, work_items

Card = dict[str, Any]

#: What both have; the state is another.
_OF_ITEMS = ("id", "kind", "title", "queue", "agent_id", "customer", "placed_at", "reference", "outcome", "note")
_OF_CALLBACKS = ("number", "first", "owner_id", "interaction_id", "call_id", "asked_for", "dialled_at", "ended_at")
_THESE = sa.select(callbacks).where(among(callbacks.c.id))

#: Of all work the call-backs; written out, so that their own indexes serve.
ARE_CALLBACKS = work_items.c.kind == sa.literal_column("'callback'")
#: Joins what is asked of both.
WITH_ITEMS = work_items.outerjoin(callbacks, callbacks.c.id == work_items.c.id)
#: When a call-back is due; one by hand that has no time, since when it waits.
DUE = sa.func.coalesce(callbacks.c.due_at, work_items.c.due_at, work_items.c.placed_at)
#: Where a call-back stands, by the rows of both.
STATE = sa.case(
    (work_items.c.state == "offered", "offered"),
    (work_items.c.state == "active", "dialling"),
    else_=sa.func.coalesce(
        callbacks.c.state, sa.case((work_items.c.state == "done", work_items.c.outcome), else_=WAITING)
    ),
)


def callback_cards(rx: Rx, ids: Collection[str]) -> dict[str, Card]:
    """The cards of these call-backs, by id."""
    items = work_item_cards(rx, ids)
    ours = {row.id: row for row in rx.all(_THESE, ids=list(ids))} if ids else {}
    return {id: _card(item, ours.get(id)) for id, item in items.items()}


def _card(item: Mapping[str, Any], callback: Row | None) -> Card:
    card = {name: item[name] for name in _OF_ITEMS} | {"state": _state(item, callback), "version": item["version"]}
    if callback is None:
        by_hand = {"number": item["phone"], "attempts": 0, "why": "", "moved": False, "due_at": item["due_at"]}
        return card | dict.fromkeys(_OF_CALLBACKS) | by_hand
    ours = {name: callback._mapping[name] for name in (*_OF_CALLBACKS, "due_at", "attempts", "why")}
    was_tried = callback.attempts and callback.dialled_at and callback.dialled_at > callback.asked_for
    moved = not was_tried and callback.due_at > callback.asked_for  # what is tried again was asked for by nobody
    return card | ours | {"moved": moved, "version": item["version"] + callback.version}


def _state(item: Mapping[str, Any], callback: Row | None) -> str:
    """The same as `STATE`."""
    if item["state"] in ("offered", "active"):
        return {"offered": "offered", "active": "dialling"}[item["state"]]
    if callback is not None:
        return str(callback.state)
    return str(item["outcome"]) if item["state"] == "done" else WAITING
