"""desk/callbacks/owners.py: whose a call-back is: who may have one, and whether they are waited for now."""

from datetime import datetime

import sqlalchemy as sa

from desk.routing_rules import limits_of, policy_of
from desk.routing_views import Beside, some
from desk.tables import agent_queues, queues, to_ms, users
from desk.transaction import Rx
from routing.capacity import VOICE, Room, room
from routing.needs import NOTHING_OWN, Stages
from routing.presence import Presence


def serves(rx: Rx, agent_id: str, queue: str) -> bool:
    """Whether an agent works in a queue."""
    return bool(rx.all(_SERVES, agent=agent_id, queue=queue))


def is_waited_for(rx: Rx, agent_id: str, queue: str, *, placed_at: datetime) -> bool:
    """Whether an owner could be offered what stands in a queue since `placed_at`: now, or when they are free.

    They are signed in, take calls, serve the queue, and have the skills that it asks for after such a wait.
    """
    views = some(rx, [], [agent_id], Beside()).agents
    if not views or views[0].presence == Presence.OFFLINE or queue not in views[0].queues:
        return False
    view, stages = views[0], Stages(policy_of(rx.one(queues, queue)), [])
    need, _ = stages.asked(VOICE, stages.reached(to_ms(rx.now) - to_ms(placed_at)), NOTHING_OWN)
    takes = room(VOICE, capacity=view.capacity, load={}, limits=limits_of(rx)) is not Room.NO_CHANNEL
    return takes and all(view.skills.get(skill, 0) >= level for skill, level in need.levels)


_SERVES = (
    sa.select(agent_queues.c.queue)
    .join(users, users.c.id == agent_queues.c.agent_id)
    .where(
        agent_queues.c.agent_id == sa.bindparam("agent"),
        agent_queues.c.queue == sa.bindparam("queue"),
        users.c.active.is_(True),
    )
)
