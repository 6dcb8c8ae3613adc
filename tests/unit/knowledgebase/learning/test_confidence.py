"""How surely a share is high: Wilson's lower bound, held against its published values."""

import pytest

from knowledgebase.learning.confidence import lower_bound


@pytest.mark.parametrize(
    ("hits", "of", "expected"),
    [(0, 0, 0.0), (0, 10, 0.0), (1, 1, 0.207), (3, 4, 0.301), (10, 10, 0.722), (10, 20, 0.299), (500, 1000, 0.469)],
)
def test_wilsons_lower_bound(hits, of, expected):
    assert lower_bound(hits, of) == pytest.approx(expected, abs=0.001)


def test_the_same_share_is_surer_the_more_have_spoken():
    bounds = [lower_bound(n, 2 * n) for n in (1, 5, 25, 125)]
    assert bounds == sorted(bounds) and bounds[-1] < 0.5
