"""desk/floor/estimates.py: what was expected of a stay in a queue, and how often that came true.

The router's process writes an estimate down once for each stay that lasts longer than a moment, whoever is
told it; what came of it is in the stay itself. The figure is `routing/estimates.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from desk.floor.lookout import Lookout
from desk.floor.waiting import standings
from desk.kernel.transaction import Rx, Tx
from desk.tables import estimates, segments, to_ms, work_items
from routing.estimates import Record, Wait, record

#: Who is offered to an agent sooner has not waited.
A_MOMENT = timedelta(seconds=1)
#: The past of which the record speaks.
LATELY = timedelta(hours=24)
#: Stays that are looked at in one go, and that make a record.
MOST_AT_ONCE, MOST_KNOWN = 200, 500

_NEW = (
    sa.select(segments.c.id, segments.c.interaction_id, segments.c.queue)
    .join(work_items, work_items.c.id == segments.c.interaction_id)
    .outerjoin(estimates, estimates.c.segment_id == segments.c.id)
    .where(
        segments.c.kind == "queue",
        segments.c.to_at.is_(None),
        segments.c.from_at <= sa.bindparam("before"),
        work_items.c.state == "waiting",
        estimates.c.segment_id.is_(None),
    )
    .order_by(segments.c.id)
    .limit(MOST_AT_ONCE)
)
_KNOWN = (
    sa.select(estimates.c.low_ms, estimates.c.high_ms, estimates.c.made_at, segments.c.to_at)
    .join(segments, segments.c.id == estimates.c.segment_id)
    .where(
        estimates.c.queue == sa.bindparam("queue"),
        estimates.c.made_at >= sa.bindparam("since"),
        estimates.c.low_ms.is_not(None),
        segments.c.outcome == "answered",
    )
    .order_by(estimates.c.made_at.desc())
    .limit(MOST_KNOWN)
)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is expected of one stay; no wait where there is no basis."""

    segment_id: str
    queue: str
    position: int
    wait: Wait | None


def expected(rx: Rx, lookout: Lookout | None = None) -> list[Expected]:
    """Stays of which nothing is written down yet, with what is expected of them now."""
    new = rx.all(_NEW, before=rx.now - A_MOMENT)
    places = standings(rx, [row.interaction_id for row in new], lookout) if new else {}
    return [
        Expected(segment_id=row.id, queue=row.queue, position=place.position, wait=place.wait)
        for row in new
        if (place := places.get(row.interaction_id)) is not None
    ]


def remember(tx: Tx, found: Sequence[Expected]) -> None:
    """Writes down what is expected; a second time changes nothing."""
    for one in found:
        low, high = (one.wait.low_ms, one.wait.high_ms) if one.wait else (None, None)
        values = {"queue": one.queue, "made_at": tx.now, "position": one.position, "low_ms": low, "high_ms": high}
        tx.insert_if_new(estimates, segment_id=one.segment_id, **values)


def record_of(rx: Rx, queue: str) -> Record | None:
    """How the estimates of the last day came out in a queue; None where none has come out yet."""
    known = rx.all(_KNOWN, queue=queue, since=rx.now - LATELY)
    return record(
        (Wait(low_ms=row.low_ms, high_ms=row.high_ms), to_ms(row.to_at) - to_ms(row.made_at)) for row in known
    )
