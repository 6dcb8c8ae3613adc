"""The cost of a decision is held to the logarithm of the floor's size."""

import pytest

from web.bench.routing_growth import growths


@pytest.mark.parametrize(("last_us", "holds"), [(20.0, True), (43.0, True), (43.1, False), (4000.0, False)])
def test_cost_may_grow_as_the_logarithm_does(last_us: float, holds: bool) -> None:
    points = [_point(100, 20.0, 40.0), _point(20_000, last_us, 2 * last_us)]

    plain, with_why = growths({"one_queue": points})

    assert plain.holds is with_why.holds is holds
    assert str(plain).startswith("one_queue: from 100 to 20,000 a decision costs ")
    assert str(with_why).startswith("one_queue with why: from 100 to 20,000 a decision costs ")
    assert str(plain).endswith("holds" if holds else "DOES NOT HOLD")


def test_explanations_may_not_grow_faster_either() -> None:
    plain, with_why = growths({"one_queue": [_point(100, 20.0, 40.0), _point(20_000, 30.0, 100.0)]})

    assert (plain.holds, with_why.holds) == (True, False)


def test_one_size_alone_has_not_grown() -> None:
    assert growths({"one_queue": [_point(100, 20.0, 40.0)]})[0].holds


def _point(agents: int, us: float, us_with_why: float) -> dict[str, float]:
    return {"agents": agents, "us_per_decision": us, "us_with_why": us_with_why}
