"""routing/line.py: a sorted list in short blocks.

Adding and removing cost a search among the blocks and one in a block, whether the line
has ten entries or a hundred thousand: nothing long is ever moved. Entries are cut out exactly,
so there is no stale one to step over.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import chain
from typing import Any, Generic, TypeVar

#: Orders itself; equal entries must not meet in one line.
Entry = TypeVar("Entry", bound=tuple[Any, ...])

BLOCK = 256


class Line(Generic[Entry]):
    """Entries in order, each once."""

    __slots__ = ("_lasts", "blocks", "first", "size")

    def __init__(self) -> None:
        self.size = 0
        self.first: Entry | None = None  #: beside the blocks, as it is looked at more than all others
        self.blocks: list[list[Entry]] = []  #: all entries, in order; none is empty
        self._lasts: list[Entry] = []  # the last entry of each block

    def __bool__(self) -> bool:
        return self.size > 0

    def __iter__(self) -> Iterator[Entry]:
        return chain.from_iterable(self.blocks)

    def add(self, entry: Entry) -> None:
        """Puts an entry in its place."""
        self.size += 1
        lasts, blocks = self._lasts, self.blocks
        if not lasts:
            blocks.append([entry])
            lasts.append(entry)
            self.first = entry
            return
        if entry > lasts[-1]:
            at = len(lasts) - 1
            blocks[at].append(entry)
            lasts[at] = entry
        else:
            at = bisect_left(lasts, entry)
            insort(blocks[at], entry)
            self.first = blocks[0][0]
        block = blocks[at]
        if len(block) > 2 * BLOCK:
            blocks[at : at + 1] = [block[:BLOCK], block[BLOCK:]]
            lasts[at : at + 1] = [block[BLOCK - 1], block[-1]]

    def remove(self, entry: Entry) -> None:
        """Takes out an entry that stands in the line."""
        self.size -= 1
        if entry is self.first:  # mostly, and nobody else need be looked at
            at, block = 0, self.blocks[0]
            del block[0]
        else:
            at = bisect_left(self._lasts, entry)
            block = self.blocks[at]
            del block[bisect_left(block, entry)]
        if not block:
            del self.blocks[at], self._lasts[at]
        elif entry == self._lasts[at]:
            self._lasts[at] = block[-1]
        if not at:
            self.first = self.blocks[0][0] if self.blocks else None
