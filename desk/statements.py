"""desk/statements.py: the statements behind the verbs of a transaction, built once a table.

Building a statement and its cache key costs three times what SQLite needs to run it.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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


@cache
def insert(table: sa.Table) -> sa.Insert:
    """A new row."""
    return sa.insert(table)


@cache
def insert_if_new(table: sa.Table, dialect: str) -> sa.Insert:
    """A new row, unless it breaks a unique key."""
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


@cache
def update(table: sa.Table) -> sa.Update:
    """New values of the row with an id; a table with a `version` counts it up."""
    statement = sa.update(table).where(primary_key(table) == sa.bindparam(ID))
    return statement.values(version=table.c.version + 1) if "version" in table.c else statement
