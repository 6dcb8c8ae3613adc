"""desk/kernel/statements.py: the statements behind the verbs of a transaction, built once a table.

Building a statement, its cache key, its parameters and its rows costs many times what SQLite needs
to run it (a row read by its id: 77 µs SQLAlchemy's way, 12 as text that is prepared here). So what
is run again and again is text and a tuple: the verbs' own statements, and every statement that is
built once and handed over twice.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from desk.kernel.connection import Reads

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
    return sa.select(table).where(among(column, IDS)).order_by(column).with_for_update()


class Prepared:
    """A statement as text, what makes its parameters from values, and rows from what the driver brings."""

    __slots__ = ("_into", "_out", "_row", "reads", "text")

    def __init__(self, statement: sa.ClauseElement, columns: Iterable[str] | None, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
        if compiled.post_compile_params:
            raise NotConstant(str(statement))
        defaults = {column.key: column.default.arg for column in compiled.insert_prefetch}
        assert not any(map(callable, defaults.values())), "defaults are plain values"
        self.text: str = str(compiled)
        self.reads = None if self.text.startswith("WITH") else reads(statement)
        self._into: list[tuple[str, Any, Callable[[Any], Any] | None]] = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            into = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self._into.append((name, defaults.get(name, bind.value), into))
        brought = list(getattr(statement, "exported_columns", ()))
        self._row = _row_type([column.key for column in brought])
        out = [_out_of(column.type, dialect) for column in brought]
        self._out = [(place, process) for place, process in enumerate(out) if process is not None]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """`values` as the driver takes them, with the columns' defaults for what is left out."""
        row = []
        for name, default, into in self._into:
            value = values.get(name, default)
            row.append(value if into is None else into(value))
        return tuple(row)

    def rows(self, brought: Iterable[Iterable[Any]]) -> list[Any]:
        """What the driver brought, as rows whose columns are attributes."""
        if not self._out:
            return [self._row(values) for values in brought]
        found = []
        for values in brought:
            typed = list(values)
            for place, process in self._out:
                typed[place] = process(typed[place])
            found.append(self._row(typed))
        return found


def reads(statement: Any) -> Reads:
    """The tables in which a statement looks; None if it locks what it finds there, or has a `WITH`."""
    tables = set[str]()
    for part in visitors.iterate(statement):
        seen = part.column if isinstance(part, among) else part
        place = getattr(seen, "table", None) if isinstance(seen, sa.ColumnElement) else seen
        if isinstance(place, sa.CTE) or getattr(part, "_for_update_arg", None) is not None:
            return None
        if isinstance(place, sa.Table):
            tables.add(place.name)
        elif place is not seen and isinstance(place, sa.FromClause):  # a column of an alias or a subquery
            within = reads(place)
            if within is None:
                return None
            tables |= within
    return frozenset(tables)


class NotConstant(Exception):
    """A list among its parameters: the statement's text depends on how many they are."""


def _out_of(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a Python value of the driver's. Both drivers bring a float as a float."""
    return None if isinstance(kind, sa.Float) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_type(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    """What makes a row of values: a tuple whose columns are attributes, as SQLAlchemy's rows are."""
    plain: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024  # its fields are a statement's
    made: Any = type("Row", (plain,), {"__slots__": (), "_mapping": property(plain._asdict)})
    make: Callable[[Iterable[Any]], Any] = made._make  # noqa: SLF001  # public, whatever its name
    return make


class Ids(sa.types.TypeDecorator[Sequence[str]]):
    """Several ids in one parameter, so that the statement's text is the same for any number of them."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        kind: sa.types.TypeEngine[Any] = postgresql.ARRAY(sa.Text()) if dialect.name == "postgresql" else sa.Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        wanted = list(value or ())
        return wanted if dialect.name == "postgresql" else orjson.dumps(wanted).decode()


class among(sa.ColumnElement[Any]):  # noqa: N801 # reads as the word of a condition
    """Whether `column` is one of the texts in the parameter `name`.

    It has no type: SQLAlchemy compares a Boolean with 1 on SQLite, which then uses no index.
    """

    inherit_cache = False

    def __init__(self, column: sa.ColumnElement[Any], name: str = "ids") -> None:
        self.column = column
        self.wanted: sa.BindParameter[Any] = sa.bindparam(name, type_=Ids())


@compiles(among)
def _in_json(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, wanted = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return f"{column} IN (SELECT value FROM json_each({wanted}))"  # noqa: S608  # both are compiled


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, wanted = compiler.process(element.column, **kw), compiler.process(element.wanted, **kw)
    return f"{column} = ANY ({wanted})"


#: By driver, as all connections of a driver are made alike.
_prepared: dict[Any, Prepared] = {}


def prepared(
    dialect: Dialect, build: Callable[[sa.Table, str], sa.ClauseElement], table: sa.Table, columns: tuple[str, ...]
) -> Prepared:
    """The write that `build` makes for `table`, with these columns, on this database."""
    key = (dialect.driver, build, table, columns)
    found = _prepared.get(key)
    if found is None:
        found = _prepared[key] = Prepared(build(table, dialect.name), columns, dialect)
    return found


#: Statements that were handed over, how often, and as text for each database. One that is built for one use is
#: forgotten with it.
_seen: WeakKeyDictionary[sa.ClauseElement, dict[str, Prepared | None]] = WeakKeyDictionary()


def constant(statement: sa.ClauseElement, dialect: Dialect, *, at_once: bool = False) -> Prepared | None:
    """`statement` as text, if it is seen again (or `at_once`) and its text does not depend on its values."""
    known = _seen.get(statement)
    if known is None:
        known = _seen[statement] = {}
        if not at_once:
            return None
    driver = dialect.driver
    if driver not in known:
        try:
            known[driver] = Prepared(statement, None, dialect)
        except NotConstant:
            known[driver] = None
    return known[driver]


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
