"""web/api/article_cards.py: articles as the API answers with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx
from knowledgebase.languages import canonical, chosen
from knowledgebase.readers import Reader, visible, whoever_reads
from knowledgebase.reading import published
from knowledgebase.reading.handed_out import handed_out
from knowledgebase.reading.relied_on import named, relied_on
from knowledgebase.search.hits import Hit
from knowledgebase.tables import article_tags, article_texts, articles, revisions
from knowledgebase.writing.categories import tree
from knowledgebase.writing.texts import revision

_COLUMNS = (
    article_texts,
    articles.c.audience,
    articles.c.category_id,
    articles.c.edition,
    articles.c.language.label("original"),
    revisions.c.title.label("says"),
    revisions.c.summary,
)


def hits(rx: Rx, found: Sequence[Hit], reader: Reader) -> list[dict[str, Any]]:
    """What was found, best first."""
    rows = _rows(rx, reader, article_texts.c.id.in_([hit.text_id for hit in found]))
    known = {row.id: row for row in rows}
    tags, slugs = _tags(rx, {row.article_id for row in rows}), slugs_of_categories(rx)
    return [
        _card(known[hit.text_id], tags, slugs, reader)
        | {"title": hit.title, "snippet": hit.snippet, "score": hit.score}
        for hit in found
        if hit.text_id in known
    ]


def cards(
    rx: Rx,
    article_ids: Sequence[str],
    conditions: Iterable[sa.ColumnElement[bool]],
    language: str | None,
    reader: Reader,
) -> list[dict[str, Any]]:
    """These articles, in this order, each in the nearest language of the texts that fit the conditions."""
    written: dict[str, dict[str, Row]] = {}
    for row in _rows(rx, reader, article_texts.c.article_id.in_(article_ids), *conditions):
        written.setdefault(row.article_id, {})[row.language] = row
    tags, slugs = _tags(rx, written), slugs_of_categories(rx)
    nearest = [
        texts[chosen(language, texts, next(iter(texts.values())).original)]
        for texts in (written[id] for id in article_ids if id in written)
    ]
    return [_card(row, tags, slugs, reader) for row in nearest]


def one(rx: Rx, article_id: str, language: str | None, reader: Reader) -> dict[str, Any]:
    """One article: to who writes with its newest words, to everybody else as it is read.

    Raises:
        NotFound: there is none, or not for this reader.
        Invalid: `language` is none.
    """
    wanted = canonical(language) if language else None
    found = rx.all(sa.select(articles).where(articles.c.id == article_id, visible(reader)))
    if not found:
        raise NotFound("article", article_id)
    article = found[0]
    texts = _rows(rx, reader, article_texts.c.article_id == article_id)
    if not texts:
        raise NotFound("article", article_id)
    by_language = {row.language: row for row in texts}
    text = by_language[chosen(wanted, by_language, article.language)]
    original = by_language.get(article.language)
    newest = (original.published or 0) if original is not None else 0
    about = {name: article._mapping[name] for name in _OF_ARTICLE}
    return about | {
        **_words(rx, text, reader),
        "text_id": text.id,
        "language": text.language,
        "slug": text.slug,
        "state": text.stage if reader.writes else "published",
        "category": slugs_of_categories(rx).get(article.category_id),
        "tags": _tags(rx, [article_id]).get(article_id, []),
        "original_language": article.language,
        "revision": text.newest if reader.writes else text.published,
        "published": text.published,
        "published_at": text.published_at if text.published is not None else None,
        "texts": [_text(row, newest, reader) for row in texts],
        "version": article.edition if reader.writes else text.published,
        "opening": _opening(article) if reader.writes else None,
        "hands_out": _handed_out(rx, article, text) if reader.writes else [],
        "relies_on": named(relied_on(rx, article, text, text.newest)) if reader.writes else "",
    }


_OF_ARTICLE = (*("id", "audience", "team", "owner_id", "review_due_at", "checked_at", "created_at", "used", "settled"),)


_OF_TEXT = (
    *("language", "slug", "published", "translates", "publish_at", "expire_at", "published_at", "changed_at"),
    *("sent_back", "not_published", "views", "helpful", "unhelpful"),
)


def slugs_of_categories(rx: Rx) -> dict[str | None, str]:
    """What each category is called in addresses, by its id."""
    return {one.id: one.slug for one in tree(rx)}


def _words(rx: Rx, text: Row, reader: Reader) -> dict[str, Any]:
    if reader.writes:
        says = revision(rx, text.id, text.newest)
        return {"title": says.title, "summary": says.summary, "body": says.body}
    seen = published.read(rx, text.slug, reader)
    assert isinstance(seen, published.Article)
    return {"title": seen.title, "summary": seen.summary, "body": seen.body}


def _opening(article: Row) -> dict[str, Any] | None:
    if article.opens_to is None:
        return None
    return {"audience": article.opens_to, "team": article.opens_to_team, "asked_by": article.opening_asked_by}


def _handed_out(rx: Rx, article: Row, text: Row) -> list[dict[str, Any]]:
    says, reader = revision(rx, text.id, text.newest), whoever_reads(article.audience, article.team)
    return [asdict(one) for one in handed_out(rx, article.id, reader, says.body, text.language)]


def _text(row: Row, newest: int, reader: Reader) -> dict[str, Any]:
    said = {name: row._mapping[name] for name in _OF_TEXT}
    behind = row.language != row.original and newest > (row.translates or 0)
    said |= {"title": row.says, "state": row.stage, "revision": row.newest, "is_behind": behind}
    if not reader.writes:  # what is being written is nobody else's business
        said |= {
            "state": "published",
            "revision": row.published,
            "sent_back": "",
            "not_published": "",
            "publish_at": None,
            "changed_at": row.published_at,
        }
    return said


def _card(row: Row, tags: Mapping[str, list[str]], slugs: Mapping[str | None, str], reader: Reader) -> dict[str, Any]:
    return {
        "id": row.article_id,
        "text_id": row.id,
        "language": row.language,
        "title": row.says,
        "slug": row.slug,
        "snippet": row.summary,
        "score": None,
        "audience": row.audience,
        "state": row.stage if reader.writes else "published",
        "category": slugs.get(row.category_id),
        "tags": tags.get(row.article_id, []),
        "published_at": row.published_at if row.published is not None else None,
        "version": row.edition if reader.writes else row.published,
    }


def _rows(rx: Rx, reader: Reader, *conditions: sa.ColumnElement[bool]) -> Sequence[Row]:
    """Texts with what they say: to who writes the newest, to everybody else what is published."""
    number = article_texts.c.newest if reader.writes else article_texts.c.published
    says = sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == number)
    found = sa.select(*_COLUMNS).join(articles, articles.c.id == article_texts.c.article_id).join(revisions, says)
    return rx.all(found.where(*conditions).order_by(article_texts.c.language))


def _tags(rx: Rx, article_ids: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rx.all(
        sa.select(article_tags).where(article_tags.c.article_id.in_(list(article_ids))).order_by(article_tags.c.tag)
    ):
        found.setdefault(row.article_id, []).append(row.tag)
    return found
