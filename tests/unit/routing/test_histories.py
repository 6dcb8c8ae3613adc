"""What is true of every history: the engine decides as the oracle does, and says true things.

`Floor.route` does the checking, at every step: same decisions in the same order, same reasons
in the same numbers, nobody above capacity or beside a call, no item in two offers, positions
and timers right, and nothing left over that fits.

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
from tests.unit.routing.histories import play

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
    if seed % 3:  # what is made for many must be right for few
        monkeypatch.setattr(idle, "FEW", 1)
        monkeypatch.setattr(search, "MANY", 0 if seed % 3 == 1 else search.MANY)
        monkeypatch.setattr(idle, "BLOCK", 1)
        monkeypatch.setattr(line, "BLOCK", 1)
    floor = play(Random(seed), events=250)

    assert len(floor.said) > 10, "a history in which little is decided proves little"


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
