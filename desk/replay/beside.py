"""desk/replay/beside.py: what agents did beside contacts while a recording lasts: work in hand, and what rang of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from desk.kernel.events import Logged, WorkItemChanged
from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from desk.replay import people
from desk.replay.contacts import batches
from desk.tables import offers, to_ms, work_items
from routing.recorded import Held, Rung


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Work that was no contact: when agents had it in hand, and when it rang at them."""

    held: tuple[Held, ...]
    rung: tuple[Rung, ...]


def beside(rx: Rx, logged: Sequence[Logged], begins: datetime, until: datetime, *, seen_ms: int) -> Beside:
    """What the log and the offers say of it."""
    ids = sorted({entry.event.id for entry in logged if isinstance(entry.event, WorkItemChanged)})
    channels = {row.id: row.channel for batch in batches(ids) for row in rx.all(_CHANNELS, ids=batch)}
    begins_ms = to_ms(begins)
    return Beside(
        held=tuple(people.other_work(logged, channels, begins_ms=begins_ms, seen_ms=seen_ms)),
        rung=tuple(
            Rung(
                agent_id=row.agent_id,
                channel=row.channel,
                from_ms=to_ms(row.made_at),
                until_ms=to_ms(row.ended_at) if row.ended_at else seen_ms,
                taken=row.outcome == "accepted",
            )
            for row in rx.all(_RANG, begins=begins, until=until)
        ),
    )


_CHANNELS = sa.select(work_items.c.id, work_items.c.channel).where(among(work_items.c.id))
_RANG = (
    sa.select(offers.c.agent_id, offers.c.made_at, offers.c.ended_at, offers.c.outcome, work_items.c.channel)
    .join(work_items, work_items.c.id == offers.c.work_item_id)
    .where(
        work_items.c.interaction_id.is_(None),
        offers.c.made_at <= sa.bindparam("until"),
        sa.or_(offers.c.ended_at.is_(None), offers.c.ended_at >= sa.bindparam("begins")),
    )
    .order_by(offers.c.made_at, offers.c.id)
)
