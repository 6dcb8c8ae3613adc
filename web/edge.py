"""web/edge.py: what every handler needs of a request, and nothing that decides anything.

    desk(request)            the desk
    needs(Right.X)           lets in who has the right, and nobody else
    actor(request)           who it is, under `needs`
    body(request, Model)     the JSON of a program, checked
    form(request)            the fields of a form; on staff pages with a token that only our page has
    page(request, template)  a page · answer(data) · created(location, …) · page_of(request)

A browser shows who it is by a cookie, a program by `Authorization: Bearer`. A cookie alone writes
nothing: a form carries the session's CSRF token, a request to the API the same token in
`X-CSRF-Token`, or the browser's word that it comes from our own page.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import jinja2
import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from channels.characters import seen
from desk.kernel.desk import Desk
from desk.kernel.errors import Forbidden, Invalid, Unauthenticated
from desk.kernel.transaction import Actor
from desk.people.access import SignedIn
from desk.people.permissions import Right, may
from web.errors import ForeignForm, wrong_fields
from web.identity import IDENTITIES

M = TypeVar("M", bound=BaseModel)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("templates", jinja2.Environment)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Largest JSON document and form unless a handler says otherwise.
MOST_JSON = 1024 * 1024
MOST_FORM = 256 * 1024
MOST_FIELDS = 500
#: A body that takes longer to arrive is not waited for.
MOST_SECONDS = 30.0
#: Most entries of one page of a list.
MOST_LISTED = 200
LISTED = 50

#: How characters that nobody sees are written in JSON: by an escape, or in Latin-1's second half.
_MAY_BE_UNSEEN = re.compile(rb"\\[bfru]|\x7f|\xc2[\x80-\x9f]|\0")
#: What staff may go to, in the order of the bar.
AREAS = (
    ("/console", "Console", Right.WORK),
    ("/floor", "Floor", Right.SUPERVISE),
    ("/callbacks", "Call-backs", Right.SUPERVISE),
    ("/complaints", "Complaints", Right.COMPLAINTS),
    ("/reports", "Reports", Right.REPORTS),
    ("/knowledge", "Knowledge", Right.WORK),
    ("/admin/hours", "Hours", Right.CLOSE),
    ("/admin", "Administration", Right.ADMINISTER),
)

_FORM = "application/x-www-form-urlencoded"
_SIGNED_IN: web.RequestKey[SignedIn] = web.RequestKey("signed_in", SignedIn)


def desk(request: web.Request) -> Desk:
    """The desk of this application."""
    return request.app[DESK]


def actor(request: web.Request) -> Actor:
    """Who it is. Known under `needs` only.

    Raises:
        Unauthenticated: the route asks nobody who they are.
    """
    return signed_in(request).actor


def signed_in(request: web.Request) -> SignedIn:
    """The user, with session and language. Known under `needs` only.

    Raises:
        Unauthenticated: the route asks nobody who they are.
    """
    found: SignedIn | None = request.get(_SIGNED_IN)
    if found is None:
        raise Unauthenticated
    return found


def needs(right: Right) -> Callable[[Handler], Handler]:
    """Lets in users who have `right`; `right` can be read from the handler, for documents and tests."""

    def guard(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            found = await request.app[IDENTITIES].of(request)
            if found is None:
                raise Unauthenticated
            if not may(found.role, right):
                raise Forbidden
            request[_SIGNED_IN] = found
            if request.method not in SAFE_METHODS and request.path.startswith("/api/"):
                _check_origin(request, found)
            return await handler(request)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard


async def body(request: web.Request, model: type[M], *, most: int = MOST_JSON) -> M:
    """The JSON that a program sent, as `model`.

    Raises:
        Invalid: not JSON, or names each field that is wrong.
        HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge, HTTPRequestTimeout: not even looked at.
    """
    if request.content_type != "application/json" and not request.content_type.endswith("+json"):
        raise web.HTTPUnsupportedMediaType(text="Expected application/json.")
    raw = await _read(request, most)
    try:
        if _MAY_BE_UNSEEN.search(raw):
            raw = orjson.dumps(_seen(orjson.loads(raw)))
        return model.model_validate_json(raw, strict=True)
    except ValidationError as error:
        raise Invalid.many(wrong_fields(error)) from error
    except ValueError as error:
        raise Invalid("body", "not JSON") from error
    except RecursionError as error:
        raise Invalid("body", "nested too deeply") from error


async def form(request: web.Request, *, most: int = MOST_FORM) -> Mapping[str, str]:
    """The fields of a form. Under `needs`, only with the CSRF token of the session.

    Raises:
        ForeignForm: the form did not come from a page of this session.
        HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge, HTTPRequestTimeout: not even looked at.
    """
    if request.content_type != _FORM:
        raise web.HTTPUnsupportedMediaType(text="Expected a form.")
    raw = await _read(request, most)
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Invalid("form", "too many fields") from error
    fields = {seen(name): seen(value) for name, value in reversed(pairs)}
    form_of_our_own(request, fields.get("csrf_token", ""))
    return fields


def form_of_our_own(request: web.Request, token: str | None = None) -> None:
    """Lets in what a page of this session sent: by the token that is its form's, or else in `X-CSRF-Token`.

    Raises:
        ForeignForm: it did not come from there.
    """
    found = request.get(_SIGNED_IN)
    given = request.headers.get("X-CSRF-Token", "") if token is None else token
    if found is not None and found.session_id and not _same(given, found.csrf_token):
        raise ForeignForm


def page(request: web.Request, template: str, /, **view: Any) -> web.Response:
    """A page. It knows `user`, `areas` and `csrf_token` under `needs`, and `asset(name)` everywhere."""
    found = request.get(_SIGNED_IN)
    known = {"user": found, "csrf_token": found.csrf_token if found else "", "areas": _areas(found, request.path)}
    text = request.app[TEMPLATES].get_template(template).render(known | view)
    return web.Response(text=text, content_type="text/html")


def answer(data: Any, status: int = 200) -> web.Response:
    """`data` as JSON; times in UTC with a Z."""
    return web.Response(body=_json(data), status=status, content_type="application/json")


def created(location: str, **data: Any) -> web.Response:
    """201: it is there now, at `location`."""
    return web.Response(body=_json(data), status=201, content_type="application/json", headers={"Location": location})


def page_of(request: web.Request) -> tuple[str | None, int]:
    """Which page of a list is asked for: after which cursor, and how many.

    Raises:
        Invalid: `limit` is no number from 1 to 200.
    """
    text = request.query.get("limit", str(LISTED))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_LISTED):
        raise Invalid("limit", f"a number from 1 to {MOST_LISTED}")
    return request.query.get("cursor") or None, int(text)


def own_origin(request: web.Request) -> bool:
    """Whether the browser says that a page of ours sent this. A program says nothing: no."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    ours = urlsplit(desk(request).settings.public_url)
    return request.headers.get("Origin") == f"{ours.scheme}://{ours.netloc}"


