"""channels/model/transport.py: one JSON document to the language-model provider, and the one that comes back.

Asked once: never again by itself, never elsewhere (a redirect is an answer like any other, and not followed), never
beyond the time limit, never more at once than agreed. What goes wrong is a value that says why; neither the key nor
what was sent or answered stands in it.

What is asked for (`/chat/completions`, `/embeddings`) is its caller's business.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp
import orjson

WITHIN_S = 30.0
CONNECTED_WITHIN_S = 5.0
AT_ONCE = 4
#: Bytes of a document that is sent, and of one that is read unless its caller says otherwise.
MOST_SENT = 256 * 1024
MOST_READ = 256 * 1024
_CHUNK = 16 * 1024


class Why(StrEnum):
    """Why there is no answer."""

    BUSY = "busy"  #: as many questions of ours are under way as may be, or the provider says "later"
    SLOW = "slow"  #: nothing, or not all of it, within the time limit
    UNREACHABLE = "unreachable"  #: no connection, a certificate that does not hold, a line that broke
    UNAUTHORISED = "unauthorised"  #: the provider does not accept the key
    REFUSED = "refused"  #: it does not do this: a model that it does not have, an address that leads nowhere
    BROKEN = "broken"  #: it failed itself
    TOO_LARGE = "too_large"  #: of what was to be sent, or of what came back
    UNREADABLE = "unreadable"  #: what came back is not what was asked for
    CUT = "cut"  #: the answer stopped in the middle


@dataclass(frozen=True, kw_only=True)
class Failed:
    """There is no answer; `status` is what the provider said by HTTP, 0 where it said nothing."""

    why: Why
    status: int = 0


class ModelTransport:
    """The way to the provider at `url`, which an operator set: it may be this machine.

    Made anywhere; the connections open with the first question, inside the running loop.
    """

    def __init__(self, *, url: str, key: str = "", within_s: float = WITHIN_S, at_once: int = AT_ONCE) -> None:
        self._url = url
        self._key = key
        self._within_s = within_s
        self._free = at_once
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, path: str, document: Mapping[str, Any], *, most: int = MOST_READ) -> dict[str, Any] | Failed:
        """What the provider answers at `path`, which begins with a slash; of more than `most` bytes, nothing."""
        sent = orjson.dumps(document)
        if len(sent) > MOST_SENT:
            return Failed(why=Why.TOO_LARGE)
        if self._free < 1:
            return Failed(why=Why.BUSY)
        self._free -= 1
        try:
            async with asyncio.timeout(self._within_s):
                return await self._post(path, sent, most)
        except TimeoutError:
            return Failed(why=Why.SLOW)
        except (aiohttp.ClientError, OSError):
            return Failed(why=Why.UNREACHABLE)
        finally:
            self._free += 1

    async def close(self) -> None:
        """Closes the connections. Closing twice is not an error."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, path: str, sent: bytes, most: int) -> dict[str, Any] | Failed:
        session = self._connected()
        async with session.post(f"{self._url}{path}", data=sent, allow_redirects=False) as response:
            if response.status != 200:
                return Failed(why=_why(response.status), status=response.status)
            read = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                read += chunk
                if len(read) > most:
                    return Failed(why=Why.TOO_LARGE, status=200)
        try:
            answer = orjson.loads(read)
        except orjson.JSONDecodeError:
            answer = None
        return answer if isinstance(answer, dict) else Failed(why=Why.UNREADABLE, status=200)

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
            if self._key:
                headers["Authorization"] = f"Bearer {self._key}"
            self._session = aiohttp.ClientSession(
                headers=headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._within_s, sock_connect=CONNECTED_WITHIN_S),
                auto_decompress=False,  # a few bytes could become gigabytes
                trust_env=False,
            )
        return self._session


def _why(status: int) -> Why:
    if status in (401, 403):
        return Why.UNAUTHORISED
    if status in (408, 425, 429):
        return Why.BUSY
    return Why.BROKEN if status >= 500 else Why.REFUSED
