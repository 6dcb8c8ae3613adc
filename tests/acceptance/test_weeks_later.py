"""The quiet demo over weeks: whoever tries a story of their own finds its work first in the queue, at its time."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from tests.acceptance.house import PATIENCE_S, Console, House
from tests.databases import free_port
from tests.processes import careline

pytestmark = pytest.mark.timeout(400)

START = "2026-10-05T09:00:00+00:00"


class Demo:
    """A demo in which nobody gets in touch, and the clock on its wall."""

    def __init__(self, folder: Path, http: aiohttp.ClientSession, port: int) -> None:
        self.http = http
        self.url = f"http://127.0.0.1:{port}"
        self.tokens = {"agent1": "demo-agent1", "supervisor": "demo-supervisor"}
        self._clock = folder / "clock"

    def is_at(self, instant: str) -> None:
        """Moves the clock."""
        fresh = self._clock.with_suffix(".next")
        fresh.write_text(instant)
        fresh.replace(self._clock)

    async def asks(self, who: str, method: str, path: str, json: Any = None, *, status: int | None = None) -> Any:
        """What the API answers to somebody of the demo."""
        bearer = {"Authorization": f"Bearer {self.tokens[who]}"}
        async with self.http.request(method, f"{self.url}/api/v1/{path}", json=json, headers=bearer) as response:
            body = await response.json()
            assert response.status < 300 if status is None else response.status == status, (response.status, body)
            return body

    async def eventually(self, look: Any, what: str = "") -> Any:
        """What `look` finds, as soon as it finds something."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := await look()):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never came: {what}") from None
        return found

    async def subjects_to(self, address: str) -> list[str]:
        """The subjects of what went out to a mailbox."""
        async with self.http.get(f"{self.url}/demo/mail.json") as response:
            mails = await response.json()
        return [mail["subject"] for mail in mails if address in str(mail["to"])]

    async def waiting(self) -> int:
        """How many items wait or ring, in all queues."""
        queues = (await self.asks("supervisor", "GET", "queues"))["items"]
        return sum(queue["waiting"] for queue in queues)

    async def is_up(self) -> bool:
        try:
            async with self.http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def open_demo(folder: Path) -> AsyncIterator[Demo]:
    """The demo as people start it, in a folder of its own."""
    port = free_port()
    environment = os.environ | {
        "CARELINE_DATA_DIR": str(folder / "data"),
        "CARELINE_BIND": f"127.0.0.1:{port}",
        "CARELINE_SMTP_LISTEN": f"127.0.0.1:{free_port()}",
        "CARELINE_TEST_CLOCK": str(folder / "clock"),
    }
    (folder / "clock").write_text(START)
    process = careline("demo", "--quiet", environment=environment, log=folder / "log")
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http:
            demo = Demo(folder, http, port)
            async with asyncio.timeout(180):
                while not await demo.is_up():
                    assert process.poll() is None, (folder / "log").read_text()[-3000:]
                    await asyncio.sleep(0.2)
            yield demo
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, PATIENCE_S)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    async with open_demo(tmp_path) as opened:
        yield opened


async def is_closed_upheld(demo: Demo) -> str:
    """Eva's complaint, decided for her, with its letter on the way; its id."""
    eva = await demo.asks(
        "agent1",
        "POST",
        "customers",
        {"name": "Eva Ruiz", "addresses": [{"kind": "email", "value": "eva@example.test"}]},
    )
    words = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
    logged = await demo.asks("agent1", "POST", "complaints", {"customer_id": eva["id"], **words})
    owner = next(one["id"] for one in (await demo.asks("agent1", "GET", "agents"))["items"])
    for who, step in (
        ("agent1", {"to": "triage", "owner_id": owner, "level": "general"}),
        ("agent1", {"to": "investigating", "plan": "Read the account"}),
        (
            "agent1",
            {"to": "decision_review", "findings": "Charged twice", "cause": "systems.invoice", "redress": "apology"},
        ),
        ("supervisor", {"to": "closed", "decision": "upheld", "response": "We charged you twice. We are sorry."}),
    ):
        await demo.asks(who, "POST", f"complaints/{logged['id']}/transitions", step)
    return str(logged["id"])


async def does_next(console: Console) -> str:
    """Takes what is offered next and does it; its title."""
    offer = await console.next_offer()
    item = offer["work_item"]
    await console.accepts(offer)
    await console.calls("work.complete", work_item_id=item["id"], outcome="done", note="Seen to")
    return str(item["title"])


async def test_a_story_of_ones_own_goes_first_weeks_later_too(demo: Demo):
    complaint_id = await is_closed_upheld(demo)
    console = Console(cast(House, demo), "agent1")
    await console.opens()
    await console.calls("presence.set", state="available")
    assert "Put right" in await does_next(console)

    demo.is_at("2026-10-07T09:00:01+00:00")
    first = [await does_next(console) for _ in range(2)]
    assert "Confirm in writing" in first[0], first
    assert "Call back personally" in first[1], first

    async def is_done() -> bool:
        (recovery,) = (await demo.asks("supervisor", "GET", f"recoveries?complaint_id={complaint_id}"))["items"]
        return bool(recovery["state"] == "done")

    await demo.eventually(is_done, "the end of the recovery")
    assert await demo.waiting() == 0
    await console.calls("presence.set", state="not_ready", reason="break")
    demo.is_at("2026-10-20T09:00:00+00:00")

    async def is_asked() -> bool:
        return len(await demo.subjects_to("eva@example.test")) == 3

    await demo.eventually(is_asked, "the survey")
    assert await demo.waiting() <= 2
    await console.closes()
