"""A line between a page and the server that can go dead: nothing comes through any more, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Line:
    """Carries every connection to `url` until it is dead."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._open = asyncio.Event()
        self._open.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    def goes_dead(self) -> None:
        """As when a cable is pulled: both ends believe that the other is there."""
        self._open.clear()

    async def carries(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._writers += [writer, back]
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._one_way(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one_way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while words := await source.read(65536):
                await self._open.wait()
                sink.write(words)
            await self._open.wait()
            sink.close()
        except OSError:
            pass  # an end was cut off

    async def ends(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """A line that works."""
    line = Line(url)
    server = await asyncio.start_server(line.carries, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        await line.ends()
        server.close()
        await server.wait_closed()
