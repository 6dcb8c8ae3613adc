"""knowledgebase/learning/causes.py: what people complain about, and the article that is our answer to it.

Counted are complaints closed within the last twelve months, by cause and by category. An article that is linked is the
"act" of Plan-Do-Check-Act: what was learned of a cause is written down where agents and customers find it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, taxonomy
from knowledgebase.learning_tables import cause_articles
from knowledgebase.tables import article_texts, articles
from knowledgebase.writing import articles as writing
from knowledgebase.writing.texts import must_write

KINDS = ("cause", "category")
SINCE = timedelta(days=365)
SHOWN = 50
#: Articles that one cause can have.
MOST_ARTICLES = 20
#: What a complaint is when it was one and is over; what is void never was one.
_OVER = ("closed", "resolved_early", "withdrawn")


def _counted(column: sa.Column[str]) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [column.label("code"), sa.func.count().label("times")]
    return (
        sa.select(*columns)
        .where(complaints.c.closed_at >= sa.bindparam("since"), complaints.c.state.in_(_OVER), column != "")
        .group_by(column)
        .order_by(sa.desc("times"), column)
        .limit(SHOWN)
    )


_COUNTED = {"cause": _counted(complaints.c.cause), "category": _counted(complaints.c.category)}
_NAMES = sa.select(taxonomy.c.code, taxonomy.c.name).where(taxonomy.c.kind == sa.bindparam("kind"))
_LINKED = (
    sa.select(
        cause_articles.c.id,
        cause_articles.c.code,
        cause_articles.c.article_id,
        cause_articles.c.at,
        article_texts.c.title,
        article_texts.c.language,
        article_texts.c.published,
    )
    .join(articles, articles.c.id == cause_articles.c.article_id)
    .join(
        article_texts,
        sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language),
    )
    .where(cause_articles.c.kind == sa.bindparam("kind"))
    .order_by(cause_articles.c.id)
)
_OF_ONE = sa.select(cause_articles).where(
    cause_articles.c.kind == sa.bindparam("kind"), cause_articles.c.code == sa.bindparam("code")
)
_GONE = sa.delete(cause_articles).where(cause_articles.c.id == sa.bindparam("gone"))


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause or a category: how many closed complaints have it, and what answers it."""

    kind: str
    code: str
    name: str
    times: int
    articles: Sequence[Row]

    @property
    def is_answered(self) -> bool:
        """Whether an article that is its answer is published."""
        return any(row.published is not None for row in self.articles)


def causes(rx: Rx, kind: str) -> list[Cause]:
    """Causes, or categories, of the complaints that were closed in the last twelve months, the most frequent first.

    Raises:
        Invalid: no such kind.
    """
    must_write(rx)
    counted = rx.all(_COUNTED[_kind(kind)], since=rx.now - SINCE)
    names = {row.code: row.name for row in rx.all(_NAMES, kind=kind)}
    linked: dict[str, list[Row]] = {}
    for row in rx.all(_LINKED, kind=kind):
        linked.setdefault(row.code, []).append(row)
    return [
        Cause(
            kind=kind,
            code=row.code,
            name=names.get(row.code) or row.code,
            times=int(row.times),
            articles=linked.get(row.code, []),
        )
        for row in counted
    ]


def cause(rx: Rx, kind: str, code: str) -> Cause:
    """One of them, whether or not anybody complained of it lately.

    Raises:
        NotFound: the taxonomy has none such.
    """
    known = next((one for one in causes(rx, kind) if one.code == code), None)
    if known is not None:
        return known
    names = {row.code: row.name for row in rx.all(_NAMES, kind=kind)}
    if code not in names:
        raise NotFound(kind, code)
    linked = [row for row in rx.all(_LINKED, kind=kind) if row.code == code]
    return Cause(kind=kind, code=code, name=names[code], times=0, articles=linked)


def link(tx: Tx, kind: str, code: str, article_id: str) -> None:
    """Says that an article is our answer to a cause. Saying it twice changes nothing.

    Raises:
        NotFound: no such cause or article.
        Conflict: it has too many.
    """
    must_write(tx)
    cause(tx, kind, code)
    tx.take(articles, article_id)
    if len(tx.all(_OF_ONE, kind=kind, code=code)) >= MOST_ARTICLES:
        raise Conflict("cause", f"at most {MOST_ARTICLES} articles answer one")
    said = {"kind": kind, "code": code, "article_id": article_id}
    tx.insert_if_new(cause_articles, id=tx.new_id(), **said, by=tx.actor.id, at=tx.now)


def unlink(tx: Tx, kind: str, code: str, article_id: str) -> None:
    """Says that an article is no answer to a cause after all."""
    must_write(tx)
    for row in tx.all(_OF_ONE, kind=kind, code=code):
        if row.article_id == article_id:
            tx.change(_GONE, gone=row.id)


def begin_draft(tx: Tx, kind: str, code: str, *, language: str = "en") -> writing.Created:
    """Begins a draft titled by a cause, for internal readers, and links it.

    Raises:
        NotFound: no such cause.
    """
    found = cause(tx, kind, code)
    made = writing.create(
        tx,
        title=found.name,
        body="",
        language=language,
        audience="internal",
        note=f"{found.times} complaints closed in twelve months have this {kind}",
        owner_id=tx.actor.id if tx.actor.kind == "user" else None,
    )
    link(tx, kind, code, made.id)
    return made


def answers_to(rx: Rx, article_id: str) -> list[tuple[str, str]]:
    """The causes and categories, as (kind, name), that an article answers."""
    linked = sa.select(cause_articles.c.kind, cause_articles.c.code, taxonomy.c.name)
    named = sa.and_(taxonomy.c.kind == cause_articles.c.kind, taxonomy.c.code == cause_articles.c.code)
    rows = rx.all(linked.outerjoin(taxonomy, named).where(cause_articles.c.article_id == article_id))
    return sorted((row.kind, row.name or row.code) for row in rows)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Invalid("kind", f"one of {', '.join(KINDS)}")
    return kind
