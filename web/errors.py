"""web/errors.py: the only map from errors to what people, programs and sockets are told.

    NotFound 404 · Invalid 422 · Unauthenticated 401 · Forbidden 403 · Conflict, Stale 409 · Unavailable 503
    the rules' own refusals 409 · anything unforeseen 500, by a constant sentence and the request's id

Programs get `application/problem+json` (RFC 9457) with a stable `code`, and `errors` where fields are
wrong, `now` where something else stands; people get a plain page; sockets get `{code, message}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from pydantic import ValidationError

from desk.kernel.errors import (
    CarelineError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    Unauthenticated,
    Unavailable,
)
from routing.errors import RoutingError

#: Raised by a use case, asked for by an edge: everything that has an answer.
KNOWN = (CarelineError, RoutingError, ValidationError)
_UNFORESEEN = "Something went wrong here. It has been written down; please try again."
_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Invalid, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (Conflict, 409),
    (Unavailable, 503),
    (RoutingError, 409),
    (CarelineError, 400),
    (ValidationError, 422),
)
#: Where pydantic says how long a text may be.
_LIMITS = ("max_length", "min_length")
#: Stable codes of what the server itself refuses; others are named after their phrase.
_CODES = {
    400: "bad_request",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    414: "address_too_long",
    415: "unsupported_type",
    431: "header_too_long",
}
#: Seconds after which trying again makes sense.
RETRY_AFTER = {503: "2"}


class ForeignForm(Forbidden):
    """A write that did not come from a page of ours, or came from one that is too old."""

    code = "csrf"

    def __init__(self) -> None:
        super().__init__("This page is too old to be sent, or is not one of ours. Load it again.")


class TooMany(CarelineError):
    """Too often in a short time; `retry_after_s` says when again."""

    code = "too_many"

    def __init__(self, retry_after_s: int, message: str = "Too many attempts. Please wait and try again.") -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, kw_only=True)
class Said:
    """An error in words: what every kind of caller is told, each in its form."""

    status: int
    code: str
    message: str
    errors: Sequence[tuple[str, str]] = ()
    headers: dict[str, str] = field(default_factory=dict)
    now: Mapping[str, Any] | None = None  # how what was stale stands, where that is told

    @property
    def title(self) -> str:
        """The status in two words."""
        return HTTPStatus(self.status).phrase


def said(error: BaseException) -> Said:
    """What is told of `error`; of one that was not foreseen, nothing."""
    if isinstance(error, TooMany):
        retry = {"Retry-After": str(error.retry_after_s)}
        return Said(status=429, code=error.code, message=error.message, headers=retry)
    if isinstance(error, ValidationError):
        error = Invalid.many(wrong_fields(error))
    if isinstance(error, web.HTTPException):
        return _by_server(error)
    if isinstance(error, LineTooLong):
        return Said(status=413, code=_CODES[413], message="A part of the body has no end.")
    if isinstance(error, (web.RequestPayloadError, HttpProcessingError)):
        return Said(status=400, code=_CODES[400], message="The body is not what its headers say.")
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    if status == 500:
        return Said(status=500, code="internal", message=_UNFORESEEN)
    headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="careline"'
    return Said(
        status=status,
        code=str(getattr(error, "code", "error")),
        message=error.message if isinstance(error, CarelineError) else str(error),
        errors=error.errors if isinstance(error, Invalid) else (),
        headers=headers,
        now=error.now if isinstance(error, Stale) else None,
    )


def wrong_fields(error: ValidationError) -> list[tuple[str, str]]:
    """What pydantic found, as (field, why)."""
    return [
        (".".join(str(part) for part in item["loc"]) or "body", _in_words(item))
        for item in error.errors(include_url=False)
    ]


def _in_words(item: Mapping[str, Any]) -> str:
    """What is wrong. A text that may be left out has a length in characters as well, not in items."""
    limit = next((item["ctx"][name] for name in _LIMITS if name in item.get("ctx", ())), None)
    if item["type"] in ("too_long", "too_short") and isinstance(item["input"], str):
        most = "at most" if item["type"] == "too_long" else "at least"
        return f"String should have {most} {limit} character{'s' * (limit != 1)}"
    if item["type"] == "string_pattern_mismatch":
        return "not written as it has to be"
    return str(item["msg"]).removeprefix("Value error, ")


def problem(told: Said, *, request_id: str) -> web.Response:
    """The answer to a program."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": told.title,
        "status": told.status,
        "detail": told.message,
        "code": told.code,
        "request_id": request_id,
    }
    if told.errors:
        document["errors"] = [{"field": name, "message": why} for name, why in told.errors]
    if told.now is not None:
        document["now"] = told.now
    return web.Response(
        body=orjson.dumps(document),
        status=told.status,
        content_type="application/problem+json",
        headers=told.headers,
    )


def unread(status: int, message: str) -> Said:
    """What is told of a request that was not read to its end."""
    return Said(status=status, code=_CODES[status], message=message)


def socket_error(error: BaseException) -> dict[str, Any]:
    """The `error` of a socket's acknowledgement. An unforeseen one is logged by who catches it."""
    told = said(error)
    answer: dict[str, Any] = {"code": told.code, "message": told.message}
    if told.errors:
        answer["errors"] = [{"field": name, "message": why} for name, why in told.errors]
    return answer


def _by_server(error: web.HTTPException) -> Said:
    status = error.status
    code = _CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_")
    default = f"{status}: {error.reason}"
    message = error.text if error.text and error.text != default else f"{HTTPStatus(status).phrase}."
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return Said(status=status, code=code, message=message, headers=headers)
