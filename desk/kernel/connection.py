"""desk/kernel/connection.py: what transactions and queries need of a database's connection.

Text and a tuple go straight to the driver, and tuples come back: that is a tenth of the price of
SQLAlchemy's own way on SQLite. `desk/kernel/statements.py` makes the text and knows the types; what is
built anew each time goes SQLAlchemy's way.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect

T = TypeVar("T")

#: The tables in which a statement looks, where it neither locks rows nor begins with `WITH`; None where it may.
Reads = frozenset[str] | None
#: Values in the order of a statement's parameters, as the driver takes them.
Values = Sequence[Any]


class Connection(Protocol):
    """A connection inside a transaction."""

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""

    def fetch(self, text: str, values: Values, reads: Reads = None) -> Sequence[Sequence[Any]]:
        """The rows that a statement finds, as the driver brings them.

        What waits to be written to other tables than it `reads` may go with it.
        """

    def fetch_together(self, asked: Sequence[tuple[str, Values]], reads: Reads = None) -> list[Iterable[Iterable[Any]]]:
        """The same for several statements, in one round trip where there are round trips."""

    def write(self, text: str, values: Values, table: str) -> int:
        """Runs a write to one row of `table`; how many rows it touched."""

    def put(self, text: str, values: Values, table: str, *rows: Any) -> None:
        """Runs a write of whose outcome nobody asks: to the rows of `table` with these keys, new or not.

        It may wait for others and go with them, before whatever comes next that could see it.
        """

    def put_search(self, text: str, values: Values, table: str, reads: Reads) -> None:
        """The same for a write to whichever rows of `table` it finds, in the tables that it `reads`."""

    def put_rows(self, text: str, rows: Sequence[Values], table: str, keys: Sequence[Any]) -> None:
        """Adds new rows with these keys to `table`, in order, as `put` does; `text` adds one, and ends with it.

        No search before them could have found them, or was in their way.
        """

    def execute(
        self, statement: sa.Executable, parameters: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> sa.CursorResult[Any]:
        """SQLAlchemy's own way."""

    def wait(self, begun: Future[T]) -> T:
        """What another thread was asked, once it has answered: whoever else wants the event loop has it meanwhile."""
