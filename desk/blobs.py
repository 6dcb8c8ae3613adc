"""desk/blobs.py: bytes that came from outside: attachments, raw mail. A folder of our own names.

A name is random and never taken from input; a file is on disk before the row that names it is
committed, so a row never points at nothing. An orphan after a crash is harmless.
"""

import asyncio
import os
import re
import secrets
from pathlib import Path

from desk.errors import NotFound, Unavailable

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
        path = self.path(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
