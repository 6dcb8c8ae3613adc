"""desk/contacts/deliveries.py: how far what we say to customers has come.

    queued ─▶ handed_over ─▶ delivered ─▶ read
       └────▶ failed            └─ bounced

A message is never said to be further than the other side said.
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
from desk.contacts.messages import SendMessage, add_system_message
from desk.contacts.outgoing import outgoing
from desk.kernel.errors import Unavailable
from desk.kernel.events import InteractionChanged, MessageChanged
from desk.kernel.jobs import Job
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Row, Tx
from desk.tables import agents, interactions, messages
from desk.work import queueing
from routing.capacity import VOICE

#: So long a message that nobody takes is tried again; then its author sees that it failed. A job is tried for
#: nearly eight hours: one try at least comes after this.
GIVE_UP = timedelta(hours=6)
#: A carrier's report may overtake our own commit: it is looked at again this much later.
REPORT_AGAIN = timedelta(seconds=2)
_MOST_REPORTS = 10
_GONE = sa.select(agents.c.id).where(agents.c.id == sa.bindparam("agent_id"), agents.c.presence == "offline")
_SYSTEM = Actor.system("messages")


@dataclass(frozen=True, kw_only=True)
class ReportDelivery(Job):
    """A carrier's report about a message that was not known yet."""

    channel: str
    external_id: str
    delivery: str
    reason: str
    tries: int


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
