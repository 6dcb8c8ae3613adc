"""A house with a complaints team: the use cases on a real database, a clock that we move, and letters that
land in a list. Jobs run when they are due, through their own handlers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from channels.errors import Rejected, Unavailable
from channels.types import Outgoing
from desk.complaint_handlers import handlers
from desk.complaints.complaints import Issued, log_complaint
from desk.complaints.lifecycle import State
from desk.complaints.transitions import Moved, transition
from desk.kernel.clock import ManualClock
from desk.kernel.database import Database, connect
from desk.kernel.ids import new_id
from desk.kernel.jobs import decode
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Row
from desk.tables import (
    addresses,
    agents,
    complaints,
    customers,
    deadlines,
    entry_points,
    events,
    interactions,
    jobs,
    metadata,
    milestones,
    organization,
    queues,
    users,
    work_items,
)

#: A Friday, so that weekends matter.
START = datetime(2026, 1, 2, 10, tzinfo=UTC)

SETTINGS: dict[str, Any] = {"public_url": "https://desk.example", "secret_key": "a secret of the tests"}


@dataclass
class Postbox:
    """A channel that keeps what it is given, refuses it, is away, or takes it and then says nothing."""

    sent: list[Outgoing] = field(default_factory=list)
    refuses: str = ""
    away: bool = False
    silent: BaseException | None = None

    async def send(self, message: Outgoing) -> str:
        if self.away:
            raise Unavailable("away")
        if self.refuses:
            raise Rejected(self.refuses)
        self.sent.append(message)
        if self.silent:
            raise self.silent
        return f"taken-{len(self.sent)}"


class House:
    """The desk as the tests speak to it."""

    def __init__(self, database: Database, clock: ManualClock, settings: Settings) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.mail, self.text = Postbox(), Postbox()
        self.doers = handlers({"email": self.mail, "sms": self.text}, settings.public_url)
        self.people: dict[str, Actor] = {}

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self.database.transact(actor, lambda tx: use_case(tx, *args, **kwargs))

    async def read(self, actor: Actor, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self.database.read(actor, lambda rx: query(rx, *args, **kwargs))

    async def rows(self, table: sa.Table, **where: Any) -> list[Row]:
        statement = sa.select(table).filter_by(**where)
        return list(await self.read(self.system, lambda rx: rx.all(statement)))

    async def row(self, table: sa.Table, **where: Any) -> Row:
        (found,) = await self.rows(table, **where)
        return found

    @property
    def system(self) -> Actor:
        return Actor.system("test")

    async def opens(self) -> None:
        """The organization, three people, and the complaints queue."""

        def fill(tx: Any) -> None:
            tx.insert(queues, key="complaints", name="Complaints", skills={})
            for key, value in {"time_zone": "Europe/London", "name": "Halden Home", "mail_domain": "demo.test"}.items():
                tx.insert(organization, key=key, value=value)
            tx.insert(entry_points, channel="email", address="complaints@demo.test", queue="complaints")
            tx.insert(entry_points, channel="sms", address="+442079460000", queue="complaints")
            for name, role in (("ana", "agent"), ("ben", "agent"), ("sue", "supervisor"), ("tom", "admin")):
                id = new_id(self.clock.now())
                tx.insert(users, id=id, email=f"{name}@demo.test", name=name, role=role, created_at=tx.now)
                self.people[name] = Actor(kind="user", id=id, role=role, name=name)

        await self.transact(self.system, fill)

    async def customer(
        self, *, email: str | None = "eva@example.test", phone: str | None = None, language: str = "en", **more: Any
    ) -> str:
        id = new_id(self.clock.now())

        def add(tx: Any) -> None:
            tx.insert(customers, id=id, name="Eva Ruiz", language=language, created_at=tx.now, **more)
            for kind, value in (("email", email), ("phone", phone)):
                if value:
                    tx.insert(addresses, id=tx.new_id(), customer_id=id, kind=kind, value=value, created_at=tx.now)

        await self.transact(self.system, add)
        return id

    async def interaction(self, customer_id: str, *, arrived: timedelta = timedelta()) -> str:
        id = new_id(self.clock.now())
        at = self.clock.now() + arrived
        values = {"id": id, "channel": "email", "state": "active", "queue": "complaints", "customer_id": customer_id}
        await self.transact(self.system, lambda tx: tx.insert(interactions, **values, arrived_at=at))
        return id

    async def chats(self, customer_id: str) -> str:
        """A chat that somebody has in hand."""
        id = await self.interaction(customer_id)
        about = {"channel": "chat", "reply_to": f"visitor-{id}"}
        await self.transact(self.system, lambda tx: tx.update(interactions, id, **about))
        return id

    async def logs(self, customer_id: str, *, by: str = "ana", **more: Any) -> Issued:
        about = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
        issued = await self.transact(self.people[by], log_complaint, customer_id=customer_id, **(about | more))
        assert isinstance(issued, Issued)
        return issued

    async def moves(self, issued: Issued, to: str, *, by: str = "ana", **fields: Any) -> Moved:
        moved = await self.transact(self.people[by], transition, issued.id, State(to), **fields)
        assert isinstance(moved, Moved)
        self.clock.advance(timedelta(milliseconds=1))  # two steps are never one instant
        return moved

    async def until(self, issued: Issued, state: str, *, level: str = "general", redress: Any = "apology") -> None:
        """Walks a complaint of Ana's along the usual way up to `state`."""
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("triage", "ana", {"owner_id": self.people["ana"].id, "level": level}),
            ("investigating", "ana", {"plan": "Read the account"}),
            ("decision_review", "ana", {"findings": "Charged twice", "cause": "process", "redress": redress}),
            ("closed", "sue", {"decision": "upheld", "response": "We charged you twice. We are sorry."}),
        ]
        for to, by, fields in steps:
            await self.moves(issued, to, by=by, **fields)
            if to == state:
                return

    async def complaint(self, issued: Issued) -> Row:
        return await self.row(complaints, id=issued.id)

    async def milestones(self, issued: Issued, cycle: int = 0) -> dict[str, datetime]:
        return {row.name: row.at for row in await self.rows(milestones, complaint_id=issued.id, cycle=cycle)}

    async def deadlines(self, issued: Issued, cycle: int = 0) -> dict[str, Row]:
        return {row.name: row for row in await self.rows(deadlines, complaint_id=issued.id, cycle=cycle)}

    async def work(self, kind: str, state: str = "waiting") -> list[Row]:
        return await self.rows(work_items, kind=kind, state=state)

    async def takes(self, who: Actor, item: Row) -> None:
        """Somebody who takes work has accepted an item."""

        def accept(tx: Any) -> None:
            since = {"presence_since": tx.now, "idle_since": tx.now}
            tx.insert_if_new(agents, id=who.id, presence="available", capacity={}, languages=[], version=0, **since)
            tx.update(work_items, item.id, state="active", agent_id=who.id)

        await self.transact(self.system, accept)

    async def told(self, name: str) -> list[Row]:
        return await self.rows(events, name=name)

    async def passes(self, span: timedelta = timedelta()) -> None:
        """Lets time pass; every job that falls due on the way runs at its time."""
        end = self.clock.now() + span
        while due := [row for row in await self.rows(jobs) if row.due_at <= end]:
            next_one = min(due, key=lambda row: (row.due_at, row.id))
            self.clock.set(max(self.clock.now(), next_one.due_at))
            await self.transact(self.system, lambda tx, row=next_one: tx.execute(_forget(row)))
            job = decode(next_one.name, next_one.data)
            await self.doers[type(job)](self, job)
        self.clock.set(end)


def _forget(row: Row) -> sa.Delete:
    return sa.delete(jobs).where(jobs.c.id == row.id)


@asynccontextmanager
async def open_house(url: str) -> AsyncIterator[House]:
    """A house on an empty database."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url)
        await asyncio.to_thread(metadata.create_all, engine)
        engine.dispose()
    else:
        builder = create_async_engine(url)
        async with builder.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await builder.dispose()
    clock = ManualClock(START)
    database = connect(url, clock)
    await database.start()
    house = House(database, clock, Settings(**SETTINGS))
    try:
        await house.opens()
        yield house
    finally:
        await database.close()
