"""channels/email/sink.py: a mail server that takes everything and keeps the newest.

The demo's outgoing mail ends here, to be read at `/demo/mail`, and tests read it too. It keeps mail in
memory, and in a folder if it is given one: then it knows it again after a restart. It is the
receiver's own door with another store behind it, so it is as strict and as forgiving as that one,
except that one sender may send as much as it likes.
"""

import asyncio
import json
import tempfile
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from channels.email.envelopes import Envelope
from channels.email.mime import Unreadable, parse
from channels.email.receive_smtp import Receiver
from channels.errors import Rejected, Unavailable

KEEP = 500
#: For so long a mail is waited for, if nothing else is said: a busy machine may be slow.
PATIENCE_S = 60.0


class Sink:
    """Takes mail on a loopback port. Each is a dictionary that JSON can carry.

    Keys: `to`, `from`, `from_name`, `envelope_from`, `reply_to`, `subject`, `text`, `html`,
    `message_id`, `in_reply_to`, `references`, `attachments`, `auto`, `received_at`, `raw`.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        keep: int = KEEP,
        host: str = "127.0.0.1",
        folder: Path | None = None,
    ) -> None:
        self._now = now
        self._host = host
        self._kept = Kept(folder, keep) if folder is not None else None
        self._mails: deque[dict[str, Any]] = deque(maxlen=keep)
        self._receiver: Receiver | None = None
        self._spool: tempfile.TemporaryDirectory[str] | None = None
        self._changed = asyncio.Event()
        #: What is answered to a recipient instead of 250, as `"550 5.1.1 No such user"`.
        self.refuse_recipient: str | None = None
        #: What is answered to DATA: `"later"` for 451, `"never"` for 554.
        self.refuse_mail: str | None = None

    @property
    def url(self) -> str:
        """Where to send, as `CARELINE_SMTP_URL` takes it."""
        assert self._receiver is not None, "not started"
        return f"smtp://{self._host}:{self._receiver.port}"

    @property
    def mails(self) -> list[dict[str, Any]]:
        """What came, oldest first."""
        return list(self._mails)

    async def start(self, port: int = 0) -> None:
        """Opens the door in the running loop; what was kept before is there again."""
        if self._kept is not None:
            self._mails.extend(await asyncio.to_thread(self._kept.load))
        self._spool = tempfile.TemporaryDirectory(prefix="careline-sink-")
        self._receiver = Receiver(
            f"{self._host}:{port}",
            self._store,
            spool=Path(self._spool.name),
            now=self._now,
            refuse=lambda recipient: self.refuse_recipient,
            hostname="sink.careline",
            max_per_sender=None,  # all of it is ours
        )
        await self._receiver.start()

    async def stop(self) -> None:
        """Closes the door; what came stays readable. Twice is not an error."""
        if self._receiver is not None:
            await self._receiver.stop()
        if self._spool is not None:
            self._spool.cleanup()
            self._spool = None

    async def wait_for(
        self, predicate: Callable[[dict[str, Any]], bool], timeout_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The oldest mail for which `predicate` holds, as soon as there is one.

        Raises:
            TimeoutError: none came in time.
        """
        async with asyncio.timeout(timeout_s):
            while True:
                for mail in list(self._mails):
                    if predicate(mail):
                        return mail
                self._changed.clear()
                await self._changed.wait()

    def clear(self) -> None:
        """Forgets what came."""
        self._mails.clear()
        if self._kept is not None:
            self._kept.clear()

    async def _store(self, envelope: Envelope) -> None:
        if self.refuse_mail == "later":
            raise Unavailable("told to")
        if self.refuse_mail == "never":
            raise Rejected("told to")
        mail = _readable(envelope)
        if self._kept is not None:
            try:
                await asyncio.to_thread(self._kept.add, mail)
            except OSError as error:
                raise Unavailable("The folder of the sink") from error
        self._mails.append(mail)
        self._changed.set()


class Kept:
    """The newest mails as files in a folder, numbered as they came."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep
        self._numbers = count(1)
        self._one_at_a_time = Lock()

    def load(self) -> list[dict[str, Any]]:
        """What was kept, oldest first; numbers go on from there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for unfinished in self._folder.glob("*.part"):
            unfinished.unlink()
        files = self._files()
        self._numbers = count(int(files[-1].stem) + 1 if files else 1)
        return [json.loads(file.read_bytes()) for file in files[-self._keep :]]

    def add(self, mail: dict[str, Any]) -> None:
        """Keeps a mail, whole or not at all, and lets go of what is too old."""
        with self._one_at_a_time:
            file = self._folder / f"{next(self._numbers):09d}.json"
            part = file.with_suffix(".part")
            part.write_text(json.dumps(mail), encoding="ascii")
            part.replace(file)
            for old in self._files()[: -self._keep]:
                old.unlink()

    def clear(self) -> None:
        """Lets go of everything."""
        with self._one_at_a_time:
            for file in self._files():
                file.unlink()

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))


def _readable(envelope: Envelope) -> dict[str, Any]:
    raw = envelope.read()
    known: dict[str, Any] = {
        "to": ", ".join(envelope.recipients),
        "envelope_from": envelope.sender,
        "received_at": envelope.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "raw": raw.decode("utf-8", "replace"),
    }
    try:
        mail = parse(raw, envelope_sender=envelope.sender)
    except Unreadable:
        empty = ("from", "from_name", "reply_to", "subject", "message_id", "in_reply_to", "references")
        return known | dict.fromkeys(empty, "") | {"text": known["raw"], "html": None, "attachments": [], "auto": None}
    return known | {
        "from": mail.from_address,
        "from_name": mail.from_name,
        "reply_to": mail.reply_to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "attachments": [{"name": file.name, "type": file.type, "size": len(file.data)} for file in mail.attachments],
        "auto": mail.auto.kind.value if mail.auto else None,
    }
