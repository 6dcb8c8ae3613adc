"""knowledgebase/meaning/directions.py: where texts point, in memory, and which of them point as a question does. Pure.

A direction is kept as 384 small numbers, a byte each: 38 MB for 100,000 texts. Imported where numpy is installed and
meaning is switched on, and nowhere else (`meanings.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledgebase.meaning.encoder import Array
from knowledgebase.search.near import Near, Neighbour

#: Texts that are kept: the first so many, and of the rest words alone are searched.
MOST_TEXTS = 200_000
#: Rows that are made exact at once: 1.5 MB, which stay near the processor; a quarter as many are no quicker, and have
#: this thread and that of the event loop hand the interpreter to each other four times as often.
_AT_ONCE = 1_024
#: Rows for which room is made at once, and which part of those that are there.
_MORE, _PART = 1_024, 8
#: Texts of which it is remembered what is near.
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A text, who may see it in one word (`indexed.scope_of`), and where it points, packed."""

    text_id: str
    scope: str
    vector: bytes


def packed(direction: Array) -> bytes:
    """A direction, a byte for each of its numbers: what is lost turns it by less than a degree."""
    largest = float(np.abs(direction).max()) or 1.0
    found: bytes = np.rint(direction * (127 / largest)).astype(np.int8).tobytes()
    return found


class Directions:
    """Texts by where they point. Changed in one thread; asked in any."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._texts: list[str] = []
        self._names: list[str] = []
        self._places: dict[str, int] = {}
        self._vectors: NDArray[np.int8] = np.zeros((0, width), np.int8)
        self._lengths: Array = np.ones(0, np.float32)
        self._before: dict[str, Near] = {}
        self._scopes: NDArray[np.int32] = np.zeros(0, np.int32)  # their numbers in `_names`

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._places

    def put(self, kept: Iterable[Kept]) -> None:
        """Adds texts, or what they say now; those whose vectors have another width are left out."""
        for one in kept:
            vector = np.frombuffer(one.vector, np.int8)
            at = self._places.get(one.text_id, len(self._texts))
            if len(vector) != self._width or at >= MOST_TEXTS:
                continue
            if at == len(self._vectors):
                self._make_room()
            self._vectors[at] = vector
            self._lengths[at] = max(1.0, float(np.linalg.norm(vector.astype(np.float32))))
            self._scopes[at] = self._scope(one.scope)
            if at == len(self._texts):
                self._places[one.text_id] = at
                self._texts.append(one.text_id)  # last: who asks meanwhile counts texts
        self._before = {}  # who began before this remembers nothing after it

    def near(self, direction: Array, most: int) -> Near:
        """The `most` nearest of each scope: who reads chooses among those of their own, and no others stand there."""
        count = len(self._texts)
        likeness = self._likeness(direction, count)
        scopes = self._scopes[:count]
        found: dict[str, Sequence[Neighbour]] = {}
        for number, name in enumerate(list(self._names)):
            theirs = np.flatnonzero(scopes == number)
            if len(theirs) > most:
                theirs = theirs[np.argpartition(-likeness[theirs], most - 1)[:most]]
            best = theirs[np.argsort(-likeness[theirs], kind="stable")]
            found[name] = [Neighbour(text_id=self._texts[at], likeness=float(likeness[at])) for at in best]
        return Near(by_scope=found, read=self._places)

    def near_text(self, text_id: str, most: int) -> Near:
        """The same for where a text points that is here. It is remembered: what many read is asked for often."""
        at, before = self._places[text_id], self._before
        found = self.near(self._vectors[at].astype(np.float32) / self._lengths[at], most)
        if len(before) < _MOST_REMEMBERED:
            before[text_id] = found
        return found

    def near_before(self, text_id: str) -> Near | None:
        """What `near_text` has said since texts were put here last."""
        return self._before.get(text_id)

    def _likeness(self, direction: Array, count: int) -> Array:
        """The cosine of each text's direction and this one."""
        found: Array = np.empty(count, np.float32)
        room: Array = np.empty((_AT_ONCE, self._width), np.float32)
        for at in range(0, count, _AT_ONCE):
            some = self._vectors[at : min(at + _AT_ONCE, count)]
            exact = room[: len(some)]
            np.copyto(exact, some)
            np.matmul(exact, direction, out=found[at : at + len(some)])
        found /= self._lengths[:count]
        return found

    def _make_room(self) -> None:
        more = max(_MORE, len(self._vectors) // _PART)
        self._vectors = np.concatenate([self._vectors, np.zeros((more, self._width), np.int8)])
        self._lengths = np.concatenate([self._lengths, np.ones(more, np.float32)])
        self._scopes = np.concatenate([self._scopes, np.zeros(more, np.int32)])

    def _scope(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name)
