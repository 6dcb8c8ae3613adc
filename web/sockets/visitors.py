"""web/sockets/visitors.py: visitors who may be missed, and have a page open here, are here.

When a node dies nobody knows who was connected to it, and when an agent vanishes nobody knows whether the
customer of their chat is there still. The desk misses all of them; each node says whom it sees.
"""

from collections.abc import Sequence

from desk.agents.agents import LOST
from desk.contacts import chats
from desk.kernel.desk import Desk
from desk.kernel.events import Event, InteractionChanged, Logged
from desk.kernel.nodes import NodeLost
from desk.kernel.transaction import Actor
from web.sockets.realtime import Realtime
from web.sockets.tellings import CHAT

ACTOR = Actor.system("visitors")


class Visitors:
    """Says who is connected, when the log says that the desk wonders."""

    def __init__(self, desk: Desk, realtime: Realtime) -> None:
        self._desk = desk
        self._realtime = realtime

    async def feed(self, batch: Sequence[Logged]) -> None:
        """Hears what has happened."""
        if not any(_misses_visitors(logged.event) for logged in batch):
            return
        here = self._here()
        if here:
            await self._desk.transact(ACTOR, chats.visitors_here, here)
        for visitor in here - self._here():  # left while we said so
            await self._desk.transact(Actor.customer(visitor), chats.visitor_gone, visitor)

    def _here(self) -> set[str]:
        return {socket.actor.id for socket in self._realtime.sockets(CHAT)}


def _misses_visitors(event: Event) -> bool:
    return isinstance(event, NodeLost) or (isinstance(event, InteractionChanged) and event.what == LOST)
