"""tests/simulation/reference.py: another simulator, plain and slow, written from the contract alone.

It knows no engine, no heap and no event: it walks through time a millisecond at a time and tries everything.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any


@dataclass
class Call:
    """A contact of a trace."""

    queue: str
    channel: str
    arrived: int
    handle: int
    patience: int | None
    number: int
    left: int | None = None
    answered: bool = False


@dataclass
class Person:
    """An agent."""

    number: int
    queues: list[str]
    skills: dict[str, int]
    channels: dict[str, int]
    begins: int
    until: int | None
    hands: list[tuple[int, str]] = field(default_factory=list)
    touched: int = 0
    idle: int = 0
    busy: int = 0
    gaps: list[int] = field(default_factory=list)
    gap: int | None = None

    def here(self, now: int) -> bool:
        return self.begins <= now and (self.until is None or now < self.until)

    def fits(self, call: Call, now: int, needs: dict[str, dict[str, int]]) -> bool:
        return (
            self.here(now)
            and call.queue in self.queues
            and all(self.skills.get(skill, 0) >= level for skill, level in needs[call.queue].items())
            and not any(channel == "voice" for _, channel in self.hands)
            and sum(channel == call.channel for _, channel in self.hands) < self.channels.get(call.channel, 0)
        )


@dataclass
class Reference:
    """The floor; times are milliseconds, `queues` maps a key to (priority, target, skills)."""

    queues: dict[str, tuple[int, int, dict[str, int]]]
    people: list[Person]
    calls: list[Call]
    warmup: int
    horizon: int

    def play(self) -> dict[str, Any]:
        for person in self.people:
            person.touched = person.begins
        coming = sorted((call for call in self.calls if call.arrived < self.horizon), key=lambda call: call.arrived)
        waiting: list[Call] = []
        now = 0
        last = self.horizon + sum(call.handle + (call.patience or 0) for call in coming) + 1
        while now < max(last, 1) and (coming or waiting or now < self.horizon or any(p.hands for p in self.people)):
            self._free_and_serve(waiting, now)
            self._hang_up(waiting, now)
            while coming and coming[0].arrived == now:
                waiting.append(coming.pop(0))
            self._serve(waiting, now)
            self._free_and_serve(waiting, now)
            self._hang_up(waiting, now)
            self._spend(now)
            now += 1
        return {
            "queues": {key: self._figures([c for c in self.calls if c.queue == key]) for key in self.queues},
            "all": self._figures(self.calls),
            "agents": self._agents(),
        }

    def _free_and_serve(self, waiting: list[Call], now: int) -> None:
        """Until nothing ends at this instant any more: some contacts take no time."""
        self._free(now)
        self._serve(waiting, now)
        while any(ends <= now for person in self.people for ends, _ in person.hands):
            self._free(now)
            self._serve(waiting, now)

    def _hang_up(self, waiting: list[Call], now: int) -> None:
        for call in [call for call in waiting if call.patience is not None and call.arrived + call.patience <= now]:
            waiting.remove(call)
            call.left = now

    def _free(self, now: int) -> None:
        for person in self.people:
            done = [hand for hand in person.hands if hand[0] <= now]
            if done:
                person.hands = [hand for hand in person.hands if hand[0] > now]
                person.touched = now
                if not person.hands:
                    person.gap = now

    def _serve(self, waiting: list[Call], now: int) -> None:
        needs = {key: skills for key, (_, _, skills) in self.queues.items()}
        again = True
        while again:
            again = False
            for call in sorted(waiting, key=lambda c: (-self.queues[c.queue][0], c.arrived, c.number)):
                able = [person for person in self.people if person.fits(call, now, needs)]
                if able:
                    person = min(able, key=lambda p: (bool(p.hands), p.touched, p.number))
                    waiting.remove(call)
                    self._answer(call, person, now)
                    again = True
                    break

    def _answer(self, call: Call, person: Person, now: int) -> None:
        call.left, call.answered = now, True
        if not person.hands and person.gap is not None:
            clipped = max(0, min(now, self.horizon) - max(person.gap, self.warmup))
            if clipped or (person.gap == now and self.warmup <= now < self.horizon):
                person.gaps.append(clipped)
        person.gap = None
        person.touched = now
        person.hands.append((now + call.handle, call.channel))

    def _spend(self, now: int) -> None:
        if self.warmup <= now < self.horizon:
            for person in self.people:
                if person.hands:
                    person.busy += 1
                elif person.here(now):
                    person.idle += 1

    def _figures(self, calls: list[Call]) -> dict[str, Any]:
        calls = [call for call in calls if self.warmup <= call.arrived < self.horizon]
        left = [call for call in calls if call.left is not None]
        waits = sorted((call.left or 0) - call.arrived for call in left)
        answered = [call for call in left if call.answered]
        short = [call for call in left if not call.answered and (call.left or 0) - call.arrived <= 5_000]
        in_time = [c for c in answered if (c.left or 0) - c.arrived <= self.queues[c.queue][1]]

        def ratio(part: int, whole: int) -> float | None:
            return float(Fraction(part, whole)) if whole else None

        def rank(percent: int) -> float | None:
            return waits[ceil(Fraction(percent * len(waits), 100)) - 1] / 1000 if waits else None

        return {
            "offered": len(calls),
            "answered": len(answered),
            "abandoned": len(left) - len(answered),
            "short_abandoned": len(short),
            "waited_share": ratio(sum(wait > 0 for wait in waits), len(waits)),
            "wait_mean_s": ratio(sum(waits), 1000 * len(waits)),
            "wait_p50_s": rank(50),
            "wait_p90_s": rank(90),
            "wait_p99_s": rank(99),
            "asa_s": ratio(sum((call.left or 0) - call.arrived for call in answered), 1000 * len(answered)),
            "service_level": ratio(len(in_time), len(left) - len(short)),
            "abandon_rate": ratio(len(left) - len(answered), len(calls)),
        }

    def _agents(self) -> dict[str, float | None]:
        there = [person for person in self.people if person.busy or person.idle]
        idle = [person.idle for person in there]
        busy, gaps = sum(person.busy for person in there), [gap for person in there for gap in person.gaps]
        apart = sum(abs(one - other) for one in idle for other in idle)
        return {
            "occupancy": busy / (busy + sum(idle)) if there else None,
            "idle_mean_s": sum(gaps) / (1000 * len(gaps)) if gaps else None,
            "idle_gini": float(Fraction(apart, 2 * len(idle) * sum(idle))) if sum(idle) else None,
        }
