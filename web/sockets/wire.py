"""web/sockets/wire.py: frames in and out, before anybody knows what they mean.

The stock server trusts its clients in ways that the open internet has used: a frame that is no
packet ends in a stack trace and a socket that lingers; an event called `connect` runs the sign-in
handler with what the client says is its request; half a binary packet is kept for ever. Here a frame
is counted, measured and looked at before it goes on, and an event is never looked up by its name
in anything but the table of its namespace.

Three private names of the library are used; `tests/integration/sockets/test_wire.py` says so when they move.
"""

import asyncio
import json
import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import orjson
import socketio
from aiohttp import WSMsgType, web
from socketio import packet

#: Largest frame of somebody who has signed in, in bytes, and of anybody else.
MOST_BYTES = 128 * 1024
MOST_BYTES_BEFORE = 8 * 1024
#: Frames, and seconds, within which a new connection must have signed in.
FRAMES_BEFORE = 10
SIGN_IN_WITHIN_S = 10.0
#: Namespaces are joined once each; who keeps knocking is cut off.
MOST_CONNECTS = 20
#: Messages a second that are served, and how many may come at once.
PER_S = 100.0
AT_ONCE = 200.0
#: Who sends that many more in a row is cut off.
MOST_REFUSED = 2_000
#: A connection from which nothing was heard for the sum of these is dead. That has to be well within the silence
#: after which an agent is offline, so that who only lost the line for a moment is back before.
PING_EVERY_S, PING_WITHIN_S = 5, 6

GATE = "careline.gate"
#: A ping of ours among the engine's: its pong says that everything before it has arrived. On the wire all are the same.
CONFIRM = "2confirm"
_PING, _PONG = "2", "3"
#: What a client of ours sends: close, pong, and connect, disconnect, event and acknowledgement without
#: binary parts to follow.
_KNOWN = ("1", "3", "40", "41", "42", "43")
#: Half of a character, and how JSON writes one: browsers can cut an emoji in two.
_HALVES = re.compile("[\ud800-\udfff]")
_WRITTEN_HALF = re.compile(r"\\u[dD][89a-fA-F]")
Then = Callable[[], None]
Dispatch = Callable[[str, str, list[Any]], Awaitable[dict[str, Any]]]

# What goes wrong on the wire is the client's doing and tells nothing; it is counted, not logged.
_quiet = logging.getLogger("careline.wire")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False
_quiet.setLevel(logging.CRITICAL + 1)


