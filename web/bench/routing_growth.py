"""web/bench/routing_growth.py: whether a decision's cost grows no faster than the logarithm of the floor's size.

What the logarithm comes to on this machine says a bare heap of as many entries, timed in the same turns: a push and a
pop are O(log n) by its making, and what is large has left the machine's caches for it too. So what grows no faster than
the heap grows no faster than log n. The bare logarithm, which no memory slows, is told beside it: from 100 to 20,000 it
grows by log(20,000) / log(100) = 2.15.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

#: The figures of a floor, and what is said of them.
_FIGURES = {"us_per_decision": "", "us_with_why": " with why"}
_HEAP = "us_per_push_and_pop"


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How much dearer a decision is at the largest size than at the smallest, and how much it may be."""

    name: str
    first: int
    last: int
    times: float
    allowed: float  #: the growth of the bare heap beside it

    @property
    def holds(self) -> bool:
        """Whether it grows no faster than the heap."""
        return self.times <= self.allowed

    def __str__(self) -> str:
        found = f"{self.name}: from {self.first:,} to {self.last:,} a decision costs {self.times:.2f} times as much"
        beside = f"a bare heap {self.allowed:.2f}, the logarithm alone {log(self.last) / log(self.first):.2f}"
        return f"{found}, {beside}: {'holds' if self.holds else 'DOES NOT HOLD'}"


def growths(grown: Mapping[str, Mapping[str, float]], first: int, last: int) -> list[Growth]:
    """The growth of each floor of `careline bench routing`, without and with explanations."""
    return [
        Growth(name=name + asked, first=first, last=last, times=floor[key], allowed=floor[_HEAP])
        for name, floor in grown.items()
        for key, asked in _FIGURES.items()
    ]
