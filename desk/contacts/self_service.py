"""desk/contacts/self_service.py: a written contact in which a machine speaks first, and how it leaves that.

    self_service ──hand_over──▶ queued, in the place of its first word
       │  └──solved──▶ closed ──the customer writes again──▶ queued, as new
       └──the customer leaves──▶ closed (`ending.customer_left`)

It is in no queue and nobody's work until it is handed over, which one commit does: there is no instant in which
somebody has asked for a person and stands in no line.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from channels.types import Delivery
from desk.contacts import preferred_agent
from desk.customers.customers import Certainty
from desk.kernel.events import InteractionClosed, MessageAdded
from desk.kernel.transaction import Row, Tx
from desk.tables import interactions, messages, work_items
from desk.work import queueing, stays

SELF_SERVICE = "self_service"
#: How the stay ended of who has said that it is solved.
SOLVED = "solved"
#: Who comes back sooner was not helped.
SOON = timedelta(hours=24)
#: Who speaks in it.
BOT = "bot"

_WORK = sa.select(work_items.c.id).where(work_items.c.id == sa.bindparam("id"))


def say(tx: Tx, interaction: Row, text: str, about: Mapping[str, Any]) -> str:
    """The machine writes to the customer; returns the message's id. `about` is kept beside it, and shown to nobody."""
    message_id = tx.new_id()
    tx.insert(
        messages,
        id=message_id,
        interaction_id=interaction.id,
        author_kind=BOT,
        text=text,
        internal=False,
        sent_at=tx.now,
        delivery=Delivery.QUEUED,
        headers=dict(about),
    )
    tx.emit(MessageAdded(id=message_id, interaction_id=interaction.id, author_kind=BOT))
    return message_id


def hand_over(tx: Tx, interaction: Row) -> None:
    """A person is wanted: it waits from now on, in the place that its first word has. Nothing if it is elsewhere."""
    if interaction.state != SELF_SERVICE:
        return
    known = interaction.certainty != Certainty.NEW
    customer, queue = interaction.customer_id, interaction.queue
    wished = preferred_agent.preference(tx, customer, queue, interaction.channel) if known else {}
    queueing.enqueue(tx, interaction, queue=queue, entry="new", **wished)


def solved(tx: Tx, interaction: Row) -> None:
    """The customer says that they need nobody: it is over, and was in no queue."""
    if interaction.state != SELF_SERVICE:
        return
    stays.end(tx, interaction.id, outcome=SOLVED)
    over = {"state": "closed", "ended_at": tx.now, "closed_at": tx.now}
    tx.update(interactions, interaction.id, **over, unread=0, queued_at=None)
    tx.emit(InteractionClosed(id=interaction.id, disposition=""))


def comes_back(tx: Tx, interaction: Row) -> bool:
    """Its customer writes again in a closed one: it waits now, as new, if it has never been in a queue; whether so."""
    if tx.all(_WORK, id=interaction.id):
        return False
    again = {"reopened": interaction.reopened + 1, "ended_at": None, "closed_at": None, "queued_at": None}
    tx.update(interactions, interaction.id, **again)
    queueing.enqueue(tx, tx.one(interactions, interaction.id), queue=interaction.queue, entry="new")
    return True
