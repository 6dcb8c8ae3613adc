"""web/bad_requests.py: what comes to our door and is no HTTP.

The stock server answers such bytes with its parser's complaint and writes them into the log, with a stack
trace: a token in an address, a customer's words in a body. Here they are refused in two words, and the log
has the kind of error. One private hook of the library is replaced; `tests/security/test_front_door.py`
says so when it moves.
"""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from desk.log import log

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
    if request.writer.output_size > 0:
        raise ConnectionError  # an answer is on its way already
    headers = {"Server": "careline", "X-Content-Type-Options": "nosniff"}
    response = web.Response(status=status, text=HTTPStatus(status).phrase, headers=headers)
    response.force_close()
    return response
