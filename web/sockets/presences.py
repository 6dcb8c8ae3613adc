"""web/sockets/presences.py: agents whose consoles are connected here, told to the desk.

The first console of an agent makes them present, the last that goes makes them silent; a page that is
loaded again is neither. What the desk has not heard, because the database was away, it is told later.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence

from desk import agents
from desk.desk import Desk
from desk.events import Logged, PresenceChanged
from desk.transaction import Actor
from routing.presence import SILENT, Presence

ACTOR = Actor.system("presences")
OFFLINE = Presence.OFFLINE.value


class Presences:
    """Counts consoles by agent, and keeps the desk's view of who is there in step."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._consoles: Counter[str] = Counter()
        self._known: set[str] = set()  # agents whom the desk knows to be here
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def came(self, agent_id: str) -> None:
        """One more console of this agent.

        Raises:
            Unavailable: the database is away; the console is counted all the same.
        """
        self._consoles[agent_id] += 1
        await self._settle(agent_id)

    async def went(self, agent_id: str) -> None:
        """One console less.

        Raises:
            Unavailable: the database is away; `settle` tells it later.
        """
        self._consoles[agent_id] -= 1
        await self._settle(agent_id)

    async def feed(self, batch: Sequence[Logged]) -> None:
        """Whom the desk gave up as silent, and who has a console here, is here: their other one was elsewhere."""
        for event in (logged.event for logged in batch):
            given_up = isinstance(event, PresenceChanged) and (event.state, event.reason) == (OFFLINE, SILENT)
            if given_up and self._consoles[event.id] > 0:
                self._known.discard(event.id)
                await self._settle(event.id)

    async def settle(self) -> None:
        """Tells the desk what it could not be told before."""
        for agent_id in [*self._consoles, *self._known]:
            await self._settle(agent_id)

    async def _settle(self, agent_id: str) -> None:
        async with self._locks[agent_id]:
            here = self._consoles[agent_id] > 0
            if here and agent_id not in self._known:
                await self._desk.transact(ACTOR, agents.connect, agent_id)
                self._known.add(agent_id)
            elif not here and agent_id in self._known:
                await self._desk.transact(ACTOR, agents.disconnect, agent_id)
                self._known.discard(agent_id)
        if self._consoles[agent_id] <= 0 and agent_id not in self._known:
            del self._consoles[agent_id]
            self._locks.pop(agent_id, None)
