"""desk/calls/missed_ends.py: calls that ended while nobody heard it: which may have, and how their ends are made good.

What a carrier tells of a leg's end is lost if we, or our database, were away. The legs of calls that go on here are
therefore held against what the carrier says of them (`desk/call_watch.py`). An end that was missed is taken down by
the use case that the carrier's own word would have met, as of the instant at which it was; so a late word about it
changes nothing, and nothing ever ends because nobody said anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from channels.protocol import LegEnd
from desk.calls import agent_legs, calls, customer_legs
from desk.contacts.attempts import CustomerLeg
from desk.contacts.interactions import IN_HAND, VOICE, WAITING
from desk.kernel.cluster import check
from desk.kernel.transaction import Rx, Tx
from desk.tables import calls as calls_table
from desk.tables import interactions, segments
from desk.work import stays


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """A call that goes on, as far as we know, and its legs. `dialled`: we rang the customer."""

    id: str
    customer_leg: str | None
    agent_leg: str | None
    dialled: bool

    @property
    def legs(self) -> frozenset[str]:
        """Those that we know."""
        return frozenset(leg for leg in (self.customer_leg, self.agent_leg) if leg)


def open_calls(rx: Rx, quiet_for: timedelta) -> list[OpenCall]:
    """The calls that go on and have been where they are for at least so long: in a menu, a queue, an agent's hands."""
    return [
        OpenCall(
            id=row.id,
            customer_leg=row.carrier_id,
            agent_leg=row.agent_leg_id,
            dialled=row.customer_leg != CustomerLeg.THEIRS,
        )
        for row in rx.all(_OPEN, since=rx.now - quiet_for)
    ]


def make_good(tx: Tx, call: OpenCall, ends: Mapping[str, LegEnd], lease: str, epoch: int) -> None:
    """Legs of this call have ended, as the carrier says. Whoever went first has ended the call.

    A customer takes their agent along, and the carrier tells seconds: of two legs that ended in the same one the
    customer's was the first.

    Raises:
        Stale: the lease has gone to another process.
    """
    check(tx, lease, epoch)
    in_order = sorted(ends, key=lambda leg: (ends[leg].at or tx.now, leg == call.agent_leg))
    for leg in in_order:
        end = ends[leg]
        at = stays.within_stay(tx, call.id, end.at) if end.at else None
        _leg_is_over(tx, call, leg, end, at)


def _leg_is_over(tx: Tx, call: OpenCall, leg: str, end: LegEnd, at: datetime | None) -> None:
    if leg == call.agent_leg:
        agent_legs.changed(tx, call_id=call.id, leg=leg, state=end.state, at=at)
    elif call.dialled:
        customer_legs.customer_leg_changed(tx, call_id=call.id, leg=leg, state=end.state, at=at)
    else:
        calls.caller_left(tx, carrier_id=leg, at=at)


_LEGS = (calls_table.c.carrier_id, calls_table.c.agent_leg_id)
_OPEN = (
    sa.select(calls_table.c.id, calls_table.c.customer_leg, *_LEGS)
    .join(interactions, interactions.c.id == calls_table.c.id)
    .join(segments, segments.c.interaction_id == calls_table.c.id)
    .where(
        interactions.c.state.in_(("self_service", *WAITING, *IN_HAND)),
        interactions.c.channel == VOICE,
        calls_table.c.ended_at.is_(None),
        sa.or_(*(leg.is_not(None) for leg in _LEGS)),
        segments.c.to_at.is_(None),
        segments.c.from_at <= sa.bindparam("since"),
    )
    .order_by(segments.c.from_at, calls_table.c.id)
)
