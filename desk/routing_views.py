"""desk/routing_views.py: what is true of work and agents, as the engine is told it. A few statements for many."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

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
        work=_work(rx, work_items.c.state == "waiting"),
        agents=_agents(rx, sa.true()),
    )


def some(rx: Rx, work_ids: Collection[str], agent_ids: Collection[str]) -> Truth:
    """What is true of these items and agents."""
    waiting = _work(rx, sa.and_(work_items.c.id.in_(work_ids), work_items.c.state == "waiting")) if work_ids else []
    views = _agents(rx, agents.c.id.in_(agent_ids)) if agent_ids else []
    return Truth(
        work=waiting,
        agents=views,
        gone_work=set(work_ids) - {work.id for work in waiting},
        gone_agents=set(agent_ids) - {view.id for view in views},
    )


def _work(rx: Rx, which: sa.ColumnElement[bool]) -> list[Work]:
    language = sa.func.coalesce(sa.func.nullif(interactions.c.language, ""), customers.c.language).label("language")
    statement = (
        sa.select(work_items, language)
        .select_from(work_items)
        .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
        .join(customers, customers.c.id == work_items.c.customer_id)
        .where(which)
    )
    return [_item(row) for row in rx.all(statement)]


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


def _agents(rx: Rx, which: sa.ColumnElement[bool]) -> list[AgentView]:
    rows = rx.all(
        sa.select(agents, users.c.name.label("name"))
        .join(users, users.c.id == agents.c.id)
        .where(which, users.c.active.is_(True))
    )
    mine = [row.id for row in rows]
    some = None if len(mine) > 500 else mine  # so many: read whole tables
    skills: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rx.all(_of(sa.select(agent_skills), agent_skills.c.agent_id, some)):
        skills[row.agent_id][row.skill] = row.level
    serves: dict[str, set[str]] = defaultdict(set)
    for row in rx.all(_of(sa.select(agent_queues), agent_queues.c.agent_id, some)):
        serves[row.agent_id].add(row.queue)
    load: dict[str, dict[str, int]] = defaultdict(dict)
    held = (
        sa.select(work_items.c.agent_id, work_items.c.channel, sa.func.count().label("held"))
        .where(work_items.c.state == "active", work_items.c.agent_id.is_not(None))
        .group_by(work_items.c.agent_id, work_items.c.channel)
    )
    for row in rx.all(_of(held, work_items.c.agent_id, some)):
        load[row.agent_id][row.channel] = row.held
    ringing = {
        row.agent_id
        for row in rx.all(_of(sa.select(offers.c.agent_id).where(offers.c.outcome.is_(None)), offers.c.agent_id, some))
    }
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


def _of(
    statement: sa.Select[tuple[object, ...]], column: sa.Column[str], ids: list[str] | None
) -> sa.Select[tuple[object, ...]]:
    return statement if ids is None else statement.where(column.in_(ids))
