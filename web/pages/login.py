"""web/pages/login.py: sign-in, sign-out, and the first page.

Wrong password, unknown address, disabled user: one sentence and one duration for all. Failures are
counted per account and address together, and by a wider measure for each alone: a stranger's guesses
keep nobody out who signs in from elsewhere, until a whole crowd guesses. A sign-in makes a new session,
whatever cookie came with it.
"""

import asyncio
import secrets
from urllib.parse import urlsplit

from aiohttp import web

from desk.kernel.transaction import Actor
from desk.people.access import LONGEST_SESSION, SignedIn, close_session, normal, open_session, password_of
from desk.people.passwords import hash_password, matches, outdated
from desk.people.permissions import Right, may
from web.edge import DESK, desk, form, page
from web.errors import ForeignForm, TooMany
from web.identity import IDENTITIES
from web.limiter import LIMITER, PER_ACCOUNT, PER_ADDRESS, PER_BOTH, client_address, networks

routes = web.RouteTableDef()

WRONG = "E-mail or password is not right."
#: So many hashes at once: each takes a core and 19 MiB for a moment.
AT_ONCE = 2
MOST_WAITING = 100
HASHING: web.AppKey[asyncio.Semaphore] = web.AppKey("hashing", asyncio.Semaphore)

_EDGE = Actor.system("edge")
_WAITING: web.AppKey[set[str]] = web.AppKey("sign_ins_waiting", set)


def set_up(app: web.Application) -> None:
    """What sign-in keeps in the application."""
    app[HASHING] = asyncio.Semaphore(AT_ONCE)
    app[_WAITING] = set()


@routes.get("/login")
async def show(request: web.Request) -> web.StreamResponse:
    found = await request.app[IDENTITIES].of(request)
    if found is not None and found.session_id:
        raise web.HTTPSeeOther(_next(request.query.get("next", ""), found))
    return _page(request, typed="", wanted=request.query.get("next", ""))


@routes.post("/login")
async def sign_in(request: web.Request) -> web.StreamResponse:
    typed = await form(request)
    _check_page(request, typed.get("csrf_token", ""))
    email, wanted = typed.get("email", ""), typed.get("next", "")
    try:
        user_id, rehashed = await _check(request, normal(email), typed.get("password", ""))
    except TooMany as error:
        return _refused(request, email, wanted, status=429, message=error.message, retry_after_s=error.retry_after_s)
    if not user_id:
        return _refused(request, email, wanted, status=401, message=WRONG)
    secret, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    identities = request.app[IDENTITIES]
    before = request.cookies.get(identities.cookie, "")
    await desk(request).transact(
        _EDGE, open_session, user_id, secret=secret, csrf_token=csrf_token, instead_of=before, rehashed=rehashed
    )
    identities.forget(before)
    found = await identities.by_secret(secret)
    response = web.Response(status=303, headers={"Location": _next(wanted, found)})
    _set_cookie(request, response, identities.cookie, secret, max_age=int(LONGEST_SESSION.total_seconds()))
    response.del_cookie(_form_cookie(request), path="/")
    return response


@routes.post("/logout")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Ends the session on the server; without one there is nothing to end, and nothing to forge."""
    identities = request.app[IDENTITIES]
    secret = request.cookies.get(identities.cookie, "")
    found = await identities.by_secret(secret) if secret else None
    if found is not None:
        typed = await form(request)
        if not secrets.compare_digest(typed.get("csrf_token", "").encode(), found.csrf_token.encode()):
            raise ForeignForm
        await desk(request).transact(found.actor, close_session, secret)
        identities.forget(secret)
    response = web.Response(status=303, headers={"Location": "/login"})
    response.del_cookie(identities.cookie, path="/", secure=desk(request).settings.secure_cookies, httponly=True)
    return response


@routes.get("/")
async def first(request: web.Request) -> web.StreamResponse:
    """Staff go to their work, everybody else to the help centre."""
    found = await request.app[IDENTITIES].of(request)
    raise web.HTTPSeeOther(first_page(found) if found is not None else "/help")


def first_page(found: SignedIn | None) -> str:
    """Where somebody begins."""
    role = found.role if found is not None else ""
    for right, path in ((Right.ADMINISTER, "/admin"), (Right.SUPERVISE, "/floor"), (Right.WORK, "/console")):
        if may(role, right):
            return path
    return "/login"


async def _check(request: web.Request, email: str, password: str) -> tuple[str, str]:
    """Whose password it is, and its new hash if the old one was made by old rules. Empty: nobody's."""
    limiter, address = request.app[LIMITER], _address(request)
    waiting = request.app[_WAITING]
    if len(waiting) >= MOST_WAITING:
        raise TooMany(5)
    ticket = secrets.token_hex(8)
    waiting.add(ticket)
    try:
        # Looked at, hashed and counted inside: who sends a hundred guesses at once has ten of them tried.
        async with request.app[HASHING]:
            tries = ((PER_BOTH, (address, email)), (PER_ADDRESS, (address,)), (PER_ACCOUNT, (email,)))
            for rule, key in tries:
                limiter.check(rule, *key)
            user_id, stored = await desk(request).read(_EDGE, password_of, email)
            if await asyncio.to_thread(matches, stored, password):
                limiter.forget(PER_BOTH, address, email)
                return user_id, await asyncio.to_thread(hash_password, password) if outdated(stored) else ""
            for rule, key in tries:
                limiter.note(rule, *key)
            return "", ""
    finally:
        waiting.discard(ticket)


def _address(request: web.Request) -> str:
    return client_address(request, networks(desk(request).settings.trusted_proxies))


def _refused(
    request: web.Request, email: str, wanted: str, *, status: int, message: str, retry_after_s: int = 0
) -> web.Response:
    response = _page(request, typed=email, wanted=wanted, message=message)
    response.set_status(status)
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _page(request: web.Request, *, typed: str, wanted: str, message: str = "") -> web.Response:
    token = request.cookies.get(_form_cookie(request), "")
    fresh = len(token) < 32
    token = secrets.token_urlsafe(32) if fresh else token
    demo = request.app[DESK].settings.demo
    response = page(request, "login.html", csrf_token=token, typed=typed, next=wanted, message=message, demo=demo)
    if fresh:
        _set_cookie(request, response, _form_cookie(request), token)
    return response


def _check_page(request: web.Request, token: str) -> None:
    """Nobody is signed in by a form on a foreign page: ours carries what its cookie says."""
    ours = request.cookies.get(_form_cookie(request), "")
    if len(ours) < 32 or not secrets.compare_digest(ours.encode("utf-8", "replace"), token.encode("utf-8", "replace")):
        raise ForeignForm


def _next(path: str, found: SignedIn | None) -> str:
    """Where to go on: a path of ours that was asked for, else the first page."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and not parts.netloc
    return path if ours and "\\" not in path else first_page(found)


def _form_cookie(request: web.Request) -> str:
    return "__Host-careline-form" if desk(request).settings.secure_cookies else "careline-form"


def _set_cookie(
    request: web.Request, response: web.Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=desk(request).settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
