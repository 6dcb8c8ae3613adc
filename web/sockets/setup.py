"""web/sockets/setup.py: puts the sockets into an application, and runs what they do by themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from desk import agents, chats
from desk.access import SEEN_EVERY
from desk.desk import Desk
from desk.errors import CarelineError
from desk.log import log
from desk.relay import Relay
from desk.transaction import Actor, Tx
from web.limiter import LIMITER
from web.realtime import Realtime
from web.sockets import doors
from web.sockets.chat import Chat
from web.sockets.console import Console
from web.sockets.floor import Floor
from web.sockets.presences import Presences
from web.sockets.screens import Screens

ACTOR = Actor.system("sockets")
REALTIME: web.AppKey[Realtime] = web.AppKey("realtime", Realtime)

#: Who may still be here is asked this often.
CHECK_EVERY_S = 2.0
PLACES_EVERY_S = 1.0
#: The database may be away when we start: tried again this often.
AGAIN_S = 1.0


def setup(app: web.Application, desk: Desk, relay: Relay) -> Realtime:
    """Answers Socket.IO in `app`. While the application runs, screens are fed by `relay`, which the caller runs."""
    realtime = app[REALTIME] = Realtime(["/console", "/floor", "/chat"])
    screens, presences = Screens(desk, realtime), Presences(desk)
    chat = Chat(desk, realtime, screens, app[LIMITER])
    for namespace in (Console(desk, realtime, screens, presences), Floor(desk, realtime, screens), chat):
        realtime.add(namespace)
    realtime.attach(app)

    async def alive(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_run(desk, relay, realtime, screens, presences, chat), name="sockets")
        yield
        relay.remove("screens")
        relay.remove("presences")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await realtime.close()

    app.cleanup_ctx.append(alive)
    return realtime


async def _run(
    desk: Desk, relay: Relay, realtime: Realtime, screens: Screens, presences: Presences, chat: Chat
) -> None:
    if desk.settings.role == "all":  # the only process: whoever was here before it is not connected now
        await _until_done(lambda: desk.transact(ACTOR, _nobody_is_here))
    await _until_done(screens.load)
    relay.add("screens", screens.feed, since=screens.position)
    relay.add("presences", presences.feed, since=screens.position)

    async def settle() -> None:
        await presences.settle()
        await doors.send_away(desk, realtime)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(screens.run())
        tasks.create_task(_every(CHECK_EVERY_S, realtime, settle))
        tasks.create_task(_every(PLACES_EVERY_S, realtime, chat.tell_places))
        tasks.create_task(_every(SEEN_EVERY.total_seconds(), realtime, lambda: doors.keep_signed_in(desk, realtime)))


async def _until_done(deed: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await deed()
            return
        except CarelineError as error:
            log.warning("sockets_wait", error=type(error).__name__)
            await asyncio.sleep(AGAIN_S)


async def _every(seconds: float, realtime: Realtime, deed: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        await realtime.surely(deed)


def _nobody_is_here(tx: Tx) -> None:
    agents.nobody_is_connected(tx)
    chats.nobody_is_there(tx)
