"""routing/files.py: groups in files behind doors, so that who becomes free finds the first that fits.

A group stands behind each door (`routing/doors.py`) by which agents come to it. Within a door a file has
a gate (`routing/gates.py`): a rare level that its groups ask for as long as they wait, or the empty name.
An agent who becomes free looks only into the files that open, each from its head: three thousand who wait
for what twenty agents have cost the others one look.

A group stands there with the place of an item that was its first: never too late, and put right when
somebody looks. What it asks for by now is found when somebody looks, too; behind the doors of guests it
comes when a guest does (`routing/clocks.py`). When its next item has waited less and asks for more, it stays
behind the doors of the later stage, which will come again, and those who do not fit yet pass by.
"""

from typing import Final

from routing.clocks import Clock
from routing.doors import Door, Opening, doors_of
from routing.facts import GUESTS, sieve
from routing.gates import Gate, Gates
from routing.groups import NO_GUESTS, Group, Head
from routing.hands import Answers
from routing.line import Line
from routing.places import Place
from routing.roster import Roster
from routing.seats import Seat

#: A place behind all others.
_LAST: Final = Place(1 << 80, 0, 0, "")

#: Makes a named tuple of its values in a third of the time that its own constructor takes.
_new: Final = tuple.__new__


class File(Line[Head]):
    """Those who ask for the same rare level, or for none."""

    __slots__ = ("gate", "sieve")

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate
        self.sieve = sieve(frozenset((gate,))) if gate else 0  #: of the gate (`routing/facts.py`)


#: The files behind the doors of one channel.
Doors = dict[Door, dict[Gate, File]]


