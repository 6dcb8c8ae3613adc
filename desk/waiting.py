"""desk/waiting.py: where somebody stands in line, and how long it is likely to take.

The place is counted in the order in which the router serves. The wait is `routing/estimates.py`: the
last wait, blended with handling time over working agents; no agents or no past, no figure.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import sqlalchemy as sa

from desk.tables import agent_queues, agent_skills, agents, interactions, queues, segments, to_ms, work_items
from desk.transaction import Row, Rx
from routing.estimates import Wait, effective_agents, estimate
from routing.model import AgentView, QueuePolicy, Service

#: The past that says how long a contact takes.
LOOK_BACK = timedelta(hours=24)
_RECENT = 50


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A place in line, the first being 1, and the likely wait; None where there is no basis."""

    position: int
    wait: Wait | None


#: (queue, channel) → (working agents, mean handling time, last wait).
Paces = dict[tuple[str, str], tuple[Fraction, int | None, int | None]]


def standing(rx: Rx, work_item_id: str, paces: Paces | None = None) -> Standing | None:
    """Where an item stands now; None when it does not wait. One that rings at an agent is next.

    Who asks for many items of one snapshot hands in `paces`: how fast a queue moves is read once.
    """
    rows = rx.all(sa.select(work_items).where(work_items.c.id == work_item_id))
    if not rows or rows[0].state not in ("waiting", "offered"):
        return None
    item = rows[0]
    ahead = 0 if item.state == "offered" else _ahead_of(rx, item)
    return Standing(position=ahead + 1, wait=_wait(rx, item, ahead + 1, {} if paces is None else paces))


def policy_of(queue: Row) -> QueuePolicy:
    """The rules of a queue as the router knows them."""
    return QueuePolicy(
        key=queue.key,
        skills=queue.skills,
        priority=queue.priority,
        offer_ms=queue.offer_s * 1000,
        target_ms=queue.target_s * 1000,
    )


def _ahead_of(rx: Rx, item: Row) -> int:
    c = work_items.c
    first = sa.or_(
        c.priority > item.priority,
        sa.and_(
            c.priority == item.priority,
            sa.or_(c.placed_at < item.placed_at, sa.and_(c.placed_at == item.placed_at, c.id < item.id)),
        ),
    )
    (row,) = rx.all(sa.select(sa.func.count().label("ahead")).where(c.state == "waiting", c.queue == item.queue, first))
    return int(row.ahead)


def _wait(rx: Rx, item: Row, position: int, paces: Paces) -> Wait | None:
    key = (item.queue, item.channel)
    if key not in paces:
        queue = rx.one(queues, item.queue)
        working = effective_agents(_serving(rx, queue.key), policy_of(queue), item.channel)
        paces[key] = (working, *_lately(rx, queue.key, item.channel))
    working, aht_ms, last_wait_ms = paces[key]
    return estimate(position=position, aht_ms=aht_ms, agents=working, last_wait_ms=last_wait_ms)


def _serving(rx: Rx, queue: str) -> list[AgentView]:
    """The agents of a queue, with what an estimate asks of them."""
    here = sa.select(agent_queues.c.agent_id).where(agent_queues.c.queue == queue)
    rows = rx.all(sa.select(agents).where(agents.c.id.in_(here), agents.c.presence.in_(("available", "wrap_up"))))
    ids = [row.id for row in rows]
    serves: dict[str, dict[str, Service]] = {id: {} for id in ids}
    for row in rx.all(sa.select(agent_queues).where(agent_queues.c.agent_id.in_(ids))) if ids else ():
        serves[row.agent_id][row.queue] = Service()
    can: dict[str, dict[str, int]] = {id: {} for id in ids}
    for row in rx.all(sa.select(agent_skills).where(agent_skills.c.agent_id.in_(ids))) if ids else ():
        can[row.agent_id][row.skill] = row.level
    return [
        AgentView(
            id=row.id,
            name="",
            presence=row.presence,
            skills=can[row.id],
            queues=serves[row.id],
            capacity=row.capacity,
            load={},
            ringing=False,
            idle_since_ms=to_ms(row.idle_since),
            languages=frozenset(),
        )
        for row in rows
    ]


def _lately(rx: Rx, queue: str, channel: str) -> tuple[int | None, int | None]:
    """(mean handling time, last wait) of the queue's latest contacts of this channel, in milliseconds."""
    ended = (interactions.c.queue == queue, interactions.c.channel == channel)
    since = interactions.c.closed_at > rx.now - LOOK_BACK
    columns = (interactions.c.id, interactions.c.answered_at, interactions.c.closed_at)
    handled = sa.select(*columns).where(*ended, since, interactions.c.answered_at.is_not(None))
    rows = rx.all(handled.order_by(interactions.c.closed_at.desc()).limit(_RECENT))
    if not rows:
        return None, None
    total = sum(to_ms(row.closed_at) - to_ms(row.answered_at) for row in rows)
    waits = sa.select(segments.c.from_at, segments.c.to_at).where(
        segments.c.interaction_id.in_([row.id for row in rows]),
        segments.c.kind == "queue",
        segments.c.outcome == "answered",
    )
    last = rx.all(waits.order_by(segments.c.to_at.desc()).limit(1))
    return total // len(rows), to_ms(last[0].to_at) - to_ms(last[0].from_at) if last else None
