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
from routing.places import Place
from routing.roster import Roster, Seat
from routing.waiting import Group, WaitingRoom

#: When more agents than this have changed, every group looks instead of every agent.
MANY = 8

#: (priority, place, a number that settles ties, the group, the agent who looks if it is one)
_Look = tuple[int, Place, int, Group, Seat | None]


class Search:
    """One search through all that may fit. `pick` gives the agents for a group's first item, the
    first to be asked first."""

    def __init__(self, roster: Roster, room: WaitingRoom, pick: Callable[[Group], list[Seat]]) -> None:
        self._room = room
        self._pick = pick
        self._looks: list[_Look] = []
        self._looked = 0
        changed = [seat for seat in roster.changed if seat.rooms]
        for group in room.groups.values() if len(changed) > MANY else room.fresh:
            self._push(ASKED_FOR, group.items.first, group, None)
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
                item = self._room.get(place[2])
                if item is None or item.group is not group:
                    self._look(seat)
                    continue
            elif not group.items:
                continue
            seats = self._pick(group)
            if not seats:
                continue  # nobody for the first of the group, so nobody for the rest
            found, head = tier(seats[0], group.need), group.items.first
            if (found, head) > (priority, place):
                self._push(found, head, group, None)
                continue
            yield group, seats
            if seat is not None:
                self._look(seat)
            elif group.items:
                self._push(found, group.items.first, group, None)

    def _push(self, priority: int, place: Place, group: Group, seat: Seat | None) -> None:
        self._looked += 1
        heappush(self._looks, (priority, place, self._looked, group, seat))

    def _look(self, seat: Seat) -> None:
        """Finds the first item that the agent may have."""
        best: tuple[int, Place, Group] | None = None
        for channel, answer in seat.rooms.items():
            if answer is Room.FREE or answer is Room.INTERRUPTS:
                best = self._behind_doors(seat, channel, best)
        if best is not None:
            self._push(*best, seat)

    def _behind_doors(
        self, seat: Seat, channel: str, best: tuple[int, Place, Group] | None
    ) -> tuple[int, Place, Group] | None:
        doors = self._room.doors(channel)
        if not doors:
            return best
        for priority, door, delay_ms in seat.openings:
            if best is not None and priority > best[0]:
                break
            files = doors.get(door)
            if not files:
                continue
            for gate in files.keys() & seat.standing:
                for place, group in files[gate]:
                    if best is not None and (priority, place) >= best[:2]:
                        break
                    if _may(seat, group, delay_ms, by_name=door[0] == "name"):
                        best = (priority, place, group)
                        break
        return best


def _may(seat: Seat, group: Group, delay_ms: int, *, by_name: bool) -> bool:
    """Whether the agent, for whom the door is open, may have items of the group."""
    need = group.need
    if not group.facts <= seat.standing or delay_ms > need.delay_ms or seat.view.id in need.without:
        return False
    if not by_name:
        return True
    service = seat.view.queues.get(need.queue)
    serves = service is not None and service.delay_ms <= need.delay_ms
    return serves or not need.guests.isdisjoint(seat.standing)
