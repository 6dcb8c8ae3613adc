"""A house that programs talk to: the whole API over real HTTP, the sample organization, and a token for everybody."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import ClientResponse, web

from desk.handlers import handlers
from desk.kernel.cluster import Lease
from desk.kernel.event_log import stamp
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor, Row, Tx
from desk.people.access import add_token, add_user
from desk.tables import agent_queues, agents, interactions, users, work_items
from desk.work import queueing
from tests.integration.floor import load_if_new
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from web.api import ROUTES

PEOPLE = {
    "agent1": "agent", "agent2": "agent", "stranger": "agent", "supervisor": "supervisor", "admin": "admin",
}  # fmt: skip


@dataclass
class Said:
    """An answer, read."""

    status: int
    data: Any
    headers: Any

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    @property
    def wrong(self) -> set[str]:
        """The fields that a 422 names."""
        return {item["field"] for item in self.data["errors"]}


class Program:
    """A program with somebody's token; without a name, with none."""

    def __init__(self, client: Client, name: str = "") -> None:
        self.client = client
        self._headers = {"Authorization": f"Bearer token-{name}"} if name else {}

    async def ask(self, method: str, path: str, *, key: str = "", **more: Any) -> Said:
        headers = self._headers | ({"Idempotency-Key": key} if key else {}) | more.pop("headers", {})
        if (document := more.pop("json", None)) is not None:
            headers = {"Content-Type": "application/json"} | headers
            more["data"] = BytesIO(json.dumps(document).encode())
        path = path if path.startswith("/") else f"/api/v1/{path}"
        async with self.client.request(method, path, headers=headers, allow_redirects=False, **more) as response:
            return Said(response.status, await _read(response), response.headers.copy())

    async def get(self, path: str, **params: Any) -> Said:
        return await self.ask("GET", path, params=params)

    async def post(self, path: str, data: Any = None, *, key: str = "") -> Said:
        return await self.ask("POST", path, json=data, key=key)

    async def patch(self, path: str, data: Any) -> Said:
        return await self.ask("PATCH", path, json=data)

    async def delete(self, path: str) -> Said:
        return await self.ask("DELETE", path)

    async def pages(self, path: str, limit: int, **params: Any) -> list[Any]:
        """Every item of a list, page by page."""
        found, cursor = [], None
        while True:
            said = await self.get(path, limit=limit, **params, **({"cursor": cursor} if cursor else {}))
            assert said.status == 200, said.data
            found += said["items"]
            cursor = said["next_cursor"]
            if cursor is None:
                return found
            assert len(said["items"]) == limit


class House:
    """The house, and who may ask."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.desk = front.desk
        self.clock = front.clock
        self.ids: dict[str, str] = {}
        self._numbers = count(1)

    @property
    def app(self) -> web.Application:
        app = self.front.browser().app
        assert app is not None
        return app

    async def becomes(self, name: str, role: str) -> None:
        """Gives somebody another role; what was known of them a moment ago is forgotten."""
        await self.desk.transact(SYSTEM, lambda tx: tx.update(users, self.ids[name], role=role))
        self.front.forget_identities()

    def program(self, name: str = "") -> Program:
        return Program(self.front.browser(), name)

    def actor(self, name: str) -> Actor:
        return Actor(kind="user", id=self.ids[name], role=PEOPLE[name], name=name)

    async def opens(self) -> None:
        await self.desk.transact(SYSTEM, load_if_new)
        for name, role in PEOPLE.items():
            email = f"{name}@demo.test"
            await self.desk.transact(SYSTEM, add_user, email=email, role=role, password_hash="x")
            await self.desk.transact(SYSTEM, add_token, email=email, secret=f"token-{name}")
        self.ids = await self.desk.read(SYSTEM, _ids)
        await self.desk.transact(SYSTEM, _stranger, self.ids["stranger"])

    async def hands_in(self, channel: str = "kiosk", /, **more: Any) -> Said:
        """Hands in a contact, of a new customer unless `more` says who."""
        number = next(self._numbers)
        contact = {"external_id": f"x-{number}", "from": {"address": f"visitor-{number}"}, "text": "Where is it?"}
        return await self.program("agent1").post(f"inbound/{channel}", contact | more)

    async def held_by(self, name: str, **more: Any) -> str:
        """A contact that somebody has in hand; its id."""
        id = str((await self.hands_in(**more))["interaction_id"])
        await self.desk.transact(SYSTEM, _give, id, self.ids[name])
        return id

    async def rows(self, table: sa.Table, **where: Any) -> Sequence[Row]:
        return await self.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table).filter_by(**where)))

    async def works_off(self) -> None:
        """Does every job that is due."""
        await Runner(self.desk, handlers({}, None, self.desk.settings.public_url)).run_due()

    async def stamped(self) -> None:
        """Gives every event its place in the log, as the relay does."""
        lease = Lease(self.desk)
        await lease.turn()
        await self.desk.transact(SYSTEM, stamp, lease.name, lease.epoch)


def _ids(rx: Any) -> dict[str, str]:
    return {row.email.partition("@")[0]: row.id for row in rx.all(sa.select(users.c.id, users.c.email))}


def _stranger(tx: Tx, id: str) -> None:
    """An agent who serves one queue only."""
    since = {"presence_since": tx.now, "idle_since": tx.now}
    tx.insert(agents, id=id, presence="offline", capacity={}, languages=[], version=0, **since)
    tx.insert(agent_queues, agent_id=id, queue="complaints")


def _give(tx: Tx, id: str, agent_id: str) -> None:
    queueing.answered(tx, tx.take(interactions, id), agent_id)
    tx.update(work_items, id, state="active", agent_id=agent_id)


async def _read(response: ClientResponse) -> Any:
    return await response.json() if "json" in response.content_type else await response.read()


@asynccontextmanager
async def open_house(folder: Path, database_url: str, *, at: datetime, **settings: Any) -> AsyncIterator[House]:
    """Opens the house on a database that has every table and nothing in it."""
    routes = [route for table in ROUTES for route in table]
    async with open_front(folder, database_url, at=at, routes=routes, **settings) as front:
        house = House(front)
        await house.opens()
        yield house
