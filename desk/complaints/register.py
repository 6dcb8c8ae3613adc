"""desk/complaints/register.py: complaints as screens and programs read them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from desk.complaints.lifecycle import OPEN, State, allowed
from desk.complaints.transitions import facts_of
from desk.complaints.tries import tries_at
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx
from desk.tables import (
    complaint_spans,
    complaints,
    customers,
    deadlines,
    letters,
    milestones,
    recoveries,
    recovery_actions,
    surveys,
    taxonomy,
    users,
)

#: What a list can be filtered by.
FILTERS = ("state", "category", "customer_id", "interaction_id", "owner_id", "level", "number")
#: Most open complaints on one page of the register; beyond it filters are the way.
MOST_OPEN = 500


def list_complaints(rx: Rx, /, *, cursor: str | None, limit: int, **filters: str) -> dict[str, Any]:
    """Complaints, newest first, a page at a time. `state` may be `open`.

    Raises:
        Invalid: a filter that is none.
    """
    statement = sa.select(complaints).order_by(complaints.c.id.desc()).limit(limit + 1)
    for name, value in filters.items():
        if name not in FILTERS:
            raise Invalid(name, f"not a filter; filters are {', '.join(FILTERS)}")
        column = complaints.c[name]
        statement = statement.where(column.in_(OPEN) if (name, value) == ("state", "open") else column == value)
    if cursor:
        statement = statement.where(complaints.c.id < cursor)
    rows = rx.all(statement)
    page = rows[:limit]
    return {"items": cards(rx, page), "next_cursor": page[-1].id if len(rows) > limit else None}


def open_complaints(rx: Rx) -> list[dict[str, Any]]:
    """Every open complaint, the next due first."""
    order = (complaints.c.next_due_at, complaints.c.id)
    return cards(
        rx, rx.all(sa.select(complaints).where(complaints.c.state.in_(OPEN)).order_by(*order).limit(MOST_OPEN))
    )


def closed_lately(rx: Rx, limit: int = 50) -> list[dict[str, Any]]:
    """The complaints closed last."""
    order = complaints.c.closed_at.desc()
    closed = complaints.c.state.not_in(OPEN)
    return cards(rx, rx.all(sa.select(complaints).where(closed).order_by(order, complaints.c.id).limit(limit)))


def cards(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Complaints with their customer, owner and clocks."""
    people = _by_id(rx, customers, (row.customer_id for row in rows))
    owners = _by_id(rx, users, (row.owner_id for row in rows if row.owner_id))
    clocks: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in _of(rx, deadlines, [row.id for row in rows]):
        clocks[row.complaint_id, row.cycle].append(row)
    return [_card(row, people[row.customer_id], owners.get(row.owner_id), clocks[row.id, row.cycle]) for row in rows]


def one_complaint(rx: Rx, complaint_id: str) -> dict[str, Any]:
    """One complaint with everything on record.

    Raises:
        NotFound: there is none.
    """
    row = rx.one(complaints, complaint_id)
    (card,) = cards(rx, [row])
    ids = [complaint_id]
    written = sorted(_of(rx, letters, ids), key=lambda item: item.created_at)
    repaired = recoveries_of(rx, sa.select(recoveries).where(recoveries.c.complaint_id == complaint_id))
    about = {complaint_id: "next_step"} | {item.id: item.kind for item in written}
    about |= {action["id"]: action["kind"] for recovery in repaired for action in recovery["actions"]}
    return card | {
        "allowed": [str(state) for state in allowed(facts_of(rx, row))],
        "milestones": [_plain(item, "name", "at", "cycle", "actor", "evidence") for item in _of(rx, milestones, ids)],
        "spans": [
            _plain(item, "state", "from_at", "to_at", "actor", "note")
            # A passage of no length (reopened) comes before what follows it in the same instant.
            for item in sorted(_of(rx, complaint_spans, ids), key=lambda item: (item.from_at, item.to_at or rx.now))
        ],
        "letters": [
            _plain(item, "id", "kind", "channel", "subject", "body", "state", "reason", "created_at", "handed_over_at")
            for item in written
        ],
        "recoveries": repaired,
        "tries": tries_at(rx, about),
        "surveys": [
            _plain(item, "id", "kind", "state", "planned_at", "sent_at", "answered_at", "answers", "comment")
            for item in _of(rx, surveys, ids)
        ],
    }


