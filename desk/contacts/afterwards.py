"""desk/contacts/afterwards.py: what came of a contact, said after the time for its wrap-up ran out.

In a queue without wrap-up that is as soon as the contact has ended: who ended it and says at once what came of it
is not too late.
"""

from datetime import timedelta

import sqlalchemy as sa

from desk.kernel.events import InteractionChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import interactions, queues, segments, work_items

#: Later, somebody else may have counted the contact without an outcome.
LATEST = timedelta(minutes=10)

_WRAPPED_UP_BY = sa.select(segments.c.id).where(
    segments.c.interaction_id == sa.bindparam("interaction_id"),
    segments.c.agent_id == sa.bindparam("agent_id"),
    segments.c.kind == "wrap_up",
    segments.c.to_at == sa.bindparam("closed_at", type_=segments.c.to_at.type),
)


#: No wrap-up that ended within `LATEST` began before the longest time that a queue allows, and that.
_LONGEST = sa.select(sa.func.max(queues.c.wrap_up_s).label("seconds"))
_UNSAID = (
    sa.select(interactions.c.id)
    .join(segments, segments.c.interaction_id == interactions.c.id)
    .where(
        segments.c.kind == "wrap_up",
        segments.c.from_at >= sa.bindparam("begun", type_=segments.c.from_at.type),
        segments.c.agent_id == sa.bindparam("agent_id"),
        segments.c.to_at == interactions.c.closed_at,
        interactions.c.closed_at >= sa.bindparam("since", type_=interactions.c.closed_at.type),
        interactions.c.state == "closed",
        interactions.c.disposition == "",
        interactions.c.last_agent_id == sa.bindparam("agent_id"),
    )
    .order_by(interactions.c.closed_at, interactions.c.id)
)


def unsaid(rx: Rx, agent_id: str) -> list[str]:
    """The contacts whose outcome the agent may still say, the one that closed first in front."""
    since = rx.now - LATEST
    begun = since - timedelta(seconds=rx.all(_LONGEST)[0].seconds or 0)
    return [row.id for row in rx.all(_UNSAID, begun=begun, since=since, agent_id=agent_id)]


def may_still_be_said(rx: Rx, interaction: Row) -> bool:
    """Whether the actor wrapped this contact up and it was closed a short while ago without an outcome."""
    if interaction.state != "closed" or interaction.disposition or interaction.closed_at < rx.now - LATEST:
        return False
    if interaction.last_agent_id != rx.actor.id:
        return False
    asked = {"interaction_id": interaction.id, "agent_id": rx.actor.id, "closed_at": interaction.closed_at}
    return bool(rx.all(_WRAPPED_UP_BY, **asked))


def say(tx: Tx, interaction: Row, disposition: str, **kept: object) -> None:
    """The outcome of a contact that is closed, with what else is `kept`; all else stays as it was."""
    tx.update(interactions, interaction.id, disposition=disposition, **kept)
    tx.update(work_items, interaction.id, outcome=disposition[:40])
    tx.emit(InteractionChanged(id=interaction.id, what="wrap_up", state="closed", agent_id=tx.actor.id))
