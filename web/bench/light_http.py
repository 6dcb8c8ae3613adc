"""web/bench/light_http.py: the client's side of HTTP/1.1 on one kept connection, one request at a time.

A full client costs as much as the server does, on cores that the server needs.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple, cast

ANSWER_WITHIN_S = 30.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class LightHttp(asyncio.Protocol):
    """One connection. Made by `connect`."""

    def __init__(self, host: str) -> None:
        self._transport: asyncio.Transport | None = None
        self._host = host
        self._in = bytearray()
        self._answer: asyncio.Future[Answer] | None = None

    @classmethod
    async def connect(cls, host: str, port: int) -> "LightHttp":
        """Opens a connection."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: cls(f"{host}:{port}"), host, port)
        return line

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Sends a request and returns its answer.

        Raises:
            ConnectionError: the connection has ended.
            TimeoutError: no answer.
        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the connection has ended")
        self._answer = asyncio.get_running_loop().create_future()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await self._answer

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's do not say that they are one

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the connection has ended"))

    def data_received(self, data: bytes) -> None:
        self._in += data
        end = self._in.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._in[:end]).lower()
        _, found, length = head.partition(b"\r\ncontent-length:")
        size = int(length.split(b"\r\n", 1)[0]) if found else 0
        if len(self._in) < end + 4 + size:
            return
        answer = Answer(status=int(head[9:12]), body=bytes(self._in[end + 4 : end + 4 + size]))
        del self._in[: end + 4 + size]
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)
