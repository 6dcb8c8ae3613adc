"""desk/organization/rows.py: queues, agents and the rules of routing as rows, and back."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.file import Agent
from desk.organization.rules import COLUMNS, Queue, Served, Target
from desk.tables import (
    agent_queues,
    agent_skills,
    agents,
    interactions,
    offers,
    queues,
    users,
    work_items,
)

_RULES = frozenset(Queue.model_fields) - COLUMNS


def queue_values(queue: Queue) -> dict[str, Any]:
    """A queue as columns."""
    return {
        "name": queue.name,
        "skills": queue.skills,
        "priority": queue.priority,
        "target_s": queue.target.within,
        "target_share": queue.target.share,
        "offer_s": queue.offer,
        "wrap_up_s": queue.wrap_up,
        "rules": queue.model_dump(mode="json", include=set(_RULES), exclude_defaults=True),
    }


def queue_of(row: Row) -> Queue:
    """The queue that columns say."""
    return Queue(
        name=row.name,
        skills=row.skills,
        priority=row.priority,
        target=Target(within=row.target_s, share=row.target_share),
        offer=row.offer_s,
        wrap_up=row.wrap_up_s,
        **(row.rules or {}),
    )


def queues_now(rx: Rx) -> dict[str, Queue]:
    """Every queue by its key."""
    return {row.key: queue_of(row) for row in rx.all(sa.select(queues).order_by(queues.c.key))}


def served(rx: Rx) -> dict[str, dict[str, Served]]:
    """The queues of every agent who has some."""
    found: dict[str, dict[str, Served]] = defaultdict(dict)
    for row in rx.all(sa.select(agent_queues).order_by(agent_queues.c.queue)):
        found[row.agent_id][row.queue] = Served(priority=row.priority, delay=row.delay_s)
    return found


def skilled(rx: Rx) -> dict[str, dict[str, int]]:
    """The skills of every agent who has some."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rx.all(sa.select(agent_skills).order_by(agent_skills.c.skill)):
        found[row.agent_id][row.skill] = row.level
    return found


def load_agents(tx: Tx, wanted: Mapping[str, Agent], kept: list[str]) -> None:
    """Makes the agents these, and nobody else; who vanished and was used is added to `kept`."""
    known = {row.email: row.id for row in tx.all(sa.select(users.c.email, users.c.id))}
    for email, agent in wanted.items():
        about = {"name": agent.name, "role": agent.role, "language": agent.language}
        work = {"capacity": agent.capacity, "languages": agent.languages}
        id = known.get(email)
        if id is None:
            # Without a password nobody signs in: `careline user add` gives one.
            id = tx.new_id()
            tx.insert(users, id=id, email=email, created_at=tx.now, **about)
        else:
            tx.update(users, id, **about)
        since = {"presence_since": tx.now, "idle_since": tx.now, "silent_since": tx.now}
        if not tx.insert_if_new(agents, id=id, presence="offline", **since, **work):
            tx.update(agents, id, **work)
        serve(tx, id, agent.queues, agent.skills)
    names = sa.select(agents.c.id, users.c.email).join(users, users.c.id == agents.c.id)
    for row in tx.all(names.where(users.c.email.not_in(list(wanted)))):
        serve(tx, row.id, {}, {})
        if any(
            used(tx, column, row.id)
            for column in (interactions.c.agent_id, interactions.c.last_agent_id, work_items.c.agent_id)
        ) or used(tx, offers.c.agent_id, row.id):
            kept.append(f"agents.{row.email}")
        else:
            tx.execute(sa.delete(agents).where(agents.c.id == row.id))


def agents_now(rx: Rx) -> set[str]:
    """Every agent's mail address."""
    return {row.email for row in rx.all(sa.select(users.c.email).join(agents, agents.c.id == users.c.id))}


def dump_agents(rx: Rx) -> dict[str, Agent]:
    """The agents as the file says them."""
    serves, can = served(rx), skilled(rx)
    found = rx.all(
        sa.select(agents, users.c.email, users.c.name, users.c.role, users.c.language)
        .join(users, users.c.id == agents.c.id)
        .order_by(users.c.email)
    )
    return {
        row.email: Agent(
            name=row.name,
            role=row.role,
            language=row.language,
            languages=row.languages,
            queues=serves.get(row.id, {}),
            skills=can.get(row.id, {}),
            capacity=row.capacity,
        )
        for row in found
    }


def serve(tx: Tx, agent_id: str, in_queues: Mapping[str, Served], with_skills: Mapping[str, int]) -> None:
    """What an agent serves and can do, from now on."""
    tx.execute(sa.delete(agent_queues).where(agent_queues.c.agent_id == agent_id))
    tx.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == agent_id))
    for queue, how in in_queues.items():
        tx.insert(agent_queues, agent_id=agent_id, queue=queue, priority=how.priority, delay_s=how.delay)
    for skill, level in with_skills.items():
        tx.insert(agent_skills, agent_id=agent_id, skill=skill, level=level)


def put(tx: Tx, table: sa.Table, key: str, **values: Any) -> None:
    """The row of this key has these values."""
    if not tx.insert_if_new(table, key=key, **values):
        tx.update(table, key, **values)


def used(rx: Rx, column: sa.Column[Any], value: str) -> bool:
    """Whether anything refers to it."""
    return bool(rx.all(sa.select(column).where(column == value).limit(1)))
