"""routing/replay.py: a recording played again by any rules, through the engine of production.

Customers come as they came and agents are there as they were. Who is offered what is the engine's
to say; the first offers of a visit are in vain as often as they were, and as long, and the next one rings
as long as it rang and is then taken. At one instant agents come, go and free themselves first, then offers
end, then customers leave, then others come, and at last it is looked at who goes to another queue.

    play(recording, people, rules, patience, ways) → Story

Who was offered something in vain is not ready when they were not: that is the recording's to say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import IntEnum
from functools import partial
from heapq import heappop, heappush
from itertools import count

from routing.cast import Actor, Hand
from routing.engine import Engine
from routing.model import Decision, Rules
from routing.offers import DECLINED_REST
from routing.paces import Paces
from routing.presence import Presence
from routing.queue_life import NO_WAYS, Floor, QueueLife, Ways, on_the_second
from routing.recorded import (
    Before,
    Came,
    End,
    Handled,
    Held,
    Person,
    Recording,
    Shut,
    Story,
    Visit,
    overflowed,
)
from routing.stay import Stay

_REST_MS = DECLINED_REST // timedelta(milliseconds=1)


class _Stage(IntEnum):
    """What happens first of what happens at one instant."""

    FREE = 0
    ANSWER = 1
    LEAVE = 2
    ARRIVE = 3
    LOOK = 4


#: Is told of each instant that is played.
Watch = Callable[[int], None]


def play(
    recording: Recording,
    people: Iterable[Person],
    rules: Rules,
    patience: Mapping[str, int],
    watch: Watch | None = None,
    ways: Mapping[str, Ways] | None = None,
) -> Story:
    """What would have become of the visits. `patience` is how long each waits at most; the others for ever."""
    return _Replay(recording, people, rules, patience, ways or {}).play(watch)


class _Replay:
    def __init__(
        self,
        recording: Recording,
        people: Iterable[Person],
        rules: Rules,
        patience: Mapping[str, int],
        ways: Mapping[str, Ways],
    ) -> None:
        self._recording, self._rules, self._patience, self._ways = recording, rules, patience, ways
        self._engine = Engine()
        self._engine.set_rules(rules)
        self._cast = {p.id: Actor(p, recording.before.get(p.id, Before())) for p in people}
        self._agenda: list[tuple[int, _Stage, int, Callable[[int], None]]] = []
        self._numbers = count()
        self._waiting: dict[str, Stay] = {}
        self._ringing: dict[str, Decision] = {}
        self._came: dict[str, Came] = {}
        self._hands: list[Held] = []
        self._followers: dict[str, list[Visit]] = {}
        self._elsewhere = overflowed(recording.visits)
        self._visits: list[Visit] = []
        self._shut: dict[str, Shut] = {}
        self._looks: set[int] = set()
        self._paces = Paces(recording.past)
        floor = Floor(position=self._engine.position, views=lambda: [actor.view() for actor in self._cast.values()])
        self._life = QueueLife(ways, rules.queues, self._paces, floor)

    def play(self, watch: Watch | None) -> Story:
        self._write_agenda()
        for actor in self._cast.values():
            self._engine.put_agent(actor.view())
            if actor.works:
                self._life.staff(actor.person.queues, 1)
        now_ms = self._next_instant()
        while now_ms is not None and now_ms <= self._recording.until_ms:
            if watch is not None:
                watch(now_ms)
            self._pass(now_ms)
            now_ms = self._next_instant()
        for id, stay in self._waiting.items():
            self._came[id] = Came(End.WAITING, stay.since_ms, self._recording.until_ms)
        for agent_id, actor in self._cast.items():
            for hand in actor.hands:
                if hand.stay is not None:
                    self._held(agent_id, hand, self._recording.until_ms)
        return Story(came=self._came, hands=tuple(self._hands), visits=tuple(self._visits), shut=self._shut)

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
        begins_ms, until_ms = self._recording.begins_ms, self._recording.until_ms
        self._look_at(self._life.openings(begins_ms, until_ms), begins_ms)
        moved = {visit.id for visit in self._elsewhere.values()}
        for visit in self._recording.visits:
            if visit.id in moved:
                continue  # by today's rules perhaps it is not
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
        if self._life.may_move():
            self._look_at([on_the_second(now_ms)], now_ms)
        self._do(now_ms, _Stage.LOOK)
        self._decide(now_ms)

    def _do(self, now_ms: int, stage: _Stage) -> None:
        while self._agenda and self._agenda[0][:2] <= (now_ms, stage):
            self._agenda[0][3](heappop(self._agenda)[0])

    def _turn(self, agent_id: str, presence: Presence, now_ms: int) -> None:
        actor = self._cast[agent_id]
        worked = actor.works
        actor.become(presence, now_ms)
        self._life.staff(actor.person.queues, actor.works - worked)
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
        if hand.stay is not None:
            self._held(agent_id, hand, now_ms)
            work, wait_ms = hand.stay.work, hand.from_ms - hand.stay.since_ms
            self._paces.handled(Handled(work.queue, work.channel, hand.from_ms, now_ms, wait_ms))
            self._follow(hand.stay, End.ANSWERED, now_ms)

    def _arrive(self, visit: Visit, now_ms: int) -> None:
        waits_already = visit.arrived_ms < self._recording.begins_ms
        since_ms = visit.arrived_ms if waits_already else now_ms
        longest_ms = self._patience.get(visit.id)
        there = self._elsewhere.get(visit.id)
        stay = Stay(
            visit=visit,
            whole=visit if there is None else there,
            work=replace(visit.work, placed_ms=min(visit.work.placed_ms, now_ms)),
            since_ms=since_ms,
            gone_ms=None if longest_ms is None else max(now_ms, since_ms + longest_ms),
            in_vain=visit.in_vain if there is None else (*visit.in_vain, *there.in_vain),
        )
        self._enter(stay, now_ms)

    def _enter(self, stay: Stay, now_ms: int) -> None:
        self._visits.append(stay.visit)
        if (shut := self._life.shut(stay.work.queue, now_ms)) is not None:
            self._shut[stay.id] = shut
        self._waiting[stay.id] = stay
        self._look_at(self._life.enter(stay), now_ms)
        self._engine.put_work(stay.work)
        if stay.gone_ms is not None:
            self._later(stay.gone_ms, _Stage.LEAVE, partial(self._leave, stay.id))

    def _look_at(self, instants: Iterable[int], now_ms: int) -> None:
        """What is past is seen at the next look that there is anyway: something has happened now."""
        for at_ms in instants:
            if at_ms >= now_ms and at_ms not in self._looks:
                self._looks.add(at_ms)
                self._later(at_ms, _Stage.LOOK, self._look)

    def _look(self, now_ms: int) -> None:
        """Who is better served elsewhere goes there."""
        self._looks.discard(now_ms)
        counts = self._recording.begins_ms <= now_ms < self._recording.ends_ms
        for id, queue in self._life.moves(now_ms):
            stay = self._over(id, End.LEFT, now_ms)
            self._engine.drop_work(id)
            self._enter(stay.elsewhere(queue, now_ms, self._elsewhere.get(id), counts=counts), now_ms)

    def _over(self, id: str, end: End, now_ms: int, agent_id: str = "") -> Stay:
        """A wait is over."""
        stay = self._waiting.pop(id)
        self._came[id] = Came(end, stay.since_ms, now_ms, agent_id)
        self._life.leave(stay)
        if end is not End.LEFT:
            self._look_at(self._life.ended(stay, now_ms, answered=end is End.ANSWERED), now_ms)
        return stay

    def _leave(self, id: str, now_ms: int) -> None:
        if id not in self._waiting:
            return
        decision = self._ringing.pop(id, None)
        if decision is None:
            self._engine.drop_work(id)
        else:
            self._stop_ringing(decision)
        end = End.LEFT if self._waiting[id].whole.end is End.LEFT else End.ABANDONED
        self._follow(self._over(id, end, now_ms), end, now_ms)

    def _follow(self, stay: Stay, end: End, now_ms: int) -> None:
        """What came after it comes again, if it ended as it did."""
        if end is stay.whole.end:
            for follower in self._followers.get(stay.whole.id, ()):
                self._later(now_ms + follower.gap_ms, _Stage.ARRIVE, partial(self._arrive, follower))

    def _decide(self, now_ms: int) -> None:
        if len(self._waiting) == len(self._ringing):
            return
        for decision in self._engine.decide(now_ms):
            self._ringing[decision.work_id] = decision
            for agent_id in (decision.agent_id, *decision.also):
                self._cast[agent_id].ring(now_ms)
                self._tell(agent_id)
            stay = self._waiting[decision.work_id]
            if stay.work.channel in self._ways.get(stay.work.queue, NO_WAYS).auto_accept:
                self._later(now_ms, _Stage.ANSWER, partial(self._answer, decision))
            elif stay.in_vain:
                self._later(now_ms + stay.in_vain[0].ring_ms, _Stage.ANSWER, partial(self._no_answer, decision))
            else:
                self._later(now_ms + stay.whole.ring_ms, _Stage.ANSWER, partial(self._answer, decision))

    def _no_answer(self, decision: Decision, now_ms: int) -> None:
        if self._ringing.get(decision.work_id) is not decision:
            return  # the customer has left
        del self._ringing[decision.work_id]
        stay = self._waiting[decision.work_id]
        stay = stay.after_an_offer((decision.agent_id, *decision.also), now_ms + _REST_MS)
        self._waiting[stay.id] = stay
        self._stop_ringing(decision)
        self._engine.put_work(stay.work)

    def _answer(self, decision: Decision, now_ms: int) -> None:
        if self._ringing.get(decision.work_id) is not decision:
            return  # the customer has left
        del self._ringing[decision.work_id]
        stay = self._over(decision.work_id, End.ANSWERED, now_ms, decision.agent_id)
        actor, channel = self._cast[decision.agent_id], stay.work.channel
        if decision.interrupts:
            actor.park(channel, self._rules.limits, now_ms)
        hand = Hand(channel=channel, from_ms=now_ms, ends_ms=now_ms + stay.whole.handle_ms, stay=stay)
        actor.hold(hand)
        actor.count()
        self._stop_ringing(decision)
        self._free_later(decision.agent_id, hand)

    def _stop_ringing(self, decision: Decision) -> None:
        for agent_id in (decision.agent_id, *decision.also):
            self._cast[agent_id].stop_ringing()
            self._tell(agent_id)

    def _tell(self, agent_id: str) -> None:
        self._engine.put_agent(self._cast[agent_id].view())

    def _held(self, agent_id: str, hand: Hand, until_ms: int) -> None:
        self._hands.append(Held(agent_id=agent_id, channel=hand.channel, from_ms=hand.from_ms, until_ms=until_ms))
