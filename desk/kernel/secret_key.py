"""desk/kernel/secret_key.py: the key that signs every link and session, and the file that keeps it.

Whoever has the key opens every case; so a short one is refused, and one that is gone is not silently
replaced by another. Several processes that begin at once find one key between them.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

#: A shorter key can be guessed.
SHORTEST = 32


def check(key: str) -> str:
    """`key`, if it is long enough.

    Raises:
        ValueError: it is not.
    """
    if len(key) < SHORTEST:
        raise ValueError(f"must have at least {SHORTEST} characters, or links that we sign can be forged")
    return key


def kept(path: Path) -> str:
    """The key that is kept at `path`; made, whole and for this user alone, where there is no file.

    Raises:
        ValueError: the file is empty, or holds too short a key; the line says what to do.
        OSError: it cannot be read or made.
    """
    if not path.exists():
        _make(path)
    key = path.read_text(errors="replace").strip()
    if not key:
        raise ValueError(f"{path} is empty: {_WHAT_TO_DO}")
    try:
        return check(key)
    except ValueError as error:
        raise ValueError(f"{path}: the key {error}: {_WHAT_TO_DO}") from error


_WHAT_TO_DO = "restore it from a backup, or delete it for a new one, with which links sent before open nothing"


def _make(path: Path) -> None:
    """Puts a new key in place at once; who finds one that somebody else has put there keeps that one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret.key-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(SHORTEST))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
