"""desk/kernel/nodes.py: the processes that serve consoles, each with a heartbeat.

    unknown ──joins──▶ beats ──6 s without a beat──▶ given up: its row is gone
                         └──stops in order──▶ gone

A beat is one more in the node's row, every two seconds, however many consoles there are. Who watches
the beats is `desk/node_watch.py`. A node that only hung finds itself given up with its next beat: it
never comes back under the same id, so that what is swept up behind the old one meets nothing new. It
takes another, and says again who is connected to it.
"""

import asyncio
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.events import Event
from desk.kernel.log import log
from desk.kernel.transaction import Actor, Tx, single
from desk.tables import nodes

BEAT_S = 2.0

ACTOR = Actor.system("nodes")

_BEAT = sa.update(nodes).where(nodes.c.id == sa.bindparam("node")).values(beats=nodes.c.beats + 1).returning(nodes.c.id)


@dataclass(frozen=True, kw_only=True)
class NodeLost(Event):
    """A node was given up. Whoever is connected to another says so: what was known of who is there may be wrong."""


def join(tx: Tx, node_id: str) -> None:
    """From now on the node is watched."""
    tx.insert_if_new(nodes, id=node_id, beats=0)


@single
def beat(tx: Tx, node_id: str) -> bool:
    """The node lives; False if it has been given up."""
    return bool(tx.all(_BEAT, node=node_id))


def forget_others(tx: Tx, node_id: str) -> None:
    """This node is the only one there is."""
    tx.execute(sa.delete(nodes).where(nodes.c.id != node_id))


def leave(tx: Tx, node_id: str) -> None:
    """The node ends in order."""
    tx.execute(sa.delete(nodes).where(nodes.c.id == node_id))


class Node:
    """This process as a node."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._joined = False
        #: Changes when the node was given up: whoever is connected is to be told to the desk under the new one.
        self.id = secrets.token_hex(8)

    async def run(self) -> None:
        """Beats until cancelled; then leaves."""
        try:
            while True:
                await self.turn()
                await asyncio.sleep(BEAT_S)
        finally:
            await self._leave()

    async def turn(self) -> None:
        """Beats once. An outage of the database makes nobody given up: nobody can watch meanwhile."""
        try:
            async with asyncio.timeout(BEAT_S):
                if self._joined and not await self._desk.transact(ACTOR, beat, self.id):
                    log.warning("node_was_given_up", node=self.id)
                    self.id, self._joined = secrets.token_hex(8), False
                if not self._joined:
                    await self._desk.transact(ACTOR, join, self.id)
                    self._joined = True
        except (CarelineError, TimeoutError) as error:
            log.warning("node_did_not_beat", error=type(error).__name__)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(BEAT_S):
                await self._desk.transact(ACTOR, leave, self.id)
        except (CarelineError, TimeoutError):
            log.warning("node_did_not_leave", node=self.id)
