"""web/sockets/floods.py: how much one visitor, and one network, may bring in by chat.

    a message ─▶ at most 30 a minute of one visitor ─▶ at most 20 begun in ten minutes from one address ─▶ the intake

Whoever goes on with a conversation begins none, however many share their address. What is refused was
not looked at and counts for nothing: the page keeps it and asks again. Where the public address is a
loopback one, programs of this machine, such as the benches and the demo, are not counted.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from desk.kernel.settings import Settings
from web.errors import TooMany
from web.limiter import CHAT_MESSAGES, CHATS, Limiter, client_address, networks, of_this_machine
from web.sockets.namespace import Socket
from web.sockets.refusals import RateLimited

_MANY_CHATS = "Many chats were begun from your network just now. Please wait a few minutes and try again."


def address_of(request: web.Request, settings: Settings) -> str:
    """The network address that a visitor is counted under; empty for a program of this machine."""
    if of_this_machine(request, settings.public_url):
        return ""
    return client_address(request, networks(settings.trusted_proxies)) or "unknown"


class Floods:
    """Counts messages and beginnings, in this process."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    async def count(self, socket: Socket, goes_on: Callable[[str], Awaitable[bool]]) -> None:
        """Counts a message of `socket`; `goes_on` says whether its visitor has a conversation that it belongs to.

        Raises:
            RateLimited: one too many.
        """
        if not socket.address:
            return
        visitor = socket.actor.id
        try:
            self._limiter.check(CHAT_MESSAGES, "chat", visitor)
            if not await goes_on(visitor):
                self._begins(socket.address)
            self._limiter.count(CHAT_MESSAGES, "chat", visitor)
        except TooMany as error:
            raise RateLimited from error

    def _begins(self, address: str) -> None:
        try:
            self._limiter.count(CHATS, "chat", address)
        except TooMany as error:
            raise RateLimited(_MANY_CHATS) from error
