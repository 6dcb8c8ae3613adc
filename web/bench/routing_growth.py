"""web/bench/routing_growth.py: whether a decision's cost grows no faster than the logarithm of the floor's size.

Two figures say what log n comes to, and the greater is the bound. The logarithm itself grows from 100 to 20,000 by
log(20,000) / log(100) = 2.15, and knows nothing of memory: what is large leaves the machine's caches. A bare heap of as
many entries, timed in the same turns, does: a push and a pop are O(log n) by its making, so where memory makes even
them grow more than the logarithm, a decision may too, as much. Where the heap grows less, as all of it stays in caches
or much of a push costs the same at any size, the logarithm is the promise still. The heap has one growth, by the turns
of all floors.

Each growth is told with the figures between which it lies. They decide nothing: a floor holds or not by its own figure
and the bound, however unsure they are.
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
    heap: Times  #: the growth of the bare heap beside it

    @property
    def logarithm(self) -> float:
        """How much the logarithm grows."""
        return log(self.last) / log(self.first)

    @property
    def holds(self) -> bool:
        """Whether it grows no faster than the logarithm, or than the heap where that has grown more."""
        return self.grown.times <= max(self.logarithm, self.heap.times)

    def __str__(self) -> str:
        found = f"{self.name}: from {self.first:,} to {self.last:,} a decision costs {self.grown} times as much"
        bound = f"the greater of the logarithm {self.logarithm:.2f} and a bare heap {self.heap}"
        return f"{found}, at most {bound}: {'holds' if self.holds else 'DOES NOT HOLD'}"


def growths(
    grown: Mapping[str, Mapping[str, Mapping[str, float]]], heap: Mapping[str, float], first: int, last: int
) -> list[Growth]:
    """The growth of each floor of `careline bench routing`, without and with explanations, and what it is held to."""
    return [
        Growth(name=name + asked, first=first, last=last, grown=Times(**floor[key]), heap=Times(**heap))
        for name, floor in grown.items()
        for key, asked in _FIGURES.items()
    ]
