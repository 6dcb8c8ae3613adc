"""routing/simulation.py: a floor in virtual time, routed by the engine of production.

Time jumps from one instant at which something happens to the next. At one instant agents come,
leave and free themselves first, then callers hang up, then contacts arrive; each time the engine
is told and asked, and nothing here chooses. Offers are accepted at once.

    play(scenario, chances=…) → Result
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from routing.crew import Member, Times, members
from routing.engine import Engine
from routing.in_hand import Hand
from routing.model import Decision, Work
from routing.preferred import Preferred
from routing.scenario import Scenario
from routing.tally import AgentFigures, Figures, Tally, agent_figures, figures
from routing.traffic import Chances, Contact, Known, arrivals

#: Is told of each contact that leaves its queue: the contact, when, and whether it was answered.
Watch = Callable[[Contact, int, bool], None]
#: Is told now and then which share of the time has been played, in the end 1.
Progress = Callable[[float], None]
#: So many instants are played between.
_TOLD_EVERY = 1024


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures by queue, of all queues, and of the agents; how often the engine decided; and how
    many contacts each agent took in all, in the order of the file. `wanted` came while an agent was wanted who was
    there, `had` of them to that one."""

    queues: dict[str, Figures]
    all: Figures
    agents: AgentFigures
    decisions: int
    taken: tuple[int, ...]
    wanted: int = 0
    had: int = 0


def play(
    scenario: Scenario, *, chances: Chances, watch: Watch | None = None, progress: Progress | None = None
) -> Result:
    """Plays a scenario to its end. The same chances give the same result."""
    return _Floor(scenario, chances, watch).play(progress)


