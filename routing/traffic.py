"""routing/traffic.py: what arrives in a simulation, when, how long it takes and how long it waits.

Chance comes in as numbers between 0 and 1. A line of traffic draws from four sources of its own, one each
for arrivals, handling, patience and whom its customers know, so that a line that is added, or a patience
that is changed, leaves all other draws as they were: two scenarios can be compared contact by contact.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import repeat
from math import exp, log, log1p, sqrt
from operator import attrgetter
from statistics import NormalDist
from typing import NamedTuple, Protocol

from routing.model import Wanted

HOUR_MS = 3_600_000

_STANDARD = NormalDist()


class Chance(Protocol):
    """A source of numbers, all equally likely, from 0 to below 1. `random.Random` is one."""

    def random(self) -> float: ...


#: Gives each name a source of its own; the same name gets the same numbers.
Chances = Callable[[str], Chance]


class Known(NamedTuple):
    """For a share of the contacts an agent is wanted, as what is said, and they are kept for that one for so long."""

    wanted_as: Wanted
    share: float
    kept_ms: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """What all contacts of a line of traffic have in common; `due_in_ms` is their own deadline, from arrival.

    Of those `known` the first who is there is wanted.
    """

    queue: str
    channel: str
    kind: str = "interaction"
    priority: int = 0
    tier: str = ""
    due_in_ms: int | None = None
    known: tuple[Known, ...] = ()


class Contact(NamedTuple):
    """One contact as it arrives. Without patience it waits for ever. `drawn` decides of each of the line's `known`
    whether there is one, and who."""

    line: Line
    arrived_ms: int
    handle_ms: int
    patience_ms: int | None
    drawn: tuple[float, ...] = ()


class Duration(Protocol):
    """A distribution of durations: `at(share)` is the one below which that share lies."""

    def at(self, share: float) -> float: ...


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """Without memory, as the formulas of Erlang assume."""

    mean_ms: float

    def at(self, share: float) -> float:
        return -self.mean_ms * log1p(-share)


@dataclass(frozen=True, kw_only=True)
class Lognormal:
    """Skewed as real handling times are; mean and deviation are those of the time, not of its logarithm."""

    mean_ms: float
    deviation_ms: float

    def at(self, share: float) -> float:
        if self.deviation_ms == 0 or share <= 0:
            return self.mean_ms if self.deviation_ms == 0 else 0.0
        variance = log1p((self.deviation_ms / self.mean_ms) ** 2)
        return exp(log(self.mean_ms) - variance / 2 + sqrt(variance) * _STANDARD.inv_cdf(share))


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Always the same."""

    value_ms: float

    def at(self, share: float) -> float:  # every share lies below the same
        return self.value_ms


@dataclass(frozen=True, kw_only=True)
class Empirical:
    """One of what was measured, each equally likely."""

    values_ms: tuple[float, ...]

    def at(self, share: float) -> float:
        return self.values_ms[int(share * len(self.values_ms))]


@dataclass(frozen=True, kw_only=True)
class Poisson:
    """Contacts at random, so many an hour, from one instant until another."""

    line: Line
    rate_per_hour: float
    handle: Duration
    patience: Duration | None = None
    from_ms: int = 0
    until_ms: int | None = None

    def expected(self, horizon_ms: int) -> float:
        """How many arrive before the horizon, on average."""
        end = horizon_ms if self.until_ms is None else min(horizon_ms, self.until_ms)
        return self.rate_per_hour * max(0, end - self.from_ms) / HOUR_MS

    def contacts(self, horizon_ms: int, name: str, chances: Chances) -> Iterator[Contact]:
        """Everything that arrives before the horizon, in order."""
        if self.rate_per_hour <= 0:
            return
        gap = Exponential(mean_ms=HOUR_MS / self.rate_per_hour)
        arrivals, handling, patience = (chances(f"{name} {what}") for what in ("arrivals", "handling", "patience"))
        end = horizon_ms if self.until_ms is None else min(horizon_ms, self.until_ms)
        knows = _knows(self.line, name, chances)
        # The instants add up unrounded: rounded gaps would change a high rate.
        at = self.from_ms + gap.at(arrivals.random())
        while (arrived_ms := int(at)) < end:
            wait = None if self.patience is None else round(self.patience.at(patience.random()))
            yield Contact(self.line, arrived_ms, round(self.handle.at(handling.random())), wait, next(knows))
            at += gap.at(arrivals.random())


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Contacts as they were recorded, in order of arrival."""

    line: Line
    recorded: Sequence[Contact]

    def expected(self, horizon_ms: int) -> float:
        """How many arrive before the horizon."""
        return sum(contact.arrived_ms < horizon_ms for contact in self.recorded)

    def contacts(self, horizon_ms: int, name: str, chances: Chances) -> Iterator[Contact]:
        """Everything that arrives before the horizon, in order."""
        coming = (contact for contact in self.recorded if contact.arrived_ms < horizon_ms)
        if not self.line.known:
            return coming
        knows = _knows(self.line, name, chances)
        return (contact._replace(drawn=next(knows)) for contact in coming)


def arrivals(traffic: Sequence[Poisson | Trace], *, horizon_ms: int, chances: Chances) -> Iterator[Contact]:
    """Everything that arrives before the horizon, in order; at one instant in the order of the traffic."""
    seen: dict[str, int] = {}
    streams = []
    for line in traffic:
        name = f"{line.line.queue} {line.line.channel}"
        seen[name] = seen.get(name, 0) + 1
        streams.append(line.contacts(horizon_ms, f"{name} {seen[name]}", chances))
    return merge(*streams, key=attrgetter("arrived_ms"))


def _knows(line: Line, name: str, chances: Chances) -> Iterator[tuple[float, ...]]:
    """For each contact of a line what decides whom its customer knows."""
    if not line.known:
        yield from repeat(())
    chance = chances(f"{name} knows")
    while True:
        yield tuple(chance.random() for _ in line.known)
