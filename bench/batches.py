"""bench/batches.py: figures of one long simulation with their own confidence interval, by batch means.

The window is cut into batches of equal time, long against what one moment has to do with the next;
each gives a figure, and how much these differ says how sure the mean of them is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from bench.recursion import play_by_router
from routing.scenario import Scenario
from routing.simulation import Watch
from routing.traffic import Contact

BATCHES = 10
#: How many standard errors hold the true mean 95 and 99 times in a hundred, with so few batches (Student).
T95, T99 = 2.262, 3.250


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean and its standard error."""

    mean: float
    error: float

    def holds(self, truth: float, *, errors: float = T99) -> bool:
        """Whether `truth` lies within so many standard errors."""
        return abs(self.mean - truth) <= errors * self.error

    def __str__(self) -> str:
        return f"{self.mean:.4g} ± {T95 * self.error:.2g}"


@dataclass(slots=True)
class Batch:
    """What arrived in one batch, and what became of it."""

    left: int = 0
    waited: int = 0
    answered: int = 0
    in_time: int = 0
    wait_ms: int = 0


#: Plays a scenario by a seed, and tells of each contact that leaves.
Plays = Callable[[Scenario, int, Watch], None]

#: A figure of a batch.
Figure = Callable[[Batch], float]

FIGURES: dict[str, Figure] = {
    "wait_share": lambda batch: batch.waited / batch.left,
    "wait_mean_s": lambda batch: batch.wait_ms / batch.left / 1000,
    "abandon_share": lambda batch: 1 - batch.answered / batch.left,
    "in_time_share": lambda batch: batch.in_time / batch.left,
}


def measure(
    scenario: Scenario, *, seed: int, within_ms: int = 20_000, by: Plays = play_by_router
) -> dict[str, Estimate]:
    """Plays a scenario once, and says each figure with its error."""
    batches = [Batch() for _ in range(BATCHES)]
    window_ms = scenario.horizon_ms - scenario.warmup_ms

    def watch(contact: Contact, now_ms: int, answered: bool) -> None:
        if contact.arrived_ms < scenario.warmup_ms:
            return
        batch = batches[(contact.arrived_ms - scenario.warmup_ms) * BATCHES // window_ms]
        wait_ms = now_ms - contact.arrived_ms
        batch.left += 1
        batch.waited += wait_ms > 0
        batch.wait_ms += wait_ms
        batch.answered += answered
        batch.in_time += answered and wait_ms <= within_ms

    by(scenario, seed, watch)
    return {name: _estimate([figure(batch) for batch in batches]) for name, figure in FIGURES.items()}


def _estimate(values: list[float]) -> Estimate:
    return Estimate(mean=fmean(values), error=stdev(values) / sqrt(len(values)))
