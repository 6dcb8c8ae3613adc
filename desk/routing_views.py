"""desk/routing_views.py: what is true of work and agents, as the engine is told it. A few statements for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

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
from desk.transaction import Row, Rx, single
from desk.waiting import policy_of
from routing.model import AgentView, QueuePolicy, Service, Work


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
        agents=_agents(*(rx.all(query) for query in (_EVERYBODY, _SKILLS, _QUEUES, _LOAD, _RINGING))),
    )


@single
def some(rx: Rx, work_ids: Collection[str], agent_ids: Collection[str]) -> Truth:
    """What is true of these items and agents."""
    agents = {"ids": list(agent_ids)}
    found, *of_agents = rx.together(
        (_THIS_WORK, {"ids": list(work_ids)}),
        (_THESE_AGENTS, agents),
        (_SKILLS_OF, agents),
        (_QUEUES_OF, agents),
        (_LOAD_OF, agents),
        (_RINGING_OF, agents),
    )
    waiting = [_item(row) for row in found]
    views = _agents(*of_agents)
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
    rows: Iterable[Row], can: Iterable[Row], serve: Iterable[Row], held: Iterable[Row], ring: Iterable[Row]
) -> list[AgentView]:
    skills: dict[str, dict[str, int]] = defaultdict(dict)
    for row in can:
        skills[row.agent_id][row.skill] = row.level
    serves: dict[str, dict[str, Service]] = defaultdict(dict)
    for row in serve:
        serves[row.agent_id][row.queue] = Service()
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
            queues=serves[row.id],
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
