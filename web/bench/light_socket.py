"""web/bench/light_socket.py: the client's side of a Socket.IO connection, as light as it can be.

Hundreds of consoles on the cores that the server needs too: a frame that nobody asked for is told by
its name and costs microseconds; only what somebody listens for is read as JSON.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

ANSWER_WITHIN_S = 30.0

#: Gets the event as it came: `["name",{…}]`.
Heard = Callable[[str], None]


class Refused(Exception):
    """The server said no: to the connection, or to what was asked."""


class LightSocket:
    """One connection to one namespace. Made by `connect`."""

    def __init__(self, namespace: str, socket: aiohttp.ClientWebSocketResponse, hears: Mapping[str, Heard]) -> None:
        self._namespace = namespace
        self._socket = socket
        self._hears = hears
        self._event = f'42{namespace},["'
        self._ack = f"43{namespace},"
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._in = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(), name=f"socket {namespace}")

    @classmethod
    async def connect(
        cls,
        http: aiohttp.ClientSession,
        url: str,
        namespace: str,
        auth: Mapping[str, str],
        hears: Mapping[str, Heard],
    ) -> "LightSocket":
        """A connection that the server has let in.

        Raises:
            Refused: it has not.
        """
        socket = await http.ws_connect(
            f"{url}/socket.io/?EIO=4&transport=websocket", compress=0, max_msg_size=0, autoping=False
        )
        self = cls(namespace, socket, hears)
        try:
            await socket.send_str(f"40{namespace},{orjson.dumps(auth).decode()}")
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await asyncio.shield(self._in)
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def open(self) -> bool:
        """Whether the connection stands."""
        return not self._socket.closed and not self._reader.done()

    async def call(self, event: str, **data: Any) -> dict[str, Any]:
        """Asks, and returns the server's answer.

        Raises:
            Refused: the answer is no, or the connection has ended.
            TimeoutError: there is none.
        """
        self._number += 1
        number = self._number
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        words = orjson.dumps([event, data]).decode()
        try:
            await self._socket.send_str(f"42{self._namespace},{number}{words}")
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer: dict[str, Any] = await future
        except ConnectionError as error:
            raise Refused("the connection has ended") from error
        finally:
            self._answers.pop(number, None)
        if not answer.get("ok"):
            raise Refused(f"{event}: {answer.get('error')}")
        return answer

    async def close(self) -> None:
        """Leaves."""
        await self._socket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        if not self._in.done():
            self._in.cancel()
        elif not self._in.cancelled():
            self._in.exception()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(message.data)
        finally:
            ended = Refused("the connection has ended")
            for future in (self._in, *self._answers.values()):
                if not future.done():
                    future.set_exception(ended)

    async def _take(self, frame: str) -> None:
        if frame.startswith(self._event):
            name = frame[len(self._event) : frame.index('"', len(self._event))]
            heard = self._hears.get(name)
            if heard is not None:
                heard(frame[len(self._event) - 2 :])
        elif frame.startswith(self._ack):
            number, _, words = frame[len(self._ack) :].partition("[")
            future = self._answers.get(int(number))
            if future is not None and not future.done():
                future.set_result(orjson.loads(f"[{words}")[0])
        elif frame == "2":
            await self._socket.send_str("3")
        elif frame.startswith("40") and not self._in.done():
            self._in.set_result(None)
        elif frame.startswith("44") and not self._in.done():
            self._in.set_exception(Refused(frame[2:]))
