"""The provider of language models: whatever it does, there is an answer or a reason, and its key is nobody's."""

import asyncio
import gzip
import ssl
import subprocess
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from channels.model.chat import write
from channels.model.prompt import Prompt
from channels.model.transport import MOST_READ, MOST_SENT, Failed, ModelTransport, Why
from tests.integration.provider import KEY, NAME, Provider, open_provider

PROMPT = Prompt(task="Answer.", material="Where is it?")


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with open_provider() as opened:
        yield opened


@pytest.fixture
async def transport(provider: Provider) -> AsyncIterator[ModelTransport]:
    opened = ModelTransport(url=provider.url, key=KEY)
    yield opened
    await opened.close()


async def test_a_question_is_asked_once_with_the_key_and_without_tools(provider, transport):
    provider.says("On its way.")
    assert await write(transport, NAME, PROMPT) == "On its way."
    (asked,) = provider.asked
    assert set(asked) == {"model", "messages", "stream"} and asked["model"] == NAME
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert provider.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("status", "why"),
    [(401, Why.UNAUTHORISED), (403, Why.UNAUTHORISED), (404, Why.REFUSED), (429, Why.BUSY), (500, Why.BROKEN)],
)
async def test_a_refusal_is_a_reason_and_is_not_tried_again(provider, transport, status, why):
    provider.breaks(status, b"the key key-of-the-tests is wrong")
    assert await write(transport, NAME, PROMPT) == Failed(why=why, status=status)
    assert len(provider.asked) == 1


async def test_nobody_is_sent_elsewhere(provider, transport):
    async with open_provider() as elsewhere:
        for status in (301, 302, 307, 308):
            provider.breaks(status, Location=f"{elsewhere.url}/chat/completions")
            assert await write(transport, NAME, PROMPT) == Failed(why=Why.REFUSED, status=status)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"choices": []}', b'{"choices": [{}]}', b'{"choices": [{"message": null}]}',
     b'{"choices": [{"message": {"content": null, "tool_calls": [{"function": {"name": "send"}}]}}]}',
     b'{"choices": [{"message": {"content": "  \\n"}}]}', b'{"choices": {"0": 1}}', b"[" * 100_000,
     b'{"choices": [{"message": {"content": "\\ud800"}}]}'],
)  # fmt: skip
async def test_garbage_is_no_answer(provider, transport, body):
    provider.breaks(200, body)
    assert await write(transport, NAME, PROMPT) == Failed(why=Why.UNREADABLE, status=200)


async def test_too_much_is_not_read_to_its_end(provider, transport):
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 65_536)

    provider.answers(endless)
    assert await write(transport, NAME, PROMPT) == Failed(why=Why.TOO_LARGE, status=200)


async def test_nothing_is_unpacked(provider, transport):
    provider.breaks(200, gzip.compress(b" " * 50_000_000), **{"Content-Encoding": "gzip"})
    assert await transport.ask("/chat/completions", {}) == Failed(why=Why.UNREADABLE, status=200)
    assert MOST_READ < 50_000_000


async def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate, key)

    async with open_provider(shown) as stranger:
        away = ModelTransport(url=stranger.url.replace("127.0.0.1", "localhost"), key=KEY)
        assert await write(away, NAME, PROMPT) == Failed(why=Why.UNREACHABLE)
        await away.close()
        assert stranger.asked == []


async def test_too_much_is_not_sent(provider, transport):
    asked = await write(transport, NAME, Prompt(task="", material="x" * MOST_SENT))
    assert (asked, provider.asked) == (Failed(why=Why.TOO_LARGE), [])


async def test_silence_has_an_end_and_holds_nobody_else_up(provider):
    provider.falls_silent()
    hurried = ModelTransport(url=provider.url, within_s=0.05)
    assert await write(hurried, NAME, PROMPT) == Failed(why=Why.SLOW)
    await hurried.close()

    patient = ModelTransport(url=provider.url, at_once=1)
    provider.here.clear()
    first = asyncio.create_task(write(patient, NAME, PROMPT))
    await provider.here.wait()
    assert await write(patient, NAME, PROMPT) == Failed(why=Why.BUSY)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    provider.says("Free again.")
    assert await write(patient, NAME, PROMPT) == "Free again."
    await patient.close()


async def test_nobody_there_and_an_answer_that_stops_are_reasons(provider, transport):
    provider.says("Dear Ana, we", finish_reason="length")
    assert await write(transport, NAME, PROMPT) == Failed(why=Why.CUT, status=200)
    away = ModelTransport(url="http://127.0.0.1:1/v1", key=KEY)
    assert await write(away, NAME, PROMPT) == Failed(why=Why.UNREACHABLE)
    await away.close()
    assert KEY not in repr(vars(Failed(why=Why.UNREACHABLE)))