class Files:
    """The files of all channels."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self.now_ms = 0
        self.clocks: dict[str, Clock] = {}  #: by channel, where anything grows old
        self._channels: dict[str, Doors] = {}
        self._letting_in = 0  # how many groups let in guests
        self._gates = Gates(roster)

    def answers(self, channel: str) -> Answers:
        """Who has room for one more of a channel, now and from now on."""
        return self._roster.answers(channel)

    def age(self, group: Group) -> None:
        """A group that grows old has another first item."""
        group.until_ms = group.asked_stage = 0
        clock = self.clocks.get(group.wish[1])
        if clock is None:
            clock = self.clocks[group.wish[1]] = Clock(self._roster, group.answers)
        clock.unset[group] = None

    def catch_up(self) -> None:
        """Groups that have grown stand where they should, in each channel in which somebody has room."""
        for clock in self.clocks.values():
            if clock.matters:
                for group in clock.grown(self.now_ms):
                    self.enter(group)

    def enter(self, group: Group) -> None:
        """The first item of a group begins to wait, or more may have it than before: nobody of them has room."""
        if group.until_ms <= self.now_ms:
            group.grow(self.now_ms)
        group.asked_stage = group.stage
        head = group.head
        if head is None:
            group.head = _new(Head, (group.first, group.number, group))
            self._open(group)
        elif group.stage > group.open_stage:
            if group.stages.guests[group.ring] is not group.guests:
                self._open(group)
            group.open_stage = group.stage
            if head[0] is not group.first:
                self.put(group)
        elif head[0] <= group.first:
            return  # it stands there already
        else:
            self.put(group)
        self._roster.news += 1

    def put(self, group: Group) -> None:
        """A group that stands in its files stands where its first item does, from now on."""
        old = group.head
        if old is None or old[0] is group.first:
            return
        head = group.head = _new(Head, (group.first, group.number, group))
        for _, _, file in group.files:
            file.remove(old)
            file.add(head)

    def remove(self, group: Group) -> None:
        """A group stands there no more."""
        if group.ages:
            self.clocks[group.wish[1]].leave(group)
        if group.head is None:
            return
        for door, gate, file in group.files:
            self._leave(group, door, gate, file)
        group.head = None
        group.files = ()
        if group.guests:
            self._letting_in -= 1
            group.guests = NO_GUESTS

    def first_for(self, seat: Seat) -> tuple[int, Group] | None:
        """The first group whose first item the agent may have, and the agent's priority for it."""
        found = self._first_behind(seat, seat.openings)
        if found is None and self.clocks and seat.invited:
            self.catch_up()
            if self._letting_in:
                found = self._first_behind(seat, seat.invited)
        return found

    def _first_behind(self, seat: Seat, openings: tuple[Opening, ...]) -> tuple[int, Group] | None:
        """The first group behind the first doors behind which there is any."""
        levels, lacks, priority, earliest = seat.levels, ~seat.sieve, GUESTS, _LAST
        best: Group | None = None
        for channel in seat.hands.asks:
            doors = self._channels.get(channel)
            if doors is None:
                continue
            for behind, door, delay_ms in openings:
                if behind > priority:
                    break
                files = doors.get(door)
                if files is None:
                    continue
                before = earliest if behind == priority else _LAST
                for file in files.values():
                    if file.sieve & lacks or (file.gate and file.gate not in levels):
                        continue
                    first = file.first
                    if first is not None and first[0] < before:
                        found = self._first_of(file, seat, behind, delay_ms, before)
                        if found is not None:
                            priority, best = behind, found
                            earliest = before = found.first
        return None if best is None else (priority, best)

    def _first_of(self, file: Line[Head], seat: Seat, behind: int, delay_ms: int, before: Place) -> Group | None:
        """The first group that the agent may have, if one stands before a place."""
        has, lacks, is_usual, now_ms = seat.levels, ~seat.sieve, not delay_ms and behind != GUESTS, self.now_ms
        best: Group | None = None
        misplaced: Group | None = None
        is_bounded = before is not _LAST
        for block in file.blocks:
            for head in block:
                if is_bounded and head[0] >= before:
                    return self._put_right(misplaced, best)
                group = head[2]
                if group.until_ms <= now_ms:
                    group.grow(now_ms)
                if group.sieve & lacks or not group.levels <= has:
                    continue
                if (is_usual and group.is_plain) or _may(seat, group, behind, delay_ms):
                    first = group.first
                    if first < before:
                        best, before, is_bounded = group, first, True
                    if first is head[0]:
                        return self._put_right(misplaced, best)
                    misplaced = misplaced or group
        return self._put_right(misplaced, best)

    def _put_right(self, misplaced: Group | None, best: Group | None) -> Group | None:
        """Puts a group right that stood before the best one without being so."""
        if misplaced is not None and best is not misplaced:
            self.put(misplaced)
        return best

    def _open(self, group: Group) -> None:
        """Puts a group into its files behind all doors of its stage, and makes those that are missing."""
        queue, channel, head = group.wish[0], group.wish[1], group.head
        assert head is not None, "it has a place"
        guests, group.open_stage = group.stages.guests[group.ring], group.stage
        self._letting_in += bool(guests) - bool(group.guests)
        group.guests = guests
        doors = self._channels.get(channel)
        if doors is None:
            doors = self._channels[channel] = {}
        stands, files = [standing[0] for standing in group.files] if group.files else (), [*group.files]
        for door, everybody in doors_of(queue, guests, group.own):
            if door in stands:
                continue
            gate = self._gates.gate(group.lasting, everybody)
            behind = doors.get(door)
            if behind is None:
                behind = doors[door] = {}
            file = behind.get(gate)
            if file is None:
                file = behind[gate] = File(gate)
            file.add(head)
            files.append((door, gate, file))
        group.files = files

    def _leave(self, group: Group, door: Door, gate: Gate, file: Line[Head]) -> None:
        """Takes a group out of one file, and the file away if it is empty now."""
        assert group.head is not None, "it stands there"
        file.remove(group.head)
        if file.size:
            return
        channel = group.wish[1]
        doors = self._channels[channel]
        del doors[door][gate]
        if not doors[door]:
            del doors[door]
            if not doors:
                del self._channels[channel]


def _may(seat: Seat, group: Group, behind: int, delay_ms: int) -> bool:
    """Whether the agent, who has the levels and stands at this door, may have the first item of a group."""
    if delay_ms > group.stages.delays[group.stage] or (behind == GUESTS and _is_out(seat, group)):
        return False
    if group.is_plain:
        return True
    own, agent_id = group.own, seat.view.id
    if agent_id in own.without:
        return False
    if agent_id not in (own.prefers, own.only):
        return True
    service = seat.view.queues.get(group.wish[0])  # who is asked for stands at a door of their own
    return (service is not None and service.delay_ms <= group.stages.delays[group.stage]) or not _is_out(seat, group)


def _is_out(seat: Seat, group: Group) -> bool:
    """Whether no ring lets the agent in."""
    return group.stages.guests[group.ring].isdisjoint(seat.standing)
