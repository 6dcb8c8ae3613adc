"""knowledgebase/reading/site_maps.py: what everybody may read, in parts that search engines fetch one by one.

A part is a stretch of the numbers that published texts have in the index of what is searched; a text that is published
anew gets a new one, and moves to the last part. Which parts there are is told by an index, one look for each: however
many texts stand in them, none is counted.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from knowledgebase.index_tables import article_index
from knowledgebase.readers import PUBLIC, visible
from knowledgebase.search.indexed import scope_of
from knowledgebase.tables import article_texts, articles

_EVERYBODYS = scope_of("public", None)
_NEXT = (
    sa.select(article_index.c.number)
    .where(article_index.c.scope == _EVERYBODYS, article_index.c.number > sa.bindparam("after"))
    .order_by(article_index.c.number)
    .limit(1)
)
_PART = (
    sa.select(article_texts.c.slug, article_texts.c.published_at)
    .select_from(article_index)
    .join(article_texts, article_texts.c.id == article_index.c.text_id)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .where(
        article_index.c.scope == _EVERYBODYS,
        article_index.c.number > sa.bindparam("after"),
        article_index.c.number <= sa.bindparam("until"),
        article_texts.c.published.is_not(None),
        visible(PUBLIC),
    )
    .order_by(article_index.c.number)
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """A text that everybody may read."""

    slug: str
    published_at: datetime


def parts(rx: Rx, *, size: int) -> list[int]:
    """The parts in which anything stands, by their numbers from 0; a part has at most `size` texts."""
    found: list[int] = []
    after = 0
    while rows := rx.all(_NEXT, after=after):
        found.append((rows[0].number - 1) // size)
        after = (found[-1] + 1) * size
    return found


def part(rx: Rx, number: int, *, size: int) -> list[Address]:
    """What stands in a part."""
    rows = rx.all(_PART, after=number * size, until=(number + 1) * size)
    return [Address(slug=row.slug, published_at=row.published_at) for row in rows]
