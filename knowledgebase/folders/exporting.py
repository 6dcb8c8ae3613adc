"""knowledgebase/folders/exporting.py: what is written, as sheets: what readers see or will, and what is drafted."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.tables import users
from knowledgebase.folders.front_matter import Head, Sheet
from knowledgebase.tables import article_files, article_tags, article_texts, articles, former_slugs, revisions
from knowledgebase.writing import plans
from knowledgebase.writing.categories import tree
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.texts import revision

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
    tags, files = _by_article(rx, article_tags, rows), _by_article(rx, article_files, rows)
    former, planned = _former(rx, rows), _planned(rx, rows)
    said = _said(rx, rows) | {(text, number): revision(rx, text, number) for text, number in planned.items()}
    sheets: list[Sheet] = []
    for row in rows:
        head = _head(row, categories, tags.get(row.article_id, []), files.get(row.article_id, []))
        once = {"former": former.get(row.id, []), "published_first_at": row.published_first_at}
        sheets += _sheets(row, head, once, planned.get(row.id), said)
    return sheets, str(rows[-1].id)


def _head(row: Row, categories: dict[str, str], tags: list[Row], files: list[Row]) -> dict[str, Any]:
    """What is true of all that a text says."""
    head: dict[str, Any] = {"slug": row.slug, "language": row.language}
    if row.language != row.original:
        behind = (row.original_published or 0) > (row.translates or 0)
        return head | {"original": row.original_slug, "behind": behind}
    head |= {"audience": row.audience, "team": row.team, "category": categories.get(row.category_id)}
    head |= {"tags": sorted(one.tag for one in tags), "owner": row.owner, "review_due_at": row.review_due_at}
    return head | {"files": {one.id: one.name for one in files}}


def _sheets(
    row: Row, head: dict[str, Any], once: dict[str, Any], planned: int | None, said: dict[tuple[str, int], Row]
) -> Iterator[Sheet]:
    """What readers see, what they will, and what is drafted, in the order in which it was written; the first says
    `once` what the others need not say again."""
    name = _name(row)
    place = name
    for number in sorted({row.published, planned, row.newest} - {None}):
        stands: dict[str, Any] = {"state": row.stage if number == row.newest else Stage.DRAFT}
        if number == row.published:
            stands = {"state": Stage.PUBLISHED, "expire_at": row.expire_at}
        elif number == planned:
            stands["publish_at"] = row.publish_at
            place = place if place == name or number == row.newest else f"{DRAFTS}{name.removesuffix('.md')}.planned.md"
        yield _sheet(place, head | once | stands, said[row.id, number])
        place, once = DRAFTS + name, {}


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


def _former(rx: Rx, rows: Sequence[Row]) -> dict[str, list[str]]:
    """The slugs that texts had before, by the alphabet."""
    now = {row.id: row.slug for row in rows}
    found: dict[str, list[str]] = {}
    for row in rx.all(sa.select(former_slugs).where(former_slugs.c.text_id.in_(now)).order_by(former_slugs.c.slug)):
        if row.slug != now[row.text_id]:
            found.setdefault(row.text_id, []).append(row.slug)
    return found


def _planned(rx: Rx, rows: Sequence[Row]) -> dict[str, int]:
    """The revisions that readers will see on a day, by their texts."""
    numbers = {row.id: plans.planned(rx, row.id) for row in rows if row.publish_at is not None}
    return {text: number for text, number in numbers.items() if number is not None}


def _by_article(rx: Rx, table: sa.Table, rows: Sequence[Row]) -> dict[str, list[Row]]:
    wanted = sorted({row.article_id for row in rows})
    found: dict[str, list[Row]] = {}
    for row in rx.all(sa.select(table).where(table.c.article_id.in_(wanted)).order_by(table.c.id)):
        found.setdefault(row.article_id, []).append(row)
    return found
