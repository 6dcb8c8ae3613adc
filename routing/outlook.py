"""routing/outlook.py: what stands before an item, and the hands that it waits for.

    who works, what waits ──▶ Outlook ──of an item──▶ Turn ──▶ how long (`routing/estimates.py`)

**The hands** an item waits for are those of everybody who works (is available, or writes up) and may have it by the
steps in force: the same question as a decision's. Where there are none yet, they are those whom the first later step
lets in, or who may have it when it is not kept any more for somebody who is away.

**What stands before it** is what ranks before it, can be taken by these hands, and takes room in them that the item
needs. A mail that ranks before a call does not stand before it where hands full of mail still have room for a call.

Its *position* counts what stands before it in its own queue. Its *wait* counts what stands before it in any queue, each
item for the share of its own hands that are these.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field

from routing.capacity import Limits, Room, room
from routing.model import AgentView, Rules, Work
from routing.needs import NOTHING_OWN, Need, Stages, is_in, kept_for, own_change_ms, own_of
from routing.places import Place, place
from routing.presence import WORKS, Presence
from routing.standing import Standing, Standings
from routing.workers import Workers

#: What keeps a hand that writes up, beside the channels.
WRITING_UP = "wrap_up"

#: So much is kept of who has hands in common.
MOST_KEPT = 10_000

_FITS = (Room.FREE, Room.INTERRUPTS)


#: How many more fit at once; and what keeps the hands, with how many fit without it, how often.
_Opening = tuple[int, Counter[tuple[str, int]]]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Where an item stands.

    `in_line` is its place among all that wait in its queue. `ahead` is how many are likely to go to its hands first.
    Of these hands `free` have room for one more of its channel at once; `busy` counts what is in the others, by what
    it is and how many fit when it is done with. `from_ms` passes before a step lets the first of them in. `works`:
    there are hands at all. `rings`: it is being offered already. `kept`: until then for somebody
    who is away, and may come back before.
    """

    position: int
    in_line: int = 1
    ahead: float = 0.0
    free: int = 0
    busy: Mapping[tuple[str, int], int] = field(default_factory=dict)
    from_ms: int = 0
    works: bool = True
    rings: bool = False
    kept: bool = False


def _who(agents: Iterable[AgentView]) -> tuple[dict[str, str], list[AgentView]]:
    """The presence of who is signed in, and those of them who work."""
    everybody = list(agents)
    here = {agent.id: agent.presence for agent in everybody if agent.presence != Presence.OFFLINE}
    return here, [agent for agent in everybody if agent.presence in WORKS]


