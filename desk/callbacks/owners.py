"""desk/callbacks/owners.py: whose a call-back is: who may have one, and whether they are waited for now."""

from datetime import datetime

import sqlalchemy as sa

from desk.floor.askable import why_not
from desk.kernel.transaction import Row, Rx
from desk.tables import agents
from routing.capacity import VOICE
from routing.presence import WORKS


def why_not_theirs(rx: Rx, agent_id: str, queue: str) -> list[str]:
    """Why an agent cannot own a call-back in a queue: they could never be offered it."""
    return why_not(rx, agent_id, queue, VOICE)


def is_waited_for(rx: Rx, agent_id: str, queue: str, *, placed_at: datetime) -> bool:
    """Whether an owner could be offered what stands in a queue since `placed_at`, whenever they are present and free.

    They take calls, serve the queue or are let in by a step that is reached, and have the skills that
    it asks for after such a wait.
    """
    return not why_not(rx, agent_id, queue, VOICE, rx.now - placed_at)


def is_kept(rx: Rx, item: Row) -> bool:
    """Whether an item that waits is rightly kept for its owner, or is kept for nobody; who has gone may come again."""
    if item.wanted_until is None or item.wanted_until <= rx.now or _is_away(rx, item.wanted_agent_id):
        return True
    return is_waited_for(rx, item.wanted_agent_id, item.queue, placed_at=item.placed_at)


def _is_away(rx: Rx, agent_id: str) -> bool:
    return not rx.all(_IS_IN, agent=agent_id)


_IS_IN = sa.select(agents.c.id).where(agents.c.id == sa.bindparam("agent"), agents.c.presence.in_(sorted(WORKS)))
