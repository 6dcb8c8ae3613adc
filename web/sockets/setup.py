"""web/sockets/setup.py: puts the sockets into an application, and runs what they do by themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from aiohttp import web

from desk.agents import agents
from desk.contacts import chats
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.log import log
from desk.kernel.nodes import Node, forget_others
from desk.kernel.relay import Relay
from desk.kernel.transaction import Actor, Tx
from desk.people.access import SEEN_EVERY
from web.limiter import LIMITER
from web.sockets import doors
from web.sockets.chat import Chat
from web.sockets.console import Console
from web.sockets.floor import Floor
from web.sockets.presences import Presences
from web.sockets.realtime import LOOK_EVERY_S, Realtime
from web.sockets.screens import Screens
from web.sockets.visitors import Visitors

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
    node = Node(desk)
    screens, presences, visitors = Screens(desk, realtime), Presences(desk, node), Visitors(desk, realtime)
    chat = Chat(desk, realtime, screens, app[LIMITER])
    for namespace in (Console(desk, realtime, screens, presences), Floor(desk, realtime, screens), chat):
        realtime.add(namespace)
    realtime.attach(app)

    feeds = {"screens": screens.feed, "presences": presences.feed, "visitors": visitors.feed}

    async def settle() -> None:
        await presences.settle()
        await doors.send_away(desk, realtime)

    async def run() -> None:
        if desk.is_alone():  # whoever was here before this process is not connected now
            await _until_done(lambda: desk.transact(ACTOR, _nobody_is_here, node.id))
        await _until_done(screens.load)
        for name, feed in feeds.items():
            relay.add(name, feed, since=screens.position)
        realtime.telling.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(node.run())
            tasks.create_task(screens.run())
            tasks.create_task(_every(LOOK_EVERY_S, realtime, realtime.cut_off_the_dead))
            tasks.create_task(_every(CHECK_EVERY_S, realtime, settle))
            tasks.create_task(_every(PLACES_EVERY_S, realtime, chat.tell_places))
            tasks.create_task(_every(PLACES_EVERY_S, realtime, chat.tell_openings))
            signed_in = partial(doors.keep_signed_in, desk, realtime)
            tasks.create_task(_every(SEEN_EVERY.total_seconds(), realtime, signed_in))

    async def alive(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(run(), name="sockets")
        yield
        for name in feeds:
            relay.remove(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await realtime.close()

    app.cleanup_ctx.append(alive)
    return realtime


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


def _nobody_is_here(tx: Tx, node_id: str) -> None:
    forget_others(tx, node_id)
    agents.nobody_is_connected(tx, node_id)
    chats.nobody_is_there(tx)
