"""The cost of a decision is held to what the logarithm of the floor's size comes to on a bare heap."""

import pytest

from web.bench.routing_growth import growths


@pytest.mark.parametrize(("times", "holds"), [(1.0, True), (2.5, True), (2.501, False), (200.0, False)])
def test_cost_may_grow_as_a_bare_heap_does(times: float, holds: bool) -> None:
    plain, with_why = growths({"one_queue": _grown(times, times)}, _HEAP, 100, 20_000)

    assert plain.holds is with_why.holds is holds
    assert str(plain).startswith(f"one_queue: from 100 to 20,000 a decision costs {times:.2f} (0.50 to 300.00) times ")
    assert str(with_why).startswith("one_queue with why: from 100 to 20,000 a decision costs ")
    assert "a bare heap 2.50 (2.40 to 2.60), the logarithm alone 2.15: " in str(plain)
    assert str(plain).endswith(": holds" if holds else ": DOES NOT HOLD")


def test_explanations_may_not_grow_faster_either() -> None:
    plain, with_why = growths({"one_queue": _grown(1.5, 2.7)}, _HEAP, 100, 20_000)

    assert (plain.holds, with_why.holds) == (True, False)


_HEAP = {"times": 2.5, "at_least": 2.4, "at_most": 2.6}


def _grown(times: float, with_why: float) -> dict[str, dict[str, float]]:
    """However unsure they are."""
    figures = {"us_per_decision": times, "us_with_why": with_why}
    return {figure: {"times": found, "at_least": 0.5, "at_most": 300.0} for figure, found in figures.items()}
