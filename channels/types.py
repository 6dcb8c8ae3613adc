"""channels/types.py: the few values into which every channel turns the outside's words, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Delivery(StrEnum):
    """How far an outward message has come. Never further than the other side said."""

    QUEUED = "queued"  #: ours to hand over
    HANDED_OVER = "handed_over"  #: the relay or carrier took it
    DELIVERED = "delivered"  #: the carrier says it arrived
    READ = "read"  #: the customer's screen showed it
    FAILED = "failed"  #: refused for good, or we gave up
    BOUNCED = "bounced"  #: taken, then sent back


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that came or goes with a message; its bytes are in the blob store under `blob`."""

    name: str
    type: str
    size: int
    blob: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One message as it came in, whatever the channel.

    `external_id` is the provider's own id: the same one twice is one message. `thread_id` is the
    interaction that a *verified* token names, never one that the sender merely wrote down.
    `automatic` marks bounces, auto-replies and lists: stored and shown, never answered by machine.
    """

    channel: str
    external_id: str
    address_kind: str  # email, phone, chat, or the channel's own name
    address: str
    name: str = ""
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str | None = None
    quoted: str | None = None
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    thread_id: str | None = None
    automatic: bool = False
    language: str = ""
    client_id: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message on its way out.

    `headers` carries what the channel needs beside the text: for mail the message ids of the
    thread. Sending the same `message_id` twice must look like one message to the receiver where
    the channel has a way to say so.
    """

    message_id: str
    interaction_id: str
    sender: str
    to: str
    name: str = ""
    subject: str = ""
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, Any] = field(default_factory=dict)
