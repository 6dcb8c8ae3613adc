"""desk/contacts/messages.py: what we say to customers, and how far it has come.

    queued ─▶ handed_over ─▶ delivered ─▶ read
       └────▶ failed            └─ bounced

A message is stored with its job in one commit; the job hands it over. It is never said to be further
than the other side said. A chat message has no job: it is queued until a page of the visitor has it, now or when
they come back, and delivered then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from channels.errors import InDoubt, Rejected, Unauthorised
from channels.errors import Unavailable as ChannelUnavailable
from channels.handing_over import AGAIN, answered, begun
from channels.protocol import MessageChannel
from channels.sms import later
from channels.types import Delivery
from desk.complaints.closing import letter_arrived
from desk.complaints.first_reply import replied
from desk.contacts.attachments import claim
from desk.contacts.outgoing import outgoing
from desk.kernel.errors import Conflict, Forbidden, Invalid, Stale, Unavailable
from desk.kernel.events import InteractionChanged, MessageAdded, MessageChanged
from desk.kernel.jobs import Job
from desk.kernel.questions import Question
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Asked, Row, Rx, Tx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for
from desk.tables import agents, interactions, messages
from desk.work import queueing
from routing.capacity import VOICE

MOST_TEXT = 20_000
#: So long a message that nobody takes is tried again; then its author sees that it failed. A job is tried for
#: nearly eight hours: one try at least comes after this.
GIVE_UP = timedelta(hours=6)
#: A carrier's report may overtake our own commit: it is looked at again this much later.
REPORT_AGAIN = timedelta(seconds=2)
_MOST_REPORTS = 10
_BY_CLIENT_ID = sa.select(messages.c.id, messages.c.text, messages.c.internal).where(
    messages.c.interaction_id == sa.bindparam("interaction_id"),
    messages.c.client_id == sa.bindparam("client_id"),
    messages.c.author_id == sa.bindparam("author_id"),
)
_THEIRS = sa.select(messages.c.headers).where(
    messages.c.interaction_id == sa.bindparam("interaction_id"), messages.c.author_kind == "customer"
)
_GONE = sa.select(agents.c.id).where(agents.c.id == sa.bindparam("agent_id"), agents.c.presence == "offline")
_SYSTEM = Actor.system("messages")


@dataclass(frozen=True, kw_only=True)
class SendMessage(Job):
    """Hands a message over to its channel."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class ReportDelivery(Job):
    """A carrier's report about a message that was not known yet."""

    channel: str
    external_id: str
    delivery: str
    reason: str
    tries: int


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


def delivery_reported(tx: Tx, channel: str, external_id: str, delivery: str, reason: str = "", tries: int = 0) -> None:
    """Takes a carrier's word about how far a message came; reports in any order end in the same state."""
    mine = (messages.c.external_id == external_id, messages.c.author_kind != "customer")
    found = tx.all(sa.select(messages.c.id).where(*mine))
    if not found:
        if tries < _MOST_REPORTS:
            report = ReportDelivery(
                channel=channel, external_id=external_id, delivery=delivery, reason=reason, tries=tries + 1
            )
            tx.defer(report, at=tx.now + REPORT_AGAIN)
        return
    message, came = tx.take(messages, found[0].id), Delivery(delivery)
    if _further(tx, message, came, reason) and came in (Delivery.FAILED, Delivery.BOUNCED):
        bring_back(tx, message.interaction_id, f"A message did not arrive: {reason or 'the carrier did not say why'}")


def message_read(tx: Tx, message_id: str) -> None:
    """The customer's screen has shown it. Nothing for a message that is not ours."""
    message = tx.take(messages, message_id)
    if message.author_kind == "agent" and not message.internal:
        _further(tx, message, Delivery.READ, "")


def messages_delivered(tx: Tx, message_ids: Sequence[str]) -> None:
    """The other side has these. Nothing for those that are not ours."""
    for message_id in message_ids:
        message = tx.take(messages, message_id)
        if message.internal:
            continue
        if message.author_kind in ("agent", "bot"):
            _further(tx, message, Delivery.DELIVERED, "")
        elif message.author_kind == "system" and message.delivery and _further(tx, message, Delivery.DELIVERED, ""):
            letter_arrived(tx, message_id)


def being_handed_over(tx: Tx, message_id: str) -> None:
    """Says of a message that it is being handed over, before it is."""
    message = tx.take(messages, message_id)
    if message.delivery == Delivery.QUEUED:
        tx.update(messages, message_id, delivery_reason=begun(message.delivery_reason))


def not_taken(tx: Tx, message_id: str) -> None:
    """The other side has answered that it does not take a message now."""
    message = tx.take(messages, message_id)
    if message.delivery == Delivery.QUEUED:
        tx.update(messages, message_id, delivery_reason=answered(message.delivery_reason))


