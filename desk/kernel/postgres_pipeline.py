"""desk/kernel/postgres_pipeline.py: statements that go along with the next one, on a connection of asyncpg.

    BEGIN ─┐                       the last writes ─┐
           └▶ first statement ─▶ answer             └▶ COMMIT ─▶ answer

asyncpg waits for the answer to each statement before it sends another. PostgreSQL does not ask for
that: what is bound and executed without a `Sync` is done when it comes, is answered with the next
`Sync`, and if it fails everything up to there is passed over, COMMIT included. So BEGIN goes with the
first statement of a transaction, and the last writes with COMMIT: two ways there and back less.

asyncpg reads past answers that it did not wait for, and raises the error of any. Its transport is the
one private name that is used; `tests/integration/kernel/test_pipeline.py` says so when that moves.
"""

import struct
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

#: Statements that are kept prepared on a connection.
MOST_PREPARED = 500

_kept: WeakKeyDictionary[asyncpg.Connection, dict[str, PreparedStatement]] = WeakKeyDictionary()


async def prepared(driver: asyncpg.Connection, text: str) -> PreparedStatement:
    """`text`, prepared on this connection, once."""
    kept = _kept.setdefault(driver, {})
    found = kept.pop(text, None)
    if found is None:
        found = await driver.prepare(text)
        if len(kept) >= MOST_PREPARED:
            del kept[next(iter(kept))]
    kept[text] = found  # the one used last is dropped last
    return found


def bound(statement: PreparedStatement, values: Sequence[Any] = ()) -> bytes:
    """What makes the server execute `statement` with these values, without an answer until it is asked for one.

    Raises:
        TypeError: a value that has no text for PostgreSQL here.
    """
    texts = [None if value is None else _text(value).encode() for value in values]
    parameters = b"".join(
        struct.pack("!i", -1) if text is None else struct.pack("!i", len(text)) + text for text in texts
    )
    bind = b"\0%s\0\0\0%s%s\0\0" % (statement.get_name().encode(), struct.pack("!H", len(texts)), parameters)
    return _message(b"B", bind) + _message(b"E", b"\0\0\0\0\0")


def say(driver: asyncpg.Connection, words: bytes) -> None:
    """Sends what is `bound`; the next statement on this connection must follow at once."""
    driver._transport.write(words)  # noqa: SLF001  # asyncpg has no public way to send without waiting


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _text(value: Any) -> str:
    """A value as PostgreSQL reads it, whatever the column's type."""
    match value:
        case str():
            return value
        case bool():
            return "t" if value else "f"
        case int():
            return str(value)
        case float():
            return repr(value)
        case list():
            return f"{{{','.join(map(_element, value))}}}"
    raise TypeError(type(value).__name__)


def _element(value: Any) -> str:
    """One of an array's."""
    if value is None:
        return "NULL"
    escaped = _text(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
