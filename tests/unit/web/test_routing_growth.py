"""The cost of a decision is held to the logarithm of the floor's size, or to a bare heap where that grows more."""

import pytest

from web.bench.routing_growth import growths


@pytest.mark.parametrize(
    ("heap", "times", "holds"),
    [(2.5, 1.0, True), (2.5, 2.5, True), (2.5, 2.501, False), (1.88, 2.15, True), (1.88, 2.151, False)],
)
def test_cost_may_grow_as_the_logarithm_does_or_as_a_bare_heap(heap: float, times: float, holds: bool) -> None:
    plain, with_why = growths({"one_queue": _grown(times, times)}, _heap(heap), 100, 20_000)

    assert plain.holds is with_why.holds is holds
    assert str(plain).startswith(f"one_queue: from 100 to 20,000 a decision costs {times:.2f} (0.50 to 300.00) times ")
    assert str(with_why).startswith("one_queue with why: from 100 to 20,000 a decision costs ")
    assert f"at most the greater of the logarithm 2.15 and a bare heap {heap:.2f} (0.40 to 9.60): " in str(plain)
    assert str(plain).endswith(": holds" if holds else ": DOES NOT HOLD")


def test_explanations_may_not_grow_faster_either() -> None:
    plain, with_why = growths({"one_queue": _grown(1.5, 2.7)}, _heap(2.5), 100, 20_000)

    assert (plain.holds, with_why.holds) == (True, False)


def _heap(times: float) -> dict[str, float]:
    return {"times": times, "at_least": 0.4, "at_most": 9.6}


def _grown(times: float, with_why: float) -> dict[str, dict[str, float]]:
    """However unsure they are."""
    figures = {"us_per_decision": times, "us_with_why": with_why}
    return {figure: {"times": found, "at_least": 0.5, "at_most": 300.0} for figure, found in figures.items()}
