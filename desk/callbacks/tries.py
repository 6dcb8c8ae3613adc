"""desk/callbacks/tries.py: how often a number was rung in vain lately, for whichever call-back: before when it rests.

However a call-back is booked, cancelled and booked anew, for whom and in which queue: a number is rung no sooner
than a gap after it was rung in vain, or after a call began that rings it still; and once it was rung in vain as often
as the queue says, not for a day. Who was reached is counted anew. The customers themselves end the gap, by leaving
the line once more on that number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.callbacks.rules import terms_of
from desk.contacts.attempts import AWAITED, UNREACHABLE, CustomerLeg
from desk.kernel.transaction import Row, Rx
from desk.tables import calls, interactions

#: A number that was rung in vain as often as may be rests for so long.
REST = timedelta(days=1)
#: While its customer talks with us a number is looked at again after so long.
TALK = timedelta(minutes=5)
#: A call of which no end is known is over by then.
_LONGEST = timedelta(hours=4)
#: How the call of a caller ended who left the line.
LEFT_THE_LINE = "callback"
#: So many calls with a number are looked at: more than a queue may try within a rest.
_READ = 60


@dataclass(frozen=True, kw_only=True)
class Tries:
    """When a number was rung in vain since it was reached, the latest first; whether its customer has asked since.

    `rings_since`: when the latest call began that has neither reached them nor ended.
    """

    at: tuple[datetime, ...]
    rings_since: datetime | None
    asked_since: bool

    @property
    def latest(self) -> datetime | None:
        """When the number was tried last, as far as is known."""
        known = [*self.at[:1], *([self.rings_since] if self.rings_since else [])]
        return max(known, default=None)

    def by(self, now: datetime) -> int:
        """How many of them count at `now`."""
        return sum(tried > now - REST for tried in self.at)


def tries_of(rx: Rx, number: str) -> Tries:
    """The attempts at a number for any call-back: those in vain, and the one that is being made."""
    made = rx.all(_CALLS_TO, number=number)
    began = max((call.arrived_at for call in made if _rings(call)), default=None)
    tries = Tries(at=tuple(_in_vain(made)), rings_since=began, asked_since=False)
    if tries.latest is None:
        return tries
    (asked,) = rx.all(_ASKED, number=number)
    return replace(tries, asked_since=asked.at is not None and asked.at > tries.latest)


def used_up(rx: Rx, number: str, queue: str) -> bool:
    """Whether a number was rung in vain as often as it may be for now."""
    return tries_of(rx, number).by(rx.now) >= terms_of(rx, queue).attempts


def rests_until(rx: Rx, number: str, queue: str) -> datetime:
    """Before when nobody rings a number for a queue; now, if it does not rest."""
    tries, terms = tries_of(rx, number), terms_of(rx, queue)
    if tries.latest is None:
        return rx.now
    if tries.by(rx.now) >= terms.attempts:
        return max(rx.now, tries.at[0] + max(REST, terms.gap))
    return rx.now if tries.asked_since else max(rx.now, tries.latest + terms.gap)


def talks_with_us(rx: Rx, number: str) -> bool:
    """Whether whoever has this number is on the line with an agent, by a call that we made."""
    return any(
        call.customer_leg == CustomerLeg.TALKING and call.ended_at is None and call.arrived_at > rx.now - _LONGEST
        for call in rx.all(_CALLS_TO, number=number)
    )


def _rings(call: Row) -> bool:
    """Whether this call is on its way to a customer, or keeps one waiting for an agent."""
    return call.ended_at is None and (call.customer_leg in AWAITED or call.customer_leg == CustomerLeg.WAITING)


def _in_vain(rows: Sequence[Row]) -> Iterator[datetime]:
    """When each of the calls since the latest that reached somebody ended."""
    for call in rows:
        if call.customer_leg == CustomerLeg.TALKING:
            return
        if call.customer_leg == CustomerLeg.OVER and call.ended_at is not None and call.ended_by != UNREACHABLE:
            yield call.ended_at


_WITH = interactions.join(calls, calls.c.id == interactions.c.id)
_CALLS_TO = (
    sa.select(calls.c.customer_leg, calls.c.ended_at, calls.c.ended_by, interactions.c.arrived_at)
    .select_from(_WITH)
    .where(
        interactions.c.reply_to == sa.bindparam("number"),
        interactions.c.direction == "out",
        calls.c.callback_id.is_not(None),
    )
    .order_by(interactions.c.arrived_at.desc(), interactions.c.id.desc())
    .limit(_READ)
)
_ASKED = (
    sa.select(sa.func.max(calls.c.ended_at, type_=calls.c.ended_at.type).label("at"))
    .select_from(_WITH)
    .where(
        interactions.c.reply_to == sa.bindparam("number"),
        interactions.c.direction == "in",
        calls.c.ended_by == LEFT_THE_LINE,
    )
)
