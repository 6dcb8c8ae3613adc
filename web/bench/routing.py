"""web/bench/routing.py: decisions of the engine alone, in this process: no database, no network.

A decision is one finish, one arrival and the timers between: the engine is told that an agent
has finished, decides, is told of an arrival, decides, and is told that each offer was taken. A
floor is played once to write down all that an engine is told; what is timed is another engine
that is told the same, so that the load itself costs nothing. Time is that of this process on a
processor: what else the machine does is not the engine's.

Each cost has two figures, taken in turn while one floor plays on: the engine's work alone, as when
a day is simulated, and with each decision asked why and what it says put into words, as a server
does for each offer.
"""

import gc
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from inspect import isfunction

from routing.engine import Engine
from web.bench.ledger import Result
from web.bench.routing_load import WORKLOADS
from web.bench.routing_trials import Cost, Times, Trial, Turn, growth, in_turns, usual, worst

#: The curve: agents and waiting, from a small team to a very large house.
_SIZES = (100, 300, 1_000, 3_000, 10_000, 20_000)

#: The turns of each floor, by its name: a list for each size.
Grown = Mapping[str, Sequence[Sequence[Turn]]]


def sizes_to(largest: int) -> list[int]:
    """The sizes of a curve that ends at `largest`."""
    return [*(size for size in _SIZES if size < largest), largest]


def measure(agents: int, waiting: int, *, least: int, sizes: Sequence[int], say: Callable[[str], None]) -> Result:
    """All workloads at one size, and each at all `sizes`, beside a bare heap. What is said of all together is the
    worst floor's."""
    began, cpu = time.perf_counter(), time.process_time()
    threshold = gc.get_threshold()
    gc.set_threshold(50_000, 50, 100)  # as the server does
    try:
        here = {name: turns[0] for name, turns in _each([(agents, waiting)], least=least, say=say).items()}
        grown = _each([(size, size) for size in sizes], least=least, say=say)
    finally:
        gc.set_threshold(*threshold)
    costs = {name: _cost(turns) for name, turns in here.items()}
    return {
        **worst(costs.values()).rates(),
        "workloads": {name: cost.rates() for name, cost in costs.items()},
        "compiled": not isfunction(Engine.decide),
        **_curves(sizes, grown),
        "agents": agents,
        "waiting": waiting,
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "seconds": round(time.perf_counter() - began, 1),
        "database": None,
    }


def _each(sizes: Sequence[tuple[int, int]], *, least: int, say: Callable[[str], None]) -> Grown:
    """The turns of each floor at each of the sizes."""
    found = {}
    for name, maker in WORKLOADS.items():
        found[name] = in_turns([Trial(maker, agents, waiting, least=least) for agents, waiting in sizes])
        for (agents, waiting), turns in zip(sizes, found[name], strict=True):
            say(f"{name}, {agents} agents, {waiting} waiting: {_cost(turns)}")
    return found


def _cost(turns: Sequence[Turn]) -> Cost:
    return Cost(*usual(turns)[:2])


def _curves(sizes: Sequence[int], grown: Grown) -> Result:
    """Each floor's cost by size, that of the worst floor and of the bare heap; and how much each has grown."""
    costs = {name: [_cost(turns) for turns in floor] for name, floor in grown.items()}
    heap = [usual(turn for floor in grown.values() for turn in floor[at]) for at in range(len(sizes))]
    return {
        "curve": _curve(sizes, [worst(floors) for floors in zip(*costs.values(), strict=True)]),
        "curves": {name: _curve(sizes, points) for name, points in costs.items()},
        "heap": [
            {"entries": size, "us_per_push_and_pop": round(turn.us_per_push_and_pop, 3)}
            for size, turn in zip(sizes, heap, strict=True)
        ],
        **_growths(grown),
    }


def _growths(grown: Grown) -> Result:
    """How much both costs of each floor have grown from the smallest size to the largest, and the bare heap: it is the
    same one beside each floor, so the turns of all floors say it together."""
    found: Result = {}
    heap: list[tuple[float, float]] = []
    for name, floor in grown.items():
        plain, with_why, beside = map(zip, zip(*floor[0], strict=True), zip(*floor[-1], strict=True))
        found[name] = {"us_per_decision": _rounded(growth(plain)), "us_with_why": _rounded(growth(with_why))}
        heap += beside
    return {"growth": found, "heap_growth": _rounded(growth(heap))}


def _rounded(grown: Times) -> dict[str, float]:
    return {key: round(times, 3) for key, times in grown._asdict().items()}


def _curve(sizes: Sequence[int], costs: Sequence[Cost]) -> list[dict[str, float]]:
    return [{"agents": size, "waiting": size, **point.as_dict()} for size, point in zip(sizes, costs, strict=True)]
