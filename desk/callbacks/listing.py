"""desk/callbacks/listing.py: the call-backs of the whole floor, as who supervises sees them, a page at a time.

Open ones first, the next due on top; then those that have ended, the latest booked first; with those that somebody
makes by hand. A cursor names the last one of the page before: what is booked or ends meanwhile hides no other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.callbacks.cards import ARE_CALLBACKS, DUE, STATE, WITH_ITEMS, callback_cards
from desk.callbacks.life import CANCELLED, GAVE_UP, KIND, REACHED, WAITING
from desk.customers.safe_hours import told_by
from desk.floor.askable import who_could
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.organization.days import zone_of_site
from desk.tables import agents, callbacks, customers, from_ms, to_ms, users, work_items
from routing.capacity import VOICE

Card = dict[str, Any]

OPEN = (WAITING, "offered", "dialling")
ENDED = (REACHED, GAVE_UP, CANCELLED)
STATES = (*OPEN, *ENDED)
#: What a list may show, beside one state alone.
STAGES = ("open", "due", "ended")
#: So many are on a page.
PAGE = 50

_OPEN_ITEMS = ("scheduled", "waiting", "offered", "active")
_ZONES = sa.select(customers.c.id, customers.c.time_zone).where(among(customers.c.id))
_NAMES = sa.select(users.c.id, users.c.name).where(among(users.c.id))
_CURSOR = re.compile(r"(open\.[0-9]{1,15}|ended)\.[0-9a-f-]{36}", re.ASCII)
_BY_QUEUE = (
    sa.select(work_items.c.queue, sa.func.count().label("number"))
    .where(ARE_CALLBACKS, work_items.c.state.in_(_OPEN_ITEMS))
    .group_by(work_items.c.queue)
)
_AGENTS = sa.select(users.c.id, users.c.name).join(agents, agents.c.id == users.c.id).order_by(users.c.name, users.c.id)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which call-backs: in a state or stage, of a queue, of an agent who owns it or has it; all if nothing is said."""

    state: str = ""
    queue: str = ""
    agent_id: str = ""


def in_stage(stage: str, now: datetime) -> sa.ColumnElement[bool]:
    """The condition of a stage: open, due by now, ended."""
    if stage == "ended":
        return work_items.c.state == "done"
    is_open = work_items.c.state.in_(_OPEN_ITEMS)
    return sa.and_(is_open, DUE.bool_op("<=")(now)) if stage == "due" else is_open


def listed(rx: Rx, asked: Asked, cursor: str = "") -> tuple[list[Card], str]:
    """The call-backs after `cursor`, and the cursor of the next page; none is left where that is empty.

    Raises:
        Invalid: the cursor is none.
    """
    part, after = _read(cursor)
    found: list[Row] = []
    if part == "open" and asked.state not in (*ENDED, "ended"):
        found += rx.all(_after_due(_these(asked, rx.now).where(in_stage("open", rx.now)), after).limit(PAGE + 1))
        after = ()
    if len(found) <= PAGE and asked.state not in (*OPEN, "open", "due"):
        ended = _these(asked, rx.now).where(in_stage("ended", rx.now)).order_by(work_items.c.id.desc())
        if after:
            ended = ended.where(work_items.c.id < after[-1])
        found = [*found, *rx.all(ended.limit(PAGE + 1 - len(found)))]
    shown = found[:PAGE]
    following = _written(shown[-1]) if len(found) > PAGE else ""
    return _shown(rx, [row.id for row in shown]), following


def counts(rx: Rx, asked: Asked) -> dict[str, int]:
    """How many are open, due by now, and over, of this queue and agent, in whichever state."""
    everything = replace(asked, state="")
    return {stage: _count(rx, _these(everything, rx.now).where(in_stage(stage, rx.now))) for stage in STAGES}


def open_by_queue(rx: Rx) -> dict[str, int]:
    """How many are open in each queue that has some."""
    rows = rx.all(_BY_QUEUE)
    return {row.queue: row.number for row in rows}


def one_callback(rx: Rx, callback_id: str) -> Card:
    """One call-back.

    Raises:
        NotFound: there is none.
    """
    if rx.one(work_items, callback_id).kind != KIND:
        raise NotFound(KIND, callback_id)
    return _shown(rx, [callback_id])[0]


def agents_by_name(rx: Rx) -> list[tuple[str, str]]:
    """Id and name of everybody who takes work, by name."""
    return [(row.id, row.name) for row in rx.all(_AGENTS)]


def may_own(rx: Rx, queue: str) -> list[tuple[str, str]]:
    """Id and name of every agent who could be offered a call-back in a queue, by name."""
    able = who_could(rx, [row.id for row in rx.all(_AGENTS)], queue, VOICE)
    return [(agent.id, agent.name) for agent in sorted(able, key=lambda agent: (agent.name, agent.id))]


def _these(asked: Asked, now: datetime) -> sa.Select[Any]:
    found = (
        sa.select(work_items.c.id, work_items.c.state, DUE.label("due")).select_from(WITH_ITEMS).where(ARE_CALLBACKS)
    )
    if asked.queue:
        found = found.where(work_items.c.queue == asked.queue)
    if asked.agent_id:
        whose = (callbacks.c.owner_id, work_items.c.agent_id)
        found = found.where(sa.or_(*(who == asked.agent_id for who in whose)))
    if asked.state in STAGES:
        return found.where(in_stage(asked.state, now))
    return found.where(STATE.in_([asked.state])) if asked.state else found


def _after_due(found: sa.Select[Any], after: tuple[str, ...]) -> sa.Select[Any]:
    if after:
        due, id = from_ms(int(after[0])), after[1]
        found = found.where(sa.or_(DUE.bool_op(">")(due), sa.and_(DUE.in_([due]), work_items.c.id > id)))
    return found.order_by(DUE, work_items.c.id)


def _count(rx: Rx, found: sa.Select[Any]) -> int:
    (row,) = rx.all(sa.select(sa.func.count().label("number")).select_from(found.subquery()))
    return int(row.number)


def _written(row: Row) -> str:
    """The place of a call-back in the list."""
    return f"ended.{row.id}" if row.state == "done" else f"open.{to_ms(row.due)}.{row.id}"


def _read(cursor: str) -> tuple[str, tuple[str, ...]]:
    """Whether the place is among the open ones or those that have ended, and what it follows."""
    if not cursor:
        return "open", ()
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid("cursor", "not one of this list")
    part, *after = cursor.split(".")
    return part, tuple(after)


def _shown(rx: Rx, ids: list[str]) -> list[Card]:
    """Their cards in this order; each with who it is by name, and the zones of the customer and of us."""
    cards = callback_cards(rx, ids)
    zones = _by_id(rx, _ZONES, (card["customer"]["id"] for card in cards.values()), "time_zone")
    names = _by_id(rx, _NAMES, (card[who] for card in cards.values() for who in ("owner_id", "agent_id")), "name")
    ours = zone_of_site(rx)
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
