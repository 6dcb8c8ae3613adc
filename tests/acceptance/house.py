"""A running Careline and the people around it: everything goes through the doors that real people use.

The server is a process of its own, started by its command, and can be killed at any moment. What is
outside it (the mail that went out, the telephone network) lives here and outlasts it.
"""

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import socketio

from channels.email.sink import Sink
from channels.voice.twilio_standin import TwilioStandin
from desk.kernel.clock import FileClock
from tests.databases import free_port
from tests.processes import Process, careline

SHOP = Path(__file__).with_name("shop.yaml")
NUMBER = "+442079460100"
PATIENCE_S = 60.0
#: Monday, ten past nine in London.
MORNING = "2026-10-05T08:10:00+00:00"


@dataclass
class House:
    """The installation: its process, its doors, and the clock on its wall."""

    folder: Path
    database_url: str
    clock_file: Path
    port: int
    smtp_port: int
    sink: Sink
    network: TwilioStandin
    http: aiohttp.ClientSession
    process: Process | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    deaths: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "CARELINE_DATA_DIR": str(self.folder),
            "CARELINE_DATABASE_URL": self.database_url,
            "CARELINE_BIND": f"127.0.0.1:{self.port}",
            "CARELINE_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "CARELINE_SMTP_URL": self.sink.url,
            "CARELINE_SECRET_KEY": "a secret of the story " * 2,
            "CARELINE_TWILIO_ACCOUNT_SID": self.network.account_sid,
            "CARELINE_TWILIO_AUTH_TOKEN": self.network.auth_token,
            "CARELINE_TWILIO_API_BASE_URL": self.network.base_url,
            "CARELINE_VOICE_CARRIER": "twilio",
            "CARELINE_TEST_CLOCK": str(self.clock_file),
        }

    async def command(self, *words: str, input: str = "") -> bytes:
        """Runs `careline …` to its end and returns what it printed.

        Raises:
            AssertionError: it failed; with what it said.
        """
        out, err = self.folder / "printed", self.folder / "complained"
        for file in (out, err):
            file.write_bytes(b"")
        process = careline(*words, environment=self.environment, log=out, errors=err, typed=input)
        code = await asyncio.to_thread(process.wait, 2 * PATIENCE_S)
        assert code == 0, f"{words}: {err.read_text()}"
        return out.read_bytes()

    async def is_set_up(self) -> None:
        """The first day: the organization is loaded, people may sign in."""
        await self.command("org", "load", str(SHOP))
        await self.command(
            "user", "add", "sue@demo.test", "--role", "supervisor", "--name", "Sue", input="a long word\n"
        )
        for name in ("mia", "ben", "cho", "dee", "sue"):
            printed = await self.command("token", "add", "--user", f"{name}@demo.test")
            self.tokens[name] = printed.decode().strip()

    async def starts(self) -> None:
        """Starts the server and waits until it is ready for work."""
        self.process = careline("serve", environment=self.environment, log=self.folder / "server.log")
        async with asyncio.timeout(120):
            while not await self._is_ready():
                assert self.process.poll() is None, (self.folder / "server.log").read_text()[-3000:]
                await asyncio.sleep(0.1)

    async def is_killed(self) -> None:
        """`kill -9`, and nothing else."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait, PATIENCE_S)
        self.deaths += 1

    async def ends(self) -> None:
        """Asks the server to end, as an operator does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                await asyncio.to_thread(self.process.wait, PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()

    async def _is_ready(self) -> bool:
        try:
            async with self.http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    # Time

    @property
    def now(self) -> datetime:
        return FileClock(self.clock_file).now()

    def waits(self, span: timedelta) -> None:
        """Time passes at the house."""
        at = (self.now + span).isoformat()
        fresh = self.clock_file.with_suffix(".next")
        fresh.write_text(at)
        fresh.replace(self.clock_file)

    # Doors

    async def mails(self, sender: str, to: str, subject: str, text: str, **headers: str) -> None:
        """A customer sends a mail."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((subject, text)))}@mail.example>")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port, start_tls=False, timeout=PATIENCE_S)

    async def asks(self, who: str, method: str, path: str, json: Any = None, *, status: int | None = None) -> Any:
        """What the API answers to a person of the house."""
        bearer = {"Authorization": f"Bearer {self.tokens[who]}"}
        async with self.http.request(method, self.url + path, json=json, headers=bearer) as response:
            body = await response.json()
            assert response.status < 300 if status is None else response.status == status, (response.status, body)
            return body

    async def console(self, who: str) -> "Console":
        """Somebody sits down at their console and is available."""
        console = Console(self, who)
        await console.opens()
        await console.calls("presence.set", state="available")
        return console

    async def eventually(self, look: Any, what: str = "") -> Any:
        """What `look` finds, as soon as it finds something."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := await look()):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never came: {what}") from None
        return found


