"""routing/offers.py: the life of an offer.

    offered ──accept──▶ accepted
       ├────decline───▶ declined   ─┐
       ├────no answer─▶ timed_out   ├─ the item goes back with its place
       └────withdraw──▶ withdrawn  ─┘

An offer ends once. What ends it first wins; later words about it are `Stale`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from routing.errors import Stale

#: For so long an item stays away from an agent who declined it; else it would come back at once.
DECLINED_REST = timedelta(seconds=60)
#: What an item that keeps being declined gains, in points of priority.
ESCALATED = 10


class Outcome(StrEnum):
    ACCEPTED = "accepted"  #: the agent took it
    DECLINED = "declined"  #: the agent said no
    TIMED_OUT = "timed_out"  #: nobody said anything; the agent becomes not ready
    WITHDRAWN = "withdrawn"  #: the customer left, or the agent has gone


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A work item shown to one agent, who may take it or not."""

    id: str
    item_id: str
    agent_id: str
    made_at: datetime
    answer_within: timedelta
    outcome: Outcome | None = None

    @property
    def expires_at(self) -> datetime:
        return self.made_at + self.answer_within


def end(offer: Offer, outcome: Outcome, *, now: datetime) -> Offer:
    """Ends an offer.

    Accepting at or after `expires_at` is too late even if the timer has not run yet:
    two clocks must not give one item to two agents.

    Raises:
        Stale: the offer has ended already, or the acceptance came too late.
    """
    if offer.outcome is not None:
        raise Stale(offer.id)
    if outcome is Outcome.ACCEPTED and now >= offer.expires_at:
        raise Stale(offer.id)
    return replace(offer, outcome=outcome)
