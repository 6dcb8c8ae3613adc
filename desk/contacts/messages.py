"""desk/contacts/messages.py: what is said in a conversation: to customers, and among colleagues.

A message is stored with the job that hands it over in one commit (`desk/contacts/deliveries.py`). A chat message has
no job: it is queued until a page of the visitor has it, now or when they come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channels.types import Delivery
from desk.complaints.first_reply import replied
from desk.contacts.attachments import claim
from desk.kernel.errors import Conflict, Forbidden, Invalid, Stale
from desk.kernel.events import MessageAdded
from desk.kernel.jobs import Job
from desk.kernel.questions import Question
from desk.kernel.transaction import Asked, Row, Rx, Tx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for
from desk.tables import interactions, messages

MOST_TEXT = 20_000
_BY_CLIENT_ID = sa.select(messages.c.id, messages.c.text, messages.c.internal).where(
    messages.c.interaction_id == sa.bindparam("interaction_id"),
    messages.c.client_id == sa.bindparam("client_id"),
    messages.c.author_id == sa.bindparam("author_id"),
)
_THEIRS = sa.select(messages.c.headers).where(
    messages.c.interaction_id == sa.bindparam("interaction_id"), messages.c.author_kind == "customer"
)


@dataclass(frozen=True, kw_only=True)
class SendMessage(Job):
    """Hands a message over to its channel."""

    message_id: str


def send_message(
    tx: Tx,
    interaction_id: str,
    client_id: str,
    text: str,
    html: str | None = None,
    attachments: Sequence[str] = (),
    internal: bool = False,
) -> str:
    """An agent writes to the customer, or a note for colleagues; returns the message's id.

    The same `client_id` again is the same message. `attachments` are ids of uploads.

    Raises:
        Conflict: another text was sent under this `client_id`.
        NotFound: no such interaction.
        Forbidden: the interaction is not yours.
        Invalid: nothing is said, too much is, or this channel cannot carry it.
        Stale: the contact has ended.
    """
    interaction, (known,) = tx.take_asking(interactions, interaction_id, _sent_as(tx, interaction_id, client_id))
    if known:
        return _as_before(known[0], text, internal)
    _check(tx, interaction, client_id, text, attachments, internal)
    message_id, on_its_way = tx.new_id(), None if internal else Delivery.QUEUED
    new = tx.insert_if_new(
        messages,
        id=message_id,
        interaction_id=interaction_id,
        client_id=client_id,
        author_kind="agent",
        author_id=tx.actor.id[:36],
        author_name=tx.actor.name,
        text=text.replace("\0", ""),
        html=None,
        internal=internal,
        sent_at=tx.now,
        delivery=on_its_way,
    )
    if not new:  # the same send came twice at once
        first = _by_client_id(tx, interaction_id, client_id)
        if first is None:
            raise Conflict("client_id", "somebody else has used it here")
        return _as_before(first, text, internal)
    claim(tx, attachments, message_id)
    if not internal:
        tx.update(interactions, interaction_id, unread=0)
        replied(tx, interaction_id)
    if on_its_way is not None and interaction.channel != "chat":
        tx.defer(SendMessage(message_id=message_id))
    tx.emit(MessageAdded(id=message_id, interaction_id=interaction_id, author_kind="agent", internal=internal))
    return message_id


def whisper(tx: Tx, interaction_id: str, client_id: str, text: str) -> str:
    """A supervisor's word to whoever has a contact: a note that its customer never sees; returns the message's id.

    Raises:
        NotFound, Forbidden, Invalid: as `send_message`.
        Stale: the contact is over, nobody would hear it.
    """
    interaction = tx.take(interactions, interaction_id)
    if interaction.state in ("closed", "abandoned") and _by_client_id(tx, interaction_id, client_id) is None:
        raise Stale("This interaction")
    return send_message(tx, interaction_id, client_id, text, internal=True)


def add_note(tx: Tx, interaction_id: str, text: str) -> str:
    """Puts a note for colleagues into a conversation; returns the message's id."""
    kind = "agent" if tx.actor.kind == "user" else "system"
    return _add(tx, interaction_id, text, kind=kind, internal=True)


def add_system_message(tx: Tx, interaction_id: str, text: str) -> str:
    """Says in a conversation what happened to it, for staff only."""
    return _add(tx, interaction_id, text, kind="system", internal=True)


def tell_customer(tx: Tx, interaction_id: str, text: str, *, delivery: Delivery | None = None) -> str:
    """Says to the customer, in the conversation itself, what happened to it; with `delivery`, how far it comes."""
    return _add(tx, interaction_id, text, kind="system", internal=False, name="", delivery=delivery)


def from_a_person(interaction_id: str) -> Question[bool]:
    """Whether a person may have written or rung: machines are not asked how it was."""
    return Question([(_THEIRS, {"interaction_id": interaction_id})], _from_a_person)


def _from_a_person(theirs: Sequence[Row]) -> bool:
    return not theirs or any(not (row.headers or {}).get("automatic") for row in theirs)


def _check(tx: Tx, interaction: Row, client_id: str, text: str, files: Sequence[str], internal: bool) -> None:
    actor = tx.actor
    if actor.kind == "user" and interaction.agent_id != actor.id:
        interaction_for(tx, interaction.id)
        if not (may(actor.role, Right.SUPERVISE) and internal):
            raise Forbidden("Somebody else has this, or nobody: accept it first.")
    if not text.strip() and not files:
        raise Invalid("text", "say something")
    if len(text) > MOST_TEXT:
        raise Invalid("text", f"longer than {MOST_TEXT} characters")
    if not 0 < len(client_id) <= 64:
        raise Invalid("client_id", "must have 1 to 64 characters")
    if internal:
        return
    if interaction.state not in ("active", "on_hold"):
        raise Stale("This interaction")
    if interaction.channel == "voice":
        raise Invalid("text", "a caller cannot be written to; write a note instead")
    if interaction.channel == "sms" and files:
        raise Invalid("attachments", "a text message cannot carry files")


def _add(
    tx: Tx,
    interaction_id: str,
    text: str,
    *,
    kind: str,
    internal: bool,
    name: str | None = None,
    delivery: Delivery | None = None,
) -> str:
    message_id = tx.new_id()
    author = {"author_kind": kind, "author_id": tx.actor.id[:36]}
    author["author_name"] = tx.actor.name if name is None else name
    about = {"interaction_id": interaction_id, "text": text[:MOST_TEXT], "internal": internal, "sent_at": tx.now}
    tx.insert(messages, id=message_id, **author, **about, delivery=delivery)
    tx.emit(MessageAdded(id=message_id, interaction_id=interaction_id, author_kind=kind, internal=internal))
    return message_id


def _as_before(known: Row, text: str, internal: bool) -> str:
    """The message that was sent under this name: what is said again is said once, something else is not that."""
    if (known.text, known.internal) != (text.replace("\0", ""), internal):
        raise Conflict("client_id", "another message was sent under it")
    return str(known.id)


def _by_client_id(rx: Rx, interaction_id: str, client_id: str) -> Row | None:
    """What this very author sent so before: another's message is told to nobody by guessing its name."""
    statement, values = _sent_as(rx, interaction_id, client_id)
    rows = rx.all(statement, **values)
    return rows[0] if rows else None


def _sent_as(rx: Rx, interaction_id: str, client_id: str) -> Asked:
    mine = rx.actor.id[:36]
    return _BY_CLIENT_ID, {"interaction_id": interaction_id, "client_id": client_id, "author_id": mine}
