"""Durations are spread as they say."""

from math import sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.traffic import Constant, Duration, Empirical, Exponential, Lognormal

SHARES = [(n + 0.5) / 50_000 for n in range(50_000)]


@pytest.mark.parametrize(
    ("duration", "mean", "deviation"),
    [
        (Exponential(mean_ms=180_000), 180_000, 180_000),
        (Lognormal(mean_ms=180_000, deviation_ms=90_000), 180_000, 90_000),
        (Lognormal(mean_ms=180_000, deviation_ms=0), 180_000, 0),
        (Constant(value_ms=7), 7, 0),
        (Empirical(values_ms=(1, 2, 6)), 3, sqrt(14 / 3)),
    ],
)
def test_mean_and_deviation_are_those_of_the_time_itself(duration: Duration, mean: float, deviation: float) -> None:
    times = [duration.at(share) for share in SHARES]

    assert fmean(times) == pytest.approx(mean, rel=0.002)
    assert pstdev(times) == pytest.approx(deviation, rel=0.01, abs=1e-9)


@given(st.floats(0, 1, exclude_max=True), st.sampled_from([1e-3, 1.0, 1e12]))
def test_every_share_has_a_duration(share: float, mean: float) -> None:
    for duration in (
        Exponential(mean_ms=mean),
        Lognormal(mean_ms=mean, deviation_ms=mean),
        Empirical(values_ms=(mean,)),
    ):
        assert 0 <= duration.at(share) < float("inf")
