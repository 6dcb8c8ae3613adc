"""desk/node_watch.py: notices that a node has died, and treats whoever was connected to it as gone.

    beats unchanged for 6 s ──▶ its row goes, chats are missed (2 minutes) ──▶ its agents are silent ──6 s──▶ offline

Every process that may route watches, so that one that takes over knows already who is silent; the holder
of the router lease alone acts, and each of its transactions checks the lease. Time is the watcher's own
running clock, and counts only while it sees: after an outage, or after it hung itself, it begins anew.

From death to the work being back in line it takes at most 15 s: two until a beat is missed and seen to
be, six to be sure, eight at most with a new holder of the lease, six for agents to come back elsewhere,
one for the job.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from desk.contacts import chats
from desk.kernel.clock import running_seconds
from desk.kernel.cluster import Lease, check
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.log import log
from desk.kernel.nodes import ACTOR, NodeLost
from desk.kernel.transaction import Rx, Tx, single
from desk.tables import consoles, nodes
from desk.work import presence
from routing.presence import SILENCE

LOOK_S = 1.0
LOST_S = 6.0
#: Who has not looked for so long has not watched.
BLIND_S = 3.0
#: How long the agents of a node that is lost have to come back elsewhere.
GRACE = timedelta(seconds=6)
#: Agents whose silence is noted in one transaction.
AT_ONCE = 50
#: The beats of a node without a row: it has been given up, or has left, and its consoles are not swept up yet.
NEVER = -1

_BEATS = sa.union_all(
    sa.select(nodes.c.id, nodes.c.beats),
    sa.select(consoles.c.node_id, sa.literal_column(str(NEVER)))
    .where(consoles.c.node_id.not_in(sa.select(nodes.c.id)))
    .distinct(),
)


@single
def beats_of(rx: Rx) -> dict[str, int]:
    """The beats of every node that is known, or has consoles."""
    return {row.id: row.beats for row in rx.all(_BEATS)}


def give_up(tx: Tx, node_id: str, beats: int, lease: str, epoch: int) -> bool:
    """The node is lost, if it has not beaten since; whoever waits in a chat is missed until a node says otherwise.

    Raises:
        Stale: the lease has gone to another process.
    """
    check(tx, lease, epoch)
    same = (nodes.c.id == node_id, nodes.c.beats == beats)
    if beats != NEVER and not tx.all(sa.delete(nodes).where(*same).returning(nodes.c.id)):
        return False
    chats.nobody_is_there(tx)
    tx.emit(NodeLost(id=node_id))
    return True


def silence(tx: Tx, node_id: str, lease: str, epoch: int) -> int:
    """Some agents of a lost node are silent, unless they have a console elsewhere; says how many there were.

    Raises:
        Stale: the lease has gone to another process.
    """
    check(tx, lease, epoch)
    theirs = sa.select(consoles.c.agent_id).where(consoles.c.node_id == node_id)
    ids = [row.agent_id for row in tx.all(theirs.order_by(consoles.c.agent_id).limit(AT_ONCE))]
    for agent_id in ids:
        presence.disconnect(tx, agent_id, node_id, SILENCE - GRACE)
    return len(ids)


class NodeWatch:
    """Watches the beats of all nodes."""

    def __init__(self, desk: Desk, lease: Lease, *, seconds: Callable[[], float] = running_seconds) -> None:
        self._desk = desk
        self._lease = lease
        self._seconds = seconds
        self._seen: dict[str, tuple[int, float]] = {}  # the beats of each node, and since when
        self._looked_at = float("-inf")

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(LOOK_S)

    async def turn(self) -> None:
        """Looks once; gives up who is lost."""
        try:
            async with asyncio.timeout(BLIND_S):
                lost = await self._look()
            if self._lease.held:
                for node_id, beats in lost:
                    await self._give_up(node_id, beats)
        except (CarelineError, TimeoutError) as error:
            log.warning("nodes_not_watched", error=type(error).__name__)

    async def _look(self) -> list[tuple[str, int]]:
        began = self._seconds()
        found = await self._desk.read(ACTOR, beats_of)
        if began - self._looked_at > BLIND_S:
            self._seen = {}
        self._looked_at = began
        known = self._seen
        self._seen = {
            node_id: known[node_id] if node_id in known and known[node_id][0] == beats else (beats, began)
            for node_id, beats in found.items()
        }
        return [(node_id, beats) for node_id, (beats, since) in self._seen.items() if began - since >= LOST_S]

    async def _give_up(self, node_id: str, beats: int) -> None:
        lease = (self._lease.name, self._lease.epoch)
        if not await self._desk.transact(ACTOR, give_up, node_id, beats, *lease):
            return
        lost = 0
        while some := await self._desk.transact(ACTOR, silence, node_id, *lease):
            lost += some
        log.warning("node_lost", node=node_id, agents=lost)
