"""The line of the idle is a sorted list, whatever its blocks do."""

from collections.abc import Iterable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.idle import BLOCK, Entry, IdleLine


@settings(max_examples=40, deadline=None)
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 6 * BLOCK))
def test_the_first_of_any_set_are_those_of_a_sorted_list(chance: Random, changes: int) -> None:
    leaving, share = chance.choice([0.1, 0.25, 0.5]), chance.choice([0.03, 0.25, 0.9])
    line = IdleLine()
    plain: list[Entry] = []
    for number in range(changes):
        if plain and chance.random() < leaving:
            line.remove(plain.pop(chance.randrange(len(plain))))
        else:
            entry = (chance.randrange(20), f"agent{chance.randrange(10**6)}", number, None)
            line.add(entry)
            plain.append(entry)
        if chance.random() < 0.1:
            among = _bits(entry for entry in plain if chance.random() < share)
            most = chance.choice([1, 5, BLOCK])
            assert line.first(among, most) == [entry for entry in sorted(plain) if among >> entry[2] & 1][:most]

    assert line.first(_bits(plain), changes) == sorted(plain)


def test_a_line_that_has_emptied_fills_again() -> None:
    line = IdleLine()
    entries = [(number, "", number, None) for number in range(5 * BLOCK)]
    for _ in range(2):
        for entry in entries:
            line.add(entry)
        for entry in reversed(entries):
            line.remove(entry)
        assert line.first(0, 1) == []


def test_who_comes_again_in_another_seat_stands_where_they_stood() -> None:
    line = IdleLine()
    gone, other, back = (1, "ana", 0, object()), (0, "ben", 1, object()), (1, "ana", 0, object())
    for entry in (gone, other):
        line.add(entry)
    line.remove(gone)
    line.add(back)

    assert line.first(3, 2) == [other, back]
    line.remove(other)
    line.remove(back)
    assert line.first(0, 2) == []


def _bits(entries: Iterable[Entry]) -> int:
    return sum(1 << entry[2] for entry in entries)
