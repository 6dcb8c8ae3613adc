"""web/demo/traffic.py: live sample traffic at a human pace, through the real doors only.

The first contacts, one on each channel, come within seconds; then a new one every 10 to 20 seconds,
in several languages, from customers with a history and from new ones. Never more than twelve are
through the door and unanswered: an unattended demo does not drown.
"""

import asyncio
from collections.abc import Awaitable
from functools import partial
from random import Random

import aiohttp
import aiosmtplib
import structlog

from channels.voice.twilio_standin import TwilioStandin
from desk.kernel.settings import Settings
from web.demo import visitors
from web.demo.contacts import CUSTOMERS
from web.demo.people import Person, people
from web.demo.robots import ROBOTS, Robot
from web.demo.seed import SEED
from web.demo.texts import story
from web.demo.visitors import Doors, Pause

log = structlog.get_logger()

#: Customers who are waiting, or in conversation, at one time.
MOST_AT_ONCE = 12
#: Of those, who wrote and may wait for hours.
MOST_WRITTEN = 6
CHANNELS = ("chat", "email", "sms", "voice")


async def run(
    settings: Settings,
    standin: TwilioStandin,
    rng: Random,
    *,
    robots: bool = True,
    pause: Pause = asyncio.sleep,
) -> None:
    """Sends customers, and signs in the robot agents, until it is cancelled; leaves nothing running."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http, asyncio.TaskGroup() as group:
        doors = Doors(settings=settings, standin=standin, http=http, rng=rng, pause=pause)
        group.create_task(doors.read_mail())
        if robots:
            for token in ROBOTS:
                group.create_task(Robot(settings.public_url, token, Random(rng.random()), pause=pause).run())
        inside: dict[asyncio.Task[None], str] = {}
        try:
            await _send_customers(doors, inside)
        finally:
            for task in inside:
                task.cancel()
            await asyncio.gather(*inside, return_exceptions=True)


async def _send_customers(doors: Doors, inside: dict[asyncio.Task[None], str]) -> None:
    known = people(Random(SEED), CUSTOMERS)
    doors.rng.shuffle(known)
    strangers = people(Random(doors.rng.random()), 400)
    first = list(CHANNELS)
    while True:
        channel = first.pop() if first else doors.rng.choices(CHANNELS, weights=(32, 26, 16, 26))[0]
        written = sum(one in ("email", "sms") for one in inside.values())
        if len(inside) < MOST_AT_ONCE and (written < MOST_WRITTEN or channel in ("chat", "voice")):
            person = (known if doors.rng.random() < 0.75 or not strangers else strangers).pop()
            task = asyncio.create_task(_visit(doors, channel, person))
            inside[task] = channel
            task.add_done_callback(partial(_left, inside))
        if len(known) < 50:
            known = people(Random(SEED), CUSTOMERS)
            doors.rng.shuffle(known)
        await doors.pause(doors.rng.uniform(1, 3) if first else doors.rng.uniform(10, 20))


def _left(inside: dict[asyncio.Task[None], str], task: asyncio.Task[None]) -> None:
    inside.pop(task, None)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("demo_customer_failed", error=repr(error))


async def _visit(doors: Doors, channel: str, person: Person) -> None:
    complaint = doors.rng.random() < 0.12
    told = story(doors.rng, person.language, complaint=complaint)
    deed: Awaitable[None]
    match channel:
        case "email":
            deed = visitors.mail(doors, person, told, complaint=complaint)
        case "sms":
            deed = visitors.text(doors, person, told)
        case "voice":
            deed = visitors.call(doors, person, told)
        case _:
            deed = visitors.chat(doors, person, told)
    try:
        await deed
    except (OSError, TimeoutError, aiosmtplib.SMTPException, aiohttp.ClientError) as error:
        # The shop may be restarting: this customer goes away, the next one tries again.
        log.warning("demo_customer_turned_away", channel=channel, error=type(error).__name__)
