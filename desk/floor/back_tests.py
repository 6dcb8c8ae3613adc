"""desk/floor/back_tests.py: every night the estimates of the day are held against what came of them.

    03:00 on the site ──▶ job ──▶ each day since the last one, each queue ──▶ `routing/back_test.py` ──▶ kept
                           └── plans the next night

A day that is tested anew is replaced: who waited past midnight has come to an end since. How today's estimates come
out is `desk/floor/estimates.py`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.organization.days import beginning, zone_of_site
from desk.tables import back_tests, estimates, interactions, queues, segments, to_ms
from routing.back_test import Method, Outcome, Waited, back_test
from routing.estimates import Wait

ACTOR = Actor.system("back_tests")
#: When the night's work begins, after midnight on the site.
NIGHT = timedelta(hours=3)
#: So far back a night makes up for those that were missed.
MOST_DAYS = 31
#: What the methods know when a day begins.
LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class BackTestEstimates(Job):
    """The work of one night, by its date on the site."""

    night: str


@dataclass(frozen=True, kw_only=True)
class Tested:
    """How a method did in a queue on a day."""

    day: date
    queue: str
    name: str
    method: Method
    outcome: Outcome


def plan(tx: Tx) -> None:
    """Defers the work of the next night, once, however often it is planned."""
    zone = zone_of_site(tx)
    night = tx.now.astimezone(zone).date()
    if tx.now >= beginning(night, zone) + NIGHT:
        night += timedelta(days=1)
    job = BackTestEstimates(night=night.isoformat())
    tx.defer(job, at=beginning(night, zone) + NIGHT, key=f"back_test_estimates:{job.night}")


async def back_test_estimates(desk: Desk, job: BackTestEstimates) -> None:
    """Tests each day before this night since the last that was tested, and that one again."""
    await desk.transact(ACTOR, plan)
    for day, queue in await desk.read(ACTOR, _to_test, date.fromisoformat(job.night)):
        waits = await desk.read(ACTOR, _waits, day, queue)
        # A day of a large floor is some ten thousand waits.
        outcomes = await asyncio.to_thread(back_test, waits)
        await desk.transact(ACTOR, _keep, day, queue, outcomes)


def tested(rx: Rx, *, days: int) -> list[Tested]:
    """The outcomes of the latest days, the newest first, by the queue's name."""
    today = rx.now.astimezone(zone_of_site(rx)).date()
    return [
        Tested(
            day=date.fromisoformat(row.day),
            queue=row.queue,
            name=row.name or row.queue,
            method=Method(row.method),
            outcome=Outcome(
                count=row.waits,
                bias_ms=row.bias_ms,
                off_ms=row.off_ms,
                coverage=None if row.within is None else row.within / row.waits,
            ),
        )
        for row in rx.all(_TESTED, since=(today - timedelta(days=days)).isoformat())
    ]


def _to_test(rx: Rx, night: date) -> list[tuple[date, str]]:
    """Which days and queues; each has waits of which something was told."""
    zone = zone_of_site(rx)
    (last,) = rx.all(_LAST)
    first = night - timedelta(days=MOST_DAYS)
    if last.day is not None:
        first = max(first, date.fromisoformat(last.day))
    days = [first + timedelta(days=ahead) for ahead in range((night - first).days)]
    return [
        (day, row.queue)
        for day in days
        for row in rx.all(_QUEUES, begins=beginning(day, zone), ends=beginning(day + timedelta(days=1), zone))
    ]


def _waits(rx: Rx, day: date, queue: str) -> list[Waited]:
    """The waits of this queue that an agent ended, of the day and the one before; what was told, of the day alone."""
    zone = zone_of_site(rx)
    begins, ends = beginning(day, zone), beginning(day + timedelta(days=1), zone)
    rows = rx.all(_ANSWERED, queue=queue, since=begins - LOOK_BACK, ends=ends)
    return [
        Waited(
            channel=row.channel,
            from_ms=to_ms(row.from_at),
            until_ms=to_ms(row.to_at),
            told_ms=to_ms(row.made_at) if row.made_at else 0,
            told=Wait(low_ms=row.low_ms, high_ms=row.high_ms) if _told(row, begins, ends) else None,
        )
        for row in rows
    ]


def _told(row: Row, begins: datetime, ends: datetime) -> bool:
    return row.low_ms is not None and begins <= row.made_at < ends


def _keep(tx: Tx, day: date, queue: str, outcomes: Mapping[Method, Outcome]) -> None:
    where = (back_tests.c.day == day.isoformat(), back_tests.c.queue == queue)
    tx.execute(sa.delete(back_tests).where(*where))
    for method, outcome in outcomes.items():
        within = None if outcome.coverage is None else round(outcome.coverage * outcome.count)
        values = {"waits": outcome.count, "within": within, "bias_ms": outcome.bias_ms, "off_ms": outcome.off_ms}
        tx.insert(back_tests, day=day.isoformat(), queue=queue, method=method.value, **values)


_LAST = sa.select(sa.func.max(back_tests.c.day).label("day"))
_QUEUES = (
    sa.select(estimates.c.queue)
    .where(
        estimates.c.made_at >= sa.bindparam("begins"),
        estimates.c.made_at < sa.bindparam("ends"),
        estimates.c.low_ms.is_not(None),
    )
    .distinct()
    .order_by(estimates.c.queue)
)
_ANSWERED = (
    sa.select(segments.c.from_at, segments.c.to_at, interactions.c.channel)
    .add_columns(estimates.c.made_at, estimates.c.low_ms, estimates.c.high_ms)
    .join(interactions, interactions.c.id == segments.c.interaction_id)
    .outerjoin(estimates, estimates.c.segment_id == segments.c.id)
    .where(
        segments.c.kind == "queue",
        segments.c.queue == sa.bindparam("queue"),
        segments.c.outcome == "answered",
        segments.c.from_at >= sa.bindparam("since"),
        segments.c.from_at < sa.bindparam("ends"),
    )
)
_TESTED = (
    sa.select(back_tests, queues.c.name)
    .outerjoin(queues, queues.c.key == back_tests.c.queue)
    .where(back_tests.c.day >= sa.bindparam("since"))
    .order_by(back_tests.c.day.desc(), queues.c.name, back_tests.c.queue, back_tests.c.method)
)
