"""web/bench/routing_growth.py: whether a decision's cost grows no faster than the logarithm of the floor's size.

What the logarithm comes to on this machine says a bare heap of as many entries, timed in the same turns: a push and a
pop are O(log n) by its making, and what is large has left the machine's caches for it too. So what grows no faster than
the heap grows no faster than log n. The bare logarithm, which no memory slows, is told beside it: from 100 to 20,000 it
grows by log(20,000) / log(100) = 2.15. The heap has one growth, by the turns of all floors.

Each growth is told with the figures between which it lies. They decide nothing: a floor holds or not by its own figure
and the heap's, however unsure both are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from web.bench.routing_trials import Times

#: The figures of a floor, and what is said of them.
_FIGURES = {"us_per_decision": "", "us_with_why": " with why"}


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How much dearer a decision is at the largest size than at the smallest, and how much it may be."""

    name: str
    first: int
    last: int
    grown: Times
    allowed: Times  #: the growth of the bare heap beside it

    @property
    def holds(self) -> bool:
        """Whether it grows no faster than the heap."""
        return self.grown.times <= self.allowed.times

    def __str__(self) -> str:
        found = f"{self.name}: from {self.first:,} to {self.last:,} a decision costs {self.grown} times as much"
        beside = f"a bare heap {self.allowed}, the logarithm alone {log(self.last) / log(self.first):.2f}"
        return f"{found}, {beside}: {'holds' if self.holds else 'DOES NOT HOLD'}"


def growths(
    grown: Mapping[str, Mapping[str, Mapping[str, float]]], heap: Mapping[str, float], first: int, last: int
) -> list[Growth]:
    """The growth of each floor of `careline bench routing`, without and with explanations, beside that of the heap."""
    return [
        Growth(name=name + asked, first=first, last=last, grown=Times(**floor[key]), allowed=Times(**heap))
        for name, floor in grown.items()
        for key, asked in _FIGURES.items()
    ]
