"""tests/simulation/scenes.py: scenarios as people write them, played as the command plays them."""

from collections.abc import Mapping
from typing import Any

from desk.scenarios.file import read
from desk.scenarios.simulation import simulate

HEADER = "arrival_s,handle_s,patience_s\n"


def trace(*rows: str) -> str:
    """A trace with these rows."""
    return HEADER + "".join(f"{row}\n" for row in rows)


def play(text: str, traces: Mapping[str, str] | None = None, *, seed: int | None = None) -> dict[str, Any]:
    """The figures of a scenario, without how long it took."""
    loaded = read(text, (traces or {}).__getitem__)
    result = simulate(loaded.scenario, seed=loaded.seed if seed is None else seed)
    del result["wall_s"], result["decisions_per_s"]
    return result


def one_queue(rows: str, *, agents: str = "{queues: [billing]}", queue: str = "{}", more: str = "") -> dict[str, Any]:
    """One queue, its calls by a trace, and one group of agents."""
    text = f"""
horizon_s: 1000
{more}
queues: {{billing: {queue}}}
agents: [{agents}]
traffic: [{{queue: billing, channel: voice, trace: calls.csv}}]
"""
    return play(text, {"calls.csv": rows})
