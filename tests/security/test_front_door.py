"""Rows 10, 58 and 60: what the server says to anybody who asks, and whom it believes.

CVE-2026-107393 (FreeScout, a spoofed client address), CVE-2025-69226 and CVE-2026-22815 (aiohttp, static files and
trailers), CVE-2026-40498 (FreeScout, a system page that leaks and can be hammered).
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from desk.kernel.clock import Clock, ManualClock
from desk.kernel.cluster import Lease
from desk.kernel.desk import Desk
from desk.kernel.log import configure
from desk.kernel.relay import Relay
from tests.integration.web.front import Front, open_front, sign_in
from tests.security.sources import sources
from web import assets
from web.api import ROUTES
from web.app import PARTS
from web.demo import pages as demo
from web.metrics import METRICS
from web.pages import health, login

#: Everything else asks who it is. A route that is added here is a decision.
OPEN = {
    "GET /", "GET /login", "POST /login", "POST /logout",
    # customers, by form and by sealed link
    "GET /call", "GET /contact", "POST /contact", "GET /contact/sent/{token}", "GET /help", "GET /help/a/{slug}",
    "GET /help/search", "GET /s/{token}", "POST /s/{token}", "GET /t/{token}", "POST /t/{token}", "GET /widget.js",
    "GET /help/c/{slug}", "GET /help/suggest", "POST /help/a/{slug}/feedback", "POST /contact/answers",
    "POST /contact/solved",
    # customers who sign in: by a link that is sent to them; their cases, by their own session
    "GET /help/sign-in", "POST /help/sign-in", "GET /help/sign-in/sent", "GET /help/sign-in/{token}",
    "POST /help/sign-in/{token}", "POST /help/sign-out", "GET /help/cases",
    "GET /attachments/{id}",  # by a sealed link; without one it asks
    "GET /help/files/{id}",  # what public articles show; what others do, to who may read them
    # the same for everybody
    "GET /api/v1/asyncapi.json", "GET /api/v1/docs", "GET /api/v1/openapi.json", "GET /reports/report.css",
    "GET /favicon.ico", "GET /static/{name}", "GET /theme/{name}",
    # machines
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /robots.txt", "GET /sitemap.xml", "GET /help/feed.atom",
    # in the demo only
    "GET /demo/mail", "GET /demo/mail.json", "GET /demo/mail/{key}", "GET /demo/shop",
}  # fmt: skip
TABLES = (*ROUTES, *(part.routes for part in PARTS), health.routes)


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [route for table in TABLES for route in table]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=routes, more=_watch) as opened:
        yield opened


def _watch(app: web.Application, desk: Desk) -> None:
    lease = Lease(desk)
    app[health.LEASE], app[health.RELAY] = lease, Relay(desk, lease)
    app[health.WATCH] = health.Watch(desk, app[METRICS], lease, app[health.RELAY])


def test_every_route_that_asks_nobody_who_they_are_is_known_here() -> None:
    routes = [route for table in (*TABLES, demo.routes, login.routes, assets.routes) for route in table]
    assert {
        f"{route.method} {route.path}"
        for route in routes
        if isinstance(route, web.RouteDef) and not hasattr(route.handler, "right") and "/twilio/" not in route.path
    } == OPEN


async def test_a_probe_is_told_yes_or_no_and_nothing_of_the_house(front: Front) -> None:
    client = front.browser()
    for headers in ({}, {"Accept": "text/html"}, {"X-Debug": "1", "Authorization": "Bearer x"}):
        alive = await client.get("/healthz?verbose=1&debug=true", headers=headers)
        assert await alive.json() == {"status": "ok"}
        ready = await client.get("/readyz?verbose=1", headers=headers)
        said = await ready.json()
        assert said.pop("status") in ("ok", "not ready")
        assert set(said) == {"database", "migrations", "router"} and all(isinstance(one, bool) for one in said.values())
        for answer in (alive, ready):
            told = json.dumps(dict(answer.headers)) + await answer.text()
            assert "aiohttp" not in told.lower() and "python" not in told.lower() and "sqlite" not in told.lower()
    figures = await (await client.get("/metrics")).text()
    assert "@" not in figures and "secret" not in figures and str(front.desk.settings.data_dir) not in figures


@pytest.mark.parametrize(("well", "questions"), [(True, 1), (False, 2)])
async def test_probes_that_come_in_a_crowd_are_one_question(
    front: Front, monkeypatch: pytest.MonkeyPatch, well: bool, questions: int
) -> None:
    """Or two, where the first answer was bad, and asked for before the crowd had come."""
    client = front.browser()
    assert client.app is not None
    watch, all_here = client.app[health.WATCH], asyncio.Event()
    ask, asked, came = watch.readiness, list[int](), list[int]()

    async def counted() -> dict[str, bool]:
        came.append(1)
        if len(came) == 40:
            all_here.set()
        return await ask()

    async def slow(desk: Desk, wall: Clock) -> dict[str, bool]:
        asked.append(1)
        await all_here.wait()
        return {"database": well, "migrations": well, "router": well}

    monkeypatch.setattr(watch, "readiness", counted)
    monkeypatch.setattr(health, "readiness", slow)
    monkeypatch.setattr(health, "FRESH_S", 60.0)
    answers = await asyncio.gather(*(client.get("/readyz") for _ in range(40)))
    assert {answer.status for answer in answers} == {200 if well else 503}
    assert len(asked) == questions


async def test_the_demo_is_nowhere_but_in_the_demo(front: Front) -> None:
    client = await front.signed_in("admin")
    for path in ("/demo/mail", "/demo/mail.json", "/demo/mail/x", "/demo/shop"):
        assert (await client.get(path)).status == 404, path


STEPS = [
    "../careline.sqlite3", "..%2fcareline.sqlite3", "%2e%2e/careline.sqlite3", "..%5ccareline.sqlite3", "....//x",
    "/etc/passwd", "%2fetc%2fpasswd", "%00", "console.css/../../careline.sqlite3", ".", "..", "manifest.json",
    "..%252fcareline.sqlite3", "blobs", "../blobs/00", "%c0%ae%c0%ae/careline.sqlite3", "C:%5cWindows", "../secret.key",
]  # fmt: skip


async def test_no_path_leads_from_our_files_to_others(front: Front) -> None:
    client = front.browser()
    await client.start_server()
    for step in STEPS:
        for door in ("static", "widget.js", "attachments", "reports/report.css", "spool", "blobs", "data"):
            raw = await raw_get(client.port, f"/{door}/{step}")
            assert raw.split(b" ", 2)[1] in (b"303", b"400", b"404", b"405"), (door, step, raw[:80])
            assert b"SQLite" not in raw and b"root:" not in raw


def test_no_folder_is_served_as_one() -> None:
    """Each file is asked for by a name that we know: what is written into a folder is not there for everybody."""
    told = ("add_static", ".static(")
    assert [source.module for source in sources() if any(word in source.path.read_text() for word in told)] == []


async def raw_get(port: int | None, path: str) -> bytes:
    """What a path is answered, sent as it stands: a client would tidy it up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    try:
        return await asyncio.wait_for(reader.read(), 30)
    finally:
        writer.close()


