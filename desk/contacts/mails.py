"""desk/contacts/mails.py: a mail, from the door to the queue.

    SMTP ─▶ store: blob, row, job, 250 ─▶ understand: parse, whose, which thread ─▶ intake
                                             └ cannot be read: queued all the same, source attached

At the door nothing but the raw bytes counts; a mail that was acknowledged is never lost, whatever it
turns out to be. Machines' mail joins its thread or is queued, and is never answered by machine; a mail
system's word about a mail of ours is told at that mail, and nobody's contact.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from channels.email import threads
from channels.email.authentication import Verdict, verdict
from channels.email.automatic import DELIVERY_STATUS, AutoKind
from channels.email.envelopes import Envelope
from channels.email.mime import Mail, Unreadable, parse, take_subject
from channels.types import Arrival, Attachment
from desk.complaints.closing import letter_came_back
from desk.complaints.surveys import survey_came_back
from desk.contacts import deliveries
from desk.contacts import messages as messages_of
from desk.contacts.intake import receive
from desk.kernel.blobs import Blobs
from desk.kernel.errors import CarelineError, Unavailable
from desk.kernel.jobs import Job
from desk.kernel.settings import Settings
from desk.kernel.transaction import Actor, Row, Rx, Tx, single
from desk.tables import interactions, mails

_SYSTEM = Actor.system("mail")
#: What a parser may stumble over in hostile bytes, and a database in what came out; the mail is then queued with its
#: source. An outage is `Unavailable`, and tried again.
_STUMBLES = (
    Unreadable,
    CarelineError,
    SQLAlchemyError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
)
#: A mail that takes longer to read counts as unreadable.
READ_WITHIN_S = 20.0
#: So many damaged parts are named.
_MOST_NAMED = 5
_IN_THE_SOURCE = "What could be is here; the mail as it came is attached as original.eml."
#: Mail is read apart from passwords and files: a hostile one may keep its reader busy, and nobody else.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="careline-mail")


@dataclass(frozen=True, kw_only=True)
class UnderstandMail(Job):
    """Reads a stored mail and hands it to the intake."""

    mail_id: str


class Desk(Protocol):
    """What reading mail needs of the desk."""

    settings: Settings
    blobs: Blobs

    async def transact(self, actor: Actor, use_case: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a use case and commits."""

    async def gather(self, actor: Actor, use_case: Any, one: Any) -> Any:
        """Runs a use case on a list, commits, and returns the answer to one."""

    async def read(self, actor: Actor, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a query."""


async def take_in(desk: Desk, envelope: Envelope) -> None:
    """Stores a mail at the door; when this returns it is ours to keep. A resend is known and not kept twice.

    Raises:
        Unavailable: no room, or no database: the sender keeps it and tries again.
    """
    # What is in memory needs no thread: waiting for one costs more than the copy.
    data = envelope.body if isinstance(envelope.body, bytes) else await asyncio.to_thread(envelope.read)
    blob = await desk.blobs.put(data)
    await desk.transact(
        _SYSTEM,
        store,
        external_id=envelope.external_id,
        sender=envelope.sender,
        recipients=list(envelope.recipients),
        blob=blob,
        size=envelope.size,
    )


def store(tx: Tx, *, external_id: str, sender: str, recipients: list[str], blob: str, size: int) -> bool:
    """Keeps the raw mail and leaves the job that reads it; False if this very mail came before."""
    mail_id = tx.new_id()
    about = {"sender": sender[:320], "recipients": recipients, "blob": blob, "size": size, "state": "stored"}
    new = tx.insert_if_new(mails, id=mail_id, external_id=external_id, received_at=tx.now, reason="", **about)
    if new:
        tx.defer(UnderstandMail(mail_id=mail_id))
    return new


@single
def stored(rx: Rx, mail_id: str) -> Row:
    """A mail that is kept.

    Raises:
        NotFound: no such mail.
    """
    return rx.one(mails, mail_id)


async def understand(desk: Desk, job: UnderstandMail) -> None:
    """Reads a stored mail and queues it, or puts it where it belongs. Reading it twice changes nothing."""
    row = await desk.read(_SYSTEM, stored, job.mail_id)
    if row.state != "stored":
        return
    raw = await desk.blobs.get(row.blob)
    try:
        await _take_up(desk, row, await _read(raw, row.sender))
    except Unavailable:
        raise
    except _STUMBLES as error:
        reason = error.reason if isinstance(error, Unreadable) else f"could not be read ({type(error).__name__})"
        await desk.gather(_SYSTEM, receive, _unreadable(row, raw, reason))
        await desk.transact(_SYSTEM, _settle, job.mail_id, "unreadable", reason)


async def _read(raw: bytes, sender: str) -> Mail:
    """What `parse` makes of a mail.

    Raises:
        Unreadable: that says so, or it takes too long.
        Unavailable: the readers are busy with other mails.
    """
    reading = _READERS.submit(parse, raw, envelope_sender=sender)
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            return await asyncio.shield(asyncio.wrap_future(reading))
    except TimeoutError:
        if reading.cancel():  # its turn had not come
            raise Unavailable("The reader of mail") from None
        raise Unreadable("it took too long to read") from None


async def _take_up(desk: Desk, row: Row, mail: Mail) -> None:
    """Puts a mail that was read where it belongs."""
    if mail.auto is not None and (mail.auto.kind is AutoKind.BOUNCE or mail.auto.sign == DELIVERY_STATUS):
        thread_id = threads.recognise(desk.settings.secret_key, mail.thread_headers, row.recipients)
        await desk.transact(_SYSTEM, _put_away, row.id, mail, thread_id)
        return
    files = [
        Attachment(name=file.name, type=file.type, size=len(file.data), blob=await desk.blobs.put(file.data))
        for file in mail.attachments
    ]
    if mail.damaged or mail.too_much:
        files.append(_source(row))
    vouched = verdict(mail.authentication, _trusted(desk.settings))
    received = await desk.gather(_SYSTEM, receive, _arrival(desk.settings.secret_key, row, mail, tuple(files), vouched))
    await desk.transact(_SYSTEM, _queued, row.id, received.interaction_id, mail, vouched)


def _trusted(settings: Settings) -> frozenset[str]:
    return frozenset(filter(None, (name.strip().lower() for name in settings.mail_authenticated_by.split(","))))


def _arrival(secret: str, row: Row, mail: Mail, files: tuple[Attachment, ...], vouched: Verdict) -> Arrival:
    return Arrival(
        channel="email",
        external_id=row.external_id,
        address_kind="email",
        address=mail.from_address or row.sender or "unknown@invalid",
        name=mail.from_name,
        to=_entry_point(row),
        subject=mail.subject,
        text=mail.new_text or mail.text,
        html=mail.html,
        quoted=mail.quoted or None,
        attachments=files,
        sent_at=mail.sent_at,
        thread_id=threads.recognise(secret, mail.thread_headers, row.recipients),
        automatic=mail.auto is not None,
        headers={
            "message_id": mail.message_id,
            "reply_to": mail.reply_to,
            "mail_id": row.id,
            "to": [address for _, address in mail.to][:50],
            "problems": list(mail.problems),
            "authentication": vouched.value,
        },
    )


def _unreadable(row: Row, raw: bytes, reason: str) -> Arrival:
    return Arrival(
        channel="email",
        external_id=row.external_id,
        address_kind="email",
        address=row.sender or "unknown@invalid",
        to=_entry_point(row),
        subject=take_subject(raw).removesuffix(".eml") or "Mail that could not be read",
        text=f"This mail could not be read: {reason}. Its source is attached.",
        attachments=(_source(row),),
        automatic=not row.sender,
        headers={"mail_id": row.id, "problems": [reason]},
    )


def _source(row: Row) -> Attachment:
    """The mail as it came, as a file."""
    return Attachment(name="original.eml", type="message/rfc822", size=row.size, blob=row.blob)


def _entry_point(row: Row) -> str:
    """The mailbox of ours that it came to; an answer's token is taken off."""
    return threads.mailbox_of(row.recipients[0]) if row.recipients else ""


def _queued(tx: Tx, mail_id: str, interaction_id: str, mail: Mail, vouched: Verdict) -> None:
    """The mail is where it belongs. Who answers it is told where that goes, if not to its sender, and that the sender
    may be another: anybody can write any From and keep the answers.
    """
    told = []
    if vouched is Verdict.FAILED:
        told.append(f"This mail may not be from {mail.from_address}: that domain does not vouch for it (DMARC failed).")
    if mail.reply_to:
        told.append(f"Answers go to {mail.reply_to}, as this mail asks; it says it comes from {mail.from_address}.")
    if mail.damaged:
        told.append(_what_is_damaged(mail.damaged))
    if mail.too_much:
        told.append(f"This mail has {' and '.join(mail.too_much)}. {_IN_THE_SOURCE}")
    if told and tx.take(mails, mail_id).state == "stored":
        for words in told:
            messages_of.add_system_message(tx, interaction_id, words)
    _settle(tx, mail_id, "queued", "; ".join(mail.problems))


def _what_is_damaged(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"Not all of this mail could be decoded: {', '.join(names[:_MOST_NAMED])}{more}. {_IN_THE_SOURCE}"


def _settle(tx: Tx, mail_id: str, state: str, reason: str) -> None:
    tx.take(mails, mail_id)
    tx.update(mails, mail_id, state=state, reason=reason[:300])


def _put_away(tx: Tx, mail_id: str, mail: Mail, thread_id: str | None) -> None:
    """A mail system's word about a mail of ours belongs to that mail; it is no customer's, and waits for nobody.

    One that speaks of nothing that we know is kept with its source, and says why it was not queued.
    """
    if mail.auto is not None and not mail.auto.final:
        _settle(tx, mail_id, "ignored", "a mail of ours is late; its last word is to come")
        return
    if not mail.bounce_of and (mail.auto is None or mail.auto.kind is not AutoKind.BOUNCE):
        _settle(tx, mail_id, "ignored", "a mail of ours arrived")
        return
    reason = _why_it_came_back(mail)
    if mail.bounce_of and _came_back(tx, mail_id, mail.bounce_of, reason):
        return
    if tx.take(mails, mail_id).state == "stored" and thread_id and tx.take(interactions, [thread_id]):
        deliveries.bring_back(tx, thread_id, reason)
        _settle(tx, mail_id, "ignored", "a bounce, told in its conversation")
        return
    _settle(tx, mail_id, "ignored", "a bounce of nothing that we sent")


def _why_it_came_back(mail: Mail) -> str:
    whom, why = (mail.auto.failed_recipient, mail.auto.why) if mail.auto is not None else ("", "")
    said = f": {why}" if why else "."
    return f"It came back: {whom or 'the recipient'} was not reached{said}"


def _came_back(tx: Tx, mail_id: str, message_id: str, reason: str) -> bool:
    """Shows at what we sent that it did not arrive, and brings the matter back to who wrote it; once for one bounce.

    False if it is nothing of ours.
    """
    if tx.take(mails, mail_id).state != "stored":
        return True
    interaction_id = deliveries.bounced(tx, message_id, reason)
    if interaction_id is not None:
        deliveries.bring_back(tx, interaction_id, reason)
    elif not letter_came_back(tx, message_id, reason) and not survey_came_back(tx, message_id, reason):
        return False
    _settle(tx, mail_id, "ignored", "a bounce, shown at what came back")
    return True


__all__ = ["UnderstandMail", "store", "take_in", "understand"]
