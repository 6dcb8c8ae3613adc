"""The front of a house with staff: a real site over real HTTP, the routes under test, and people to sign in."""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor
from desk.people.access import add_token, add_user, password_of
from desk.people.passwords import hash_password
from web.assets import NEEDED, Assets
from web.identity import IDENTITIES
from web.site import make_site

PASSWORD = "correct horse"
_HASH = hash_password(PASSWORD)
SYSTEM = Actor.system("test")

Client = TestClient[web.Request, web.Application]


def built_files(folder: Path) -> Assets:
    """What `make assets` leaves behind, without the minute that it takes."""
    folder.mkdir(exist_ok=True)
    names = {name: name.replace(".", "-0A1B2C3D.", 1) for name in NEEDED}
    for file in names.values():
        if not (folder / file).exists():
            (folder / file).write_text("/* built */")
    (folder / "manifest.json").write_bytes(orjson.dumps(names))
    return Assets(folder)


class Front:
    """A site and its desk; makes people, and clients that have signed in."""

    def __init__(self, desk: Desk, clock: ManualClock, server: TestServer) -> None:
        self.desk = desk
        self.clock = clock
        self._server = server
        self._clients: list[Client] = []

    def browser(self) -> Client:
        """A browser of its own, with nobody signed in."""
        client = TestClient(self._server, cookie_jar=CookieJar(unsafe=True))
        self._clients.append(client)
        return client

    async def add(self, email: str, role: str) -> str:
        """A user with the password of the tests; returns the id."""
        return await self.desk.transact(SYSTEM, add_user, email=email, role=role, password_hash=_HASH)

    async def signed_in(self, role: str) -> Client:
        """A browser in which a user of `role` has signed in."""
        email = f"{role}@house.test"
        if not await self.desk.read(SYSTEM, _known, email):
            await self.add(email, role)
        client = self.browser()
        response = await sign_in(client, email)
        assert response.status == 303, await response.text()
        return client

    async def program(self, role: str) -> dict[str, str]:
        """The headers of a program that acts as a user of `role`."""
        email = f"{role}@house.test"
        if not await self.desk.read(SYSTEM, _known, email):
            await self.add(email, role)
        await self.desk.transact(SYSTEM, add_token, email=email, secret=f"token-of-{role}")
        return {"Authorization": f"Bearer token-of-{role}"}

    def forget_identities(self) -> None:
        """What is believed for a second of real time is asked again: for tests that move the clock."""
        self._server.app[IDENTITIES].forget_all()

    async def close(self) -> None:
        for client in self._clients:
            await client.session.close()


def _known(rx: Any, email: str) -> bool:
    return bool(password_of(rx, email)[0])


async def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> ClientResponse:
    """Opens the sign-in page and sends its form."""
    shown = await client.get("/login", allow_redirects=False)
    fields = {"email": email, "password": password, "csrf_token": csrf_token(await shown.text())} | more
    return await client.post("/login", data=fields, allow_redirects=False)


def csrf_token(html: str) -> str:
    """The token of the first form on a page; empty if there is none."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    return found[1] if found else ""


@asynccontextmanager
async def open_front(
    folder: Path,
    database_url: str,
    *,
    at: datetime,
    routes: Iterable[web.AbstractRouteDef] = (),
    more: Callable[[web.Application, Desk], None] = lambda app, desk: None,
    **settings: Any,
) -> AsyncIterator[Front]:
    """Opens the site on `database_url`, which has every table, and closes it."""
    given = {"public_url": "http://127.0.0.1:8080", "secret_key": "a secret of the tests"} | settings
    clock = ManualClock(at)
    desk = Desk(Settings(database_url=database_url, data_dir=folder, **given), clock=clock)
    await desk.start()
    app = make_site(desk, built_files(folder / "static"))
    app.add_routes(routes)
    more(app, desk)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    front = Front(desk, clock, server)
    try:
        yield front
    finally:
        await front.close()
        await server.close()
        await desk.close()
