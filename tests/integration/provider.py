"""A provider of language models: a real server on loopback, which answers as it is told and keeps what it is asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

KEY = "key-of-the-tests"
NAME = "parrot-1"

Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Provider:
    """Speaks as OpenAI does."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.here = asyncio.Event()  #: somebody has asked
        self.over = asyncio.Event()  #: silence ends
        self._answers: Answers = self._says("Nothing was told to it.")

    @property
    def settings(self) -> dict[str, Any]:
        """What an operator sets to use it."""
        return {"model_url": self.url, "model_key": KEY, "model_name": NAME}

    @property
    def sent(self) -> str:
        """Every word that it was sent last."""
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])

    def says(self, text: str, **more: Any) -> None:
        """From now on it writes `text`."""
        self._answers = self._says(text, **more)

    def answers(self, how: Answers) -> None:
        """From now on it answers like this."""
        self._answers = how

    def breaks(self, status: int, body: bytes = b"", **headers: str) -> None:
        """From now on it answers with `status`."""

        async def fails(_request: web.Request) -> web.Response:
            return web.Response(status=status, body=body, headers=headers)

        self._answers = fails

    def falls_silent(self) -> None:
        """From now on it answers nothing, until it is closed."""

        async def waits(_request: web.Request) -> web.Response:
            await self.over.wait()
            return web.Response(status=500)

        self._answers = waits

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(orjson.loads(await request.read()))
        self.keys.append(request.headers.get("Authorization", ""))
        self.here.set()
        return await self._answers(request)

    def _says(self, text: str, **more: Any) -> Answers:
        async def answer(_request: web.Request) -> web.Response:
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}} | more
            return web.json_response({"object": "chat.completion", "choices": [choice]})

        return answer


@asynccontextmanager
async def open_provider(certificate: ssl.SSLContext | None = None) -> AsyncIterator[Provider]:
    """A provider that listens until it is closed; with a certificate, by TLS."""
    provider = Provider()
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/{anything:.*}", provider.hear)
    runner = web.AppRunner(app, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate)
        await site.start()
        provider.url = f"{'https' if certificate else 'http'}://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield provider
    finally:
        provider.over.set()
        await runner.cleanup()
