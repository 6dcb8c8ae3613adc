"""desk/contacts/outgoing.py: what to hand over for a message of ours: to whom, from where, and as part of which thread.

Everything that it takes is one question: a message, its conversation, and our own addresses.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from channels.email import threads
from channels.email.render import as_html, reply_subject
from channels.types import Attachment, Delivery, Outgoing
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx, single
from desk.organization.organization import of_setting
from desk.tables import attachments, customers, entry_points, interactions, messages

#: Channels whose answers are mails: who filled in a form reads them in the mailbox.
BY_MAIL = frozenset({"email", "form"})

#: The header of a message that goes out by another channel than its conversation's: a text to who rings.
BY = "by"

_ID: sa.BindParameter[Any] = sa.bindparam("message")
_ITS_CONVERSATION = sa.select(messages.c.interaction_id).where(messages.c.id == _ID).scalar_subquery()
_MESSAGE = sa.select(messages).where(messages.c.id == _ID)
_CONTACT = (
    sa.select(interactions, customers.c.name.label("customer_name"))
    .join(customers, customers.c.id == interactions.c.customer_id)
    .where(interactions.c.id == _ITS_CONVERSATION)
)
_FILES = sa.select(attachments).where(attachments.c.message_id == _ID).order_by(attachments.c.id)
_NEWEST_OF_THEIRS = (
    sa.select(messages.c.headers)
    .where(messages.c.interaction_id == _ITS_CONVERSATION, messages.c.author_kind == "customer")
    .order_by(messages.c.id.desc())
    .limit(1)
)
_BEFORE = (
    sa.select(messages.c.id, messages.c.author_kind, messages.c.headers)
    .where(messages.c.interaction_id == _ITS_CONVERSATION, messages.c.id < _ID, messages.c.internal.is_(False))
    .order_by(messages.c.id)
)
_ITS_CHANNEL = sa.select(interactions.c.channel).where(interactions.c.id == _ITS_CONVERSATION).scalar_subquery()
_POINTS = (
    sa.select(entry_points.c.channel, entry_points.c.address)
    .where(sa.or_(*(entry_points.c.channel == one for one in ("email", "sms", _ITS_CHANNEL))))
    .order_by(entry_points.c.address)
)
_OF_TEXTS = (
    sa.select(entry_points.c.channel, entry_points.c.address)
    .where(sa.or_(*(entry_points.c.channel == one for one in ("sms", "voice"))))
    .order_by(entry_points.c.address)
)
_ASKED = (_MESSAGE, _CONTACT, _FILES, _NEWEST_OF_THEIRS, _BEFORE, _POINTS)
_DOMAIN, _NAME = of_setting("mail_domain"), of_setting("name")


@single
def outgoing(rx: Rx, message_id: str, secret: str) -> tuple[str, Outgoing, datetime] | None:
    """What to hand over for a message, on which channel, and since when it waits; None when it is done.

    Raises:
        NotFound: no such message.
    """
    this = {"message": message_id}
    found, contacts, files, newest, before, points, domain, name = rx.together(
        *((statement, this) for statement in _ASKED), *_DOMAIN.asked, *_NAME.asked
    )
    if not found:
        raise NotFound("message", message_id)
    message, contact = found[0], contacts[0]
    if message.delivery != Delivery.QUEUED:
        return None
    by_mail, other = contact.channel in BY_MAIL, str((message.headers or {}).get(BY, ""))
    sender = _of_texts(points) if other else _sender(contact, points, by_mail=by_mail)
    headers = {}
    if by_mail:
        thread = _thread(secret, contact, message, before, str(_DOMAIN.made(domain)))
        reply_to = threads.reply_address(secret, sender, contact.id)
        headers = thread | {"reply_to": reply_to, "sender_name": str(_NAME.made(name)), "date": message.sent_at}
    out = Outgoing(
        message_id=message_id,
        interaction_id=contact.id,
        sender=sender,
        to=_reply_to(contact, newest) if by_mail else str(contact.reply_to),
        name=contact.customer_name,
        subject=reply_subject(contact.subject) if by_mail else "",
        text=message.text,
        html=as_html(message.text) if by_mail else None,
        attachments=tuple(Attachment(name=row.name, type=row.type, size=row.size, blob=row.blob) for row in files),
        headers=headers,
    )
    return other or ("email" if by_mail else contact.channel), out, message.sent_at


def sender_of_texts(rx: Rx) -> str:
    """Our number that texts come from of which there is no conversation; empty if we have none."""
    return _of_texts(rx.all(_OF_TEXTS))


def _of_texts(points: Sequence[Row]) -> str:
    by_channel = sorted(points, key=lambda row: row.channel)  # sms before voice
    return next((str(row.address) for row in by_channel if row.channel in ("sms", "voice")), "")


def _sender(contact: Row, points: Sequence[Row], *, by_mail: bool) -> str:
    """Our address that an answer comes from: the one that was written to, or the first that we have."""
    point, channel = str(contact.entry_point), "email" if by_mail else contact.channel
    if "@" in point if by_mail else point:
        return point
    return next((str(row.address) for row in points if row.channel == channel), "")


def _reply_to(contact: Row, newest: Sequence[Row]) -> str:
    """Where an answer goes: where its newest writer asked for it, shown to the agent as such."""
    return str(((newest[0].headers or {}) if newest else {}).get("reply_to") or contact.reply_to)


def _thread(secret: str, contact: Row, message: Row, before: Sequence[Row], domain: str) -> dict[str, Any]:
    """The names of the thread: ours, which only we can make, and theirs, which their client knows."""
    ids = [
        (row.headers or {}).get("message_id", "")
        if row.author_kind == "customer"
        else threads.issue(secret, contact.id, row.id, domain)
        for row in before
    ]
    known = [one for one in ids if one]
    return {
        "message_id": threads.issue(secret, contact.id, message.id, domain),
        "in_reply_to": known[-1] if known else "",
        "references": known,
    }
