"""desk/kernel/transaction.py: the hands of a use case (`Tx`) and of a query (`Rx`).

A use case is a plain `def use_case(tx, …)` with no effect outside `tx`: it can be run again,
cannot await the network, and looks the same on every database. It never commits; `Desk.transact`
does. What it will change it loads with `take`; duplicates go through `insert_if_new`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, overload

import sqlalchemy as sa

from desk.kernel import ids, statements
from desk.kernel.clock import SystemClock
from desk.kernel.connection import Connection
from desk.kernel.errors import NotFound
from desk.kernel.events import Event
from desk.kernel.jobs import Job

Row = sa.Row[Any]
#: What finds rows: a query, or a write that returns them.
Finding = sa.Select[Any] | sa.CompoundSelect[Any] | sa.UpdateBase
#: The same with its parameters.
Asked = tuple[Finding, Mapping[str, Any]]

T = TypeVar("T")
_SINGLE = "one statement"

#: Ids take their time from the clock that really runs.
RUNNING = SystemClock()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does it: a user of ours, a customer, a carrier, or a part of the system."""

    kind: str
    id: str
    role: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def system(cls, part: str) -> "Actor":
        """A part of Careline itself: the relay, the router, a job."""
        return cls(kind="system", id=part)

    @classmethod
    def customer(cls, id: str) -> "Actor":
        """A customer or visitor, by whatever id their channel has."""
        return cls(kind="customer", id=id)


@dataclass(frozen=True, kw_only=True)
class Deferred:
    """A job that the transaction leaves behind; without a job: the waiting one with `key` is forgotten."""

    id: str
    job: Job | None
    due_at: datetime
    key: str | None


class Rx:
    """Reads in one snapshot."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self.actor = actor
        self.now = now

    def one(self, table: sa.Table, id: str) -> Row:
        """The row of `table` with this id.

        Raises:
            NotFound: there is none.
        """
        rows = self.all(statements.one(table), **{statements.ID: id})
        if not rows:
            raise NotFound(_kind(table), id)
        return rows[0]

    def all(self, statement: Finding, **parameters: Any) -> Sequence[Row]:
        """Every row that `statement` finds; `parameters` fill its `sa.bindparam`s.

        A statement that is built once, with parameters, costs a tenth of one built each time.
        """
        ready = statements.constant(statement, self._connection.dialect)
        if ready is None:
            return self._connection.execute(statement, parameters).all()
        return ready.rows(self._connection.fetch(ready.text, ready.parameters(parameters), ready.reads))

    def together(self, *asked: Asked) -> list[Sequence[Row]]:
        """The same for several statements and their parameters: on a database far away, at the price of one.

        The columns of each have different names. What must see rows as they are once others are locked is asked
        after that: this is one snapshot.
        """
        ready = [statements.constant(one, self._connection.dialect, at_once=True) for one, _ in asked]
        known = [one for one in ready if one is not None]
        assert len(known) == len(asked), "a list among the parameters: say `among`"
        texts = [(one.text, one.parameters(values)) for one, (_, values) in zip(known, asked, strict=True)]
        every = [one.reads for one in known]
        reads = None if None in every else frozenset[str]().union(*filter(None, every))
        return [one.rows(rows) for one, rows in zip(known, self._connection.fetch_together(texts, reads), strict=True)]

    def wait(self, begun: Future[T]) -> T:
        """What a thread of ours was asked while this read went on: arithmetic of milliseconds, never an outsider."""
        return self._connection.wait(begun)


class Tx(Rx):
    """Reads and writes in one transaction; says what happened and what must be done."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        super().__init__(connection, actor, now)
        self.events: list[Event] = []
        self.deferred: list[Deferred] = []

    def new_id(self) -> str:
        """A new UUIDv7. It tells the order in which rows were made, also while the desk's clock stands or jumps."""
        return ids.new_id(RUNNING.now())

    @overload
    def take(self, table: sa.Table, id: str) -> Row: ...
    @overload
    def take(self, table: sa.Table, id: Iterable[str]) -> Sequence[Row]: ...
    def take(self, table: sa.Table, id: str | Iterable[str]) -> Row | Sequence[Row]:
        """The row, or the rows sorted by id, that this use case will change; nobody else can meanwhile.

        Raises:
            NotFound: one id, and no such row. Of several ids the missing are left out.
        """
        if isinstance(id, str):
            rows = self.all(statements.take_one(table), **{statements.ID: id})
            if not rows:
                raise NotFound(_kind(table), id)
            return rows[0]
        return self.all(statements.take_many(table), **{statements.IDS: set(id)})

    def take_asking(self, table: sa.Table, id: str, *asked: Asked) -> tuple[Row, list[Sequence[Row]]]:
        """`take` of one row, and what else is asked in the same round trip: nothing that the row keeps as it is.

        Raises:
            NotFound: no such row.
        """
        rows, *others = self.together((statements.take_one(table), {statements.ID: id}), *asked)
        if not rows:
            raise NotFound(_kind(table), id)
        return rows[0], others

    def take_each(self, *wanted: tuple[sa.Table, str]) -> list[Row | None]:
        """One row of each table, or None, taken in this order: at the price of one statement on a database far away."""
        found = self.together(*((statements.take_one(table), {statements.ID: id}) for table, id in wanted))
        return [rows[0] if rows else None for rows in found]

    def insert(self, table: sa.Table, **values: Any) -> None:
        """Adds a row of plain values."""
        write = statements.prepared(self._connection.dialect, statements.insert, table, tuple(values))
        self._connection.put_rows(write.text, [write.parameters(values)], table.name, [_key_of(table, values)])

    def insert_if_new(self, table: sa.Table, **values: Any) -> bool:
        """Adds a row unless one with the same key or unique value exists; says whether it did."""
        write = statements.prepared(self._connection.dialect, statements.insert_if_new, table, tuple(values))
        return bool(self._connection.write(write.text, write.parameters(values), table.name))

    def update(self, table: sa.Table, id: str, **values: Any) -> None:
        """Changes columns of one row; a table with a `version` counts it up."""
        computed = [name for name, value in values.items() if isinstance(value, sa.ClauseElement)]
        if computed or "version" in values:
            statement = statements.update(table).values(**values)
            self._connection.execute(statement, {statements.ID: id})
        else:
            write = statements.prepared(self._connection.dialect, statements.update, table, tuple(values))
            self._connection.put(write.text, write.parameters({**values, statements.ID: id}), table.name, (id,))

    def change(self, statement: sa.Update | sa.Delete, **parameters: Any) -> None:
        """Runs a write that the verbs above cannot say, built once as with `all`.

        An update frees no unique value that a row added after it takes.
        """
        ready = statements.constant(statement, self._connection.dialect)
        if ready is None:
            self._connection.execute(statement, parameters)
        else:
            table = statement.entity_description["name"]
            self._connection.put_search(ready.text, ready.parameters(parameters), table, ready.reads)

    def execute(
        self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | dict[str, Any] | None = None
    ) -> sa.CursorResult[Any]:
        """Runs a statement that is built for this one use; with `rows`, once for each of them."""
        return self._connection.execute(statement, rows)

    def emit(self, event: Event) -> None:
        """Says what happened; the log has it when, and only when, the transaction commits."""
        self.events.append(event)

    @property
    def leaves_work(self) -> bool:
        """Whether a job is to be done now. Those due later are found by whoever looks at the time."""
        return any(item.job is not None and item.due_at <= self.now for item in self.deferred)

    def defer(self, job: Job, *, at: datetime | None = None, key: str | None = None) -> None:
        """Says what must be done at `at` (default: now). A waiting job with the same `key` moves instead."""
        self.deferred.append(Deferred(id=self.new_id(), job=job, due_at=at or self.now, key=key))

    def cancel(self, key: str) -> None:
        """Forgets the waiting job with `key`, if there is one."""
        self.deferred.append(Deferred(id="", job=None, due_at=self.now, key=key))


