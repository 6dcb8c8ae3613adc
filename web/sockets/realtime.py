"""web/sockets/realtime.py: who is connected, and what they are told. The only `emit` of the tree.

    connect ─▶ admitted by its namespace ─▶ greeted: rooms, snapshot ─▶ told what happens ─▶ gone

A socket that is being greeted hears nothing yet: what is told meanwhile is held back, and what its
snapshot contains already is dropped, so that snapshot and events together are the truth. One frame
is encoded once for all who hear it. Who does not read what is sent is cut off and comes back to a
fresh snapshot: a slow screen costs nobody else.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any

import socketio
from aiohttp import web
from engineio import packet as engine_packet
from pydantic import BaseModel
from socketio import packet

from desk.kernel.errors import CarelineError, Invalid, Unavailable
from desk.kernel.log import log, where
from web.errors import KNOWN
from web.sockets import wire
from web.sockets.namespace import Handle, Namespace, Socket, Told
from web.sockets.refusals import NotConnected, RateLimited, UnknownEvent, refused, turned_away, unforeseen
from web.sockets.wire import GATE, Gate, Json, Server

#: Frames that wait for a slow reader before it is cut off, and events held for one who is greeted.
MOST_WAITING = 1_000
#: The same in characters: more than the largest snapshot.
MOST_UNSENT = 4 * 1024 * 1024
#: No act of a client takes longer; one that does has its answer.
ANSWER_WITHIN_S = 9.0
#: Connections of one user, or one visitor, to one namespace.
MOST_OF_ONE = 100
#: Connections of all visitors: the newest are turned away before any agent feels it.
MOST_VISITORS = 10_000
#: Whether everybody is alive is looked at this often.
LOOK_EVERY_S = 1.0
#: Sockets told at once before the loop may do something else.
SLICE = 100
_CONFIRM = engine_packet.PING, wire.CONFIRM.removeprefix("2")


class Realtime:
    """The connections of this process."""

    def __init__(self, namespaces: Iterable[str]) -> None:
        self.server = Server(self._dispatch, list(namespaces))
        self._namespaces: dict[str, Namespace] = {}
        self._sockets: dict[tuple[str, str], Socket] = {}
        self._rooms: dict[tuple[str, str], dict[Socket, None]] = defaultdict(dict)
        self._of_one: Counter[tuple[str, str]] = Counter()
        self._of_all: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._looked_at = 0.0
        #: Set once what happens is told here. Who was shown where things stand before would miss what lay between.
        self.telling = asyncio.Event()

    def attach(self, app: web.Application) -> None:
        """Answers at `/socket.io/`."""
        self.server.attach(app, socketio_path="socket.io")

    def add(self, namespace: Namespace) -> None:
        """Opens a namespace."""
        self._namespaces[namespace.name] = namespace

        async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            await self._connect(namespace, sid, environ, auth)

        async def disconnect(sid: str, _reason: Any = None) -> None:
            await self._disconnected(namespace, sid)

        self.server.on("connect", connect, namespace=namespace.name)
        self.server.on("disconnect", disconnect, namespace=namespace.name)

    # Who is there

    def sockets(self, namespace: str | None = None) -> list[Socket]:
        """The sockets of a namespace, or all."""
        return [socket for socket in self._sockets.values() if namespace in (None, socket.namespace)]

    def in_room(self, namespace: str, room: str) -> list[Socket]:
        """Who is in a room."""
        return list(self._rooms.get((namespace, room), ()))

    def rooms(self, namespace: str, prefix: str) -> set[str]:
        """The names of the rooms that begin with `prefix` and have somebody in them."""
        return {name for place, name in self._rooms if place == namespace and name.startswith(prefix)}

    def join(self, socket: Socket, *rooms: str) -> None:
        """From now on the socket hears what is told to `rooms`, once it has been introduced."""
        if (socket.namespace, socket.sid) not in self._sockets:
            return  # left while it was greeted
        socket.rooms |= set(rooms)
        for room in rooms:
            self._rooms[socket.namespace, room][socket] = None

    def hold(self, socket: Socket) -> None:
        """What is told to the socket waits until it is introduced (again)."""
        if socket.held is None:
            socket.held = []

    async def introduce(self, socket: Socket, seq: int, *first: tuple[str, dict[str, Any]]) -> None:
        """Tells one socket where things stood at `seq`, then what was held back and is newer."""
        for name, data in first:
            await self._push(socket, self._encode(socket.namespace, name, data))
        held, socket.held = socket.held or [], None
        for told, frame in held:
            if told.seq > seq:
                await self._hand(socket, told, frame)

    # Telling

    async def tell(self, told: Told) -> None:
        """Tells everybody whom it reaches."""
        listeners = self._listeners(told)
        if listeners:
            frame = self._encode(told.namespace, told.name, told.data)
            for socket in listeners:
                await self._hand(socket, told, frame)

    async def tell_one(self, socket: Socket, told: Told) -> None:
        """Tells one socket, if it is among those who are told."""
        if told.reaches(socket):
            await self._push(socket, self._encode(told.namespace, told.name, told.data))

    async def spread(self, told: Told, over_s: float) -> None:
        """Tells everybody, a few at a time over `over_s` seconds: for what is told to all, again and again."""
        listeners = self._listeners(told)
        if not listeners:
            return
        frame = self._encode(told.namespace, told.name, told.data)
        pause = over_s * SLICE / len(listeners) if len(listeners) > SLICE else 0.0
        for start in range(0, len(listeners), SLICE):
            if start:
                await asyncio.sleep(pause)
            for socket in listeners[start : start + SLICE]:
                await self._hand(socket, told, frame)

    async def surely(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Does what is done at intervals; when it fails this time, the next time is another chance."""
        try:
            await deed()
        except Exception as error:  # noqa: BLE001  # the outermost edge: logs, and goes on
            if not isinstance(error, CarelineError):
                name = getattr(deed, "__qualname__", "")
                log.error("screens_failed", deed=name, error=type(error).__name__, where=where(error))

    async def confirm(self, socket: Socket, arrived: Callable[[], None]) -> None:
        """Calls `arrived` when the client has everything that it was told up to now; never, if it is gone."""
        engine = self.server.eio.sockets.get(socket.engine_sid)
        if engine is not None and not engine.closed:
            socket.gate.will_ask(arrived)
            await self.server.eio.send_packet(socket.engine_sid, engine_packet.Packet(*_CONFIRM))

    def soon(self, deed: Coroutine[Any, Any, None], name: str) -> None:
        """Does something besides; it ends with everything else."""
        task = asyncio.create_task(deed, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drop(self, socket: Socket) -> None:
        """Sends a socket away: signed out, deactivated, or another role now."""
        with suppress(KeyError, socketio.exceptions.SocketIOError):  # it may have left by itself meanwhile
            await self.server.disconnect(socket.sid, namespace=socket.namespace)

    async def cut_off_the_dead(self) -> None:
        """Lets go of whoever is gone without a word: a cable pulled, a lid closed."""
        now = asyncio.get_running_loop().time()
        late, self._looked_at = now - self._looked_at > 2 * LOOK_EVERY_S, now
        if late:  # we ourselves heard nothing: what was said meanwhile is read first
            return
        for socket in self.sockets():
            if socket.gate.unheard.total_seconds() > wire.PING_EVERY_S + wire.PING_WITHIN_S:
                socket.gate.cut_off()

    async def close(self) -> None:
        """Lets go of everybody. Twice is not an error."""
        if self._closed:
            return
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in self.sockets():
            socket.gate.cut_off()
        await self.server.shutdown()

    def _listeners(self, told: Told) -> list[Socket]:
        if len(told.rooms) == 1:
            (room,) = told.rooms
            return self.in_room(told.namespace, room)
        found: dict[Socket, None] = {}
        for room in told.rooms:
            found |= self._rooms.get((told.namespace, room), {})
        return list(found)

    def _encode(self, namespace: str, name: str, data: dict[str, Any]) -> Any:
        # As `socketio.packet.Packet` writes an event; that looks through all of `data` for bytes first.
        words = f"{packet.EVENT}{namespace},{Json.dumps([name, data])}"
        return engine_packet.Packet(engine_packet.MESSAGE, words)

    async def _hand(self, socket: Socket, told: Told, frame: Any) -> None:
        if socket.held is None:
            if told.mark is not None:
                id, state = told.mark
                if id in socket.has and socket.has[id] == state:
                    return  # it was in what the socket was shown first, a moment before the log had it
                socket.has[id] = state
            await self._push(socket, frame)
            if told.arrived is not None:
                await self.confirm(socket, told.arrived)
        elif len(socket.held) < MOST_WAITING:
            socket.held.append((told, frame))
        else:
            socket.gate.cut_off()

    async def _push(self, socket: Socket, frame: Any) -> None:
        engine = self.server.eio.sockets.get(socket.engine_sid)
        if engine is None or engine.closed:
            return
        if engine.queue.qsize() > MOST_WAITING or socket.gate.unsent > MOST_UNSENT:
            log.warning("slow_screen_cut_off", namespace=socket.namespace)
            socket.gate.cut_off()
            return
        socket.gate.unsent += len(frame.data) + 1
        await self.server.eio.send_packet(socket.engine_sid, frame)

    # Coming and going

    async def _connect(self, namespace: Namespace, sid: str, environ: dict[str, Any], auth: Any) -> None:
        if auth is not None and not isinstance(auth, dict):
            raise turned_away(Invalid("auth", "must be an object"))
        try:
            admission = await namespace.admit(environ["aiohttp.request"], environ.get("HTTP_ORIGIN"), auth or {})
        except KNOWN as error:
            raise turned_away(error) from error
        except Exception as error:  # the outermost edge: logs, and goes on
            raise turned_away(error, unforeseen(error, namespace.name, "connect")) from error
        self._make_room(namespace.name, admission.actor.id)
        gate: Gate = environ[GATE]
        gate.signed_in = True
        socket = Socket(
            namespace=namespace.name,
            sid=sid,
            engine_sid=self.server.manager.eio_sid_from_sid(sid, namespace.name),
            gate=gate,
            actor=admission.actor,
            credential=admission.credential,
            address=admission.address,
            reads=admission.reads,
        )
        self._sockets[namespace.name, sid] = socket
        self._of_one[namespace.name, socket.actor.id] += 1
        self._of_all[namespace.name] += 1
        self.soon(self._greet(namespace, socket), f"greet {namespace.name}")

    def _make_room(self, place: str, actor_id: str) -> None:
        """Lets nobody fill the house: not with one sign-in, and not with visitors."""
        full = place == "/chat" and self._of_all[place] >= MOST_VISITORS
        if full or self._of_one[place, actor_id] >= MOST_OF_ONE:
            raise turned_away(Unavailable("Another connection"))

    async def _greet(self, namespace: Namespace, socket: Socket) -> None:
        # The library says "connected" after the connect handler has returned; nothing may come before it.
        for _ in range(100):
            if self.server.manager.is_connected(socket.sid, socket.namespace):
                break
            await asyncio.sleep(0)
        await self.telling.wait()
        try:
            await namespace.greet(socket)
        except Exception as error:  # noqa: BLE001  # the outermost edge: logs, and goes on
            if not isinstance(error, CarelineError):
                log.error("greeting_failed", namespace=namespace.name, error=type(error).__name__, where=where(error))
            await self.drop(socket)
        finally:
            socket.ready.set()
        if (socket.namespace, socket.sid) not in self._sockets:
            await self._bid_farewell(namespace, socket)  # it left while it was greeted

    async def _disconnected(self, namespace: Namespace, sid: str) -> None:
        socket = self._sockets.pop((namespace.name, sid), None)
        if socket is None:
            return
        self._of_all[namespace.name] -= 1
        self._of_one[namespace.name, socket.actor.id] -= 1
        if not self._of_one[namespace.name, socket.actor.id]:
            del self._of_one[namespace.name, socket.actor.id]
        for room in socket.rooms:
            members = self._rooms[namespace.name, room]
            members.pop(socket, None)
            if not members:
                del self._rooms[namespace.name, room]
        socket.rooms = frozenset()
        await self._bid_farewell(namespace, socket)

    async def _bid_farewell(self, namespace: Namespace, socket: Socket) -> None:
        try:
            await namespace.gone(socket)
        except Exception as error:  # noqa: BLE001  # the outermost edge: logs, and goes on
            log.error("farewell_failed", namespace=namespace.name, error=type(error).__name__, where=where(error))

    # Asking

    async def _dispatch(self, place: str, sid: str, data: list[Any]) -> dict[str, Any]:
        """Does what a client asks and says what came of it."""
        socket = self._sockets.get((place, sid))
        if socket is None:
            return refused(NotConnected())
        try:
            if not socket.gate.serves():
                raise RateLimited
            model, handle = self._known(place, data)
            message = model.model_validate(data[1] if len(data) > 1 and data[1] is not None else {})
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await socket.ready.wait()
                answer = await handle(socket, message)
        except TimeoutError:
            return refused(Unavailable("The desk"))
        except KNOWN as error:
            return refused(error)
        except Exception as error:  # noqa: BLE001  # the outermost edge: logs, and goes on
            return unforeseen(error, place, data[0])
        return {"ok": True} | (answer or {})

    def _known(self, place: str, data: list[Any]) -> tuple[type[BaseModel], Handle]:
        name = data[0] if data and isinstance(data[0], str) else ""
        found = self._namespaces[place].handlers.get(name)
        if found is None:
            raise UnknownEvent
        return found
