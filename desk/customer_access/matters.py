"""desk/customer_access/matters.py: what a signed-in customer sees of their own matters: which, how they stand.

Only what is certainly theirs: where somebody merely said that their address was theirs (a chat, a mail under their
name), it is not shown. A form, in which anybody can name any mailbox, is shown to who has signed in by that mailbox, as
it is answered there, and not to who has by telephone or another mailbox. Nothing of how we work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from desk.complaints.lifecycle import CLOSED_KINDS, State
from desk.contacts.intake import CLOSED
from desk.contacts.outgoing import BY_MAIL
from desk.customer_access.sessions import CustomerSession
from desk.customers.customers import Certainty
from desk.kernel.transaction import Row, Rx
from desk.tables import complaints, interactions, letters, messages

#: Of each kind the newest are listed.
MOST = 50


class Standing(StrEnum):
    """How a matter stands, as its customer is told."""

    RECEIVED = "received"  #: we have it
    IN_HAND = "in_hand"  #: somebody looks after it
    ASKED = "asked"  #: we wait for their answer
    EXTERNAL = "external"  #: before an outside body
    ENDED = "ended"  #: answered, withdrawn, over


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A complaint, by its number, or a conversation, by its channel and what it is about in the customer's words."""

    id: str
    number: str
    channel: str
    subject: str
    standing: Standing
    began_at: datetime
    changed_at: datetime


_CERTAIN = sa.or_(
    sa.and_(
        interactions.c.channel != "form",
        interactions.c.certainty.in_([Certainty.CERTAIN.value, Certainty.NEW.value]),
    ),
    sa.and_(
        interactions.c.channel == "form",
        sa.func.lower(interactions.c.reply_to) == sa.bindparam("mailbox", type_=sa.String),
    ),
)
_COMPLAINTS = (
    sa.select(complaints)
    .outerjoin(interactions, interactions.c.id == complaints.c.interaction_id)
    .where(
        complaints.c.customer_id == sa.bindparam("customer"),
        complaints.c.number.is_not(None),
        sa.or_(complaints.c.interaction_id.is_(None), _CERTAIN),
    )
    .order_by(complaints.c.logged_at.desc(), complaints.c.id.desc())
    .limit(MOST)
)
_CONVERSATIONS = (
    sa.select(interactions)
    .where(interactions.c.customer_id == sa.bindparam("customer"), _CERTAIN)
    .order_by(interactions.c.arrived_at.desc())
    .limit(MOST)
)


def complaints_of(rx: Rx, who: CustomerSession) -> list[Matter]:
    """Their complaints, newest first. What changed last is the last letter that they got, or the end."""
    rows = rx.all(_COMPLAINTS, customer=who.customer_id, mailbox=_mailbox(who))
    written = _last(rx, letters.c.complaint_id, letters.c.created_at, [row.id for row in rows])
    return [
        Matter(
            id=row.id,
            number=row.number,
            channel=row.channel,
            subject="",
            standing=_of_complaint(State(row.state)),
            began_at=row.received_at,
            changed_at=max(filter(None, (row.logged_at, row.closed_at, written.get(row.id), row.received_at))),
        )
        for row in rows
    ]


def conversations_of(rx: Rx, who: CustomerSession) -> list[Matter]:
    """Their conversations, newest first. What changed last is the last word between them and us, or the end."""
    rows = rx.all(_CONVERSATIONS, customer=who.customer_id, mailbox=_mailbox(who))
    ids = [row.id for row in rows]
    said = _last(rx, messages.c.interaction_id, messages.c.sent_at, ids, messages.c.internal.is_(False))
    return [
        Matter(
            id=row.id,
            number="",
            channel=row.channel,
            subject=row.subject if _is_theirs(row) else "",
            standing=_of_conversation(row),
            began_at=row.arrived_at,
            changed_at=max(filter(None, (row.arrived_at, row.closed_at, said.get(row.id)))),
        )
        for row in rows
    ]


def _mailbox(who: CustomerSession) -> str | None:
    """The mailbox that they have shown to be theirs, if it was one: None is like nothing that a form names."""
    return who.address.lower() if who.kind == "email" else None


def _last(
    rx: Rx, of: sa.Column[Any], at: sa.Column[Any], ids: Sequence[str], *only: sa.ColumnElement[bool]
) -> dict[str, datetime]:
    """The latest instant of each."""
    if not ids:
        return {}
    found = sa.select(of.label("id"), sa.func.max(at, type_=at.type).label("at")).where(of.in_(ids), *only).group_by(of)
    return {row.id: row.at for row in rx.all(found)}


def _of_complaint(state: State) -> Standing:
    if state in CLOSED_KINDS:
        return Standing.ENDED
    known = {State.LOGGED: Standing.RECEIVED, State.WAITING_CUSTOMER: Standing.ASKED, State.EXTERNAL: Standing.EXTERNAL}
    return known.get(state, Standing.IN_HAND)


def _is_theirs(row: Row) -> bool:
    """Whether its subject is in the customer's own words: of a call it may be a colleague's."""
    return row.channel in BY_MAIL and row.direction == "in" and row.certainty != Certainty.MAYBE


def _of_conversation(row: Row) -> Standing:
    if row.state in CLOSED:
        return Standing.ENDED
    return Standing.IN_HAND if row.answered_at is not None else Standing.RECEIVED
