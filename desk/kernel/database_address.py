"""desk/kernel/database_address.py: whether a database's URL can lead anywhere: read as the driver will read it."""

from inspect import signature

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

#: What may follow a question mark: what the driver takes, and what SQLAlchemy takes on its way there.
_OPTIONS = signature(asyncpg.connect).parameters.keys() | {"prepared_statement_cache_size"}


def checked(url: str) -> str:
    """`url`, if it names a file, or a database of a server.

    Raises:
        ValueError: it does not; the words hold nothing of it, as it may hold a password.
    """
    if not url.startswith(("sqlite:///", "postgresql+asyncpg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+asyncpg://")
    try:
        at = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "must have a port that is a number, and a password in which : / @ are written %3A %2F %40"
        ) from error
    if at.drivername == "sqlite":
        if not at.database or at.database == ":memory:":
            raise ValueError("must name a file, as sqlite:////var/lib/careline/careline.sqlite3")
        if at.query:
            raise ValueError("must end with the name of the file: there are no options")
        return url
    if at.port is not None and not 0 < at.port < 65536:
        raise ValueError("must have a port from 1 to 65535")
    if not at.database:
        raise ValueError("must name a database, as postgresql+asyncpg://user:password@host:5432/careline")
    if unknown := sorted(at.query.keys() - _OPTIONS):
        raise ValueError(f"has an option that the driver does not know: {unknown[0][:40]}")
    return url
