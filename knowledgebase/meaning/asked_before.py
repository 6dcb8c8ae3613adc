"""knowledgebase/meaning/asked_before.py: the directions of questions that were asked a moment ago, in this process.

Who types ends with what was typed, pages are turned, contacts are opened again: the model need not read the same words
twice. Words are not kept, but a digest of them with a key that only this process has.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledgebase.meaning.encoder import Array

#: Questions of which it is known: half a megabyte.
MOST_KEPT = 256


class AskedBefore:
    """The newest questions' directions. Used by several threads at once."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._kept: dict[bytes, Array] = {}  # the newest last
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def direction(self, words: str, read: Callable[[str], "Array"]) -> "Array":
        """What `words` mean: as it was found before, or as `read` finds it now."""
        digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
        with self._changing:
            found = self._kept.pop(digest, None)
            if found is not None:
                self._kept[digest] = found
        return found if found is not None else self._keep(digest, read(words))

    def _keep(self, digest: bytes, direction: "Array") -> "Array":
        with self._changing:
            self._kept[digest] = direction
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return direction
