"""web/bench/staff.py: agents who take whatever they are offered, at once: accept, answer, end, wrap up."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson

from web.bench.house import DISPOSITION
from web.bench.ledger import Contact, Ledger
from web.bench.light_socket import LightSocket, Refused

#: Consoles that sign in at once.
AT_ONCE = 20


class Agent:
    """One agent with an open console."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._work: set[asyncio.Task[None]] = set()
        self._snapshot = asyncio.Event()
        self._socket: LightSocket | None = None

    @property
    def here(self) -> bool:
        """Whether the console is connected."""
        return self._socket is not None and self._socket.open

    async def sign_in(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        """Opens the console and says: available.

        Raises:
            Refused: the server does not let the agent in.
        """
        hears = {"snapshot": lambda _: self._snapshot.set(), "offer": self._offered}
        self._socket = await LightSocket.connect(http, url, "/console", {"token": token}, hears)
        async with asyncio.timeout(60):
            await self._snapshot.wait()
        await self._socket.call("presence.set", state="available")

    async def leave(self) -> None:
        """Closes the console."""
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def _offered(self, words: str) -> None:
        contact = self._ledger.find(words)
        if contact is None:
            return
        self._ledger.offered(contact)
        offer = orjson.loads(words)[1]
        task = asyncio.create_task(self._serve(contact, offer))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _serve(self, contact: Contact, offer: dict[str, Any]) -> None:
        assert self._socket is not None
        call, id = self._socket.call, offer["interaction"]["id"]
        try:
            await call("offer.accept", offer_id=offer["offer_id"])
            contact.accepted += 1
            contact.answer_sent_at = self._ledger.clock()
            text = f"Re {contact.token}: thank you for writing. It is on its way and arrives tomorrow."
            await call("message.send", interaction_id=id, client_id=f"a{contact.token}", text=text)
            await call("interaction.end", interaction_id=id)
            await call("interaction.wrap_up", interaction_id=id, disposition=DISPOSITION)
        except (Refused, TimeoutError) as error:
            self._ledger.refused(f"agent with {contact.token}", error)


class Supervisor:
    """An open floor that nobody acts on; it counts what it is told."""

    def __init__(self) -> None:
        self.told = 0
        self._socket: LightSocket | None = None

    async def sign_in(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        """Opens the floor."""
        hears = dict.fromkeys(("interaction.changed", "agents.changed", "queues.changed"), self._heard)
        self._socket = await LightSocket.connect(http, url, "/floor", {"token": token}, hears)

    async def leave(self) -> None:
        """Closes the floor."""
        if self._socket is not None:
            await self._socket.close()

    def _heard(self, _words: str) -> None:
        self.told += 1


async def sign_in_all(
    http: aiohttp.ClientSession, url: str, everybody: Sequence[tuple[Agent | Supervisor, str]]
) -> None:
    """Opens every screen, some at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(who: Agent | Supervisor, token: str) -> None:
        async with turns:
            await who.sign_in(http, url, token)

    await asyncio.gather(*(one(who, token) for who, token in everybody))
