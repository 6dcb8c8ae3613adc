"""web/attachments.py: files in and out. What comes in is bytes under a name of ours; what goes out is inert.

In: streamed to disk, limited, its type told by its content. Out: as a download that no page can run,
whatever it is, to staff who may see its message, or to a customer who has a signed link.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from aiohttp import BodyPartReader, web

from channels.content import ANYTHING, ENOUGH, SERVED, type_of
from channels.email.names import file_name
from channels.images import without_metadata
from channels.types import Attachment
from desk.attachments import check_signature, keep_upload
from desk.kernel.blobs import Blobs
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.permissions import Right
from desk.reach import interaction_for, message_for
from desk.tables import access_log, attachments, mails
from web.api.shapes import Upload
from web.api.told import tells
from web.edge import actor, created, desk, needs

routes = web.RouteTableDef()

MOST_BYTES = 25 * 1024 * 1024
#: An upload that takes longer is not waited for.
MOST_SECONDS = 300.0
_CUSTOMER = Actor(kind="customer", id="signed link")
#: Whatever it is: a download, of the type that we say, without any right, kept by nobody.
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


@routes.post("/api/v1/attachments")
@needs(Right.WORK)
@tells(Upload, status=201, taken="multipart/form-data")
async def post(request: web.Request) -> web.StreamResponse:
    """Keeps a file until a message of yours takes it, for a day at most."""
    if not request.content_type.startswith("multipart/"):
        raise web.HTTPUnsupportedMediaType(text="Expected multipart/form-data with a field `file`.")
    if (request.content_length or 0) > MOST_BYTES + 64 * 1024:
        raise _too_large()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            file = await _take(request)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The file did not come in time.") from error
    id = await desk(request).transact(actor(request), keep_upload, file)
    return created(f"/attachments/{id}", id=id, name=file.name, type=file.type, size=file.size)


@routes.get("/attachments/{id}")
async def get(request: web.Request) -> web.StreamResponse:
    """A file as a download."""
    if "t" not in request.query:
        return await _for_staff(request)
    id, house = request.match_info["id"], desk(request)
    check_signature(house.settings.secret_key, request.query["t"], id, house.clock.now())
    return _download(request, await house.read(_CUSTOMER, _sent, id))


@needs(Right.WORK)
async def _for_staff(request: web.Request) -> web.StreamResponse:
    row = await desk(request).transact(actor(request), _seen, request.match_info["id"])
    return _download(request, row)


@routes.get("/api/v1/interactions/{id}/messages/{message_id}/source")
@needs(Right.WORK)
@tells(media="message/rfc822")
async def get_source(request: web.Request) -> web.StreamResponse:
    """A mail as it came, byte for byte."""
    ids = request.match_info
    mail = await desk(request).transact(actor(request), _source, ids["id"], ids["message_id"])
    return _file(request, mail.blob, "message/rfc822", f"{ids['message_id']}.eml")


async def _take(request: web.Request) -> Attachment:
    """The first field `file` of a form, streamed to disk."""
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return await _store(request, part)
    except ValueError as error:
        raise Invalid("file", "not a form that can be read") from error
    raise Invalid("file", "missing: a form with a field `file`")


async def _store(request: web.Request, part: BodyPartReader) -> Attachment:
    beginning = bytearray()

    async def chunks() -> AsyncIterator[bytes]:
        while chunk := await part.read_chunk(64 * 1024):
            if len(beginning) < ENOUGH:
                beginning.extend(chunk[:ENOUGH])
            yield chunk

    try:
        blob, size = await desk(request).blobs.put_stream(chunks(), most=MOST_BYTES)
    except OverflowError as error:
        raise _too_large() from error
    kind = type_of(bytes(beginning), part.headers.get("Content-Type", ""))
    if kind.startswith("image/"):
        blob, size = await _without_metadata(desk(request).blobs, blob)
    return Attachment(name=file_name(part.filename or "", kind, 1), type=kind, size=size, blob=blob)


async def _without_metadata(blobs: Blobs, blob: str) -> tuple[str, int]:
    """A picture that leaves the house says nothing of where and by whom it was taken."""
    data = await blobs.get(blob)
    bare = await asyncio.to_thread(without_metadata, data)
    kept = await blobs.put(bare) if bare != data else blob
    if kept != blob:
        await blobs.remove(blob)
    return kept, len(bare)


def _too_large() -> web.HTTPException:
    text = f"A file may have {MOST_BYTES // 1024 // 1024} MB."
    return web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=MOST_BYTES + 1, text=text)


def _sent(rx: Rx, id: str) -> Row:
    """A file that went or came with a message: what a signed link opens."""
    row = rx.one(attachments, id)
    if row.message_id is None:
        raise NotFound("attachment", id)
    return row


def _seen(tx: Tx, id: str) -> Row:
    """A file that the reader may see; that they did is written down."""
    row = tx.one(attachments, id)
    if not _is_theirs(tx, row):
        raise NotFound("attachment", id)
    _write_down(tx, "attachment", id)
    return row


def _is_theirs(rx: Rx, row: Row) -> bool:
    """Whether the reader may see a file: one that waits is its uploader's, any other goes with its message."""
    if row.message_id is None:
        return bool(row.uploaded_by == rx.actor.id)
    try:
        message_for(rx, row.message_id)
    except NotFound:
        return False
    return True


def _source(tx: Tx, interaction_id: str, message_id: str) -> Row:
    interaction_for(tx, interaction_id)
    message = message_for(tx, message_id)
    mail_id = str((message.headers or {}).get("mail_id", ""))
    found = tx.all(sa.select(mails).where(mails.c.id == mail_id))
    if message.interaction_id != interaction_id or not found:
        raise NotFound("mail", message_id)
    _write_down(tx, "source", message_id)
    return found[0]


def _write_down(tx: Tx, action: str, what: str) -> None:
    tx.insert(access_log, id=tx.new_id(), at=tx.now, actor=str(tx.actor), action=action, object=what)


def _download(request: web.Request, row: Any) -> web.StreamResponse:
    return _file(request, row.blob, row.type, row.name)


def _file(request: web.Request, blob: str, kind: str, name: str) -> web.StreamResponse:
    path = desk(request).blobs.path(blob)
    if not path.is_file():
        raise NotFound("file", blob)
    served = kind if kind in SERVED else ANYTHING
    headers = _INERT | {"Content-Type": served, "Content-Disposition": disposition(file_name(name, served, 1))}
    return web.FileResponse(path, headers=headers)


def disposition(name: str) -> str:
    """`Content-Disposition` of a download called `name`, RFC 6266: in ASCII for the old, in UTF-8 for the rest."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
