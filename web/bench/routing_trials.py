"""web/bench/routing_trials.py: what a decision costs, timed piece by piece in turns.

A machine gives a third more or less from one minute to the next, so what is compared is timed in turns: of each size a
piece without words, one with them, and one on a bare heap of as many entries, then of the next size, and again. Each
turn has its own growth from the smallest size to the largest, and the median of these counts. How sure it is say the
turns themselves: between the two figures beside it the true median lies in nineteen of twenty cases.
"""

import gc
import time
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from math import sqrt
from random import Random
from statistics import median
from typing import NamedTuple

from routing.engine import Engine
from web.bench.routing_floor import Floor, tell, tell_and_ask
from web.bench.routing_load import Maker

SEED = 7
#: What is timed is cut into so many pieces without words, and as many with them; the median of each counts.
PIECES = 31


class Cost(NamedTuple):
    """Microseconds for a decision: the engine's work alone, and with every explanation in words."""

    us_per_decision: float
    us_with_why: float

    def as_dict(self) -> dict[str, float]:
        """Both, rounded."""
        return {key: round(us, 1) for key, us in self._asdict().items()}

    def rates(self) -> dict[str, float]:
        """How many decisions a second they make, beside them."""
        plain, with_why = (round(1e6 / us) for us in self)
        return {"decisions_per_s": plain, "decisions_per_s_with_why": with_why, **self.as_dict()}

    def __str__(self) -> str:
        return f"{1e6 / self.us_per_decision:,.0f} decisions/s, {1e6 / self.us_with_why:,.0f}/s with why"


class Turn(NamedTuple):
    """What was timed together: a decision, and a push and pop on a bare heap."""

    us_per_decision: float
    us_with_why: float
    us_per_push_and_pop: float


def worst(costs: Iterable[Cost]) -> Cost:
    """The dearest of each figure."""
    return Cost(*map(max, zip(*costs, strict=True)))


def usual(turns: Iterable[Turn]) -> Turn:
    """The median of each figure."""
    return Turn(*map(median, zip(*turns, strict=True)))


class Times(NamedTuple):
    """How many times as much something costs at another size, and between what in nineteen of twenty cases."""

    times: float
    at_least: float
    at_most: float

    def __str__(self) -> str:
        return f"{self.times:.2f} ({self.at_least:.2f} to {self.at_most:.2f})"


def growth(turns: Iterable[tuple[float, float]]) -> Times:
    """How much a figure has grown by turns that each timed it at both sizes: the median of them, each by itself."""
    grown = sorted([after / before for before, after in turns])
    ends = max(0, int((len(grown) - 1.96 * sqrt(len(grown))) / 2))  # hardly ever are fewer on one side of the truth
    return Times(median(grown), grown[ends], grown[-1 - ends])


class Trial:
    """A floor of one size whose engine is timed: `PIECES` turns of as many decisions, `least` in all."""

    def __init__(self, maker: Maker, agents: int, waiting: int, *, least: int) -> None:
        chance = Random(SEED)
        floor = Floor(maker(agents, waiting, chance), chance)
        began = len(floor.tape)
        floor.play(least // PIECES)  # caches fill
        warm = len(floor.tape)
        floor.play(2 * least)
        self._engine = Engine()
        self._engine.set_rules(floor.rules)
        tell(self._engine, floor.tape[:began])
        tell_and_ask(self._engine, floor.tape[began:warm])
        self._tape = floor.tape[warm:]
        self._piece = -(-len(self._tape) // (2 * PIECES))
        self._told = 0
        self._heap = BareHeap(waiting)
        self._pushes = least

    def turn(self) -> Turn:
        """The next piece of each."""
        plain, with_why = (self._us(ask) for ask in (False, True))
        return Turn(plain, with_why, self._heap.us_per_push(self._pushes))

    def _us(self, ask: bool) -> float:
        told = self._tape[self._told : self._told + self._piece]
        self._told += self._piece
        timed = tell_and_ask if ask else tell
        before = time.process_time()
        decisions = timed(self._engine, told)
        return (time.process_time() - before) / max(1, decisions) * 1e6


class BareHeap:
    """The library's heap of so many entries, and nothing else."""

    def __init__(self, entries: int) -> None:
        self._chance = Random(SEED)
        self._heap = [(self._chance.randrange(10**9), number, f"w{number}") for number in range(entries)]
        heapify(self._heap)

    def us_per_push(self, pushes: int) -> float:
        """Microseconds for one push and pop."""
        coming = [(self._chance.randrange(10**9), number, f"v{number}") for number in range(pushes)]
        heap = self._heap
        before = time.process_time()
        for entry in coming:
            heappush(heap, entry)
            heappop(heap)
        return (time.process_time() - before) / pushes * 1e6


def in_turns(trials: Sequence[Trial]) -> list[list[Turn]]:
    """The turns of each trial, while all are tried side by side."""
    gc.collect()
    gc.freeze()  # as the server does when it has started
    try:
        rounds = [[trial.turn() for trial in trials] for _ in range(PIECES)]
    finally:
        gc.unfreeze()
    return [list(turns) for turns in zip(*rounds, strict=True)]