MANY = b"".join(b"X-%d: y\r\n" % number for number in range(5_000))
POST = b"POST /contact HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
BENT = [
    b"GET / HTTP/1.1\r\nHost: x\r\n" + MANY + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n",
    POST + b"Content-Length: 5, 6\r\n\r\nhello",
    CHUNKED + b"\r\nFFFFFFFFFFFFFFFFF\r\nx",
    CHUNKED + b"\r\n0\r\n" + MANY + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX\x00: y\r\n\r\n",
    b"GET /\r\n X HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01" + b"\0" * 200 + b"\r\n\r\n",
]


async def test_bent_requests_end_their_own_connection_and_say_nothing_of_us(front: Front) -> None:
    client = front.browser()
    await client.start_server()
    for bent in BENT:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(bent)
        writer.write_eof()
        said = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        assert b"Traceback" not in said and b"/site-packages/" not in said and b"aiohttp" not in said.lower()
        assert said.count(b"HTTP/1.1 200") == 0, bent[:60]
        assert (await client.get("/healthz")).status == 200


LONG = "a" * 9_000
API, PAGE = "application/problem+json", "text/html; charset=utf-8"


@pytest.mark.parametrize("length", [9_000, 40_000])
async def test_an_address_or_a_header_that_is_too_long_is_refused_in_the_form_that_is_read(
    front: Front, length: int
) -> None:
    client, long = front.browser(), "a" * length
    await client.start_server()
    code, kind, body = await refused(client.port, f"GET /api/v1/queues?cursor={long} HTTP/1.1")
    assert (code, kind, json.loads(body)["code"]) == (414, API, "address_too_long")
    code, kind, body = await refused(client.port, "GET /api/v1/queues HTTP/1.1", f"Authorization: Bearer {long}")
    assert (code, kind, json.loads(body)["code"]) == (431, API, "header_too_long")
    code, kind, body = await refused(client.port, f"GET /help/search?q={long} HTTP/1.1")
    assert (code, kind, body.lstrip().startswith("<!doctype html>"), long in body) == (414, PAGE, True, False)
    code, kind, body = await refused(client.port, "GET /help/search HTTP/1.1", f"Cookie: a={long}")
    assert (code, kind, body.lstrip().startswith("<!doctype html>"), long in body) == (431, PAGE, True, False)


