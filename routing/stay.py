"""routing/stay.py: somebody who waits in a replay: where, since when, and what is still to come of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from routing.model import Work
from routing.offers import ESCALATED
from routing.recorded import InVain, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """One stay in a queue.

    `whole` is what the recording says of the wait as a whole, in this queue and in one to which overflow took it:
    how it ended, what work it was, which offers were in vain. At `gone_ms` the customer has had enough. `declines`
    offers have been in vain; when they are as many as `allowed`, it is more urgent.
    """

    visit: Visit
    whole: Visit
    work: Work
    since_ms: int
    gone_ms: int | None = None
    in_vain: tuple[InVain, ...] = ()
    declines: int = 0

    @property
    def id(self) -> str:
        """The visit's."""
        return self.visit.id

    def after_an_offer(self, agent_ids: Iterable[str], away_until_ms: int, allowed: int | None) -> Self:
        """The first offer that was to be in vain has been; who said no is not asked until then."""
        offer, declines = self.in_vain[0], self.declines + self.in_vain[0].counts
        away = dict.fromkeys(agent_ids, away_until_ms) if offer.declined else {}
        gained = ESCALATED if offer.counts and declines == allowed else 0
        work = replace(self.work, excluded={**self.work.excluded, **away}, priority=self.work.priority + gained)
        return replace(self, in_vain=self.in_vain[1:], declines=declines, work=work)

    def elsewhere(self, queue: str, now_ms: int, recorded: Visit | None, *, counts: bool) -> Self:
        """The stay in another queue, with its place: the one that the recording has, if it has it there."""
        id = recorded.id if recorded is not None and recorded.work.queue == queue else f"{self.id}>{queue}"
        work = replace(self.work, id=id, queue=queue, excluded={}, wanted_agent_id=None, wanted_until_ms=None)
        visit = replace(self.whole, work=work, arrived_ms=now_ms, counts=counts, helped=True, after=self.id)
        return replace(self, visit=visit, work=work, since_ms=now_ms)
