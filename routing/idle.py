"""routing/idle.py: free agents in the order in which they became idle.

A sorted list in short blocks; each block knows its members as a bit set as well. Finding the
longest idle agent of any set of agents skips whole blocks by one AND each, so a rare skill
among thousands of idle agents costs what a common one costs.
"""

from bisect import bisect_left, insort

#: (idle since, agent id, the agent's bit)
Entry = tuple[int, str, int]

BLOCK = 64


class IdleLine:
    """Free agents, longest idle first, equal times by id."""

    def __init__(self) -> None:
        self._blocks: list[list[Entry]] = []
        self._members: list[int] = []  # each block's agents as a bit set
        self._fences: list[Entry] = []  # no entry of the block lies behind it, all of the next do

    def add(self, entry: Entry) -> None:
        """Puts an agent in line; it must not stand there yet."""
        if not self._blocks:
            self._blocks, self._members, self._fences = [[entry]], [entry[2]], [entry]
            return
        at = min(bisect_left(self._fences, entry), len(self._fences) - 1)
        block = self._blocks[at]
        insort(block, entry)
        self._members[at] |= entry[2]
        self._fences[at] = max(self._fences[at], entry)
        if len(block) > 2 * BLOCK:
            self._split(at)

    def remove(self, entry: Entry) -> None:
        """Takes an agent out of line; it must stand there."""
        at = bisect_left(self._fences, entry)
        block = self._blocks[at]
        del block[bisect_left(block, entry)]
        self._members[at] ^= entry[2]
        if not block:
            del self._blocks[at], self._members[at], self._fences[at]

    def first(self, among: int, most: int) -> list[Entry]:
        """The `most` longest idle of the agents whose bits are in `among`."""
        found: list[Entry] = []
        for members, block in zip(self._members, self._blocks, strict=True):
            here = members & among
            if not here:
                continue
            for entry in block:
                if entry[2] & here:
                    found.append(entry)
                    if len(found) == most:
                        return found
                    here ^= entry[2]
                    if not here:
                        break
        return found

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        halves = [block[:BLOCK], block[BLOCK:]]
        self._blocks[at : at + 1] = halves
        self._members[at : at + 1] = [sum(entry[2] for entry in half) for half in halves]
        self._fences[at : at + 1] = [half[-1] for half in halves]
