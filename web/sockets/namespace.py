"""web/sockets/namespace.py: a connection, what it is told, and what a namespace must know to have any."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web
from pydantic import BaseModel

from desk.kernel.transaction import Actor
from web.sockets.wire import Gate


@dataclass(kw_only=True, eq=False)
class Socket:
    """One connection to one namespace."""

    namespace: str
    sid: str
    engine_sid: str
    gate: Gate
    actor: Actor
    credential: tuple[str, bool] | None = None  # digest of a session, or of a token (True)
    address: str = ""  # where a visitor is; empty: on this machine, or not asked
    reads: Sequence[str] = ()  # languages of ours that a visitor's browser names, the best first
    rooms: frozenset[str] = frozenset()
    held: list[tuple["Told", Any]] | None = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    has: dict[str, Any] = field(default_factory=dict)  # what this socket was told, by `Told.mark`


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something to be told to the rooms of a namespace; `seq` is the log position that it speaks of.

    `mark` is a name and a state: each socket remembers those that it was told. `arrived` is called for each socket
    when it has it: when its client says so, and not when it was sent.
    """

    seq: int
    namespace: str
    rooms: frozenset[str]
    name: str
    data: dict[str, Any]
    mark: tuple[str, Any] | None = None
    arrived: Callable[[], None] | None = None

    def reaches(self, socket: Socket) -> bool:
        """Whether this socket is among those who are told."""
        return socket.namespace == self.namespace and not self.rooms.isdisjoint(socket.rooms)


Handle = Callable[[Socket, Any], Coroutine[Any, Any, dict[str, Any] | None]]
Handlers = Mapping[str, tuple[type[BaseModel], Handle]]


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who comes in."""

    actor: Actor
    credential: tuple[str, bool] | None = None
    address: str = ""
    reads: Sequence[str] = ()


class Namespace(Protocol):
    """One namespace: who may come in, what they may ask, what they are told at first."""

    name: str
    handlers: Handlers

    async def admit(self, request: web.Request, origin: str | None, auth: dict[str, Any]) -> Admission:
        """Who this is.

        Raises:
            CarelineError: not to be let in.
        """

    async def greet(self, socket: Socket) -> None:
        """Joins the socket to its rooms and tells it where things stand."""

    async def gone(self, socket: Socket) -> None:
        """The socket is no more. May be said twice of one."""


def table(models: Mapping[str, type[BaseModel]], handles: Mapping[str, Handle]) -> Handlers:
    """What a namespace answers to: each event with its model. One that has no model is a mistake of ours."""
    return {name: (models[name], handle) for name, handle in handles.items()}
