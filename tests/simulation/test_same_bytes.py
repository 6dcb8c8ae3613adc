"""The same seed gives the same result to the byte, in any process; what is added changes nothing else."""

import os
import subprocess
import sys
from random import Random

from routing.traffic import Constant, Exponential, Line, Poisson, arrivals
from tests.simulation.scenes import play

FLOOR = """
horizon_s: 7200
warmup_s: 600
queues: {billing: {skills: {billing: 2}}, general: {priority: 1}}
agents:
  - {count: 5, queues: [billing, general], skills: {billing: 3}, channels: {voice: 1, chat: 3}}
  - {count: 3, queues: [general], channels: {voice: 1, chat: 3}, until_s: 5000}
traffic:
  - {queue: billing, channel: voice, rate_per_hour: 60, handle_s: {lognormal: [180, 120]}, patience_s: {constant: 45}}
  - {queue: general, channel: chat, rate_per_hour: 90, handle_s: {empirical: [60, 200, 900]}}
  - {queue: general, channel: voice, rate_per_hour: 40, handle_s: {exponential: 100}, patience_s: {constant: 45}}
"""

PLAYS = """
import json
from tests.simulation.scenes import play
from tests.simulation.test_same_bytes import FLOOR
print(json.dumps(play(FLOOR, seed=7)))
"""


def test_in_another_process_the_same_bytes() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", PLAYS],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    ]

    assert said[0] == said[1] != b""


def test_another_seed_is_another_day() -> None:
    assert play(FLOOR, seed=1) == play(FLOOR, seed=1) != play(FLOOR, seed=2)


def test_a_line_that_is_added_leaves_the_others_as_they_were() -> None:
    def line(queue: str, patience: Exponential | None = None) -> Poisson:
        return Poisson(
            line=Line(queue=queue, channel="voice"),
            rate_per_hour=60,
            handle=Exponential(mean_ms=60_000),
            patience=patience,
        )

    def drawn(*lines: Poisson) -> list[tuple[int, int]]:
        everything = arrivals(lines, horizon_ms=36_000_000, chances=lambda name: Random(f"1 {name}"))
        return [(each.arrived_ms, each.handle_ms) for each in everything if each.line.queue == "billing"]

    alone = drawn(line("billing"))
    assert len(alone) > 500
    assert drawn(line("general"), line("billing"), line("cards")) == alone
    assert drawn(line("billing", Exponential(mean_ms=1_000))) == alone
    assert alone != drawn(line("billing"), line("billing")), "a second line of the same kind is no echo of the first"
    assert set(alone) < set(drawn(line("billing"), line("billing")))


def test_traffic_from_one_instant_until_another() -> None:
    line = Poisson(
        line=Line(queue="billing", channel="voice"),
        rate_per_hour=3600,
        handle=Constant(value_ms=1),
        from_ms=10_000,
        until_ms=20_000,
    )
    instants = [each.arrived_ms for each in line.contacts(3_600_000, "x", Random)]

    assert instants == sorted(instants)
    assert instants[0] >= 10_000
    assert instants[-1] < 20_000
