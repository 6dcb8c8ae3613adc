"""desk/floor/overflow.py: what waits too long, or in vain, goes to a queue that can help: by `routing/overflow.py`.

The router's process looks once a second while a queue has steps. What a person gave to somebody by name stays while
it is kept for them and they are there. An item moves with its place and with who has declined it; for the
queue that it leaves it has flowed out, for the other it has flowed in, and there it stays.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from desk.floor.lookout import Lookout
from desk.floor.queue_states import states, step_of
from desk.floor.waiting import standings
from desk.kernel.cluster import check
from desk.kernel.events import InteractionChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.rows import queues_now
from desk.tables import agents, interactions, queues, segments, to_ms, work_items
from desk.work import queueing
from routing.model import LIVE, Wanted
from routing.overflow import Standing, goes_to
from routing.presence import WORKS, Presence

FLOW_IN, FLOW_OUT = "flow_in", "flow_out"

#: Whom an item is kept for that a person gave them: by the same rule as `routing/needs.py` `is_in`.
_KEPT_BY_NAME = sa.and_(
    agents.c.id == work_items.c.wanted_agent_id,
    work_items.c.wanted_as == Wanted.NAMED.value,
    work_items.c.wanted_until > sa.bindparam("now"),
    sa.or_(
        agents.c.presence.in_(sorted(WORKS)),
        sa.and_(agents.c.presence == Presence.NOT_READY.value, work_items.c.channel.not_in(sorted(LIVE))),
    ),
)
#: What waits in a queue for anybody and has not come to it by overflow, with since when.
_WAITING = (
    sa.select(
        work_items.c.id,
        work_items.c.queue,
        work_items.c.channel,
        work_items.c.placed_at,
        work_items.c.declined_by,
        segments.c.from_at,
    )
    .join(segments, sa.and_(segments.c.interaction_id == work_items.c.interaction_id, segments.c.to_at.is_(None)))
    .outerjoin(agents, _KEPT_BY_NAME)
    .where(work_items.c.state == "waiting", segments.c.kind == "queue", segments.c.entry != FLOW_IN)
    .where(agents.c.id.is_(None))
    .order_by(work_items.c.id)
)
_STILL = _WAITING.where(work_items.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class Move:
    """An interaction that should wait elsewhere."""

    interaction_id: str
    queue: str
    to: str


def moves(rx: Rx, lookout: Lookout | None = None) -> list[Move]:
    """What should wait in another queue, as things are now."""
    steps = {key: [step_of(one) for one in queue.overflow] for key, queue in queues_now(rx).items() if queue.overflow}
    waiting = [row for row in rx.all(_WAITING, now=rx.now) if row.queue in steps]
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
    seen = tx.all(_STILL, now=tx.now, id=interaction.id)
    if not seen:
        return False
    away = queueing.declined_of(seen[0])
    queueing.left_queue(tx, interaction, FLOW_OUT)
    queueing.enqueue(tx, interaction, queue=moved.to, entry=FLOW_IN, keep_away_from=away)
    tx.emit(InteractionChanged(id=interaction.id, what="overflowed", state="queued"))
    return True


def _waits(interaction: Row | None, moved: Move) -> bool:
    return interaction is not None and interaction.state == "queued" and interaction.queue == moved.queue
