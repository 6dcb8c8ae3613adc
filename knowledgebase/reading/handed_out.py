"""knowledgebase/reading/handed_out.py: what a text hands out that its readers get nowhere else, for who publishes it.

    article for everybody ──links to──▶ paper ◀──of── article for who works here, or one that nobody reads yet

A picture or paper is open to whoever may read a published text that shows it (`open_files.py`), whose ever it is. So a
link opens a file: that may be meant, and is never done unseen.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.contents import FILES, MOST_FILES, files_in
from knowledgebase.put_in import filled_in
from knowledgebase.readers import Reader, may_read
from knowledgebase.tables import article_files, article_texts, articles


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A picture or paper of another article."""

    file_id: str
    name: str
    article_id: str
    title: str  #: of that article, as it was begun
    audience: str
    team: str | None
    is_published: bool


_OTHERS = (
    sa.select(
        article_files.c.id,
        article_files.c.name,
        article_files.c.article_id,
        article_texts.c.title,
        articles.c.audience,
        articles.c.team,
        sa.exists()
        .where(article_texts.c.article_id == article_files.c.article_id, article_texts.c.published.is_not(None))
        .correlate(article_files)
        .label("is_published"),
    )
    .join(articles, articles.c.id == article_files.c.article_id)
    .join(
        article_texts,
        sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language),
    )
    .where(among(article_files.c.id), article_files.c.article_id != sa.bindparam("article"))
    .order_by(article_files.c.name, article_files.c.id)
)


def handed_out(rx: Rx, article_id: str, reader: Reader, body: str, language: str) -> tuple[HandedOut, ...]:
    """The files of other articles that these words of one show to a reader who may not read those articles."""
    full = filled_in(rx, body, language)
    if FILES not in full:
        return ()
    rows = rx.all(_OTHERS, ids=files_in(full)[:MOST_FILES], article=article_id)
    return tuple(
        HandedOut(
            file_id=row.id,
            name=row.name,
            article_id=row.article_id,
            title=row.title,
            audience=row.audience,
            team=row.team,
            is_published=bool(row.is_published),
        )
        for row in rows
        if not (row.is_published and may_read(reader, row.audience, row.team))
    )
