"""A floor with everything behind it but doors: the desk on a real database, relay, router and jobs at work,
a clock that we move, and channels that keep what they are given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channels.errors import ChannelError
from channels.types import Arrival, Outgoing
from desk.agents import agents
from desk.contacts import ending, messages
from desk.contacts.intake import Received, receive
from desk.handlers import handlers
from desk.kernel.clock import ManualClock
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.event_log import head
from desk.kernel.relay import Relay
from desk.kernel.runner import Runner
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Row, Tx
from desk.organization.file import Document, read
from desk.organization.organization import load
from desk.router import Router
from desk.tables import interactions as interactions_table
from desk.tables import jobs as jobs_table
from desk.tables import offers as offers_table
from desk.tables import queues, users
from desk.work import offers
from knowledgebase.handlers import HANDLERS as KNOWLEDGE
from tests.integration.carrier import Carrier

ORGANIZATION = Path(__file__).parents[2] / "web" / "demo" / "organization.yaml"


@cache
def sample_organization() -> Document:
    """The sample organization, read once: the file is long and YAML is slow."""
    return read(ORGANIZATION.read_text(encoding="utf-8"))


def load_if_new(tx: Tx) -> None:
    """Loads the sample organization, unless the database is a copy of one that has it."""
    if not tx.all(sa.select(queues.c.key).limit(1)):
        load(tx, sample_organization())


SYSTEM = Actor.system("test")
#: Where agents have their consoles, if nothing else is said.
NODE = "node"
#: Costs nothing when things go well, and a busy machine is not the product's fault.
PATIENCE_S = 60.0


@dataclass
class Postbox:
    """A channel that keeps what it is given, or answers with an error."""

    sent: list[Outgoing] = field(default_factory=list)
    error: ChannelError | None = None

    async def send(self, message: Outgoing) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append(message)
        return str(message.headers.get("message_id") or f"taken-{message.message_id}")


@dataclass
class Agent:
    """An agent at a console, as the tests speak to them."""

    floor: "Floor"
    actor: Actor

    @property
    def id(self) -> str:
        return self.actor.id

    async def does(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a use case as this agent."""
        return await self.floor.desk.transact(self.actor, use_case, *args, **kwargs)

    async def is_available(self) -> None:
        await self.does(agents.connect, self.id, NODE)
        await self.does(agents.set_presence, self.id, "available")

    async def next_offer(self) -> Row:
        return await self.floor.until(self.offer)

    async def offer(self) -> Row | None:
        mine = sa.select(offers_table).where(offers_table.c.agent_id == self.id, offers_table.c.outcome.is_(None))
        rows = await self.floor.desk.read(SYSTEM, lambda rx: rx.all(mine))
        return rows[0] if rows else None

    async def accepts(self, offer: Row) -> str:
        return str(await self.does(offers.accept, offer.id))

    async def takes_next(self) -> str:
        return await self.accepts(await self.next_offer())

    async def says(self, interaction_id: str, text: str, **more: Any) -> str:
        client_id = f"c-{len(text)}-{self.floor.count()}"
        return str(await self.does(messages.send_message, interaction_id, client_id, text, **more))

    async def wraps_up(self, interaction_id: str, disposition: str = "solved") -> None:
        await self.does(ending.wrap_up, interaction_id, disposition)


class Floor:
    """The desk with its readers running."""

    def __init__(self, desk: Desk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock
        self.mail, self.texts = Postbox(), Postbox()
        self.carrier = Carrier()
        self.lease = Lease(desk)
        self.relay = Relay(desk, self.lease)
        self.router = Router(desk, self.lease)
        jobs = handlers({"email": self.mail, "sms": self.texts}, self.carrier, desk.settings.public_url)
        self.runner = Runner(desk, jobs | KNOWLEDGE)
        self._counter = 0

    def count(self) -> int:
        self._counter += 1
        return self._counter

    async def agent(self, number: int, *, available: bool = True) -> Agent:
        email = f"agent{number}@demo.test"
        (row,) = await self.rows(users, email=email)
        agent = Agent(self, Actor(kind="user", id=row.id, role="agent", name=row.name))
        if available:
            await agent.is_available()
        return agent

    async def supervisor(self) -> Agent:
        (row,) = await self.rows(users, email="supervisor@demo.test")
        return Agent(self, Actor(kind="user", id=row.id, role="supervisor", name=row.name))

    async def writes(self, text: str = "Where is my parcel?", **more: Any) -> Received:
        """A visitor writes by chat, or whoever `more` says by whatever it says."""
        number = self.count()
        about: dict[str, Any] = {"channel": "chat", "address_kind": "chat", "address": f"visitor-{number}"}
        about |= {"external_id": f"x-{number}", "text": text, "to": "widget"}
        return await self.desk.gather(SYSTEM, receive, Arrival(**(about | more)))

    async def interaction(self, id: str) -> Row:
        return await self.desk.read(SYSTEM, lambda rx: rx.one(interactions_table, id))

    async def rows(self, table: sa.Table, **where: Any) -> list[Row]:
        return list(await self.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table).filter_by(**where))))

    async def until(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """What `look` finds, as soon as it finds something."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = await look()
                if found:
                    return found
                await asyncio.sleep(0.01)

    async def until_state(self, id: str, state: str) -> Row:
        async def look() -> Row | None:
            row = await self.interaction(id)
            return row if row.state == state else None

        found: Row = await self.until(look)
        return found

    async def passes(self, span: timedelta) -> None:
        """Time passes; what falls due is done."""
        self.clock.advance(span)
        await self.jobs_done()

    async def jobs_done(self) -> None:
        """Everything that is due has been done."""
        for wake in self.desk.on_jobs:  # the clock has moved: look now, not with the next poll
            wake()

        async def nothing_is_due() -> bool:
            due = sa.select(jobs_table.c.id).where(jobs_table.c.due_at <= self.clock.now())
            return not await self.desk.read(SYSTEM, lambda rx: rx.all(due))

        await self.until(nothing_is_due)

    async def looks_around(self) -> None:
        """The router has looked what time does to work, and all that follows has been decided."""
        asked = self.router.look_around()

        async def looked() -> bool:
            return self.router.looked >= asked

        await self.until(looked)
        await self.settles()

    async def settles(self) -> None:
        """Every event is heard and every decision made: twice in a row nothing was left to hear."""

        async def quiet() -> bool:
            last = await self.desk.read(SYSTEM, head)
            for _ in range(2):
                await asyncio.sleep(0.05)
                if self.relay.position != last or await self.desk.read(SYSTEM, head) != last:
                    return False
                # A busy machine takes longer over a turn than this waits.
                if self.relay.positions.get("router", last) != last or not self.router.is_at_rest:
                    return False
            return True

        await self.until(quiet)


@asynccontextmanager
async def open_floor(database_url: str, data_dir: Path, clock: ManualClock) -> AsyncIterator[Floor]:
    """A floor with the sample organization, nobody signed in."""
    settings = Settings(
        database_url=database_url, data_dir=data_dir, secret_key="a secret of the tests", public_url="http://desk.test"
    )
    desk = Desk(settings, clock=clock)
    await desk.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(desk.close)
        await desk.transact(SYSTEM, load_if_new)
        floor = Floor(desk, clock)
        floor.relay.add("router", floor.router.feed, since=await desk.read(SYSTEM, head))
        tasks = [asyncio.create_task(part.run()) for part in (floor.lease, floor.relay, floor.router, floor.runner)]
        try:
            yield floor
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            failed = [one for one in ended if isinstance(one, Exception)]
            if failed:
                raise failed[0]
