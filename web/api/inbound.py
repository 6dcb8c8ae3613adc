"""web/api/inbound.py: any other system hands in a contact, on any channel that has no door of its own.

The same `external_id` twice is one message: 201 the first time, 200 after that. `email` and `form` go by
mailbox and join a thread only by a token of ours; `sms` goes by telephone number; any other name is a
channel of that name, on which an address has one conversation at a time. Calls and chats are live: they
cannot be handed in.
"""

import asyncio
import binascii
import re
from base64 import b64decode
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from channels.characters import undirected
from channels.content import ENOUGH, type_of
from channels.email.addresses import is_address
from channels.email.charsets import clean
from channels.email.markup import read, sanitize
from channels.email.names import file_name
from channels.email.quotes import split
from channels.email.threads import mailbox_of, recognise
from channels.types import Arrival, Attachment
from channels.voice.numbers import normalise
from desk.contacts.attachments import MOST_FILES
from desk.contacts.intake import receive
from desk.kernel.errors import Invalid
from desk.kernel.instants import Moment
from desk.organization.receivers import arrived
from desk.people.permissions import Right
from web.api.shapes import Handed
from web.api.told import tells
from web.edge import actor, answer, body, created, desk, needs

routes = web.RouteTableDef()

#: Of all files of one message together, as bytes; as text they take a third more.
MOST_BYTES = 10 * 1024 * 1024
_MOST_BODY = MOST_BYTES * 4 // 3 + 2 * 1024 * 1024
#: What a channel may be called.
CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,23}", re.ASCII)
#: Live, or no channel at all.
_NOT_HERE = {
    "voice": "calls come from the carrier",
    "phone": "calls come from the carrier",
    "chat": "chats come from the widget",
    "task": "not a channel",
}
#: By what the sender is known; any other channel has addresses of its own kind.
_ADDRESS_KINDS = {"email": "email", "form": "email", "sms": "phone"}

Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(undirected)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]


class Sender(BaseModel, extra="forbid"):
    address: Address
    name: Name = ""


class HandedFile(BaseModel):
    """A file in base64."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: Annotated[str, StringConstraints(max_length=1000)] = ""
    type: Annotated[str, StringConstraints(max_length=120)] = ""
    data: str = Field(validation_alias=AliasChoices("data", "content"))


class NewContact(BaseModel):
    """What a customer wrote, somewhere else."""

    model_config = ConfigDict(extra="forbid")

    external_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    sender: Sender = Field(validation_alias="from")
    to: Annotated[str, StringConstraints(strip_whitespace=True, max_length=320)] | None = None
    subject: Annotated[str, StringConstraints(max_length=1000)] | None = None
    text: Annotated[str, StringConstraints(max_length=256 * 1024)] | None = None
    html: Annotated[str, StringConstraints(max_length=1024 * 1024)] | None = None
    attachments: Annotated[list[HandedFile], Field(max_length=MOST_FILES)] | None = None
    sent_at: Moment | None = None
    in_reply_to: Annotated[str, StringConstraints(max_length=1000)] | None = None
    language: Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-z0-9-]*$")] | None = None


@routes.post("/api/v1/inbound/{channel}")
@needs(Right.WORK)
@tells(Handed, status=201, repeated=200)
async def post(request: web.Request) -> web.StreamResponse:
    """Hands in a contact. The same `external_id` on the same channel is the same message, answered with 200."""
    channel = request.match_info["channel"]
    if not CHANNEL.fullmatch(channel) or channel in _NOT_HERE:
        raise Invalid("channel", _NOT_HERE.get(channel, "a name of up to 24 small letters, digits, - and _"))
    contact = await body(request, NewContact, most=_MOST_BODY)
    kind = _ADDRESS_KINDS.get(channel, channel)
    address = _address(kind, contact.sender.address)
    by_mail = kind == "email"
    words = await asyncio.to_thread(_words, contact, by_mail) if _is_long(contact) else _words(contact, by_mail)
    files = await _store(request, contact.attachments or [])
    arrival = _arrival(request, channel, contact, kind=kind, address=address, words=words, files=files)
    received = await desk(request).gather(actor(request), receive, arrival)
    where = {"interaction_id": received.interaction_id, "message_id": received.message_id}
    if received.new:
        return created(f"/api/v1/interactions/{received.interaction_id}", **where)
    for file in files:  # the first time has them already
        await desk(request).blobs.remove(file.blob)
    return answer(where)


def _arrival(
    request: web.Request,
    channel: str,
    contact: NewContact,
    *,
    kind: str,
    address: str,
    words: tuple[str, str | None, str],
    files: tuple[Attachment, ...],
) -> Arrival:
    text, html, quoted = words
    by_mail = kind == "email"
    to = arrived("email", contact.to or "") if by_mail else contact.to or ""
    secret = desk(request).settings.secret_key
    return Arrival(
        channel=channel,
        external_id=contact.external_id,
        address_kind=kind,
        address=address,
        name=contact.sender.name,
        to=mailbox_of(to) if by_mail else to,
        subject=undirected(clean(contact.subject or "")),
        text=text,
        html=html,
        quoted=quoted or None,
        attachments=files,
        sent_at=contact.sent_at,
        # What a customer merely writes down opens no thread: ids and addresses carry our own seal.
        thread_id=recognise(secret, [contact.in_reply_to or ""], [to]) if by_mail else None,
        language=contact.language or "",
    )


def _address(kind: str, address: str) -> str:
    if kind == "email" and not is_address(address):
        raise Invalid("from.address", "not a mail address")
    if kind == "phone" and normalise(address) is None:
        raise Invalid("from.address", "not a telephone number in international form (+49…)")
    if not address.isprintable():
        raise Invalid("from.address", "has characters that no address has")
    return address


def _is_long(contact: NewContact) -> bool:
    """Whether reading it takes so long that others would wait."""
    return len(contact.html or "") + len(contact.text or "") > 20_000


def _words(contact: NewContact, by_mail: bool) -> tuple[str, str | None, str]:
    """What is new as text, the harmless part of the HTML, and what a mail quotes from before."""
    html = sanitize(contact.html) if contact.html else None
    reading = read(contact.html) if contact.html else None
    text = clean(contact.text or (reading.text if reading is not None else ""))
    if not text.strip() and not contact.attachments:
        raise Invalid("text", "missing: a contact has text, html or attachments")
    if not by_mail:
        return text, html, ""
    parts = reading.split if reading is not None and reading.split is not None else split(text)
    return parts.new, html, parts.quoted


async def _store(request: web.Request, given: list[HandedFile]) -> tuple[Attachment, ...]:
    """The files, stored under names of ours."""
    # Padding apart, four characters are three bytes: what is too large is not decoded first.
    if sum(len(file.data) for file in given) * 3 // 4 > MOST_BYTES:
        raise Invalid("attachments", f"together more than {MOST_BYTES // 1024 // 1024} MB")
    stored = []
    for number, file in enumerate(given, 1):
        try:
            data = await asyncio.to_thread(b64decode, file.data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid(f"attachments.{number - 1}.data", "not base64") from error
        kind = type_of(data[:ENOUGH], file.type)
        name = file_name(file.name, kind, number)
        stored.append(Attachment(name=name, type=kind, size=len(data), blob=await desk(request).blobs.put(data)))
    return tuple(stored)
