"""routing/cast.py: the agents of a replay: what each has in hand, as the desk tells the engine.

As in production, an agent counts as idle from when they let go of something or became available;
taking something does not move it. What a call interrupts is parked and goes on when there is room for it, and so
does what was silent when its customer writes again.
"""

from dataclasses import dataclass, field
from typing import Self

from routing.capacity import Limits
from routing.in_hand import Hand, InHand
from routing.model import NOT_IDLE_MS, AgentView
from routing.presence import Presence
from routing.recorded import Before, Person, Silence
from routing.stay import Stay


@dataclass(slots=True, eq=False, kw_only=True)
class Played(Hand):
    """Something in hand, and since when; `since_ms` is from when on it has taken room without a silence."""

    from_ms: int
    since_ms: int | None
    stay: Stay | None = None  #: what led to it, if it is replayed
    later: list[tuple[Silence, int]] = field(default_factory=list)  #: the silences to come, and the work after each
    goes_on: bool = False  #: its agent has it still when it takes no room any more

    @classmethod
    def taken(cls, channel: str, now_ms: int, *, ends_ms: int, placed_ms: int) -> Self:
        """Something that is in hand from now on."""
        return cls(channel=channel, placed_ms=placed_ms, ends_ms=ends_ms, from_ms=now_ms, since_ms=now_ms)


class Actor:
    """One agent."""

    def __init__(self, person: Person, before: Before, limits: Limits) -> None:
        self.person = person
        self._presence = before.presence
        self._idle_since_ms = before.idle_since_ms
        self._offered_ms = before.offered_ms
        self._handled = before.handled
        self._ringing: list[str] = []  # the channels of what rings
        self._holds: InHand[Played] = InHand(person.capacity, limits)

    def become(self, presence: Presence, now_ms: int) -> None:
        """Comes, goes, or takes a break; what is in hand is finished."""
        if presence is Presence.AVAILABLE and self._presence is not Presence.AVAILABLE:
            self._idle_since_ms = now_ms
        self._presence = presence

    @property
    def works(self) -> bool:
        """Takes offers, or would if nothing were in hand."""
        return self._presence is Presence.AVAILABLE

    def begin_day(self) -> None:
        """Contacts are counted anew."""
        self._handled = 0

    def ring(self, channel: str) -> None:
        """Something of a channel rings, or is about to."""
        self._ringing.append(channel)

    def can_be_asked(self, channel: str) -> bool:
        """Whether what is about to ring, of this channel, may: they are there, nothing else rings, and it fits."""
        return self.works and len(self._ringing) == 1 and self._holds.has_room(channel)

    def be_asked(self, since_ms: int) -> None:
        """Has been offered something then."""
        self._offered_ms = max(self._offered_ms, since_ms)

    def stop_ringing(self, channel: str, now_ms: int) -> list[Played]:
        """It does not ring any more; returns what was parked and goes on now."""
        self._ringing.remove(channel)
        return self.go_on(now_ms)

    def answer(self, channel: str) -> None:
        """Takes what rings: one more."""
        self._ringing.remove(channel)
        self._handled += 1

    def take(self, hand: Played, now_ms: int) -> None:
        """Takes what rings, and has it in hand."""
        self.answer(hand.channel)
        self.hold(hand, now_ms)

    def hold(self, hand: Played, now_ms: int) -> None:
        """Has something more in hand; what it interrupts, if it fits only so beside what is there now, is put aside."""
        if self._holds.interrupts(hand.channel):
            self._holds.park(hand.channel, now_ms)
        self._holds.take(hand)

    def is_done_with_something(self, now_ms: int) -> bool:
        """Whether something in hand ends now."""
        return any(hand.left_ms is None and hand.ends_ms <= now_ms for hand in self._holds.hands)

    def fall_silent(self, hand: Played, left_ms: int, now_ms: int) -> list[Played]:
        """Something takes no room until its customer writes; returns what was parked and goes on now."""
        return self._holds.fall_silent(hand, left_ms, now_ms, ringing=self._ringing)

    def take_up(self, hand: Played, now_ms: int) -> list[Played]:
        """Takes up again what takes no room, whether there is room for it or not; returns it."""
        return self._holds.take_up(hand, now_ms)

    def go_on(self, now_ms: int) -> list[Played]:
        """Takes up again what there is room for."""
        return self._holds.go_on(now_ms, ringing=self._ringing)

    def let_go(self, hand: Played, now_ms: int) -> list[Played]:
        """Is done with something; returns what was parked and goes on now."""
        if not hand.goes_on:
            self._idle_since_ms = now_ms
        return self._holds.let_go(hand, now_ms, ringing=self._ringing)

    @property
    def hands(self) -> list[Played]:
        """All that is in hand, parked or not."""
        return self._holds.hands

    def view(self) -> AgentView:
        """The agent as the engine is told."""
        person, load = self.person, self._holds.load()
        return AgentView(
            id=person.id,
            name=person.id,
            presence=self._presence,
            skills=person.skills,
            queues=person.queues,
            capacity=person.capacity,
            load=load,
            ringing=bool(self._ringing),
            idle_since_ms=max(self._idle_since_ms, self._offered_ms) + NOT_IDLE_MS if load else self._idle_since_ms,
            languages=person.languages,
            teams=person.teams,
            handled=self._handled,
            offered_ms=self._offered_ms,
        )
