"""desk/work/parking.py: work that stays in its agent's hands without taking room there, for something interrupts it.

    in hand ──a call interrupts──▶ interrupted ──the call is over──▶ in hand again

What fits beside what is `routing/capacity.py`; what is put aside, and what goes on when, `routing/in_hand.py`.
A mail that a call has interrupted is on hold meanwhile; one that its agent has put on hold, before or during the call,
stays so when the call is over. One that its agent ends meanwhile is in hand again, to be written up: that takes room.
What takes no room because its customer is silent is `desk/work/idle.py`.
"""

from collections import Counter
from enum import StrEnum
from operator import attrgetter

import sqlalchemy as sa

from desk.kernel.events import InteractionChanged, WorkItemChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.routing_rules import limits_of
from desk.tables import agents, interactions, offers, work_items
from desk.work import stays
from routing.capacity import Limits, Room, room
from routing.in_hand import going_on, put_aside

#: So the log says that what is interrupted will stay on hold afterwards.
STAYS_HELD = "stays_held"


class Parked(StrEnum):
    """Why work takes no room."""

    INTERRUPTED = "interrupted"  #: by a call, until that is over
    ON_HOLD = "on_hold"  #: as before, and its agent has put it on hold, too: it stays so
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
_IS_INTERRUPTED = work_items.c.parked.in_((Parked.INTERRUPTED.value, Parked.ON_HOLD.value))
_INTERRUPTED = (
    sa.select(work_items.c.id)
    .where(work_items.c.agent_id == sa.bindparam("agent_id"), work_items.c.state == "active", _IS_INTERRUPTED)
    .order_by(work_items.c.placed_at, work_items.c.id)
)

_INTERRUPTED_ANYWHERE = (
    sa.select(work_items.c.agent_id)
    .where(work_items.c.agent_id.is_not(None), work_items.c.state == "active", _IS_INTERRUPTED)
    .distinct()
    .order_by(work_items.c.agent_id)
)


def taken(rx: Rx, agent_id: str) -> Counter[str]:
    """How many of each channel take room in an agent's hands; what rings there has its room already."""
    held, rings = rx.together((LOAD, {"agent_id": agent_id}), (_RINGS, {"agent_id": agent_id}))
    return Counter({row.channel: row.held for row in held}) + Counter(row.channel for row in rings)


def make_room(tx: Tx, agent: Row, channel: str) -> Room:
    """Parks what one more of `channel` may interrupt, if it fits only so beside what the agent has in hand.

    Returns what the hands said: where there is no room, nothing is parked.
    """
    load, limits = {row.channel: row.held for row in tx.all(LOAD, agent_id=agent.id)}, limits_of(tx)
    fits = room(channel, capacity=agent.capacity, load=load, limits=limits)
    if fits is Room.INTERRUPTS:
        _interrupt(tx, agent.id, channel, limits)
    return fits


def _interrupt(tx: Tx, agent_id: str, channel: str, limits: Limits) -> None:
    held = [row.id for row in put_aside(tx.all(_IN_HAND, agent_id=agent_id), channel, limits)]
    for item in tx.take(work_items, held) if held else ():
        if item.state != "active" or item.agent_id != agent_id:
            continue  # it ended, or was passed on, this instant
        state = tx.take(interactions, item.id).state if item.kind == "interaction" else item.state
        parked = Parked.ON_HOLD if state == "on_hold" else Parked.INTERRUPTED
        tx.update(work_items, item.id, parked=parked.value)
        if item.kind != "interaction":
            tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=agent_id, outcome="parked"))
        elif state == "active":
            _go(tx, item.id, agent_id, to="on_hold", what="parked")
        else:  # it is on hold already, or is being written up
            say(tx, item.id, agent_id, state, "parked")


def resume(tx: Tx, agent_id: str) -> None:
    """Takes up again what was interrupted, the oldest first, as far as there is room for it beside what rings."""
    waiting = [row.id for row in tx.all(_INTERRUPTED, agent_id=agent_id)]
    if not waiting:
        return
    agent, limits, load = tx.take(agents, agent_id), limits_of(tx), taken(tx, agent_id)
    parked = sorted(tx.take(work_items, waiting), key=attrgetter("placed_at", "id"))
    for item in going_on(parked, capacity=agent.capacity, load=load, limits=limits):
        tx.update(work_items, item.id, parked="")
        if item.kind != "interaction":
            tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=agent_id, outcome="resumed"))
            continue
        state = tx.take(interactions, item.id).state
        if state == "on_hold" and item.parked == Parked.INTERRUPTED:
            _go(tx, item.id, agent_id, to="active", what="resumed")
        else:
            say(tx, item.id, agent_id, state, "resumed")


def interrupted(rx: Rx) -> list[str]:
    """The agents in whose hands something is interrupted."""
    return [str(row.agent_id) for row in rx.all(_INTERRUPTED_ANYWHERE)]


def keep_on_hold(tx: Tx, interaction_id: str) -> bool:
    """What is interrupted is on hold by its agent's own word too, from now on; False if it is not interrupted."""
    item = tx.take(work_items, interaction_id)
    if item.parked != Parked.INTERRUPTED:
        return False
    tx.update(work_items, item.id, parked=Parked.ON_HOLD.value)
    say(tx, item.id, item.agent_id, "on_hold", STAYS_HELD)
    return True


def _go(tx: Tx, interaction_id: str, agent_id: str, *, to: str, what: str) -> None:
    queue = tx.one(interactions, interaction_id).queue
    stays.end(tx, interaction_id)
    stays.start(tx, interaction_id, "hold" if to == "on_hold" else "agent", queue=queue, agent_id=agent_id)
    tx.update(interactions, interaction_id, state=to)
    say(tx, interaction_id, agent_id, to, what)


def say(tx: Tx, id: str, agent_id: str | None, state: str, what: str, *, former: str | None = None) -> None:
    """Tells what has become of a contact in its agent's hands."""
    tx.emit(InteractionChanged(id=id, what=what, state=state, agent_id=agent_id, former_agent_id=former))
