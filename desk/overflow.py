"""desk/overflow.py: what waits too long, or in vain, goes to a queue that can help: by `routing/overflow.py`.

The router's process looks once a second while a queue has steps. An item moves with its place; for the
queue that it leaves it has flowed out, for the other it has flowed in, and there it stays.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from desk import queueing
from desk.cluster import check
from desk.events import InteractionChanged
from desk.lookout import Lookout
from desk.organization.rows import queues_now
from desk.queue_states import states, step_of
from desk.tables import interactions, queues, segments, to_ms, work_items
from desk.transaction import Row, Rx, Tx
from desk.waiting import standings
from routing.overflow import Standing, goes_to

FLOW_IN, FLOW_OUT = "flow_in", "flow_out"

#: What waits in a queue and has not come to it by overflow, with since when.
_WAITING = (
    sa.select(work_items.c.id, work_items.c.queue, work_items.c.channel, work_items.c.placed_at, segments.c.from_at)
    .join(segments, sa.and_(segments.c.interaction_id == work_items.c.interaction_id, segments.c.to_at.is_(None)))
    .where(work_items.c.state == "waiting", segments.c.kind == "queue", segments.c.entry != FLOW_IN)
    .order_by(work_items.c.id)
)


@dataclass(frozen=True, kw_only=True)
class Move:
    """An interaction that should wait elsewhere."""

    interaction_id: str
    queue: str
    to: str


def moves(rx: Rx, lookout: Lookout | None = None) -> list[Move]:
    """What should wait in another queue, as things are now."""
    steps = {key: [step_of(one) for one in queue.overflow] for key, queue in queues_now(rx).items() if queue.overflow}
    waiting = [row for row in rx.all(_WAITING) if row.queue in steps]
    if not waiting:
        return []
    protects = any(step.protect is not None for several in steps.values() for step in several)
    lookout = lookout or Lookout()
    now, stand = states(rx, lookout, levels=protects), standings(rx, [row.id for row in waiting], lookout)
    found = []
    for row in waiting:
        place = stand[row.id]
        item = Standing(
            position=place.in_line,
            waited_ms=to_ms(rx.now) - to_ms(row.from_at),
            placed_for_ms=to_ms(rx.now) - to_ms(row.placed_at),
            channel=row.channel,
            likely_ms=place.wait.middle_ms if place.wait else None,
        )
        to = goes_to(steps[row.queue], item, now[row.queue], now)
        if to is not None:
            found.append(Move(interaction_id=row.id, queue=row.queue, to=to))
    return found


def move(tx: Tx, moved: Move, *, epoch: int) -> bool:
    """Lets an interaction wait elsewhere, if it still waits where it was seen; whether it did.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    (interaction,) = tx.take(interactions, [moved.interaction_id]) or (None,)
    if not _waits(interaction, moved) or not tx.all(sa.select(queues.c.key).where(queues.c.key == moved.to)):
        return False
    assert interaction is not None
    queueing.left_queue(tx, interaction, FLOW_OUT)
    queueing.enqueue(tx, interaction, queue=moved.to, entry=FLOW_IN)
    tx.emit(InteractionChanged(id=interaction.id, what="overflowed", state="queued"))
    return True


def _waits(interaction: Row | None, moved: Move) -> bool:
    return interaction is not None and interaction.state == "queued" and interaction.queue == moved.queue
