"""web/files.py: files on their way in and out, whosever they are.

In: streamed to disk under a name of ours, limited, its type told by its content. Out: inert, whatever it is: no page
can run it.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from channels.content import ANYTHING, ENOUGH, SERVED, type_of
from channels.email.names import file_name
from channels.image_sizes import why_not_shown
from channels.images import without_metadata
from channels.papers import BEGINNING, END, NoPaper, paper
from channels.types import Attachment
from desk.kernel.blobs import Blobs
from desk.kernel.errors import Invalid, NotFound
from web.edge import desk

MOST_BYTES = 25 * 1024 * 1024
#: An upload that takes longer is not waited for.
MOST_SECONDS = 300.0
#: Of the short fields beside a file so many are read, and so many bytes of each.
MOST_FIELDS, MOST_FIELD = 10, 1024
#: Whatever it is: a download, of the type that we say, without any right, kept by nobody.
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is taken: of these types, if any are named, and papers of at most so many bytes beside them, if any."""

    most: int
    only: Collection[str]
    papers: int


async def received(
    request: web.Request, *, most: int = MOST_BYTES, only: Collection[str] = (), papers: int = 0
) -> tuple[Attachment, dict[str, str]]:
    """The first field `file` of a form, streamed to disk, and the short fields before it; `only` of these types.

    A picture that is asked for is going to be shown: one that a browser would have to unpack into gigabytes is refused.
    What is only handed out as a download may be as large as it likes: nothing of ours unpacks it. With `papers` those
    of `channels/papers.py` are taken as well, of at most so many bytes.

    Raises:
        Invalid: no form with a file, a file of another type, or a picture that is none or too large to be shown.
        HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge, HTTPRequestTimeout: not even looked at.
    """
    asked = _Asked(most=most, only=only, papers=papers)
    largest = max(most, papers)
    if not request.content_type.startswith("multipart/"):
        raise web.HTTPUnsupportedMediaType(text="Expected multipart/form-data with a field `file`.")
    if (request.content_length or 0) > largest + 64 * 1024:
        raise _too_large(largest)
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await _take(request, asked)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The file did not come in time.") from error


async def _take(request: web.Request, asked: _Asked) -> tuple[Attachment, dict[str, str]]:
    fields: dict[str, str] = {}
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return await _store(request, part, asked), fields
            if isinstance(part, BodyPartReader) and part.name and len(fields) < MOST_FIELDS:
                fields[part.name] = (await part.read_chunk(MOST_FIELD)).decode("utf-8", "replace")
    except ValueError as error:
        raise Invalid("file", "not a form that can be read") from error
    raise Invalid("file", "missing: a form with a field `file`")


async def _store(request: web.Request, part: BodyPartReader, asked: _Asked) -> Attachment:
    async def chunks() -> AsyncIterator[bytes]:
        while chunk := await part.read_chunk(64 * 1024):
            yield chunk

    blobs = desk(request).blobs
    largest = max(asked.most, asked.papers)
    try:
        blob, size = await blobs.put_stream(chunks(), most=largest)
    except OverflowError as error:
        raise _too_large(largest) from error
    stated, name = part.headers.get("Content-Type", ""), _as_called(part.filename or "")
    came = Attachment(name=name, type=stated, size=size, blob=blob)
    try:
        return await _understood(blobs, came, asked)
    except BaseException:
        await blobs.remove(blob)
        raise


def _as_called(filename: str) -> str:
    """A file's name as it was before a browser put it into a form: three signs are written otherwise there."""
    return filename.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


async def _understood(blobs: Blobs, came: Attachment, asked: _Asked) -> Attachment:
    """What came, as what it is by its bytes."""
    beginning, end = await asyncio.to_thread(_ends, blobs.path(came.blob))
    kind = type_of(beginning[:ENOUGH], came.type)
    if asked.papers and kind not in asked.only:
        try:
            found = paper(beginning, end, came.name)
        except NoPaper as refused:
            raise Invalid("file", str(refused)) from refused
        return Attachment(name=found.name, type=found.type, size=came.size, blob=came.blob)
    if asked.only and kind not in asked.only:
        raise Invalid("file", f"not one of {', '.join(sorted(asked.only))}, by what is in it")
    if came.size > asked.most:
        raise _too_large(asked.most)
    blob, size = came.blob, came.size
    if kind.startswith("image/"):
        if asked.only:
            await _check_shown(blobs, blob)
        blob, size = await _without_metadata(blobs, blob)
    return Attachment(name=file_name(came.name, kind, 1), type=kind, size=size, blob=blob)


def _ends(path: Path) -> tuple[bytes, bytes]:
    """How a file begins, and how it ends."""
    with path.open("rb") as file:
        beginning = file.read(max(BEGINNING, ENOUGH))
        file.seek(max(0, path.stat().st_size - END))
        return beginning, file.read(END)


async def _check_shown(blobs: Blobs, blob: str) -> None:
    why = await asyncio.to_thread(why_not_shown, await blobs.get(blob))
    if why:
        raise Invalid("file", why)


async def _without_metadata(blobs: Blobs, blob: str) -> tuple[str, int]:
    """A picture that leaves the house says nothing of where and by whom it was taken."""
    data = await blobs.get(blob)
    bare = await asyncio.to_thread(without_metadata, data)
    kept = await blobs.put(bare) if bare != data else blob
    if kept != blob:
        await blobs.remove(blob)
    return kept, len(bare)


def _too_large(most: int) -> web.HTTPException:
    text = f"A file may have {most // 1024 // 1024} MB."
    return web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1, text=text)


def sent_out(
    request: web.Request, blob: str, kind: str, name: str, *, kept: str = "", inline: bool = False
) -> web.StreamResponse:
    """A file as it leaves the house: inert, a download unless `inline`; `kept` says how long it may be kept.

    Raises:
        NotFound: its bytes are gone.
    """
    path = desk(request).blobs.path(blob)
    if not path.is_file():
        raise NotFound("file", blob)
    served = kind if kind in SERVED else ANYTHING
    how = "inline" if inline else disposition(file_name(name, served, 1))
    headers = _INERT | {"Content-Type": served, "Content-Disposition": how}
    return web.FileResponse(path, headers=headers | ({"Cache-Control": kept} if kept else {}))


def disposition(name: str) -> str:
    """`Content-Disposition` of a download called `name`, RFC 6266: in ASCII for the old, in UTF-8 for the rest."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
