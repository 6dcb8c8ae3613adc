"""channels/twilio_account.py: our account at Twilio: one connection pool, time limits, and errors in our words.

Calls and texts share it. The library's own client takes a time limit and forgets it, so every
request is bounded here.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client
from twilio.rest.api import Api  # noqa: F401  # the client would import it in the first request, while everybody waits

from channels.errors import ChannelError, InDoubt, Rejected, Unauthorised, Unavailable

#: What Twilio's own codes mean, where its sentence would not help an agent.
_MEANINGS = {
    21211: "not a telephone number that can be reached",
    21214: "not a telephone number that can be reached",
    21217: "not a telephone number that can be reached",
    21215: "our account may not call this country",
    21219: "our account may not call this number",
    21220: "the call has ended already",
    21408: "our account may not send texts to this country",
    21610: "the customer has asked for no more texts",
    21612: "texts cannot reach this number",
    21614: "not a mobile number",
    21617: "longer than 1,600 characters",
}
#: A request that Twilio refuses for now and would take later.
_LATER = frozenset({408, 425, 429})

#: What the library comes to when an answer is none, or JSON of another shape: it looks into it unasked.
_ODD = (ValueError, TypeError, AttributeError, LookupError)

# The library would write addresses and numbers into the log at INFO.
_silent = logging.getLogger("careline.twilio")
_silent.setLevel(logging.CRITICAL + 1)


class TwilioAccount:
    """Asks Twilio, or whoever speaks like it at `base_url`.

    Made anywhere; the connection pool opens with the first request, inside the running loop.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_key: str = "",
        api_secret: str = "",
        base_url: str = "",
        time_limit_s: float = 10.0,
    ) -> None:
        self._account_sid = account_sid
        self._user, self._password = (api_key, api_secret) if api_key else (account_sid, auth_token)
        self._base_url = base_url
        self._time_limit_s = time_limit_s
        self._http: AsyncTwilioHttpClient | None = None
        self._client: Any = None

    async def ask(self, request: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """Makes one request with the library's client and returns its answer.

        Raises:
            Rejected: Twilio will not do this, however often it is asked.
            Unauthorised: it does not accept our credentials.
            Unavailable: no answer within the time limit, or "later". What was asked may have happened.
        """
        if not self._user or not self._password or not self._account_sid:
            raise Unauthorised("no Twilio account is set")
        try:
            async with asyncio.timeout(self._time_limit_s):
                return await request(self._connected())
        except TimeoutError as error:
            raise InDoubt("Twilio did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unavailable("Twilio cannot be reached") from error
        except TwilioException as error:
            raise _ours(error) from error
        except _ODD as error:
            raise InDoubt("Twilio's answer could not be read") from error

    async def close(self) -> None:
        """Closes the connections. Closing twice is not an error."""
        http, self._http, self._client = self._http, None, None
        if http is not None:
            await http.close()

    def _connected(self) -> Any:
        if self._client is None:
            self._http = AsyncTwilioHttpClient(logger=_silent)
            self._client = Client(
                account_sid=self._account_sid,
                credential_provider=_Credentials(self._user, self._password),
                http_client=self._http,
            )
            if self._base_url:
                self._client.api.base_url = self._base_url
        return self._client


class _Credentials:
    """Basic authentication as a header: the library's own way is deprecated in aiohttp."""

    def __init__(self, user: str, password: str) -> None:
        self._header = aiohttp.encode_basic_auth(user, password)

    def to_auth_strategy(self) -> "_Credentials":
        return self

    def get_auth_string(self) -> str:
        return self._header


def status_of(error: ChannelError) -> tuple[int, int]:
    """(HTTP status, Twilio's code) behind one of our errors; zeros where there was no answer."""
    cause = error.__cause__
    return int(getattr(cause, "status", 0) or 0), int(getattr(cause, "code", 0) or 0)


def _ours(error: TwilioException) -> ChannelError:
    status = int(getattr(error, "status", 0) or 0)
    code = int(getattr(error, "code", 0) or 0)
    if status in (401, 403) and code not in _MEANINGS:
        return Unauthorised("Twilio does not accept our credentials")
    if status in _LATER or status >= 500 or status == 0:
        return Unavailable(f"Twilio says: not now ({status or 'no status'})")
    said = str(getattr(error, "msg", "") or getattr(error, "detail", "") or getattr(error, "title", ""))
    return Rejected(_MEANINGS.get(code) or said.partition(": ")[2] or said or f"Twilio refused ({status})")
