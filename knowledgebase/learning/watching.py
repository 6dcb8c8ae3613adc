"""knowledgebase/learning/watching.py: articles that want somebody's eye. A night counts what a page then only reads.

bad      the lower bound of the share that found it unhelpful (Wilson, 95 %) is 0.3 or more, of its present words
unused   published for half a year, and in that time neither opened nor used; internal ones are opened by who works here
due      somebody was to look at it by now
behind   a translation that does not say what the original says now
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.tables import users
from knowledgebase.learning.confidence import lower_bound
from knowledgebase.learning_tables import article_watch
from knowledgebase.tables import article_feedback, article_texts, articles
from knowledgebase.writing.texts import must_write

#: From this lower bound on (in thousandths) an article is badly thought of; so many must have said so.
BAD = 300
FEWEST = 3
#: What was neither opened nor used for so long is unused.
UNUSED_AFTER = timedelta(days=180)
SHOWN = 50
_AT_ONCE = 500
_NIGHT = Actor.system("learning")

_originals = article_texts.alias("originals")
_TEXTS = (
    sa.select(
        article_texts.c.id,
        article_texts.c.published,
        article_texts.c.published_at,
        article_texts.c.unhelpful,
        article_texts.c.translates,
        (article_texts.c.views + articles.c.used).label("looks"),
        _originals.c.id.label("original_id"),
        _originals.c.published.label("original_published"),
        article_watch.c.text_id.label("watched"),
        article_watch.c.seen,
        article_watch.c.seen_at,
        article_watch.c.bad,
        article_watch.c.behind,
    )
    .join(articles, articles.c.id == article_texts.c.article_id)
    .outerjoin(
        _originals,
        sa.and_(_originals.c.article_id == articles.c.id, _originals.c.language == articles.c.language),
    )
    .outerjoin(article_watch, article_watch.c.text_id == article_texts.c.id)
    .where(article_texts.c.id > sa.bindparam("after"), article_texts.c.published.is_not(None))
    .order_by(article_texts.c.id)
    .limit(_AT_ONCE)
)
_FEEDBACK = (
    sa.select(
        article_feedback.c.text_id,
        sa.func.count().label("every"),
        sa.func.sum(sa.case((article_feedback.c.helpful, 0), else_=1)).label("unhelpful"),
    )
    .join(
        article_texts,
        sa.and_(
            article_texts.c.id == article_feedback.c.text_id, article_texts.c.published == article_feedback.c.revision
        ),
    )
    .where(article_feedback.c.text_id.in_(sa.bindparam("texts", expanding=True)))
    .group_by(article_feedback.c.text_id)
)
_UNPUBLISHED = sa.delete(article_watch).where(
    article_watch.c.text_id.in_(sa.select(article_texts.c.id).where(article_texts.c.published.is_(None)))
)
_COLUMNS = (
    article_texts.c.id.label("text_id"),
    article_texts.c.article_id,
    article_texts.c.language,
    article_texts.c.title,
    article_texts.c.helpful,
    article_texts.c.unhelpful,
    article_texts.c.published,
    article_texts.c.published_at,
    articles.c.review_due_at,
    article_watch.c.seen,
    article_watch.c.seen_at,
    article_watch.c.bad,
    article_watch.c.behind,
    users.c.name.label("owner"),
)
_WATCHED = (
    sa.select(*_COLUMNS)
    .select_from(article_watch)
    .join(article_texts, article_texts.c.id == article_watch.c.text_id)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .outerjoin(users, users.c.id == articles.c.owner_id)
    .where(article_texts.c.published.is_not(None))
    .limit(SHOWN)
)
_BADLY = _WATCHED.where(article_watch.c.bad >= BAD).order_by(article_watch.c.bad.desc(), article_watch.c.text_id)
_UNUSED = _WATCHED.where(
    article_watch.c.seen_at <= sa.bindparam("since"), article_texts.c.published_at <= sa.bindparam("since")
).order_by(article_watch.c.seen_at, article_watch.c.text_id)
_BEHIND = _WATCHED.where(article_watch.c.behind > 0).order_by(article_watch.c.behind.desc(), article_watch.c.text_id)
_DUE = (
    sa.select(*_COLUMNS)
    .select_from(articles)
    .join(
        article_texts,
        sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language),
    )
    .outerjoin(article_watch, article_watch.c.text_id == article_texts.c.id)
    .outerjoin(users, users.c.id == articles.c.owner_id)
    .where(articles.c.review_due_at <= sa.bindparam("now"), article_texts.c.stage != "archived")
    .order_by(articles.c.review_due_at, articles.c.id)
    .limit(SHOWN)
)


def badly_thought_of(rx: Rx) -> Sequence[Row]:
    """Texts that readers find unhelpful, the surest first."""
    must_write(rx)
    return rx.all(_BADLY)


def unused(rx: Rx) -> Sequence[Row]:
    """Texts that nobody opened or used for half a year, the longest first."""
    must_write(rx)
    return rx.all(_UNUSED, since=rx.now - UNUSED_AFTER)


def due(rx: Rx) -> Sequence[Row]:
    """Articles that somebody was to look at by now, the longest first."""
    must_write(rx)
    return rx.all(_DUE, now=rx.now)


def behind(rx: Rx) -> Sequence[Row]:
    """Translations that do not say what their original says, by how many revisions, the most first."""
    must_write(rx)
    return rx.all(_BEHIND)


async def watch(desk: Desk) -> None:
    """Counts anew what is thought of each text, when it was last of use, and how far it is behind."""
    await desk.transact(_NIGHT, _forget)
    after = ""
    while rows := await desk.read(_NIGHT, _page, after):
        await desk.transact(_NIGHT, _look, rows)
        after = rows[-1].id


def _page(rx: Rx, after: str) -> Sequence[Row]:
    return rx.all(_TEXTS, after=after)


def _forget(tx: Tx) -> None:
    tx.change(_UNPUBLISHED)


def _look(tx: Tx, rows: Sequence[Row]) -> None:
    bad = _bad(tx, [row.id for row in rows if row.unhelpful >= FEWEST])
    for row in rows:
        said = _said(row, bad.get(row.id, 0), tx.now)
        if row.watched is None:
            tx.insert_if_new(article_watch, text_id=row.id, paired=0, **said)
        elif changed := {name: value for name, value in said.items() if row._mapping[name] != value}:
            tx.execute(sa.update(article_watch).where(article_watch.c.text_id == row.id).values(changed))


def _bad(rx: Rx, texts: Iterable[str]) -> dict[str, int]:
    """How surely readers find each of these unhelpful as it stands, in thousandths."""
    asked = sorted(texts)
    found = rx.all(_FEEDBACK, texts=asked) if asked else ()
    said = {row.text_id: (int(row.unhelpful), int(row.every)) for row in found}
    return {id: round(1000 * lower_bound(no, every)) for id, (no, every) in said.items() if no >= FEWEST}


def _said(row: Row, bad: int, now: datetime) -> dict[str, Any]:
    lag = 0
    if row.original_id != row.id and row.original_published is not None:
        lag = max(0, row.original_published - (row.translates or 0))
    # Who was never opened is unused since the day on which it could be.
    first = now if row.looks else row.published_at
    at = first if row.watched is None else row.seen_at if row.looks == row.seen else now
    return {"seen": row.looks, "seen_at": at, "bad": bad, "behind": lag}
