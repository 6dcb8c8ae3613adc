"""Statements as text, asked together and written together: nothing of it changes what they mean, on either database."""

import random
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.database import REFUSED
from desk.kernel.desk import Desk
from desk.kernel.events import MessageAdded
from desk.kernel.questions import Question, answer, answers
from desk.kernel.statements import among, reads
from desk.kernel.transaction import Finding, Later, Rx, Tx, single
from desk.tables import events, jobs, leases, numbers, organization
from tests.integration.kernel.conftest import TEST, do

_ALL = sa.select(numbers).order_by(numbers.c.series)
_THESE = sa.select(numbers).where(among(numbers.c.series)).order_by(numbers.c.series)
_ADD = sa.update(numbers).where(numbers.c.last < sa.bindparam("below")).values(last=numbers.c.last + 10)
_DROP = sa.delete(numbers).where(numbers.c.series == sa.bindparam("which"))
_SETTINGS = sa.select(organization).order_by(organization.c.key)
_LEASES = sa.select(leases).order_by(leases.c.name)


class Shelf:
    """What the numbers are, when each write is seen by whatever comes after it."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def step(self, dice: random.Random, tx: Tx) -> None:
        """One verb, on the shelf and in the transaction alike."""
        series, value = dice.choice("abcd"), dice.randrange(30)
        match dice.choice(("insert", "update", "update", "add", "drop", "if_new", "later", "look")):
            case "insert" if series not in self.last:
                tx.insert(numbers, series=series, last=value)
                self.last[series] = value
            case "update" if series in self.last:
                tx.update(numbers, series, last=value)
                self.last[series] = value
            case "add":
                tx.change(_ADD, below=value)
                self.last = {name: last + 10 if last < value else last for name, last in self.last.items()}
            case "drop":
                tx.change(_DROP, which=series)
                self.last.pop(series, None)
            case "if_new":
                assert tx.insert_if_new(numbers, series=series, last=value) is (series not in self.last)
                self.last.setdefault(series, value)
            case "later":
                later = Later(tx)
                for name in sorted(set("abcd") - set(self.last))[:2]:
                    later.insert(numbers, series=name, last=value)
                    self.last[name] = value
                later.write()
            case "look":
                assert {row.series: row.last for row in tx.all(_ALL)} == self.last


@pytest.mark.parametrize("seed", range(12))
async def test_writes_that_go_together_come_to_the_same_as_one_after_the_other(desk: Desk, seed: int) -> None:
    dice, shelf = random.Random(seed), Shelf()

    def steps(tx: Tx) -> None:
        for _ in range(12):
            shelf.step(dice, tx)

    for _ in range(8):
        await do(desk, steps)
        found = await desk.read(TEST, lambda rx: {row.series: row.last for row in rx.all(_ALL)})
        assert found == shelf.last


@pytest.mark.parametrize("count", [1, 2, 20, 21])
async def test_events_of_one_transaction_keep_their_order(desk: Desk, count: int) -> None:
    def say(tx: Tx) -> None:
        for number in range(count):
            tx.emit(MessageAdded(id=str(number), interaction_id="i", author_kind="customer"))

    await do(desk, say)
    found = await desk.read(TEST, lambda rx: rx.all(sa.select(events.c.subject).order_by(events.c.id)))
    assert [row.subject for row in found] == [str(number) for number in range(count)]


async def test_what_is_asked_together_is_what_is_asked_alone(desk: Desk) -> None:
    def shelve(tx: Tx) -> None:
        tx.insert(numbers, series="a", last=2**53 + 1)
        tx.insert(numbers, series="b", last=-1)
        tx.insert(
            organization, key="name", value={"words": 'a "quoted" \\ 汉 line\nbreak', "list": [1, None, True, 0.5]}
        )
        tx.insert(leases, name="router", holder="", epoch=3, renewed_at=tx.now)

    await do(desk, shelve)

    def look(rx: Rx) -> tuple[list[Any], list[Any]]:
        asked: list[tuple[Finding, dict[str, Any]]] = [
            (_ALL, {}),
            (_SETTINGS, {}),
            (_LEASES, {}),
            (_THESE, {"ids": {"b", "nobody"}}),
            (_THESE, {"ids": []}),
        ]
        together = [[tuple(row) for row in rows] for rows in rx.together(*asked)]
        return together, [[tuple(row) for row in rx.all(query, **values)] for query, values in asked]

    for _ in range(3):  # at first SQLAlchemy's way, then as text
        together, alone = await desk.read(TEST, look)
        assert together == alone
    assert together[0] == [("a", 2**53 + 1), ("b", -1)]
    assert together[3:] == [[("b", -1)], []]
    assert together[2][0][3] == desk.clock.now()


async def test_rows_are_taken_in_their_order_and_who_is_missing_is_none(desk: Desk) -> None:
    await do(desk, lambda tx: tx.insert(numbers, series="a", last=1))

    def take(tx: Tx) -> list[Any]:
        found = tx.take_each((numbers, "a"), (leases, "nobody's"), (numbers, "b"))
        tx.update(numbers, "a", last=2)
        return found

    first, *missing = await do(desk, take)
    assert (first.series, first.last, missing) == ("a", 1, [None, None])
    assert await desk.read(TEST, lambda rx: rx.one(numbers, "a").last) == 2


async def test_questions_are_answered_each_with_its_own_rows(desk: Desk) -> None:
    def shelve(tx: Tx) -> None:
        for number, series in enumerate("abc"):
            tx.insert(numbers, series=series, last=number)

    await do(desk, shelve)
    count = Question([(_ALL, {})], len)
    pair = Question([(_THESE, {"ids": ["a"]}), (_THESE, {"ids": ["b", "c"]})], lambda one, two: (len(one), len(two)))

    assert await desk.read(TEST, lambda rx: answers(rx, pair, count, pair)) == [(1, 2), 3, (1, 2)]
    assert await desk.read(TEST, lambda rx: answer(rx, count)) == 3


async def test_a_breach_that_is_found_when_the_writes_go_undoes_everything(desk: Desk) -> None:
    await do(desk, lambda tx: tx.insert(numbers, series="taken", last=0))

    def twice(tx: Tx) -> None:
        tx.insert(numbers, series="new", last=1)
        tx.insert(numbers, series="taken", last=1)

    with pytest.raises(REFUSED):
        await do(desk, twice)
    found = await desk.read(TEST, lambda rx: [(row.series, row.last) for row in rx.all(_ALL)])
    assert found == [("taken", 0)]
    assert await desk.read(TEST, lambda rx: (len(rx.all(sa.select(events))), len(rx.all(sa.select(jobs))))) == (0, 0)


async def test_who_swallows_a_failed_statement_is_told_that_nothing_was_kept(desk: Desk) -> None:
    def swallows(tx: Tx) -> None:
        tx.insert(numbers, series="kept", last=1)
        with suppress(*REFUSED):
            tx.execute(sa.text("SELECT no_such_column FROM numbers"))

    if desk.settings.database_url.startswith("postgresql"):
        with pytest.raises(REFUSED):
            await do(desk, swallows)
    else:  # where a statement that fails spoils nothing else
        await do(desk, swallows)
    kept = await desk.read(TEST, lambda rx: len(rx.all(_ALL)))
    assert kept == (0 if desk.settings.database_url.startswith("postgresql") else 1)


async def test_a_single_statement_that_is_none_is_found_out(desk: Desk) -> None:
    if not desk.settings.database_url.startswith("postgresql"):
        return  # one writer: BEGIN costs nothing, and everybody has it

    @single
    def two(rx: Rx) -> int:
        return len(rx.all(_ALL)) + len(rx.all(_LEASES))

    @single
    def write_twice(tx: Tx) -> None:
        tx.update(numbers, "a", last=1)
        tx.update(numbers, "a", last=2)

    with pytest.raises(AssertionError, match="one statement"):
        await desk.read(TEST, two)
    with pytest.raises(AssertionError, match="one statement"):
        await desk.transact(TEST, write_twice)
    assert await desk.read(TEST, lambda rx: len(rx.all(_ALL))) == 0


_LOCKING = sa.select(leases).with_for_update()
_NEWEST = sa.select(events.c.id).order_by(events.c.id.desc()).limit(1)


@pytest.mark.parametrize(
    ("statement", "looks_in"),
    [
        (_ADD, {"numbers"}),
        (_DROP, {"numbers"}),
        (_THESE, {"numbers"}),
        (sa.select(sa.literal(1)).where(among(leases.c.name)), {"leases"}),
        (sa.select(leases.alias("others").c.name), {"leases"}),
        (sa.select(numbers).where(sa.exists(sa.select(leases.c.name))), {"numbers", "leases"}),
        (sa.select(_NEWEST.scalar_subquery().label("newest")), {"events"}),
        (sa.update(numbers).where(numbers.c.series == leases.c.name).values(last=1), {"numbers", "leases"}),
        (sa.update(numbers).where(numbers.c.last == _NEWEST.subquery().c.id).values(last=1), {"numbers", "events"}),
        (sa.update(numbers).where(numbers.c.last == _NEWEST.cte("newest").c.id).values(last=1), None),
        (sa.select(_NEWEST.cte("newest").c.id), None),
        (_LOCKING, None),
        (sa.select(_LOCKING.subquery().c.name), None),
    ],
)
def test_a_statement_goes_with_writes_only_if_all_the_tables_that_it_looks_in_are_known(
    statement: Any, looks_in: set[str] | None
) -> None:
    assert reads(statement) == looks_in


async def test_a_question_goes_with_writes_to_other_tables_and_after_those_to_its_own(desk: Desk) -> None:
    seen: list[Any] = []

    def write_and_look(tx: Tx) -> None:
        tx.insert(numbers, series="a", last=1)
        seen.append([row.key for row in tx.all(_SETTINGS)])
        tx.insert(organization, key="b", value=["two"])
        seen.append([row.series for row in tx.all(_ALL)])
        tx.change(_ADD, below=9)
        tx.insert(numbers, series="c", last=3)
        seen.append(tx.together((_SETTINGS, {}), (_LEASES, {})))
        seen.append([(row.series, row.last) for row in tx.all(_ALL)])

    for _ in range(2):  # the second time all of them are text
        with suppress(_Undone):
            await do(desk, lambda tx: _undo(write_and_look, tx))
        assert seen[0] == []
        assert seen[1] == ["a"]
        assert [row.key for row in seen[2][0]] == ["b"]
        assert seen[3] == [("a", 11), ("c", 3)]
        seen.clear()
    assert await desk.read(TEST, lambda rx: rx.all(_ALL)) == []


class _Undone(Exception):
    """Nothing of it shall stay."""


def _undo(work: Any, tx: Tx) -> None:
    work(tx)
    raise _Undone
