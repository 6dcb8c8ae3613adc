"""web/api/attachments.py: the files of messages, in and out by the rules of `web/files.py`.

In: from who works. Out: to staff who may see its message, or to a customer who has a signed link.
"""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.contacts.attachments import check_signature, keep_upload
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.people.permissions import Right
from desk.people.reach import interaction_for, message_for
from desk.tables import access_log, attachments, mails
from web.api.shapes import Upload
from web.api.told import tells
from web.edge import actor, created, desk, needs
from web.files import received, sent_out

routes = web.RouteTableDef()

_CUSTOMER = Actor(kind="customer", id="signed link")


@routes.post("/api/v1/attachments")
@needs(Right.WORK)
@tells(Upload, status=201, taken="multipart/form-data")
async def post(request: web.Request) -> web.StreamResponse:
    """Keeps a file until a message of yours takes it, for a day at most."""
    file, _ = await received(request)
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
    return sent_out(request, mail.blob, "message/rfc822", f"{ids['message_id']}.eml")


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
    return sent_out(request, row.blob, row.type, row.name)
