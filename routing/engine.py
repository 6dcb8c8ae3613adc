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
while present (signed in, not on a break) and not declining; one who comes back within that time is
waited for again, one who comes later takes no item back from others. Written work that a person gave
to somebody waits out a break. With the strategy `ring_all` all who fit
as the first does (with room, or by interrupting) are asked at once, ten at most.

The engine depends on what is true, never on how it became true, so one rebuilt from the database
decides like the one that it replaces.
"""

from typing import Final

from routing.by_name import each
from routing.choice import are_alike, first, interrupts, near
from routing.files import Files
from routing.groups import Group, Item
from routing.idle import Sought
from routing.model import AgentView, Decision, Rules, Strategy, Waiting, Work
from routing.needs import NOTHING_OWN, Need, Own, Stages, is_in, kept_for, own_change_ms, own_of
from routing.places import place
from routing.roster import Roster
from routing.search import Search
from routing.seats import Seat
from routing.standing import Standing, Standings
from routing.waiting import WaitingRoom
from routing.why import BEST, Grounds, crowd, narrow, rule, without_rules

#: So many ring at once, at most.
ROUND: Final = 10

#: Makes a named tuple of its values in a third of the time that its own constructor takes.
_new: Final = tuple.__new__

_RING_ALL: Final = Strategy.RING_ALL


class Engine:
    """The router of one deployment, in memory."""

    def __init__(self) -> None:
        self._rules = Rules(queues=())
        self._stages: dict[str, Stages] = {}
        self._roster = Roster()
        self._open(0)
        self._wanting: dict[str, dict[str, None]] = {}  # agent -> items kept for that agent
        self._now_ms = 0

    @property
    def now_ms(self) -> int:
        """The latest instant of a decision; 0 before the first."""
        return self._now_ms

    def set_rules(self, rules: Rules) -> None:
        """Replaces the rules, also for those who wait already.

        Work in a queue without rules keeps its place and is offered when rules come.
        """
        if rules == self._rules:
            return
        self._rules = rules
        self._stages = {policy.key: Stages(policy, self._roster.delays(policy.key)) for policy in rules.queues}
        self._roster.set_rules(rules.limits, [policy.strategy for policy in rules.queues])
        waiting = list(self._room.items.values())
        self._open(self._now_ms)
        for item in waiting:
            self._add(item.work)

    def put_work(self, work: Work) -> None:
        """This item waits, as told; a reserved one is back in its place."""
        item = self._room.items.get(work.id)
        if item is not None:
            if item.work == work:
                return
            self._remove(item)
        self._add(work)

    def drop_work(self, work_id: str) -> None:
        """This item does not wait (any more)."""
        item = self._room.items.get(work_id)
        if item is not None:
            self._remove(item)

    def put_agent(self, view: AgentView) -> None:
        """This is what is true of the agent now."""
        if self._roster.put(view):
            self._after_agent(view.id)

    def drop_agent(self, agent_id: str) -> None:
        """There is no such agent (any more)."""
        self._roster.drop(agent_id)
        self._after_agent(agent_id)

    def decide(self, now_ms: int) -> list[Decision]:
        """Every decision that is possible now, the least key first; each reserves item and agents.

        Time does not run backwards: an instant before the latest one seen counts as that one.
        """
        roster, room = self._roster, self._room
        if now_ms > self._now_ms:
            self._now_ms = now_ms
            room.files.now_ms = now_ms
            if room.timers.heap:
                for item in room.timers.due(now_ms):
                    self._regroup(item, self._stages.get(item.work.queue))
        if room.files.clocks and roster.open != len(roster.changed):
            room.watch()
        decisions: list[Decision] = []
        if room.fresh or roster.changed:
            decisions = self._search.decisions()
            if room.fresh:
                room.settle()
            if roster.changed:
                roster.changed.clear()
        if roster.came:
            roster.settle()
        return decisions

    def position(self, work_id: str) -> int | None:
        """Where the item stands in its queue, the first being 1; None if it does not wait."""
        return self._room.position(work_id)

    def waiting(self, queue: str) -> int:
        """How many wait in the queue; those being offered do not."""
        return self._room.count(queue)

    def next_timer_ms(self) -> int | None:
        """When time alone may make a decision possible; ask `decide` again then."""
        return self._room.next_timer_ms()

    def why_waiting(self, work_id: str, now_ms: int) -> Waiting | None:
        """Why the item waits, as of an instant; None if it does not wait.

        The counts are those of a decision: after `decide` at the same instant nobody is left who
        could have it.
        """
        item, position = self._room.items.get(work_id), self._room.position(work_id)
        if item is None or position is None:
            return None
        now_ms = max(self._now_ms, now_ms)
        stages = self._stages.get(item.work.queue)
        if stages is None:
            return Waiting(work_id=work_id, rule="no_rules", position=position, excluded=without_rules(self._roster))
        work = item.work
        stage = stages.reached(now_ms - work.placed_ms)
        need = stages.asked(work.channel, stage, self._own(work, now_ms))
        considered, excluded = narrow(
            crowd(self._roster, self._roster.answers(work.channel)), self._roster.standings().of(need, again=False)
        )
        return Waiting(
            work_id=work_id,
            rule=rule(need, stages.policy.strategy),
            position=position,
            ring=stages.rings[stage],
            next_ring_ms=stages.next_ring_ms(work, stage),
            considered=considered,
            excluded=excluded,
        )

    def ruled_out(self, work_id: str, now_ms: int) -> dict[str, str]:
        """The reason that rules out each agent known, by id, as `why_waiting` counts them; nothing of who could have
        the item. Of an item that does not wait nothing is said.
        """
        item = self._room.items.get(work_id)
        if item is None:
            return {}
        now_ms = max(self._now_ms, now_ms)
        work, roster, who = item.work, self._roster, None
        if (stages := self._stages.get(work.queue)) is not None:
            need = stages.asked(work.channel, stages.reached(now_ms - work.placed_ms), self._own(work, now_ms))
            who = roster.standings().of(need, again=False)
        return each(roster, crowd(roster, roster.answers(work.channel)), who)

    def _open(self, now_ms: int) -> None:
        """A waiting room in which nobody waits yet, and the search through it."""
        self._room = WaitingRoom(Files(self._roster), now_ms)
        self._search = Search(self._roster, self._room, self._candidates, self._decide)

    def _candidates(self, group: Group) -> list[Seat]:
        """Who should be asked about the group's first item, in order; more than one rings only in a round."""
        roster = self._roster
        if group.until_ms <= self._now_ms:
            group.grow(self._now_ms)
        work, strategy = self._room.items[group.first[-1]].work, group.stages.policy.strategy
        most = ROUND if strategy is _RING_ALL else BEST
        if not roster.came:  # or not all who have room stand in line
            if not len(roster.line(strategy)):
                return []
            seats = self._near(group, work, strategy, most) if group.own is NOTHING_OWN else None
            if seats is not None:
                return seats
        ready = roster.with_room(group.answers)
        if not ready:
            return []
        who = self._who(group)
        eligible = ready & who.qualified
        if not eligible:
            return []
        last = roster.last(eligible)
        if last.bit == eligible:
            return [last]
        return first(roster, who, group.need, work, eligible, strategy, most)

    def _near(self, group: Group, work: Work, strategy: Strategy, most: int) -> list[Seat] | None:
        """The candidates, if they stand near the front of the line."""
        who = self._who(group)
        if not are_alike(self._roster, who, group.need):
            return None
        sought = group.sought
        if sought is None:
            sought = group.sought = Sought(self._roster.table(who.qualified))
        return near(self._roster, sought, work, strategy, most)

    def _who(self, group: Group) -> Standing:
        """Who may have the items of a group by what stands."""
        who = group.who
        if who is None or who.version != self._roster.version:
            group.sought = None
            who = group.who = self._roster.standings().of(group.need, again=group.own is NOTHING_OWN)
        return who

    def _decide(self, group: Group, seats: list[Seat]) -> Decision:
        """Gives the group's first item to the first of `seats`, or to all who ring with that one."""
        roster, stages, who, seat = self._roster, group.stages, group.who, seats[0]
        one = len(seats) == 1
        best = [seat.view] if one else [seat.view for seat in seats[:BEST]]
        by_interrupting, interrupted = _interrupting(seats, group.need) if roster.may_interrupt else (False, ())
        stands: Standing | Standings
        if who is not None and who.version == roster.version:
            stands = who
        else:
            asked_about_again = group.own is NOTHING_OWN and not group.ages
            stands = self._who(group) if asked_about_again else roster.standings()
        item = self._room.items[group.first[-1]]
        work = item.work
        answers = group.answers
        roster.ready.settle()
        crowd = (tuple(roster.states), roster.ready.free, answers.filed, answers.mover, answers.moved)
        ground = (stages, group.stage, group.own, work, self._now_ms, best, interrupted)
        grounds = _new(Grounds, (crowd, stands, *ground))
        also: tuple[str, ...] = ()
        if not one and stages.policy.strategy is _RING_ALL:
            also = self._ring_others(seats, group.need, by_interrupting=by_interrupting)
        self._remove(item)
        roster.ring(seat)
        return _new(Decision, (work.id, seat.view.id, stages.policy.offer_ms, grounds, also, by_interrupting))

    def _ring_others(self, seats: list[Seat], need: Need, *, by_interrupting: bool) -> tuple[str, ...]:
        """Rings at all who would be interrupted if the first of `seats` would, or if not, not."""
        others = [seat for seat in seats[1:] if interrupts(seat, need) == by_interrupting]
        for seat in others:
            self._roster.ring(seat)
        return tuple([seat.view.id for seat in others])

    def _add(self, work: Work) -> None:
        stages = self._stages.get(work.queue)
        item = self._room.add(work, place(work, stages.policy if stages else None, self._rules.ordering))
        self._regroup(item, stages)
        if work.wanted_until_ms is not None:
            wanted = kept_for(work, self._now_ms)
            if wanted is not None:
                self._wanting.setdefault(wanted, {})[work.id] = None

    def _remove(self, item: Item) -> None:
        self._room.remove(item)
        work = item.work
        if work.wanted_until_ms is not None and work.wanted_agent_id is not None:
            wanting = self._wanting.get(work.wanted_agent_id)
            if wanting is not None and work.id in wanting:
                del wanting[work.id]
                if not wanting:
                    del self._wanting[work.wanted_agent_id]

    def _regroup(self, item: Item, stages: Stages | None) -> None:
        """Rules, an agent, or time but for its stages may have changed who may have the item."""
        work, own, lead = item.work, NOTHING_OWN, 0
        if work.skills or work.wanted_agent_id is not None or work.excluded:
            own = self._own(work, self._now_ms)
            if work.excluded or work.wanted_until_ms is not None:
                self._room.timers.set(item, own_change_ms(work, now_ms=self._now_ms))
        if stages is not None and stages.moments:
            key = item.place[0]
            lead = key if self._rules.ordering.is_strict else key - work.placed_ms
        self._room.regroup(item, own, stages, lead)

    def _after_agent(self, agent_id: str) -> None:
        """The agent may have come or gone, or serve queues otherwise than before."""
        for work_id in self._wanting.get(agent_id, ()):
            item = self._room.items[work_id]
            self._regroup(item, self._stages.get(item.work.queue))
        if self._roster.delays_moved:
            for queue in sorted(self._roster.delays_moved):
                self._restage(queue)
            self._roster.delays_moved.clear()

    def _restage(self, queue: str) -> None:
        """Agents serve the queue after other delays than before."""
        stages = self._stages.get(queue)
        if stages is None:
            return
        items = self._room.take_apart(queue)
        stages = self._stages[queue] = Stages(stages.policy, self._roster.delays(queue))
        for item in items:
            self._regroup(item, stages)

    def _own(self, work: Work, now_ms: int) -> Own:
        wanted = work.wanted_agent_id
        is_there = wanted is not None and is_in(work, self._roster.presence_of(wanted))
        return own_of(work, wanted_is_in=is_there, now_ms=now_ms)


def _interrupting(seats: list[Seat], need: Need) -> tuple[bool, tuple[str, ...]]:
    """Whether the first one must be interrupted, and who must."""
    return interrupts(seats[0], need), tuple([seat.view.id for seat in seats if interrupts(seat, need)])
