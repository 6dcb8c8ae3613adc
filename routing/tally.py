"""routing/tally.py: the figures of a simulation, counted as `METRICS` defines them.

Only what arrives in the window counts. Waits are whole milliseconds; who did not wait at all is
only counted, so a long simulation of a quiet floor needs little memory. A ratio over nothing is None.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

#: An abandoned wait up to this is short: a wrong number, or a change of mind.
SHORT_MS = 5_000


class Figures(TypedDict):
    """What there is to say of a queue, or of all."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    waited_share: float | None
    wait_mean_s: float | None
    wait_p50_s: float | None
    wait_p90_s: float | None
    wait_p99_s: float | None
    asa_s: float | None
    service_level: float | None
    abandon_rate: float | None


class AgentFigures(TypedDict):
    """What there is to say of the agents."""

    occupancy: float | None
    idle_mean_s: float | None
    idle_gini: float | None


class Tally:
    """What became of the contacts of one queue."""

    def __init__(self, within_ms: int) -> None:
        self._within_ms = within_ms
        self.offered = self.answered = self.abandoned = self.short = self.in_time = 0
        self.answered_ms = 0  #: waits of the answered, together
        self.at_once = 0  #: left without having waited
        self.waits = array("q")  #: waits of all who waited and left

    def answer(self, wait_ms: int) -> None:
        """A contact is answered."""
        self.answered += 1
        self.answered_ms += wait_ms
        self.in_time += wait_ms <= self._within_ms
        self._leave(wait_ms)

    def abandon(self, wait_ms: int) -> None:
        """A contact hangs up."""
        self.abandoned += 1
        self.short += wait_ms <= SHORT_MS
        self._leave(wait_ms)

    def _leave(self, wait_ms: int) -> None:
        if wait_ms:
            self.waits.append(wait_ms)
        else:
            self.at_once += 1


def figures(tallies: Sequence[Tally]) -> Figures:
    """The figures of these queues together."""
    answered, abandoned = (sum(getattr(tally, name) for tally in tallies) for name in ("answered", "abandoned"))
    offered = sum(tally.offered for tally in tallies)
    short = sum(tally.short for tally in tallies)
    line = _Line(at_once=sum(tally.at_once for tally in tallies), waits=_sorted(tallies))
    left = answered + abandoned
    return Figures(
        offered=offered,
        answered=answered,
        abandoned=abandoned,
        short_abandoned=short,
        waited_share=_ratio(len(line.waits), left),
        wait_mean_s=_ratio(sum(line.waits), 1000 * left),
        wait_p50_s=line.percentile(50),
        wait_p90_s=line.percentile(90),
        wait_p99_s=line.percentile(99),
        asa_s=_ratio(sum(tally.answered_ms for tally in tallies), 1000 * answered),
        service_level=_ratio(sum(tally.in_time for tally in tallies), left - short),
        abandon_rate=_ratio(abandoned, offered),
    )


def agent_figures(*, busy_ms: int, idle_ms: Sequence[int], gap_ms: int, gaps: int) -> AgentFigures:
    """The figures of agents whose total idle times are `idle_ms`."""
    return AgentFigures(
        occupancy=_ratio(busy_ms, busy_ms + sum(idle_ms)),
        idle_mean_s=_ratio(gap_ms, 1000 * gaps),
        idle_gini=gini(idle_ms),
    )


def gini(values: Sequence[int]) -> float | None:
    """How unequal they are: 0 when all are the same, towards 1 when one has it all."""
    weighted = sum((2 * rank - len(values) - 1) * value for rank, value in enumerate(sorted(values), start=1))
    return _ratio(weighted, len(values) * sum(values))


@dataclass(frozen=True, kw_only=True)
class _Line:
    """All waits in order: so many of nothing, then the others."""

    at_once: int
    waits: Sequence[int]

    def percentile(self, percent: int) -> float | None:
        """The nearest rank: the least wait that so many in a hundred do not exceed."""
        rank = -(-percent * (self.at_once + len(self.waits)) // 100)
        if rank == 0:
            return None
        return 0.0 if rank <= self.at_once else self.waits[rank - self.at_once - 1] / 1000


def _sorted(tallies: Iterable[Tally]) -> Sequence[int]:
    waits = array("q")
    for tally in tallies:
        waits.extend(tally.waits)
    return sorted(waits)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