def handed_over(tx: Tx, message_id: str, external_id: str) -> None:
    """The other side took a message and calls it `external_id`."""
    message = tx.take(messages, message_id)
    if not _further(tx, message, Delivery.HANDED_OVER, "", external_id=external_id[:300]):
        tx.update(messages, message_id, external_id=external_id[:300])


def failed(tx: Tx, message_id: str, reason: str) -> None:
    """A message was refused for good: its author sees it, also when the matter is closed already."""
    message = tx.take(messages, message_id)
    if _further(tx, message, Delivery.FAILED, reason):
        bring_back(tx, message.interaction_id, f"A message could not be delivered: {reason}")


def bring_back(tx: Tx, interaction_id: str, why: str) -> None:
    """Somebody must look: says why in the conversation, and queues it again where nobody is who has it."""
    add_system_message(tx, interaction_id, why)
    interaction = tx.take(interactions, interaction_id)
    if interaction.channel == VOICE:
        return  # a text to who rang: nobody is on the line whom somebody could speak with
    entry = {"closed": "reopened", "abandoned": "reopened", "snoozed": "returned"}.get(interaction.state)
    lost = interaction.state in ("active", "on_hold") and bool(tx.all(_GONE, agent_id=interaction.agent_id))
    if lost:
        queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned")
        former = interaction.agent_id
        tx.emit(InteractionChanged(id=interaction_id, what="agent_lost", state="queued", former_agent_id=former))
    elif entry is not None:
        tx.cancel(f"snooze:{interaction_id}")
        wanted = interaction.last_agent_id
        queueing.enqueue(tx, interaction, queue=interaction.queue, entry=entry, wanted_agent_id=wanted)


def from_a_person(interaction_id: str) -> Question[bool]:
    """Whether a person may have written or rung: machines are not asked how it was."""
    return Question([(_THEIRS, {"interaction_id": interaction_id})], _from_a_person)


def _from_a_person(theirs: Sequence[Row]) -> bool:
    return not theirs or any(not (row.headers or {}).get("automatic") for row in theirs)


def bounced(tx: Tx, external_id: str, reason: str) -> str | None:
    """A mail of ours came back; returns its interaction's id, None if it is not one of ours."""
    mine = (messages.c.external_id == external_id, messages.c.author_kind == "agent")
    found = tx.all(sa.select(messages.c.id).where(*mine))
    if not found:
        return None
    message = tx.take(messages, found[0].id)
    _further(tx, message, Delivery.BOUNCED, reason)
    return str(message.interaction_id)


class Desk(Protocol):
    """What handing over needs of the desk."""

    settings: Settings
    clock: Any

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case and commits."""

    async def read(self, actor: Actor, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a query."""


async def deliver(desk: Desk, job: SendMessage, channels: Mapping[str, MessageChannel]) -> None:
    """Hands a message over; a refusal for good is shown to its author, anything else is tried again.

    Raises:
        Unavailable: nobody took it now.
    """
    found = await desk.read(_SYSTEM, outgoing, job.message_id, desk.settings.secret_key)
    if found is None:
        return
    channel, message, sent_at = found
    sender = channels.get(channel)
    try:
        if sender is None:
            raise Rejected(f"no way to send {channel} is set up")
        await desk.transact(_SYSTEM, being_handed_over, job.message_id)
        external_id = await sender.send(message)
    except (Rejected, Unauthorised) as error:
        await desk.transact(_SYSTEM, failed, job.message_id, str(error))
    except ChannelUnavailable as error:
        if desk.clock.now() - sent_at < GIVE_UP:
            if not isinstance(error, InDoubt):
                await desk.transact(_SYSTEM, not_taken, job.message_id)
            raise Unavailable(f"The way out by {channel}") from error
        await desk.transact(_SYSTEM, failed, job.message_id, f"given up after {GIVE_UP}: {error}")
    else:
        await desk.transact(_SYSTEM, handed_over, job.message_id, external_id)


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


def _further(tx: Tx, message: Row, delivery: Delivery, reason: str, **kept: str) -> bool:
    """Takes a report, with what else is `kept`, if it says more than is known; whether it does."""
    before = Delivery(message.delivery) if message.delivery else Delivery.QUEUED
    after = later(before, delivery)
    if after is before:
        return False
    said = reason[:300] or (AGAIN if message.delivery_reason == AGAIN else "")
    tx.update(messages, message.id, delivery=after.value, delivery_reason=said, **kept)
    tx.emit(MessageChanged(id=message.id, interaction_id=message.interaction_id, delivery=after.value))
    return True
