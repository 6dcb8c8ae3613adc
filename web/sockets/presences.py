"""web/sockets/presences.py: agents whose consoles are connected here, told to the desk.

The first console of an agent here makes them present, the last that goes, here and on every other node,
makes them silent; a page that is loaded again is neither. What the desk has not heard, because the database
was away, it is told later; a node that was given up while it hung says everything again.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from desk.agents import agents
from desk.kernel.desk import Desk
from desk.kernel.events import Logged, PresenceChanged
from desk.kernel.nodes import Node
from desk.kernel.transaction import Actor
from routing.presence import SILENT, Presence

ACTOR = Actor.system("presences")
OFFLINE = Presence.OFFLINE.value
JUST_NOW = timedelta()


class Presences:
    """Counts consoles by agent, and keeps the desk's view of who is there in step."""

    def __init__(self, desk: Desk, node: Node) -> None:
        self._desk = desk
        self._node = node
        self._consoles: Counter[str] = Counter()
        self._known: dict[str, str] = {}  # agents whom the desk knows to be here, and under which id of our node
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def came(self, agent_id: str) -> None:
        """One more console of this agent.

        Raises:
            Unavailable: the database is away; the console is counted all the same.
        """
        self._consoles[agent_id] += 1
        await self._settle(agent_id)

    async def went(self, agent_id: str, unheard: timedelta = JUST_NOW) -> None:
        """One console less, from which nothing has been heard for as long as `unheard`.

        Raises:
            Unavailable: the database is away; `settle` tells it later.
        """
        self._consoles[agent_id] -= 1
        await self._settle(agent_id, unheard)

    async def feed(self, batch: Sequence[Logged]) -> None:
        """Whom the desk gave up as silent, and who has a console here, is here: this process hung meanwhile."""
        for event in (logged.event for logged in batch):
            given_up = isinstance(event, PresenceChanged) and (event.state, event.reason) == (OFFLINE, SILENT)
            if given_up and self._consoles[event.id] > 0:
                self._known.pop(event.id, None)
                await self._settle(event.id)

    async def settle(self) -> None:
        """Tells the desk what it could not be told before."""
        for agent_id in {*self._consoles, *self._known}:
            await self._settle(agent_id)

    async def _settle(self, agent_id: str, unheard: timedelta = JUST_NOW) -> None:
        async with self._locks[agent_id]:
            here, known, node_id = self._consoles[agent_id] > 0, self._known.get(agent_id), self._node.id
            if here and known != node_id:
                await self._desk.transact(ACTOR, agents.connect, agent_id, node_id)
                self._known[agent_id] = node_id
            elif not here and known is not None:
                await self._desk.transact(ACTOR, agents.disconnect, agent_id, known, unheard)
                del self._known[agent_id]
        if self._consoles[agent_id] <= 0 and agent_id not in self._known:
            del self._consoles[agent_id]
            self._locks.pop(agent_id, None)
