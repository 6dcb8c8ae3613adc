"""routing/idle.py: free agents in the order in which they should be asked.

A line in short blocks, each a bit set: finding the first agent of any set of agents skips whole blocks by one
AND each, so a rare skill among thousands of idle agents costs what a common one costs. Only the few who are
found are sorted.
"""

from bisect import bisect_left
from typing import Any, Final

#: So many are sorted as they are, …
FEW = 12

#: … when so many blocks were not enough: to count them takes as long as to look into some.
PASSED = 4

#: (what the order is by, …, agent id, the agent's number, the agent's seat). All entries of one line have one shape.
Entry = tuple[Any, ...]

#: So many stand in a block when it is full.
BLOCK = 32

#: A longer block is cut in two.
_LONGEST = 2 * BLOCK

#: A shorter one joins a neighbour: who stands first and may have next to nothing would else keep whole blocks alive,
#: one each, that everybody who looks must pass.
_SHORTEST = BLOCK // 4


class _Block:
    """Some agents in a row, as a bit set."""

    __slots__ = ("count", "members")

    def __init__(self, members: int, count: int) -> None:
        self.members = members
        self.count = count


#: Where those stand who are not in line.
_NOWHERE: Final = _Block(0, 0)


class IdleLine:
    """Free agents, the first to be asked first, equal ones by id."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._fences: list[Entry] = []  # by block: behind it stands none of it and all of the next, but for their seats
        self._entries: list[Entry] = []  # by the agent's number
        self._homes: list[_Block] = []  # where that agent stands

    def add(self, entry: Entry) -> None:
        """Puts an agent in line; it must not stand there yet."""
        fences, blocks = self._fences, self._blocks
        number: int = entry[-2]
        key = entry[:-1]  # who comes again may have another seat
        if number >= len(self._entries):
            missing = number + 1 - len(self._entries)
            self._entries += [()] * missing
            self._homes += [_NOWHERE] * missing
        self._entries[number] = entry
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
        block.members ^= 1 << number
        block.count += 1
        self._homes[number] = block

    def remove(self, entry: Entry) -> None:
        """Takes an agent out of line; it must stand there."""
        number: int = entry[-2]
        block = self._homes[number]
        self._entries[number], self._homes[number] = (), _NOWHERE
        block.members ^= 1 << number
        block.count -= 1
        if block.count < _SHORTEST and len(self._blocks) > 1:
            self._join(bisect_left(self._fences, entry[:-1]))

    def first(self, among: int, most: int) -> list[Entry]:
        """The first `most` in line of the agents whose bits are in `among`, all of whom stand in line."""
        found: list[Entry] = []
        for passed, block in enumerate(self._blocks):
            if passed == PASSED and among.bit_count() <= FEW:  # mostly fewer are enough, and nobody need be counted
                return self._sorted(among)[:most]
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
            number = members.bit_length() - 1
            found.append(entries[number])
            members ^= 1 << number
        found.sort()
        return found

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        ahead = self._sorted(block.members)[:BLOCK]
        first = _Block(0, BLOCK)
        for entry in ahead:
            first.members ^= 1 << entry[-2]
            self._homes[entry[-2]] = first
        block.members ^= first.members
        block.count -= BLOCK
        self._blocks.insert(at, first)
        self._fences.insert(at, ahead[-1][:-1])

    def _join(self, at: int) -> None:
        """A block has become short: it is one with its shorter neighbour from now on, if that has room."""
        blocks = self._blocks
        if at == len(blocks) - 1 or (at and blocks[at - 1].count < blocks[at + 1].count):
            at -= 1
        short, long = sorted(blocks[at : at + 2], key=lambda block: block.count)
        if short.count + long.count > _LONGEST:
            return
        for entry in self._sorted(short.members):
            self._homes[entry[-2]] = long
        long.members |= short.members
        long.count += short.count
        blocks[at : at + 2] = [long]
        del self._fences[at]
