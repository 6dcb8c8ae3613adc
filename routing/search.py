"""routing/search.py: what is looked into, and in which order, until nothing fits any more.

Nothing that waits fitted anybody when the last search ended, so only what was told since can
make a pair: groups with something new, and agents of whom something changed. Each of them looks
for its first pair; the least of all looks has its turn, and who looked looks again. Taking items
and agents away only makes looks later, so a look is checked when its turn comes.
"""

from collections.abc import Callable
from heapq import heappop, heappush

from routing.choice import tier
from routing.facts import ASKED_FOR
from routing.groups import Group
from routing.model import Decision
from routing.places import Place
from routing.roster import Roster
from routing.seats import Seat
from routing.waiting import WaitingRoom

#: When more agents than this have changed, every group looks instead of every agent.
MANY = 8

#: (priority, place, a number that settles ties, the group, the agent who looks if it is one)
_Look = tuple[int, Place, int, Group, Seat | None]


class Search:
    """Searches through all that may fit. `pick` gives the agents for a group's first item, the first to be
    asked first, and `decide` gives it to the first of them, at least."""

    def __init__(
        self,
        roster: Roster,
        room: WaitingRoom,
        pick: Callable[[Group], list[Seat]],
        decide: Callable[[Group, list[Seat]], Decision],
    ) -> None:
        self._roster = roster
        self._room = room
        self._pick = pick
        self._decide = decide
        self._looks: list[_Look] = []
        self._looked = 0

    def decisions(self) -> list[Decision]:
        """Decides whatever fits, by the rule of the decision."""
        fresh, changed = self._room.fresh, self._roster.changed
        if len(changed) == 1:
            (seat,) = changed
            if not fresh or self._finds_all(seat):
                found = self._room.files.first_for(seat) if seat.hands.asks else None
                return [] if found is None else [self._decide(found[1], [seat])]
        if len(self._roster.came) > MANY:
            self._roster.settle()
        if not changed and len(fresh) == 1:
            return self._of_group(*fresh)
        return self._of_all()

    def _finds_all(self, seat: Seat) -> bool:
        """Whether nobody else has room for what is new, so that an agent who has changed finds in the files whatever
        fits; it goes there if so."""
        bit, enter, ready_for = seat.bit, self._room.files.enter, []
        for group in self._room.fresh:
            ready = self._roster.with_room(group.answers)
            if ready == bit:
                ready_for.append(group)
            elif ready:
                return False
        for group in ready_for:
            enter(group)
        return True

    def _of_group(self, group: Group) -> list[Decision]:
        """One group has something new, and no agent has."""
        found: list[Decision] = []
        while group.count:
            seats = self._pick(group)
            if not seats:
                break
            found.append(self._decide(group, seats))
        return found

    def _of_all(self) -> list[Decision]:
        """The least of all looks has its turn, until nobody finds anything."""
        self._begin()
        found: list[Decision] = []
        looks, pick = self._looks, self._pick
        while looks:
            priority, place, _, group, seat = heappop(looks)
            if seat is not None:
                if not seat.hands.asks:
                    continue
                if not group.count or group.first is not place:
                    self._look(seat)
                    continue
            elif not group.count:
                continue
            seats = pick(group)
            if not seats:
                continue  # nobody for the first of the group, so nobody for the rest
            behind = tier(seats[0].view, group.need)
            if behind > priority or group.first > place:
                self._push(behind, group, None)
                continue
            found.append(self._decide(group, seats))
            if seat is not None:
                if seat.hands.asks:
                    self._look(seat)
            elif group.count:
                self._push(behind, group, None)
        return found

    def _begin(self) -> None:
        """Whoever has something new looks, and nobody has looked yet. A group that only such agents could have who
        look themselves goes to its files first, where they find it."""
        roster, files = self._roster, self._room.files
        self._looks.clear()
        self._looked = 0
        groups, changed, looking = self._room.fresh, roster.changed, 0
        if len(changed) > MANY:
            groups, changed = dict.fromkeys(self._room.groups.values()), {}
        for seat in changed:
            looking |= seat.bit
        for group in groups:
            ready = roster.with_room(group.answers)
            if ready and group.count:
                if ready & looking == ready:
                    files.enter(group)
                else:
                    self._push(ASKED_FOR, group, None)
        for seat in changed:
            if seat.hands.asks:
                self._look(seat)

    def _push(self, priority: int, group: Group, seat: Seat | None) -> None:
        self._looked += 1
        heappush(self._looks, (priority, group.first, self._looked, group, seat))

    def _look(self, seat: Seat) -> None:
        """Finds the first item that the agent may have."""
        found = self._room.files.first_for(seat)
        if found is not None:
            self._push(found[0], found[1], seat)
