"""The doors for Twilio open to Twilio: ATTACKS in their own words, over a real connection."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from web.hooks.signed import signed_form

TOKEN = "secret"  # of this test
PUBLIC = "https://desk.example"
DOOR = "/twilio/sms"
FORM = MultiDict(
    [("MessageSid", "SM1"), ("Body", "  Hallo & <tschüss> 你好 "), ("FromCity", ""), ("X", "2"), ("X", "1")]
)


@dataclass
class Door:
    """How the door is set."""

    auth_token: str = TOKEN
    most_seconds: float = 5.0


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def taken() -> list[dict[str, list[str]]]:
    return []


@pytest.fixture
async def server(door: Door, taken: list[dict[str, list[str]]]) -> AsyncIterator[BaseTestServer]:
    async def take(request: web.Request) -> web.Response:
        form = await signed_form(request, auth_token=door.auth_token, public_url=PUBLIC, most_seconds=door.most_seconds)
        taken.append({name: form.getall(name) for name in form})
        return web.Response(text="taken")

    app = web.Application()
    app.router.add_post(DOOR, take)
    async with TestServer(app) as ready:
        yield ready


async def knock(server: TestServer, body: str | bytes | None = None, *, path: str = DOOR, **headers: str) -> int:
    """Sends a form that is rightly signed unless `headers` say otherwise."""
    told = {HEADER: sign(TOKEN, PUBLIC + path, FORM), "Content-Type": "application/x-www-form-urlencoded"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    sent = urlencode(list(FORM.items())) if body is None else body
    async with (
        ClientSession() as session,
        session.post(server.make_url(path), data=sent, headers={k: v for k, v in told.items() if v != "-"}) as answer,
    ):
        return answer.status


async def test_a_signed_form_comes_in_whole(server: TestServer, taken: list[dict[str, list[str]]]):
    assert await knock(server) == 200
    assert taken == [{"MessageSid": ["SM1"], "Body": ["  Hallo & <tschüss> 你好 "], "FromCity": [""], "X": ["2", "1"]}]


async def test_who_signs_wrongly_is_told_nothing_else(server: TestServer, taken: list[dict[str, list[str]]]):
    for kind in ("application/json", "text/plain", "-"):
        assert await knock(server, b"x", Content_Type=kind) == 403
        assert await knock(server, b"x", Content_Type=kind, X_Twilio_Signature="x") == 403
    signed = sign(TOKEN, PUBLIC + DOOR, MultiDict())
    assert await knock(server, b"{}", Content_Type="application/json", X_Twilio_Signature=signed) == 415
    assert taken == []


async def test_an_unsigned_form_is_refused(server: TestServer, taken: list[dict[str, list[str]]]):
    assert await knock(server, X_Twilio_Signature="-") == 403
    assert await knock(server, X_Twilio_Signature="x") == 403
    assert taken == []


async def test_an_unsigned_form_is_refused_before_it_is_read(server: TestServer):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n")
    writer.write(b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")

    assert b" 403 " in await asyncio.wait_for(reader.readline(), 30)
    writer.close()


async def test_a_changed_form_is_refused(server: TestServer):
    body = urlencode(list(FORM.items()))

    for changed in (
        body + "&More=1",
        body.replace("Hallo", "hallo"),
        body.replace("++", ""),
        body.replace("X=1", "X=3"),
        "",
    ):
        assert await knock(server, changed) == 403


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Forwarded-Prefix", "Forwarded"]
)
async def test_what_the_sender_says_of_our_address_changes_nothing(server: TestServer, header: str):
    forged = sign(TOKEN, "https://evil.example" + DOOR, FORM)

    assert await knock(server, **{header: "evil.example"}) == 200
    assert await knock(server, **{header: "evil.example", HEADER: forged}) == 403


async def test_the_query_is_part_of_what_is_signed(server: TestServer):
    assert await knock(server, path=DOOR + "?turn=1") == 200
    assert await knock(server, path=DOOR + "?turn=1", **{HEADER: sign(TOKEN, PUBLIC + DOOR, FORM)}) == 403


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
async def test_what_is_no_form_is_not_read(server: TestServer, content_type: str):
    assert await knock(server, Content_Type=content_type) == 403


@pytest.mark.parametrize("body", [b"Body=\xff\xfe", b"Body=%ff%fe", b"&".join(b"a=1" for _ in range(501))])
async def test_what_is_no_form_inside_is_refused(server: TestServer, body: bytes):
    assert await knock(server, body) == 403


async def test_too_much_is_cut_off_declared_or_not(server: TestServer):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 1024

    assert await knock(server, b"a" * 65_537) == 413
    assert await knock(server, endless()) == 413  # type: ignore[arg-type]


async def test_too_slow_is_cut_off(server: TestServer, door: Door):
    door.most_seconds = 0.05
    signature = sign(TOKEN, PUBLIC + DOOR, FORM).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\nX-Twilio-Signature: " + signature)
    writer.write(b"\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nBody=")

    assert b" 408 " in await asyncio.wait_for(reader.readline(), 30)
    writer.close()


async def test_without_a_token_the_door_is_shut(server: TestServer, door: Door):
    door.auth_token = ""

    assert await knock(server) == 403
    assert await knock(server, **{HEADER: sign("", PUBLIC + DOOR, FORM)}) == 403
