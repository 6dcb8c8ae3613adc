"""A floor with its sockets open: a real server on loopback, and clients that agents, supervisors and customers use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import socketio
import sqlalchemy as sa
from aiohttp import web

from desk.kernel.clock import ManualClock
from desk.people.access import add_token
from desk.tables import api_tokens, users
from tests.integration.floor import SYSTEM, Floor, open_floor
from web.edge import DESK
from web.identity import IDENTITIES, Identities
from web.limiter import LIMITER, Limiter
from web.sockets.realtime import Realtime
from web.sockets.setup import setup

ORIGIN = "http://desk.test"
PATIENCE_S = 60.0


@dataclass(eq=False)
class Client:
    """One connection to one namespace; keeps what it hears."""

    namespace: str
    socket: socketio.AsyncClient
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, name: str, data: Any = None) -> None:
        self.heard.append((name, data))
        self.news.set()

    async def asks(self, name: str, /, **data: Any) -> dict[str, Any]:
        """The acknowledgement."""
        answer = await self.socket.call(name, data, namespace=self.namespace, timeout=PATIENCE_S)
        assert isinstance(answer, dict)
        return answer

    async def does(self, name: str, /, **data: Any) -> dict[str, Any]:
        """The acknowledgement, which says yes."""
        answer = await self.asks(name, **data)
        assert answer["ok"], answer
        return answer

    async def is_refused(self, name: str, /, **data: Any) -> str:
        """The code with which the server says no."""
        answer = await self.asks(name, **data)
        assert not answer["ok"], answer
        return str(answer["error"]["code"])

    def all(self, name: str) -> list[dict[str, Any]]:
        return [data for event, data in self.heard if event == name]

    async def next(self, name: str, **about: Any) -> dict[str, Any]:
        """The first event of that name, heard or to come, in which `about` is true."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self.news.clear()
                for data in self.all(name):
                    if all(_at(data, key) == value for key, value in about.items()):
                        return data
                await self.news.wait()

    async def leaves(self) -> None:
        await self.socket.disconnect()

    @property
    def messages(self) -> list[str]:
        """The texts of the conversation as a page shows it: one message an id, whatever was said twice."""
        return [
            message["text"] for message in {m["message"]["id"]: m["message"] for m in self.all("message.new")}.values()
        ]


class House:
    """The floor, and its server."""

    def __init__(self, floor: Floor, realtime: Realtime, url: str) -> None:
        self.floor = floor
        self.realtime = realtime
        self.url = url
        self._clients: list[Client] = []

    async def connects(
        self,
        namespace: str,
        *,
        origin: str | None = ORIGIN,
        cookie: str = "",
        through: str = "",
        reads: str = "",
        **auth: Any,
    ) -> Client:
        """A client that has connected; `through` is what a proxy says of where it is, `reads` its `Accept-Language`.

        Raises:
            socketio.exceptions.ConnectionError: it was not let in.
        """
        client = Client(namespace, socketio.AsyncClient(reconnection=False, logger=False, engineio_logger=False))
        client.socket.on("*", client.hears, namespace=namespace)
        said = {"Origin": origin, "Cookie": cookie, "X-Forwarded-For": through, "Accept-Language": reads}
        headers = {name: value for name, value in said.items() if value}
        self._clients.append(client)
        await client.socket.connect(
            self.url,
            headers=headers,
            auth=auth,
            transports=["websocket"],
            namespaces=[namespace],
            wait_timeout=PATIENCE_S,
        )
        return client

    async def console(self, who: str, *, available: bool = False) -> Client:
        """A console of an agent, shown where things stand."""
        client = await self.connects("/console", token=f"token-{who}")
        await client.next("snapshot")
        if available:
            await client.does("presence.set", state="available")
        return client

    async def supervisor(self) -> Client:
        client = await self.connects("/floor", token="token-supervisor")
        await client.next("snapshot")
        return client

    async def visitor(self, token: str | None = None, *, through: str = "", reads: str = "") -> tuple[Client, str]:
        """A page with a chat, and the token that it keeps."""
        client = await self.connects("/chat", through=through, reads=reads, **({"visitor": token} if token else {}))
        welcome = await client.next("welcome")
        return client, str(welcome["visitor"])

    async def id_of(self, who: str) -> str:
        (row,) = await self.floor.rows(users, email=f"{who}@demo.test")
        return str(row.id)

    async def close(self) -> None:
        for client in self._clients:
            await client.socket.disconnect()


async def takes_next(client: Client) -> dict[str, Any]:
    """The agent accepts what is offered; the offer."""
    offer = await client.next("offer")
    await client.does("offer.accept", offer_id=offer["offer_id"])
    return offer


@asynccontextmanager
async def open_house(database_url: str, data_dir: Path, clock: ManualClock) -> AsyncIterator[House]:
    """A house whose sample staff have tokens; nobody is there. Opened once more on the same database: a restart."""
    async with AsyncExitStack() as stack:
        floor = await stack.enter_async_context(open_floor(database_url, data_dir, clock))

        def give_tokens(tx: Any) -> None:
            for row in [] if tx.all(sa.select(api_tokens)) else tx.all(sa.select(users)):
                name = row.email.partition("@")[0]
                add_token(tx, email=row.email, secret=f"token-{name}")

        await floor.desk.transact(SYSTEM, give_tokens)
        app = web.Application()
        app[DESK] = floor.desk
        app[IDENTITIES] = Identities(floor.desk, timer=lambda: 0.0)
        app[LIMITER] = Limiter()
        realtime = setup(app, floor.desk, floor.relay)
        runner = web.AppRunner(app, handle_signals=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server = site._server
        assert isinstance(server, asyncio.Server)
        house = House(floor, realtime, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        stack.push_async_callback(house.close)
        yield house


def _at(data: Any, path: str) -> Any:
    for key in path.split("__"):
        data = data.get(key) if isinstance(data, dict) else None
    return data
