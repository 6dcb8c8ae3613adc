"""desk/kernel/cluster.py: which of several processes may route and stamp.

    one row a name:  holder, epoch, renewed_at
    free ──take──▶ held by a (epoch 7) ──6 s without a renewal──▶ held by b (epoch 8)

The holder renews every two seconds. Others watch the row: one that has not changed for six
seconds *of the watcher's own running clock* is stale, so clocks of two machines need not agree
and the desk's clock may stand or jump. The epoch grows with each change of holder, and every
decision's transaction checks it: a hung holder that wakes up can decide nothing.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from desk.kernel import statements
from desk.kernel.clock import Clock, SystemClock, running_seconds
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, NotFound, Stale
from desk.kernel.log import log
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.tables import leases

RENEW_S = 2.0
STALE_S = 6.0
#: A holder stops trusting itself a second before others may take over.
TRUST_S = STALE_S - 1

ACTOR = Actor.system("lease")

_EPOCH = sa.select(leases.c.epoch).where(leases.c.name == sa.bindparam("name")).with_for_update(read=True)


def check(rx: Rx, name: str, epoch: int) -> None:
    """Makes sure that the lease still has `epoch`, and keeps it so until the transaction ends.

    Raises:
        Stale: somebody else has taken the lease since.
    """
    _confirm(rx.all(_EPOCH, name=name), epoch)


def take_each(tx: Tx, name: str, epoch: int, *wanted: tuple[sa.Table, str]) -> list[Row | None]:
    """`check`, and `Tx.take_each` after it, in one round trip.

    Raises:
        Stale: as `check`.
    """
    taken = ((statements.take_one(table), {statements.ID: id}) for table, id in wanted)
    lease, *found = tx.together((_EPOCH, {"name": name}), *taken)
    _confirm(lease, epoch)
    return [rows[0] if rows else None for rows in found]


def _confirm(found: Sequence[Row], epoch: int) -> None:
    if not found or found[0].epoch != epoch:
        raise Stale("lease", "another process has taken over")


def hold(tx: Tx, name: str, holder: str, at: datetime, *, stale: tuple[int, datetime] | None, force: bool) -> Row:
    """Renews the lease, or takes it when it is free, `force`d or still as `stale` says; returns its row.

    `stale` is the epoch and renewal that the caller has watched for too long.
    """
    try:
        row = tx.take(leases, name)
    except NotFound:
        tx.insert_if_new(leases, name=name, holder="", epoch=0, renewed_at=at)
        row = tx.take(leases, name)
    if row.holder == holder:
        tx.update(leases, name, renewed_at=at)
    elif force or not row.holder or stale == (row.epoch, row.renewed_at):
        tx.update(leases, name, holder=holder, epoch=row.epoch + 1, renewed_at=at)
        row = tx.one(leases, name)
    return row


def release(tx: Tx, name: str, holder: str) -> None:
    """Frees the lease, if `holder` has it: the next process need not wait."""
    tx.execute(sa.update(leases).where(leases.c.name == name, leases.c.holder == holder).values(holder=""))


class Lease:
    """This process's hold on the lease `name`, or its wait for it."""

    def __init__(
        self,
        desk: Desk,
        name: str = "router",
        holder: str | None = None,
        *,
        seconds: Callable[[], float] = running_seconds,
        wall: Clock | None = None,
    ) -> None:
        self.name = name
        self.holder = holder or secrets.token_hex(8)
        self.epoch = 0
        #: Turns in a row that found no database, up to now.
        self.missed = 0
        #: Called in the event loop after `held` or `epoch` has changed.
        self.on_change: list[Callable[[], None]] = []
        self._desk = desk
        self._seconds = seconds
        self._wall = wall or SystemClock()
        self._good_until = float("-inf")
        self._seen: tuple[int, datetime] | None = None
        self._seen_at = 0.0
        self._told = (False, 0)
        # One process serves a SQLite file, so whoever holds its lease at our start is dead. None: not asked yet.
        self._force: bool | None = None

    @property
    def held(self) -> bool:
        """Whether this process may route and stamp. Turns false by itself when renewing fails."""
        return self._seconds() < self._good_until

    async def run(self) -> None:
        """Takes the lease when it can and keeps it; frees it when cancelled."""
        try:
            while True:
                await self.turn()
                await asyncio.sleep(RENEW_S)
        finally:
            await self._free()

    async def turn(self) -> None:
        """Renews or tries to take the lease, once. An outage costs the lease in time, nothing else."""
        if self._force is None:
            self._force = self._desk.is_alone()
        began = self._seconds()
        stale = self._seen if self._seen is not None and began - self._seen_at >= STALE_S else None
        try:
            async with asyncio.timeout(RENEW_S):
                row = await self._desk.transact(
                    ACTOR, hold, self.name, self.holder, self._wall.now(), stale=stale, force=self._force
                )
        except (CarelineError, TimeoutError) as error:
            log.warning("lease_not_renewed", lease=self.name, error=type(error).__name__)
            self.missed += 1
        else:
            self._force, self.missed = False, 0
            self._learn(row, began)
        self._tell()

    def _learn(self, row: Row, began: float) -> None:
        if row.holder == self.holder:
            self.epoch = row.epoch
            self._good_until = began + TRUST_S
            self._seen = None
            return
        self._good_until = float("-inf")
        if self._seen != (row.epoch, row.renewed_at):
            self._seen, self._seen_at = (row.epoch, row.renewed_at), began

    def _tell(self) -> None:
        now = (self.held, self.epoch)
        if now == self._told:
            return
        self._told = now
        log.info("lease_held" if self.held else "lease_lost", lease=self.name, epoch=self.epoch)
        for changed in self.on_change:
            changed()

    async def _free(self) -> None:
        had, self._good_until = self.held, float("-inf")
        self._tell()
        if not had:
            return
        try:
            async with asyncio.timeout(RENEW_S):
                await self._desk.transact(ACTOR, release, self.name, self.holder)
        except (CarelineError, TimeoutError):
            log.warning("lease_not_freed", lease=self.name)
