"""web/app.py: the composition root: the only file that knows everything.

    settings ─▶ tables ─▶ desk ─▶ ways out ─▶ lease · relay · router · runner ─▶ sockets ─▶ mail door ─▶ requests

`build` makes the application; starting it opens all of this in that order, and stopping it closes it
in the opposite one: no new requests, no new mail, sockets told to go, work handed back, database last.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from aiohttp import web

from channels.email.receive_smtp import Receiver
from desk.call_watch import CallWatch
from desk.contacts import mails
from desk.floor import back_tests
from desk.handlers import handlers
from desk.kernel import table_counts
from desk.kernel.bell import Bell, is_needed
from desk.kernel.clock import Clock
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.event_log import head
from desk.kernel.events import Logged, OrganizationChanged
from desk.kernel.relay import Relay
from desk.kernel.runner import Runner
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor
from desk.node_watch import NodeWatch
from desk.organization.organization import setting
from desk.router import Router
from knowledgebase.contacts.by_phone import PublicArticles
from knowledgebase.handlers import HANDLERS as KNOWLEDGE
from knowledgebase.learning import night
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.meaning.model import is_installed as meaning_is_installed
from knowledgebase.search import indexing_anew
from web.api import ROUTES
from web.assets import STATIC, Assets
from web.edge import DESK
from web.hooks import dialled, line, twilio
from web.hooks.articles import ARTICLES
from web.metrics import METRICS
from web.pages import health
from web.pages.routes import PAGES
from web.site import make_site
from web.sockets.setup import setup
from web.start_up import ready_database, taken
from web.tasks import Tasks
from web.ways_out import open_ways_out

#: Whatever answers beside the API: pages, and the doors of the carrier.
PARTS = (*PAGES, twilio, dialled, line)

TASKS: web.AppKey[Tasks] = web.AppKey("tasks", Tasks)

_SYSTEM = Actor.system("app")


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    static: Path = STATIC,
    prepare: Callable[[Desk], Awaitable[object]] | None = None,
) -> web.Application:
    """The whole server as an application. `prepare` runs once the database is there, before anything else.

    Raises:
        SettingsError: the browser files are not built.
    """
    desk = Desk(settings, clock=clock)
    app = make_site(desk, Assets(static))
    app[ARTICLES] = PublicArticles(f"{settings.public_url}/help/a")
    lease = Lease(desk)
    relay = Relay(desk, lease)
    app[health.LEASE], app[health.RELAY] = lease, relay
    app[health.WATCH] = health.Watch(desk, app[METRICS], lease, relay)
    app.add_routes(health.routes)
    if settings.role != "router":
        for routes in ROUTES:
            app.add_routes(routes)
        for part in PARTS:
            app.add_routes(part.routes)
    app.cleanup_ctx.append(partial(_run, prepare=prepare))
    if settings.role != "router":
        realtime = setup(app, desk, relay)
        app.cleanup_ctx.append(_mail_door)

        async def let_go(_app: web.Application) -> None:
            await realtime.close()  # before the server waits for its last requests: consoles would never end

        app.on_shutdown.append(let_go)
    return app


async def _run(app: web.Application, *, prepare: Callable[[Desk], Awaitable[object]] | None) -> AsyncIterator[None]:
    """The desk and everything that works by itself."""
    desk, lease, relay = app[DESK], app[health.LEASE], app[health.RELAY]
    tasks = app[TASKS] = Tasks()
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(ready_database, desk.settings)
        await desk.start()
        stack.push_async_callback(desk.close)
        if prepare is not None:
            await prepare(desk)
        # What follows reads the database once and hears the log from here on, not from where the relay finds its end.
        seen = await desk.read(_SYSTEM, head)
        countries = set(await desk.read(_SYSTEM, setting, "dial_countries"))
        out = await open_ways_out(desk, stack, countries=countries)
        relay.add("dialling", partial(_follow_countries, desk, countries), since=seen)
        stack.push_async_callback(tasks.stop)
        if desk.settings.role != "web":
            router = app[health.WATCH].router = Router(desk, lease)
            relay.add("router", router.feed, since=seen)
            tasks.start("lease", lease.run())
            tasks.start("router", router.run())
            tasks.start("nodes", NodeWatch(desk, lease).run())
            if out.carrier is not None:
                tasks.start("calls", CallWatch(desk, lease, out.carrier).run())
        tasks.start("relay", relay.run())
        if is_needed(desk):
            tasks.start("bell", Bell(desk, relay).run())
        doers = handlers(out.channels, out.carrier, desk.settings.public_url) | KNOWLEDGE
        runner = Runner(desk, doers)
        await desk.transact(_SYSTEM, back_tests.plan)
        await desk.transact(_SYSTEM, night.plan)
        await desk.transact(_SYSTEM, indexing_anew.plan)
        await table_counts.ask(desk)  # a backup that was put back knows no counts
        tasks.start("jobs", runner.run())
        if meaning_is_installed():
            relay.add("meanings", desk.kept(Meanings).hear, since=seen)
            tasks.start("meanings", desk.kept(Meanings).run(desk))
        yield


async def _follow_countries(desk: Desk, countries: set[str], batch: Sequence[Logged]) -> None:
    """A country that the organization no longer dials is not dialled from that moment."""
    if any(isinstance(logged.event, OrganizationChanged) for logged in batch):
        now = set(await desk.read(_SYSTEM, setting, "dial_countries"))
        countries.intersection_update(now)
        countries.update(now)


async def _mail_door(app: web.Application) -> AsyncIterator[None]:
    """The built-in mail receiver."""
    desk = app[DESK]
    if not desk.settings.smtp_listen:
        yield
        return
    receiver = Receiver(
        desk.settings.smtp_listen,
        partial(mails.take_in, desk),
        spool=desk.settings.data_dir / "spool",
        now=desk.clock.now,
    )
    try:
        await receiver.start()
    except OSError as error:
        raise taken("CARELINE_SMTP_LISTEN", desk.settings.smtp_listen, error) from error
    yield
    await receiver.stop()
