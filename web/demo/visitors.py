"""web/demo/visitors.py: sample customers who get in touch now, each through the door that a real one uses.

A mail goes to the SMTP receiver, a text and a call come as signed webhooks from the stand-in carrier,
a chat is a Socket.IO client. Each returns when its customer is through: answered, or out of patience.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random
from typing import Any

import aiohttp
import aiosmtplib
import socketio

from channels.voice.twilio_standin import Line, TwilioStandin
from desk.kernel.settings import Settings
from web.demo.contacts import NUMBER
from web.demo.people import Person
from web.demo.texts import GREETING, Story

Pause = Callable[[float], Awaitable[None]]

_LIMIT_S = 10.0
#: Keys of the sample call flow.
_KEYS = {"billing": "1", "technical": "2", "complaints": "3", "general": ""}
#: The key by which the sample queue lets its callers leave the line.
_LEAVES = "1"
_MAILBOXES = {"billing": "billing@demo.test", "general": "support@demo.test", "technical": "support@demo.test"}


@dataclass(kw_only=True)
class Doors:
    """Where customers get in, and how time passes for them."""

    settings: Settings
    standin: TwilioStandin
    http: aiohttp.ClientSession
    rng: Random
    pause: Pause = asyncio.sleep
    #: How long somebody who wrote waits for an answer before they are forgotten here.
    patience_s: float = 900.0
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer_to(self, message_id: str) -> dict[str, Any] | None:
        """The mail that answers `message_id`, as the shop's outgoing mail shows it; None if none came."""
        waited = 0.0
        while waited < self.patience_s:
            if message_id in self.answers:
                return self.answers.pop(message_id)
            await self.pause(5)
            waited += 5
        return None

    async def read_mail(self) -> None:
        """Looks at the outgoing mail again and again, for those who wait for an answer."""
        seen: set[str] = set()
        while True:
            try:
                async with self.http.get(f"{self.settings.public_url}/demo/mail.json") as response:
                    mails = await response.json() if response.status == 200 else []
            except (aiohttp.ClientError, TimeoutError):
                mails = []
            for mail in mails:
                if mail["message_id"] not in seen and mail.get("in_reply_to"):
                    seen.add(mail["message_id"])
                    self.answers[mail["in_reply_to"]] = mail
            await self.pause(4)


async def mail(doors: Doors, person: Person, told: Story, *, complaint: bool) -> None:
    """Writes a mail; thanks for the answer, sometimes."""
    to = "complaints@demo.test" if complaint else _MAILBOXES[told.matter.queue]
    text = GREETING[person.language].format(text=told.opening, name=person.name)
    first = _message(doors, person, to, told.subject, text)
    await _post(doors, first)
    answer = await doors.answer_to(str(first["Message-ID"]))
    if answer is None or doors.rng.random() < 0.6:
        return
    await doors.pause(doors.rng.uniform(20, 60))
    again = _message(doors, person, answer["reply_to"] or to, f"Re: {told.subject}", told.thanks)
    again["In-Reply-To"] = answer["message_id"]
    again["References"] = " ".join(filter(None, (answer["references"], answer["message_id"])))
    await _post(doors, again)


async def text(doors: Doors, person: Person, told: Story) -> None:
    """Sends a text; thanks for the answer."""
    before = len(_texts_to(doors, person))
    await doors.standin.text(person.phone, NUMBER, told.opening, doors.settings.public_url)
    waited = 0.0
    while len(_texts_to(doors, person)) <= before:
        if waited >= doors.patience_s:
            return
        await doors.pause(3)
        waited += 3
    await doors.pause(doors.rng.uniform(8, 25))
    await doors.standin.text(person.phone, NUMBER, told.thanks, doors.settings.public_url)


