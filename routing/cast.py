"""routing/cast.py: the agents of a replay: what each has in hand, as the desk tells the engine.

As in production, an agent counts as idle from when they let go of something or became available;
taking something does not move it. What a call interrupts is parked and goes on when that is done.
"""

from dataclasses import dataclass

from routing.capacity import Limits
from routing.model import NOT_IDLE_MS, AgentView
from routing.presence import Presence
from routing.recorded import Before, Person
from routing.stay import Stay


@dataclass(slots=True, eq=False, kw_only=True)
class Hand:
    """Something in hand: since when, when it will be done, or what is left of it while it is parked."""

    channel: str
    from_ms: int
    ends_ms: int
    left_ms: int | None = None
    stay: Stay | None = None  #: what led to it, if it is replayed


class Actor:
    """One agent."""

    def __init__(self, person: Person, before: Before) -> None:
        self.person = person
        self._presence = before.presence
        self._idle_since_ms = before.idle_since_ms
        self._offered_ms = before.offered_ms
        self._handled = before.handled
        self._ringing = False
        self.hands: list[Hand] = []

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

    def ring(self, now_ms: int) -> None:
        """Something rings."""
        self._ringing = True
        self._offered_ms = now_ms

    def stop_ringing(self) -> None:
        """It does not ring any more."""
        self._ringing = False

    def count(self) -> None:
        """Has taken one contact more."""
        self._handled += 1

    def hold(self, hand: Hand) -> None:
        """Has something in hand."""
        self.hands.append(hand)

    def park(self, channel: str, limits: Limits, now_ms: int) -> None:
        """Puts aside what something new of `channel` interrupts."""
        for held in self.hands:
            if held.left_ms is None and held.channel in limits.interrupts.get(channel, ()):
                held.left_ms = held.ends_ms - now_ms

    def let_go(self, hand: Hand, now_ms: int) -> list[Hand]:
        """Is done with something; returns what was parked, which goes on now."""
        self.hands.remove(hand)
        self._idle_since_ms = now_ms
        parked = [held for held in self.hands if held.left_ms is not None]
        for held in parked:
            held.ends_ms, held.left_ms = now_ms + (held.left_ms or 0), None
        return parked

    def view(self) -> AgentView:
        """The agent as the engine is told."""
        load: dict[str, int] = {}
        for held in self.hands:
            if held.left_ms is None:
                load[held.channel] = load.get(held.channel, 0) + 1
        person = self.person
        return AgentView(
            id=person.id,
            name=person.id,
            presence=self._presence,
            skills=person.skills,
            queues=person.queues,
            capacity=person.capacity,
            load=load,
            ringing=self._ringing,
            idle_since_ms=max(self._idle_since_ms, self._offered_ms) + NOT_IDLE_MS if load else self._idle_since_ms,
            languages=person.languages,
            teams=person.teams,
            handled=self._handled,
            offered_ms=self._offered_ms,
        )
