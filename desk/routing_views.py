"""desk/routing_views.py: what is true of work and agents, as the engine is told it. A few statements for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from desk.statements import among
from desk.tables import (
    agent_queues,
    agent_skills,
    agents,
    customers,
    interactions,
    offers,
    queues,
    to_ms,
    users,
    work_items,
)
from desk.transaction import Row, Rx
from desk.waiting import policy_of
from routing.model import AgentView, QueuePolicy, Work

#: Of more agents than that whole tables are read.
_MANY = 500


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the database says now. `gone_*` were asked for and do not wait, or are no agents."""

    policies: list[QueuePolicy] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    agents: list[AgentView] = field(default_factory=list)
    gone_work: set[str] = field(default_factory=set)
    gone_agents: set[str] = field(default_factory=set)


def everything(rx: Rx) -> Truth:
    """All that the engine must know: for a router that begins."""
    return Truth(
        policies=[policy_of(row) for row in rx.all(sa.select(queues))],
        work=[_item(row) for row in rx.all(_WAITING)],
        agents=_agents(rx, rx.all(_EVERYBODY), rx.all(_LOAD), rx.all(_RINGING), {}),
    )


def some(
    rx: Rx, work_ids: Collection[str], agent_ids: Collection[str], known: Mapping[str, AgentView] | None = None
) -> Truth:
    """What is true of these items and agents.

    Skills and queues are taken from `known` views where all are known: when they change, so says the
    log, and everything is read again.
    """
    agents = {"ids": list(agent_ids)}
    found, rows, held, ring = rx.together(
        (_THIS_WORK, {"ids": list(work_ids)}), (_THESE_AGENTS, agents), (_LOAD_OF, agents), (_RINGING_OF, agents)
    )
    waiting = [_item(row) for row in found]
    views = _agents(rx, rows, held, ring, known or {})
    return Truth(
        work=waiting,
        agents=views,
        gone_work=set(work_ids) - {work.id for work in waiting},
        gone_agents=set(agent_ids) - {view.id for view in views},
    )


def _item(row: Row) -> Work:
    return Work(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        queue=row.queue,
        priority=row.priority,
        placed_ms=to_ms(row.placed_at),
        wanted_agent_id=row.wanted_agent_id,
        wanted_until_ms=to_ms(row.wanted_until) if row.wanted_until else None,
        excluded=row.declined_by or {},
        language=row.language or "",
    )


def _agents(
    rx: Rx, rows: Sequence[Row], held: Iterable[Row], ring: Iterable[Row], known: Mapping[str, AgentView]
) -> list[AgentView]:
    mine = [row.id for row in rows]
    if not mine:
        return []

    def of(whole: sa.Select[Any], some: sa.Select[Any]) -> Sequence[Row]:
        return rx.all(whole) if len(mine) > _MANY else rx.all(some, ids=mine)

    skills: dict[str, dict[str, int]] = defaultdict(dict)
    serves: dict[str, set[str]] = defaultdict(set)
    if all(id in known for id in mine):
        skills.update((id, dict(known[id].skills)) for id in mine)
        serves.update((id, set(known[id].queues)) for id in mine)
    else:
        for row in of(_SKILLS, _SKILLS_OF):
            skills[row.agent_id][row.skill] = row.level
        for row in of(_QUEUES, _QUEUES_OF):
            serves[row.agent_id].add(row.queue)
    load: dict[str, dict[str, int]] = defaultdict(dict)
    for row in held:
        load[row.agent_id][row.channel] = row.held
    ringing = {row.agent_id for row in ring}
    return [
        AgentView(
            id=row.id,
            name=row.name,
            presence=row.presence,
            skills=skills[row.id],
            queues=frozenset(serves[row.id]),
            capacity=row.capacity,
            load=load[row.id],
            ringing=row.id in ringing,
            idle_since_ms=to_ms(row.idle_since),
            languages=frozenset(row.languages),
        )
        for row in rows
    ]


_LANGUAGE = sa.func.coalesce(sa.func.nullif(interactions.c.language, ""), customers.c.language).label("language")
_WAITING = (
    sa.select(work_items, _LANGUAGE)
    .select_from(work_items)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(work_items.c.state == "waiting")
)
_THIS_WORK = _WAITING.where(among(work_items.c.id))
_EVERYBODY = (
    sa.select(agents, users.c.name.label("name")).join(users, users.c.id == agents.c.id).where(users.c.active.is_(True))
)
_THESE_AGENTS = _EVERYBODY.where(among(agents.c.id))
_SKILLS, _QUEUES = sa.select(agent_skills), sa.select(agent_queues)
_LOAD = (
    sa.select(work_items.c.agent_id, work_items.c.channel, sa.func.count().label("held"))
    .where(work_items.c.state == "active", work_items.c.agent_id.is_not(None))
    .group_by(work_items.c.agent_id, work_items.c.channel)
)
_RINGING = sa.select(offers.c.agent_id).where(offers.c.outcome.is_(None))
_SKILLS_OF = _SKILLS.where(among(agent_skills.c.agent_id))
_QUEUES_OF = _QUEUES.where(among(agent_queues.c.agent_id))
_LOAD_OF = _LOAD.where(among(work_items.c.agent_id))
_RINGING_OF = _RINGING.where(among(offers.c.agent_id))