async def call(doors: Doors, person: Person, told: Story) -> None:
    """Rings, chooses in the menu, waits as long as patience lasts, talks, hangs up; or leaves the line by its key."""
    line = doors.standin.call(person.phone, NUMBER, doors.settings.public_url)
    key = _KEYS[told.matter.queue]
    try:
        for _ in range(2):
            await (line.presses(key, 20) if key else line.stays_silent(20))
            if key:
                break
        if await _leaves_line(line, doors.rng.uniform(90, 240)):
            await line.ended()
            return
        await line.says(told.opening)
        await doors.pause(doors.rng.uniform(35, 90))
    except TimeoutError:
        pass  # out of patience: hangs up, as callers do
    finally:
        await line.hangs_up()


async def _leaves_line(line: Line, patience_s: float) -> bool:
    """Whether the caller presses the key that leaves the line, as soon as it is offered, before anybody answers.

    Raises:
        TimeoutError: neither comes within their patience.
    """
    answered = asyncio.create_task(line.connected(patience_s))
    left = asyncio.create_task(line.presses(_LEAVES, patience_s))
    try:
        done, _ = await asyncio.wait({answered, left}, return_when=asyncio.FIRST_COMPLETED)
        await next(iter(done))
        return left in done
    finally:
        answered.cancel()
        left.cancel()
        await asyncio.gather(answered, left, return_exceptions=True)


async def chat(doors: Doors, person: Person, told: Story) -> None:
    """Chats: asks, waits, answers what an agent writes, and leaves with thanks."""
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False, logger=False, engineio_logger=False)
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def message(data: dict[str, Any]) -> None:
        if data["message"]["author"]["kind"] == "agent":
            heard.put_nowait("message")

    async def changed(data: dict[str, Any]) -> None:
        if data.get("state") in ("closed", "abandoned"):
            heard.put_nowait("ended")

    client.on("message.new", message, namespace="/chat")
    client.on("chat.changed", changed, namespace="/chat")
    url = doors.settings.public_url
    try:
        await client.connect(
            url,
            headers={"Origin": url},
            auth={},
            transports=["websocket"],
            namespaces=["/chat"],
            wait_timeout=int(_LIMIT_S),
        )
        await _send(
            doors,
            client,
            "chat.start",
            text=told.opening,
            name=person.name,
            email=person.email,
            topic=told.matter.queue,
            page=f"{url}/demo/shop",
        )
        patience = doors.rng.uniform(120, 300)
        for said in (told.thanks, ""):
            if await asyncio.wait_for(heard.get(), patience) == "ended":
                return
            await doors.pause(doors.rng.uniform(5, 15))
            if said:
                await client.emit("message.typing", {}, namespace="/chat")
                await doors.pause(doors.rng.uniform(2, 6))
                await _send(doors, client, "message.send", text=said)
            patience = 60
        await client.call("chat.end", {}, namespace="/chat", timeout=_LIMIT_S)
    except (TimeoutError, socketio.exceptions.SocketIOError):
        pass  # nobody answered in time, or the shop is closing: leaves the page
    finally:
        await client.disconnect()


async def _send(doors: Doors, client: socketio.AsyncClient, event: str, **data: Any) -> None:
    data["client_id"] = f"demo-{doors.rng.getrandbits(64):016x}"
    await client.call(event, data, namespace="/chat", timeout=_LIMIT_S)


def _message(doors: Doors, person: Person, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f'"{person.name}" <{person.email}>' if person.name.isascii() else person.email
    message["To"] = to
    message["Subject"] = subject
    host = person.email.partition("@")[2]
    message["Message-ID"] = f"<{doors.rng.getrandbits(96):024x}@{host}>"
    message.set_content(body)
    return message


async def _post(doors: Doors, message: EmailMessage) -> None:
    host, _, port = doors.settings.smtp_listen.rpartition(":")
    await aiosmtplib.send(message, hostname=host.strip("[]"), port=int(port), timeout=_LIMIT_S, start_tls=False)


def _texts_to(doors: Doors, person: Person) -> list[Any]:
    return [one for one in doors.standin.sent_messages if one.to == person.phone]
