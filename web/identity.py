"""web/identity.py: whose request this is, by cookie or by token.

What was read is believed for a second, so that a program that writes a thousand times a second does
not ask a thousand times who it is. Signing out here counts at once.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor
from desk.people.access import SEEN_EVERY, SignedIn, by_id, digest, keep_alive

#: Seconds for which an answer stands.
BELIEVED_S = 1.0
MOST_REMEMBERED = 10_000

_EDGE = Actor.system("edge")
_BEARER = "Bearer "


class Identities:
    """Remembers for a moment who holds which secret."""

    def __init__(self, desk: Desk, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._timer = timer
        self._known: OrderedDict[str, tuple[float, SignedIn | None]] = OrderedDict()
        self.cookie = "__Host-careline" if desk.settings.secure_cookies else "careline"

    async def of(self, request: web.Request) -> SignedIn | None:
        """Who sent `request`. A token that is wrong is not made good by a cookie."""
        given = request.headers.get("Authorization", "")
        if given:
            return await self.by_secret(given[len(_BEARER) :], is_token=True) if _bears(given) else None
        secret = request.cookies.get(self.cookie, "")
        return await self.by_secret(secret) if secret else None

    async def by_secret(self, secret: str, *, is_token: bool = False) -> SignedIn | None:
        """Whose session or token `secret` is."""
        id = digest(secret.strip())
        key = f"{'token' if is_token else 'session'} {id}"
        until, found = self._known.get(key, (0.0, None))
        if until > self._timer():
            return found
        found = await self._desk.read(_EDGE, by_id, id, is_token=is_token)
        if found is not None and found.seen_at is not None and self._desk.clock.now() - found.seen_at > SEEN_EVERY:
            await self._desk.transact(_EDGE, keep_alive, id)
        self._known[key] = (self._timer() + BELIEVED_S, found)
        self._known.move_to_end(key)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return found

    def forget(self, secret: str) -> None:
        """Drops what is remembered of a session that ends."""
        self._known.pop(f"session {digest(secret.strip())}", None)

    def forget_all(self) -> None:
        """Drops everything that is remembered."""
        self._known.clear()


IDENTITIES: web.AppKey[Identities] = web.AppKey("identities", Identities)


def _bears(header: str) -> bool:
    return header[: len(_BEARER)].lower() == _BEARER.lower() and len(header) < 600