class Console:
    """An agent's console: a real Socket.IO client that comes back by itself."""

    def __init__(self, house: House, who: str) -> None:
        self.house = house
        self.who = who
        self.offers: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.cards: dict[str, dict[str, Any]] = {}
        self.snapshot: dict[str, Any] = {}
        # The house's own session: one that the client makes stays open when the server is killed under it.
        self._client = socketio.AsyncClient(
            reconnection_delay=0.2, reconnection_delay_max=1, logger=False, http_session=house.http
        )
        self._client.on("snapshot", self._snapshot, namespace="/console")
        self._client.on("offer", self._offer, namespace="/console")
        self._client.on("offer.ended", self._offer_ended, namespace="/console")
        self._client.on("message.new", self._message, namespace="/console")
        self._client.on("interaction.changed", self._card, namespace="/console")
        self._sends = 0

    async def opens(self) -> None:
        await self._client.connect(
            self.house.url,
            auth={"token": self.house.tokens[self.who]},
            transports=["websocket"],
            namespaces=["/console"],
            wait_timeout=PATIENCE_S,
        )
        await self.house.eventually(self._has_snapshot, "the first snapshot")

    async def closes(self) -> None:
        await self._client.disconnect()

    async def calls(self, event: str, **data: Any) -> dict[str, Any]:
        """Asks something of the server; while it is away asks again, as a browser does."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await self._client.call(event, data, namespace="/console", timeout=PATIENCE_S / 2)
                    assert answer["ok"], (event, answer)
                    return dict(answer)
                except (socketio.exceptions.SocketIOError, TimeoutError):
                    await asyncio.sleep(0.2)

    async def next_offer(self) -> dict[str, Any]:
        async def rings() -> dict[str, Any] | None:
            return next(iter(self.offers.values()), None)

        return dict(await self.house.eventually(rings, f"an offer to {self.who}"))

    async def accepts(self, offer: Mapping[str, Any]) -> str:
        await self.calls("offer.accept", offer_id=offer["offer_id"])
        self.offers.pop(offer["offer_id"], None)
        interaction = offer.get("interaction")
        return str(interaction["id"]) if interaction else ""

    async def says(self, interaction_id: str, text: str) -> None:
        self._sends += 1
        client_id = f"{self.who}-{self._sends}"
        await self.calls("message.send", interaction_id=interaction_id, client_id=client_id, text=text)

    async def wraps_up(self, interaction_id: str, disposition: str = "solved") -> None:
        await self.calls("interaction.end", interaction_id=interaction_id)
        await self.calls("interaction.wrap_up", interaction_id=interaction_id, disposition=disposition)

    async def heard(self, text: str) -> dict[str, Any]:
        async def said() -> dict[str, Any] | None:
            return next((one for one in self.messages if text in one["message"]["text"]), None)

        return dict(await self.house.eventually(said, f"{text!r} at {self.who}'s console"))

    async def _has_snapshot(self) -> bool:
        return bool(self.snapshot)

    async def _snapshot(self, data: dict[str, Any]) -> None:
        self.snapshot = data
        self.offers = {one["offer_id"]: one for one in data["offers"]}

    async def _offer(self, data: dict[str, Any]) -> None:
        self.offers[data["offer_id"]] = data

    async def _offer_ended(self, data: dict[str, Any]) -> None:
        self.offers.pop(data["offer_id"], None)

    async def _message(self, data: dict[str, Any]) -> None:
        self.messages.append(data)

    async def _card(self, data: dict[str, Any]) -> None:
        self.cards[data["interaction"]["id"]] = data["interaction"]


class Visitor:
    """Somebody with the chat widget open; the page comes back by itself."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.token: str | None = None
        self.seen: dict[str, dict[str, Any]] = {}
        self._client = socketio.AsyncClient(reconnection=False, logger=False, http_session=house.http)
        self._sends = 0

    async def opens(self) -> None:
        client = self._client = socketio.AsyncClient(reconnection=False, logger=False, http_session=self.house.http)
        client.on("welcome", self._welcome, namespace="/chat")
        client.on("message.new", self._message, namespace="/chat")
        headers = {"Origin": self.house.url}
        auth = {"visitor": self.token} if self.token else {}
        await client.connect(
            self.house.url,
            headers=headers,
            auth=auth,
            transports=["websocket"],
            namespaces=["/chat"],
            wait_timeout=PATIENCE_S,
        )

    async def comes_back(self) -> None:
        """The page has lost its line and opens another."""
        await self._client.disconnect()
        await self.opens()

    async def sends(self, event: str, text: str, **more: Any) -> None:
        self._sends += 1
        data = {"text": text, "client_id": f"v{self._sends}", **more}
        answer = await self._client.call(event, data, namespace="/chat", timeout=PATIENCE_S)
        assert answer["ok"], answer

    async def heard(self, text: str) -> None:
        async def said() -> bool:
            return any(text in one["text"] for one in self.seen.values())

        await self.house.eventually(said, f"{text!r} at the visitor's page")

    async def leaves(self) -> None:
        await self._client.disconnect()

    async def _welcome(self, data: dict[str, Any]) -> None:
        self.token = data["visitor"]

    async def _message(self, data: dict[str, Any]) -> None:
        self.seen[data["message"]["id"]] = data["message"]


@asynccontextmanager
async def open_house(folder: Path, database_url: str, at: str) -> AsyncIterator[House]:
    """A house at the instant `at`, of which nothing runs yet but what is around it."""
    clock_file = folder / "clock"
    clock_file.write_text(at)
    port = free_port()
    now = FileClock(clock_file).now
    sink = Sink(now=now)
    await sink.start()
    async with (
        TwilioStandin("AC1", "token", now=now, public_url=f"http://127.0.0.1:{port}", music_s=0.2) as network,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http,
    ):
        house = House(folder, database_url, clock_file, port, free_port(), sink, network, http)
        try:
            yield house
        finally:
            await house.ends()
            await sink.stop()


#: What the people of the copies sign in with.
_tokens: dict[str, dict[str, str]] = {}


def first_day(url: str) -> None:
    """Sets a house up in a database that has every table: what houses after their first day are copied from."""

    async def sets_up() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with open_house(Path(folder), url, MORNING) as house:
                await house.is_set_up()
                _tokens[_kind(url)] = house.tokens

    asyncio.run(sets_up())


def tokens_of(url: str) -> dict[str, str]:
    """What the people of a copy sign in with."""
    return dict(_tokens[_kind(url)])


def _kind(url: str) -> str:
    return url.partition(":")[0]
