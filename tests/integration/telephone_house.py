"""A floor with the telephone network around it: signed webhooks, TwiML, a stand-in that plays the carrier."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.twilio_account import TwilioAccount
from channels.voice.twilio import TwilioCarrier
from channels.voice.twilio_standin import TwilioStandin
from desk.kernel.clock import ManualClock
from knowledgebase.contacts.by_phone import PublicArticles
from tests.integration.floor import Floor, open_floor
from web.edge import DESK
from web.hooks import dialled, line, twilio
from web.hooks.articles import ARTICLES

TOKEN = "secret"  # of these tests


@asynccontextmanager
async def open_telephones(
    database_url: str, folder: Path, clock: ManualClock
) -> AsyncIterator[tuple[Floor, TwilioStandin]]:
    """The floor, and the network, whose carrier it rings by; the network must have met no problem in the end."""
    async with AsyncExitStack() as stack:
        last = await stack.enter_async_context(AsyncExitStack())  # jobs may speak to the carrier until the floor ends
        floor = await stack.enter_async_context(open_floor(database_url, folder, clock))
        app = web.Application()
        app[DESK] = floor.desk
        app[ARTICLES] = PublicArticles("http://desk.test/help/a")
        app.add_routes([*twilio.routes, *dialled.routes, *line.routes])
        server = TestServer(app)
        await stack.enter_async_context(server)
        public_url = str(server.make_url("")).rstrip("/")
        network = TwilioStandin("AC1", TOKEN, public_url=public_url, music_s=0.02, now=clock.now)
        await stack.enter_async_context(network)
        news = {"public_url": public_url, "twilio_auth_token": TOKEN}
        floor.desk.settings = floor.desk.settings.model_copy(update=news)
        account = TwilioAccount(account_sid="AC1", auth_token=TOKEN, base_url=network.base_url)
        carrier = TwilioCarrier(account, public_url=public_url, countries={"DE", "GB"})
        last.push_async_callback(carrier.close)
        for verb in ("originate", "instruct", "join", "leave", "hangup", "living", "end_of"):
            setattr(floor.carrier, verb, getattr(carrier, verb))
        yield floor, network
        await floor.jobs_done()  # nobody speaks to a network that has gone
        assert network.problems == []
