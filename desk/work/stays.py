"""desk/work/stays.py: the stays of a contact in one place after another: in a queue, in an agent's hands, on hold.

One begins as the one before it ends; how long they were is what every figure of waiting and handling counts.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.transaction import Tx
from desk.tables import segments, to_ms
from desk.work.long_stays import over_within_at

MILLISECOND = timedelta(milliseconds=1)
_GOING_ON = (segments.c.interaction_id == sa.bindparam("of"), segments.c.to_at.is_(None))
#: The same instant, in milliseconds: it is said often, and is made of an instant once.
_AT_MS = sa.bindparam("at_ms", type_=sa.BigInteger)
_END_SEGMENT = (
    sa.update(segments)
    .where(*_GOING_ON)
    .values(to_at=sa.bindparam("at"), outcome=sa.bindparam("how"), within_h=over_within_at(_AT_MS))
)
_SINCE = sa.select(segments.c.from_at).where(*_GOING_ON)
_END_AND_TELL = _END_SEGMENT.returning(segments.c.kind, segments.c.from_at)


def start(
    tx: Tx,
    interaction_id: str,
    kind: str,
    *,
    queue: str = "",
    agent_id: str | None = None,
    entry: str = "",
    at: datetime | None = None,
) -> None:
    """A stay in one place begins, now if nothing else is said."""
    values = {"interaction_id": interaction_id, "kind": kind, "queue": queue, "agent_id": agent_id, "entry": entry}
    tx.insert(segments, id=tx.new_id(), from_at=at or tx.now, to_at=None, outcome="", **values)


def end(tx: Tx, interaction_id: str, *, outcome: str = "", at: datetime | None = None) -> None:
    """The stay that is going on ends, now if nothing else is said."""
    at = at or tx.now
    tx.change(_END_SEGMENT, of=interaction_id, at=at, at_ms=to_ms(at), how=outcome)


def end_wait(tx: Tx, interaction_id: str, *, outcome: str, at: datetime | None = None) -> int:
    """The stay in a queue ends: how many milliseconds it has lasted. 0 outside one, which ends as well."""
    at = at or tx.now
    ended = tx.all(_END_AND_TELL, of=interaction_id, at=at, at_ms=to_ms(at), how=outcome)
    return max((max(0, (at - stay.from_at) // MILLISECOND) for stay in ended if stay.kind == "queue"), default=0)


def within_stay(tx: Tx, interaction_id: str, at: datetime) -> datetime:
    """`at`, or whichever instant is nearest to it of the stay that is going on."""
    begun: list[datetime] = [row.from_at for row in tx.all(_SINCE, of=interaction_id)]
    return min(tx.now, max([at, *begun]))
