"""web/sockets/closed_to_visitors.py: what visitors are told of queues that are closed, and of their opening."""

from typing import Any

from desk.contacts.closed_to_customers import Openings, openings_of_chat
from desk.kernel.desk import Desk
from desk.organization.entry_points import WIDGET
from desk.organization.openings import Opening
from web.sockets.namespace import Told
from web.sockets.screens import ACTOR, Screens
from web.sockets.tellings import ALL, CHAT

Standing = dict[str, Any]


class ClosedToVisitors:
    """What is closed now, as last read: read again whenever the organization may have changed."""

    def __init__(self, desk: Desk, screens: Screens) -> None:
        self._desk = desk
        self._screens = screens
        self._read: tuple[Openings, int] | None = None  # and at which change of the organization
        self._told: Standing = {}  # what every visitor was told last

    async def read(self) -> None:
        """Reads what holds now, unless it is known."""
        changes = self._screens.changes
        if self._read is None or self._read[1] != changes:
            self._read = (await self._desk.read(ACTOR, openings_of_chat, WIDGET), changes)

    def now(self) -> Standing:
        """What is closed, by topic. Where whoever names no topic is told so, what is open has none to tell."""
        if self._read is None:
            return {}
        openings = self._read[0]
        found = {topic: _as_told(opening) for topic, opening in openings.closed(self._desk.clock.now()).items()}
        return dict.fromkeys(openings.keeps) | found if "" in found else found

    def to(self, queue: str | None) -> Standing | None:
        """What a visitor who waits in a queue is told of it, if it is closed."""
        if self._read is None or queue is None:
            return None
        opening = self._read[0].of(queue, self._desk.clock.now())
        return None if opening.open else _as_told(opening)

    async def news(self) -> Told | None:
        """What every visitor is to be told, if something has closed or opened since they were told last."""
        await self.read()
        closed = self.now()
        if closed == self._told:
            return None
        self._told = closed
        return self.telling(self._screens.position)

    def telling(self, seq: int) -> Told:
        """What is closed now, for every visitor."""
        data = {"seq": seq, "closed": self.now()}
        return Told(seq=seq, namespace=CHAT, rooms=frozenset({ALL}), name="openings.changed", data=data)


def _as_told(opening: Opening) -> Standing:
    return {"told": opening.told, "until": opening.until}
