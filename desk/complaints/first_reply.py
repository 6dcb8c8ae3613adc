"""desk/complaints/first_reply.py: when a person has first answered who complained.

By a message in the conversation that the complaint was taken from, by word of mouth on the telephone, or by
a letter that somebody wrote. An acknowledgement is a machine's, and is none.
"""

from datetime import datetime

import sqlalchemy as sa

from desk.complaints.deadlines import FIRST_REPLY
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, deadlines, messages

_OF_CONVERSATION = sa.select(complaints.c.id).where(complaints.c.interaction_id == sa.bindparam("of"))
_MEET = (
    sa.update(deadlines)
    .where(
        deadlines.c.name == FIRST_REPLY,
        deadlines.c.met_at.is_(None),
        deadlines.c.complaint_id.in_(_OF_CONVERSATION),
    )
    .values(met_at=sa.bindparam("at"))
)


def replied(tx: Tx, interaction_id: str) -> None:
    """An agent has written to the customer: whatever complaint came from this conversation has its first reply."""
    tx.change(_MEET, of=interaction_id, at=tx.now)


def replied_at(rx: Rx, interaction: Row, *, since: datetime) -> datetime | None:
    """When a person first answered after `since` in a conversation from which a complaint is taken just now."""
    if interaction.channel == "voice":
        return max(interaction.answered_at, since) if interaction.answered_at else None
    ours = (messages.c.author_kind == "agent", messages.c.internal.is_(False), messages.c.sent_at >= since)
    first = sa.select(sa.func.min(messages.c.sent_at).label("at")).where(messages.c.interaction_id == interaction.id)
    at: datetime | None = rx.all(first.where(*ours))[0].at
    return at
