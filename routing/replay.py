"""routing/replay.py: a recording played again by any rules, through the engine of production.

Customers come as they came and agents are there as they were. Who is offered what is the engine's
to say; the first offers of a visit are in vain as often as they were, and as long, and the next one rings
as long as it rang and is then taken. An offer is made a moment after it is decided, as it was; if its agent
goes meanwhile, or begins something else that leaves no room, it is decided anew. What rings as the recording
begins rings on at whom it rang. At one instant agents come, go and free themselves first, then offers end, then
customers leave, then others come, and at last it is looked at who goes to another queue.

    play(recording, people, rules, patience, ways, callers) → Story

Whom a call flow meets first come to a queue, and to which, as it leads them now.
Who was offered something in vain is not ready when they were not: that is the recording's to say.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from routing.agenda import Agenda, Stage
from routing.engine import Engine
from routing.model import Rules
from routing.offers import DECLINED_REST, ESCALATED
from routing.paces import Paces
from routing.players import Players
from routing.queue_life import NO_WAYS, Floor, QueueLife, Ways, on_the_second
from routing.recorded import Caller, End, Given, Handled, Person, Recording, Rings, Visit, overflowed
from routing.stay import Stay, usual_moment_ms
from routing.story import Came, Shut, Story

_REST_MS = DECLINED_REST // timedelta(milliseconds=1)

#: Is told of each instant that is played.
Watch = Callable[[int], None]


def play(
    recording: Recording,
    people: Iterable[Person],
    rules: Rules,
    patience: Mapping[str, int],
    watch: Watch | None = None,
    ways: Mapping[str, Ways] | None = None,
    callers: Iterable[Caller] = (),
) -> Story:
    """What would have become of the visits. `patience` is how long each waits at most; the others for ever.

    The visits of `callers` come when, where and if their flow leads there; one that it leads to no queue does not.
    """
    return _Replay(recording, people, rules, patience, ways or {}).play(watch, tuple(callers))


class _Replay:
    def __init__(
        self,
        recording: Recording,
        people: Iterable[Person],
        rules: Rules,
        patience: Mapping[str, int],
        ways: Mapping[str, Ways],
    ) -> None:
        self._recording, self._patience, self._ways = recording, patience, ways
        self._engine, self._agenda = Engine(), Agenda()
        self._engine.set_rules(rules)
        self._players = Players(people, recording, self._engine, self._agenda, rules.limits)
        self._paces = Paces(recording.past)
        self._moment_ms = usual_moment_ms(recording.visits)
        self._waiting: dict[str, Stay] = {}
        self._ringing: dict[str, Rings] = {}
        floor = Floor(position=self._engine.position, rings=self._ringing.__contains__, views=self._players.views)
        self._life = QueueLife(ways, rules, self._paces, floor)
        self._looks: set[int] = set()
        self._elsewhere = overflowed(recording.visits)
        self._followers: dict[str, list[Visit]] = {}
        self._visits: list[Visit] = []
        self._came: dict[str, Came] = {}
        self._shut: dict[str, Shut] = {}

    def play(self, watch: Watch | None, callers: Sequence[Caller]) -> Story:
        self._players.begin(staffed=self._life.staff, busy=self._decide_anew, done=self._done)
        self._write_agenda({caller.visit_id for caller in callers})
        for caller in callers:
            self._agenda.later(caller.came_ms, Stage.ARRIVE, partial(self._go_on, caller))
        until_ms = self._recording.until_ms
        now_ms = self._next_instant()
        while now_ms is not None and now_ms <= until_ms:
            if watch is not None:
                watch(now_ms)
            self._pass(now_ms)
            now_ms = self._next_instant()
        for id, stay in self._waiting.items():
            self._came[id] = Came(End.WAITING, stay.since_ms, until_ms)
        hands = self._players.hands(until_ms)
        return Story(came=self._came, hands=hands, visits=tuple(self._visits), shut=self._shut)

    def _write_agenda(self, led: Collection[str]) -> None:
        """All that is known before; of those whom flows lead nobody knows when they come."""
        begins_ms, until_ms = self._recording.begins_ms, self._recording.until_ms
        self._look_at(self._life.openings(begins_ms, until_ms), begins_ms)
        moved = {visit.id for visit in self._elsewhere.values()}
        for visit in self._recording.visits:
            if visit.id in moved or visit.id in led:
                continue  # by these rules perhaps it is not
            if visit.after:
                self._followers.setdefault(visit.after, []).append(visit)
            else:
                self._agenda.later(max(visit.arrived_ms, begins_ms), Stage.ARRIVE, partial(self._arrive, visit))

    def _next_instant(self) -> int | None:
        instants = (self._agenda.next_ms(), self._engine.next_timer_ms() if self._waiting else None)
        return min((instant for instant in instants if instant is not None), default=None)

    def _pass(self, now_ms: int) -> None:
        """One instant; what takes no time at all makes the same instant come again."""
        self._agenda.do(now_ms, Stage.ANSWER)
        self._decide(now_ms)
        if self._agenda.is_left(now_ms, Stage.ANSWER):
            return
        self._agenda.do(now_ms, Stage.ARRIVE)
        self._decide(now_ms)
        if self._life.may_move():
            self._look_at([on_the_second(now_ms)], now_ms)
        self._agenda.do(now_ms, Stage.LOOK)
        self._decide(now_ms)

    def _go_on(self, caller: Caller, now_ms: int) -> None:
        """A caller's next step in their flow."""
        went = caller.go_on(now_ms, partial(self._life.state, now_ms=now_ms))
        if isinstance(went, int):
            self._agenda.later(max(went, now_ms), Stage.ARRIVE, partial(self._go_on, caller))
        elif went is not None:
            self._arrive(went, now_ms)

    def _arrive(self, visit: Visit, now_ms: int) -> None:
        if visit.arrived_ms >= self._recording.begins_ms:
            visit = visit.at(now_ms)
        since_ms = visit.arrived_ms
        longest_ms = self._patience.get(visit.id)
        there = self._elsewhere.get(visit.id)
        allowed = self._ways.get(visit.work.queue, NO_WAYS).declines
        gained = ESCALATED if allowed is not None and visit.declines >= allowed else 0
        place_ms = min(visit.work.placed_ms, now_ms)
        stay = Stay(
            visit=visit,
            whole=visit if there is None else there,
            work=replace(visit.work, placed_ms=place_ms, priority=visit.work.priority + gained),
            since_ms=since_ms,
            gone_ms=None if longest_ms is None else max(now_ms, since_ms + longest_ms),
            in_vain=visit.in_vain if there is None else (*visit.in_vain, *there.in_vain),
            offered_ms=visit.offered_ms if there is None else (*visit.offered_ms, *there.offered_ms),
            declines=visit.declines,
        )
        self._enter(stay, now_ms)
        if visit.rings is not None and (agent_ids := self._players.known(visit.rings.agent_ids)):
            self._engine.drop_work(stay.id)  # it was asked about before
            self._ring(stay, Rings(agent_ids, visit.rings.since_ms), now_ms)

    def _enter(self, stay: Stay, now_ms: int) -> None:
        self._visits.append(stay.visit)
        if (shut := self._life.shut(stay.work.queue, now_ms)) is not None:
            self._shut[stay.id] = shut
        self._wait(stay, now_ms)
        for given in stay.visit.given:
            at_ms = max(now_ms, stay.since_ms + given.after_ms)
            self._agenda.later(at_ms, Stage.ANSWER, partial(self._give, stay.id, given))
        if stay.gone_ms is not None:
            self._agenda.later(stay.gone_ms, Stage.LEAVE, partial(self._leave, stay.id))

    def _wait(self, stay: Stay, now_ms: int) -> None:
        """So somebody waits from now on."""
        self._waiting[stay.id] = stay
        self._look_at(self._life.enter(stay), now_ms)
        self._engine.put_work(stay.work)

    def _give(self, id: str, given: Given, now_ms: int) -> None:
        """A supervisor gives it to somebody by name, if it waits still; what rings stops ringing."""
        stay = self._waiting.get(id)
        if stay is None:
            return
        if (rings := self._ringing.pop(id, None)) is not None:
            self._players.stop_ringing(rings, stay.work.channel, now_ms)
            stay = stay.stopped_ringing()
        self._wait(stay.given(given, now_ms), now_ms)

    def _look_at(self, instants: Iterable[int], now_ms: int) -> None:
        """What is past is seen at the next look that there is anyway: something has happened now."""
        for at_ms in instants:
            if at_ms >= now_ms and at_ms not in self._looks:
                self._looks.add(at_ms)
                self._agenda.later(at_ms, Stage.LOOK, self._look)

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
        rings = self._ringing.pop(id, None)
        if rings is None:
            self._engine.drop_work(id)
        else:
            self._players.stop_ringing(rings, self._waiting[id].work.channel, now_ms)
        end = End.LEFT if self._waiting[id].whole.end is End.LEFT else End.ABANDONED
        self._follow(self._over(id, end, now_ms), end, now_ms)

    def _follow(self, stay: Stay, end: End, now_ms: int) -> None:
        """What came after it comes again, if it ended as it did."""
        if end is stay.whole.end:
            for follower in self._followers.get(stay.whole.id, ()):
                again = stay.followed_by(follower, self._came[stay.id].agent_id)
                self._agenda.later(now_ms + follower.gap_ms, Stage.ARRIVE, partial(self._arrive, again))

    def _decide(self, now_ms: int) -> None:
        if len(self._waiting) == len(self._ringing):
            return
        for decision in self._engine.decide(now_ms):
            stay = self._waiting[decision.work_id]
            unasked = stay.work.channel in self._ways.get(stay.work.queue, NO_WAYS).auto_accept and not decision.also
            rings = Rings(
                (decision.agent_id, *decision.also), now_ms if unasked else stay.made_ms(now_ms, self._moment_ms)
            )
            self._ring(stay, rings, now_ms, unasked=unasked)

    def _ring(self, stay: Stay, rings: Rings, now_ms: int, *, unasked: bool = False) -> None:
        """It rings until its offer ends; what is taken `unasked` does not."""
        self._ringing[stay.id] = rings
        self._players.ring(rings, stay.work.channel)
        if rings.since_ms > now_ms:
            self._agenda.later(rings.since_ms, Stage.ANSWER, partial(self._make, stay.id, rings))
        else:
            self._players.ask(rings)
        ends = self._no_answer if stay.in_vain and not unasked else self._answer
        until_ms = now_ms if unasked else stay.rings_until_ms(max(now_ms, rings.since_ms))
        self._agenda.later(until_ms, Stage.ANSWER, partial(ends, stay.id, rings))

    def _make(self, id: str, rings: Rings, _now_ms: int) -> None:
        """What was decided a moment ago is offered."""
        if self._ringing.get(id) is rings:
            self._players.ask(rings)

    def _decide_anew(self, agent_id: str, now_ms: int) -> None:
        """What was about to be offered to an agent who cannot be asked any more is free for others again."""
        for id, rings in list(self._ringing.items()):
            stay, made = self._waiting[id], rings.since_ms < now_ms
            if made or agent_id not in rings.agent_ids or self._players.can_be_asked(agent_id, stay.work.channel):
                continue
            del self._ringing[id]
            self._players.stop_ringing(rings, stay.work.channel, now_ms)
            self._wait(stay, now_ms)

    def _no_answer(self, id: str, rings: Rings, now_ms: int) -> None:
        if self._ringing.get(id) is not rings:
            return  # the customer has left
        del self._ringing[id]
        stay = self._waiting[id]
        allowed = self._ways.get(stay.work.queue, NO_WAYS).declines
        stay = stay.after_an_offer(rings, now_ms + _REST_MS, allowed)
        self._players.stop_ringing(rings, stay.work.channel, now_ms)
        self._wait(stay, now_ms)

    def _answer(self, id: str, rings: Rings, now_ms: int) -> None:
        if self._ringing.get(id) is not rings:
            return  # the customer has left
        del self._ringing[id]
        agent_id = self._waiting[id].taken_by(rings)
        stay = self._over(id, End.ANSWERED, now_ms, agent_id)
        self._paces.answered(stay.work.queue, stay.work.channel, now_ms, now_ms - stay.since_ms)
        self._players.take(rings, agent_id, stay, now_ms)

    def _done(self, stay: Stay, answered_ms: int, now_ms: int) -> None:
        work = stay.work
        wait_ms, handle_ms = answered_ms - stay.since_ms, stay.whole.handle_ms
        self._paces.handled(Handled(work.queue, work.channel, answered_ms, now_ms, wait_ms, handle_ms))
        self._follow(stay, End.ANSWERED, now_ms)
