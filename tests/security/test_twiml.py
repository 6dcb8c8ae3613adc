"""Rows 50 to 53 and 55: what callers and whoever plays the carrier write, at the carrier's real doors.

CVE-2026-4984 (Botpress, an unsigned webhook), Twilio's own list of mistakes with signatures, TwiML injection
(semgrep's rule), AST-2010-002 (Asterisk, dial strings), CVE-2007-6170 (Asterisk, a caller's number in SQL).
"""

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from aiohttp import FormData, web
from multidict import MultiDict
from structlog.testing import capture_logs

from channels.voice.signature import HEADER, sign
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import calls, customers, interactions, messages, metadata
from tests.integration.floor import ORGANIZATION
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.security.sources import sources
from web.api import ROUTES
from web.app import PARTS

TOKEN = "secret"  # of this test
ACCOUNT = "AC" + "1" * 32
PUBLIC = "https://desk.example"
OURS = "+442079460100"
ANA = "+442079460101"
DIALS = "</Say><Dial><Number>+4490012345</Number></Dial><Say>"
NASTY = [
    DIALS, "<Dial>+4490012345</Dial>", "&lt;Dial&gt;", "]]><Redirect>https://evil.example</Redirect>",
    "\x0b\x1b\x7f\x9b[2J", "\ufffe\uffff", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "'; DROP TABLE calls; --",
    "' OR '1'='1", "{{7*7}}${7*7}%s%n", "500&PJSIP/itsp/1900", "+44;ext=1,+4490012345", "sip:x@evil.example",
    "client:agent-1", "\r\nX: y", "a" * 5000, "\u202e+44", "anonymous", "", " ", "+" * 40, "1|2", "=1+1", "\\", "\0",
]  # fmt: skip
VERBS = {"Say", "Gather", "Dial", "Conference", "Play", "Pause", "Hangup", "Response"}


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [*of_the_carrier(), *(route for table in ROUTES for route in table)]
    own: dict[str, Any] = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "public_url": PUBLIC}
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=routes, **own) as opened:
        await opened.desk.transact(SYSTEM, load, read(ORGANIZATION.read_text(encoding="utf-8")))
        yield opened


async def knocks(
    client: Client, path: str, form: dict[str, str], *, at: str = PUBLIC, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """What the carrier is answered, rightly signed for `at`."""
    pairs = MultiDict(form)
    told = {HEADER: sign(TOKEN, at + path, pairs)} | (headers or {})
    async with client.post(path, data=FormData(list(pairs.items())), headers=told) as answer:
        return answer.status, await answer.text()


async def rows(front: Front, table: sa.Table, **where: Any) -> Sequence[Row]:
    return await front.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table).filter_by(**where)))


async def count(front: Front, table: sa.Table) -> int:
    return len(await rows(front, table))


def of_the_carrier() -> list[web.RouteDef]:
    found = [route for part in PARTS for route in part.routes if isinstance(route, web.RouteDef)]
    return [route for route in found if route.path.startswith("/twilio/")]


def doors() -> list[str]:
    return sorted(route.path.replace("{call_id}", "x") for route in of_the_carrier() if route.method == "POST")


