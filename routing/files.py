"""routing/files.py: groups in files behind doors, so that who becomes free finds the first that fits.

A group stands behind each door (`routing/doors.py`) by which agents come to it. Within a door a file has
a gate: a level that its agents must have, a rare one if possible, or the empty name where there is none.
An agent who becomes free looks only into the files that open, each from its head: three thousand who wait
for what twenty agents have cost the others one look.

A group stands there with the place of an item that was its first: never too late, and put right when
somebody looks. When its next item has waited less and asks for more, it stays behind the doors of the
later stage, which will come again, and those who do not fit yet pass by.
"""

from itertools import chain

from routing.doors import Door, doors_of
from routing.facts import GUESTS, Fact, has_level, level_name
from routing.groups import NO_GUESTS, Group, Head
from routing.hands import Answers
from routing.line import Line
from routing.places import Place
from routing.roster import Roster
from routing.seats import Seat

#: A gate is worth its file when at most one in so many of those at the door can open it.
RARE = 8

_COMMON = 1 << 60

#: So many doors, and levels behind each, have it remembered that they are not rare.
_REMEMBERED = 4096

#: A level by its name; the empty one opens to everybody.
Gate = str

#: The files behind the doors of one channel.
Doors = dict[Door, dict[Gate, Line[Head]]]


