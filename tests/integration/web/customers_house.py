"""A house whose help centre customers sign in to: who they are, what they have, and the links that go out to them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import ClientResponse, web

from channels.errors import ChannelError
from channels.types import Outgoing
from desk.customer_access.sending import ask, handlers
from desk.customers.profiles import add_customer
from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.jobs import decode
from desk.kernel.transaction import Row, Tx
from desk.organization.rows import put
from desk.tables import entry_points, jobs, organization, queues
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.integration.web.help_house import PAGES
from web.pages import status
from web.pages.help import cases as help_cases
from web.pages.help import sign_in as help_sign_in
from web.pages.knowledge import files as knowledge_files

ANA, BO = "ana@example.org", "bo@example.org"
MOBILE = "+447400123456"


@dataclass
class Sender:
    """Keeps what goes out by one channel; refuses it while it is told to."""

    sent: list[Outgoing] = field(default_factory=list)
    fails: ChannelError | None = None

    async def send(self, message: Outgoing) -> str:
        if self.fails is not None:
            raise self.fails
        self.sent.append(message)
        return message.message_id


@dataclass
class House:
    """The front, and what goes out of it."""

    front: Front
    mail: Sender
    texts: Sender

    @property
    def desk(self) -> Desk:
        return self.front.desk

    def browser(self) -> Client:
        return self.front.browser()

    async def customer(self, *reachable: tuple[str, str], **fields: Any) -> str:
        id, _ = await self.desk.transact(SYSTEM, _add, reachable, fields)
        return str(id)

    async def asks(self, browser: Client, address: str, **more: Any) -> ClientResponse:
        """Types an address into the form."""
        return await browser.post("/help/sign-in", data={"address": address}, allow_redirects=False, **more)

    async def jobs_done(self) -> None:
        """Does what waits, as the runner does."""
        doers = handlers({"email": self.mail, "sms": self.texts}, self.desk.settings.public_url)
        for row in await self.rows(jobs):
            job = decode(row.name, row.data)
            if type(job) in doers:
                await doers[type(job)](self.desk, job)
            await self.desk.transact(SYSTEM, _forget_job, row.id)

    async def link(self, address: str = ANA) -> str:
        """The path of a link that was asked for, by whomever, and went out."""
        await self.desk.transact(SYSTEM, ask, "email" if "@" in address else "phone", address, language="en")
        await self.jobs_done()
        sent = self.mail.sent if "@" in address else self.texts.sent
        return path_in(sent[-1].text)

    async def signed_in(self, address: str = ANA) -> Client:
        """A browser in which the customer of an address has signed in."""
        browser = self.browser()
        said = await press(browser, await self.link(address))
        assert said.status == 303 and said.headers["Location"] == "/help/cases", await said.text()
        return browser

    async def rows(self, table: sa.Table) -> list[Row]:
        return list(await self.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))

    async def says(self, key: str, value: Any) -> None:
        """Sets what the organization says."""
        await self.desk.transact(SYSTEM, _say, key, value)

    def later(self, **by: float) -> None:
        self.front.clock.advance(timedelta(**by))


@asynccontextmanager
async def open_customers(folder: Path, database_url: str, clock: ManualClock, **settings: Any) -> AsyncIterator[House]:
    """A help centre to sign in to, by mail and text, with one mailbox, one number and nobody in it."""
    parts = (*PAGES, help_sign_in, help_cases, status, knowledge_files)
    routes: list[web.AbstractRouteDef] = [route for part in parts for route in part.routes]
    given = {"smtp_url": "smtp://127.0.0.1:25", "twilio_account_sid": "AC1", "twilio_auth_token": "t"} | settings
    async with open_front(folder, database_url, at=clock.now(), routes=routes, **given) as front:
        await front.desk.transact(SYSTEM, _furnish)
        yield House(front, Sender(), Sender())


async def press(browser: Client, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> ClientResponse:
    """Presses the one button of a form."""
    return await browser.post(path, data={"pressed": "yes"} | fields, headers=headers, allow_redirects=False)


def path_in(text: str) -> str:
    """The path of the link in what went out."""
    (found,) = re.findall(r"https?://[^/\s]+(/help/sign-in/\S+)", text)
    return str(found)


def _add(tx: Tx, reachable: tuple[tuple[str, str], ...], fields: dict[str, Any]) -> tuple[str, bool]:
    return add_customer(tx, external_id=None, reachable=reachable, fields=fields)


def _say(tx: Tx, key: str, value: Any) -> None:
    put(tx, organization, key, value=value)


def _forget_job(tx: Tx, id: str) -> None:
    tx.execute(sa.delete(jobs).where(jobs.c.id == id))


def _furnish(tx: Tx) -> None:
    for key in ("general", "complaints"):
        put(tx, queues, key, name=key.title(), skills={})
    put(tx, organization, "name", value="Alderbrook")
    put(tx, organization, "mail_domain", value="shop.example")
    put(tx, organization, "dial_countries", value=["GB"])
    for channel, address, queue in (
        ("email", "complaints@shop.example", "complaints"),
        ("email", "help@shop.example", "general"),
        ("voice", "+442079460100", "general"),
    ):
        tx.insert(entry_points, channel=channel, address=address, queue=queue, flow=None)
