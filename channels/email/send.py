"""channels/email/send.py: mail out, through a relay.

What customers and agents wrote lands in headers (names, subjects): line ends and their look-alikes
become spaces, and the finished bytes are read again before they leave: one To, no header that we
did not write. The same message sent twice carries the same Message-ID; where a time-out leaves
doubt, that is what makes it one mail to the receiver.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from channels.email.addresses import is_address
from channels.email.automatic import LOOP_HEADER
from channels.email.charsets import clean
from channels.email.headers import parse_headers
from channels.email.names import file_name
from channels.errors import ChannelError, InDoubt, Rejected, Unauthorised, Unavailable
from channels.types import Outgoing

#: Ids of the thread that go out; the first says where it began, the last where it stands.
_MOST_REFERENCES = 20
_OURS = {
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "auto-submitted",
    "x-auto-response-suppress", LOOP_HEADER.lower(), "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip
_ONCE = ("from", "to", "subject", "date", "message-id")


class _Policy(EmailPolicy):
    """SMTP's rules, except that ids are never encoded: the library mangles those longer than a line."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


_ASCII = _Policy(linesep="\r\n", raise_on_defect=False)
_UTF8 = _ASCII.clone(utf8=True)


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Where mail is handed over."""

    host: str
    port: int
    tls: bool
    starttls: bool | None  # None: if the relay offers it
    user: str
    password: str


def relay_of(url: str) -> Relay:
    """`smtp://user:password@host:port?starttls=required|never` or `smtps://…`.

    Raises:
        ValueError: not such a URL; says why, without the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("an SMTP relay is written smtp://host:port or smtps://host:port")
    wish = parse_qs(parts.query).get("starttls", ["offered"])[0]
    if wish not in ("required", "never", "offered"):
        raise ValueError("starttls is required, never or offered")
    tls = parts.scheme == "smtps"
    try:
        port = parts.port
    except ValueError:
        raise ValueError("the relay's port is no number") from None
    return Relay(
        host=parts.hostname,
        port=port or (465 if tls else 25),
        tls=tls,
        starttls=False if tls else {"required": True, "never": False, "offered": None}[wish],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class SmtpSender:
    """A `MessageChannel` that hands mail to a relay.

    `Outgoing.sender` is our mailbox, `name` the customer's. `headers` may have `message_id`,
    `in_reply_to`, `references`, `reply_to`, `sender_name`, `date` (a datetime), and `automatic`:
    `"auto-generated"`, or `"auto-replied"` for an answer by machine, whose bounces nobody wants.
    """

    def __init__(
        self,
        url: str,
        *,
        load: Callable[[str], Awaitable[bytes]],
        now: Callable[[], datetime],
        time_limit_s: float = 30.0,
        local_hostname: str = "careline.invalid",
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._relay = relay_of(url)
        self._load = load
        self._now = now
        self._time_limit_s = time_limit_s
        self._local_hostname = local_hostname
        self._tls_context = tls_context

    async def send(self, message: Outgoing) -> str:
        """Hands a mail over and returns its Message-ID.

        Raises:
            Rejected: the relay will not take it, or it is no mail that can be sent.
            Unavailable: the relay does not answer, or says "later".
            InDoubt: it stopped answering on the way. It may have taken the mail.
            Unauthorised: the relay does not accept our credentials.
        """
        files = [(file.name, file.type, await self._load(file.blob)) for file in message.attachments]
        # Large files take long to encode: not on the loop.
        data = await asyncio.to_thread(build, message, files=files, at=self._now())
        sender = "" if message.headers.get("automatic") == "auto-replied" else _wire(message.sender)
        await self._hand_over(sender, _wire(message.to), data)
        return message_id_of(message)

    async def _hand_over(self, sender: str, recipient: str, data: bytes) -> None:
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.tls,
            start_tls=relay.starttls,
            username=relay.user or None,
            password=relay.password or None,
            local_hostname=self._local_hostname,
            timeout=self._time_limit_s,
            tls_context=self._tls_context,
        )
        options = [] if (sender + recipient).isascii() else ["SMTPUTF8"]
        try:
            async with asyncio.timeout(self._time_limit_s):
                await client.connect()
                await client.sendmail(sender, [recipient], data, mail_options=options)
                # It is taken; how the relay says goodbye changes nothing.
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise _ours(error) from error
        finally:
            client.close()


def build(message: Outgoing, *, files: list[tuple[str, str, bytes]], at: datetime) -> bytes:
    """The bytes of a mail: text, an HTML alternative if there is one, files.

    Raises:
        Rejected: an address is none, or the headers would not be ours.
    """
    for address in (message.sender, message.to):
        if not is_address(address):
            raise Rejected("not a mail address")
    about = message.headers
    mail = EmailMessage(policy=_ASCII if (_wire(message.sender) + _wire(message.to)).isascii() else _UTF8)
    mail["From"] = _person(_line(about.get("sender_name", "")), message.sender)
    mail["To"] = _person(_line(message.name), message.to)
    mail["Subject"] = _line(message.subject)[:500]
    mail["Date"] = format_datetime(about.get("date") or at)
    mail["Message-ID"] = message_id_of(message)
    _thread(mail, about)
    if about.get("automatic"):
        stated = str(about["automatic"])
        mail["Auto-Submitted"] = stated if stated in ("auto-replied", "auto-generated") else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail[LOOP_HEADER] = "1"
    mail.set_content(clean(message.text).rstrip("\n") + "\n")
    if message.html:
        mail.add_alternative(clean(message.html), subtype="html")
    for number, (name, kind, data) in enumerate(files, start=1):
        main, _, sub = _file_type(kind).partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=file_name(name, kind, number))
    data = mail.as_bytes()
    _check(data)
    return data


