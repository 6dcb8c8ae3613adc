"""knowledgebase/reading/feedback.py: what readers say of a text: helpful or not, and what was missing. Once each.

A reader who says something else later has changed their mind: counted is what they said last.
"""

import hashlib

import sqlalchemy as sa

from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Tx
from knowledgebase.readers import Reader, may_read
from knowledgebase.tables import article_feedback, article_texts, articles

MOST_COMMENT = 1000

_TEXT = (
    sa.select(article_texts.c.id, article_texts.c.published, articles.c.audience, articles.c.team)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .where(article_texts.c.id == sa.bindparam("id"))
)
_BEFORE = sa.select(article_feedback).where(
    article_feedback.c.text_id == sa.bindparam("text"), article_feedback.c.reader == sa.bindparam("who")
)


def give_feedback(tx: Tx, text_id: str, reader: Reader, *, who: str, helpful: bool, comment: str = "") -> None:
    """Keeps what `who` says of a text that they can read.

    Raises:
        NotFound: no such text for this reader.
        Invalid: the comment is too long.
    """
    found = tx.all(_TEXT, id=text_id)
    if not found or found[0].published is None or not may_read(reader, found[0].audience, found[0].team):
        raise NotFound("article", text_id)
    if len(comment) > MOST_COMMENT:
        raise Invalid("comment", f"at most {MOST_COMMENT} characters")
    tx.take(article_texts, text_id)
    known = hashlib.sha256(who.encode()).hexdigest()  # kept is only that it is the same one
    before = tx.all(_BEFORE, text=text_id, who=known)
    said = {"revision": found[0].published, "helpful": helpful, "comment": comment, "at": tx.now}
    if before:
        tx.update(article_feedback, before[0].id, **said)
        _count(tx, text_id, helpful=before[0].helpful, by=-1)
    else:
        tx.insert(article_feedback, id=tx.new_id(), text_id=text_id, reader=known, **said)
    _count(tx, text_id, helpful=helpful, by=1)


def _count(tx: Tx, text_id: str, *, helpful: bool, by: int) -> None:
    """Not a new version: what was written is the same."""
    column = article_texts.c.helpful if helpful else article_texts.c.unhelpful
    tx.execute(sa.update(article_texts).where(article_texts.c.id == text_id).values({column: column + by}))
