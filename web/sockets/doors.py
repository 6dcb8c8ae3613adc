"""web/sockets/doors.py: who may come in, on which namespace, from which page; and when they must leave again.

A browser says from which page a connection comes: staff namespaces take only our own, `/chat` also
the pages that the organization lists. A foreign page cannot leave its origin out, nor write another:
browsers send one with every socket, `null` where it has none. So who says nothing is a program, which
may show a session's cookie like a token: it was given both. Who has signed out, was deactivated or has
another role is sent away within seconds.
"""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

import sqlalchemy as sa
from aiohttp import web

from desk.kernel.desk import Desk
from desk.kernel.errors import Forbidden, Unauthenticated
from desk.kernel.transaction import Actor, Rx
from desk.organization.organization import setting
from desk.people.access import LONGEST_IDLE, SignedIn, keep_alive
from desk.people.permissions import Right, may
from desk.tables import api_tokens, sessions, users
from web.identity import IDENTITIES
from web.sockets.namespace import Admission
from web.sockets.realtime import Realtime

ACTOR = Actor.system("doors")
#: A session's or a token's digest, and which of the two.
Credential = tuple[str, bool]
_MOST_TOKEN = 600


async def staff(
    desk: Desk, request: web.Request, origin: str | None, auth: dict[str, object], right: Right
) -> Admission:
    """The user who connects.

    Raises:
        Forbidden: from a page that is not ours, or without the right.
        Unauthenticated: nobody we know.
    """
    if origin is not None and not _is_among(origin, [desk.settings.public_url]):
        raise Forbidden("This page may not connect here.")
    found = await _who(request, auth)
    if found is None:
        raise Unauthenticated
    if not may(found.role, right):
        raise Forbidden
    return Admission(actor=found.actor, credential=(found.credential_id, not found.session_id))


async def _who(request: web.Request, auth: dict[str, object]) -> SignedIn | None:
    identities = request.app[IDENTITIES]
    token = auth.get("token")
    if token is not None:
        return await identities.by_secret(str(token), is_token=True) if _plausible(token) else None
    if "Authorization" in request.headers:
        return await identities.of(request)
    secret = request.cookies.get(identities.cookie, "")
    return await identities.by_secret(secret) if secret else None


async def check_chat_origin(desk: Desk, origin: str | None) -> None:
    """Lets in our own pages, those that the organization lists, and programs, which have none.

    Raises:
        Forbidden: another page.
    """
    if origin is None or _is_among(origin, [desk.settings.public_url]):
        return
    listed: Sequence[str] = await desk.read(ACTOR, setting, "chat_origins")
    if not _is_among(origin, listed):
        raise Forbidden("This page may not connect here.")


async def send_away(desk: Desk, realtime: Realtime) -> None:
    """Sends away every socket whose session or token is no more, or whose user has another role now."""
    sockets = [(socket, socket.credential) for socket in realtime.sockets() if socket.credential is not None]
    if not sockets:
        return
    good = await desk.read(ACTOR, roles_behind, {credential for _, credential in sockets})
    for socket, credential in sockets:
        if good.get(credential) != socket.actor.role:
            await realtime.drop(socket)


async def keep_signed_in(desk: Desk, realtime: Realtime) -> None:
    """An open screen counts as activity: its session does not end by idleness."""
    credentials = {socket.credential for socket in realtime.sockets()}
    for id in sorted(id for id, is_token in filter(None, credentials) if not is_token):
        await desk.transact(ACTOR, keep_alive, id)


def roles_behind(rx: Rx, credentials: Collection[Credential]) -> dict[Credential, str]:
    """The present role behind each of these sessions and tokens; those that are over are left out."""
    by_session = [id for id, is_token in credentials if not is_token]
    by_token = [id for id, is_token in credentials if is_token]
    good: dict[Credential, str] = {}
    if by_session:
        alive = (sessions.c.expires_at > rx.now, sessions.c.seen_at > rx.now - LONGEST_IDLE)
        for row in rx.all(_roles(sessions).where(sessions.c.id.in_(by_session), *alive)):
            good[row.id, False] = row.role
    if by_token:
        for row in rx.all(_roles(api_tokens).where(api_tokens.c.id.in_(by_token))):
            good[row.id, True] = row.role
    return good


def _roles(table: sa.Table) -> sa.Select[tuple[str, str]]:
    return sa.select(table.c.id, users.c.role).join(users, users.c.id == table.c.user_id).where(users.c.active)


def origin_of(url: str) -> str:
    """The origin of an address as a browser says it; empty if it is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "") if ":" not in (parts.hostname or "") else f"[{parts.hostname}]"
    shown = "" if port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{host}{shown}".lower()


def _is_among(origin: str, urls: Sequence[str]) -> bool:
    """Whether a page comes from one of these; what is no address is like nothing, another such included."""
    return origin_of(origin) in {origin_of(url) for url in urls} - {""}


def _plausible(token: object) -> bool:
    return isinstance(token, str) and 0 < len(token) < _MOST_TOKEN
