"""desk/kernel/postgres_text.py: several statements as one: what costs on PostgreSQL is the way there and back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

_PARAMETER = re.compile(r"\$(\d+)")


@cache
def questions(texts: tuple[str, ...]) -> str:
    """A statement that returns one row: what each of `texts` finds, as a list of objects, columns in order."""
    lists = [
        f"(SELECT coalesce(json_agg(found), '[]') FROM ({text}) AS found)"  # noqa: S608  # ours
        for text in _renumbered(texts)
    ]
    return f"SELECT {', '.join(lists)}"


@cache
def writes(texts: tuple[str, ...]) -> str:
    """A statement that does what all of `texts` do, none of which sees what another did; it answers what the last does.

    Foreign keys are looked at when all is done.
    """
    *others, last = _renumbered(texts)
    if not others:
        return last
    return f"WITH {', '.join(f'w{number} AS ({text})' for number, text in enumerate(others))} {last}"


@cache
def several_rows(text: str, count: int) -> str:
    """What adds one row, as what adds `count`, in order."""
    head, values, row = text.partition(" VALUES ")
    return head + values + ", ".join(_renumbered([row] * count))


def _renumbered(texts: Iterable[str]) -> Iterator[str]:
    """The same texts with parameters that go on counting."""
    used = 0
    for text in texts:
        numbers = [int(number) for number in _PARAMETER.findall(text)]
        yield _PARAMETER.sub(lambda found, used=used: f"${int(found[1]) + used}", text)  # type: ignore[misc]
        used += max(numbers, default=0)


class Waiting:
    """Writes that wait to go together: of which none could see, or be in the way of, what another does."""

    def __init__(self) -> None:
        self._writes: list[tuple[str, tuple[object, ...]]] = []
        self._tables: set[str] = set()
        self._rows: set[tuple[str, object]] = set()
        self._searched: set[str] = set()
        self._emptied: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._writes)

    def fits(self, table: str, *rows: object, new: bool = False) -> bool:
        """Whether a write to these rows of `table` may go with the others.

        Two writes to one row do not go together, nor one with a search among the rows of its table: it may be to a
        row that the search finds. `new` rows no search finds, whether it goes first or with them; where one drops
        rows they wait, as they may be in their place.
        """
        in_the_way = self._emptied if new else self._searched
        return table not in in_the_way and self._rows.isdisjoint((table, row) for row in rows)

    def goes_with(self, reads: frozenset[str]) -> bool:
        """Whether what looks in these tables may go with the others: it would not see what goes with it."""
        return self._tables.isdisjoint(reads)

    def add(self, text: str, values: tuple[object, ...], table: str, *rows: object) -> None:
        """Lets a write wait that may go with the others; without `rows`, one that searches `table`."""
        self._writes.append((text, values))
        self._tables.add(table)
        self._rows.update((table, row) for row in rows)
        if not rows:
            self._searched.add(table)
            if text.startswith("DELETE"):
                self._emptied.add(table)

    def take_all(self) -> tuple[str, list[object]]:
        """All of them as one statement, with its values; none waits any more."""
        texts = tuple(text for text, _ in self._writes)
        values = [value for _, values in self._writes for value in values]
        for kept in (self._writes, self._tables, self._rows, self._searched, self._emptied):
            kept.clear()
        return writes(texts), values

    def take_with(self, text: str, values: Sequence[object]) -> tuple[str, list[object]]:
        """The same with a statement that goes with them, whose outcome is that of the whole."""
        self._writes.append((text, tuple(values)))
        return self.take_all()
