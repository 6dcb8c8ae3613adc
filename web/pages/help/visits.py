"""web/pages/help/visits.py: which customer looks at the help centre, by a cookie that is sent to `/help` alone.

It has nothing to do with the cookie of staff, and opens nothing of theirs: a customer reads what is for customers, and
sees their own matters. Whether a session is good is asked anew with each page.
"""

from aiohttp import web

from desk.customer_access.reachable import Ways, is_offered
from desk.customer_access.sessions import LONGEST, SEEN_EVERY, CustomerSession, keep_session, session_of
from desk.kernel.transaction import Actor, Rx
from knowledgebase.readers import CUSTOMER, PUBLIC, Reader
from web.edge import desk

PATH = "/help"
_LONGEST_SECRET = 128
_EDGE = Actor.system("edge")
_VISIT: web.RequestKey[CustomerSession | None] = web.RequestKey("help_visit", CustomerSession)


async def visit(request: web.Request) -> CustomerSession | None:
    """The customer who sent `request`; None where nobody has signed in. From here on its page is theirs alone."""
    if _VISIT in request:
        return request[_VISIT]
    secret = secret_of(request)
    found = await desk(request).read(_EDGE, session_of, secret) if secret else None
    if found is not None and desk(request).clock.now() - found.seen_at > SEEN_EVERY:
        await desk(request).transact(_EDGE, keep_session, found.id)
    request[_VISIT] = found
    return found


async def reader(request: web.Request) -> Reader:
    """As whom the help centre is read: by the public, or a customer who has signed in."""
    return CUSTOMER if await visit(request) is not None else PUBLIC


def secret_of(request: web.Request) -> str:
    """What the cookie holds; nothing where it cannot be one of ours."""
    held = request.cookies.get(_cookie(request), "")
    return held if 20 < len(held) <= _LONGEST_SECRET and held.isascii() and held.isprintable() else ""


def account(request: web.Request, rx: Rx) -> str:
    """What the head offers: `cases` to who has signed in, `sign_in` where that can be done, else nothing."""
    if request.get(_VISIT) is not None:
        return "cases"
    return "sign_in" if is_offered(rx, Ways.of(desk(request).settings)) else ""


def is_private(request: web.Request) -> bool:
    """Whether what is answered is for one customer."""
    return request.get(_VISIT) is not None


def varies(request: web.Request) -> bool:
    """Whether what is answered depends on who has signed in."""
    return _VISIT in request


def set_cookie(request: web.Request, response: web.StreamResponse, secret: str) -> None:
    """Gives a browser the session that `secret` opens."""
    secure, lasts_s = desk(request).settings.secure_cookies, int(LONGEST.total_seconds())
    response.set_cookie(
        _cookie(request), secret, max_age=lasts_s, path=PATH, secure=secure, httponly=True, samesite="Lax"
    )


def take_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Takes it away."""
    secure = desk(request).settings.secure_cookies
    response.del_cookie(_cookie(request), path=PATH, secure=secure, httponly=True, samesite="Lax")


def _cookie(request: web.Request) -> str:
    return "__Secure-careline-customer" if desk(request).settings.secure_cookies else "careline-customer"
