"""knowledgebase/writing/revisions.py: what a text said over time, at two times, and going back to one.

Going back writes what was said once as the newest revision; what was said since stays as it is.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.tables import article_texts, revisions
from knowledgebase.writing.articles import save
from knowledgebase.writing.texts import revision, take

_LISTED = (
    sa.select(*(column for column in revisions.c if column.key != "body"))
    .where(revisions.c.text_id == sa.bindparam("text"), revisions.c.number < sa.bindparam("before"))
    .order_by(revisions.c.number.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_BEFORE_ALL = 2**62


def revisions_of(rx: Rx, text_id: str, *, before: int | None = None, limit: int = 50) -> Sequence[Row]:
    """What a text said, without bodies, the newest first; after a page, those `before` its last.

    Raises:
        NotFound: no such text.
    """
    rx.one(article_texts, text_id)
    return rx.all(_LISTED, text=text_id, before=before or _BEFORE_ALL, most=limit)


def said(rx: Rx, text_id: str, number: int) -> Row:
    """One revision.

    Raises:
        NotFound: the text, or this revision of it, is not there.
    """
    if not 1 <= number <= rx.one(article_texts, text_id).newest:
        raise NotFound("revision", str(number))
    return revision(rx, text_id, number)


def beside(rx: Rx, text_id: str, a: int, b: int) -> tuple[Row, Row]:
    """Revision `a` beside revision `b`, to be compared (`comparing.py`) when both have been read.

    Raises:
        NotFound: one is not there.
    """
    return said(rx, text_id, a), said(rx, text_id, b)


def restore(tx: Tx, text_id: str, number: int, *, base: int) -> int:
    """Says again what revision `number` said, as a new draft; returns its number.

    Raises:
        NotFound: there is no such revision.
        Stale: somebody has saved since revision `base`.
    """
    take(tx, text_id, seen=base)
    old = said(tx, text_id, number)
    note = f"As revision {number}"
    return save(tx, text_id, title=old.title, body=old.body, summary=old.summary, note=note, base=base)
