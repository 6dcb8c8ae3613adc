"""knowledgebase/folders/importing.py: articles from sheets: new ones are added, known ones become what the sheet says.

A sheet is known by its slug, without one by the slug that its title makes, of a translation by its original. The same
sheet twice changes nothing. What readers see changes only where the sheet says `published` or `archived`, or on the day
that it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase import contents
from knowledgebase.folders import filing
from knowledgebase.folders.front_matter import Head, Sheet
from knowledgebase.folders.pieces import ADDED, CHANGED, SAME
from knowledgebase.folders.standing import bring_to, remember, stands_by
from knowledgebase.languages import canonical
from knowledgebase.tables import article_texts, articles, former_slugs
from knowledgebase.writing import articles as writing
from knowledgebase.writing.about import tags_of
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.slugs import is_slug, slug_of
from knowledgebase.writing.texts import texts_of
from knowledgebase.writing.translations import translate

_BY_SLUG = sa.select(article_texts).where(article_texts.c.slug == sa.bindparam("slug"))
_BY_FORMER = (
    sa.select(article_texts)
    .join(former_slugs, former_slugs.c.text_id == article_texts.c.id)
    .where(former_slugs.c.slug == sa.bindparam("slug"))
)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What holds where a sheet does not say."""

    language: str = "en"
    audience: str = "internal"
    state: str = "draft"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a sheet; `lost` names what of its head could not be kept, and why."""

    what: str
    article_id: str
    slug: str
    lost: tuple[str, ...] = ()


class Tried(Exception):  # nothing went wrong
    """Sheets can be taken."""


def take_in(tx: Tx, sheet: Sheet, usual: Usual) -> Taken:
    """Adds or changes what a sheet says.

    Raises:
        Invalid: names what cannot be kept.
    """
    text = _known(tx, sheet.head, usual)
    if text is None:
        text, what = _add(tx, sheet, usual), ADDED
    else:
        what = _change(tx, text, sheet, usual)
    text, before = tx.one(article_texts, text.id), _edition(tx, text)
    wanted = sheet.head.state or (None if what == SAME and _was_taken_back(text) else usual.state)
    bring_to(tx, text.id, None if _stands(tx, text, sheet, usual) else wanted, sheet.head)
    if what != ADDED:
        _stays_at_its_address(tx, text.id, sheet.head)
    lost = remember(tx, text.id, sheet.head)
    text = tx.one(article_texts, text.id)
    moved = _edition(tx, text) != before
    about = {"article_id": text.article_id, "slug": text.slug, "lost": tuple(lost)}
    return Taken(what=CHANGED if moved and what == SAME else what, **about)


def try_in(tx: Tx, sheets: Sequence[Sheet], usual: Usual) -> None:
    """What `take_in` would do with one sheet after the other; nothing of it stays.

    Raises:
        Tried: always, where they can be taken.
        Invalid: names what cannot be kept.
    """
    for sheet in sheets:
        take_in(tx, sheet, usual)
    raise Tried


def slugs_for(rx: Rx, sheets: Sequence[Sheet], usual: Usual) -> dict[str, str]:
    """The slugs that sheets have, or will have unless somebody else has them, by their paths; without what cannot be
    kept."""
    found: dict[str, str] = {}
    for sheet in sheets:
        try:
            contents.words(title=sheet.head.title, body=sheet.body, summary=sheet.head.summary)
            known = _known(rx, sheet.head, usual)
        except Invalid:
            continue
        found[sheet.path] = known.slug if known else sheet.head.slug or slug_of(sheet.head.title)
    return found


def _known(rx: Rx, head: Head, usual: Usual) -> Row | None:
    """The text that a sheet speaks of, if there is one."""
    if head.slug and (found := rx.all(_BY_SLUG, slug=head.slug)):
        return found[0]
    language = canonical(head.language or usual.language)
    if head.original:
        original = _original(rx, head)
        texts = texts_of(rx, original.article_id) if original else []
        return next((one for one in texts if one.language == language), None)
    alike = [] if head.slug else rx.all(_BY_SLUG, slug=slug_of(head.title))
    return alike[0] if alike and alike[0].language == language else None


def _original(rx: Rx, head: Head) -> Row | None:
    """The text that a sheet translates; what names a translation means the article in its first language."""
    slug = head.original or ""
    found = rx.all(_BY_SLUG, slug=slug) or rx.all(_BY_FORMER, slug=slug)
    return texts_of(rx, found[0].article_id)[0] if found else None


def _add(tx: Tx, sheet: Sheet, usual: Usual) -> Row:
    head = sheet.head
    words: dict[str, Any] = {"title": head.title, "body": sheet.body, "summary": head.summary}
    language = head.language or usual.language
    if head.original:
        original = _original(tx, head)
        if original is None:
            raise Invalid("original", f"there is no article {head.original}")
        made = translate(tx, original.article_id, language, **words)
    else:
        about = {"audience": usual.audience} | filing.about(tx, sheet)
        made = writing.create(tx, **words, language=language, **about)
    if head.slug and head.slug != made.slug:
        if not is_slug(head.slug):
            raise Invalid("slug", "small letters and digits with a - between words")
        writing.rename(tx, made.text_id, head.slug)
    return tx.one(article_texts, made.text_id)


def _change(tx: Tx, text: Row, sheet: Sheet, usual: Usual) -> str:
    before = _edition(tx, text)
    if not _stands(tx, text, sheet, usual):
        said: dict[str, Any] = {"title": sheet.head.title, "body": sheet.body, "summary": sheet.head.summary}
        writing.save(tx, text.id, **said, note="", base=text.newest)
    article = tx.one(articles, text.article_id)
    if article.language == text.language:
        about = {name: value for name, value in filing.about(tx, sheet).items() if value != _now(tx, article, name)}
        if about:
            writing.describe(tx, article.id, **about)
    return CHANGED if _edition(tx, text) != before else SAME


def _stays_at_its_address(tx: Tx, text_id: str, head: Head) -> None:
    """What a sheet names by its address is found there, also where its title is another now."""
    text = tx.one(article_texts, text_id)
    if head.slug and head.slug != text.slug:
        writing.rename(tx, text_id, head.slug)


def _was_taken_back(text: Row) -> bool:
    """Whether somebody here decided that readers see it no more."""
    return text.stage == Stage.ARCHIVED or (text.published is None and text.published_at is not None)


def _stands(rx: Rx, text: Row, sheet: Sheet, usual: Usual) -> bool:
    return stands_by(rx, text, sheet, sheet.head.state or usual.state)


def _edition(rx: Rx, text: Row) -> int:
    return int(rx.one(articles, text.article_id).edition)


def _now(rx: Rx, article: Row, name: str) -> Any:
    return tags_of(rx, article.id) if name == "tags" else article._mapping[name]
