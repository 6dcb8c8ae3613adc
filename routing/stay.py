"""routing/stay.py: somebody who waits in a replay: where, since when, and what is still to come of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from routing.model import Wanted, Work
from routing.offers import ESCALATED
from routing.recorded import Given, InVain, Rings, Silence, Visit

#: What began within this was at the same time, but for the time that it takes to decide and to write it down.
A_MOMENT_MS = 1000


def usual_moment_ms(visits: Iterable[Visit]) -> int:
    """How long it took from when somebody came until they were first offered, where that was a moment: three of four
    were offered within it. The median is less than what passes between a contact and the break that follows at once.
    """
    took_ms = sorted(visit.offered_ms[0] - visit.arrived_ms for visit in visits if visit.offered_ms)
    moments = [ms for ms in took_ms if 0 <= ms <= A_MOMENT_MS]
    return moments[-(-3 * len(moments) // 4) - 1] if moments else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """One stay in a queue.

    `whole` is what the recording says of the wait as a whole, in this queue and in one to which overflow took it:
    how it ended, what work it was, which offers were in vain. At `gone_ms` the customer has had enough. `declines`
    offers have been in vain; when they are as many as `allowed`, it is more urgent. `offered_ms` are the instants at
    which the offers that are still to come began in the recording.
    """

    visit: Visit
    whole: Visit
    work: Work
    since_ms: int
    gone_ms: int | None = None
    in_vain: tuple[InVain, ...] = ()
    offered_ms: tuple[int, ...] = ()
    declines: int = 0

    @property
    def id(self) -> str:
        """The visit's."""
        return self.visit.id

    def made_ms(self, now_ms: int, usual_ms: int) -> int:
        """When an offer that is decided now is made: when it began in the recording, if that was a moment later, else
        after as long as is usual."""
        began_ms = self.offered_ms[0] if self.offered_ms else now_ms
        return began_ms if now_ms < began_ms <= now_ms + A_MOMENT_MS else now_ms + usual_ms

    def rings_until_ms(self, now_ms: int) -> int:
        """When an offer that begins now ends: after as long as then.

        An offer takes a moment from when it is possible until it is made. If it began about now in the recording, it
        ends when it did: what ended it (its agent went away, or let it ring out) happens at that instant too, and not a
        moment after its next offer.
        """
        ring_ms = self.in_vain[0].ring_ms if self.in_vain else self.whole.ring_ms
        began_ms = self.offered_ms[0] if self.offered_ms else now_ms
        return max(now_ms, (began_ms if abs(began_ms - now_ms) <= A_MOMENT_MS else now_ms) + ring_ms)

    def stretches(self) -> tuple[int, list[tuple[Silence, int]]]:
        """How long it is worked on at first, and then its silences, and how long it is worked on after each."""
        worked_ms = [*(silence.after_ms for silence in self.whole.silences), self.whole.handle_ms]
        after = [later - sooner for sooner, later in pairwise(worked_ms)]
        return worked_ms[0], list(zip(self.whole.silences, after, strict=True))

    def taken_by(self, rings: Rings) -> str:
        """Who takes it: of a round who did then, if it rings at them; else the one who was asked first."""
        return self.whole.agent_id if self.whole.agent_id in rings.agent_ids else rings.agent_ids[0]

    def after_an_offer(self, rings: Rings, away_until_ms: int, allowed: int | None) -> Self:
        """The first offer that was to be in vain has been; who said no is not asked until then: of a round who did
        then, if it rang at them; else the one who was asked first."""
        offer, declines = self.in_vain[0], self.declines + self.in_vain[0].counts
        said_no = offer.by.intersection(rings.agent_ids) or {rings.agent_ids[0]}
        away = dict.fromkeys(said_no, away_until_ms) if offer.declined else {}
        gained = ESCALATED if offer.counts and declines == allowed else 0
        work = replace(self.work, excluded={**self.work.excluded, **away}, priority=self.work.priority + gained)
        return replace(self, in_vain=self.in_vain[1:], offered_ms=self.offered_ms[1:], declines=declines, work=work)

    def given(self, given: Given, now_ms: int) -> Self:
        """It is given to somebody by name, who is asked though they have declined it."""
        work = replace(
            self.work,
            wanted_agent_id=given.agent_id,
            wanted_until_ms=now_ms + given.kept_ms,
            wanted_as=Wanted.NAMED.value,
            excluded={},
        )
        return replace(self, work=work)

    def stopped_ringing(self) -> Self:
        """What rang has been taken back, as it may have been then."""
        was_to_be = bool(self.in_vain) and not self.in_vain[0].counts
        return replace(self, in_vain=self.in_vain[1:], offered_ms=self.offered_ms[1:]) if was_to_be else self

    def followed_by(self, visit: Visit, agent_id: str) -> Visit:
        """What comes after it, if this agent had it: as urgent as it has become, and kept for the one who had it last,
        or from the one who passed it on, whoever it was in the recording."""
        work, had = visit.work, self.whole.agent_id
        excluded = {agent_id if id == had else id: until_ms for id, until_ms in work.excluded.items()}
        for_whom = agent_id if work.wanted_as == Wanted.LAST and work.wanted_agent_id == had else work.wanted_agent_id
        work = replace(work, priority=self.work.priority, excluded=excluded, wanted_agent_id=for_whom)
        return replace(visit, work=work)

    def elsewhere(self, queue: str, now_ms: int, recorded: Visit | None, *, counts: bool) -> Self:
        """The stay in another queue, with its place: the one that the recording has, if it has it there."""
        id = recorded.id if recorded is not None and recorded.work.queue == queue else f"{self.id}>{queue}"
        # Who has just declined it is not asked there either.
        work = replace(self.work, id=id, queue=queue, wanted_agent_id=None, wanted_until_ms=None, wanted_as="")
        visit = replace(self.whole, work=work, arrived_ms=now_ms, counts=counts, helped=True, after=self.id, given=())
        return replace(self, visit=visit, work=work, since_ms=now_ms)
