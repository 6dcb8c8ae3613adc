"""channels/voice/twilio_standin.py: stands in for Twilio, for tests, for the demo, and for a house without a carrier.

It serves the REST requests that we make, sends signed webhooks to our public address, and plays
callers and the telephones that we ring. What passes here passes the very doors of production: the
only thing that is not real is the voice.

    standin = TwilioStandin("AC…", "token", now=clock.now, public_url="http://127.0.0.1:8080")
    await standin.start()                                   # then set twilio_api_base_url to standin.base_url
    ana = standin.call("+493023125001", "+493023125000")
    await ana.presses("1")
    await ana.connected()

`problems` lists every webhook that was not answered well; a test that expects none says so.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Self

from aiohttp import web

from channels.voice.standin_exchange import Exchange, Telephone, Text
from channels.voice.standin_line import Line
from channels.voice.standin_rest import EXCHANGE, routes
from channels.voice.standin_room import new_sid

__all__ = ["Line", "Telephone", "Text", "TwilioStandin", "start_memory_carrier"]


class TwilioStandin(Exchange):
    """A Twilio of our own, listening on loopback: one account, any number of calls and texts."""

    #: Where it listens, once started.
    base_url = ""
    _runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listens; `base_url` says where."""
        self.open()
        app = web.Application()
        app[EXCHANGE] = self
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Drops every call and stops listening. Stopping twice is not an error."""
        await self.close()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


async def start_memory_carrier(
    *,
    public_url: str,
    now: Callable[[], datetime],
    account_sid: str = "",
    auth_token: str = "",
    port: int = 0,
    music_s: float = 5.0,
) -> TwilioStandin:
    """Starts a stand-in inside this process, for the carrier `memory`.

    What is not given is made up; read `account_sid`, `auth_token` and `base_url` back from it.
    """
    standin = TwilioStandin(
        account_sid or new_sid("AC"), auth_token or new_sid(""), public_url=public_url, music_s=music_s, now=now
    )
    await standin.start(port)
    return standin
