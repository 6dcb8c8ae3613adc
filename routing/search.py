"""routing/search.py: what is looked into, and in which order, until nothing fits any more.

Nothing that waits fitted anybody when the last search ended, so only what was told since can
make a pair: groups with something new, and agents of whom something changed. Each of them looks
for its first pair; the least of all looks has its turn, and who looked looks again. Taking items
and agents away only makes looks later, so a look is checked when its turn comes.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush

from routing.capacity import Room
from routing.choice import tier
from routing.facts import ASKED_FOR
from routing.line import Line
from routing.needs import Need
from routing.places import Place
from routing.roster import Roster, Seat
from routing.waiting import Group, Head, WaitingRoom

#: When more agents than this have changed, every group looks instead of every agent.
MANY = 8

#: What hands say to which an item may be given.
_ASKABLE = frozenset((Room.FREE, Room.INTERRUPTS))

#: (priority, place, a number that settles ties, the group, the agent who looks if it is one)
_Look = tuple[int, Place, int, Group, Seat | None]

#: (priority, place, group)
_Found = tuple[int, Place, Group]


class Search:
    """One search through all that may fit. `pick` gives the agents for a group's first item, the
    first to be asked first."""

    def __init__(self, roster: Roster, room: WaitingRoom, pick: Callable[[Group], list[Seat]]) -> None:
        self._room = room
        self._pick = pick
        self._looks: list[_Look] = []
        self._looked = 0
        if len(roster.came) > MANY:
            roster.settle()
        changed = [seat for seat in roster.changed if seat.rooms]
        ready: dict[str, int] = {}
        for group in room.groups.values() if len(changed) > MANY else room.fresh:
            channel = group.need.channel
            if channel not in ready:
                ready[channel] = roster.ready(channel)
            if ready[channel]:
                self._push(ASKED_FOR, group.first, group, None)
        if len(changed) <= MANY:
            for seat in changed:
                self._look(seat)

    def pairs(self) -> Iterator[tuple[Group, list[Seat]]]:
        """Groups whose first item fits somebody, and whom, by the rule of the decision. Whoever is
        told one gives the item to the first agent, at least, before asking for the next."""
        while self._looks:
            priority, place, _, group, seat = heappop(self._looks)
            if seat is not None:
                if not seat.rooms:
                    continue
                item = self._room.get(place[-1])
                if item is None or item.group is not group:
                    self._look(seat)
                    continue
            elif not group.count:
                continue
            seats = self._pick(group)
            if not seats:
                continue  # nobody for the first of the group, so nobody for the rest
            found, head = tier(seats[0], group.need), group.first
            if (found, head) > (priority, place):
                self._push(found, head, group, None)
                continue
            yield group, seats
            if seat is not None:
                if seat.rooms:
                    self._look(seat)
            elif group.count:
                self._push(found, group.first, group, None)

    def _push(self, priority: int, place: Place, group: Group, seat: Seat | None) -> None:
        self._looked += 1
        heappush(self._looks, (priority, place, self._looked, group, seat))

    def _look(self, seat: Seat) -> None:
        """Finds the first item that the agent may have."""
        best: _Found | None = None
        for channel, answer in seat.rooms.items():
            if answer in _ASKABLE:
                best = self._behind_doors(seat, channel, best)
        if best is not None:
            self._push(*best, seat)

    def _behind_doors(self, seat: Seat, channel: str, best: _Found | None) -> _Found | None:
        doors = self._room.doors(channel)
        if not doors:
            return best
        for priority, door, delay_ms in seat.openings:
            if best is not None and priority > best[0]:
                break
            files = doors.get(door)
            if files is not None:
                for gate in files.keys() & seat.standing:
                    before = best[1] if best is not None and best[0] == priority else None
                    found = self._first_of(files[gate], seat, delay_ms, before)
                    if found is not None:
                        best = (priority, found.first, found)
        return best

    def _first_of(self, file: Line[Head], seat: Seat, delay_ms: int, before: Place | None) -> Group | None:
        """The first group that the agent may have, if one stands before a place."""
        standing = seat.standing
        best: Group | None = None
        misplaced = []
        for place, _, facts, group in file:
            if before is not None and place >= before:
                break
            if facts <= standing and _may(seat, group.need, delay_ms):
                first = group.first
                if before is None or first < before:
                    best, before = group, first
                if first == place:
                    break
                misplaced.append(group)
        for group in misplaced:
            self._room.refile(group)
        return best


def _may(seat: Seat, need: Need, delay_ms: int) -> bool:
    """Whether the agent, who has the levels and stands at the door, may have items of this need."""
    if delay_ms > need.delay_ms or seat.view.id in need.without:
        return False
    if seat.view.id not in (need.prefers, need.only):
        return True
    service = seat.view.queues.get(need.queue)  # who is asked for stands at a door of their own
    serves = service is not None and service.delay_ms <= need.delay_ms
    return serves or not need.guests.isdisjoint(seat.standing)
