"""knowledgebase/search/found_rows.py: what is read of texts that were found, by who may see them.

Each statement is built once for each kind of reader: one that is seen again costs a tenth.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among as among_ids
from knowledgebase.index_tables import article_index, article_meanings
from knowledgebase.readers import Reader, visible
from knowledgebase.search.index_statements import among_numbers, weighed
from knowledgebase.tables import article_texts, articles

#: What a hit shows; what ranking reads besides is long.
_SHOWN = (
    article_index.c.number,
    article_index.c.text_id,
    article_index.c.article_id,
    article_index.c.language,
    article_index.c.title,
    article_texts.c.slug,
    articles.c.audience,
    articles.c.language.label("own"),
)
_RANKED = (
    article_index.c.terms,
    article_index.c.length,
    article_index.c.published_at,
    article_texts.c.helpful,
    article_texts.c.unhelpful,
    articles.c.settled,
)


def _found(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .join(article_texts, article_texts.c.id == article_index.c.text_id)
        .join(articles, articles.c.id == article_index.c.article_id)
        .where(article_texts.c.published.is_not(None))
    )


_TO_RANK = _found(*_SHOWN, *_RANKED)
_IN_SCRIPT = _found(*_SHOWN).where(
    among_ids(article_texts.c.article_id, "ids"), among_ids(article_texts.c.language, "languages")
)
_NAMED = _found(*_SHOWN).where(among_ids(article_index.c.text_id, "ids"))
_HERE = (
    sa.select(article_index)
    .join(articles, articles.c.id == article_index.c.article_id)
    .where(article_index.c.text_id == sa.bindparam("id"))
)

#: By `ids`: the words that find texts.
WORDS = sa.select(article_index.c.text_id, article_index.c.words).where(among_ids(article_index.c.text_id, "ids"))
#: By `numbers`: texts that a model has read as they stand in the index.
READ = sa.select(article_meanings.c.number).where(among_numbers(article_meanings.c.number, "numbers"))
#: By `numbers`: what texts say.
PLAIN = sa.select(article_index.c.number, article_index.c.plain).where(among_numbers(article_index.c.number, "numbers"))


@lru_cache(maxsize=1024)
def to_rank(reader: Reader, clauses: int) -> sa.Select[Any]:
    """The best that meet so many expressions (`index_statements.weighed`), with what ranking reads."""
    best = weighed(clauses).subquery("best")
    return _TO_RANK.join(best, best.c.number == article_index.c.number).where(visible(reader))


@lru_cache(maxsize=1024)
def in_script(reader: Reader) -> sa.Select[Any]:
    """The texts of articles (`ids`) in some `languages`."""
    return _IN_SCRIPT.where(visible(reader))


@lru_cache(maxsize=1024)
def named(reader: Reader) -> sa.Select[Any]:
    """By `ids`."""
    return _NAMED.where(visible(reader))


@lru_cache(maxsize=1024)
def here(reader: Reader) -> sa.Select[Any]:
    """The row in the index of the text `id`."""
    return _HERE.where(visible(reader))
