"""routing/engine.py: who gets which work, now.

The engine is told the truth (rules, work that waits, agents) and answers with decisions. A
decision reserves: the item leaves the queue and the agent counts as ringing, until the engine
is told what became of it. Telling it again what it knows changes nothing.

The decisions are those of the plain rule: take the best-ordered item that has an eligible
agent, give it to the best of them, and repeat. It is reached without trying every pair, because
after `decide` no item that waits has an eligible agent: only what was told since can make a
pair, so only groups with something new and files that open to a changed agent are looked into,
in order of their heads.

A wanted agent is waited for until `wanted_until_ms` while signed in and not declining; one who
signs in again within that time is waited for again. The engine depends on what is true, never
on how it became true, so one rebuilt from the database decides like the one that it replaces.
"""

from heapq import heapify, heappop, heappush

from routing.model import AgentView, Decision, QueuePolicy, Rules, Work, requirements
from routing.places import Place, place
from routing.roster import Fact, Roster, has_level, is_agent, serves
from routing.waiting import File, Group, Item, Need, WaitingRoom
from routing.why import best, explain, qualified

#: A gate is worth its file when at most one in so many of a queue's agents can open it.
RARE = 16

#: What is looked into next: a place, a number that settles equal places, where it was found.
_Look = tuple[Place, int, Group | File]


class Engine:
    """The router of one deployment, in memory."""

    def __init__(self) -> None:
        self._rules = Rules(queues=())
        self._policies: dict[str, QueuePolicy] = {}
        self._roster = Roster()
        self._room = WaitingRoom(self._gate)
        self._wanting: dict[str, dict[str, None]] = {}  # agent -> items whose need names that agent
        self._now_ms = 0

    def set_rules(self, rules: Rules) -> None:
        """Replaces the rules, also for those who wait already.

        Work in a queue without rules keeps its place and is offered when rules come.
        """
        if rules == self._rules:
            return
        self._rules = rules
        self._policies = {policy.key: policy for policy in rules.queues}
        waiting = self._room.works()
        self._room = WaitingRoom(self._gate)
        for work in waiting:
            self._add(work)

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
        was_in = self._roster.signed_in(view.id)
        self._roster.put(view)
        if self._roster.signed_in(view.id) != was_in:
            self._reconsider_wanting(view.id)

    def drop_agent(self, agent_id: str) -> None:
        """There is no such agent (any more)."""
        self._roster.drop(agent_id)
        self._reconsider_wanting(agent_id)

    def decide(self, now_ms: int) -> list[Decision]:
        """Every decision that is possible now, best item first; each reserves item and agent.

        Time does not run backwards: an instant before the latest one seen counts as that one.
        """
        self._now_ms = max(self._now_ms, now_ms)
        for work_id in self._room.due(self._now_ms):
            self._reconsider(work_id)
        decisions: list[Decision] = []
        ahead = self._what_may_match()
        looks = len(ahead)
        while ahead:
            at, _, source = heappop(ahead)
            item = self._room.get(at[2])
            decision = self._match(item) if item else None
            if decision:
                decisions.append(decision)
            following = self._following(source, at, tried_in_vain=item is not None and decision is None)
            if following:
                looks += 1
                heappush(ahead, (following, looks, source))
        self._room.fresh.clear()
        self._roster.settle()
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

    def _what_may_match(self) -> list[_Look]:
        """The heads of everything in which a pair can be: new groups, and files open to a changed agent."""
        looks: list[_Look] = [(group.places[0], n, group) for n, group in enumerate(self._room.fresh)]
        ready: dict[str, int] = {}  # by channel: who changed and has room for it
        for (channel, queue), files in self._room.files():
            if channel not in ready:
                ready[channel] = self._roster.changed & self._roster.ready(channel)
            hot = ready[channel] and ready[channel] & self._roster.having(serves(queue))
            if hot:
                open_to_them = (file for file in files.values() if hot & self._roster.having(file.gate))
                looks += [(file.heads[0], len(looks) + n, file) for n, file in enumerate(open_to_them)]
        heapify(looks)
        return looks

    def _following(self, source: Group | File, at: Place, *, tried_in_vain: bool) -> Place | None:
        """What to look at after `at`. A group without an agent for its head has none for the rest;
        a file is of interest while one of the changed agents is free for it."""
        if isinstance(source, Group):
            return source.places[0] if source.places and not tried_in_vain else None
        changed = self._roster.changed & self._roster.ready(source.channel)
        return source.after(at) if changed & self._roster.having(source.gate) else None

    def _match(self, item: Item) -> Decision | None:
        """Gives the item to the best agent who may have it, if there is one."""
        group, work = item.group, item.work
        assert group is not None, "only items in groups are looked at"
        if group.version != self._roster.version:
            group.qualified = qualified(self._roster, group.need)
            group.version = self._roster.version
        eligible = group.qualified & self._roster.ready(group.need.channel)
        if not eligible:
            return None
        policy = self._policies[work.queue]
        agents = best(self._roster, eligible, work)
        why = explain(self._roster, group.need, work, policy, agents, now_ms=self._now_ms)
        self._remove(work.id)
        self._roster.ring(agents[0].id)
        return Decision(work_id=work.id, agent_id=agents[0].id, offer_ms=policy.offer_ms, why=why)

    def _add(self, work: Work) -> None:
        policy = self._policies.get(work.queue)
        at = place(work, policy, self._rules.ordering)
        self._room.add(work, at, self._need(work, policy) if policy else None, self._timer(work))
        wanted = self._kept_for(work)
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

    def _reconsider(self, work_id: str) -> None:
        """Time or a sign-in may have changed who may have the item."""
        item = self._room.get(work_id)
        if item:
            self._remove(work_id)
            self._add(item.work)

    def _reconsider_wanting(self, agent_id: str) -> None:
        for work_id in list(self._wanting.get(agent_id, ())):
            self._reconsider(work_id)

    def _need(self, work: Work, policy: QueuePolicy) -> Need:
        without = frozenset(agent_id for agent_id, until in work.excluded.items() if until > self._now_ms)
        wanted = self._kept_for(work)
        kept = wanted is not None and wanted not in without and self._roster.signed_in(wanted)
        return Need(
            queue=work.queue,
            channel=work.channel,
            levels=requirements(policy.skills, work.skills),
            only=wanted if kept else None,
            without=without,
        )

    def _kept_for(self, work: Work) -> str | None:
        """The agent for whom the item is kept while signed in: until `wanted_until_ms`."""
        until = work.wanted_until_ms
        return work.wanted_agent_id if until is not None and until > self._now_ms else None

    def _timer(self, work: Work) -> int | None:
        """The next instant at which the item's need changes."""
        instants = list(work.excluded.values())
        if work.wanted_agent_id is not None and work.wanted_until_ms is not None:
            instants.append(work.wanted_until_ms)
        return min((at for at in instants if at > self._now_ms), default=None)

    def _gate(self, need: Need) -> Fact:
        """A fact that an agent must have; a rare one where there is one, so that the others pass by."""
        if need.only is not None:
            return is_agent(need.only)
        everybody = serves(need.queue)
        rarest = self._roster.rarest([everybody, *(has_level(skill, level) for skill, level in need.levels)])
        held_by, served_by = (self._roster.having(fact).bit_count() for fact in (rarest, everybody))
        return rarest if held_by * RARE <= served_by else everybody
