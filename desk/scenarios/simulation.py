"""desk/scenarios/simulation.py: a scenario played with chance and a stopwatch: the result of `careline simulate`."""

from random import Random
from time import perf_counter
from typing import Any

from routing.scenario import Scenario
from routing.simulation import Progress, play


def simulate(scenario: Scenario, *, seed: int, progress: Progress | None = None) -> dict[str, Any]:
    """The result as plain data; the same seed gives the same, `decisions_per_s` and `wall_s` aside."""
    began = perf_counter()
    # A text seeds the same numbers in every process; a hash of ours would not.
    result = play(scenario, chances=lambda name: Random(f"{seed} {name}"), progress=progress)
    wall_s = perf_counter() - began
    speaks_of_it = any(line.line.known for line in scenario.traffic)
    return {
        "queues": dict(result.queues),
        "all": result.all,
        "agents": result.agents,
        **({"preferred": {"wanted": result.wanted, "had": result.had}} if speaks_of_it else {}),
        "decisions_per_s": round(result.decisions / wall_s, 1),
        "wall_s": round(wall_s, 6),
    }
