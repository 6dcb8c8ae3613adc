"""What is true of every history: the engine decides as the oracle does, and says true things.

`Floor.route` does the checking, at every step: same decisions in the same order, same reasons
in the same numbers, nobody above capacity or beside a call by an offer, whatever they have taken in hand
themselves, no item in two offers, positions and timers right, and nothing left over that fits.

CARELINE_TEST_HISTORIES sets how many long histories are played: a few by default, thousands
in a night.
"""

import os
import subprocess
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import idle, line, search
from tests.unit.routing.histories import AlikeFloor, play

LONG = int(os.environ.get("CARELINE_TEST_HISTORIES", "6"))

PLAYS_ONE_HISTORY = """
import hashlib
from random import Random
from tests.unit.routing.histories import play
print(hashlib.sha256(b"".join(play(Random(7), events=150).said)).hexdigest())
"""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), events=st.integers(min_value=1, max_value=30))
def test_in_every_short_history_the_engine_decides_like_the_oracle(chance: Random, events: int) -> None:
    play(chance, events=events)


@pytest.mark.parametrize("seed", range(LONG))
def test_in_long_histories_the_engine_decides_like_the_oracle(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, seed)
    floor = play(Random(seed), events=250)

    assert len(floor.said) > 10, "a history in which little is decided proves little"


@pytest.mark.parametrize("seed", range(LONG))
def test_in_long_histories_of_who_is_alike_the_engine_decides_like_the_oracle(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, seed)
    floor = play(Random(seed), events=250, floor=AlikeFloor())

    assert len(floor.said) > 10, "a history in which little is decided proves little"


def few(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """In two of three histories: what is made for many must be right for few."""
    if seed % 3:
        monkeypatch.setattr(search, "MANY", 0 if seed % 3 == 1 else search.MANY)
        for name, number in {"BLOCK": 1, "LONGEST": 2, "NEAR": seed % 3, "FEW": 1, "PASSED": 1, "LEFT": 1}.items():
            monkeypatch.setattr(idle, name, number)
        monkeypatch.setattr(line, "BLOCK", 1)


def test_the_same_history_gives_the_same_bytes_in_another_process() -> None:
    digests = [
        subprocess.run(
            [sys.executable, "-c", PLAYS_ONE_HISTORY],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    ]

    assert digests[0] == digests[1] != b""
