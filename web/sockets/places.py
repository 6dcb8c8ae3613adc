"""web/sockets/places.py: where waiting visitors stand in line, read for a few of them at a time."""

import asyncio
from dataclasses import dataclass

from desk.contacts import chats
from desk.floor.lookout import Lookout
from desk.floor.waiting import Paces
from desk.kernel.desk import Desk
from routing.estimates import Announced, Wait, announce
from web.sockets.screens import ACTOR

#: Visitors whose place in line is looked up at once.
MOST_PLACES = 15
#: How fast a queue moves is read this often: it takes all its agents, and changes slowly.
PACE_FOR_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a visitor stands, and what the wait is estimated at, if there is a basis."""

    interaction_id: str
    visitor: str
    position: int
    wait: Wait | None


class Places:
    """Whoever waits and has a page open here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._visitors: dict[str, str] = {}  # by interaction
        self._announced: dict[str, Announced] = {}  # interaction -> the wait that was told
        self._paces = Paces()  # how fast each queue moves, read a moment ago
        self._paces_until = 0.0

    def put(self, interaction_id: str, visitor: str) -> None:
        """This visitor waits."""
        self._visitors[interaction_id] = visitor

    def drop(self, interaction_id: str) -> None:
        """This contact does not wait any more."""
        self._visitors.pop(interaction_id, None)
        self._announced.pop(interaction_id, None)

    def forget(self, visitor: str) -> None:
        """No page of this visitor is open here."""
        for id in [id for id, of in self._visitors.items() if of == visitor]:
            del self._visitors[id]

    async def read(self) -> list[Place]:
        """Where the next few stand; it is the others' turn the next time."""
        ids = list(self._visitors)[:MOST_PLACES]
        if not ids:
            return []
        for id in ids:
            self._visitors[id] = self._visitors.pop(id)
        now = asyncio.get_running_loop().time()
        if now >= self._paces_until:
            self._paces, self._paces_until = Paces(), now + PACE_FOR_S
        found = await self._desk.read(ACTOR, chats.standing_of, ids, self._desk.kept(Lookout), self._paces)
        return [
            Place(interaction_id=id, visitor=visitor, position=standing.position, wait=standing.wait)
            for id, standing in found.items()
            if (visitor := self._visitors.get(id)) is not None
        ]

    def told(self, place: Place) -> list[int] | None:
        """The range of seconds that this visitor is told now: it does not jump about."""
        if place.wait is None:
            return None
        id = place.interaction_id
        said = self._announced[id] = announce(self._announced.get(id), place.wait)
        return [said.wait.low_ms // 1000, said.wait.high_ms // 1000]
