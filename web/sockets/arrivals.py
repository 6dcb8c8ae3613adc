"""web/sockets/arrivals.py: what visitors' pages have is written down as delivered, many messages at once."""

from functools import partial
from itertools import islice

from desk.contacts.deliveries import messages_delivered
from desk.kernel.desk import Desk
from web.sockets.realtime import Realtime
from web.sockets.screens import ACTOR

#: So many messages are written down at once.
MOST_ARRIVALS = 100


class Arrivals:
    """Messages that visitors have, and it is not written down yet."""

    def __init__(self, desk: Desk, realtime: Realtime) -> None:
        self._desk = desk
        self._realtime = realtime
        self._ids: dict[str, None] = {}
        self._writes = False

    def add(self, message_id: str) -> None:
        """A page of the visitor has a message: that is written down, with what else arrives meanwhile."""
        self._ids[message_id] = None
        if not self._writes:
            self._writes = True
            self._realtime.soon(self._write(), "arrivals")

    async def _write(self) -> None:
        try:
            while self._ids:
                ids = sorted(islice(self._ids, MOST_ARRIVALS))
                for id in ids:
                    del self._ids[id]
                await self._realtime.surely(partial(self._desk.transact, ACTOR, messages_delivered, ids))
        finally:
            self._writes = False
