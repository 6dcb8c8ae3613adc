"""routing/engine.py: who gets which work, now.

The engine is told the truth (rules, work that waits, agents) and answers with decisions. A
decision reserves: the item leaves the queue and its agents count as ringing, until the engine is
told what became of it. Telling it again what it knows changes nothing.

**The rule of the decision.** Of all pairs (item, agent) that fit, the one with the least key is
decided, and this is repeated until none fits. The key is, first to last:

1. the agent's priority for the item's queue; guests whom a ring lets in come after all who serve
   the queue themselves; the agent who is wanted counts as priority 1;
2. the item's place (`routing/order.py`): a place never moves, so who comes back stands as before;
3. the wanted agent before all others, whenever free;
4. who has room before who must be interrupted;
5. the agent's rank by the strategy of the queue (`routing/strategy.py`).

A pair fits when the agent is available, has no offer, serves the queue (or is let in), has the
levels that the ring reached asks for, has room by `routing/capacity.py`, and the item is neither
away from this agent nor kept for another. A wanted agent is waited for until `wanted_until_ms`
while signed in and not declining; one who signs in again within that time is waited for again,
one who signs in later takes no item back from others. With the strategy `ring_all` all who fit
as the first does (with room, or by interrupting) are asked at once, ten at most.

The engine depends on what is true, never on how it became true, so one rebuilt from the database
decides like the one that it replaces.
"""

from collections.abc import Sequence

from routing.choice import first, interrupts
from routing.facts import Fact, has_level
from routing.model import AgentView, Decision, Rules, Strategy, Waiting, Work
from routing.needs import Levels, Need, Stages, kept_for, need_of, next_change_ms, next_ring_ms
from routing.places import place
from routing.roster import Roster, Seat
from routing.search import Search
from routing.standing import REMEMBERED, Standings
from routing.waiting import Group, Item, WaitingRoom
from routing.why import BEST, explain, narrow, rule, without_rules

#: A gate is worth its file when at most one in so many of those at the door can open it.
RARE = 8

#: So many ring at once, at most.
ROUND = 10


