"""desk/work/idle.py: work that stays in its agent's hands without taking room there, for its customer is silent.

    in hand ──the customer is silent──▶ idle ──the customer writes──▶ in hand again, or back in its queue

An idle chat looks as before, and its agent may go on with it. One that is put on hold is in hand again.
"""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from desk.kernel.transaction import Row, Tx
from desk.organization.routing_rules import limits_of
from desk.tables import agents, interactions, messages, work_items
from desk.work import parking, queueing
from desk.work.parking import Parked, say
from routing.capacity import Room, room

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
    .join(interactions, interactions.c.id == work_items.c.interaction_id)
    .where(
        interactions.c.state == "active",  # who is on hold waits for us, and what is written up is over
        work_items.c.channel == sa.bindparam("channel"),
        messages.c.author_kind == "agent",
        messages.c.sent_at <= sa.bindparam("before"),
    )
    .order_by(work_items.c.id)
)


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
                say(tx, item.id, item.agent_id, "active", "idle")
                parked.append(item.agent_id)
    for agent_id in sorted(set(parked)):
        parking.resume(tx, agent_id)
    return len(parked)


def customer_is_back(tx: Tx, interaction: Row) -> bool:
    """The customer writes in a contact that takes no room because it was idle.

    It takes room again; False if there is none: then it is back in its queue, in its place, and kept
    for its agent for a while.
    """
    item, agent = tx.take(work_items, interaction.id), tx.take(agents, interaction.agent_id)
    if item.parked != Parked.IDLE:
        return True
    load = parking.taken(tx, agent.id)
    tx.update(work_items, item.id, parked="")
    if room(item.channel, capacity=agent.capacity, load=load, limits=limits_of(tx)) is Room.FREE:
        say(tx, item.id, agent.id, "active", "resumed")
        return True
    queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=agent.id)
    say(tx, item.id, None, "queued", "agent_busy", former=agent.id)
    return False
