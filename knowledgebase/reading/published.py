"""knowledgebase/reading/published.py: what readers see of an article. What is not for them, or not out, is not there.

A slug that a text had before leads to the one that it has. An article that is not written in a reader's language is
read in the nearest in which it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from knowledgebase.languages import chosen
from knowledgebase.put_in import filled_in
from knowledgebase.readers import Reader, may_read, visible
from knowledgebase.reading.paper_links import Paper
from knowledgebase.reading.papers import papers_in
from knowledgebase.tables import article_tags, article_texts, articles, former_slugs, revisions
from knowledgebase.unseen import seen
from knowledgebase.writing.categories import Named, path


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article as it is read. The body is Markdown, with its snippets put in."""

    id: str
    text_id: str
    slug: str
    language: str
    original_language: str
    title: str
    summary: str
    body: str
    audience: str
    team: str | None
    category: tuple[Named, ...]  #: from the top down
    tags: tuple[str, ...]
    revision: int
    published_at: datetime
    published_first_at: datetime | None  #: none where it is not known
    checked_at: datetime  #: when somebody last found that it is right
    translations: tuple[tuple[str, str], ...]  #: (language, slug) of the others in which it can be read
    is_behind: bool  #: the original says something newer
    papers: tuple[Paper, ...] = ()  #: those to which the body links


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The text has another slug now."""

    slug: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An article in a list of readers."""

    id: str
    text_id: str
    slug: str
    language: str
    title: str
    summary: str
    audience: str
    category_id: str | None
    published_at: datetime
    published_first_at: datetime | None


_TEXT = [*article_texts.c, articles.c.audience, articles.c.team, articles.c.category_id, articles.c.checked_at]
_WITH_ARTICLE = sa.select(*_TEXT, articles.c.language.label("original")).join(
    articles, articles.c.id == article_texts.c.article_id
)
_BY_SLUG = _WITH_ARTICLE.where(article_texts.c.slug == sa.bindparam("slug"))
_BY_FORMER = _WITH_ARTICLE.join(former_slugs, former_slugs.c.text_id == article_texts.c.id).where(
    former_slugs.c.slug == sa.bindparam("slug")
)
_BY_ARTICLE = _WITH_ARTICLE.where(article_texts.c.article_id == sa.bindparam("article"))
_IS_PUBLISHED = article_texts.c.published.is_not(None)
_SAYS = sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published)
_SAID = sa.select(revisions).where(
    revisions.c.text_id == sa.bindparam("text"), revisions.c.number == sa.bindparam("number")
)
_TAGS = (
    sa.select(article_tags.c.tag)
    .where(article_tags.c.article_id == sa.bindparam("article"))
    .order_by(article_tags.c.tag)
)


def read(rx: Rx, slug: str, reader: Reader) -> Article | Moved | None:
    """The article whose text has, or had, this slug, or the same without what nobody sees in it. What is not for a
    reader takes as long as what never was."""
    found = rx.all(_BY_SLUG, slug=slug)
    if found and _is_for(reader, found[0]):
        return _article(rx, found[0], reader)
    former = rx.all(_BY_FORMER, slug=seen(slug))
    return Moved(slug=former[0].slug) if former and _is_for(reader, former[0]) else None


def read_text(rx: Rx, article_id: str, language: str | None, reader: Reader) -> Article | None:
    """An article in the language that comes nearest to `language`, of those in which it can be read."""
    texts = {row.language: row for row in rx.all(_BY_ARTICLE, article=article_id) if _is_for(reader, row)}
    if not texts:
        return None
    original = next(iter(texts.values())).original
    return _article(rx, texts[chosen(language, texts, original)], reader)


def listed(rx: Rx, article_ids: Iterable[str], reader: Reader, language: str | None) -> list[Listed]:
    """These articles, in this order, as far as a reader can read them: each in the language that comes nearest."""
    wanted = list(dict.fromkeys(article_ids))
    rows = rx.all(_readable(reader).where(articles.c.id.in_(wanted)))
    known = {one.id: one for one in _nearest(rows, language)}
    return [known[id] for id in wanted if id in known]


def _readable(reader: Reader) -> sa.Select[Any]:
    columns = (*_TEXT, articles.c.language.label("original"), revisions.c.summary, revisions.c.title.label("says"))
    found = sa.select(*columns).join(articles, articles.c.id == article_texts.c.article_id).join(revisions, _SAYS)
    return found.where(_IS_PUBLISHED, visible(reader))


def _nearest(rows: Sequence[Row], language: str | None) -> list[Listed]:
    """Of each article the text in the language that comes nearest."""
    written: dict[str, dict[str, Row]] = {}
    for row in rows:
        written.setdefault(row.article_id, {})[row.language] = row
    texts = written.values()
    return [_listed(of[chosen(language, of, next(iter(of.values())).original)]) for of in texts]


def _listed(row: Row) -> Listed:
    return Listed(
        id=row.article_id,
        text_id=row.id,
        slug=row.slug,
        language=row.language,
        title=row.says,
        summary=row.summary,
        audience=row.audience,
        category_id=row.category_id,
        published_at=row.published_at,
        published_first_at=row.published_first_at,
    )


def _is_for(reader: Reader, row: Row) -> bool:
    return row.published is not None and may_read(reader, row.audience, row.team)


def _article(rx: Rx, row: Row, reader: Reader) -> Article:
    texts = [one for one in rx.all(_BY_ARTICLE, article=row.article_id) if _is_for(reader, one)]
    says = rx.all(_SAID, text=row.id, number=row.published)[0]
    body = filled_in(rx, says.body, row.language)
    newest_original = max((one.published for one in texts if one.language == row.original), default=0)
    return Article(
        id=row.article_id,
        text_id=row.id,
        slug=row.slug,
        language=row.language,
        original_language=row.original,
        title=says.title,
        summary=says.summary,
        body=body,
        audience=row.audience,
        team=row.team,
        category=path(rx, row.category_id, row.language),
        tags=tuple(one.tag for one in rx.all(_TAGS, article=row.article_id)),
        revision=row.published,
        published_at=row.published_at,
        published_first_at=row.published_first_at,
        checked_at=max(row.published_at, row.checked_at or row.published_at),
        translations=tuple(sorted((one.language, one.slug) for one in texts if one.id != row.id)),
        is_behind=row.language != row.original and newest_original > (row.translates or 0),
        papers=papers_in(rx, body, reader),
    )
