"""The real door for mail in front of a desk, and strangers who post what they like."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import aiosmtplib

from channels.email.envelopes import Envelope
from channels.email.receive_smtp import Receiver
from desk.contacts import mails
from desk.kernel.desk import Desk

EVA = "eva@example.com"
OURS = "billing@demo.test"


@asynccontextmanager
async def open_post(desk: Desk, store: Callable[[Envelope], Awaitable[None]] | None = None) -> AsyncIterator["Post"]:
    """Opens the door on a free port; `store` looks at what comes before the desk does."""
    spool = desk.settings.data_dir / "spool"
    receiver = Receiver("127.0.0.1:0", store or partial(mails.take_in, desk), spool=spool, now=desk.clock.now)
    await receiver.start()
    try:
        yield Post(receiver.port)
    finally:
        await receiver.stop()


class Post:
    """Hands mail in at the door."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def takes(self, raw: bytes, *, sender: str = EVA, to: str = OURS) -> None:
        """The door has said 250 to these very bytes."""
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, use_tls=False, start_tls=False) as client:
            await client.sendmail(sender, [to], raw)


def written(text: str = "I was charged twice.", **headers: str) -> bytes:
    """A mail's bytes, written by hand: a library would mend what is wrong on purpose."""
    about = {"From": f"Eva Ruiz <{EVA}>", "To": OURS, "Subject": "Charged twice", "Message-ID": "<1@x>"}
    about |= {"Content-Type": "text/plain; charset=utf-8"}
    about |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in about.items() if value]
    return "\r\n".join([*lines, "", text, ""]).encode()


def with_files(*parts: tuple[str, bytes], text: str = "See what came with this.", **headers: str) -> bytes:
    """A mail with files: for each the lines of its headers, and its bytes."""
    pieces = [b"--edge\r\n\r\n" + text.encode()]
    pieces += [b"--edge\r\n" + head.encode() + b"\r\n\r\n" + data for head, data in parts]
    head = written("", Content_Type="multipart/mixed; boundary=edge", **headers).rstrip(b"\r\n")
    return head + b"\r\n\r\n" + b"\r\n".join([*pieces, b"--edge--", b""])