def complaints_of_customer(rx: Rx, customer_id: str) -> list[dict[str, Any]]:
    """A customer's open complaints in few words, for the screen pop."""
    mine = (complaints.c.customer_id == customer_id, complaints.c.state.in_(OPEN))
    rows = rx.all(sa.select(complaints).where(*mine).order_by(complaints.c.next_due_at, complaints.c.id))
    names = names_of_codes(rx, "category") if rows else {}
    return [
        {
            "id": row.id,
            "number": row.number,
            "title": names.get(row.category, row.category),
            "state": row.state,
            "due_at": row.next_due_at,
            "next_action": row.next_action,
        }
        for row in rows
    ]


def recoveries_of(rx: Rx, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    """Recoveries with their actions."""
    rows = rx.all(statement)
    actions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    mine = recovery_actions.c.recovery_id.in_([row.id for row in rows])
    shown = ("id", "kind", "title", "channel", "mandatory", "due_at", "state", "done_at", "outcome", "evidence")
    for row in rx.all(sa.select(recovery_actions).where(mine).order_by(recovery_actions.c.position)):
        actions[row.recovery_id].append(_plain(row, *shown, "attempts", "offered_from"))
    plain = ("id", "complaint_id", "customer_id", "cycle", "playbook", "playbook_version", "strategy", "trigger")
    return [
        _plain(row, *plain, "state", "reason", "started_at", "ended_at", "version") | {"actions": actions[row.id]}
        for row in rows
    ]


def codes(rx: Rx, kind: str) -> list[Row]:
    """The codes of a kind that can be chosen, by name."""
    mine = (taxonomy.c.kind == kind, taxonomy.c.retired.is_(False))
    return list(rx.all(sa.select(taxonomy).where(*mine).order_by(taxonomy.c.name, taxonomy.c.code)))


def names_of_codes(rx: Rx, kind: str) -> dict[str, str]:
    """The name of every code of a kind, retired ones too."""
    rows = rx.all(sa.select(taxonomy.c.code, taxonomy.c.name).where(taxonomy.c.kind == kind))
    return {row.code: row.name for row in rows}


def handlers_of_complaints(rx: Rx) -> list[Row]:
    """Who can own a complaint."""
    return list(rx.all(sa.select(users.c.id, users.c.name).where(users.c.active.is_(True)).order_by(users.c.name)))


def is_open(card: dict[str, Any]) -> bool:
    """Whether a complaint, as a card, is open."""
    return State(card["state"]) in OPEN


def _card(row: Row, customer: Row, owner: Row | None, clocks: list[Row]) -> dict[str, Any]:
    plain = [str(column.name) for column in complaints.columns if column.name not in ("customer_id", "owner_id")]
    return {name: getattr(row, name) for name in plain} | {
        "customer_id": row.customer_id,
        "customer": {"id": customer.id, "name": customer.name, "tier": customer.tier, "language": customer.language},
        "owner_id": row.owner_id,
        "owner": {"id": owner.id, "name": owner.name} if owner else None,
        "deadlines": [
            _plain(item, "name", "due_at", "due_local", "met_at", "basis")
            for item in sorted(clocks, key=lambda item: item.due_at)
        ],
    }


def _plain(row: Row, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _of(rx: Rx, table: sa.Table, ids: list[str]) -> Sequence[Row]:
    return rx.all(sa.select(table).where(table.c.complaint_id.in_(ids))) if ids else []


def _by_id(rx: Rx, table: sa.Table, ids: Iterable[str]) -> dict[str, Row]:
    wanted = sorted(set(ids))
    return {row.id: row for row in rx.all(sa.select(table).where(table.c.id.in_(wanted)))} if wanted else {}