class Json:
    """JSON as the socket library calls it, by orjson: a card costs a microsecond instead of thirty."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """`value` as JSON; times in UTC with a Z."""
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        """What `text` says; half of a character is U+FFFD.

        Raises:
            ValueError: it is no JSON.
        """
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            if not _WRITTEN_HALF.search(text):
                raise
            return orjson.loads(_made_whole(text))


def _made_whole(text: str) -> str:
    """The same JSON without halves of characters, which orjson and every database refuse.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return _HALVES.sub("\ufffd", json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


class Gate:
    """What one connection may still do."""

    def __init__(self, transport: asyncio.BaseTransport | None) -> None:
        self.signed_in = False
        self.unsent = 0  # characters of events that wait for the client to read
        self._transport = transport
        self._deadline = time.monotonic() + SIGN_IN_WITHIN_S
        self._frames = 0
        self._connects = 0
        self._refused = 0
        self._allowance = AT_ONCE
        self._at = time.monotonic()
        self._heard_at = time.monotonic()
        self._to_ask: deque[Then] = deque()  # what comes of each CONFIRM that waits to be sent
        self._asked: deque[Then | None] = deque()  # what comes of each ping that was sent; of the engine's, nothing

    @property
    def unheard(self) -> timedelta:
        """How long nothing has been heard."""
        return timedelta(seconds=time.monotonic() - self._heard_at)

    def hears(self) -> None:
        """The client has said something."""
        self._heard_at = time.monotonic()

    def will_ask(self, then: Then) -> None:
        """A CONFIRM is about to be sent; when the client has answered it, `then` is called."""
        self._to_ask.append(then)

    def says(self, frame: str) -> str:
        """`frame` as it goes out. Clients answer pings in their order."""
        if frame == CONFIRM:
            self._asked.append(self._to_ask.popleft())
            return _PING
        if frame == _PING:
            self._asked.append(None)
        return frame

    def answers(self) -> None:
        """The client has answered the oldest ping."""
        then = self._asked.popleft() if self._asked else None
        if then is not None:
            then()

    @property
    def patience_s(self) -> float | None:
        """How long to wait for the next frame; None: as long as it takes."""
        return None if self.signed_in else max(0.0, self._deadline - time.monotonic())

    def lets_in(self, frame: str) -> bool:
        """Whether `frame` may go on. If not, the connection is over."""
        self._frames += 1
        if not frame.startswith(_KNOWN):
            return False
        if frame.startswith("40"):
            self._connects += 1
        if self._connects > MOST_CONNECTS or self._refused > MOST_REFUSED:
            return False
        return self.signed_in or (self._frames <= FRAMES_BEFORE and len(frame) <= MOST_BYTES_BEFORE)

    def serves(self) -> bool:
        """Counts a message; whether it is served or refused as one too many."""
        now = time.monotonic()
        self._allowance = min(AT_ONCE, self._allowance + (now - self._at) * PER_S)
        self._at = now
        if self._allowance < 1:
            self._refused += 1
            return False
        self._allowance -= 1
        self._refused = 0
        return True

    def cut_off(self) -> None:
        """Ends the connection at once, whatever waits to be sent."""
        if self._transport is not None:  # not every loop's transports say that they are one: uvloop's do not
            cast("asyncio.WriteTransport", self._transport).abort()


class Frames:
    """A websocket as the engine uses one: text only, not compressed, through the gate."""

    def __init__(self, handler: Callable[["Frames"], Awaitable[None]], _server: Any) -> None:
        self._handler = handler

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ["aiohttp.request"]
        self._socket = web.WebSocketResponse(max_msg_size=MOST_BYTES, compress=False, timeout=5.0)
        self._gate = environ[GATE] = Gate(request.transport)
        await self._socket.prepare(request)
        await self._handler(self)
        return self._socket

    async def wait(self) -> str:
        """The next frame.

        Raises:
            OSError: there is none, or it may not come in: the connection is over.
        """
        try:
            message = await self._socket.receive(self._gate.patience_s)
        except TimeoutError as error:
            raise OSError from error
        if message.type in (WSMsgType.TEXT, WSMsgType.CLOSE):
            self._gate.hears()
        if message.type is not WSMsgType.TEXT or not self._gate.lets_in(message.data):
            raise OSError
        if message.data.startswith(_PONG):
            self._gate.answers()
        return str(message.data)

    async def send(self, frame: str) -> None:
        """Sends `frame`; returns when it has left, or waits in a buffer that is not full."""
        await self._socket.send_str(self._gate.says(frame))
        if frame.startswith("42"):
            self._gate.unsent -= len(frame)

    async def close(self) -> None:
        """Says goodbye."""
        await self._socket.close()


class Server(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """The stock server behind the gate; every event of every client goes to `dispatch`."""

    def __init__(self, dispatch: Dispatch, namespaces: list[str]) -> None:
        super().__init__(
            async_mode="aiohttp",
            namespaces=namespaces,
            transports=["websocket"],
            json=Json,
            async_handlers=False,  # the messages of one client are done in order, one at a time
            cors_allowed_origins=[],  # origins are checked by namespace, in `web/sockets/realtime.py`
            http_compression=False,
            max_http_buffer_size=MOST_BYTES,
            ping_interval=PING_EVERY_S,
            ping_timeout=PING_WITHIN_S,
            logger=_quiet,
            engineio_logger=_quiet,
        )
        self._dispatch = dispatch
        self.eio._async = {**self.eio._async, "websocket": Frames}  # noqa: SLF001  # no public way to choose a driver

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        """Takes the place of the stock look-up of a handler by the name that the client sent."""
        place = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, place)
        if sid is None or not self.manager.is_connected(sid, place):
            return
        answer = await self._dispatch(place, sid, data if isinstance(data, list) else [])
        if id is not None:
            ack = self.packet_class(packet.ACK, namespace=place, id=id, data=[answer])
            await self._send_packet(eio_sid, ack)
