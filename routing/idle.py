"""routing/idle.py: free agents in the order in which they should be asked.

A sorted list in short blocks; each block knows its members as a bit set as well. Finding the
first agent of any set of agents skips whole blocks by one AND each, so a rare skill among
thousands of idle agents costs what a common one costs.
"""

from bisect import bisect_left, insort
from typing import Any

#: (what the order is by, …, agent id, the agent's bit, the agent's seat). All entries of one line have one shape.
Entry = tuple[Any, ...]

BLOCK = 16

#: A longer block is cut in two.
_LONGEST = 2 * BLOCK


class IdleLine:
    """Free agents, the first to be asked first, equal ones by id."""

    def __init__(self) -> None:
        self._blocks: list[list[Entry]] = []
        self._members: list[int] = []  # each block's agents as a bit set
        self._fences: list[Entry] = []  # each block's last entry
        self._entries: dict[int, Entry] = {}  # by the length of the agent's bit

    def add(self, entry: Entry) -> None:
        """Puts an agent in line; it must not stand there yet."""
        bit, fences = entry[-2], self._fences
        self._entries[bit.bit_length()] = entry
        if not fences:
            self._blocks, self._members, self._fences = [[entry]], [bit], [entry]
            return
        if entry > fences[-1]:  # who has just come mostly is the last to be asked
            at = -1
            block = self._blocks[at]
            block.append(entry)
            fences[at] = entry
        else:
            at = bisect_left(fences, entry)
            block = self._blocks[at]
            insort(block, entry)
        self._members[at] |= bit
        if len(block) > _LONGEST:
            self._split(at % len(fences))

    def remove(self, entry: Entry) -> None:
        """Takes an agent out of line; it must stand there."""
        del self._entries[entry[-2].bit_length()]
        at = bisect_left(self._fences, entry)
        block = self._blocks[at]
        del block[bisect_left(block, entry)]
        self._members[at] ^= entry[-2]
        if block:
            self._fences[at] = block[-1]
        else:
            del self._blocks[at], self._members[at], self._fences[at]

    def first(self, among: int, most: int) -> list[Entry]:
        """The first `most` in line of the agents whose bits are in `among`."""
        found: list[Entry] = []
        entries = self._entries
        for members in self._members:
            here = members & among
            if not here:
                continue
            near = []
            while here:
                entry = entries[here.bit_length()]
                near.append(entry)
                here ^= entry[-2]
            near.sort()
            found += near
            if len(found) >= most:
                return found[:most]
        return found

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        halves = [block[:BLOCK], block[BLOCK:]]
        self._blocks[at : at + 1] = halves
        ahead = 0
        for entry in halves[0]:
            ahead |= entry[-2]
        self._members[at : at + 1] = [ahead, self._members[at] ^ ahead]
        self._fences[at : at + 1] = [half[-1] for half in halves]
