"""bench/nodes.py: several processes of one installation, each of which can be killed or stopped."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from web.bench.server import Server, serving

#: A generous limit for whatever has to come in the end.
LIMIT_S = 120.0
_HELD = re.compile(r"^careline_lease_held 1", re.MULTILINE)


@dataclass(kw_only=True)
class Nodes:
    """The processes by name: those that serve, and those that may route."""

    webs: dict[str, Server]
    routers: dict[str, Server]
    http: aiohttp.ClientSession

    @property
    def web(self) -> Server:
        """The first that serves."""
        return next(iter(self.webs.values()))

    async def holder(self, *, but: str = "") -> str:
        """The name of the process that routes, as soon as one does."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for name, server in self.routers.items():
                    if name != but and server.alive and await self._holds(server):
                        return name
                await asyncio.sleep(0.05)

    async def _holds(self, server: Server) -> bool:
        try:
            async with self.http.get(f"{server.url}/metrics") as answer:
                return bool(_HELD.search(await answer.text()))
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def open_nodes(
    folder: Path, urls: Mapping[str, str], settings: Mapping[str, str], http: aiohttp.ClientSession
) -> AsyncIterator[Nodes]:
    """Every process of `urls` (name → database), ready. Names that begin with `web` serve, the others may route.

    Raises:
        ServerFailed: one does not become ready.
    """
    nodes = Nodes(webs={}, routers={}, http=http)
    async with AsyncExitStack() as stack:
        for name in sorted(urls):  # a web process is ready when somebody routes
            serves = name.startswith("web")
            own = {"CARELINE_ROLE": "web" if serves else "router", "CARELINE_DATABASE_URL": urls[name]}
            own |= {"CARELINE_DATA_DIR": str(folder / "data"), "CARELINE_SECRET_KEY": "bench" * 8}
            (folder / name).mkdir()
            server = await stack.enter_async_context(serving(folder / name, {**settings, **own}, http))
            stack.callback(wake, server)  # one that is stopped does not hear that it shall end
            (nodes.webs if serves else nodes.routers)[name] = server
        yield nodes


def wake(server: Server) -> None:
    """Lets a process go on that was stopped."""
    if server.alive:
        server.process.send_signal(signal.SIGCONT)
