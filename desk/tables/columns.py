"""desk/tables/columns.py: what columns are made of.

One metadata for the whole installation. Instants are stored as whole milliseconds since 1970
in UTC, on every database alike: they sort, subtract and aggregate without a zone in sight.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`, cut to whole ones."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """The aware UTC instant `ms` milliseconds after 1970."""
    return EPOCH + timedelta(milliseconds=ms)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime in Python, a 64-bit number of milliseconds in the database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else from_ms(value)


def key() -> sa.Column[str]:
    """The primary key of nearly every table: a UUIDv7 as text."""
    return sa.Column("id", sa.String(36), primary_key=True)


def ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    """A foreign key column `name` to `target` ("table.column")."""
    return sa.Column(name, sa.String(64), sa.ForeignKey(target), nullable=nullable, index=index)


def at(name: str, *, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    """An instant column."""
    return sa.Column(name, Instant, nullable=nullable, index=index)


def text(name: str, length: int | None = None, *, nullable: bool = False, default: str = "") -> sa.Column[Any]:
    """A text column; not null with an empty default unless told."""
    kind = sa.String(length) if length else sa.Text()
    if nullable:
        return sa.Column(name, kind, nullable=True)
    return sa.Column(name, kind, nullable=False, default=default, server_default=default)


def number(name: str, *, nullable: bool = False, default: int | None = 0) -> sa.Column[Any]:
    """A 64-bit whole number."""
    if nullable:
        return sa.Column(name, sa.BigInteger, nullable=True)
    return sa.Column(name, sa.BigInteger, nullable=False, default=default, server_default=str(default))


def flag(name: str, *, default: bool = False) -> sa.Column[Any]:
    """A truth value."""
    return sa.Column(
        name, sa.Boolean, nullable=False, default=default, server_default=sa.true() if default else sa.false()
    )


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A JSON document. Never searched by content: what is searched has a column."""
    return sa.Column(name, sa.JSON, nullable=nullable)
