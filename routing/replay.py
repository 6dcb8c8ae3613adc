"""routing/replay.py: a recording played again by any rules, through the engine of production.

Customers come as they came and agents are there as they were. Who is offered what is the engine's
to say; an offer rings as long as the visit rang and is then taken. At one instant agents come, go and
free themselves first, then visits are answered, then customers leave, then others come.

    play(recording, people, rules, patience) → Story

Offers that were declined or rang out, and what became of a queue by its hours and its overflow, are
as recorded: they are no decisions of the engine.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import IntEnum
from functools import partial
from heapq import heappop, heappush
from itertools import count

from routing.cast import Actor, Hand
from routing.engine import Engine
from routing.model import Decision, Rules
from routing.presence import Presence
from routing.recorded import Before, Came, End, Held, Person, Recording, Story, Visit


class _Stage(IntEnum):
    """What happens first of what happens at one instant."""

    FREE = 0
    ANSWER = 1
    LEAVE = 2
    ARRIVE = 3


#: Is told of each instant that is played.
Watch = Callable[[int], None]


def play(
    recording: Recording,
    people: Iterable[Person],
    rules: Rules,
    patience: Mapping[str, int],
    watch: Watch | None = None,
) -> Story:
    """What would have become of the visits. `patience` is how long each waits at most; the others for ever."""
    return _Replay(recording, people, rules, patience).play(watch)


class _Replay:
    def __init__(
        self, recording: Recording, people: Iterable[Person], rules: Rules, patience: Mapping[str, int]
    ) -> None:
        self._recording, self._rules, self._patience = recording, rules, patience
        self._engine = Engine()
        self._engine.set_rules(rules)
        self._cast = {p.id: Actor(p, recording.before.get(p.id, Before())) for p in people}
        self._agenda: list[tuple[int, _Stage, int, Callable[[int], None]]] = []
        self._numbers = count()
        self._waiting: dict[str, Visit] = {}
        self._ringing: dict[str, Decision] = {}
        self._arrived: dict[str, int] = {}
        self._came: dict[str, Came] = {}
        self._hands: list[Held] = []
        self._followers: dict[str, list[Visit]] = {}

    def play(self, watch: Watch | None) -> Story:
        self._write_agenda()
        for actor in self._cast.values():
            self._engine.put_agent(actor.view())
        now_ms = self._next_instant()
        while now_ms is not None and now_ms <= self._recording.until_ms:
            if watch is not None:
                watch(now_ms)
            self._pass(now_ms)
            now_ms = self._next_instant()
        for id in self._waiting:
            self._came[id] = Came(End.WAITING, self._arrived[id], self._recording.until_ms)
        for agent_id, actor in self._cast.items():
            for hand in actor.hands:
                if hand.visit is not None:
                    self._held(agent_id, hand, self._recording.until_ms)
        return Story(came=self._came, hands=tuple(self._hands))

    def _write_agenda(self) -> None:
        for turn in self._recording.turns:
            if turn.agent_id in self._cast:
                self._later(turn.at_ms, _Stage.FREE, partial(self._turn, turn.agent_id, turn.presence))
        for midnight_ms in self._recording.midnights:
            self._later(midnight_ms, _Stage.FREE, self._begin_day)
        for held in self._recording.held:
            self._hands.append(held)
            if held.agent_id in self._cast:
                self._later(held.from_ms, _Stage.FREE, partial(self._hold, held))
        for visit in self._recording.visits:
            if visit.after:
                self._followers.setdefault(visit.after, []).append(visit)
            else:
                at_ms = max(visit.arrived_ms, self._recording.begins_ms)
                self._later(at_ms, _Stage.ARRIVE, partial(self._arrive, visit))

    def _later(self, at_ms: int, stage: _Stage, what: Callable[[int], None]) -> None:
        heappush(self._agenda, (at_ms, stage, next(self._numbers), what))

    def _next_instant(self) -> int | None:
        instants = [self._agenda[0][0]] if self._agenda else []
        timer = self._engine.next_timer_ms() if self._waiting else None
        return min([*instants, *([] if timer is None else [timer])], default=None)

    def _pass(self, now_ms: int) -> None:
        """One instant; what takes no time at all makes the same instant come again."""
        self._do(now_ms, _Stage.ANSWER)
        self._decide(now_ms)
        if self._agenda and self._agenda[0][:2] <= (now_ms, _Stage.ANSWER):
            return
        self._do(now_ms, _Stage.ARRIVE)
        self._decide(now_ms)

    def _do(self, now_ms: int, stage: _Stage) -> None:
        while self._agenda and self._agenda[0][:2] <= (now_ms, stage):
            self._agenda[0][3](heappop(self._agenda)[0])

    def _turn(self, agent_id: str, presence: Presence, now_ms: int) -> None:
        self._cast[agent_id].become(presence, now_ms)
        self._tell(agent_id)

    def _begin_day(self, _now_ms: int) -> None:
        for agent_id, actor in self._cast.items():
            actor.begin_day()
            self._tell(agent_id)

    def _hold(self, held: Held, now_ms: int) -> None:
        hand = Hand(channel=held.channel, from_ms=now_ms, ends_ms=held.until_ms)
        self._cast[held.agent_id].hold(hand)
        self._tell(held.agent_id)
        self._free_later(held.agent_id, hand)

    def _free_later(self, agent_id: str, hand: Hand) -> None:
        self._later(hand.ends_ms, _Stage.FREE, partial(self._free, agent_id, hand, hand.ends_ms))

    def _free(self, agent_id: str, hand: Hand, ends_ms: int, now_ms: int) -> None:
        if hand.left_ms is not None or hand.ends_ms != ends_ms:
            return  # it was parked meanwhile
        for going_on in self._cast[agent_id].let_go(hand, now_ms):
            self._free_later(agent_id, going_on)
        self._tell(agent_id)
        if hand.visit is not None:
            self._held(agent_id, hand, now_ms)
            self._follow(hand.visit, End.ANSWERED, now_ms)

    def _arrive(self, visit: Visit, now_ms: int) -> None:
        waits_already = visit.arrived_ms < self._recording.begins_ms
        arrived_ms = self._arrived[visit.id] = visit.arrived_ms if waits_already else now_ms
        self._waiting[visit.id] = visit
        self._engine.put_work(replace(visit.work, placed_ms=min(visit.work.placed_ms, now_ms)))
        longest_ms = self._patience.get(visit.id)
        if longest_ms is not None:
            self._later(max(now_ms, arrived_ms + longest_ms), _Stage.LEAVE, partial(self._leave, visit))

    def _leave(self, visit: Visit, now_ms: int) -> None:
        if self._waiting.pop(visit.id, None) is None:
            return
        decision = self._ringing.pop(visit.id, None)
        if decision is None:
            self._engine.drop_work(visit.id)
        else:
            self._stop_ringing(decision)
        end = End.LEFT if visit.end is End.LEFT else End.ABANDONED
        self._came[visit.id] = Came(end, self._arrived[visit.id], now_ms)
        self._follow(visit, end, now_ms)

    def _follow(self, visit: Visit, end: End, now_ms: int) -> None:
        """What came after it comes again, if it ended as it did."""
        if end is visit.end:
            for follower in self._followers.get(visit.id, ()):
                self._later(now_ms + follower.gap_ms, _Stage.ARRIVE, partial(self._arrive, follower))

    def _decide(self, now_ms: int) -> None:
        if len(self._waiting) == len(self._ringing):
            return
        for decision in self._engine.decide(now_ms):
            self._ringing[decision.work_id] = decision
            for agent_id in (decision.agent_id, *decision.also):
                self._cast[agent_id].ring(now_ms)
                self._tell(agent_id)
            ring_ms = self._waiting[decision.work_id].ring_ms
            self._later(now_ms + ring_ms, _Stage.ANSWER, partial(self._answer, decision))

    def _answer(self, decision: Decision, now_ms: int) -> None:
        if self._ringing.get(decision.work_id) is not decision:
            return  # the customer has left
        del self._ringing[decision.work_id]
        visit, actor = self._waiting.pop(decision.work_id), self._cast[decision.agent_id]
        channel = visit.work.channel
        if decision.interrupts:
            actor.park(channel, self._rules.limits, now_ms)
        hand = Hand(channel=channel, from_ms=now_ms, ends_ms=now_ms + visit.handle_ms, visit=visit)
        actor.hold(hand)
        actor.count()
        self._stop_ringing(decision)
        self._free_later(decision.agent_id, hand)
        self._came[visit.id] = Came(End.ANSWERED, self._arrived[visit.id], now_ms, decision.agent_id)

    def _stop_ringing(self, decision: Decision) -> None:
        for agent_id in (decision.agent_id, *decision.also):
            self._cast[agent_id].stop_ringing()
            self._tell(agent_id)

    def _tell(self, agent_id: str) -> None:
        self._engine.put_agent(self._cast[agent_id].view())

    def _held(self, agent_id: str, hand: Hand, until_ms: int) -> None:
        self._hands.append(Held(agent_id=agent_id, channel=hand.channel, from_ms=hand.from_ms, until_ms=until_ms))
