"""web/pages/knowledge/files.py: files of articles, in and out, and what is being written as readers would see it.

In: pictures, which articles show, and papers, to which they link, by the rules of every upload (its type told by its
bytes, limited, pictures without what says where and when they were taken). Out, at `/help/files/{id}`: inert, papers as
downloads, to whoever may read something published that shows it (`knowledgebase/reading/open_files.py`).
"""

from typing import Annotated, Any
from urllib.parse import quote

import sqlalchemy as sa
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from channels.types import Attachment
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.people.permissions import Right
from knowledgebase.contents import FILES, MOST_BODY
from knowledgebase.readers import PUBLIC, Reader, reader_of
from knowledgebase.reading.open_files import open_to
from knowledgebase.reading.papers import in_text
from knowledgebase.tables import article_files, articles
from web.edge import actor, answer, body, desk, form_of_our_own, needs
from web.files import MOST_BYTES as MOST_PAPER
from web.files import received, sent_out
from web.identity import IDENTITIES
from web.pages.help.visits import reader
from web.pages.knowledge.views import shown

routes = web.RouteTableDef()

#: What a picture may be, how large it and a paper may be, and how many of both an article may have.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 200
#: What everybody may see may be kept by who has seen it, and is asked for again: it may not be theirs to see any more.
_KEPT = "private, no-cache"
_ANYBODY = Actor(kind="customer", id="reader")

_COUNT = sa.select(sa.func.count().label("n")).where(article_files.c.article_id == sa.bindparam("id"))


class Draft(BaseModel, extra="forbid"):
    """What stands in the editor."""

    body: Annotated[str, StringConstraints(max_length=MOST_BODY)]
    language: Annotated[str, StringConstraints(max_length=16)] = "en"


@routes.post("/knowledge/preview")
@needs(Right.WRITE)
async def preview(request: web.Request) -> web.StreamResponse:
    """The text of an editor as readers would see it."""
    form_of_our_own(request)
    draft = await body(request, Draft, most=4 * MOST_BODY)
    return answer({"html": await desk(request).read(actor(request), _rendered, draft)})


@routes.post("/knowledge/{id}/files")
@needs(Right.WRITE)
async def post(request: web.Request) -> web.StreamResponse:
    """Adds a picture or a paper; the answer says how the text shows it. A form is answered with the editor."""
    by_script = "X-CSRF-Token" in request.headers
    if by_script:
        form_of_our_own(request)
    article_id = request.match_info["id"]
    await desk(request).read(actor(request), _check_room, article_id)
    file, fields = await received(request, most=MOST_BYTES, only=PICTURES, papers=MOST_PAPER)
    if not by_script:
        form_of_our_own(request, fields.get("csrf_token", ""))
    try:
        file_id = await desk(request).transact(actor(request), add_file, article_id, file)
    except BaseException:
        await desk(request).blobs.remove(file.blob)
        raise
    if by_script:
        return answer({"id": file_id, "name": file.name, "markdown": in_text(file_id, file.name, file.type)}, 201)
    language = quote(request.query.get("language", "")[:16])
    raise web.HTTPSeeOther(f"/knowledge/{article_id}/edit?language={language}&said=file")


@routes.get(FILES + "{id}")
async def get(request: web.Request) -> web.StreamResponse:
    """A picture or a paper, to whoever may read what shows it."""
    found = await request.app[IDENTITIES].of(request)
    who = found.actor if found else _ANYBODY
    customer = None if found else await reader(request)
    row, is_public = await desk(request).read(who, file_for, request.match_info["id"], customer)
    is_picture = row.type in PICTURES
    return sent_out(request, row.blob, row.type, row.name, kept=_KEPT if is_public else "", inline=is_picture)


def add_file(tx: Tx, article_id: str, file: Attachment) -> str:
    """Adds a file to an article; returns its id.

    Raises:
        NotFound: there is no such article.
        Invalid: it has too many.
    """
    tx.take(articles, article_id)
    _check_room(tx, article_id)
    id = tx.new_id()
    about: dict[str, Any] = {"name": file.name[:200], "type": file.type[:100], "size": file.size, "blob": file.blob}
    tx.insert(article_files, id=id, article_id=article_id, added_by=tx.actor.id, added_at=tx.now, **about)
    return id


def file_for(rx: Rx, file_id: str, reader: Reader | None = None) -> tuple[Row, bool]:
    """A file that the reader may see, and whether everybody may. Without a `reader` it is whoever asks.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    file = rx.one(article_files, file_id)
    reader = reader or reader_of(rx)
    if not open_to(rx, [file.id], reader):
        raise NotFound("file", file_id)
    return file, reader == PUBLIC or bool(open_to(rx, [file.id], PUBLIC))


def _check_room(rx: Rx, article_id: str) -> None:
    rx.one(articles, article_id)
    if rx.all(_COUNT, id=article_id)[0].n >= MOST_FILES:
        raise Invalid("file", f"an article has at most {MOST_FILES} pictures and papers")


def _rendered(rx: Rx, draft: Draft) -> str:
    return shown(rx, draft.body, draft.language)