async def test_too_many_headers_are_refused_in_the_form_that_is_read(front: Front) -> None:
    client, many = front.browser(), [f"X-{number}: y" for number in range(200)]
    await client.start_server()
    code, kind, body = await refused(client.port, "GET /help/search HTTP/1.1", "Accept: text/html", *many)
    assert (code, kind, "more than 128 headers" in body) == (431, PAGE, True)
    code, kind, body = await refused(client.port, "GET /api/v1/queues HTTP/1.1", *many)
    assert (code, kind, json.loads(body)["code"]) == (431, API, "header_too_long")
    code, kind, body = await refused(client.port, "GET /api/v1/queues HTTP/1.1", *(many * 3))
    assert (code, kind, json.loads(body)["code"]) == (431, API, "header_too_long")


async def test_what_is_just_not_too_long_is_read(front: Front) -> None:
    client = front.browser()
    assert (await client.get(f"/api/v1/openapi.json?x={LONG[:8_000]}", headers={"X": LONG[:8_000]})).status == 200


async def refused(port: int | None, line: str, *headers: str) -> tuple[int, str, str]:
    """Status, kind and body of the answer to a request, written as it stands."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join((line, "Host: x", "Connection: close", *headers, "", "")).encode())
    try:
        head, _, body = (await asyncio.wait_for(reader.read(), 30)).decode().partition("\r\n\r\n")
    finally:
        writer.close()
    kind = next(line for line in head.splitlines() if line.startswith("Content-Type: "))
    return int(head.split(" ", 2)[1]), kind.removeprefix("Content-Type: "), body


POST_FORM = POST + b"Content-Type: application/x-www-form-urlencoded\r\n"
TELLING = [
    b"GET /t/SECRETTOKEN-\xd9\xa2-mywords HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /?a=SECRETQ\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nSECRET HEADER\r\n\r\n",
    POST_FORM + b"Transfer-Encoding: chunked\r\n\r\nzzSECRETWORDS\r\n\r\n",
    b"SECRET /words HTTP/9.9.9\r\n\r\n",
]


async def test_what_is_no_request_is_in_no_answer_and_in_no_line_of_the_log(front: Front) -> None:
    client = front.browser()
    await client.start_server()
    stream = io.StringIO()
    configure(stream=stream)
    for bent in TELLING:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(bent)
        said = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        head, _, words = said.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.0 400 ") and words == b"Bad Request", said
        assert b"aiohttp" not in head.lower()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["bad_request"] * len(TELLING)
    assert {"timestamp", "level", "error"} <= lines[0].keys()
    assert "SECRET" not in stream.getvalue() and "words" not in stream.getvalue().lower()


@pytest.mark.parametrize(
    ("packing", "status"), [("gzip", 400), ("deflate", 400), ("br", 415), ("zstd", 415), ("compress", 415), ("x", 415)]
)
async def test_a_body_that_is_not_packed_as_it_says_is_refused_at_every_door(
    front: Front, packing: str, status: int
) -> None:
    headers = await front.program("admin") | {"Content-Encoding": packing}
    for path, kind in [
        ("/contact", "application/x-www-form-urlencoded"),
        ("/api/v1/inbound/kiosk", "application/json"),
        ("/api/v1/attachments", "multipart/form-data; boundary=x"),
    ]:
        body = io.BytesIO(b'{"no": "packing of any kind"}')
        said = await front.browser().post(path, data=body, headers=headers | {"Content-Type": kind})
        assert said.status == status, (path, await said.text())


FORWARDED = ("X-Forwarded-For", "CF-Connecting-IP", "X-Real-IP", "True-Client-IP", "Forwarded")


async def test_whom_a_stranger_says_to_be_changes_no_count(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses are counted by the connection's own address, whatever is forwarded."""
    monkeypatch.setattr(login, "PER_ADDRESS", "5/15 minutes")
    statuses = []
    for number in range(6):
        browser = front.browser()
        browser.session.headers.update(dict.fromkeys(FORWARDED, f"198.51.100.{number}"))
        statuses.append((await sign_in(browser, f"user{number}@house.test", "guess")).status)
    assert statuses == [401] * 5 + [429]
