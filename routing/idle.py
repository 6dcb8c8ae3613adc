"""routing/idle.py: free agents in the order in which they should be asked.

A line in short blocks. Who is asked for next is mostly among the first who stand there, and these are the same few
for everybody who looks: so they are gone through, one by one. Where they do not suit, blocks are passed by as bit sets,
by one AND each, so that a rare skill among thousands of idle agents costs little more than a common one. And where
those in front stay there, as nothing comes for them, whoever looks again begins behind them.

Who leaves is not looked for: a place is good as long as its agent's seat says so. Places that are not are cleared
away when many have been passed by, or are more than those that are.
"""

from bisect import bisect_left, bisect_right

from routing.seats import Entry, Seat

#: So many stand in a block when it is full.
BLOCK = 32

#: A longer block is cut in two.
LONGEST = 2 * BLOCK

#: So many are gone through one by one.
NEAR = 4 * BLOCK

#: So many of a set are sorted as they are, when they are not in the blocks that are looked into first.
FEW = 12

#: So many blocks are looked into before it is counted: to count takes as long as to look into some.
PASSED = 4

#: Who looks passes by so many places that nobody has any more, before they are cleared away.
LEFT = 16


class _Block:
    """Some places in a row, up to a fence: behind it stands none of them and all of the next block."""

    __slots__ = ("entries", "fence", "members")

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.fence: Entry = entries[-1][:-1]
        self.members = 0  #: as a set, if anybody has asked; who has left since is in it still


class Sought:
    """Some who are looked for in one line again and again: a bit each in a `table`. None of them stands up to the place
    that is `past`, as long as the line's turn is this `turn`."""

    __slots__ = ("past", "table", "turn")

    def __init__(self, table: bytes) -> None:
        self.table = table
        self.past: Entry = ()
        self.turn = 0


class IdleLine:
    """Free agents, the first to be asked first, equal ones by id. `at` says which entry of a seat is of this line."""

    def __init__(self, at: int, sitting: list[Seat | None]) -> None:
        self._at = at
        self._sitting = sitting  # all seats by number
        self._blocks: list[_Block] = []
        self._places = 0
        self._left = 0  # of these places, those that nobody has any more
        self._past: Entry = ()  # the last place up to which somebody is known not to stand, …
        self._turn = 0  # … which moves when anybody comes before that

    def __len__(self) -> int:
        return self._places - self._left

    def add(self, entry: Entry) -> None:
        """Puts an agent in line; it must not stand there yet. The seat has the entry as long as it does."""
        key, blocks = entry[:-1], self._blocks  # who comes again may have another seat
        self._places += 1
        if key <= self._past:
            self._past = ()
            self._turn += 1
        if not blocks or (key > blocks[-1].fence and len(blocks[-1].entries) >= BLOCK):
            blocks.append(_Block([entry]))
            return
        block = blocks[-1]
        if key > block.fence:  # who has just come mostly is the last to be asked
            block.entries.append(entry)
            block.fence = key
        else:
            at = bisect_left(blocks, key, key=_fence)
            block = blocks[at]
            block.entries.insert(bisect_left(block.entries, key), entry)
            if len(block.entries) > LONGEST:
                blocks[at : at + 1] = [_Block(block.entries[:BLOCK]), _Block(block.entries[BLOCK:])]
        block.members = 0

    def leave(self) -> None:
        """An agent who stood here does not any more."""
        self._left += 1
        if self._left == self._places or (self._left > LONGEST and 2 * self._left > self._places):
            self._close_ranks(0, len(self._blocks))

    def near(self, sought: Sought, channel: str, most: int) -> list[Entry] | None:
        """The first `most` in line of those who are sought and have room for one more of a channel; None if so many are
        not near the first of whom it is not known that they are not, though others stand behind."""
        found: list[Entry] = []
        at, blocks, table, left, gone_through = self._at, self._blocks, sought.table, 0, 0
        begin = end = self._behind(sought)
        in_vain = True
        while end < len(blocks) and gone_through < NEAR:
            block = blocks[end]
            end += 1
            for entry in block.entries:
                seat: Seat = entry[-1]
                standing = seat.entries
                if not standing or standing[at] is not entry:
                    left += 1
                    continue
                gone_through += 1
                number = seat.number
                if table[number >> 3] >> (number & 7) & 1:
                    in_vain = False
                    if channel in seat.hands.asks:
                        found.append(entry)
                        if len(found) == most:
                            break
            else:
                if in_vain:
                    sought.past = block.fence
                    self._past = max(self._past, block.fence)
                continue
            break
        is_known = len(found) == most or end == len(blocks)
        if left > LEFT:
            self._close_ranks(begin, end)
        return found if is_known else None

    def _behind(self, sought: Sought) -> int:
        """The first block in which any of those who are sought may stand."""
        if sought.turn != self._turn:
            sought.turn, sought.past = self._turn, ()
        return bisect_right(self._blocks, sought.past, key=_fence) if sought.past else 0

    def first(self, among: int, most: int) -> list[Entry]:
        """The first `most` in line of the agents whose bits are in `among`, all of whom stand in line."""
        found: list[Entry] = []
        before: Entry = ()
        worn: list[int] = []  # blocks of which half the places, and more, are nobody's
        for passed, block in enumerate(self._blocks):
            if passed == PASSED and among.bit_count() <= FEW:  # mostly fewer are enough, and nobody need be counted
                found = self._sorted(among)
                break
            here = self._members(block) & among
            if here:  # and stands here still, or in another block
                known = self._sorted(here)
                there = [entry for entry in known if before < entry[:-1] <= block.fence]
                if len(there) < len(known) and 2 * len(self._there(block)) <= len(block.entries):
                    worn.append(passed)
                found += there
                if len(found) >= most:
                    break
            before = block.fence
        if worn:
            self._close_ranks(worn[0], worn[-1] + 1)
        return found[:most]

    def _members(self, block: _Block) -> int:
        if not block.members:
            for entry in block.entries:
                block.members |= 1 << entry[-2]
        return block.members

    def _sorted(self, members: int) -> list[Entry]:
        """The entries of some who stand in line, in order."""
        sitting, at, found = self._sitting, self._at, []
        while members:
            number = members.bit_length() - 1
            seat = sitting[number]
            assert seat is not None, "somebody sits there"
            found.append(seat.entries[at])
            members ^= 1 << number
        found.sort()
        return found

    def _there(self, block: _Block) -> list[Entry]:
        """The places of a block that somebody has."""
        at, there = self._at, []
        for entry in block.entries:
            seat: Seat = entry[-1]
            if seat.entries and seat.entries[at] is entry:
                there.append(entry)
        return there

    def _close_ranks(self, begin: int, end: int) -> None:
        """Clears away what nobody has any more of the blocks of a range."""
        blocks = self._blocks
        there: list[Entry] = []
        for block in blocks[begin:end]:
            there += self._there(block)
            self._places -= len(block.entries)
            self._left -= len(block.entries)
        self._places += len(there)
        self._left += len(there)
        blocks[begin:end] = [_Block(there[at : at + BLOCK]) for at in range(0, len(there), BLOCK)]


def _fence(block: _Block) -> Entry:
    return block.fence
