"""desk/agent_cards.py: an agent as colleagues and supervisors see them: state, load, and what they are on."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from desk.tables import agent_queues, agent_skills, agents, customers, interactions, offers, segments, users, work_items
from desk.transaction import Row, Rx
from routing.presence import Activity, Presence, activity

Card = dict[str, Any]

#: States of an interaction in which its agent is engaged on it.
_ENGAGED = frozenset({"active", "on_hold"})


def agent_cards(rx: Rx, ids: Collection[str] | None = None) -> dict[str, Card]:
    """The cards of these agents, or of everybody who may work, by id."""
    if ids is not None and not ids:
        return {}
    who = sa.select(agents, users.c.name).join(users, users.c.id == agents.c.id).order_by(users.c.name, agents.c.id)
    who = who.where(users.c.active.is_(True)) if ids is None else who.where(agents.c.id.in_(list(ids)))
    found = rx.all(who)
    known = [row.id for row in found]
    serves: dict[str, list[str]] = defaultdict(list)
    for row in rx.all(_of(agent_queues, known, ids).order_by(agent_queues.c.queue)):
        serves[row.agent_id].append(row.queue)
    can: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rx.all(_of(agent_skills, known, ids).order_by(agent_skills.c.skill)):
        can[row.agent_id][row.skill] = row.level
    live = (offers.c.agent_id.in_(known), offers.c.outcome.is_(None))
    ringing = {row.agent_id for row in rx.all(sa.select(offers.c.agent_id).where(*live))}
    on = _work_of(rx, known, ids)
    return {row.id: _agent(row, serves[row.id], can[row.id], row.id in ringing, on.get(row.id, ())) for row in found}


def _agent(row: Row, serves: list[str], can: dict[str, int], ringing: bool, on: Iterable[Card]) -> Card:
    load: dict[str, int] = defaultdict(int)
    engaged, shown = False, []
    for item in on:
        load[item["channel"]] += 1
        engaged = engaged or item["engaged"]
        shown.append({name: value for name, value in item.items() if name != "engaged"})
    doing = activity(Presence(row.presence), engaged=engaged, ringing=ringing)
    return {
        "id": row.id,
        "name": row.name,
        "state": row.presence,
        "reason": row.reason,
        "since": row.presence_since,
        "activity": str(doing) if doing else "offline",
        "load": dict(load),
        "capacity": row.capacity,
        "queues": serves,
        "skills": can,
        "languages": row.languages,
        "on": shown,
        "version": row.version,
    }


def _work_of(rx: Rx, known: list[str], ids: Collection[str] | None) -> dict[str, list[Card]]:
    """What each agent has in hand, the longest first."""
    held = (
        sa.select(
            work_items.c.id,
            work_items.c.kind,
            work_items.c.channel,
            work_items.c.agent_id,
            work_items.c.interaction_id,
            interactions.c.state,
            interactions.c.answered_at,
            customers.c.name.label("customer"),
            segments.c.from_at,
        )
        .join(customers, customers.c.id == work_items.c.customer_id)
        .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
        .outerjoin(segments, sa.and_(segments.c.interaction_id == interactions.c.id, segments.c.to_at.is_(None)))
        .where(work_items.c.state == "active", work_items.c.agent_id.is_not(None))
        .order_by(work_items.c.id, segments.c.from_at)
    )
    if ids is not None:
        held = held.where(work_items.c.agent_id.in_(known))
    on: dict[str, dict[str, Card]] = defaultdict(dict)
    for row in rx.all(held):
        contact = row.kind == "interaction"
        on[row.agent_id][row.id] = {
            "interaction_id" if contact else "work_item_id": row.id,
            "channel": row.channel,
            "customer": row.customer,
            "since": row.from_at or row.answered_at,
            "engaged": row.state in _ENGAGED if contact else True,
        }
    return {agent_id: list(items.values()) for agent_id, items in on.items()}


def _of(table: sa.Table, known: list[str], ids: Collection[str] | None) -> sa.Select[Any]:
    """Rows of `table` that belong to these agents; for everybody the whole table, without a long list."""
    return sa.select(table) if ids is None else sa.select(table).where(table.c.agent_id.in_(known))


#: The activities in which figures count agents; who is offline counts in none.
STAFFED = tuple(str(item) for item in Activity)
