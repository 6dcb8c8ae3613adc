"""routing/crew.py: the agents of a simulation: what each has in hand, and where their time goes.

Offers are accepted at once and wrap-up is part of handling, so an agent's session falls into time
with something in hand and time without. A gap runs from the last thing let go of to the next thing
taken, and is nothing when work was waiting. All of it is clipped to the window that counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from routing.capacity import Limits
from routing.in_hand import Hand, InHand
from routing.model import NOT_IDLE_MS, AgentView
from routing.presence import Presence
from routing.scenario import Group, Scenario


@dataclass(slots=True)
class Times:
    """Where the time of all agents went, within the window."""

    busy_ms: int = 0
    gap_ms: int = 0
    gaps: int = 0


class Member:
    """One agent."""

    def __init__(self, id: str, group: Group, *, limits: Limits, window: tuple[int, int], times: Times) -> None:
        self.id = id
        self.group = group
        self.here = False
        self.taken = 0  #: contacts, all day
        self.idle_ms = 0  #: without work, within the window
        self.session_ms = 0  #: at work or idle, within the window
        self._window = window
        self._times = times
        self._holds: InHand[Hand] = InHand(group.channels, limits)
        self._empty_since_ms = 0
        self._changed_ms = 0
        self._offered_ms = 0

    def come(self, now_ms: int) -> None:
        """Begins to take work."""
        self.here = True
        self._empty_since_ms = self._changed_ms = now_ms

    def go(self, now_ms: int) -> None:
        """Takes nothing new from now on; what is in hand is finished."""
        self.here = False
        if not self._holds.hands:
            self._idle_until(now_ms)

    def take(self, hand: Hand, now_ms: int) -> None:
        """Takes something in hand."""
        if not self._holds.hands:
            self._idle_until(now_ms)
            if self.taken:
                self._count_gap(now_ms)
            self._empty_since_ms = now_ms
        self._holds.take(hand)
        self.taken += 1
        self._changed_ms = self._offered_ms = now_ms

    def let_go(self, hand: Hand, now_ms: int) -> list[Hand]:
        """Is done with something; returns what was parked and goes on now."""
        going_on = self._holds.let_go(hand, now_ms)
        self._changed_ms = now_ms
        if not self._holds.hands:
            busy_ms = self._clipped(self._empty_since_ms, now_ms)
            self._times.busy_ms += busy_ms
            self.session_ms += busy_ms
            self._empty_since_ms = now_ms
        return going_on

    def park(self, channel: str, now_ms: int) -> None:
        """Puts aside what something new of `channel` interrupts."""
        self._holds.park(channel, now_ms)

    def close(self, now_ms: int) -> None:
        """The simulation is over."""
        if self.here and not self._holds.hands:
            self._idle_until(now_ms)

    def view(self) -> AgentView:
        """The agent as the engine is told."""
        group = self.group
        return AgentView(
            id=self.id,
            name=self.id,
            presence=Presence.AVAILABLE if self.here else Presence.OFFLINE,
            skills=group.skills,
            queues=group.queues,
            capacity=group.channels,
            load=self._holds.load(),
            ringing=False,
            idle_since_ms=self._changed_ms + NOT_IDLE_MS if self._holds.hands else self._changed_ms,
            languages=frozenset(),
            teams=group.teams,
            handled=self.taken,
            offered_ms=self._offered_ms,
        )

    def _idle_until(self, now_ms: int) -> None:
        idle_ms = self._clipped(self._empty_since_ms, now_ms)
        self.idle_ms += idle_ms
        self.session_ms += idle_ms

    def _count_gap(self, now_ms: int) -> None:
        gap_ms = self._clipped(self._empty_since_ms, now_ms)
        begins, ends = self._window
        if gap_ms or (self._empty_since_ms == now_ms and begins <= now_ms < ends):
            self._times.gap_ms += gap_ms
            self._times.gaps += 1

    def _clipped(self, since_ms: int, until_ms: int) -> int:
        begins, ends = self._window
        return max(0, min(until_ms, ends) - max(since_ms, begins))


def members(scenario: Scenario, times: Times) -> Iterator[Member]:
    """Everybody, with ids that sort as the groups stand in the file."""
    numbers = count(1)
    window = (scenario.warmup_ms, scenario.horizon_ms)
    for group in scenario.groups:
        for _ in range(group.count):
            id = f"{next(numbers):06d}"
            yield Member(id, group, limits=scenario.rules.limits, window=window, times=times)