class _Floor:
    def __init__(self, scenario: Scenario, chances: Chances, watch: Watch | None) -> None:
        self._scenario = scenario
        self._watch = watch
        self._engine = Engine()
        self._engine.set_rules(scenario.rules)
        self._tallies = {policy.key: Tally(policy.target_ms) for policy in scenario.rules.queues}
        self._times = Times()
        self._crew = {member.id: member for member in members(scenario, self._times)}
        self._shifts = [(member.group.from_ms, member.id, True) for member in self._crew.values()]
        # Who is there at the horizon stays until everybody has been served or has left.
        leaving = ((m.group.until_ms, m.id) for m in self._crew.values() if m.group.until_ms is not None)
        self._shifts += [(until_ms, id, False) for until_ms, id in leaving if until_ms < scenario.horizon_ms]
        heapify(self._shifts)
        self._coming = arrivals(scenario.traffic, horizon_ms=scenario.horizon_ms, chances=chances)
        self._next = next(self._coming, None)
        self._preferred = Preferred(self._crew.values(), scenario.rules, since_ms=scenario.warmup_ms)
        self._wanted: dict[str, str] = {}  # by the work that waits
        self._waiting: dict[str, Contact] = {}
        self._new: list[str] = []  # arrived at this instant
        self._hang_ups: list[tuple[int, str]] = []
        # When something will be done; the first number settles equal instants, the second is its parkings.
        self._ends: list[tuple[int, int, str, Hand, int]] = []
        self._arrived = self._ending = self._decisions = 0

    def play(self, progress: Progress | None) -> Result:
        passed, now_ms = 0, self._next_instant()
        while now_ms is not None:
            self._pass(now_ms)
            passed += 1
            if progress is not None and passed % _TOLD_EVERY == 0:
                progress(min(0.99, now_ms / self._scenario.horizon_ms))  # what waits then is played out
            now_ms = self._next_instant()
        if progress is not None:
            progress(1)
        return self._result()

    def _result(self) -> Result:
        for member in self._crew.values():
            member.close(self._scenario.horizon_ms)
        tallies = list(self._tallies.values())
        return Result(
            queues={key: figures([tally]) for key, tally in self._tallies.items()},
            all=figures(tallies),
            agents=agent_figures(
                busy_ms=self._times.busy_ms,
                idle_ms=[member.idle_ms for member in self._crew.values() if member.session_ms],
                gap_ms=self._times.gap_ms,
                gaps=self._times.gaps,
            ),
            decisions=self._decisions,
            taken=tuple(member.taken for member in self._crew.values()),
            wanted=self._preferred.wanted,
            had=self._preferred.had,
        )

    def _next_instant(self) -> int | None:
        instants = [heap[0][0] for heap in (self._ends, self._hang_ups, self._shifts) if heap]
        if self._next is not None:
            instants.append(self._next.arrived_ms)
        timer = self._engine.next_timer_ms()
        if timer is not None:
            instants.append(timer)
        return min(instants, default=None)

    def _pass(self, now_ms: int) -> None:
        """One instant; what takes no time at all makes the same instant come again."""
        self._come_and_go(now_ms)
        self._free(now_ms)
        self._decide(now_ms)
        if self._ends and self._ends[0][0] <= now_ms:
            return
        self._hang_up(now_ms)
        self._arrive(now_ms)
        if self._new:
            self._decide(now_ms)
            self._wait(now_ms)

    def _come_and_go(self, now_ms: int) -> None:
        while self._shifts and self._shifts[0][0] <= now_ms:
            _, member_id, comes = heappop(self._shifts)
            member = self._crew[member_id]
            if comes:
                member.come(now_ms)
            else:
                member.go(now_ms)
            self._engine.put_agent(member.view())

    def _free(self, now_ms: int) -> None:
        while self._ends and self._ends[0][0] <= now_ms:
            _, _, member_id, hand, parkings = heappop(self._ends)
            if hand.parkings != parkings:
                continue  # it was parked meanwhile
            member = self._crew[member_id]
            for going_on in member.let_go(hand, now_ms):
                self._end_later(member, going_on)
            self._engine.put_agent(member.view())

    def _hang_up(self, now_ms: int) -> None:
        while self._hang_ups and self._hang_ups[0][0] <= now_ms:
            _, work_id = heappop(self._hang_ups)
            contact = self._waiting.pop(work_id, None)
            if contact is not None:
                self._wanted.pop(work_id, None)
                self._engine.drop_work(work_id)
                self._leaves(contact, now_ms, answered=False)

    def _arrive(self, now_ms: int) -> None:
        while self._next is not None and self._next.arrived_ms <= now_ms:
            contact, self._next = self._next, next(self._coming, None)
            self._arrived += 1
            work_id = f"{self._arrived:012d}"
            self._waiting[work_id] = contact
            if contact.arrived_ms >= self._scenario.warmup_ms:
                self._tallies[contact.line.queue].offered += 1
            work = _work(work_id, contact)
            if (preferred := self._preferred.of(contact)) is not None:
                work = self._for_whom(work, *preferred)
            self._engine.put_work(work)
            self._new.append(work_id)

    def _for_whom(self, work: Work, member: Member, known: Known) -> Work:
        """Work that is kept for one who knows the customer."""
        self._wanted[work.id] = member.id
        until_ms = work.placed_ms + known.kept_ms
        return replace(work, wanted_agent_id=member.id, wanted_until_ms=until_ms, wanted_as=known.wanted_as)

    def _wait(self, now_ms: int) -> None:
        """Who was not answered on arrival may hang up some time."""
        for work_id in self._new:
            contact = self._waiting.get(work_id)
            if contact is not None and contact.patience_ms is not None:
                heappush(self._hang_ups, (now_ms + contact.patience_ms, work_id))
        self._new.clear()

    def _decide(self, now_ms: int) -> None:
        """Until nothing more fits: who accepts may have room for another at once. Nobody waits: nothing to ask."""
        while self._waiting and (decisions := self._engine.decide(now_ms)):
            self._decisions += len(decisions)
            for decision in decisions:
                self._accept(decision, now_ms)

    def _accept(self, decision: Decision, now_ms: int) -> None:
        contact = self._waiting.pop(decision.work_id)
        member = self._crew[decision.agent_id]
        if self._wanted.pop(decision.work_id, None) == member.id:
            self._preferred.took(contact)
        if decision.interrupts:
            member.park(contact.line.channel, now_ms)
        hand = Hand(channel=contact.line.channel, placed_ms=contact.arrived_ms, ends_ms=now_ms + contact.handle_ms)
        member.take(hand, now_ms)
        self._end_later(member, hand)
        self._engine.put_agent(member.view())
        for other in decision.also:
            self._engine.put_agent(self._crew[other].view())
        self._leaves(contact, now_ms, answered=True)

    def _end_later(self, member: Member, hand: Hand) -> None:
        self._ending += 1
        heappush(self._ends, (hand.ends_ms, self._ending, member.id, hand, hand.parkings))

    def _leaves(self, contact: Contact, now_ms: int, *, answered: bool) -> None:
        if self._watch is not None:
            self._watch(contact, now_ms, answered)
        if contact.arrived_ms < self._scenario.warmup_ms:
            return
        tally = self._tallies[contact.line.queue]
        (tally.answer if answered else tally.abandon)(now_ms - contact.arrived_ms)


def _work(work_id: str, contact: Contact) -> Work:
    line = contact.line
    return Work(
        id=work_id,
        kind=line.kind,
        channel=line.channel,
        queue=line.queue,
        priority=line.priority,
        placed_ms=contact.arrived_ms,
        due_ms=None if line.due_in_ms is None else contact.arrived_ms + line.due_in_ms,
        tier=line.tier,
    )
