"""The cost of a decision is held to what the logarithm of the floor's size comes to on a bare heap."""

import pytest

from web.bench.routing_growth import growths


@pytest.mark.parametrize(("times", "holds"), [(1.0, True), (2.5, True), (2.501, False), (200.0, False)])
def test_cost_may_grow_as_a_bare_heap_does(times: float, holds: bool) -> None:
    plain, with_why = growths({"one_queue": _grown(times, times, heap=2.5)}, 100, 20_000)

    assert plain.holds is with_why.holds is holds
    assert str(plain).startswith("one_queue: from 100 to 20,000 a decision costs ")
    assert str(with_why).startswith("one_queue with why: from 100 to 20,000 a decision costs ")
    assert "a bare heap 2.50, the logarithm alone 2.15: " in str(plain)
    assert str(plain).endswith(": holds" if holds else ": DOES NOT HOLD")


def test_explanations_may_not_grow_faster_either() -> None:
    plain, with_why = growths({"one_queue": _grown(1.5, 2.7, heap=2.5)}, 100, 20_000)

    assert (plain.holds, with_why.holds) == (True, False)


def _grown(times: float, with_why: float, *, heap: float) -> dict[str, float]:
    return {"us_per_decision": times, "us_with_why": with_why, "us_per_push_and_pop": heap}
