"""What the engine says, as one digest: of random histories, and of the floors of the benchmark.

    python [-X pure] -m tests.unit.routing.said

A line for each, and first whether it runs compiled. What is the same, line by line, was decided alike and explained
alike, to the byte.
"""

import json
import sys
from hashlib import sha256
from inspect import isfunction
from random import Random

from routing.engine import Engine
from tests.unit.routing.floors import Floor as Told
from tests.unit.routing.histories import AlikeFloor, play
from web.bench.routing_floor import Floor
from web.bench.routing_load import WORKLOADS

HISTORIES, EVENTS = 12, 120
SIZE, STEPS = 150, 300


def main() -> None:
    lines = ["plain" if isfunction(Engine.decide) else "compiled"]
    for seed in range(HISTORIES):
        for floor in (Told(), AlikeFloor()):
            said = b"".join(play(Random(seed), events=EVENTS, floor=floor).said)
            lines.append(f"history {seed} {type(floor).__name__} {sha256(said).hexdigest()}")
    for name, maker in WORKLOADS.items():
        chance = Random(7)
        large = Floor(maker(SIZE, SIZE, chance), chance)
        large.play(STEPS)
        lines.append(f"floor {name} {_told_again(large)}")
    sys.stdout.write("\n".join(lines))


def _told_again(floor: Floor) -> str:
    """What another engine says that is told the same."""
    engine, said = Engine(), sha256()
    engine.set_rules(floor.rules)
    ears = (engine.put_agent, engine.put_work, engine.decide)
    for ear, value in floor.tape:
        for decision in ears[ear](value) or ():
            told = [*decision[:3], decision.also, decision.interrupts, decision.why.as_dict()]
            said.update(json.dumps(told).encode())
    return said.hexdigest()


if __name__ == "__main__":
    main()
