"""desk/kernel/postgres_errors.py: what PostgreSQL's errors mean: run it again, the server is in trouble, or neither."""

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from desk.kernel.errors import Unavailable
from desk.kernel.log import log

#: SQLSTATEs after which the same use case may well succeed: serialization failure and deadlock.
RERUN = frozenset({"40001", "40P01"})
#: SQLSTATE classes and codes that mean the server, not the statement: connection, resources,
#: shutdown, system error; waited too long for a lock; thrown out while idle in a transaction.
_OUTAGE = ("08", "53", "57P", "58", "55P03", "25P03", "57014")
#: Of them those after which there is no connection any more.
GONE = ("08", "57P", "25P03")


def sqlstate_of(error: Exception) -> str:
    """The server's own code for what was wrong, or nothing."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlstate", None) or ""


def _is_outage(error: Exception) -> bool:
    if isinstance(error, (OSError, TimeoutError, sa.exc.TimeoutError, asyncpg.InterfaceError)):
        return True
    if isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, sa.exc.InterfaceError)):
        return True
    return sqlstate_of(error).startswith(_OUTAGE)


def translated(error: Exception, *, rerun: bool) -> Exception:
    """`Unavailable` when the server is in trouble, as against the statement; otherwise the error itself."""
    if rerun or _is_outage(error):
        log.error("database_unavailable", error=type(error).__name__, sqlstate=sqlstate_of(error))
        return Unavailable("The database")
    return error
