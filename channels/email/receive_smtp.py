"""channels/email/receive_smtp.py: the door for mail: takes it, has it stored, and only then says 250.

    greeting → EHLO → MAIL → RCPT … → DATA → bytes → CRLF.CRLF → store() → 250
                                                              └ store() raises → 451, the sender tries again

Rules that aiosmtpd alone does not keep, and that mail in the wild needs:

- Lines may be of any length: real bounces and newsletters break the 998 octets.
- DATA ends at CR LF `.` CR LF and nowhere else. Bare CR and bare LF are kept as content, and a dot
  after one is just a dot, so nothing can be smuggled past a relay that sees the end elsewhere.
- Bytes go to a file beyond a small size; a mail is never held in memory twice.
- `MAIL FROM:<>`, as bounces have it, arrives as the empty sender.
- A sender who hands over too much at once hears 450 at MAIL: a real one's server keeps it and tries
  again. Bounces, which have no sender, are counted by who brings them.
- Nothing that a client says is logged, and no error of ours is told to it.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP

from channels.email import senders
from channels.email.envelopes import Envelope
from channels.email.spool import PREFIX, Incoming
from channels.errors import Rejected

#: Largest mail that is taken unless the settings say otherwise.
MAX_BYTES = 25 * 1024 * 1024
MAX_RECIPIENTS = 100

_END = b"\r\n.\r\n"
_ANY = 1 << 30
_PLAIN_ADDRESS = re.compile(r"\s*<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255})>(?:\s+(\S.{0,500}))?\s*")

log = logging.getLogger("careline.mail")
# The library logs addresses and whole commands.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


class Receiver:
    """Listens for mail in the running loop.

    `store` is awaited for each mail and must have committed when it returns. `refuse` may turn a
    recipient down at the door: it answers an SMTP line such as `550 5.1.1 No such mailbox`.
    `max_per_sender` is a minute's mail of one envelope sender; None takes any number.
    """

    def __init__(
        self,
        listen: str,
        store: Callable[[Envelope], Awaitable[None]],
        *,
        spool: Path,
        now: Callable[[], datetime],
        max_bytes: int = MAX_BYTES,
        refuse: Callable[[str], str | None] = lambda recipient: None,
        hostname: str = "careline",
        max_connections: int = 500,
        max_per_peer: int = 50,
        max_per_sender: int | None = senders.MOST,
        idle_s: float = 120.0,
        data_s: float = 900.0,
        store_s: float = 60.0,
    ) -> None:
        self._host, _, port = listen.rpartition(":")
        self._port = int(port)
        self.store = store
        self.spool = spool
        self.now = now
        self.max_bytes = max_bytes
        self.refuse = refuse
        self.hostname = hostname
        self.max_connections = max_connections
        self.max_per_peer = max_per_peer
        self._senders = senders.Senders(max_per_sender) if max_per_sender is not None else None
        self.idle_s = idle_s
        self.data_s = data_s
        self.store_s = store_s
        self.sessions: set[_Session] = set()
        self.storing: set[asyncio.Future[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port in use, also where 0 was asked for."""
        return self._port

    async def start(self) -> None:
        """Opens the door. What a crash left in the spool was never acknowledged and is removed."""
        self.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.spool.glob(PREFIX + "*"):
            left.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        host = self._host.strip("[]") or None
        self._server = await loop.create_server(self._protocol, host, self._port, backlog=1024)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the door: mails being stored are finished, sessions are cut. Twice is not an error."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        if self.storing:
            await asyncio.wait(set(self.storing), timeout=self.store_s)
        tasks = [task for session in set(self.sessions) if (task := session.hang_up())]
        await asyncio.gather(*tasks, *self.storing, return_exceptions=True)
        await server.wait_closed()

    def takes_from(self, sender: str, peer: str) -> bool:
        """Counts a mail of this envelope sender; whether it may come. Without a sender it is the peer's."""
        if self._senders is None:
            return True
        return self._senders.takes(sender.lower() if sender else f"<> {peer}", self.now())

    def stored(self, task: "asyncio.Future[None]") -> None:
        """Lets go of a finished store, and of its error, which the session has told already."""
        self.storing.discard(task)
        if not task.cancelled():
            task.exception()

    def _protocol(self) -> asyncio.Protocol:
        return _Gate(self) if len(self.sessions) < self.max_connections else _Busy()


class _Gate(asyncio.Protocol):
    """Looks at who has come: one peer alone may not take all the lines."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        host, lines = _host(transport), self._receiver.sessions
        taken = sum(session.host == host for session in lines)
        protocol = _Session(self._receiver) if taken < self._receiver.max_per_peer else _Busy()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


class _Busy(asyncio.Protocol):
    """What a client meets when all lines are taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not every loop's transports say that they are one: uvloop's do not.
        writer = cast("asyncio.WriteTransport", transport)
        writer.write(b"421 4.3.2 Too many connections, please try again later\r\n")
        writer.close()