class Engine:
    """The router of one deployment, in memory."""

    def __init__(self) -> None:
        self._rules = Rules(queues=())
        self._stages: dict[str, Stages] = {}
        self._roster = Roster()
        self._standings = Standings(self._roster)
        self._room = WaitingRoom(self._gate)
        self._gates: dict[tuple[Levels, Fact], Fact] = {}  # as of a version of the roster
        self._gated_at = 0
        self._wanting: dict[str, dict[str, None]] = {}  # agent -> items kept for that agent
        self._now_ms = 0

    def set_rules(self, rules: Rules) -> None:
        """Replaces the rules, also for those who wait already.

        Work in a queue without rules keeps its place and is offered when rules come.
        """
        if rules == self._rules:
            return
        self._rules = rules
        self._stages = {policy.key: Stages(policy) for policy in rules.queues}
        self._roster.set_rules(rules.limits, [policy.strategy for policy in rules.queues])
        waiting = self._room.items()
        self._room = WaitingRoom(self._gate)
        for item in waiting:
            self._add(item.work)

    def put_work(self, work: Work) -> None:
        """This item waits, as told; a reserved one is back in its place."""
        item = self._room.get(work.id)
        if item is None or item.work != work:
            self._remove(work.id)
            self._add(work)

    def drop_work(self, work_id: str) -> None:
        """This item does not wait (any more)."""
        self._remove(work_id)

    def put_agent(self, view: AgentView) -> None:
        """This is what is true of the agent now."""
        self._after_agent(view.id, came_or_went=self._roster.put(view))

    def drop_agent(self, agent_id: str) -> None:
        """There is no such agent (any more)."""
        self._roster.drop(agent_id)
        self._after_agent(agent_id, came_or_went=True)

    def decide(self, now_ms: int) -> list[Decision]:
        """Every decision that is possible now, the least key first; each reserves item and agents.

        Time does not run backwards: an instant before the latest one seen counts as that one.
        """
        self._now_ms = max(self._now_ms, now_ms)
        for work_id in self._room.due(self._now_ms):
            self._regroup(self._room.get(work_id))
        search = Search(self._roster, self._room, self._candidates)
        decisions = [self._decide(group, seats) for group, seats in search.pairs()]
        self._room.settle()
        self._roster.settle()
        self._roster.changed.clear()
        return decisions

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1; None if it does not wait."""
        return self._room.position(work_id)

    def waiting(self, queue: str) -> int:
        """How many wait in the queue; those being offered do not."""
        return self._room.count(queue)

    def longest_wait_ms(self, queue: str, now_ms: int) -> int:
        """How long the one who waits longest has waited; 0 for an empty queue."""
        earliest = self._room.earliest_ms(queue)
        return 0 if earliest is None else max(0, now_ms - earliest)

    def next_timer_ms(self) -> int | None:
        """When time alone may make a decision possible; ask `decide` again then."""
        return self._room.next_timer_ms()

    def why_waiting(self, work_id: str, now_ms: int) -> Waiting | None:
        """Why the item waits, as of an instant; None if it does not wait.

        The counts are those of a decision: after `decide` at the same instant nobody is left who
        could have it.
        """
        item, position = self._room.get(work_id), self._room.position(work_id)
        if item is None or position is None:
            return None
        now_ms = max(self._now_ms, now_ms)
        stages = self._stages.get(item.work.queue)
        if stages is None:
            return Waiting(work_id=work_id, rule="no_rules", position=position, excluded=without_rules(self._roster))
        need = self._need(item.work, stages, self._roster.delays(item.work.queue), now_ms)
        considered, excluded = narrow(self._roster, self._standings.of(need), need)
        return Waiting(
            work_id=work_id,
            rule=rule(need, stages.policy.strategy),
            position=position,
            ring=stages.reached(now_ms - item.work.placed_ms),
            next_ring_ms=next_ring_ms(item.work, stages, now_ms=now_ms),
            considered=considered,
            excluded=excluded,
        )

    def _candidates(self, group: Group) -> list[Seat]:
        """Who should be asked about the group's first item, in order; more than one rings only in a round."""
        ready = self._roster.ready(group.need.channel)
        if not ready:
            return []
        who = group.who
        if who is None or who.version != self._roster.version:
            who = group.who = self._standings.of(group.need)
        eligible = ready & who.qualified
        if not eligible:
            return []
        item = self._room.get(group.first[-1])
        assert item is not None, "what stands in a group waits"
        strategy = self._stages[group.need.queue].policy.strategy
        most = ROUND if strategy is Strategy.RING_ALL else BEST
        return first(self._roster, who, group.need, item.work, eligible, strategy, most)

    def _decide(self, group: Group, seats: list[Seat]) -> Decision:
        """Gives the group's first item to the first of `seats`, or to all who ring with that one."""
        need, who, stages = group.need, group.who, self._stages[group.need.queue]
        policy = stages.policy
        item = self._room.get(group.first[-1])
        assert item is not None, "what stands in a group waits"
        assert who is not None, "candidates were found for it"
        now_ms = self._now_ms
        ring = stages.reached(now_ms - item.work.placed_ms) if stages.after_ms else 0
        why = explain(self._roster, who, need, item.work, policy.strategy, seats, ring=ring, now_ms=now_ms)
        by_interrupting = self._roster.may_interrupt and interrupts(seats[0], need)
        asked = seats[:1]
        if policy.strategy is Strategy.RING_ALL:
            asked = [seat for seat in seats if interrupts(seat, need) == by_interrupting]
        self._remove(item.work.id)
        for seat in asked:
            self._roster.ring(seat)
        return Decision(
            work_id=item.work.id,
            agent_id=asked[0].view.id,
            offer_ms=policy.offer_ms,
            why=why,
            also=tuple([seat.view.id for seat in asked[1:]]),
            interrupts=by_interrupting,
        )

    def _add(self, work: Work) -> None:
        stages = self._stages.get(work.queue)
        item = self._room.add(work, place(work, stages.policy if stages else None, self._rules.ordering))
        self._regroup(item)
        wanted = kept_for(work, self._now_ms)
        if wanted is not None:
            self._wanting.setdefault(wanted, {})[work.id] = None

    def _remove(self, work_id: str) -> None:
        work = self._room.remove(work_id)
        if work is None or work.wanted_agent_id is None:
            return
        wanting = self._wanting.get(work.wanted_agent_id, {})
        wanting.pop(work_id, None)
        if not wanting:
            self._wanting.pop(work.wanted_agent_id, None)

    def _regroup(self, item: Item | None) -> None:
        """Time, rules or an agent may have changed who may have the item."""
        if item is None:
            return
        work = item.work
        stages = self._stages.get(work.queue)
        delays = self._roster.delays(work.queue)
        timer_ms = next_change_ms(work, stages, delays, now_ms=self._now_ms)
        self._room.regroup(item, self._need(work, stages, delays, self._now_ms) if stages else None, timer_ms)

    def _after_agent(self, agent_id: str, *, came_or_went: bool) -> None:
        if came_or_went:
            for work_id in list(self._wanting.get(agent_id, ())):
                self._regroup(self._room.get(work_id))
        if self._roster.delays_moved:
            for queue in sorted(self._roster.delays_moved):
                for item in list(self._room.of_queue(queue)):
                    self._regroup(item)
            self._roster.delays_moved.clear()

    def _need(self, work: Work, stages: Stages, delays: Sequence[int], now_ms: int) -> Need:
        wanted = work.wanted_agent_id
        is_in = wanted is not None and self._roster.signed_in(wanted)
        return need_of(work, stages, delays=delays, wanted_is_in=is_in, now_ms=now_ms)

    def _gate(self, need: Need, everybody: Fact) -> Fact:
        """A fact that all agents must have of whom `everybody` is true; a rare one where there is one,
        so that the others pass by."""
        if not need.levels or need.only is not None:
            return everybody
        if self._gated_at != self._roster.version or len(self._gates) >= REMEMBERED:
            self._gated_at = self._roster.version
            self._gates.clear()
        gate = self._gates.get((need.levels, everybody))
        if gate is None:
            facts = [has_level(skill, level) for skill, level in need.levels]
            rarest = min(facts, key=lambda fact: (self._roster.held_by(fact), fact))
            here = self._roster.having(everybody)
            rare = (here & self._roster.having(rarest)).bit_count() * RARE <= here.bit_count()
            gate = self._gates[need.levels, everybody] = rarest if rare else everybody
        return gate
