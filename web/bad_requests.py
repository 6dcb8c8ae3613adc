"""web/bad_requests.py: what comes to our door and is no HTTP.

The stock server answers such bytes with its parser's complaint and writes them into the log, with a stack
trace: a token in an address, a customer's words in a body. Here they are refused in two words, and the log
has the kind of error. Of an address or a header that is longer than is read it is said which, in the form that the
API has; an address alone tells whether a person waits for a page. One private hook of the library is replaced;
`tests/security/test_front_door.py` says so when it moves.
"""

import secrets
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from desk.kernel.log import log
from web.errors import problem, unread

#: So much of an address and of a header is read, and so many headers. What is more than may be, and not than this, is
#: answered by `web/middleware.py`, which knows who asks; a browser's pile of cookies is not more than this.
READ = {"max_line_size": 32 * 1024, "max_field_size": 64 * 1024, "max_headers": 256}
#: How the library begins to say which address was too long.
_ADDRESS = "bytearray(b'/"
#: How it says that there are more headers than it reads.
_TOO_MANY = "Too many headers"
_PAGE = "<!doctype html><html lang=en><title>URI Too Long</title><p>This address is too long."

_stock = RequestHandler.handle_error


def keep_to_ourselves() -> None:
    """From now on the servers of this process say and log nothing of what was no request."""
    RequestHandler.handle_error = _refused  # type: ignore[method-assign, assignment]


def _refused(
    connection: Any,
    request: web.BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    if status >= 500:  # a bug: the stock answer says nothing either, and the log is ours
        return _stock(connection, request, status, exc, message)
    log.info("bad_request", status=status, error=type(exc).__name__)
    if isinstance(exc, LineTooLong):
        response = _too_long(exc)
    elif _TOO_MANY in str(exc):
        response = problem(unread(431, "There are too many headers."), request_id=secrets.token_hex(8))
    else:
        response = _in_two_words(status)
    response.headers.update({"Server": "careline", "X-Content-Type-Options": "nosniff"})
    if request.writer.output_size > 0:
        raise ConnectionError  # an answer is on its way already
    response.force_close()
    return response


def _in_two_words(status: int) -> web.Response:
    return web.Response(status=status, text=HTTPStatus(status).phrase)


def _too_long(error: LineTooLong) -> web.Response:
    line = str(error.args[0])
    if not line.startswith(_ADDRESS):
        return problem(unread(431, "A header is too long."), request_id=secrets.token_hex(8))
    if line.startswith(f"{_ADDRESS}api/"):
        return problem(unread(414, "The address is too long."), request_id=secrets.token_hex(8))
    return web.Response(status=414, text=_PAGE, content_type="text/html")
