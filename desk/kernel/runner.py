"""desk/kernel/runner.py: does what must be done, when it is due.

    waiting ──claim──▶ running ──done──▶ forgotten
       ▲                  ├──failed──▶ waiting, later (2 s tripling to two hours)
       └──claim ran out───┘   └──the twelfth time──▶ put aside for a person

*Due* is told by the desk's clock; *claimed until* by one that really runs, because a claim says
that a process lives, and must run out while the desk's clock stands. A claim is short and renewed
while its job runs: what a killed process was doing is taken up by another within seconds, and a
process that alone serves its database drops old claims when it starts. A job may run twice.

A claim is one on the job's key, too: what is deferred under a key whose job runs just now waits
until that has ended, so that the last word about something is also the last that is done.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.clock import Clock, SystemClock
from desk.kernel.database import REFUSED
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.events import JobPutAside
from desk.kernel.jobs import MAX_ATTEMPTS, Job, back_off, decode
from desk.kernel.log import log, where
from desk.kernel.statements import among
from desk.kernel.transaction import Actor, Row, Tx, single
from desk.tables import jobs

Handler = Callable[[Desk, Job], Awaitable[None]]

ACTOR = Actor.system("jobs")

#: The clock of the desk may be moved and other processes may write: look at least this often.
POLL_S = 1.0
#: How long a claim lasts, and how often it is renewed.
CLAIM = timedelta(seconds=8)
RENEW_S = 2.0
#: A handler that takes longer is stopped and has failed. It has time limits of its own.
LIMIT_S = 300.0


@single
def claim(tx: Tx, names: Collection[str], limit: int, until: datetime, at: datetime) -> Sequence[Row]:
    """Claims at most `limit` jobs of these names that are due, the longest due first."""
    found = tx.all(_CLAIM, now=tx.now, names=names, running=at, most=limit, until=until)
    return sorted(found, key=lambda row: (row.due_at, row.id))


def _claim() -> sa.Update:
    due = (
        sa.select(jobs.c.id)
        .where(
            jobs.c.failed_at.is_(None),
            jobs.c.due_at <= sa.bindparam("now"),
            among(jobs.c.name, "names"),
            sa.or_(jobs.c.claimed_until.is_(None), jobs.c.claimed_until <= sa.bindparam("running")),
        )
        .order_by(jobs.c.due_at, jobs.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        sa.update(jobs)
        .where(jobs.c.id.in_(sa.select(due.c.id)))
        .values(claimed_until=sa.bindparam("until"), attempts=jobs.c.attempts + 1)
        .returning(jobs)
    )


_CLAIM = _claim()
_NEVER_TRIED = (jobs.c.attempts == 0, jobs.c.claimed_until.is_not(None))
_LET_NEXT = sa.update(jobs).where(among(jobs.c.key, "keys"), *_NEVER_TRIED).values(claimed_until=None)
_FORGET = sa.delete(jobs).where(jobs.c.id == sa.bindparam("done"))


def renew(tx: Tx, rows: Collection[Row], until: datetime) -> None:
    """Keeps the claims on jobs that are still running, and on their keys."""
    ours = sa.or_(jobs.c.id.in_(sorted(row.id for row in rows)), jobs.c.key.in_(_keys(rows)))
    tx.execute(sa.update(jobs).where(ours, jobs.c.claimed_until.is_not(None)).values(claimed_until=until))


def forget(tx: Tx, row: Row) -> None:
    """The job is done. One that was deferred anew under its key meanwhile has another id, and stays."""
    forget_alone(tx, row)
    _let_next(tx, [row])


@single
def forget_alone(tx: Tx, row: Row) -> None:
    """The same for a job without a key, for which no other waits."""
    tx.change(_FORGET, done=row.id)


def try_again(tx: Tx, row: Row, error: str) -> bool:
    """The job failed: it waits for another try, or is put aside for a person. Says whether it waits."""
    waits: bool = row.attempts < MAX_ATTEMPTS
    values = {"due_at": tx.now + back_off(row.attempts)} if waits else {"failed_at": tx.now}
    mine = sa.and_(jobs.c.id == row.id, jobs.c.attempts == row.attempts)
    tx.execute(sa.update(jobs).where(mine).values(claimed_until=None, error=error[:1000], **values))
    _let_next(tx, [row])
    if not waits:
        tx.emit(JobPutAside(id=str(row.id), job=row.name))
    return waits


def give_back(tx: Tx, rows: Collection[Row]) -> None:
    """Leaves jobs to the next process, as if nobody had tried."""
    statement = sa.update(jobs).where(jobs.c.id.in_(sorted(row.id for row in rows)))
    tx.execute(statement.values(claimed_until=None, attempts=jobs.c.attempts - 1))
    _let_next(tx, rows)


def _let_next(tx: Tx, ended: Collection[Row]) -> None:
    """What was deferred anew while these ran, and has waited for them, may be claimed."""
    if keys := _keys(ended):
        tx.change(_LET_NEXT, keys=keys)


def _keys(rows: Collection[Row]) -> list[str]:
    return sorted({row.key for row in rows if row.key is not None})


def drop_claims(tx: Tx) -> None:
    """Ends every claim: whoever made them is dead."""
    tx.execute(sa.update(jobs).where(jobs.c.claimed_until.is_not(None)).values(claimed_until=None))


class Runner:
    """Runs due jobs; at most about `concurrency` of a kind at once, so that no kind holds up another."""

    def __init__(
        self, desk: Desk, handlers: Mapping[type[Job], Handler], concurrency: int = 16, *, wall: Clock | None = None
    ) -> None:
        self._desk = desk
        self._handlers = {kind.name: handler for kind, handler in handlers.items()}
        self._concurrency = concurrency
        self._wall = wall or SystemClock()
        self._wake = asyncio.Event()
        self._running: dict[str, Row] = {}
        self._fresh = True

    async def run(self) -> None:
        """Runs jobs when they are due, until cancelled; gives back what it could not finish."""
        self._desk.on_jobs.append(self._wake.set)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_claims(), name="job claims")
                await self._take_jobs(tasks)
        finally:
            self._desk.on_jobs.remove(self._wake.set)
            await self._give_back()

    async def run_due(self) -> int:
        """Runs everything that is due now, one by one, until nothing is; says how many. For tests and tools."""
        done = 0
        while rows := await self._claim(self._handlers, 1):
            for row in rows:
                await self._do(row)
                done += 1
        return done

    async def _take_jobs(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            self._wake.clear()
            try:
                await self._drop_old_claims()
                while await self._take_some(tasks):
                    pass
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            except Exception as error:  # noqa: BLE001 the runner outlives any outage
                log.error("jobs_not_claimed", error=type(error).__name__, where=where(error))
                await asyncio.sleep(POLL_S)

    async def _take_some(self, tasks: asyncio.TaskGroup) -> bool:
        """Claims and starts due jobs; whether there may be more that have room."""
        busy = Counter(row.name for row in self._running.values())
        rows = await self._claim([name for name in self._handlers if busy[name] < self._concurrency], self._concurrency)
        for row in rows:
            tasks.create_task(self._do(row), name=f"job {row.name} {row.id}")
        return len(rows) == self._concurrency

    async def _claim(self, names: Collection[str], limit: int) -> Sequence[Row]:
        if not names:
            return []
        at = self._wall.now()
        rows = await self._desk.transact(ACTOR, claim, names, limit, at + CLAIM, at)
        rows = [row for row in rows if row.id not in self._running]
        self._running.update((row.id, row) for row in rows)
        return rows

    async def _drop_old_claims(self) -> None:
        if self._fresh and self._desk.is_alone():
            await self._desk.transact(ACTOR, drop_claims)
        self._fresh = False

    async def _do(self, row: Row) -> None:
        try:
            if row.attempts > MAX_ATTEMPTS:
                raise RuntimeError("the process that ran it died each time")
            async with asyncio.timeout(LIMIT_S):
                await self._handlers[row.name](self._desk, decode(row.name, row.data))
            await self._desk.transact(ACTOR, forget if row.key else forget_alone, row)
        except Exception as error:  # noqa: BLE001 a job that fails stops no other
            await self._failed(row, error)
        if row.key or sum(other.name == row.name for other in self._running.values()) >= self._concurrency:
            self._wake.set()  # there is room for one more of its kind, or for the next of its key
        self._running.pop(row.id, None)

    async def _failed(self, row: Row, error: Exception) -> None:
        log.error(
            "job_failed", job=row.name, id=row.id, attempt=row.attempts, error=type(error).__name__, where=where(error)
        )
        try:
            if not await self._desk.transact(ACTOR, try_again, row, _said(error)):
                log.error("job_put_aside", job=row.name, id=row.id)
        except CarelineError:
            log.warning("job_left_claimed", job=row.name, id=row.id)  # tried again when the claim runs out

    async def _keep_claims(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            if self._running:
                try:
                    rows = list(self._running.values())
                    await self._desk.transact(ACTOR, renew, rows, self._wall.now() + CLAIM)
                except CarelineError:
                    log.warning("claims_not_renewed", jobs=len(self._running))

    async def _give_back(self) -> None:
        rows, self._running = list(self._running.values()), {}
        if not rows:
            return
        try:
            async with asyncio.timeout(RENEW_S):
                await self._desk.transact(ACTOR, give_back, rows)
        except (CarelineError, TimeoutError):
            log.warning("claims_not_given_back", jobs=len(rows))


def _said(error: Exception) -> str:
    """What a person is told of it. A database repeats the values that it refused, which may be a customer's words."""
    return f"{type(error).__name__}: {where(error) if isinstance(error, REFUSED) else error}"
