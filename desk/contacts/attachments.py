"""desk/contacts/attachments.py: files that go with messages: uploaded, sent, shown to those who may see the message.

An upload belongs to who made it until a message of theirs takes it, once; one that nobody sends
is forgotten after a day. Knowing an id opens nothing: staff must be able to see the interaction,
customers follow a signed link that ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from channels.types import Attachment
from desk.kernel import tokens
from desk.kernel.blobs import Blobs
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.jobs import Job
from desk.kernel.statements import among
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.tables import attachments, from_ms, to_ms

T = TypeVar("T")

#: How long an upload waits to be sent.
KEPT = timedelta(hours=24)
#: How long a customer's link to a file is good; a conversation that is opened again gets new ones.
LINK_LASTS = timedelta(days=1)
MOST_FILES = 10
_PURPOSE = "attachment"


@dataclass(frozen=True, kw_only=True)
class ForgetUpload(Job):
    """Drops an upload that no message took."""

    attachment_id: str


def keep_upload(tx: Tx, file: Attachment) -> str:
    """Keeps a file that the actor uploaded and has not sent yet; returns its id."""
    attachment_id = tx.new_id()
    tx.insert(
        attachments,
        id=attachment_id,
        message_id=None,
        uploaded_by=tx.actor.id,
        uploaded_at=tx.now,
        **_columns(file),
    )
    tx.defer(ForgetUpload(attachment_id=attachment_id), at=tx.now + KEPT)
    return attachment_id


def claim(tx: Tx, attachment_ids: Sequence[str], message_id: str) -> None:
    """Lets a message take uploads of the actor's.

    Raises:
        Invalid: too many, or one is not the actor's to send: never uploaded, sent already, somebody else's.
    """
    if len(attachment_ids) > MOST_FILES:
        raise Invalid("attachments", f"at most {MOST_FILES} files go with a message")
    wanted = set(attachment_ids)
    rows = tx.take(attachments, wanted) if wanted else ()
    mine = [row for row in rows if row.message_id is None and row.uploaded_by == tx.actor.id]
    if len(mine) != len(wanted):
        raise Invalid("attachments", "not uploads of yours that wait to be sent")
    for row in mine:
        tx.update(attachments, row.id, message_id=message_id)


_OF_MESSAGES = sa.select(attachments).where(among(attachments.c.message_id)).order_by(attachments.c.id)


def add(tx: Tx, message_id: str, files: Iterable[Attachment]) -> None:
    """Adds the files that came with a message."""
    for file in files:
        tx.insert(attachments, id=tx.new_id(), message_id=message_id, **_columns(file))


def of_messages(rx: Rx, message_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The files of each message, in the order in which they came."""
    found: dict[str, list[Row]] = {id: [] for id in message_ids}
    for row in rx.all(_OF_MESSAGES, ids=message_ids) if message_ids else ():
        found[row.message_id].append(row)
    return found


def path_of(attachment_id: str) -> str:
    """Where staff get a file."""
    return f"/attachments/{attachment_id}"


def signed_path(secret: str, attachment_id: str, now: datetime) -> str:
    """Where a customer gets a file, for a day from `now`."""
    ends = to_ms(now + LINK_LASTS)
    return f"{path_of(attachment_id)}?t={tokens.sign(secret, _PURPOSE, f'{attachment_id} {ends}')}"


def check_signature(secret: str, token: str, attachment_id: str, now: datetime) -> None:
    """Whether `token` opens this file now.

    Raises:
        NotFound: it does not; why is nobody's business.
    """
    named, _, ends = tokens.verify(secret, _PURPOSE, token).partition(" ")
    if named != attachment_id or from_ms(int(ends)) <= now:
        raise NotFound("attachment", attachment_id)


def drop_upload(tx: Tx, attachment_id: str) -> str | None:
    """Forgets an upload unless a message took it; returns the blob that nobody needs any more."""
    rows = tx.take(attachments, [attachment_id])
    if not rows or rows[0].message_id is not None:
        return None
    tx.execute(sa.delete(attachments).where(attachments.c.id == attachment_id))
    return str(rows[0].blob)


class Desk(Protocol):
    """What is needed of the desk."""

    blobs: Blobs

    async def transact(self, actor: Actor, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Runs a use case in one transaction."""


async def forget_upload(desk: Desk, job: ForgetUpload) -> None:
    """Does `ForgetUpload`: the row first, then the bytes; an orphan after a crash is harmless."""
    blob = await desk.transact(Actor.system("uploads"), drop_upload, job.attachment_id)
    if blob is not None:
        await desk.blobs.remove(blob)


def _columns(file: Attachment) -> dict[str, Any]:
    return {"name": file.name[:300], "type": file.type[:120], "size": file.size, "blob": file.blob}
