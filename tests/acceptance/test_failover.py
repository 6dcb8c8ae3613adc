"""Several real processes on PostgreSQL: one is killed or hangs, and the others go on without it.

How long that takes is measured by `python -m bench.failover`; here it is only waited for.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from inspect import isawaitable
from itertools import groupby
from random import Random
from typing import Any

import aiohttp
import asyncpg
import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bench.failover import trial, two_live
from bench.nodes import LIMIT_S, Nodes, open_nodes, wake
from desk.kernel.events import OfferEnded, OfferMade
from desk.kernel.transaction import Tx
from desk.tables import agents, consoles, interactions, nodes, offers, queues, users
from web.bench.house import ACTOR, House, desk_of, furnish
from web.bench.light_socket import LightSocket

pytestmark = [pytest.mark.timeout(400), pytest.mark.usefixtures("forked_servers")]

WITNESS = """
CREATE TABLE witness (number bigserial PRIMARY KEY, who text);
CREATE FUNCTION bear_witness() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO witness (who) VALUES (session_user); RETURN NEW; END $$;
CREATE TRIGGER witness AFTER INSERT ON offers FOR EACH ROW EXECUTE FUNCTION bear_witness();
"""
ROUTERS = ("router_1", "router_2")


async def run_sql(url: str, statement: str) -> list[Any]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return list(await (connection.fetch if statement.startswith("SELECT") else connection.execute)(statement))
    finally:
        await connection.close()


async def witnessed(url: str) -> dict[str, str]:
    """Each process comes as a user of its own, and the database notes who makes offers."""
    for name in ROUTERS:
        await run_sql(url, f"DROP ROLE IF EXISTS {name}")
        await run_sql(url, f"CREATE ROLE {name} LOGIN SUPERUSER")
    await run_sql(url, WITNESS)
    own = {name: make_url(url).set(username=name).render_as_string(hide_password=False) for name in ROUTERS}
    return {"web": url, **own}


@pytest.mark.parametrize("fault", ["killed", "hung"])
async def test_another_router_takes_over_and_the_one_that_wakes_up_decides_nothing(fault, postgres_url, tmp_path):
    outcome = await trial(fault, tmp_path, await witnessed(postgres_url))

    assert outcome.sent > 10
    assert outcome.forgotten == outcome.doubled == outcome.overlaps == outcome.refusals == []
    who = [row["who"] for row in await run_sql(postgres_url, "SELECT who FROM witness ORDER BY number")]
    assert sorted(name for name, _ in groupby(who)) == sorted(ROUTERS)  # one, then the other, and never again the one


def test_two_live_offers_would_be_seen():
    def made(id: str, item: str, agent: str) -> OfferMade:
        return OfferMade(id=id, work_item_id=item, agent_id=agent, expires_ms=0, why={})

    ended = OfferEnded(id="o1", work_item_id="i1", agent_id="ana", outcome="withdrawn")
    assert two_live([made("o1", "i1", "ana"), ended, made("o2", "i1", "ana")]) == []
    assert two_live([made("o1", "i1", "ana"), made("o2", "i1", "ben")]) == ["item i1"]
    assert two_live([made("o1", "i1", "ana"), made("o2", "i2", "ana")]) == ["agent ana"]


async def eventually(true: Callable[[], Any]) -> None:
    """Waits until `true()` is, at once or when awaited."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = true()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.05)


class Console:
    """An open console that answers nothing."""

    def __init__(self) -> None:
        self.offers: list[str] = []

    async def opens(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        hears = {"offer": self._offered}
        self.socket = await LightSocket.connect(http, url, "/console", {"token": token}, hears)

    def _offered(self, words: str) -> None:
        self.offers.append(orjson.loads(words)[1]["interaction"]["id"])


class Floor:
    """Two processes that serve and one that routes."""

    def __init__(self, desk: Any, nodes: Nodes, house: House, http: aiohttp.ClientSession) -> None:
        self.desk = desk
        self.nodes = nodes
        self.house = house
        self.http = http

    async def console(self, web: str, number: int) -> Console:
        console = Console()
        await console.opens(self.http, self.nodes.webs[web].url, self.house.agents[number])
        await console.socket.call("presence.set", state="available")
        return console

    async def chats(self, web: str) -> tuple[LightSocket, str]:
        """A visitor who writes, and what came of it."""
        page = await LightSocket.connect(self.http, self.nodes.webs[web].url, "/chat", {}, {})
        answer = await page.call("chat.start", text="Hello?", client_id="1", topic=self.house.queues[0])
        return page, str(answer["interaction_id"])

    async def rows(self, statement: Any) -> list[Any]:
        return list(await self.desk.read(ACTOR, lambda rx: rx.all(statement)))

    async def presence(self, number: int) -> str:
        mail = f"agent{number}-{self.house.run}@bench.invalid"
        (row,) = await self.rows(sa.select(agents.c.presence).join(users).where(users.c.email == mail))
        return str(row.presence)

    async def node_ids(self) -> set[str]:
        return {row.id for row in await self.rows(sa.select(nodes.c.id))}


def rings_long(tx: Tx, house: House) -> None:
    for key in house.queues:
        tx.update(queues, key, offer_s=600)


@asynccontextmanager
async def open_floor(url, folder):
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        desk = await stack.enter_async_context(desk_of(folder, url))
        house = await furnish(
            desk, House(run="abcdef", queues=["abcdef"]), agent_count=2, supervisor_count=0, rng=Random(1)
        )
        await desk.transact(ACTOR, rings_long, house)  # what comes back has not rung out
        urls = dict.fromkeys(("router", "web_1", "web_2"), url)
        opened = await stack.enter_async_context(open_nodes(folder, urls, {}, http))
        yield Floor(desk, opened, house, http)


@pytest.mark.parametrize("fault", ["killed", "hung"])
async def test_a_web_node_that_is_gone_is_noticed_and_what_rang_there_goes_back_with_its_place(
    fault, postgres_url, tmp_path
):
    async with open_floor(postgres_url, tmp_path) as floor:
        ana = await floor.console("web_1", 0)
        _, id = await floor.chats("web_2")
        await eventually(lambda: id in ana.offers)
        (offer,) = await floor.rows(sa.select(offers).where(offers.c.work_item_id == id))
        ben = await floor.console("web_2", 1)

        victim = floor.nodes.webs["web_1"]
        victim.process.send_signal(signal.SIGKILL if fault == "killed" else signal.SIGSTOP)
        await eventually(lambda: id in ben.offers)

        (first,) = await floor.rows(sa.select(offers).where(offers.c.id == offer.id))
        assert (first.outcome, await floor.presence(0)) == ("withdrawn", "offline")
        assert await floor.presence(1) == "available"
        (contact,) = await floor.rows(sa.select(interactions).where(interactions.c.id == id))
        assert contact.state == "offered"
        if fault == "hung":
            await comes_back(floor)


async def comes_back(floor: Floor) -> None:
    """The process wakes up under another id: whoever comes to it is there again, and chooses when to work."""
    before = await floor.node_ids()
    wake(floor.nodes.webs["web_1"])
    await Console().opens(floor.http, floor.nodes.webs["web_1"].url, floor.house.agents[0])

    async def there() -> bool:
        rows = await floor.rows(sa.select(consoles.c.node_id).where(consoles.c.node_id.not_in(before)))
        return len(rows) == 1 and {row.node_id for row in rows} <= await floor.node_ids()

    await eventually(there)
    assert await floor.presence(0) == "not_ready"
