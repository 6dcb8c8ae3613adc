"""The server runs on uvloop where there is one; its transports are of no type of the standard library."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvloop

from channels.email.receive_smtp import Receiver
from desk.kernel.clock import SystemClock
from web.sockets.wire import Gate


def on_uvloop(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


def test_a_slow_reader_is_cut_off():
    async def story() -> None:
        gates: list[Gate] = []

        class Door(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                gates.append(Gate(transport))

        async with await asyncio.get_running_loop().create_server(Door, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            while not gates:
                await asyncio.sleep(0)
            gates[0].cut_off()
            with suppress(ConnectionResetError):  # how an end without goodbye shows depends on the moment
                assert await asyncio.wait_for(reader.read(), 30) == b""
            writer.close()

    on_uvloop(story)


def test_a_mail_door_with_all_lines_taken_says_so(tmp_path: Path):
    async def story() -> None:
        async def store(_envelope: object) -> None: ...

        door = Receiver("127.0.0.1:0", store, spool=tmp_path, now=SystemClock().now, max_connections=0)
        await door.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        assert (await asyncio.wait_for(reader.readline(), 30)).startswith(b"421")
        writer.close()
        await door.stop()

    on_uvloop(story)
