"""web/bench/outside.py: where answers end: a carrier's REST door for texts, and a mail relay. They note tokens."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from channels.email.envelopes import Envelope
from channels.email.receive_smtp import Receiver
from desk.kernel.clock import SystemClock

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "bench-auth-token"  # noqa: S105  # of a carrier that exists for a minute

#: Told the words of each answer.
Answered = Callable[[str | bytes], object]


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The addresses of both."""

    twilio_url: str
    smtp_url: str

    @property
    def settings(self) -> dict[str, str]:
        """What the server must know of them."""
        return {
            "CARELINE_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "CARELINE_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "CARELINE_TWILIO_API_BASE_URL": self.twilio_url,
            "CARELINE_SMTP_URL": f"{self.smtp_url}?starttls=never",
        }


@asynccontextmanager
async def outside(answered: Answered) -> AsyncIterator[Outside]:
    """Both doors, open until the end of the block."""
    numbers = count(1)

    async def text(request: web.Request) -> web.Response:
        form = parse_qs(await request.text())
        answered(form.get("Body", [""])[0])
        sid = f"SM{next(numbers):032x}"
        return web.json_response({"sid": sid, "account_sid": ACCOUNT_SID, "status": "queued"}, status=201)

    async def mail(envelope: Envelope) -> None:
        answered(envelope.head)

    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", text)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    with tempfile.TemporaryDirectory(prefix="careline-bench-") as spool:
        relay = Receiver(
            "127.0.0.1:0", mail, spool=Path(spool), now=SystemClock().now, hostname="bench", max_per_sender=None
        )
        try:
            await site.start()
            await relay.start()
            yield Outside(twilio_url=f"http://127.0.0.1:{_port(runner)}", smtp_url=f"smtp://127.0.0.1:{relay.port}")
        finally:
            await asyncio.gather(relay.stop(), runner.cleanup())


def _port(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])
