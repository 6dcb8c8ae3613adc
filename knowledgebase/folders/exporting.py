"""knowledgebase/folders/exporting.py: everything that is written, as sheets: what readers see, and what is drafted."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.folders.front_matter import Head, Sheet
from knowledgebase.tables import article_files, article_tags, article_texts, articles, revisions
from knowledgebase.writing.categories import tree
from knowledgebase.writing.lifecycle import Stage

#: Texts that are read at once.
AT_ONCE = 200
DRAFTS = "drafts/"
#: So many bytes has a file's name at most, whatever the letters.
_LONGEST_NAME = 200

_originals = article_texts.alias("originals")
_PAGE = (
    sa.select(
        article_texts,
        articles.c.audience,
        articles.c.team,
        articles.c.category_id,
        articles.c.review_due_at,
        articles.c.language.label("original"),
        users.c.email.label("owner"),
        _originals.c.slug.label("original_slug"),
        _originals.c.published.label("original_published"),
    )
    .join(articles, articles.c.id == article_texts.c.article_id)
    .join(
        _originals,
        sa.and_(_originals.c.article_id == articles.c.id, _originals.c.language == articles.c.language),
    )
    .outerjoin(users, users.c.id == articles.c.owner_id)
    .where(article_texts.c.id > sa.bindparam("after"))
    .order_by(article_texts.c.id)
    .limit(AT_ONCE)
)

_FILES = sa.select(article_files).where(article_files.c.id > sa.bindparam("after"))
_FILES = _FILES.order_by(article_files.c.id).limit(AT_ONCE)


def files(rx: Rx, after: str) -> Sequence[Row]:
    """The next pictures and papers by their ids; none: there are no more."""
    return rx.all(_FILES, after=after)


def page(rx: Rx, after: str) -> tuple[list[Sheet], str]:
    """The next sheets in the order of their texts, and the last of these; no sheets: there are no more."""
    rows = rx.all(_PAGE, after=after)
    if not rows:
        return [], after
    categories = {one.id: one.slug for one in tree(rx)}
    tags = _by_article(rx, article_tags, rows)
    files = _by_article(rx, article_files, rows)
    said = _said(rx, rows)
    sheets = [
        sheet
        for row in rows
        for sheet in _sheets(row, said, categories, tags.get(row.article_id, []), files.get(row.article_id, []))
    ]
    return sheets, str(rows[-1].id)


def _sheets(
    row: Row, said: dict[tuple[str, int], Row], categories: dict[str, str], tags: list[Row], files: list[Row]
) -> Iterator[Sheet]:
    head: dict[str, Any] = {"slug": row.slug, "language": row.language}
    if row.language == row.original:
        head |= {"audience": row.audience, "team": row.team, "category": categories.get(row.category_id)}
        head |= {"tags": sorted(one.tag for one in tags), "owner": row.owner, "review_due_at": row.review_due_at}
        head |= {"files": {one.id: one.name for one in files}}
    else:
        head |= {"original": row.original_slug, "behind": (row.original_published or 0) > (row.translates or 0)}
    name = _name(row)
    if row.published is not None:
        published = head | {"state": Stage.PUBLISHED, "expire_at": row.expire_at}
        yield _sheet(name, published, said[row.id, row.published])
    if row.published != row.newest:
        place = name if row.published is None else DRAFTS + name
        yield _sheet(place, head | {"state": row.stage}, said[row.id, row.newest])


def _sheet(path: str, head: dict[str, Any], says: Row) -> Sheet:
    return Sheet(path=path, head=Head(title=says.title, summary=says.summary, **head), body=says.body)


def _name(row: Row) -> str:
    """A file's name: the slug, or as much of it as fits and something that tells it from others."""
    slug = str(row.slug)
    if len(slug.encode()) <= _LONGEST_NAME:
        return f"{slug}.md"
    short = slug.encode()[: _LONGEST_NAME - 40].decode(errors="ignore").rstrip("-")
    return f"{short}-{sha256(slug.encode()).hexdigest()[:12]}.md"


def _said(rx: Rx, rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    found = rx.all(
        sa.select(revisions)
        .join(article_texts, article_texts.c.id == revisions.c.text_id)
        .where(
            revisions.c.text_id.in_([row.id for row in rows]),
            revisions.c.number.in_([article_texts.c.published, article_texts.c.newest]),
        )
    )
    return {(row.text_id, row.number): row for row in found}


def _by_article(rx: Rx, table: sa.Table, rows: Sequence[Row]) -> dict[str, list[Row]]:
    wanted = sorted({row.article_id for row in rows})
    found: dict[str, list[Row]] = {}
    for row in rx.all(sa.select(table).where(table.c.article_id.in_(wanted)).order_by(table.c.id)):
        found.setdefault(row.article_id, []).append(row)
    return found