def _areas(found: SignedIn | None, path: str) -> list[tuple[str, str, bool]]:
    """Where this user may go: address, name, and whether they are there."""
    role = found.role if found else ""
    open_to = [(address, name) for address, name, right in AREAS if may(role, right)]
    # Who may go to all of an area finds its part in there.
    within = {address for address, _ in open_to for other, _ in open_to if address.startswith(f"{other}/")}
    return [(address, name, path.startswith(address)) for address, name in open_to if address not in within]


def _check_origin(request: web.Request, found: SignedIn) -> None:
    token = request.headers.get("X-CSRF-Token", "")
    if found.session_id and not own_origin(request) and not _same(token, found.csrf_token):
        raise ForeignForm


def _same(given: str, ours: str) -> bool:
    return bool(ours) and secrets.compare_digest(given.encode("utf-8", "replace"), ours.encode())


async def _read(request: web.Request, most: int) -> bytes:
    """The body, up to `most` bytes."""
    if (request.content_length or 0) > most:
        raise _too_large(most)
    read = bytearray()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > most:
                    raise _too_large(most)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The request did not come in time.") from error
    return bytes(read)


def _too_large(most: int) -> web.HTTPException:
    size = f"{most // 1024} kB" if most < 1024 * 1024 else f"{most / 1024 / 1024:.3g} MB"
    text = f"Larger than is read here: a request may have {size}."
    return web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1, text=text)


def _seen(value: Any) -> Any:
    """What was said, without what nobody sees. A text of nothing else is a blank: an empty one may mean something."""
    if isinstance(value, str):
        return seen(value) or (value and " ")
    if isinstance(value, list):
        return [_seen(item) for item in value]
    if isinstance(value, dict):
        return {seen(key): _seen(item) for key, item in value.items()}
    return value


def _json(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_UTC_Z, default=_plain)


def _plain(value: Any) -> Any:
    """What orjson does not know: rows, sets, paths and the like."""
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value)
