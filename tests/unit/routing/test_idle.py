"""The line of the idle is a sorted list, whatever its blocks do."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import idle
from routing.capacity import Limits
from routing.hands import Answers, Tables
from routing.idle import BLOCK, NEAR, IdleLine, Sought
from routing.seats import Entry, Seat
from tests.unit.routing.floors import agent

TABLE = Tables(Limits(), Answers()).of({"voice": 1, "chat": 1})
FREE, BUSY = TABLE.answer(()), TABLE.answer((("chat", 1),))  # both have room for a call


class Idlers:
    """A line, and beside it all who stand there as a sorted list."""

    def __init__(self) -> None:
        self.sitting: list[Seat | None] = []
        self.line = IdleLine(0, self.sitting)
        self.plain: list[Entry] = []

    def sits(self) -> Seat:
        """Somebody new."""
        number = len(self.sitting)
        seat = Seat(number, agent(f"agent{number * 7919 % 10007}"), TABLE, FREE)
        self.sitting.append(seat)
        return seat

    def comes(self, seat: Seat, since_ms: int) -> None:
        entry = (since_ms, seat.view.id, seat.number, seat)
        seat.entries = (entry,)
        self.line.add(entry)
        self.plain.append(entry)
        self.plain.sort(key=lambda entry: entry[:2])

    def leaves(self, at: int) -> Seat:
        seat: Seat = self.plain.pop(at)[-1]
        seat.entries = ()
        self.line.leave()
        return seat

    def first(self, among: int, most: int) -> list[Entry]:
        return [entry for entry in self.plain if among >> entry[2] & 1][:most]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 6 * BLOCK), left=st.sampled_from([1, 16]))
def test_the_first_of_any_set_are_those_of_a_sorted_list(
    chance: Random, changes: int, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "LEFT", left)
    leaving, returning, share = chance.choice([0.1, 0.25, 0.5]), chance.random(), chance.choice([0.03, 0.25, 0.9])
    idlers, away = Idlers(), list[Seat]()
    for _ in range(changes):
        if idlers.plain and chance.random() < leaving:
            away.append(idlers.leaves(chance.randrange(len(idlers.plain))))
        else:
            seat = away.pop() if away and chance.random() < returning else idlers.sits()
            idlers.comes(seat, chance.randrange(20))
        if chance.random() < 0.1:
            among = _bits(entry for entry in idlers.plain if chance.random() < share)
            most = chance.choice([1, 5, BLOCK])
            assert idlers.line.first(among, most) == idlers.first(among, most)
            near = idlers.line.near(_sought(idlers, among), "voice", most)
            assert near == idlers.first(among, most) or (near is None and len(idlers.plain) > NEAR)
        assert len(idlers.line) == len(idlers.plain)

    assert idlers.line.first(_bits(idlers.plain), changes) == idlers.plain


def test_a_line_that_has_emptied_fills_again() -> None:
    idlers = Idlers()
    for _ in range(2):
        for number in range(5 * BLOCK):
            idlers.comes(idlers.sits(), number)
        while idlers.plain:
            idlers.leaves(-1)
        assert (len(idlers.line), idlers.line.first(0, 1)) == (0, [])


def test_who_comes_again_in_another_seat_stands_where_they_stood() -> None:
    idlers = Idlers()
    gone, other = idlers.sits(), idlers.sits()
    idlers.comes(gone, 1)
    idlers.comes(other, 0)
    idlers.leaves(1)
    back = Seat(gone.number, gone.view, TABLE, FREE)
    idlers.sitting[gone.number] = back
    idlers.comes(back, 1)

    assert [entry[-1] for entry in idlers.line.first(3, 2)] == [other, back]
    assert [entry[-1] for entry in idlers.line.near(Sought(b"\3"), "voice", 2) or ()] == [other, back]


def test_near_the_front_only_those_are_found_who_have_room() -> None:
    idlers = Idlers()
    busy, free = idlers.sits(), idlers.sits()
    busy.hands = BUSY
    idlers.comes(busy, 0)
    idlers.comes(free, 1)

    assert [entry[-1] for entry in idlers.line.near(Sought(b"\3"), "chat", 2) or ()] == [free]
    assert [entry[-1] for entry in idlers.line.near(Sought(b"\3"), "voice", 2) or ()] == [busy, free]


def test_whoever_stands_far_behind_is_not_found_near_the_front() -> None:
    idlers = Idlers()
    for number in range(2 * NEAR):
        idlers.comes(idlers.sits(), number)
    last = 1 << (2 * NEAR - 1)

    assert idlers.line.near(_sought(idlers, last), "voice", 1) is None
    assert idlers.line.first(last, 1) == idlers.plain[-1:]


def test_whoever_looks_again_begins_behind_those_who_stay_in_front() -> None:
    idlers = Idlers()
    for number in range(3 * NEAR):
        idlers.comes(idlers.sits(), number)
    at = NEAR // 2 - 1  # the last of a block
    first, last = idlers.plain[at], idlers.plain[-1]
    sought = _sought(idlers, _bits([first, last]))
    idlers.leaves(at)

    assert [idlers.line.near(sought, "voice", 1) for _ in range(3)] == [None, None, [last]]

    idlers.comes(first[-1], first[0])
    assert idlers.line.near(sought, "voice", 1) == [idlers.plain[at]]


def test_who_comes_back_to_the_very_place_behind_which_it_is_begun_is_found_there() -> None:
    idlers = Idlers()
    for number in range(2 * BLOCK):
        idlers.comes(idlers.sits(), number)
    gone, other = idlers.plain[BLOCK - 1], idlers.plain[BLOCK]
    sought = _sought(idlers, _bits([gone, other]))
    seat = idlers.leaves(BLOCK - 1)
    assert idlers.line.near(sought, "voice", 1) == [other]

    idlers.comes(seat, gone[0])

    assert idlers.line.near(sought, "voice", 1) == [gone]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), changes=st.integers(1, 30 * BLOCK))
def test_who_is_sought_again_and_again_is_found_as_if_nobody_had_looked(chance: Random, changes: int) -> None:
    every, leaving, early = chance.choice([3, 50, 300]), chance.choice([0.02, 0.4, 0.49]), chance.choice([0, 0.01, 0.3])
    idlers, away = Idlers(), list[Seat]()
    among = sum(1 << number for number in range(0, changes, every))
    sought = Sought(among.to_bytes((changes >> 3) + 1, "little"))
    for now_ms in range(changes):
        if idlers.plain and chance.random() < leaving:
            away.append(idlers.leaves(chance.randrange(len(idlers.plain))))
        else:
            seat = away.pop() if away and chance.random() < 0.5 else idlers.sits()
            idlers.comes(seat, chance.randrange(now_ms + 1) if chance.random() < early else now_ms)
        if chance.random() < 0.2:
            near = idlers.line.near(sought, "voice", 2)
            assert near == idlers.first(among, 2) or (near is None and len(idlers.plain) > NEAR)


def test_who_comes_and_leaves_behind_the_front_leaves_nothing_behind() -> None:
    idlers = Idlers()
    for number in range(BLOCK):
        idlers.comes(idlers.sits(), number)
    for number in range(100 * BLOCK):
        idlers.comes(idlers.leaves(-1), BLOCK + number)

    assert sum(len(block.entries) for block in idlers.line._blocks) < 6 * BLOCK


def _bits(entries: Iterable[Entry]) -> int:
    return sum(1 << entry[2] for entry in entries)


def _sought(idlers: Idlers, among: int) -> Sought:
    return Sought(among.to_bytes((len(idlers.sitting) >> 3) + 1, "little"))
