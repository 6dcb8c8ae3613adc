"""channels/email/threads.py: names for our mails that only we can make, and how an answer finds home.

    Message-ID   <c.WORK.MESSAGE.MAC@mail-domain>    comes back in In-Reply-To and References
    Reply-To     support+WORKMAC@mail-domain         for clients that drop both headers

WORK is the interaction, MAC a keyed hash of it: knowing an id is no permission, and a number in a
subject is nothing. Whether the *sender* belongs to the conversation is the desk's question.
"""

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable

_ID = re.compile(r"<c\.([a-z2-7]{2,60})\.([a-z2-7]{2,60})\.([a-z2-7]{26})@[^<>\s]{1,255}>")
_PLUS = re.compile(r"[^\s@+]{1,64}\+([a-z2-7]{2,60})([a-z2-7]{16})@[^\s@]{1,255}", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,30}")
_MOST = 100


def issue(secret: str, interaction_id: str, message_id: str, domain: str) -> str:
    """The Message-ID of our message: the same each time, so that a resend is the same mail."""
    work, own = _pack(interaction_id), _pack(message_id)
    return f"<c.{work}.{own}.{_mac(secret, 'message', f'{work}.{own}', 26)}@{domain}>"


def reply_address(secret: str, mailbox: str, interaction_id: str) -> str:
    """`mailbox` with the conversation in it: `support@x` becomes `support+TOKEN@x`."""
    local, _, domain = mailbox.rpartition("@")
    work = _pack(interaction_id)
    return f"{local}+{work}{_mac(secret, 'address', work, 16)}@{domain}"


def mailbox_of(address: str) -> str:
    """The mailbox behind one of our reply addresses; any other address unchanged but in lower case."""
    found = _PLUS.fullmatch(address)
    lowered = address.lower()
    return lowered.partition("+")[0] + "@" + lowered.rpartition("@")[2] if found else lowered


def recognise(secret: str, header_values: Iterable[str], recipient_addresses: Iterable[str]) -> str | None:
    """The interaction that a mail answers, by ids and addresses that we issued; None for anything else.

    `header_values` are In-Reply-To and References as they stand. The newest reference counts.
    """
    for value in header_values:
        for found in reversed(_ID.findall(value[-16_000:])[-_MOST:]):
            work, own, mac = found
            if hmac.compare_digest(mac, _mac(secret, "message", f"{work}.{own}", 26)):
                return _unpack(work)
    for address in list(recipient_addresses)[:_MOST]:
        token = _PLUS.fullmatch(address[:400])
        if token and hmac.compare_digest(token[2].lower(), _mac(secret, "address", token[1].lower(), 16)):
            return _unpack(token[1].lower())
    return None


def is_ours(secret: str, message_id: str) -> bool:
    """Whether we issued this Message-ID: it marks our own mail that came round."""
    found = _ID.fullmatch(message_id.strip())
    return found is not None and hmac.compare_digest(found[3], _mac(secret, "message", f"{found[1]}.{found[2]}", 26))


def _mac(secret: str, purpose: str, value: str, length: int) -> str:
    digest = hmac.new(secret.encode(), f"careline.mail.{purpose}\0{value}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:length]


def _pack(identity: str) -> str:
    """An id in characters that survive any mail system; a UUID takes 27."""
    try:
        parsed = uuid.UUID(identity)
        if str(parsed) == identity:
            return "u" + _b32(parsed.bytes)
    except ValueError:
        pass
    if not _PLAIN.fullmatch(identity):
        raise ValueError("an id of ours has letters, digits, - and _, at most 30, or is a UUID")
    return "x" + _b32(identity.encode("ascii"))


def _unpack(packed: str) -> str | None:
    text = packed[1:].upper()
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
        return str(uuid.UUID(bytes=data)) if packed[0] == "u" else data.decode("ascii")
    except (binascii.Error, ValueError):
        return None


def _b32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
