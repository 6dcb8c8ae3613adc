"""desk/work/parking.py: work that stays in its agent's hands without taking room there.

    in hand ──a call interrupts──▶ interrupted ──the call is over──▶ in hand again
       └─────the customer is silent──▶ idle ──the customer writes──▶ in hand again, or back in its queue

What fits beside what is `routing/capacity.py`; what is put aside, and what goes on when, `routing/in_hand.py`.
A mail that a call has interrupted is on hold meanwhile; an idle chat looks as before, and its agent may go on
with it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from operator import attrgetter

import sqlalchemy as sa

from desk.kernel.events import InteractionChanged, WorkItemChanged
from desk.kernel.transaction import Row, Tx
from desk.organization.routing_rules import limits_of
from desk.tables import agents, interactions, messages, offers, work_items
from desk.work import queueing
from routing.capacity import Room, room
from routing.in_hand import going_on, put_aside


class Parked(StrEnum):
    """Why work takes no room."""

    INTERRUPTED = "interrupted"  #: by a call, until that is over
    IDLE = "idle"  #: the customer says nothing for long


LOAD = (
    sa.select(work_items.c.channel, sa.func.count().label("held"))
    .where(work_items.c.agent_id == sa.bindparam("agent_id"), work_items.c.state == "active", work_items.c.parked == "")
    .group_by(work_items.c.channel)
)
_IN_HAND = sa.select(work_items.c.id, work_items.c.channel).where(
    work_items.c.agent_id == sa.bindparam("agent_id"), work_items.c.state == "active", work_items.c.parked == ""
)
_RINGS = (
    sa.select(work_items.c.channel)
    .join(offers, offers.c.work_item_id == work_items.c.id)
    .where(offers.c.agent_id == sa.bindparam("agent_id"), offers.c.outcome.is_(None))
)
_INTERRUPTED = (
    sa.select(work_items.c.id)
    .where(
        work_items.c.agent_id == sa.bindparam("agent_id"),
        work_items.c.state == "active",
        work_items.c.parked == Parked.INTERRUPTED.value,
    )
    .order_by(work_items.c.placed_at, work_items.c.id)
)
#: The newest word that is neither a note of ours nor the desk's own, by interaction in somebody's hands.
_NEWEST = (
    sa.select(messages.c.interaction_id, sa.func.max(messages.c.id).label("id"))
    .join(work_items, work_items.c.interaction_id == messages.c.interaction_id)
    .where(work_items.c.state == "active", work_items.c.parked == "", messages.c.internal.is_(False))
    .where(messages.c.author_kind != "system")
    .group_by(messages.c.interaction_id)
    .subquery()
)
_SILENT = (
    sa.select(work_items.c.id)
    .join(_NEWEST, _NEWEST.c.interaction_id == work_items.c.interaction_id)
    .join(messages, messages.c.id == _NEWEST.c.id)
    .where(
        work_items.c.channel == sa.bindparam("channel"),
        messages.c.author_kind == "agent",
        messages.c.sent_at <= sa.bindparam("before"),
    )
    .order_by(work_items.c.id)
)


def interrupt(tx: Tx, agent_id: str, channel: str) -> None:
    """Parks what an item of `channel` may interrupt, of all that the agent has in hand."""
    held = [row.id for row in put_aside(tx.all(_IN_HAND, agent_id=agent_id), channel, limits_of(tx))]
    for item in tx.take(work_items, held) if held else ():
        if item.state != "active" or item.agent_id != agent_id:
            continue  # it ended, or was passed on, this instant
        tx.update(work_items, item.id, parked=Parked.INTERRUPTED.value)
        if item.kind != "interaction":
            tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=agent_id, outcome="parked"))
        elif tx.take(interactions, item.id).state == "active":
            _go(tx, item.id, agent_id, to="on_hold", what="parked")


def resume(tx: Tx, agent_id: str) -> None:
    """Takes up again what was interrupted, the oldest first, as far as there is room for it beside what rings."""
    waiting = [row.id for row in tx.all(_INTERRUPTED, agent_id=agent_id)]
    if not waiting:
        return
    agent, limits = tx.take(agents, agent_id), limits_of(tx)
    held, rings = tx.together((LOAD, {"agent_id": agent_id}), (_RINGS, {"agent_id": agent_id}))
    load = Counter({row.channel: row.held for row in held}) + Counter(row.channel for row in rings)
    parked = sorted(tx.take(work_items, waiting), key=attrgetter("placed_at", "id"))
    for item in going_on(parked, capacity=agent.capacity, load=load, limits=limits):
        tx.update(work_items, item.id, parked="")
        if item.kind != "interaction":
            tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=agent_id, outcome="resumed"))
        elif tx.take(interactions, item.id).state == "on_hold":
            _go(tx, item.id, agent_id, to="active", what="resumed")


def park_silent(tx: Tx, after: Mapping[str, timedelta]) -> int:
    """Parks what has waited for its customer's word for longer than its channel may; returns how many.

    What was interrupted goes on in the room that this makes.
    """
    parked: list[str] = []
    for channel, limit in after.items():
        ids = [row.id for row in tx.all(_SILENT, channel=channel, before=tx.now - limit)]
        for item in tx.take(work_items, ids) if ids else ():
            if item.state == "active" and not item.parked:
                tx.update(work_items, item.id, parked=Parked.IDLE.value)
                _say(tx, item.id, item.agent_id, "active", "idle")
                parked.append(item.agent_id)
    for agent_id in sorted(set(parked)):
        resume(tx, agent_id)
    return len(parked)


def customer_is_back(tx: Tx, interaction: Row) -> bool:
    """The customer writes in a contact that takes no room because it was idle.

    It takes room again; False if there is none: then it is back in its queue, in its place, and kept
    for its agent for a while.
    """
    item, agent = tx.take(work_items, interaction.id), tx.take(agents, interaction.agent_id)
    if item.parked != Parked.IDLE:
        return True
    load = {row.channel: row.held for row in tx.all(LOAD, agent_id=agent.id)}
    tx.update(work_items, item.id, parked="")
    if room(item.channel, capacity=agent.capacity, load=load, limits=limits_of(tx)) is Room.FREE:
        _say(tx, item.id, agent.id, "active", "resumed")
        return True
    queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=agent.id)
    _say(tx, item.id, None, "queued", "agent_busy", former=agent.id)
    return False


def _go(tx: Tx, interaction_id: str, agent_id: str, *, to: str, what: str) -> None:
    queue = tx.one(interactions, interaction_id).queue
    queueing.end_segment(tx, interaction_id)
    queueing.begin_segment(tx, interaction_id, "hold" if to == "on_hold" else "agent", queue=queue, agent_id=agent_id)
    tx.update(interactions, interaction_id, state=to)
    _say(tx, interaction_id, agent_id, to, what)


def _say(tx: Tx, id: str, agent_id: str | None, state: str, what: str, *, former: str | None = None) -> None:
    tx.emit(InteractionChanged(id=id, what=what, state=state, agent_id=agent_id, former_agent_id=former))
