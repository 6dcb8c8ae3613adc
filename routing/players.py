"""routing/players.py: the agents of a replay at work: what rings at them, what they take and let go of.

They come and go as they did, and do beside it what they did; the engine is told of each change.
"""

from collections.abc import Callable, Iterable
from functools import partial

from routing.agenda import Agenda, Stage
from routing.capacity import Limits
from routing.cast import Actor, Played
from routing.engine import Engine
from routing.model import AgentView
from routing.presence import Presence
from routing.recorded import Before, Held, Person, Recording, Rings, Rung
from routing.stay import Stay

#: Is told what an agent is done with, since when it was in hand, and when it was done.
Done = Callable[[Stay, int, int], None]
#: Is told that an agent works from now on (1), or does not any more (-1).
Staffed = Callable[[Person, int], None]
#: Is told that an agent may have gone, or has begun something else.
Busy = Callable[[str, int], None]


class Players:
    """All agents whom the rules know."""

    def __init__(
        self, people: Iterable[Person], recording: Recording, engine: Engine, agenda: Agenda, limits: Limits
    ) -> None:
        self._recording, self._engine, self._agenda = recording, engine, agenda
        self._actors = {one.id: Actor(one, recording.before.get(one.id, Before()), limits) for one in people}
        self._hands: list[Held] = []

    def begin(self, *, staffed: Staffed, busy: Busy, done: Done) -> None:
        """Tells the engine who is there, and writes down what the recording has them do."""
        self._staffed, self._busy, self._done = staffed, busy, done
        for actor in self._actors.values():
            self._engine.put_agent(actor.view())
            if actor.works:
                staffed(actor.person, 1)
        for turn in self._recording.turns:
            if turn.agent_id in self._actors:
                self._agenda.later(turn.at_ms, Stage.FREE, partial(self._turn, turn.agent_id, turn.presence))
        for midnight_ms in self._recording.midnights:
            self._agenda.later(midnight_ms, Stage.FREE, self._begin_day)
        for rung in self._recording.rung:
            if rung.agent_id in self._actors:
                begins_ms = max(rung.from_ms, self._recording.begins_ms)
                self._agenda.later(begins_ms, Stage.FREE, partial(self._rings, rung))
                self._agenda.later(rung.until_ms, Stage.FREE, partial(self._has_rung, rung))
        for held in self._recording.held:
            self._hands.append(held)
            if held.agent_id in self._actors:
                self._agenda.later(held.from_ms, Stage.FREE, partial(self._hold, held))

    def views(self) -> list[AgentView]:
        """Everybody as the engine is told."""
        return [actor.view() for actor in self._actors.values()]

    def known(self, agent_ids: Iterable[str]) -> tuple[str, ...]:
        """Those of them whom the rules know."""
        return tuple(id for id in agent_ids if id in self._actors)

    def ring(self, rings: Rings, channel: str) -> None:
        """Something of a channel rings at those who are asked, or is about to: nothing else does meanwhile."""
        for agent_id in rings.agent_ids:
            self._actors[agent_id].ring(channel)
            self._tell(agent_id)

    def can_be_asked(self, agent_id: str, channel: str) -> bool:
        """Whether what is about to ring at them, of this channel, may."""
        return self._actors[agent_id].can_be_asked(channel)

    def ask(self, rings: Rings) -> None:
        """They are asked, as it was decided."""
        for agent_id in rings.agent_ids:
            self._actors[agent_id].be_asked(rings.since_ms)
            self._tell(agent_id)

    def stop_ringing(self, rings: Rings, channel: str, now_ms: int) -> None:
        """It does not ring any more, and nobody has taken it."""
        self._silence(rings.agent_ids, channel, now_ms)

    def take(self, rings: Rings, agent_id: str, stay: Stay, now_ms: int) -> None:
        """One of those who were asked has it in hand, for as long as it takes; the others are asked no more."""
        actor, channel = self._actors[agent_id], stay.work.channel
        first_ms, later = stay.stretches()
        hand = Played.taken(channel, now_ms, ends_ms=now_ms + first_ms, placed_ms=stay.work.placed_ms)
        hand.stay, hand.later = stay, later
        actor.take(hand, now_ms)
        self._tell(agent_id)
        self._silence([id for id in rings.agent_ids if id != agent_id], channel, now_ms)
        self._free_later(agent_id, hand)

    def hands(self, until_ms: int) -> tuple[Held, ...]:
        """What all have had in hand, up to an instant."""
        still = [
            _held(agent_id, hand, hand.since_ms, until_ms)
            for agent_id, actor in self._actors.items()
            for hand in actor.hands
            if hand.stay is not None and hand.since_ms is not None
        ]
        return (*self._hands, *still)

    def _turn(self, agent_id: str, presence: Presence, now_ms: int) -> None:
        actor = self._actors[agent_id]
        worked = actor.works
        actor.become(presence, now_ms)
        self._staffed(actor.person, actor.works - worked)
        self._tell(agent_id)
        self._busy(agent_id, now_ms)

    def _begin_day(self, _now_ms: int) -> None:
        for agent_id, actor in self._actors.items():
            actor.begin_day()
            self._tell(agent_id)

    def _hold(self, held: Held, now_ms: int) -> None:
        actor = self._actors[held.agent_id]
        if actor.is_done_with_something(now_ms):  # that goes first
            self._agenda.later(now_ms, Stage.FREE, partial(self._hold, held))
            return
        hand = Played.taken(held.channel, now_ms, ends_ms=held.until_ms, placed_ms=now_ms)
        hand.goes_on = held.goes_on
        actor.hold(hand, now_ms)
        self._tell(held.agent_id)
        self._busy(held.agent_id, now_ms)
        self._free_later(held.agent_id, hand)

    def _rings(self, rung: Rung, now_ms: int) -> None:
        self._actors[rung.agent_id].ring(rung.channel)
        self._actors[rung.agent_id].be_asked(rung.from_ms)
        self._tell(rung.agent_id)
        self._busy(rung.agent_id, now_ms)

    def _has_rung(self, rung: Rung, now_ms: int) -> None:
        if rung.taken:
            self._actors[rung.agent_id].answer(rung.channel)
            self._tell(rung.agent_id)
        else:
            self._silence((rung.agent_id,), rung.channel, now_ms)

    def _silence(self, agent_ids: Iterable[str], channel: str, now_ms: int) -> None:
        for agent_id in agent_ids:
            self._go_on(agent_id, self._actors[agent_id].stop_ringing(channel, now_ms), now_ms)

    def _free_later(self, agent_id: str, hand: Played) -> None:
        self._agenda.later(hand.ends_ms, Stage.FREE, partial(self._free, agent_id, hand, hand.parkings))

    def _free(self, agent_id: str, hand: Played, parkings: int, now_ms: int) -> None:
        if hand.parkings != parkings:
            return  # it was parked meanwhile
        self._note(agent_id, hand, now_ms)
        if hand.later:
            silence, left_ms = hand.later.pop(0)
            self._go_on(agent_id, self._actors[agent_id].fall_silent(hand, left_ms, now_ms), now_ms)
            self._agenda.later(
                now_ms + silence.for_ms, Stage.FREE, partial(self._speak, agent_id, hand, silence.by_hand)
            )
            return
        self._let_go(agent_id, hand, now_ms)

    def _speak(self, agent_id: str, hand: Played, by_hand: bool, now_ms: int) -> None:
        """The customer of something writes again, or its agent takes it up, or it ends as it is."""
        hand.silent = False
        actor = self._actors[agent_id]
        if hand.left_ms or hand.later:
            self._go_on(agent_id, actor.take_up(hand, now_ms) if by_hand else actor.go_on(now_ms), now_ms)
        else:
            self._let_go(agent_id, hand, now_ms)

    def _let_go(self, agent_id: str, hand: Played, now_ms: int) -> None:
        self._go_on(agent_id, self._actors[agent_id].let_go(hand, now_ms), now_ms)
        if hand.stay is not None:
            self._done(hand.stay, hand.from_ms, now_ms)

    def _go_on(self, agent_id: str, hands: Iterable[Played], now_ms: int) -> None:
        """So much goes on; the engine is told."""
        for hand in hands:
            if hand.since_ms is None:
                hand.since_ms = now_ms
            self._free_later(agent_id, hand)
        self._tell(agent_id)

    def _note(self, agent_id: str, hand: Played, now_ms: int) -> None:
        """It takes no room from now on."""
        if hand.stay is not None and hand.since_ms is not None:
            self._hands.append(_held(agent_id, hand, hand.since_ms, now_ms))
        hand.since_ms = None

    def _tell(self, agent_id: str) -> None:
        self._engine.put_agent(self._actors[agent_id].view())


def _held(agent_id: str, hand: Played, since_ms: int, until_ms: int) -> Held:
    return Held(agent_id=agent_id, channel=hand.channel, from_ms=since_ms, until_ms=until_ms)
