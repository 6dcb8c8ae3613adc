"""desk/kernel/idempotency.py: the same request twice is one deed with one answer.

Who asks may name a key of their own. Within a day the same key from the same caller gets the answer
of the first time and nothing is done again; the key and the deed commit together, so a crash between
them leaves neither.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Tx
from desk.tables import idempotency_keys

#: How long a key is remembered.
REMEMBERED = timedelta(hours=24)
MOST_CHARACTERS = 200
#: What a key is called, in requests and in what is wrong with one.
KEY = "Idempotency-Key"


def once(tx: Tx, key: str | None, fingerprint: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `do` answers, or what it answered when this caller named `key` before. Without a key it is just done.

    `fingerprint` says what was asked; the answer is JSON.

    Raises:
        Invalid: the key is no key.
        Conflict: the key stands for another request.
    """
    if key is None:
        return do()
    if not 0 < len(key) <= MOST_CHARACTERS or not key.isprintable():
        raise Invalid(KEY, f"expected 1 to {MOST_CHARACTERS} printable characters")
    tx.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.at < tx.now - REMEMBERED))
    who = str(tx.actor)
    if tx.insert_if_new(idempotency_keys, actor=who, key=key, fingerprint=fingerprint, answer=None, at=tx.now):
        answer = do()
        tx.execute(sa.update(idempotency_keys).where(*_mine(who, key)).values(answer=answer))
        return answer
    (row,) = tx.all(sa.select(idempotency_keys).where(*_mine(who, key)))
    if row.fingerprint != fingerprint:
        raise Conflict(KEY, "this key stands for another request")
    return dict(row.answer)


def _mine(who: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return idempotency_keys.c.actor == who, idempotency_keys.c.key == key
