"""desk/kernel/blobs.py: bytes that came from outside: attachments, raw mail. A folder of our own names.

A name is random and never taken from input; a file is on disk before the row that names it is
committed, so a row never points at nothing. An orphan after a crash is harmless.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from desk.kernel.errors import NotFound, Unavailable

_NAME = re.compile(r"[0-9a-f]{32}")


class Blobs:
    """A folder of blobs, readable by this user alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, name: str) -> Path:
        """Where the blob `name` lies.

        Raises:
            NotFound: not a name that we gave.
        """
        if not _NAME.fullmatch(name):
            raise NotFound("file", name)
        return self._folder / name[:2] / name

    async def put(self, data: bytes) -> str:
        """Stores `data` durably and returns its name.

        Raises:
            Unavailable: the disk is full or refuses.
        """
        name = secrets.token_hex(16)
        try:
            await asyncio.to_thread(self.write, name, data)
        except OSError as error:
            raise Unavailable("The file store") from error
        return name

    async def put_stream(self, chunks: AsyncIterator[bytes], *, most: int) -> tuple[str, int]:
        """Stores what arrives chunk by chunk, never the whole in memory; returns name and size.

        Raises:
            OverflowError: more than `most` bytes came; nothing is kept.
            Unavailable: the disk is full or refuses.
        """
        name, size = secrets.token_hex(16), 0
        try:
            file = await asyncio.to_thread(self._create, name)
            try:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > most:
                        raise OverflowError(f"more than {most} bytes")
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_settle, file)
            except BaseException:
                # Cut off, too large, refused: whatever stopped it, half a file is nothing to keep.
                self.path(name).unlink(missing_ok=True)
                raise
            finally:
                file.close()
        except OSError as error:
            raise Unavailable("The file store") from error
        return name, size

    async def remove(self, name: str) -> None:
        """Forgets blob `name`; one that is gone already is fine."""
        await asyncio.to_thread(self.path(name).unlink, missing_ok=True)

    async def get(self, name: str) -> bytes:
        """The bytes of blob `name`.

        Raises:
            NotFound: there is no such blob.
        """
        try:
            return await asyncio.to_thread(self.path(name).read_bytes)
        except FileNotFoundError as error:
            raise NotFound("file", name) from error

    def write(self, name: str, data: bytes) -> None:
        """Writes `data` under `name` and waits for the disk. Blocks: call it from a thread."""
        with self._create(name) as file:
            file.write(data)
            _settle(file)

    def _create(self, name: str) -> BinaryIO:
        path = self.path(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settle(file: BinaryIO) -> None:
    """Waits for the disk. A journalling file system writes a new file's name with its first fsync."""
    file.flush()
    os.fsync(file.fileno())
