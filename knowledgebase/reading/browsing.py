"""knowledgebase/reading/browsing.py: what readers leaf through: topics, the articles of one by pages, what is new.

The same rules as in `published.py`, asked so that a hundred thousand articles are no slower than a hundred: whether a
topic has anything is looked up and not counted, of a topic's articles only a page is read, and what is new or read
often is looked for among what was changed last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from knowledgebase.readers import Reader, visible
from knowledgebase.reading.published import Listed, listed
from knowledgebase.tables import article_texts, articles, categories, revisions
from knowledgebase.writing.categories import Category, tree
from knowledgebase.writing.lifecycle import Stage

#: Texts of each stage that were changed last, among which is looked.
LATELY = 2000

#: At these stages of its newest revision a text may have one that readers see.
_READ = (Stage.PUBLISHED, Stage.APPROVED, Stage.IN_REVIEW, Stage.DRAFT)
_IS_PUBLISHED = article_texts.c.published.is_not(None)
_IS_READ = sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published)
_SAYS = (
    sa.select(
        article_texts.c.article_id.label("id"),
        article_texts.c.id.label("text_id"),
        article_texts.c.slug,
        article_texts.c.language,
        revisions.c.title,
        revisions.c.summary,
        articles.c.audience,
        articles.c.category_id,
        article_texts.c.published_at,
        article_texts.c.published_first_at,
    )
    .join(articles, articles.c.id == article_texts.c.article_id)
    .join(revisions, _IS_READ)
)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A category in which a reader finds something, in it or below."""

    id: str
    slug: str
    name: str
    about: str
    depth: int


def topics(rx: Rx, reader: Reader, language: str | None, *, under: str | None = None) -> list[Topic]:
    """The categories in which a reader finds something, each followed by those within it; `under`: it and its own."""
    every = tree(rx)
    asked = _filled(reader)
    if under is not None:
        every = _subtree(every, under)
        asked = asked.where(categories.c.id.in_([one.id for one in every]))
    above = {one.id: one.parent_id for one in every}
    seen: set[str] = set()
    for row in rx.all(asked):
        at: str | None = row.id
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
    return [_topic(one, language) for one in every if one.id in seen]


def in_topic(rx: Rx, category_id: str, reader: Reader, language: str, *, limit: int, offset: int = 0) -> list[Listed]:
    """What a reader finds in a category, not below it: by title, each in the language that comes nearest."""
    nearest = _nearest(reader, category_id, language).subquery()
    page = (
        sa.select(nearest.c.article_id)
        .where(nearest.c.place == 1)
        .order_by(nearest.c.called, nearest.c.article_id)
        .limit(limit)
        .offset(offset)
    )
    return listed(rx, [str(row.article_id) for row in rx.all(page)], reader, language)


def newest(rx: Rx, reader: Reader, language: str | None, *, limit: int) -> list[Listed]:
    """The texts that were published last, each in its own words; in `language` only, if one is said."""
    latest = _lately(reader, language)
    asked = sa.select(latest.c.id).order_by(latest.c.published_at.desc(), latest.c.id).limit(limit)
    ids = [row.id for row in rx.all(asked)]
    says = {row.text_id: row for row in rx.all(_SAYS.where(article_texts.c.id.in_(ids)))} if ids else {}
    return [Listed(**says[id]._mapping) for id in ids]


def read_often(rx: Rx, reader: Reader, *, limit: int) -> list[str]:
    """Articles that are looked at most, of those that were changed last."""
    latest = _lately(reader)
    asked = sa.select(latest.c.article_id).order_by(latest.c.views.desc(), latest.c.published_at.desc(), latest.c.id)
    return [str(row.article_id) for row in rx.all(asked.limit(limit))]


def _filled(reader: Reader) -> sa.Select[Any]:
    """Categories with an article in them that a reader can read.

    Of each the first is looked for: PostgreSQL would go through all articles for an *exists*, before it has counted.
    """
    first = (
        sa.select(articles.c.id)
        .join(article_texts, article_texts.c.article_id == articles.c.id)
        .where(articles.c.category_id == categories.c.id, _IS_PUBLISHED, visible(reader))
        .limit(1)
    )
    return sa.select(categories.c.id).where(first.scalar_subquery().is_not(None))


def _nearest(reader: Reader, category_id: str, language: str) -> sa.Select[Any]:
    """The texts of a category, with the place of each among those of its article: 1 is the nearest to `language`."""
    spoken, short = article_texts.c.language, language.partition("-")[0]
    near = sa.case(
        (spoken == language, 0),
        (sa.or_(spoken == short, spoken.startswith(f"{short}-", autoescape=True)), 1),
        (spoken == articles.c.language, 2),
        else_=3,
    )
    place = sa.func.row_number().over(partition_by=article_texts.c.article_id, order_by=[near, spoken])
    return (
        sa.select(article_texts.c.article_id, sa.func.lower(revisions.c.title).label("called"), place.label("place"))
        .join(articles, articles.c.id == article_texts.c.article_id)
        .join(revisions, _IS_READ)
        .where(articles.c.category_id == category_id, _IS_PUBLISHED, visible(reader))
    )


def _lately(reader: Reader, language: str | None = None) -> sa.Subquery:
    """Published texts, also those that somebody writes anew, of each stage those that were changed last.

    An index has the texts of a stage in this order.
    """

    def at(stage: Stage) -> sa.Select[Any]:
        found = sa.select(article_texts).join(articles, articles.c.id == article_texts.c.article_id)
        found = found.where(article_texts.c.stage == stage.value, _IS_PUBLISHED, visible(reader))
        if language is not None:
            found = found.where(article_texts.c.language == language)
        latest = found.order_by(article_texts.c.changed_at.desc()).limit(LATELY).subquery()
        return sa.select(latest)

    return sa.union_all(*map(at, _READ)).subquery()


def _subtree(every: Sequence[Category], id: str) -> list[Category]:
    """A category and what is below it."""
    at = next((place for place, one in enumerate(every) if one.id == id), len(every))
    rest = every[at + 1 :]
    end = next((place for place, one in enumerate(rest) if one.depth <= every[at].depth), len(rest))
    return [*every[at : at + 1], *rest[:end]]


def _topic(one: Category, language: str | None) -> Topic:
    return Topic(id=one.id, slug=one.slug, name=one.name_in(language), about=one.about_in(language), depth=one.depth)
