"""knowledgebase/folders/history.py: what became of articles, written beside their words: a JSON object a line.

    history/revisions.jsonl   every revision: of which text, who, when, why, its words, whether readers see it
    history/feedback.jsonl    what readers said of which revision, masked; nothing of who they are
    history/counters.jsonl    how often each text was looked at and found helpful or not, each article used and settled
    history/uses.jsonl        in which way an article helped a contact, by whom, when; not in which contact

For other programs to read. An import passes it over: revisions are written by people at a time, readers are asked here,
and what was counted elsewhere was not counted here. Only a page of rows is ever in memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.masking.masked import masked
from knowledgebase.tables import article_feedback, article_texts, article_uses, articles, revisions

#: Rows that are read at once: a revision may have half a megabyte.
AT_ONCE = 50


def _yes(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A condition as a value; one that nobody can tell is not so."""
    return sa.case((condition, sa.true()), else_=sa.false())


_TEXT = (article_texts.c.slug, article_texts.c.language)
_REVISIONS = (
    sa.select(
        revisions.c.id,
        *_TEXT,
        revisions.c.number,
        revisions.c.at,
        sa.func.coalesce(users.c.email, revisions.c.author_id).label("by"),
        revisions.c.note,
        _yes(article_texts.c.published == revisions.c.number).label("published"),
        revisions.c.title,
        revisions.c.summary,
        revisions.c.body,
    )
    .join(article_texts, article_texts.c.id == revisions.c.text_id)
    .outerjoin(users, users.c.id == revisions.c.author_id)
)
_FEEDBACK = sa.select(
    article_feedback.c.id,
    *_TEXT,
    article_feedback.c.revision,
    article_feedback.c.helpful,
    article_feedback.c.comment,
    article_feedback.c.at,
).join(article_texts, article_texts.c.id == article_feedback.c.text_id)
_COUNTERS = sa.select(
    article_texts.c.id,
    *_TEXT,
    _yes(article_texts.c.language == articles.c.language).label("original"),
    article_texts.c.views,
    article_texts.c.helpful,
    article_texts.c.unhelpful,
    articles.c.used,
    articles.c.settled,
).join(articles, articles.c.id == article_texts.c.article_id)
_USES = (
    sa.select(
        article_uses.c.id,
        *_TEXT,
        article_uses.c.how,
        sa.func.coalesce(users.c.email, article_uses.c.user_id).label("by"),
        article_uses.c.at,
        article_uses.c.settled,
    )
    .join(article_texts, article_texts.c.id == article_uses.c.text_id)
    .outerjoin(users, users.c.id == article_uses.c.user_id)
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of the history: where it lies, and what its lines are made of, in the order of `id`."""

    path: str
    select: sa.Select[Any]
    id: sa.Column[str]


PARTS = (
    Part(path="history/revisions.jsonl", select=_REVISIONS, id=revisions.c.id),
    Part(path="history/feedback.jsonl", select=_FEEDBACK, id=article_feedback.c.id),
    Part(path="history/counters.jsonl", select=_COUNTERS, id=article_texts.c.id),
    Part(path="history/uses.jsonl", select=_USES, id=article_uses.c.id),
)


def lines(rx: Rx, part: Part, after: str) -> tuple[bytes, str]:
    """The next lines of a file, and the row of the last of them; no lines: there are no more."""
    rows = rx.all(part.select.where(part.id > after).order_by(part.id).limit(AT_ONCE))
    return b"".join(_written(rows)), str(rows[-1].id) if rows else after


def append(root: Path, path: str, more: bytes) -> None:
    """Writes lines at the end of a file, which is made if it is not there."""
    (root / path).parent.mkdir(exist_ok=True)
    with (root / path).open("ab") as file:
        file.write(more)


def _written(rows: Sequence[Row]) -> Iterator[bytes]:
    for row in rows:
        said = {str(name): value for name, value in row._mapping.items() if name != "id"}
        if "comment" in said:
            said["comment"] = masked(said["comment"])
        yield orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
