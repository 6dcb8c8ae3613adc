"""web/bench/customers.py: customers who get in touch once, through the real doors, and wait for the answer."""

import asyncio
from dataclasses import dataclass, field
from random import Random

import aiohttp
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from web.bench.house import House
from web.bench.ledger import Contact, Ledger
from web.bench.light_socket import LightSocket, Refused
from web.bench.outside import ACCOUNT_SID, AUTH_TOKEN
from web.bench.server import Server

#: A visitor's page is open so long before the first word, and after the answer.
BEFORE_S = 0.5
AFTER_S = 1.0
WORDS = "Good morning, I ordered a lamp two weeks ago and it has not arrived. Where is it, please? Order 48213."
#: One half, a quarter, a quarter.
MIX = ("chat", "chat", "sms", "email")


@dataclass(kw_only=True)
class Customers:
    """Everybody who gets in touch in one run."""

    server: Server
    house: House
    ledger: Ledger
    http: aiohttp.ClientSession
    rng: Random
    heard: dict[str, asyncio.Event] = field(default_factory=dict)  # chats: set when the answer is there

    async def get_in_touch(self, contact: Contact, queue: str, at: float, give_up: asyncio.Event) -> None:
        """Sends `contact` at the instant `at`; stays, where there is a page to stay on, until it is answered."""
        number = self.rng.randrange(10**9)
        try:
            if contact.channel == "chat":
                await self._chat(contact, queue, at, give_up)
            elif contact.channel == "sms":
                await self._until(at)
                await self._text(contact, queue, number)
            else:
                await self._until(at)
                await self._mail(contact, queue, number)
        except (Refused, aiohttp.ClientError, OSError, TimeoutError) as error:
            self.ledger.refused(f"{contact.channel} {contact.token}", error)

    async def _until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, at - self.ledger.clock()))

    async def _chat(self, contact: Contact, queue: str, at: float, give_up: asyncio.Event) -> None:
        answered = asyncio.Event()

        def heard(words: str) -> None:
            if '"agent"' in words and self.ledger.answered(words) is contact:
                answered.set()

        await asyncio.sleep(max(0.0, at - BEFORE_S - self.ledger.clock()))
        page = await LightSocket.connect(self.http, self.server.url, "/chat", {}, {"message.new": heard})
        try:
            await self._until(at)
            contact.sent_at = self.ledger.clock()
            await page.call(
                "chat.start", text=f"{contact.token} {WORDS}", client_id=contact.token, name="A Visitor", topic=queue
            )
            contact.taken = True
            waits = [asyncio.create_task(event.wait()) for event in (answered, give_up)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in waits:
                task.cancel()
            await asyncio.sleep(AFTER_S)  # an answer that comes twice is seen
        finally:
            await page.close()

    async def _text(self, contact: Contact, queue: str, number: int) -> None:
        form = MultiDict(
            MessageSid=f"SM{contact.token:>032}".replace(" ", "0"),
            AccountSid=ACCOUNT_SID,
            From=f"+4915{number:09}",
            To=self.house.number(queue),
            Body=f"{contact.token} {WORDS}",
            NumMedia="0",
        )
        url = f"{self.server.url}/twilio/sms"
        contact.sent_at = self.ledger.clock()
        async with self.http.post(url, data=form, headers={HEADER: sign(AUTH_TOKEN, url, form)}) as response:
            if response.status != 200:
                raise Refused(f"{response.status} {(await response.text())[:100]}")
        contact.taken = True

    async def _mail(self, contact: Contact, queue: str, number: int) -> None:
        sender, mailbox = f"c{number}@customers.invalid", self.house.mailbox(queue)
        contact.sent_at = self.ledger.clock()
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.smtp_port)
            try:
                session = MailSession(reader, writer)
                await session.greet()
                await session.send(sender, mailbox, mail(contact.token, sender, mailbox, f"{contact.token} {WORDS}"))
                contact.taken = True
                writer.write(b"QUIT\r\n")
            finally:
                writer.close()


class MailSession:
    """The client's side of SMTP, as plain as it can be."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def greet(self) -> None:
        """Waits for the greeting and says hello."""
        await self._expect(b"220")
        await self._say(b"HELO customers.invalid\r\n", b"250")

    async def send(self, sender: str, mailbox: str, words: bytes) -> None:
        """Hands one mail over; it is stored when this returns.

        Raises:
            Refused: it was not taken.
        """
        await self._say(f"MAIL FROM:<{sender}>\r\n".encode(), b"250")
        await self._say(f"RCPT TO:<{mailbox}>\r\n".encode(), b"250")
        await self._say(b"DATA\r\n", b"354")
        await self._say(words + b"\r\n.\r\n", b"250")

    async def _say(self, line: bytes, expected: bytes) -> None:
        self._writer.write(line)
        await self._expect(expected)

    async def _expect(self, code: bytes) -> None:
        line = await self._reader.readline()
        while line[3:4] == b"-":
            line = await self._reader.readline()
        if not line.startswith(code):
            raise Refused(line.decode("ascii", "replace").strip() or "the mail door hung up")


def mail(token: str, sender: str, mailbox: str, text: str) -> bytes:
    """A plain mail as it goes over the wire; the subject begins with the token."""
    lines = [
        f"From: A Customer <{sender}>",
        f"To: {mailbox}",
        f"Subject: {token} Where is my lamp?",
        f"Message-ID: <{token}@customers.invalid>",
        "Date: Mon, 02 Mar 2026 09:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
    ]
    return "\r\n".join(lines).encode()
