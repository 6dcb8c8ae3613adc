"""Published texts, put on the shelf and into the index without anybody's workflow."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from desk.kernel.transaction import Tx
from knowledgebase.search import index
from knowledgebase.tables import article_tags, article_texts, articles, categories, revisions


def shelve(
    tx: Tx,
    title: str,
    body: str = "",
    *,
    language: str = "en",
    audience: str = "public",
    team: str | None = None,
    tags: Sequence[str] = (),
    category_id: str | None = None,
    article_id: str | None = None,
    days_ago: int = 0,
    helpful: int = 0,
    unhelpful: int = 0,
    found: bool = True,
) -> str:
    """A text that is published and, if not told otherwise, found; its id. With `article_id`, a translation."""
    if article_id is None:
        article_id = tx.new_id()
        tx.insert(
            articles,
            id=article_id,
            category_id=category_id,
            audience=audience,
            team=team,
            language=language,
            created_at=tx.now,
        )
        for tag in tags:
            tx.insert(article_tags, id=tx.new_id(), article_id=article_id, tag=tag)
    text_id = tx.new_id()
    tx.insert(
        article_texts,
        id=text_id,
        article_id=article_id,
        language=language,
        slug=text_id,
        title=title,
        stage="published",
        newest=1,
        published=1,
        published_at=tx.now - timedelta(days=days_ago),
        changed_at=tx.now,
        helpful=helpful,
        unhelpful=unhelpful,
    )
    tx.insert(revisions, id=tx.new_id(), text_id=text_id, number=1, title=title, body=body, at=tx.now)
    if found:
        index.put(tx, text_id)
    return text_id


def article_of(tx: Tx, text_id: str) -> str:
    """The article of a text."""
    found: str = tx.all(sa.select(article_texts.c.article_id).where(article_texts.c.id == text_id))[0].article_id
    return found


def category(tx: Tx, slug: str, parent_id: str | None = None) -> str:
    """A category; its id."""
    id = tx.new_id()
    tx.insert(categories, id=id, parent_id=parent_id, slug=slug, names={"en": slug}, about={})
    return id