def message_id_of(message: Outgoing) -> str:
    """The Message-ID that this message goes out with, each time it is sent."""
    stated = "".join(str(message.headers.get("message_id") or message.message_id).split())
    if stated.startswith("<") and stated.endswith(">") and stated.isascii() and stated.isprintable():
        return stated
    return f"<{message.message_id}@{_wire(message.sender).rpartition('@')[2]}>"


def _thread(mail: EmailMessage, about: Mapping[str, Any]) -> None:
    answered = _ids(about.get("in_reply_to", ""))[-1:]
    references = _ids(about.get("references", ""))
    for own in answered:
        mail["In-Reply-To"] = own
        references = [one for one in references if one != own] + [own]
    if len(references) > _MOST_REFERENCES:
        references = references[:1] + references[1 - _MOST_REFERENCES :]
    if references:
        mail["References"] = " ".join(references)
    reply_to = str(about.get("reply_to") or "")
    if is_address(reply_to):
        mail["Reply-To"] = _person("", reply_to)


def _ids(value: Any) -> list[str]:
    text = value if isinstance(value, str) else " ".join(str(one) for one in value or ())
    found = text.replace(">", "> ").replace("<", " <").split()
    return [
        one
        for one in found
        if 3 <= len(one) <= 300 and one[0] == "<" and one[-1] == ">" and one.isascii() and one.isprintable()
    ]


def _person(name: str, address: str) -> Address:
    local, _, domain = _wire(address).rpartition("@")
    try:
        return Address(display_name=name[:200], username=local, domain=domain)
    except (ValueError, IndexError) as error:
        raise Rejected("not a mail address") from error


def _wire(address: str) -> str:
    """As relays take it without any extension, where that is possible: the domain in ASCII."""
    local, _, domain = address.rpartition("@")
    if domain.isascii() or not local.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Rejected("not a mail address") from error


def _line(text: str) -> str:
    """On one line, whatever counts as a line end anywhere, and with no invisible characters.

    What looks like an encoded word is broken up: the library would decode it, line ends included.
    """
    text = text.replace("=?", "= ?")
    return " ".join("".join(character if character.isprintable() else " " for character in clean(text)).split())


def _file_type(kind: str) -> str:
    main, slash, sub = kind.lower().partition("/")
    fine = slash and all(
        part and part.isascii() and part.replace("-", "").replace(".", "").replace("+", "").isalnum()
        for part in (main, sub)
    )
    # A mail attached as a file is sent as bytes: the library would open and rewrite it.
    return f"{main}/{sub}" if fine and main not in ("multipart", "message", "text") else "application/octet-stream"


def _check(data: bytes) -> None:
    written = parse_headers(data)
    for name in _ONCE:
        if len(list(written.all_raw(name))) != 1:
            raise Rejected("the headers of this mail would be ambiguous")
    if any(name not in _OURS for name in written.names()):
        raise Rejected("this mail would carry headers that we did not write")


def _ours(error: Exception) -> ChannelError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        if 400 <= error.code < 500:
            return Unavailable("the mail relay cannot check our credentials now")
        return Unauthorised("the mail relay does not accept our credentials")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        said = _line(str(error.message))[:200]
        if error.code == 530:
            return Unauthorised("the mail relay asks for credentials")
        if 500 <= error.code < 600 and not isinstance(
            error, (aiosmtplib.SMTPConnectResponseError, aiosmtplib.SMTPHeloError)
        ):
            return Rejected(f"{error.code} {said}")
        return Unavailable(f"the mail relay says: not now ({error.code})")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Rejected("the mail relay cannot send to an address with such characters")
    if isinstance(error, ValueError):
        return Rejected("not a mail address")
    if type(error) is aiosmtplib.SMTPException:
        # The library's own checks: no AUTH or STARTTLS where our settings ask for it.
        return Unauthorised("the mail relay does not offer the sign-in or encryption that is set")
    return _not_answered(error)


def _not_answered(error: Exception) -> ChannelError:
    """What is in doubt once there was a connection: the mail may be through, and only the answer is missing."""
    if isinstance(error, TimeoutError):
        connected = not isinstance(error, aiosmtplib.SMTPConnectTimeoutError)
        return (InDoubt if connected else Unavailable)("the mail relay did not answer in time")
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return InDoubt("the mail relay broke off")
    return Unavailable("the mail relay cannot be reached")
