"""web/demo/house.py: the sample shop as one process: server, mail sink, stand-in carrier, customers.

Outgoing mail ends in a sink, calls and texts at a stand-in for Twilio: both listen on loopback and are
reached like the real ones, so that the demo walks through the doors of production. Whatever a
`CARELINE_*` variable names takes their place.
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from channels.email.sink import Sink
from channels.voice.twilio_standin import TwilioStandin, start_memory_carrier
from desk.kernel.clock import Clock, FileClock, SystemClock
from desk.kernel.desk import Desk
from desk.kernel.settings import Settings, SettingsError, load_settings, set_outside
from web.app import build
from web.demo import pages, traffic
from web.demo.contacts import NUMBER
from web.demo.keys import SINK
from web.demo.seed import PASSWORD, prepare
from web.edge import DESK, Handler
from web.serve import serve
from web.tasks import Tasks

BIND = "127.0.0.1:8080"
SMTP = "127.0.0.1:8025"
#: A file of settings in the working folder is somebody's installation: nothing of it is the demo's.
NOT_FROM_A_FILE = (
    "database_url",
    "public_url",
    "smtp_url",
    "imap_url",
    "redis_url",
    "trusted_proxies",
    "twilio_account_sid",
    "twilio_auth_token",
    "twilio_api_key",
    "twilio_api_secret",
    "twilio_api_base_url",
    "model_url",
    "model_key",
    "model_name",
)
#: Seconds of waiting music before the carrier asks again how long it takes.
MUSIC_S = 5.0


async def open_demo(data_dir: Path | None, *, quiet: bool, say: Callable[[str], Any]) -> int:
    """Opens the shop and serves until a signal; returns the exit code. `say` prints a line for people.

    Raises:
        SettingsError: a setting is wrong, a port is taken, or it would listen beyond loopback.
    """
    async with AsyncExitStack() as stack:
        temporary = data_dir is None and "data_dir" not in set_outside()
        if temporary:
            data_dir = Path(tempfile.mkdtemp(prefix="careline-demo-"))
            stack.callback(shutil.rmtree, data_dir, ignore_errors=True)
        settings = demo_settings(data_dir)
        clock = FileClock(settings.test_clock) if settings.test_clock else SystemClock()
        settings, sink, standin = await _stand_ins(settings, clock, stack)
        app = build(settings, clock=clock, prepare=partial(_prepared, quiet=quiet))
        app.add_routes(pages.routes)
        if sink is not None:
            app[SINK] = sink
        app.middlewares.append(one_name)
        customers = Tasks()

        def ready() -> None:
            if not quiet and standin is not None:
                customers.start("demo customers", traffic.run(settings, standin, Random()))
            for line in welcome(settings, quiet=quiet, temporary=temporary):
                say(line)

        return await serve(app, settings, ready=ready, leaving=customers.stop)


@web.middleware
async def one_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Leads a browser from `localhost` to the public address: sockets and cookies are for that one alone."""
    by_hand = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    public_url = request.app[DESK].settings.public_url
    if by_hand and request.url.host == "localhost" != urlsplit(public_url).hostname:
        raise web.HTTPTemporaryRedirect(f"{public_url}{request.path_qs}")
    return await handler(request)


def demo_settings(data_dir: Path | None) -> Settings:
    """The demo's settings: its own defaults, under what the environment says.

    Raises:
        SettingsError: one is wrong, or the demo would listen beyond loopback.
    """
    wanted = {"bind": BIND, "smtp_listen": SMTP, "voice_carrier": "twilio"} | dict.fromkeys(NOT_FROM_A_FILE, "")
    outside = set_outside()
    flags = {name: value for name, value in wanted.items() if name not in outside}
    settings = load_settings(**flags, data_dir=data_dir, role="all", demo=True)
    for name, address in (("CARELINE_BIND", settings.bind), ("CARELINE_SMTP_LISTEN", settings.smtp_listen)):
        host = address.rpartition(":")[0].strip("[]")
        if address and not (host in ("localhost", "::1") or host.startswith("127.")):
            raise SettingsError(f"{name}: the demo listens on loopback only, as everybody knows its passwords.")
    return settings


def welcome(settings: Settings, *, quiet: bool, temporary: bool) -> list[str]:
    """What the demo tells who started it."""
    url = settings.public_url
    return [
        "",
        f"Careline demo is ready at {url}",
        "",
        f"  Sign in     {url}/login   password: {PASSWORD}",
        "              agent1@demo.test … agent8@demo.test, supervisor@demo.test, admin@demo.test",
        f"  Console     {url}/console",
        f"  Floor       {url}/floor",
        f"  Complaints  {url}/complaints",
        f"  Reports     {url}/reports",
        f"  Admin       {url}/admin",
        f"  Shop        {url}/demo/shop   with the chat widget",
        f"  Contact     {url}/contact   Help {url}/help",
        f"  Mail out    {url}/demo/mail",
        f"  Mail in     {settings.smtp_listen}   to support@demo.test, billing@demo.test, complaints@demo.test",
        f"  Telephone   {NUMBER}   rung by the customers of the demo",
        f"  API         {url}/api/v1/docs   tokens: demo-agent1 … demo-agent8, demo-supervisor, demo-admin",
        f"  Data        {settings.data_dir.absolute()}{'   (temporary)' if temporary else ''}",
        "",
        "Nobody gets in touch (--quiet). Ctrl C stops it."
        if quiet
        else "Customers get in touch by themselves, and agent5 to agent8 answer some. Ctrl C stops it.",
    ]


async def _prepared(desk: Desk, *, quiet: bool) -> None:
    with desk.in_bulk():
        await prepare(desk, now=desk.clock.now(), quiet=quiet)


async def _stand_ins(
    settings: Settings, clock: Clock, stack: AsyncExitStack
) -> tuple[Settings, Sink | None, TwilioStandin | None]:
    """A sink and a carrier for what the settings do not name, and the settings that lead there."""
    found: dict[str, str] = {}
    sink = standin = None
    if not settings.smtp_url:
        sink = Sink(now=clock.now, folder=settings.data_dir / "sent-mail")
        await sink.start()
        stack.push_async_callback(sink.stop)
        found["smtp_url"] = sink.url
    if not settings.twilio_api_base_url:
        standin = await start_memory_carrier(
            public_url=settings.public_url,
            now=clock.now,
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            music_s=MUSIC_S,
        )
        stack.push_async_callback(standin.stop)
        found["twilio_account_sid"] = standin.account_sid
        found["twilio_auth_token"] = standin.auth_token
        found["twilio_api_base_url"] = standin.base_url
    return settings.model_copy(update=found), sink, standin
