"""web/bench/ingest.py: one door, as many messages as it takes; each answer means: on disk.

What is sent is what each door sees in life. A mail or a contact from another system begins a
conversation of one of a thousand customers; a text comes from a number of its own; a chat is a
visitor who goes on talking. Nobody is signed in: this measures the door, not the floor.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

import aiohttp
import orjson
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from desk.kernel.transaction import Rx
from web.bench.customers import WORDS, MailSession, mail
from web.bench.house import ACTOR, House, count_mails, count_messages, desk_of, furnish, names
from web.bench.ledger import Result, database_kind, percentiles
from web.bench.light_http import Answer, LightHttp
from web.bench.light_socket import LightSocket, Refused
from web.bench.outside import AUTH_TOKEN, outside
from web.bench.server import Server, serving
from web.start_up import ready_database

CUSTOMERS = 1_000
#: Not counted: the server fills its caches.
WARM_UP_S = 1.0

#: Sends one message; returns when it is on disk.
Send = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure."""

    door: str
    clients: int
    seconds: float
    size: int
    database_url: str


async def measure(plan: Plan, folder: Path, say: Callable[[str], None]) -> Result:
    """Runs the plan; `stored` below `sent` is a defect.

    Raises:
        ServerFailed, InUse, SettingsError
    """
    run = f"{time.monotonic_ns() & 0xFFFFFF:06x}"
    counts = count_mails if plan.door == "smtp" else count_messages
    async with AsyncExitStack() as stack:
        out = await stack.enter_async_context(outside(lambda _: None))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        house, before = await _house(plan, folder, run, counts)
        settings = out.settings | {"CARELINE_DATABASE_URL": plan.database_url}
        server = await stack.enter_async_context(serving(folder, settings, http))
        say(f"{plan.clients} clients at the {plan.door} door")
        crowd = _Crowd(plan=plan, house=house, server=server, http=http)
        figures = await crowd.run()
    async with desk_of(folder, plan.database_url) as desk:
        after = await desk.read(ACTOR, counts)
    return figures | {"sent": crowd.sent, "stored": after - before, "database": database_kind(plan.database_url)}


async def _house(plan: Plan, folder: Path, run: str, counts: Callable[[Rx], int]) -> tuple[House, int]:
    async with desk_of(folder, plan.database_url) as desk:
        await asyncio.to_thread(ready_database, desk.settings)
        house = House(run=run, queues=names(run, 1))
        house = await furnish(desk, house, agent_count=1, supervisor_count=0, rng=Random(1))
        return house, await desk.read(ACTOR, counts)


@dataclass(kw_only=True)
class _Crowd:
    """Clients who send one message after the other."""

    plan: Plan
    house: House
    server: Server
    http: aiohttp.ClientSession
    sent: int = 0
    took: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _began: float = 0.0

    async def run(self) -> Result:
        """Sends for as long as planned."""
        plan = self.plan
        door = {"http": self._http, "smtp": self._smtp, "sms": self._sms, "chat": self._chat}[plan.door]
        self._began = time.perf_counter() + WARM_UP_S
        async with AsyncExitStack() as stack:
            sends = await asyncio.gather(*(door(stack) for _ in range(plan.clients)))
            self._began = time.perf_counter() + WARM_UP_S
            until = self._began + plan.seconds
            async with asyncio.TaskGroup() as tasks:
                for send in sends:
                    tasks.create_task(self._client(send, until))
                await asyncio.sleep(WARM_UP_S)
                cpu = self.server.cpu_s()
                await asyncio.sleep(plan.seconds)
                used = self.server.cpu_s() - cpu
        return {
            "per_s": round(len(self.took) / plan.seconds, 1),
            "latency_ms": percentiles(self.took),
            "cpu_s": round(used, 2),
            "peak_mb": self.server.peak_mb(),
            "seconds": plan.seconds,
            "door": plan.door,
            "clients": plan.clients,
            "size": plan.size,
            "refused": len(self.refusals),
            "refusals": self.refusals[:5],
        }

    async def _client(self, send: Send, until: float) -> None:
        while (began := time.perf_counter()) < until:
            try:
                await send(f"k{next(self._numbers):06}x{self.house.run}")
            except (Refused, OSError, TimeoutError) as error:
                self.refusals.append(f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(0.1)
                continue
            self.sent += 1
            now = time.perf_counter()
            if self._began <= began and now <= until:
                self.took.append(now - began)

    # Doors: each opens a connection and returns how to send on it.

    async def _http(self, stack: AsyncExitStack) -> Send:
        line, number = await self._line(stack), count()
        head = {"Authorization": f"Bearer {self.house.agents[0]}", "Content-Type": "application/json"}
        mailbox, text = self.house.mailbox(self.house.queues[0]), self._text()

        async def send(token: str) -> None:
            sender = {"address": f"c{_customer(token)}@customers.invalid", "name": "A Customer"}
            contact = {"external_id": token, "from": sender, "to": mailbox, "subject": f"{token} {next(number)}"}
            body = orjson.dumps(contact | {"text": f"{token} {text}"})
            _check(await line.post("/api/v1/inbound/email", head, body), 201)

        return send

    async def _sms(self, stack: AsyncExitStack) -> Send:
        line = await self._line(stack)
        number, text = self.house.number(self.house.queues[0]), self._text()[:1500]
        url = f"{self.server.url}/twilio/sms"

        async def send(token: str) -> None:
            sender = f"+4915{int(token[1:7]):09}"
            form = MultiDict(MessageSid=f"SM{token}", From=sender, To=number, Body=f"{token} {text}", NumMedia="0")
            head = {HEADER: sign(AUTH_TOKEN, url, form), "Content-Type": "application/x-www-form-urlencoded"}
            _check(await line.post("/twilio/sms", head, urlencode(form).encode()), 200)

        return send

    async def _smtp(self, stack: AsyncExitStack) -> Send:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.smtp_port)
        stack.callback(writer.close)
        session = MailSession(reader, writer)
        await session.greet()
        mailbox, text = self.house.mailbox(self.house.queues[0]), self._text()

        async def send(token: str) -> None:
            sender = f"c{_customer(token)}@customers.invalid"
            # A way back for each mail, as lists have it: one sender may not hand over so much in a minute.
            await session.send(f"{token}@customers.invalid", mailbox, mail(token, sender, mailbox, f"{token} {text}"))

        return send

    async def _chat(self, stack: AsyncExitStack) -> Send:
        page = await LightSocket.connect(self.http, self.server.url, "/chat", {}, {})
        stack.push_async_callback(page.close)
        text = self._text()
        await page.call("chat.start", text=text, client_id="first", topic=self.house.queues[0])
        self.sent += 1

        async def send(token: str) -> None:
            await page.call("message.send", text=f"{token} {text}", client_id=token)

        return send

    async def _line(self, stack: AsyncExitStack) -> LightHttp:
        parts = urlsplit(self.server.url)
        line = await LightHttp.connect(str(parts.hostname), int(parts.port or 80))
        stack.callback(line.close)
        return line

    def _text(self) -> str:
        sentence = f"{WORDS}\r\n" if self.plan.door == "smtp" else f"{WORDS} "
        return (sentence * (self.plan.size // len(sentence) + 1))[: self.plan.size]


def _customer(token: str) -> int:
    return int(token[1:7]) % CUSTOMERS


def _check(answer: Answer, expected: int) -> None:
    if answer.status != expected:
        raise Refused(f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}")
