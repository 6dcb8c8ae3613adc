"""routing/idle.py: free agents in the order in which they should be asked.

A line in short blocks, each a bit set: finding the first agent of any set of agents skips whole blocks by one
AND each, so a rare skill among thousands of idle agents costs what a common one costs. Only the few who are
found are sorted.
"""

from bisect import bisect_left
from typing import Any

#: (what the order is by, …, agent id, the agent's bit, the agent's seat). All entries of one line have one shape.
Entry = tuple[Any, ...]

#: So many stand in a block when it is full.
BLOCK = 32

#: A longer block is cut in two.
_LONGEST = 2 * BLOCK


class _Block:
    """Some agents in a row, as a bit set."""

    __slots__ = ("count", "members")

    def __init__(self, members: int, count: int) -> None:
        self.members = members
        self.count = count


class IdleLine:
    """Free agents, the first to be asked first, equal ones by id."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._fences: list[Entry] = []  # by block: behind it stands none of it and all of the next, but for their seats
        self._entries: dict[int, Entry] = {}  # by the length of the agent's bit
        self._homes: dict[int, _Block] = {}  # where that agent stands

    def add(self, entry: Entry) -> None:
        """Puts an agent in line; it must not stand there yet."""
        bit, fences, blocks = entry[-2], self._fences, self._blocks
        length, key = bit.bit_length(), entry[:-1]  # who comes again may have another seat
        self._entries[length] = entry
        if fences and key < fences[-1]:
            at = bisect_left(fences, key)
            if blocks[at].count >= _LONGEST:
                self._split(at)
                at = bisect_left(fences, key)
            block = blocks[at]
        elif fences and blocks[-1].count < BLOCK:  # who has just come mostly is the last to be asked
            block = blocks[-1]
            fences[-1] = key
        else:
            block = _Block(0, 0)
            blocks.append(block)
            fences.append(key)
        block.members |= bit
        block.count += 1
        self._homes[length] = block

    def remove(self, entry: Entry) -> None:
        """Takes an agent out of line; it must stand there."""
        bit = entry[-2]
        length = bit.bit_length()
        del self._entries[length]
        block = self._homes.pop(length)
        block.members ^= bit
        block.count -= 1
        if not block.count and len(self._blocks) > 1:
            at = bisect_left(self._fences, entry[:-1])
            del self._blocks[at], self._fences[at]

    def first(self, among: int, most: int) -> list[Entry]:
        """The first `most` in line of the agents whose bits are in `among`."""
        found: list[Entry] = []
        for block in self._blocks:
            here = block.members & among
            if here:
                found += self._sorted(here)
                if len(found) >= most:
                    return found[:most]
        return found

    def _sorted(self, members: int) -> list[Entry]:
        """The entries of some who stand in line, in order."""
        entries, found = self._entries, []
        while members:
            entry = entries[members.bit_length()]
            found.append(entry)
            members ^= entry[-2]
        found.sort()
        return found

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        ahead = self._sorted(block.members)[:BLOCK]
        first = _Block(0, BLOCK)
        for entry in ahead:
            first.members |= entry[-2]
            self._homes[entry[-2].bit_length()] = first
        block.members ^= first.members
        block.count -= BLOCK
        self._blocks.insert(at, first)
        self._fences.insert(at, ahead[-1][:-1])