async def test_no_door_reads_what_nobody_signed(front: Front) -> None:
    client = front.browser()
    await client.start_server()
    assert len(doors()) > 7
    for path in doors():
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        head = f"POST {path} HTTP/1.1\r\nHost: desk.example\r\nContent-Length: 60000\r\n"
        writer.write(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\nCallSid=")
        assert b" 403 " in await asyncio.wait_for(reader.readline(), 30), path  # the body never comes
        writer.close()
        for headers in (
            {HEADER: "x"},
            {HEADER: ""},
            {HEADER: sign("", PUBLIC + path, MultiDict())},
            {"Authorization": "Basic eA==", HEADER: "eA=="},
        ):
            assert (await knocks(client, path, {"CallSid": "CA1", "MessageSid": "SM1"}, headers=headers))[0] == 403, (
                path
            )
    assert await count(front, interactions) == 0


async def test_what_is_signed_for_another_account_comes_through_no_door(front: Front) -> None:
    client = front.browser()
    call = {"CallSid": "CA1", "From": ANA, "To": OURS, "CallStatus": "ringing", "MessageSid": "SM1", "Body": "Hallo"}
    with capture_logs() as said:
        for path in doors():
            for foreign in ("AC" + "2" * 32, ACCOUNT.lower(), ""):
                assert (await knocks(client, path, call | {"AccountSid": foreign}))[0] == 403, (path, foreign)

    assert await count(front, interactions) == 0
    refused = [line for line in said if line["event"] == "webhook_refused"]
    assert {line["why"] for line in refused} == {"another account"}
    assert len(refused) == 3 * len(doors())
    status, _ = await knocks(client, "/twilio/sms", call | {"AccountSid": ACCOUNT})
    assert (status, await count(front, interactions)) == (200, 1)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
async def test_the_address_that_counts_is_ours_and_not_what_is_said_of_it(front: Front, header: str) -> None:
    client, evil = front.browser(), "https://evil.example"
    said = {header: "host=evil.example;proto=https" if header == "Forwarded" else "evil.example"}
    for path in doors():
        assert (await knocks(client, path, {"CallSid": "CA1"}, at=evil, headers=said))[0] == 403
        assert (await knocks(client, path, {"CallSid": "CA1"}, at=PUBLIC + "/sms#", headers=said))[0] == 403
    assert (await knocks(client, "/twilio/voice", {"CallSid": "CA1", "From": ANA, "To": OURS}, headers=said))[0] == 200


async def test_a_webhook_that_is_sent_again_does_nothing_again(front: Front) -> None:
    client = front.browser()
    ring = {"CallSid": "CA1", "From": ANA, "To": OURS}
    (told,) = {(await knocks(client, "/twilio/voice", ring))[1] for _ in range(3)}
    assert await count(front, interactions) == 1
    assert told.index("<Say") < told.index("<Gather")  # the greeting too: the first answer may have got lost
    step = asked_at(told).removeprefix(PUBLIC)
    said = {
        (await knocks(client, step, {"CallSid": "CA1", "Digits": keys}))[1].partition("<Dial>")[2] for keys in "1122"
    }
    assert len(said) == 1 and said != {""}  # the question is answered, and by the first answer
    (row,) = await rows(front, interactions)
    assert (row.queue, row.state) == ("billing", "queued")
    text = {"MessageSid": "SM1", "From": ANA, "To": OURS, "Body": "Hello"}
    for _ in range(3):
        assert (await knocks(client, "/twilio/sms", text))[0] == 200
    assert await count(front, messages) == 1


def asked_at(document: str) -> str:
    """Where the answer to the question in it goes."""
    (gather,) = ElementTree.fromstring(document).iter("Gather")  # noqa: S314  # made by the code under test
    return gather.get("action", "")


def is_ours(document: str) -> None:
    """A document of our verbs, leading nowhere but to us."""
    for verb in ElementTree.fromstring(document).iter():  # noqa: S314  # made by the code under test
        assert verb.tag in VERBS
        for name in ("action", "waitUrl", "url"):
            assert verb.get(name, PUBLIC).startswith(PUBLIC)
        if verb.tag == "Play":
            assert (verb.text or "").startswith(PUBLIC)
        if verb.tag == "Dial":
            assert [part.tag for part in verb] == ["Conference"] and not (verb.text or "").strip()
    assert "evil.example" not in document and "90012345" not in document


async def test_nothing_that_a_caller_is_or_says_becomes_a_word_of_our_answer(front: Front) -> None:
    client = front.browser()
    for number, nasty in enumerate(NASTY):
        who = {
            "CallSid": f"CA{number}",
            "From": nasty,
            "To": nasty,
            "CallerName": nasty,
            "FromCity": nasty,
            "ForwardedFrom": nasty,
        }
        status, said = await knocks(client, "/twilio/voice", who)
        assert status == 200
        is_ours(said)
        (row,) = await rows(front, calls, carrier_id=who["CallSid"])
        for answer in ({"Digits": nasty}, {"SpeechResult": nasty, "Digits": "1"}, {"Digits": "9" * 999}):
            for path in (
                f"step/{row.id}?turn=0",
                f"step/{row.id}?turn={number}",
                f"wait/{row.id}",
                f"hold/{row.id}",
                f"agent/{row.id}",
            ):
                status, said = await knocks(client, f"/twilio/voice/{path}", who | answer)
                assert status == 200
                is_ours(said)
    for path in (
        "step/%3CDial%3E?turn=1",
        "wait/%3C%2FConference%3E%3CNumber%3E",
        "hold/..%2F..",
        "agent/%3CNumber%3E%2B44",
    ):
        status, said = await knocks(client, f"/twilio/voice/{path}", {"CallSid": "CA0", "Digits": "1"})
        assert status == 200
        is_ours(said)


async def test_whoever_rings_or_writes_is_text_in_every_table_and_answer(front: Front) -> None:
    client, headers, taken = front.browser(), await front.program("supervisor"), 0
    for number, nasty in enumerate(NASTY):
        who = {"CallSid": f"CA{number}", "From": nasty, "To": OURS, "CallerName": nasty}
        await knocks(client, "/twilio/voice", who)
        await knocks(client, "/twilio/voice/status", who | {"CallStatus": nasty})
        text = {"MessageSid": f"SM{number}", "From": f"+493023125{number:03}", "To": nasty, "Body": nasty or "x"}
        status, said = await knocks(client, "/twilio/sms", text)
        assert status == 200 and ElementTree.fromstring(said).tag == "Response"  # noqa: S314
        status, _ = await knocks(client, "/twilio/sms", text | {"MessageSid": f"SN{number}", "From": nasty})
        assert status in (200, 400)
        taken += status == 200
    for table in metadata.sorted_tables:
        await count(front, table)  # they are all there still
    assert await count(front, messages) == len(NASTY) + taken
    for path in ("interactions", "customers"):
        async with client.get(f"/api/v1/{path}", headers=headers, params={"limit": "200"}) as answer:
            assert answer.status == 200 and answer.content_type == "application/json"
            assert len((await answer.json())["items"]) == await count(
                front, interactions if path == "interactions" else customers
            )


def test_markup_for_the_carrier_is_built_and_written_nowhere() -> None:
    builder = "channels.voice.twiml"
    assert [
        source.module
        for source in sources()
        if any("VoiceResponse" in item.target or "twilio.twiml" in item.target for item in source.imports)
    ] == [builder]
    marks = ("<Response", "<Say", "<Dial", "<Gather", "<Redirect", "<Number", "<Conference", "<Play")
    assert [
        source.at(node.lineno)
        for source in sources()
        for node in literals(source.tree)
        if any(mark in str(node.value) for mark in marks)
    ] == []


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
