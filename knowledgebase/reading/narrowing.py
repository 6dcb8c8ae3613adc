"""knowledgebase/reading/narrowing.py: by which topics and tags what was found can be narrowed down.

Offered is what the articles on the page are about, and so nothing that the reader may not see.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.readers import Reader
from knowledgebase.reading.browsing import topics
from knowledgebase.tables import article_tags, articles
from knowledgebase.writing.categories import Named, by_slug, tree

#: So many of each are offered, those of most articles first.
MOST_TOPICS, MOST_TAGS = 6, 8

_FILED = sa.select(articles.c.id, articles.c.category_id).where(among(articles.c.id, "ids"))
_TAGGED = sa.select(article_tags.c.article_id, article_tags.c.tag).where(among(article_tags.c.article_id, "ids"))


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Topics that hold some of the articles and not all, and tags that some of them share."""

    topics: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()


def narrowing(rx: Rx, article_ids: Collection[str], language: str) -> Narrowing:
    """By what these articles, which their reader has found, can be told apart."""
    if len(article_ids) < 2:
        return Narrowing()
    known = {one.id: one for one in tree(rx)}
    filed: Counter[str] = Counter()
    for row in rx.all(_FILED, ids=list(article_ids)):
        at = row.category_id
        while at in known:
            filed[at] += 1
            at = known[at].parent_id
    tagged = Counter(row.tag for row in rx.all(_TAGGED, ids=list(article_ids)))
    order = {id: place for place, id in enumerate(known)}
    chosen = sorted(_telling(filed, len(article_ids)), key=lambda id: (-filed[id], order[id]))[:MOST_TOPICS]
    return Narrowing(
        topics=tuple(Named(id=id, slug=known[id].slug, name=known[id].name_in(language)) for id in chosen),
        tags=tuple(
            sorted(_telling(tagged, len(article_ids), least=2), key=lambda tag: (-tagged[tag], tag))[:MOST_TAGS]
        ),
    )


def topic_for(rx: Rx, slug: str, reader: Reader, language: str) -> Named | None:
    """The topic that is called so, if this reader finds anything in it."""
    found = by_slug(rx, slug)
    if found is None or not topics(rx, reader, language, under=found.id):
        return None
    return Named(id=found.id, slug=found.slug, name=found.name_in(language))


def _telling(times: Counter[str], of: int, *, least: int = 1) -> Iterable[str]:
    return (one for one, number in times.items() if least <= number < of)