class Files:
    """The files of all channels."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._channels: dict[str, Doors] = {}
        self._letting_in = 0  # how many groups let in guests
        self._common: dict[Fact, set[str]] = {}  # levels that are not rare among them, as of a version of the roster
        self._version = 0

    def answers(self, channel: str) -> Answers:
        """Who has room for one more of a channel, now and from now on."""
        return self._roster.answers(channel)

    def enter(self, group: Group) -> None:
        """The first item of a group begins to wait, or more may have it than before: nobody of them has room."""
        head = group.head
        if head is None:
            group.head = (group.first, group.number, group)
            self._open(group)
        elif group.stage > group.open_stage:
            self._reopen(group)
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
        head = group.head = (group.first, group.number, group)
        for _, _, file in group.files:
            file.remove(old)
            file.add(head)

    def remove(self, group: Group) -> None:
        """A group stands there no more."""
        if group.head is None:
            return
        for door, gate, file in group.files:
            self._leave(group, door, gate, file)
        group.head = None
        group.files = []
        if group.gates:
            group.gates.clear()
        if group.guests:
            self._letting_in -= 1
            group.guests = NO_GUESTS

    def first_for(self, seat: Seat) -> tuple[int, Group] | None:
        """The first group whose first item the agent may have, and the agent's priority for it."""
        levels = seat.levels
        priority = GUESTS if self._letting_in else GUESTS - 1  # as far as it is worth looking
        best: Group | None = None
        earliest: Place | None = None  # its place
        for channel in seat.hands.asks:
            doors = self._channels.get(channel)
            if doors is None:
                continue
            for behind, door, delay_ms in seat.openings:
                if behind > priority:
                    break
                files = doors.get(door)
                if files is None:
                    continue
                before = earliest if behind == priority else None
                for gate in levels.intersection(files):
                    file = files[gate]
                    if before is None or file.blocks[0][0][0] < before:
                        found = self._first_of(file, seat, behind, delay_ms, before)
                        if found is not None:
                            priority, best = behind, found
                            earliest = before = found.first
        return None if best is None else (priority, best)

    def _first_of(self, file: Line[Head], seat: Seat, behind: int, delay_ms: int, before: Place | None) -> Group | None:
        """The first group that the agent may have, if one stands before a place."""
        has, is_usual, overtaken = seat.levels, not delay_ms and behind != GUESTS, False
        heads = chain.from_iterable(file.blocks)
        best: Group | None = None
        misplaced: list[Group] = []
        if before is None:
            for place, _, group in heads:
                if group.levels <= has and ((is_usual and group.is_plain) or _may(seat, group, behind, delay_ms)):
                    if group.first is place:
                        return group
                    best, before, misplaced = group, group.first, [group]
                    break
            else:
                return None
        for place, _, group in heads:
            if place >= before:
                break
            if misplaced:
                overtaken = True
            if group.levels <= has and ((is_usual and group.is_plain) or _may(seat, group, behind, delay_ms)):
                if group.first is place:
                    best = group
                    break
                misplaced.append(group)
                if group.first < before:
                    best, before = group, group.first
        if overtaken:
            for group in misplaced:
                self.put(group)
        return best

    def _reopen(self, group: Group) -> None:
        """Finds the files of a group at a later stage: out of those whose gates open too rarely now."""
        if not group.gates <= group.levels:
            for standing in group.files:
                if standing[1] and standing[1] not in group.levels:
                    self._leave(group, *standing)
            group.files = [standing for standing in group.files if not standing[1] or standing[1] in group.levels]
            group.gates &= group.levels
        elif group.need.guests == group.guests:
            group.open_stage = group.stage
            return  # it asks for less of the same agents
        self._open(group)

    def _open(self, group: Group) -> None:
        """Puts a group into its files behind all doors of its stage, and makes those that are missing."""
        need, head = group.need, group.head
        assert head is not None, "it has a place"
        group.open_stage = group.stage
        if need.guests or group.guests:
            self._letting_in += bool(need.guests) - bool(group.guests)
            group.guests = need.guests
        channel = self._channels.get(need.channel)
        if channel is None:
            channel = self._channels[need.channel] = {}
        stands = [standing[0] for standing in group.files] if group.files else ()
        for door, everybody in doors_of(need):
            if door in stands:
                continue
            gate = self._gate(group, everybody)
            files = channel.get(door)
            if files is None:
                files = channel[door] = {}
            file = files.get(gate)
            if file is None:
                file = files[gate] = Line()
            file.add(head)
            group.files.append((door, gate, file))
            if gate:
                group.gates.add(gate)

    def _leave(self, group: Group, door: Door, gate: Gate, file: Line[Head]) -> None:
        """Takes a group out of one file, and the file away if it is empty now."""
        assert group.head is not None, "it stands there"
        file.remove(group.head)
        if file.size:
            return
        channel = group.need.channel
        doors = self._channels[channel]
        del doors[door][gate]
        if not doors[door]:
            del doors[door]
            if not doors:
                del self._channels[channel]

    def _gate(self, group: Group, everybody: Fact | None) -> Gate:
        """The rarest level that a group asks of those of whom `everybody` is true, if it is rare among them."""
        if not group.levels or everybody is None:
            return ""
        if self._version != self._roster.version or len(self._common) >= _REMEMBERED:
            self._version = self._roster.version
            self._common.clear()
        common = self._common.get(everybody)
        if common is None:
            common = self._common[everybody] = set()
        if group.levels <= common:
            return ""
        rarest, gate = _COMMON, ""
        for level in group.need.levels:
            name = level_name(*level)
            rarity = _COMMON if name in common else self._rarity(level, everybody)
            if rarity < rarest:
                rarest, gate = rarity, name
            elif rarity == _COMMON and len(common) < _REMEMBERED:
                common.add(name)
        return gate

    def _rarity(self, level: tuple[str, int], everybody: Fact) -> int:
        """How many have a level of those of whom `everybody` is true; `_COMMON` if they are not few."""
        here = self._roster.having(everybody)
        held = (here & self._roster.having(has_level(*level))).bit_count()
        return held if held * RARE <= here.bit_count() else _COMMON


def _may(seat: Seat, group: Group, behind: int, delay_ms: int) -> bool:
    """Whether the agent, who has the levels and stands at this door, may have the first item of a group."""
    need, agent_id = group.need, seat.view.id
    if delay_ms > need.delay_ms or (behind == GUESTS and need.guests.isdisjoint(seat.standing)):
        return False
    if group.is_plain:
        return True
    if agent_id in need.without:
        return False
    if agent_id not in (need.prefers, need.only):
        return True
    service = seat.view.queues.get(need.queue)  # who is asked for stands at a door of their own
    serves = service is not None and service.delay_ms <= need.delay_ms
    return serves or not need.guests.isdisjoint(seat.standing)
