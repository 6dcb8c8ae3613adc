"""channels/email/spool.py: the bytes of a mail on their way in: counted, hashed, and in a file if they are many."""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

#: Mails beyond this wait in a file, not in memory.
SMALL = 64 * 1024
#: So much of a mail's beginning is kept at hand for `external_id_of`.
HEAD = 32 * 1024
#: What the names of the files begin with.
PREFIX = "mail-"


class Incoming:
    """The bytes of one mail on their way in: dots removed, counted, hashed, in a file if many."""

    def __init__(self, spool: Path, max_bytes: int) -> None:
        self._spool = spool
        self._max_bytes = max_bytes
        self._small = bytearray()
        self._file: int | None = None
        self._path: Path | None = None
        self._hash = hashlib.sha256()
        self._skip = 2  # the line end that was put before the first line
        self._task: asyncio.Future[None] | None = None
        self.failed = False
        self.size = 0
        self.head = b""

    @property
    def too_large(self) -> bool:
        """Whether there is more than is taken."""
        return self.size > self._max_bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of what has come."""
        return self._hash.hexdigest()

    def add(self, piece: bytes) -> None:
        """Takes a piece that begins with the line end before it and is cut neither in one nor after one's dot."""
        piece = piece.replace(b"\r\n.", b"\r\n")
        if self._skip and len(piece) >= self._skip:
            piece, self._skip = piece[self._skip :], 0
        self.size += len(piece)
        if self.too_large:
            self._small.clear()
            self._close()
            return
        self._hash.update(piece)
        if len(self.head) < HEAD:
            self.head += piece[: HEAD - len(self.head)]
        try:
            if not self.failed:
                self._write(piece)
        except OSError:
            # DATA must be read to its end all the same, or its lines would be taken for commands.
            self.failed = True

    def _write(self, piece: bytes) -> None:
        if self._file is None and len(self._small) + len(piece) <= SMALL:
            self._small += piece
            return
        if self._file is None:
            self._file, name = tempfile.mkstemp(prefix=PREFIX, dir=self._spool)
            self._path = Path(name)
            _write(self._file, bytes(self._small))
            self._small.clear()
        _write(self._file, piece)

    def finish(self) -> bytes | Path:
        """Where the mail now is."""
        self._close()
        return self._path or bytes(self._small)

    def belongs_to(self, task: "asyncio.Future[None]") -> None:
        """The file stays until `task` is done with it."""
        self._task = task

    def discard(self) -> None:
        """Forgets the bytes. A file in use goes when its user is done."""
        self._close()
        if self._path is None:
            return
        if self._task is not None and not self._task.done():
            self._task.add_done_callback(lambda _: self._unlink())
        else:
            self._unlink()

    def _unlink(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
