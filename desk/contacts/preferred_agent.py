"""desk/contacts/preferred_agent.py: who knows a customer: the owner of their open complaint, else who had them last.

A contact that is new in a queue is kept for them for a while, as its queue says, and prefers them after that. Nobody
is preferred who has signed out, or could not be offered it.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.complaints.lifecycle import OPEN
from desk.floor.askable import why_not
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.organization.rows import queue_of
from desk.organization.rules import Queue, kept_s
from desk.tables import agents, complaints, interactions, queues
from desk.work import queueing
from routing.model import Wanted
from routing.presence import Presence

_NOW = timedelta()
_HAD = sa.func.coalesce(interactions.c.agent_id, interactions.c.last_agent_id)
_SIGNED_IN = agents.c.presence != Presence.OFFLINE.value
_QUEUE = sa.select(queues).where(queues.c.key == sa.bindparam("key"))
_OWNER = (
    sa.select(agents.c.id)
    .join(complaints, complaints.c.owner_id == agents.c.id)
    .where(complaints.c.customer_id == sa.bindparam("customer"), among(complaints.c.state, "open"), _SIGNED_IN)
    .order_by(complaints.c.received_at.desc(), complaints.c.id.desc())
    .limit(1)
)
_LAST = (
    sa.select(_HAD.label("id"), interactions.c.arrived_at, interactions.c.ended_at, agents.c.presence)
    .join(agents, agents.c.id == _HAD)
    .where(interactions.c.customer_id == sa.bindparam("customer"))
    .order_by(interactions.c.arrived_at.desc(), interactions.c.id.desc())
    .limit(1)
)


def preference(rx: Rx, customer_id: str, queue: str, channel: str) -> dict[str, Any]:
    """For whom a contact is kept that is new in a queue, as what and for how long, as `enqueue` takes it; nothing for
    nobody."""
    rows, owners, had = rx.together(
        (_QUEUE, {"key": queue}),
        (_OWNER, {"customer": customer_id, "open": sorted(OPEN)}),
        (_LAST, {"customer": customer_id}),
    )
    if not rows or not (owners or had):
        return {}
    said, room = queue_of(rows[0]), queueing.room_of(channel)
    lately = [row for row in had if row.presence != Presence.OFFLINE and _counts(rx, row, said)]
    for found, wanted_as, kept in ((owners, Wanted.OWNER, said.case_owner), (lately, Wanted.LAST, said.last_agent)):
        kept_for = timedelta(seconds=kept_s(kept, room))
        if found and kept_for and not why_not(rx, found[0].id, queue, room, _NOW):
            return {"wanted_agent_id": found[0].id, "wanted_as": wanted_as, "kept_for": kept_for}
    return {}


def _counts(rx: Rx, contact: Row, said: Queue) -> bool:
    return bool(rx.now - (contact.ended_at or contact.arrived_at) < timedelta(seconds=said.last_agent_within))
