"""A line is a sorted list, whatever its blocks do."""

from bisect import bisect_left
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.line import BLOCK, Line


@settings(max_examples=20, deadline=None)
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 8 * BLOCK))
def test_a_line_does_what_a_sorted_list_does(chance: Random, changes: int) -> None:
    line: Line[tuple[int, int]] = Line()
    plain: list[tuple[int, int]] = []
    leaving = chance.choice([0.1, 0.5])
    for number in range(changes):
        if plain and chance.random() < leaving:
            line.remove(plain.pop(chance.randrange(len(plain))))
        else:
            entry = (chance.randrange(50), number)
            line.add(entry)
            plain.insert(bisect_left(plain, entry), entry)
        assert line.first == (plain[0] if plain else None)

    assert list(line) == plain
    assert (line.size, bool(line)) == (len(plain), bool(plain))
