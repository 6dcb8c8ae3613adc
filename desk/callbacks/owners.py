"""desk/callbacks/owners.py: whose a call-back is: who may have one, and whether they are waited for now."""

from datetime import datetime

import sqlalchemy as sa

from desk.routing_rules import limits_of, policy_of
from desk.routing_views import Beside, some
from desk.tables import agent_queues, agents, queues, to_ms, users
from desk.transaction import Row, Rx
from routing.askable import may_have
from routing.capacity import VOICE
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
    stages = Stages(policy_of(rx.one(queues, queue)), [views[0].queues[queue].delay_ms])
    need, _ = stages.asked(VOICE, stages.reached(to_ms(rx.now) - to_ms(placed_at)), NOTHING_OWN)
    return may_have(need, views[0], limits_of(rx))


def is_kept(rx: Rx, item: Row) -> bool:
    """Whether an item that waits is rightly kept for its owner, or is kept for nobody; who has gone may come again."""
    if item.wanted_until is None or item.wanted_until <= rx.now or _is_away(rx, item.wanted_agent_id):
        return True
    return is_waited_for(rx, item.wanted_agent_id, item.queue, placed_at=item.placed_at)


def _is_away(rx: Rx, agent_id: str) -> bool:
    return not rx.all(_IS_IN, agent=agent_id)


_IS_IN = sa.select(agents.c.id).where(agents.c.id == sa.bindparam("agent"), agents.c.presence != Presence.OFFLINE.value)
_SERVES = (
    sa.select(agent_queues.c.queue)
    .join(users, users.c.id == agent_queues.c.agent_id)
    .where(
        agent_queues.c.agent_id == sa.bindparam("agent"),
        agent_queues.c.queue == sa.bindparam("queue"),
        users.c.active.is_(True),
    )
)
