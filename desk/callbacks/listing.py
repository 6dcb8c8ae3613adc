"""desk/callbacks/listing.py: the call-backs of the whole floor, as who supervises sees them.

Open ones first, the next due on top; then those that have ended, the newest first. What somebody makes by hand is
listed while it is open.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from desk.askable import who_could
from desk.callbacks.cards import STATE, WITH_ITEMS, callback_cards
from desk.callbacks.life import CANCELLED, GAVE_UP, KIND, REACHED, WAITING
from desk.callbacks.rules import told_by
from desk.errors import NotFound
from desk.organization.organization import setting
from desk.statements import among
from desk.tables import agents, callbacks, customers, users, work_items
from desk.transaction import Row, Rx
from routing.capacity import VOICE

Card = dict[str, Any]

OPEN = (WAITING, "offered", "dialling")
ENDED = (REACHED, GAVE_UP, CANCELLED)
STATES = (*OPEN, *ENDED)
#: So many of each are listed at most.
MOST = 200

_OPEN_ITEMS = ("scheduled", "waiting", "offered", "active")
_DUE = sa.func.coalesce(callbacks.c.due_at, work_items.c.due_at, work_items.c.placed_at)
_ZONES = sa.select(customers.c.id, customers.c.time_zone).where(among(customers.c.id))
_NAMES = sa.select(users.c.id, users.c.name).where(among(users.c.id))
_AGENTS = sa.select(agents.c.id)


def listed(rx: Rx, *, queue: str = "", states: Collection[str] = STATES) -> list[Card]:
    """The call-backs in one of `states`, of one queue or of all."""
    found: list[Row] = []
    if not set(states).isdisjoint(OPEN):
        found += rx.all(_open(queue, [state for state in states if state in OPEN]))
    if not set(states).isdisjoint(ENDED):
        found += rx.all(_ended(queue, [state for state in states if state in ENDED]))
    return _shown(rx, [row.id for row in found])


def one_callback(rx: Rx, callback_id: str) -> Card:
    """One call-back.

    Raises:
        NotFound: there is none.
    """
    if rx.one(work_items, callback_id).kind != KIND:
        raise NotFound(KIND, callback_id)
    return _shown(rx, [callback_id])[0]


def may_own(rx: Rx, queue: str) -> list[tuple[str, str]]:
    """Id and name of every agent who could be offered a call-back in a queue, by name."""
    able = who_could(rx, [row.id for row in rx.all(_AGENTS)], queue, VOICE)
    return [(agent.id, agent.name) for agent in sorted(able, key=lambda agent: (agent.name, agent.id))]


def _open(queue: str, states: list[str]) -> sa.Select[Any]:
    of_queue = [work_items.c.queue == queue] if queue else []
    found = sa.select(work_items.c.id).select_from(WITH_ITEMS)
    found = found.where(work_items.c.state.in_(_OPEN_ITEMS), work_items.c.kind == KIND, STATE.in_(states), *of_queue)
    return found.order_by(_DUE, work_items.c.id).limit(MOST)


def _ended(queue: str, states: list[str]) -> sa.Select[Any]:
    of_queue = [callbacks.c.queue == queue] if queue else []
    found = sa.select(callbacks.c.id).where(callbacks.c.state.in_(states), *of_queue)
    return found.order_by(callbacks.c.ended_at.desc(), callbacks.c.id.desc()).limit(MOST)


def _shown(rx: Rx, ids: list[str]) -> list[Card]:
    """Their cards in this order; each with who it is by name, and the zones of the customer and of us."""
    cards = callback_cards(rx, ids)
    zones = _by_id(rx, _ZONES, (card["customer"]["id"] for card in cards.values()), "time_zone")
    names = _by_id(rx, _NAMES, (card[who] for card in cards.values() for who in ("owner_id", "agent_id")), "name")
    ours = ZoneInfo(str(setting(rx, "time_zone")))
    return [
        card
        | {
            "by_hand": card["first"] is None,
            "owner": names.get(card["owner_id"], ""),
            "agent": names.get(card["agent_id"], ""),
            "theirs": told_by(zones.get(card["customer"]["id"], ""), card["number"] or "", ours.key).zone,
            "ours": ours,
            "at": _at(card),
        }
        for card in (cards[id] for id in ids)
    ]


def _at(card: Card) -> datetime:
    """When it is due; one by hand that has no time, since when it waits."""
    at: datetime = card["due_at"] or card["placed_at"]
    return at


def _by_id(rx: Rx, statement: sa.Select[Any], ids: Iterable[str | None], column: str) -> dict[str, str]:
    wanted = sorted({id for id in ids if id})
    return {row.id: getattr(row, column) for row in rx.all(statement, ids=wanted)} if wanted else {}
