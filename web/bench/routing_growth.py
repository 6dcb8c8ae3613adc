"""web/bench/routing_growth.py: whether a decision's cost grows no faster than the logarithm of the floor's size.

From one size to another the logarithm grows by log(last) / log(first): from 100 to 20,000 by 2.15.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

#: The figures of a point, and what is said of them.
_FIGURES = {"us_per_decision": "", "us_with_why": " with why"}


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How much dearer a decision is at the largest size than at the smallest, and how much it may be."""

    name: str
    first: int
    last: int
    times: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether it grows no faster than the logarithm."""
        return self.times <= self.allowed

    def __str__(self) -> str:
        found = f"{self.name}: from {self.first:,} to {self.last:,} a decision costs {self.times:.2f} times as much"
        return f"{found}; log n allows {self.allowed:.2f}: {'holds' if self.holds else 'DOES NOT HOLD'}"


def growths(curves: Mapping[str, Sequence[Mapping[str, float]]]) -> list[Growth]:
    """The growth of each curve of `careline bench routing`, without and with explanations. A curve of one point has
    not grown."""
    found = []
    for name, points in curves.items():
        first, last = points[0], points[-1]
        sizes = int(first["agents"]), int(last["agents"])
        allowed = log(sizes[1]) / log(sizes[0])
        for key, asked in _FIGURES.items():
            times = last[key] / first[key]
            found.append(Growth(name=name + asked, first=sizes[0], last=sizes[1], times=times, allowed=allowed))
    return found
