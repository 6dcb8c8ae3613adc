"""knowledgebase/writing/category_words.py: what a category says: what it is called, and what it is about.

    says ──ask──▶ says, and somebody asks to say otherwise ──approve, by somebody else──▶ says what was asked for
     ▲                └──────────── leave, by anybody ─────────────┐
     └─────────────────────────────────────────────────────────────┘

Readers see these words beside what was approved, so that where articles need a review they take two as well, whatever
is filed in the category. One that is new says nothing until then: nothing is filed in it and nothing stands below it.
Where a category stands is no word of it, and takes one.
"""

from collections.abc import Mapping
from typing import Any

from desk.kernel.errors import Conflict, Forbidden, Stale
from desk.kernel.transaction import Row, Tx
from knowledgebase.events import ArticleCategoryChanged
from knowledgebase.tables import categories
from knowledgebase.writing.texts import must_write, needs_review

Words = dict[str, dict[str, str]]

#: What a category says in which nobody asks for other words.
NOBODY_ASKS: dict[str, Any] = {"asks": None, "asked_by": None}


def said_first(tx: Tx, says: Words) -> dict[str, Any]:
    """What is kept of what a new category is to say."""
    return _asked(tx, says) | {"names": {}, "about": {}} if needs_review(tx) else dict(says)


def said(tx: Tx, row: Row, given: Words) -> dict[str, Any]:
    """What is kept of what somebody says in place of it; what says the same as it does changes nothing, also not what
    another asks for.

    Raises:
        Conflict: somebody else asks for other words: in one request with these they could approve their own.
    """
    stands: Words = {"names": row.names, "about": row.about or {}}
    needed, shown = needs_review(tx), stands if row.names else row.asks
    before: Words = (row.asks if needed else None) or shown
    wanted = {name: given[name] if given.get(name, shown[name]) != shown[name] else before[name] for name in stands}
    if wanted == before:
        return {}
    if needed and row.asked_by not in (None, tx.actor.id):
        raise Conflict("category", "somebody else asks for other words: approve them first, or leave it as it is")
    if wanted == stands:
        return dict(NOBODY_ASKS)
    return _asked(tx, wanted) if needed else wanted | NOBODY_ASKS


def approve(tx: Tx, category_id: str, *, version: int) -> None:
    """A category says what somebody asked for, as whoever acts has seen it in `version`.

    Raises:
        NotFound: no such category.
        Stale: somebody has changed it since.
        Conflict: nobody asks.
        Forbidden: who acts has asked, and a second person is needed.
    """
    row = _taken(tx, category_id, version)
    if needs_review(tx) and row.asked_by == tx.actor.id:
        raise Forbidden("You asked for these words: somebody else approves them.")
    tx.update(categories, category_id, **row.asks, **NOBODY_ASKS, **seen_now(row))
    tx.emit(ArticleCategoryChanged(id=category_id, what="changed"))


def leave(tx: Tx, category_id: str, *, version: int) -> None:
    """A category goes on saying what it says, whoever asked otherwise.

    Raises:
        NotFound: no such category.
        Stale: somebody has changed it since `version`.
        Conflict: nobody asks; or it says nothing yet, and is removed instead.
    """
    row = _taken(tx, category_id, version)
    if not row.names:
        raise Conflict("category", "it says nothing else; remove it")
    tx.update(categories, category_id, **NOBODY_ASKS)
    tx.emit(ArticleCategoryChanged(id=category_id, what="not_changed"))


def must_be_as_seen(row: Row, version: int, *, by_readers: bool = False) -> None:
    """Goes on only if a category is as somebody has seen it; `by_readers`: without what is asked for, too.

    Raises:
        Stale: it is not.
    """
    if version != row.version and not (by_readers and version == row.seen_version):
        now = {name: value for name, value in row._mapping.items() if name != "seen_version"}
        raise Stale("category", "somebody has changed it since", now=now)


def seen_now(row: Row) -> dict[str, int]:
    """What is kept with a change of a category that readers see."""
    return {"seen_version": row.version + 1}


def _asked(tx: Tx, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {"asks": dict(wanted), "asked_by": tx.actor.id}


def _taken(tx: Tx, category_id: str, version: int) -> Row:
    must_write(tx)
    row = tx.take(categories, category_id)
    must_be_as_seen(row, version)
    if row.asks is None:
        raise Conflict("category", "nobody asks for other words")
    return row