class Outlook:
    """Everybody who works and all that waits, at one instant. Of who is signed in and does not work it is known that
    something may be kept for them."""

    def __init__(
        self, rules: Rules, agents: Iterable[AgentView], waiting: Iterable[Work] = (), now_ms: int = 0
    ) -> None:
        self._rules, self._limits, self._ordering = rules, rules.limits, rules.ordering
        self._here, working = _who(agents)
        self._workers = Workers(working)
        self._alike: dict[frozenset[tuple[str, int]], int] = defaultdict(int)  # by capacity, who has it
        for at, agent in enumerate(self._workers.agents):
            self._alike[frozenset(agent.capacity.items())] |= 1 << at
        self._standings = Standings(self._workers)
        self._stages = {policy.key: Stages(policy, self._workers.delays(policy.key)) for policy in rules.queues}
        self._crowded: dict[tuple[str, str], int] = {}
        self._opening: dict[tuple[object, ...], _Opening] = {}
        self._open: dict[tuple[str, int], _Opening] = {}
        self._both: dict[tuple[Need, Need], tuple[int, int, int]] = {}
        self.look(waiting, now_ms)

    def look(self, waiting: Iterable[Work], now_ms: int) -> None:
        """This waits now; the same agents work."""
        self._now_ms = self._from_ms = now_ms
        self._waiting = list(waiting)
        self._lines: dict[tuple[str, Need], list[Place]] = defaultdict(list)
        changes = []
        for work in self._waiting:
            if work.queue in self._stages:
                stage, moments = self._reached(work), self._stages[work.queue].moments
                self._lines[work.queue, self._need(work, stage, now_ms)].append(self._place(work))
                changes += [work.placed_ms + moment for moment in moments[stage : stage + 1]]
                changes += [own_ms for own_ms in (own_change_ms(work, now_ms=now_ms),) if own_ms is not None]
        self._until_ms = min(changes, default=None)
        for line in self._lines.values():
            line.sort()

    def at(self, now_ms: int) -> "Outlook":
        """The same agents and the same that waits at another moment, beside this one, which stays as it is."""
        other = self._with(_now_ms=now_ms)
        if now_ms < self._from_ms or (self._until_ms is not None and now_ms >= self._until_ms):
            other.look(self._waiting, now_ms)
        return other

    def after(self, agents: Iterable[AgentView], waiting: Iterable[Work], now_ms: int) -> "Outlook":
        """These agents and what waits now, beside this one. What is known of who may have what is kept, as long as the
        same work and nothing else stands of them."""
        here, working = _who(agents)
        workers = self._workers.as_now(working)
        if workers is None or len(self._both) > MOST_KEPT:
            return Outlook(self._rules, agents, waiting, now_ms)
        other = self._with(_here=here, _workers=workers, _open={})
        other.look(waiting, now_ms)
        return other

    def _with(self, **changed: object) -> "Outlook":
        """Another that knows all that this one knows, but for what is changed."""
        other = copy(self)
        vars(other).update(changed)
        return other

    def staffed(self, queue: str, channels: Iterable[str]) -> dict[str, int]:
        """By channel, how long an item must have waited in a queue for anybody who works to be asked; the first step
        at which somebody is. A channel for which nobody ever is is left out."""
        stages, found = self._stages[queue], {}
        for channel in channels:
            for stage, after_ms in enumerate((0, *stages.moments)):
                need = stages.asked(channel, stage, NOTHING_OWN)
                if self._standings.of(need, again=True).qualified:
                    found[channel] = after_ms
                    break
        return found

    def turn(self, work: Work) -> Turn | None:
        """Where an item stands among what waits; None without rules for its queue."""
        if work.queue not in self._stages:
            return None
        mine, at = self._hands(work), self._place(work)
        in_line = 1 + self._before_in(work.queue, at)
        if mine is None:
            return Turn(position=in_line, in_line=in_line, works=False)
        who, need, from_ms, kept = mine
        if kept and self._here.get(work.wanted_agent_id or "") == Presence.NOT_READY:
            return Turn(position=in_line, in_line=in_line, works=False)  # nobody knows how long a break is
        position, ahead = 1, 0.0
        for (queue, theirs), line in self._lines.items():
            first, even, among = self._shared(need, who, theirs)
            before = bisect_left(line, at)
            if queue == work.queue and (first or even):
                position += before
            ahead += (len(line) * first.bit_count() + before * even.bit_count()) / among
        free, busy = self._openings(work.channel, who.qualified)
        return Turn(position=position, in_line=in_line, ahead=ahead, free=free, busy=busy, from_ms=from_ms, kept=kept)

    def _place(self, work: Work) -> Place:
        return place(work, self._stages[work.queue].policy, self._ordering)

    def _reached(self, work: Work) -> int:
        return self._stages[work.queue].reached(self._now_ms - work.placed_ms)

    def _need(self, work: Work, stage: int, at_ms: int) -> Need:
        own = own_of(work, wanted_is_in=self._is_in(work), now_ms=at_ms)
        return self._stages[work.queue].asked(work.channel, stage, own)

    def _is_in(self, work: Work) -> bool:
        return work.wanted_agent_id is not None and is_in(work, self._here.get(work.wanted_agent_id))

    def _hands(self, work: Work) -> tuple[Standing, Need, int, bool] | None:
        """Who may have it, what it asks for then, how long until that, and whether it is kept until then; None: nobody
        ever may."""
        stages, now = self._stages[work.queue], self._reached(work)
        later = [work.placed_ms + moment for moment in stages.moments[now:]]
        kept = kept_for(work, self._now_ms) is not None and self._is_in(work)
        if kept:
            later.append(work.wanted_until_ms or 0)
        for at_ms in (self._now_ms, *sorted(later)):
            need = self._need(work, stages.reached(at_ms - work.placed_ms), at_ms)
            who = self._standings.of(need, again=True)
            if who.qualified:
                return who, need, at_ms - self._now_ms, kept and at_ms > self._now_ms
        return None

    def _before_in(self, queue: str, at: Place) -> int:
        return sum(bisect_left(line, at) for (other, _), line in self._lines.items() if other == queue)

    def _shared(self, need: Need, who: Standing, theirs: Need) -> tuple[int, int, int]:
        """Of the hands that both wait for: those who take the others first whatever their place, and those who go by
        place; and how many hands the others wait for."""
        known = self._both.get((need, theirs))
        if known is None:
            known = self._both[need, theirs] = self._compared(need, who, theirs)
        return known

    def _compared(self, need: Need, who: Standing, theirs: Need) -> tuple[int, int, int]:
        them = who if theirs == need else self._standings.of(theirs, again=True)
        both = who.qualified & them.qualified
        if both and theirs.channel != need.channel:
            both &= self._crowds(theirs.channel, need.channel)
        if not both:
            return 0, 0, 1
        first = even = 0
        for number, agents in them.tiers:
            for mine, others in who.tiers:
                if number < mine:
                    first |= agents & others & both
                elif number == mine:
                    even |= agents & others & both
        return first, even, them.qualified.bit_count()

    def _crowds(self, held: str, channel: str) -> int:
        """Whose hands have no room for `channel` when they are full of what is `held`."""
        if (held, channel) not in self._crowded:
            found = 0
            for capacity, agents in self._alike.items():
                units = dict(capacity)
                load = {held: fitting(held, units, {}, self._limits)}
                if load[held] and room(channel, capacity=units, load=load, limits=self._limits) not in _FITS:
                    found |= agents
            self._crowded[held, channel] = found
        return self._crowded[held, channel]

    def _openings(self, channel: str, among: int) -> _Opening:
        known = self._open.get((channel, among))
        if known is None:
            known = self._open[channel, among] = self._added_up(channel, among)
        return known

    def _added_up(self, channel: str, among: int) -> _Opening:
        free, busy = 0, Counter[tuple[str, int]]()
        for view in self._workers.each(among):
            key = (channel, view.presence, view.ringing, *sorted(view.load.items()), *sorted(view.capacity.items()))
            if key not in self._opening:
                self._opening[key] = _opening(channel, view, self._limits)
            at_once, later = self._opening[key]
            free += at_once
            busy += later
        return free, busy


def fitting(channel: str, capacity: Mapping[str, int], load: Mapping[str, int], limits: Limits) -> int:
    """How many more of a channel fit beside what is in hand."""
    held, number = dict(load), 0
    while number < capacity.get(channel, 0):
        if room(channel, capacity=capacity, load=held, limits=limits) not in _FITS:
            break
        held[channel] = held.get(channel, 0) + 1
        number += 1
    return number


def _opening(channel: str, agent: AgentView, limits: Limits) -> _Opening:
    """How many more of a channel an agent takes at once; and what keeps the hands, with how many fit without it."""
    units = fitting(channel, agent.capacity, agent.load, limits)
    if agent.presence == Presence.WRAP_UP:
        return 0, Counter({(WRITING_UP, max(1, units)): 1})
    if units > agent.ringing:  # what rings takes some of the room
        return units - agent.ringing, Counter()
    if agent.ringing and units:
        return 0, Counter({(channel, 1): 1})
    kept: Counter[tuple[str, int]] = Counter()
    for held, number in agent.load.items():
        if number:
            without = {**agent.load, held: number - 1}
            if opens := fitting(channel, agent.capacity, without, limits):
                kept[held, opens] += number
    return 0, kept or Counter({(channel, 1): 1})
