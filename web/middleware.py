"""web/middleware.py: outermost: every answer has an id, its headers and a line in the log; every error has words.

The log has the pattern of a route (`/t/{token}`), never the address itself: addresses hold secrets.
"""

import secrets
import time
from typing import Protocol
from urllib.parse import quote, urlsplit

from aiohttp import web

from desk.kernel.errors import Unauthenticated
from desk.kernel.log import log, where
from desk.kernel.settings import Settings
from web.edge import SAFE_METHODS, Handler, page
from web.errors import Said, problem, said
from web.metrics import METRICS
from web.slashes import lead_on

#: Asked every few seconds by machines: counted, not logged.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static/{name}", "/widget.js"})
#: How a body may be packed; what is packed otherwise would be taken for what it is not.
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
#: An address, or a header, may be so long. The parser reads longer ones (`web/bad_requests.py`), so that whoever sent
#: it is told in the form that they read.
MOST_LINE = 8190
#: So many headers a request may have.
MOST_HEADERS = 128
_REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)

SECURITY: web.AppKey[dict[str, str]] = web.AppKey("security_headers", dict)


class Frame(Protocol):
    """Pages of a frame of their own, and what their readers are told who get none."""

    def is_of(self, request: web.Request, /) -> bool:
        """Whether one of them was asked for."""

    async def framed(self, request: web.Request, told: Said, /, *, request_id: str) -> web.Response:
        """A refusal in their frame, which has to be looked up."""

    def plain(self, request: web.Request, told: Said, /, *, request_id: str) -> web.Response:
        """The same without it."""


FRAME: web.AppKey[Frame] = web.AppKey("frame", Frame)


def security_headers(settings: Settings) -> dict[str, str]:
    """What every answer carries unless its handler says otherwise."""
    ours = urlsplit(settings.public_url)
    sockets = f"{'wss' if ours.scheme == 'https' else 'ws'}://{ours.netloc}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {sockets}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        "Cache-Control": "no-store",
    }
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Called before each answer is sent, streams and sockets included."""
    headers = response.headers
    for name, value in request.app[SECURITY].items():
        if name not in headers:
            headers[name] = value
    headers["Server"] = "careline"  # not which version of what
    headers["X-Request-Id"] = request_id(request)


def request_id(request: web.Request) -> str:
    """The id by which this request is found in the log. Ours: one that a client sends is not looked at."""
    id = request.get(_REQUEST_ID)
    if id is None:
        id = request[_REQUEST_ID] = secrets.token_hex(8)
    return id


@web.middleware
async def outermost(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Runs the handler; whatever it raises becomes an answer; counts and logs."""
    began = time.perf_counter()
    status = 500
    try:
        response = await _answered(request, handler)
        status = response.status
        return response
    except web.HTTPException as error:  # a redirect, or what the server itself answers
        status = error.status
        raise
    finally:
        _account(request, status, time.perf_counter() - began)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _check_length(request)
        if "%00" in request.path_qs:  # no database of ours holds it, and no address of ours has it
            raise web.HTTPBadRequest(text="The address has a character that none of ours has.")
        if request.headers.get("Content-Encoding", "").lower() not in _ENCODINGS:
            raise web.HTTPUnsupportedMediaType(text="A body may come plain, or by gzip or deflate.")
        if for_people(request):
            await lead_on(request)
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return await _refusal(request, said(error))
    except Unauthenticated as error:
        if for_people(request) and request.method in SAFE_METHODS:
            raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs, safe='')}") from None
        return await _refusal(request, said(error))
    except Exception as error:  # noqa: BLE001 - outermost: whatever it is, somebody waits for an answer
        told = said(error)
        if told.status == 500:
            _failed(request, error)
        return await _refusal(request, told)


def _failed(request: web.Request, error: Exception) -> None:
    request.app[METRICS].failures.inc()
    log.error(
        "request_failed",
        route=_route(request),
        request=request_id(request),
        error=type(error).__name__,
        where=where(error),
    )


def _check_length(request: web.Request) -> None:
    if len(request.raw_path) > MOST_LINE:
        raise web.HTTPRequestURITooLong(text=f"The address is longer than {MOST_LINE} characters.")
    if len(request.raw_headers) > MOST_HEADERS:
        raise web.HTTPRequestHeaderFieldsTooLarge(text=f"There are more than {MOST_HEADERS} headers.")
    if any(len(name) + len(value) > MOST_LINE for name, value in request.raw_headers):
        raise web.HTTPRequestHeaderFieldsTooLarge(text=f"A header is longer than {MOST_LINE} characters.")


def for_people(request: web.Request) -> bool:
    """Whether a person reads the answer: a page was asked for, not data."""
    if request.path.startswith(("/api/", "/twilio/")) or request.content_type.endswith("json"):
        return False
    accept = request.headers.get("Accept", "")
    return "html" in accept or "json" not in accept


async def _refusal(request: web.Request, told: Said) -> web.Response:
    id = request_id(request)
    if not for_people(request):
        return problem(told, request_id=id)
    if request.app[FRAME].is_of(request):
        response = await _in_its_frame(request, told)
    else:
        response = page(request, "error.html", told=told, request_id=id, signed_out=told.status == 401)
    response.set_status(told.status)
    response.headers.update(told.headers)
    return response


async def _in_its_frame(request: web.Request, told: Said) -> web.Response:
    """In its frame; where that cannot be had, or something is wrong here already, without."""
    id, frame = request_id(request), request.app[FRAME]
    if told.status < 500:
        try:
            return await frame.framed(request, told, request_id=id)
        except Exception as error:  # noqa: BLE001 - outermost: whatever it is, somebody waits for an answer
            _failed(request, error)
    return frame.plain(request, told, request_id=id)


def _account(request: web.Request, status: int, seconds: float) -> None:
    route = _route(request)
    request.app[METRICS].answered(request.method if request.method in _METHODS else "other", route, status, seconds)
    if route not in _QUIET:
        log.info(
            "request",
            method=request.method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request=request_id(request),
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
