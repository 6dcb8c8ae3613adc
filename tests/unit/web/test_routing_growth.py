"""The cost of a decision is held to the logarithm of the floor's size."""

import pytest

from web.bench.routing_growth import growths


@pytest.mark.parametrize(("last_us", "holds"), [(20.0, True), (43.0, True), (43.1, False), (4000.0, False)])
def test_cost_may_grow_as_the_logarithm_does(last_us: float, holds: bool) -> None:
    points = [{"agents": 100, "us_per_decision": 20.0}, {"agents": 20_000, "us_per_decision": last_us}]

    growth = growths({"one_queue": points})[0]

    assert growth.holds is holds
    assert str(growth).startswith("one_queue: from 100 to 20,000 a decision costs ")
    assert str(growth).endswith("holds" if holds else "DOES NOT HOLD")


def test_one_size_alone_has_not_grown() -> None:
    assert growths({"one_queue": [{"agents": 100, "us_per_decision": 20.0}]})[0].holds
