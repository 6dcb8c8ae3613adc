"""desk/statements.py: the statements behind the verbs of a transaction, built once a table.

Building a statement, its cache key and its parameters costs many times what SQLite needs to run
it (a row inserted: 130 µs built each time, 60 built once, 20 as text that is prepared here). So
reads are built once, and writes, which return no rows, are text and a tuple.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect

#: The parameter that carries the id. No column may have this name.
ID = "the_id"
IDS = "the_ids"


@cache
def primary_key(table: sa.Table) -> sa.Column[Any]:
    """The single column that identifies a row of `table`."""
    (column,) = table.primary_key.columns
    return column


@cache
def one(table: sa.Table) -> sa.Select[Any]:
    """The row with an id."""
    return sa.select(table).where(primary_key(table) == sa.bindparam(ID))


@cache
def take_one(table: sa.Table) -> sa.Select[Any]:
    """The row with an id, locked."""
    return one(table).with_for_update()


@cache
def take_many(table: sa.Table) -> sa.Select[Any]:
    """The rows with ids, locked in the order of their ids."""
    column = primary_key(table)
    return sa.select(table).where(column.in_(sa.bindparam(IDS, expanding=True))).order_by(column).with_for_update()


class Prepared:
    """A write as text, and what makes its parameters from values."""

    __slots__ = ("_parts", "text")

    def __init__(self, statement: sa.ClauseElement, columns: Iterable[str], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns))
        defaults = {column.key: column.default.arg for column in compiled.insert_prefetch}
        assert not any(map(callable, defaults.values())), "defaults are plain values"
        self.text: str = str(compiled)
        self._parts: list[tuple[str, Any, Callable[[Any], Any] | None]] = []
        for name in compiled.positiontup:
            bind = compiled.binds[name]
            into = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self._parts.append((name, defaults.get(name, bind.value), into))

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """`values` as the driver takes them, with the columns' defaults for what is left out."""
        row = []
        for name, default, into in self._parts:
            value = values.get(name, default)
            row.append(value if into is None else into(value))
        return tuple(row)


_prepared: WeakKeyDictionary[Dialect, dict[Any, Prepared]] = WeakKeyDictionary()


def prepared(
    dialect: Dialect, build: Callable[[sa.Table, str], sa.ClauseElement], table: sa.Table, columns: tuple[str, ...]
) -> Prepared:
    """The write that `build` makes for `table`, with these columns, on this database."""
    known = _prepared.get(dialect)
    if known is None:
        known = _prepared.setdefault(dialect, {})
    key = (build, table, columns)
    found = known.get(key)
    if found is None:
        found = known[key] = Prepared(build(table, dialect.name), columns, dialect)
    return found


def insert(table: sa.Table, _dialect: str) -> sa.Insert:
    """A new row."""
    return sa.insert(table).inline()


def insert_if_new(table: sa.Table, dialect: str) -> sa.Insert:
    """A new row, unless it breaks a unique key."""
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def update(table: sa.Table, _dialect: str = "") -> sa.Update:
    """New values of the row with an id; a table with a `version` counts it up."""
    statement = sa.update(table).where(primary_key(table) == sa.bindparam(ID, type_=primary_key(table).type))
    return statement.values(version=table.c.version + 1) if "version" in table.c else statement