class _Door:
    """The hooks that aiosmtpd asks before its own defaults."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def handle_MAIL(  # noqa: N802  # the library finds hooks by this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not self._receiver.takes_from(_sender(address), server.host):
            return "450 4.7.1 too much mail from you at once, try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        refusal = self._receiver.refuse(_clean(address))
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class _Session(SMTP):
    """One client's session."""

    # Also the size of the reader's buffer: with the library's 1,001 a DATA comes in crumbs.
    line_length_limit = 64 * 1024
    host = ""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        super().__init__(
            _Door(receiver),
            data_size_limit=receiver.max_bytes,
            enable_SMTPUTF8=True,
            hostname=receiver.hostname,
            ident="ESMTP",
            timeout=receiver.idle_s,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.host = _host(transport)
        self._receiver.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._receiver.sessions.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> "asyncio.Task[None] | None":
        """Ends the session and returns the task that is ending."""
        if self.transport is not None:
            self.transport.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        return self._handler_coroutine

    async def handle_exception(self, error: Exception) -> str:
        log.error("mail_session_failed", extra={"error": type(error).__name__})
        return "451 4.3.0 Something went wrong here, please try again later"

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802  # the library finds commands by this name
        await self.push("252 2.5.0 Send it and see")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Need RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
            return
        await self.push("354 End with CR LF . CR LF")
        incoming = Incoming(self._receiver.spool, self._receiver.max_bytes)
        try:
            whole = await self._read_data(incoming)
            if not whole:
                await self.push("552 5.3.4 Too large, goodbye")
                self._writer.close()
                return
            if incoming.too_large:
                status = "552 5.3.4 Larger than we take"
            elif incoming.failed:
                status = "452 4.3.1 No room for it now, please try again later"
            else:
                status = await self._keep(incoming)
        finally:
            incoming.discard()
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push(status)

    async def _read_data(self, incoming: Incoming) -> bool:
        """Reads up to the end of DATA and leaves what follows for the next command.

        False if the client goes on and on beyond what we take: its line is cut.
        """
        pending = bytearray(b"\r\n")  # DATA begins at the beginning of a line
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._receiver.data_s
        while True:
            self._reset_timeout(min(self._receiver.idle_s, max(0.001, deadline - loop.time())))
            chunk = await self._reader.read(_ANY)  # takes all there is: the reader is empty afterwards
            if not chunk:
                raise ConnectionResetError
            searched = max(0, len(pending) - len(_END) + 1)
            pending += chunk
            end = pending.find(_END, searched)
            if end >= 0:
                incoming.add(bytes(pending[: end + 2]))
                self._reader.feed_data(bytes(pending[end + len(_END) :]))
                return True
            cut = _safe_cut(pending)
            incoming.add(bytes(pending[:cut]))
            del pending[:cut]
            if incoming.size > 4 * self._receiver.max_bytes:
                return False

    async def _keep(self, incoming: Incoming) -> str:
        assert self.envelope is not None
        assert self.session is not None
        envelope = Envelope(
            sender=_sender(self.envelope.mail_from),
            recipients=tuple(_clean(recipient) for recipient in self.envelope.rcpt_tos),
            body=incoming.finish(),
            size=incoming.size,
            digest=incoming.digest,
            head=incoming.head,
            received_at=self._receiver.now(),
            peer=str(self.session.peer[0]) if self.session.peer else "",
        )
        self._reset_timeout(self._receiver.store_s + self._receiver.idle_s)
        # A client that goes away now must not tear the transaction: the task is the receiver's.
        task = asyncio.ensure_future(self._receiver.store(envelope))
        incoming.belongs_to(task)
        self._receiver.storing.add(task)
        task.add_done_callback(self._receiver.stored)
        try:
            async with asyncio.timeout(self._receiver.store_s):
                await asyncio.shield(task)
        except Rejected:
            return "554 5.7.1 Not accepted"
        except Exception as error:  # noqa: BLE001  # whatever it was, the sender keeps the mail and tries again
            log.error("mail_not_stored", extra={"error": type(error).__name__})  # noqa: TRY400  # it may quote the mail
            return "451 4.3.0 Could not be stored, please try again later"
        return "250 2.0.0 Stored"

    def _getaddr(self, arg: str | None) -> tuple[str | None, str | None]:
        # The library's full parser takes 100 µs; nearly every address is plain.
        plain = _PLAIN_ADDRESS.fullmatch(arg) if arg else None
        if plain:
            return plain[1], plain[2] or ""
        address, rest = super()._getaddr(arg or "")
        return (None, None) if address and len(address) > 320 else (address, rest)


def _host(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def _safe_cut(pending: bytearray) -> int:
    """How much of `pending` is surely content, whatever comes next.

    Neither the end of DATA nor a line end with its dot may be split by the cut.
    """
    cut = max(0, len(pending) - len(_END) + 1)
    if pending[max(0, cut - 2) : cut] == b"\r\n":
        return cut - 2
    return cut - 1 if pending[max(0, cut - 1) : cut] == b"\r" else cut


def _sender(address: str | None) -> str:
    """The envelope's sender; empty for bounces."""
    return "" if address in (None, "<>") else _clean(str(address))


def _clean(address: str) -> str:
    """Bytes that are no UTF-8 become replacement characters, so that any database takes them."""
    text = address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable())[:320]
