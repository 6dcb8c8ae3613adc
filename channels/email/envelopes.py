"""channels/email/envelopes.py: a mail as it came through a door, and what makes two deliveries one message."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channels.email.headers import parse_headers


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One mail as it came through the door.

    `body` is the bytes, or for larger mails a file that is deleted when `store` returns; `store`
    may move it away instead. `digest` is the SHA-256 of the bytes, `head` their beginning.
    """

    sender: str  # empty for bounces
    recipients: tuple[str, ...]
    body: bytes | Path
    size: int
    digest: str
    head: bytes
    received_at: datetime
    peer: str

    def read(self) -> bytes:
        """All the bytes. Blocks while it reads the file."""
        return self.body if isinstance(self.body, bytes) else self.body.read_bytes()

    @property
    def external_id(self) -> str:
        """The same for a mail and for its resend; see `external_id_of`."""
        return external_id_of(self.head, self.digest, self.recipients)


def external_id_of(head: bytes, digest: str, recipients: tuple[str, ...] | list[str]) -> str:
    """What makes two deliveries one message: at most 300 characters of ASCII.

    A mail with a Message-ID is that id together with its author, date, subject and our mailboxes:
    a resend after a lost 250 is the same message even if a relay added a line, while a device that
    writes one constant id into all its mails loses none. A mail without one is its bytes. Delivered
    separately to two of our mailboxes it is two messages, one for each entry point.
    """
    found = parse_headers(head)
    stated = found.raw("message-id").strip()
    mailboxes = sorted({recipient.lower() for recipient in recipients})
    if stated:
        parts = [stated, *(" ".join(found.raw(name).split()) for name in ("from", "date", "subject"))]
    else:
        parts = [digest]
    about = "\n".join([*parts, *mailboxes]).encode("utf-8", "surrogateescape")
    return ("id-" if stated else "sha-") + hashlib.sha256(about).hexdigest()