class Later(Tx):
    """The hands of one use case whose new rows wait until `write`: those of a table go in together.

    Until then nothing of what was inserted is there to be read. Everything else is as with the
    transaction that it was made of.
    """

    def __init__(self, tx: Tx) -> None:
        super().__init__(tx._connection, tx.actor, tx.now)  # noqa: SLF001  # the same hands
        self.events, self.deferred = tx.events, tx.deferred
        self._rows: dict[tuple[sa.Table, tuple[str, ...]], list[dict[str, Any]]] = {}

    def insert(self, table: sa.Table, **values: Any) -> None:
        """Adds a row of plain values, when `write` is called. Tables are filled in the order of their first rows."""
        self._rows.setdefault((table, tuple(values)), []).append(values)

    def write(self) -> None:
        """Adds what waits."""
        rows, self._rows = self._rows, {}
        for (table, columns), waiting in rows.items():
            write = statements.prepared(self._connection.dialect, statements.insert, table, columns)
            keys = [_key_of(table, values) for values in waiting]
            self._connection.put_rows(write.text, [write.parameters(values) for values in waiting], table.name, keys)


W = TypeVar("W", bound=Callable[..., Any])


def single(work: W) -> W:
    """Says of a use case or a query that it runs one statement at most, emits nothing and defers nothing.

    That statement is a transaction and a snapshot by itself, and needs no BEGIN and no COMMIT around it.
    """
    setattr(work, _SINGLE, True)
    return work


def is_single(work: Callable[..., Any]) -> bool:
    """Whether `single` says so."""
    return getattr(work, _SINGLE, False)


def name_of(work: Callable[..., object]) -> str:
    """What a use case or query is called in the log."""
    return getattr(work, "__qualname__", None) or type(work).__name__


def _key_of(table: sa.Table, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What identifies the row that these values make."""
    return tuple(values.get(column.name) for column in table.primary_key)


def _kind(table: sa.Table) -> str:
    return table.name.removesuffix("s").replace("_", " ")
