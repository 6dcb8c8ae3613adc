"""desk/screens/agent_cards.py: an agent as colleagues and supervisors see them: state, load, and what they are on."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.kernel.questions import Question, answer
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.tables import agent_queues, agent_skills, agents, customers, interactions, offers, segments, users, work_items
from routing.presence import Presence, activity

Card = dict[str, Any]

#: States of an interaction in which its agent is engaged on it.
_ENGAGED = frozenset({"active", "on_hold"})


def agent_cards(rx: Rx, ids: Collection[str] | None = None) -> dict[str, Card]:
    """The cards of these agents, or of everybody who may work, by id."""
    if ids is not None and not ids:
        return {}
    return answer(rx, of_agents([row.id for row in rx.all(_EVERYBODY)] if ids is None else ids))


def of_agents(ids: Iterable[str]) -> Question[dict[str, Card]]:
    """The same as a question."""
    these = {"ids": list(ids)}
    return Question([(query, these) for query in (_THESE, _QUEUES, _SKILLS, _RINGING, _IN_HAND)], _agents)


def _agents(
    found: Iterable[Row], serve: Iterable[Row], able: Iterable[Row], ring: Iterable[Row], held: Iterable[Row]
) -> dict[str, Card]:
    serves: dict[str, list[str]] = defaultdict(list)
    can: dict[str, dict[str, int]] = defaultdict(dict)
    for row in serve:
        serves[row.agent_id].append(row.queue)
    for row in able:
        can[row.agent_id][row.skill] = row.level
    ringing: dict[str, datetime] = {}
    for row in ring:
        ringing[row.agent_id] = min(row.made_at, ringing.get(row.agent_id, row.made_at))
    on: dict[str, dict[str, Card]] = defaultdict(dict)
    for row in held:
        on[row.agent_id][row.id] = _work(row)
    return {row.id: _agent(row, serves[row.id], can[row.id], ringing.get(row.id), on[row.id].values()) for row in found}


def _agent(row: Row, serves: list[str], can: dict[str, int], rings_since: datetime | None, on: Iterable[Card]) -> Card:
    load: dict[str, int] = defaultdict(int)
    engaged, shown = False, []
    for item in on:
        load[item["channel"]] += 1
        engaged = engaged or item["engaged"]
        shown.append({name: value for name, value in item.items() if name != "engaged"})
    doing = activity(Presence(row.presence), engaged=engaged, ringing=rings_since is not None)
    return {
        "id": row.id,
        "name": row.name,
        "state": row.presence,
        "reason": row.reason,
        "since": row.presence_since,
        "rings_since": rings_since,
        "activity": str(doing) if doing else "offline",
        "load": dict(load),
        "capacity": row.capacity,
        "queues": serves,
        "skills": can,
        "languages": row.languages,
        "on": shown,
        "version": row.version,
    }


def for_colleague(card: Card) -> Card:
    """An agent's card as another agent sees it: how much they have in hand, not whom they talk to."""
    return card | {"on": []}


def _work(row: Row) -> Card:
    contact = row.kind == "interaction"
    return {
        "interaction_id" if contact else "work_item_id": row.id,
        "channel": row.channel,
        "customer": row.customer,
        "since": row.from_at or row.answered_at,
        "engaged": row.state in _ENGAGED if contact else True,
    }


_WHO = sa.select(agents, users.c.name).join(users, users.c.id == agents.c.id).order_by(users.c.name, agents.c.id)
_EVERYBODY = _WHO.where(users.c.active.is_(True))
_THESE = _WHO.where(among(agents.c.id))
_QUEUES = sa.select(agent_queues).where(among(agent_queues.c.agent_id)).order_by(agent_queues.c.queue)
_SKILLS = sa.select(agent_skills).where(among(agent_skills.c.agent_id)).order_by(agent_skills.c.skill)
_RINGING = sa.select(offers.c.agent_id, offers.c.made_at).where(among(offers.c.agent_id), offers.c.outcome.is_(None))
#: What each has in hand, the longest first.
_IN_HAND = (
    sa.select(
        work_items.c.id,
        work_items.c.kind,
        work_items.c.channel,
        work_items.c.agent_id,
        interactions.c.state,
        interactions.c.answered_at,
        customers.c.name.label("customer"),
        segments.c.from_at,
    )
    .join(customers, customers.c.id == work_items.c.customer_id)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .outerjoin(segments, sa.and_(segments.c.interaction_id == interactions.c.id, segments.c.to_at.is_(None)))
    .where(among(work_items.c.agent_id), work_items.c.state == "active")
    .order_by(work_items.c.id, segments.c.from_at)
)
