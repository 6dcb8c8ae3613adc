"""web/serve.py: listens, until it is told to stop.

Sockets of ours have a long backlog (three thousand consoles come back at once after a restart) and
small send buffers (what a slow console has not read is stale). After start-up the garbage collector
forgets what lives for ever: half of the cost of telling everybody something was its walks.
"""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress

from aiohttp import web

from desk.kernel.log import log
from desk.kernel.settings import Settings, unknown_outside
from web.app import TASKS
from web.edge import DESK
from web.pages.health import LEASE
from web.start_up import check_carrier, reach_redis, taken, without_effect
from web.tasks import stop_signals

BACKLOG = 4096
SEND_BUFFER = 128 * 1024
#: How long requests may go on after the end was asked for.
LAST_REQUESTS_S = 5.0
#: How long "ready" waits for the router.
ROUTES_WITHIN_S = 5.0


async def serve(
    app: web.Application,
    settings: Settings,
    *,
    ready: Callable[[], None] = lambda: None,
    leaving: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Serves `app` until a signal; returns the exit code.

    `ready` is called once it listens, `leaving` is awaited before it listens no more.

    Raises:
        SettingsError: a port that is taken, a database, a Redis or a carrier that cannot be used.
    """
    check_carrier(settings)
    stop = asyncio.Event()
    stop_signals(stop)
    listener = listen(settings.bind)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_REQUESTS_S)
    begun = False
    try:
        if settings.smtp_listen and settings.role != "router":
            listen(settings.smtp_listen, "CARELINE_SMTP_LISTEN").close()  # it opens last: nothing is begun in vain
        await reach_redis(settings)
        await runner.setup()
        begun = True
        for name in unknown_outside():
            log.warning("unknown_setting", name=name)
        for name, why in without_effect(settings):
            log.warning("setting_without_effect", setting=name, why=why)
        site = web.SockSite(runner, listener, backlog=BACKLOG)
        try:
            await site.start()
        except OSError as error:
            raise taken("CARELINE_BIND", settings.bind, error) from error
        _settle_memory()
        log.info("listening", bind=settings.bind, role=settings.role)
        await _routing(app)
        ready()
        code = await _until(stop, app)
        if leaving is not None:
            await leaving()
        await site.stop()
        return code
    finally:
        with suppress(OSError):
            listener.close()  # a loop may listen on a copy: nobody shall wait in our line
        await runner.cleanup()
        if begun:  # who could not even begin is told why, and nothing else
            log.info("stopped")


def listen(bind: str, name: str = "CARELINE_BIND") -> socket.socket:
    """A socket that waits for connections at `host:port`, as the setting `name` asks.

    Raises:
        SettingsError: the port is taken, or the address is not ours.
    """
    host, _, port = bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with ExitStack() as unless_bound:
            listener = unless_bound.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            listener.bind(address)
            unless_bound.pop_all()
    except OSError as error:
        raise taken(name, bind, error) from error
    listener.setblocking(False)
    return listener


def _settle_memory() -> None:
    """What is here now lives for ever: the collector need not look at it again, nor look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


async def _routing(app: web.Application) -> None:
    """Waits until this process routes; not for long, as another may."""
    lease, held = app[LEASE], asyncio.Event()
    lease.on_change.append(held.set)
    if app[DESK].settings.role == "all" and not lease.held:
        with suppress(TimeoutError):
            async with asyncio.timeout(ROUTES_WITHIN_S):
                await held.wait()
    lease.on_change.remove(held.set)


async def _until(stop: asyncio.Event, app: web.Application) -> int:
    """Waits for a signal, or for a part of the server to die; 0 or 1."""
    broken = app[TASKS].broken
    waits = [asyncio.create_task(event.wait()) for event in (stop, broken)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return 1 if broken.is_set() else 0
