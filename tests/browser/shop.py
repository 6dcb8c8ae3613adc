"""The sample shop, running as a process of its own: the doors that its customers use, and what went out."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import aiosmtplib
import socketio
import yaml

from tests.databases import free_port
from tests.processes import Process, careline

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
#: Half a year of history is made before the shop opens for the first time.
OPENS_WITHIN_S = 200
#: Costs nothing when things go well, and a busy machine is not the product's fault.
PATIENCE_S = 60.0
SUPERVISOR = {"Authorization": "Bearer demo-supervisor"}
ORGANIZATION = ROOT / "web" / "demo" / "organization.yaml"


def patient_queues() -> str:
    """The queues of the shop, in which it rings for as long as a busy machine may take to press a key.

    In the sample a contact that nobody has accepted for twenty seconds is a missed one.
    """
    queues = yaml.safe_load(ORGANIZATION.read_text(encoding="utf-8"))["queues"]
    return yaml.safe_dump(
        {"queues": {key: rules | {"offer": "10m", "wrap_up": "10m"} for key, rules in queues.items()}}
    )


@dataclass
class Shop:
    """Where the shop is."""

    data: Path
    port: int
    smtp_port: int
    process: Process | None = None
    visitors: list["Visitor"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def opens(self) -> None:
        """Starts the server and waits until it is ready.

        Raises:
            AssertionError: it never was; with what it said.
        """
        environment = os.environ | {
            "CARELINE_BIND": f"127.0.0.1:{self.port}",
            "CARELINE_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
        }
        log = self.data.with_suffix(".log")
        log.write_bytes(b"")
        self.process = careline("demo", "--quiet", "--data-dir", str(self.data), environment=environment, log=log)
        until = time.monotonic() + OPENS_WITHIN_S
        while b"is ready" not in log.read_bytes():
            assert self.process.poll() is None and time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.1)

    def shuts(self) -> None:
        """Asks the server to end."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.is_killed()

    def is_killed(self) -> None:
        """`kill -9`, and nothing else."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE_S)

    async def mails(self, sender: str, to: str, subject: str, text: str) -> None:
        """A customer sends a mail."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message.set_content(text)
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port, start_tls=False, timeout=PATIENCE_S)

    async def visitor(self, name: str) -> "Visitor":
        """Somebody opens the chat."""
        visitor = Visitor(self, name)
        await visitor.opens()
        self.visitors.append(visitor)
        return visitor

    async def asks(self, method: str, path: str, json: Any = None) -> Any:
        """What the API answers to the supervisor."""
        async with (
            aiohttp.ClientSession(headers=SUPERVISOR) as http,
            http.request(method, self.url + path, json=json) as response,
        ):
            assert response.status < 300, (response.status, await response.text())
            return await response.json() if response.status != 204 else None

    async def mail_out(self) -> list[dict[str, Any]]:
        """The mail that went out."""
        found = await self.asks("GET", "/demo/mail.json")
        return list(found["items"] if isinstance(found, dict) else found)

    def loads_organization(self, text: str) -> None:
        """Part of an organization file, loaded while the shop is open.

        Raises:
            AssertionError: it was not; with what was said.
        """
        file, log = self.data.with_suffix(".yaml"), self.data.with_suffix(".loaded")
        file.write_text(text)
        log.write_bytes(b"")
        load = ("org", "load", str(file), "--data-dir", str(self.data))
        code = careline(*load, environment=os.environ, log=log).wait(OPENS_WITHIN_S)
        assert code == 0, log.read_text()

    async def closes(self) -> None:
        """Its visitors leave."""
        for visitor in self.visitors:
            await visitor.leaves()


class Visitor:
    """A customer with the chat open."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self._shop = shop
        self._client = socketio.AsyncClient(reconnection=False, logger=False)
        self._client.on("message.new", self._message, namespace="/chat")
        self._sends = 0

    async def opens(self) -> None:
        await self._client.connect(
            self._shop.url,
            headers={"Origin": self._shop.url},
            transports=["websocket"],
            namespaces=["/chat"],
            wait_timeout=PATIENCE_S,
        )

    async def asks(self, text: str) -> None:
        """Begins a chat."""
        await self._sends_it("chat.start", text, name=self.name)

    async def says(self, text: str) -> None:
        await self._sends_it("message.send", text)

    async def hears(self, text: str) -> None:
        """Waits until somebody has said it.

        Raises:
            AssertionError: nobody did.
        """
        await eventually(
            self._has_heard, lambda heard: any(text in one for one in heard), f"{text!r} at {self.name}'s page"
        )

    async def ends(self) -> None:
        """Ends the chat."""
        answer = await self._client.call("chat.end", {}, namespace="/chat", timeout=PATIENCE_S)
        assert answer["ok"], answer

    async def leaves(self) -> None:
        await self._client.disconnect()

    async def _sends_it(self, event: str, text: str, **more: Any) -> None:
        self._sends += 1
        data = {"text": text, "client_id": f"v{self._sends}", **more}
        answer = await self._client.call(event, data, namespace="/chat", timeout=PATIENCE_S)
        assert answer["ok"], answer

    async def _has_heard(self) -> list[str]:
        return self.heard

    async def _message(self, data: dict[str, Any]) -> None:
        self.heard.append(data["message"]["text"])


async def eventually(look: Callable[[], Awaitable[T]], holds: Callable[[T], object], what: str = "") -> T:
    """What `look` finds, as soon as it is what it should be.

    Raises:
        AssertionError: it never was; with what was there last.
    """
    found = await look()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not holds(found):
                await asyncio.sleep(0.05)
                found = await look()
    except TimeoutError:
        raise AssertionError(f"never came: {what or 'it'}; last there was {found!r}") from None
    return found


@contextmanager
def open_shop(data: Path) -> Iterator[Shop]:
    """The sample shop with half a year behind it, and nobody in it. A folder that has been a shop goes on as it is.

    Raises:
        AssertionError: it did not open; with what it said.
    """
    shop = Shop(data, free_port(), free_port())
    try:
        shop.opens()
        yield shop
    finally:
        shop.shuts()
