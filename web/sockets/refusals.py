"""web/sockets/refusals.py: how a socket says no."""

import secrets
from typing import Any

from socketio.exceptions import ConnectionRefusedError as TurnedAway

from desk.kernel.errors import CarelineError, Unavailable
from desk.kernel.log import log, where
from web.errors import socket_error


class UnknownEvent(CarelineError):
    """Nothing here has that name."""

    code = "unknown_event"

    def __init__(self) -> None:
        super().__init__("There is no such event here.")


class NotConnected(CarelineError):
    """Connect to the namespace first."""

    code = "not_connected"

    def __init__(self) -> None:
        super().__init__("Connect first.")


class RateLimited(CarelineError):
    """Too many messages in a short time; this one was not looked at."""

    code = "rate_limited"

    def __init__(self, message: str = "Too much at once. Please wait a moment.") -> None:
        super().__init__(message)


class NotBuilt(Unavailable):
    """Asked for something that a later version brings; nothing was changed."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.message = f"{what} is not available here yet; nothing was changed."


class NoCarrier(Unavailable):
    """Nobody is there who could ring a telephone; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The telephone")
        self.message = "No carrier is set up here that could make calls; nothing was changed."


def refused(error: BaseException) -> dict[str, Any]:
    """The acknowledgement that says no, and why."""
    return {"ok": False, "error": socket_error(error)}


def unforeseen(error: Exception, place: str, asked: str) -> dict[str, Any]:
    """The acknowledgement of what should not have happened: a constant sentence, and an id to ask by."""
    id = secrets.token_hex(8)
    log.error(
        "socket_event_failed", id=id, namespace=place, asked=asked, error=type(error).__name__, where=where(error)
    )
    return {"ok": False, "error": socket_error(error) | {"id": id}}


def turned_away(error: BaseException, answer: dict[str, Any] | None = None) -> TurnedAway:
    """What the library makes a refused connection of: the sentence, and the rest as its data."""
    told = dict((answer or refused(error))["error"])
    return TurnedAway(told.pop("message"), told)
