"""The line between us and a server, which the test cuts and mends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from tests.databases import free_port


class Line:
    """Passes bytes on both ways; while cut it refuses whoever calls."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._cuts = 0
        self.port = free_port()

    async def mend(self) -> None:
        """Lets callers through."""
        self._server = await asyncio.start_server(partial(self._call, self._cuts), "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Ends every call at once and takes no more."""
        self._cuts += 1
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=30)

    async def _call(self, cuts: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        if cuts != self._cuts:  # meanwhile
            writer.transport.abort()
            far_writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        for source, target in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pass(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.transport.abort()
        self._open.discard(target)


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A line that is up."""
    line = Line(port)
    await line.mend()
    try:
        yield line
    finally:
        await line.cut()
