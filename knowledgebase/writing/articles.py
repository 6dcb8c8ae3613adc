"""knowledgebase/writing/articles.py: articles are made, written and described.

    create ──▶ save, save …  ──▶ publishing.py: submit, approve, publish, expire, archive
    describe: for whom it is, where it is filed, whose it is; opening.py: others get it when a second person says so
    translations.py: the same in other languages

Whoever saves says which revision they began with. Where somebody else has saved meanwhile nothing is written, so that
nobody overwrites what they have not seen; what they wrote stays with them. No revision is ever changed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack

import sqlalchemy as sa

from desk.kernel.errors import Conflict, Invalid, Stale
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase import contents
from knowledgebase.contents import Words
from knowledgebase.events import ArticleChanged
from knowledgebase.languages import canonical
from knowledgebase.tables import article_texts, articles, revisions
from knowledgebase.writing import lifecycle, opening, plans, publishing, shows, slugs
from knowledgebase.writing.about import About, checked, put_tags
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.texts import (
    Held,
    called,
    changed,
    claim,
    keep,
    must_be_newest,
    must_write,
    needs_review,
    release,
    take,
)

STATES = (Stage.DRAFT, Stage.PUBLISHED)

_ORIGINAL = sa.select(article_texts).where(
    article_texts.c.article_id == sa.bindparam("article"), article_texts.c.language == sa.bindparam("language")
)
_PUBLISHED = sa.select(article_texts.c.id).where(
    article_texts.c.article_id == sa.bindparam("article"), article_texts.c.published.is_not(None)
)


@dataclass(frozen=True, kw_only=True)
class Created:
    """A new article, or an article in a new language."""

    id: str
    text_id: str
    slug: str


def create(
    tx: Tx,
    *,
    title: str,
    body: str,
    language: str,
    audience: str,
    summary: str = "",
    note: str = "",
    team: str | None = None,
    category_id: str | None = None,
    tags: Collection[str] = (),
    owner_id: str | None = None,
    review_due_at: datetime | None = None,
    state: str = Stage.DRAFT,
) -> Created:
    """A new article in its first language, a draft or published at once.

    Raises:
        Forbidden: who acts may not write.
        Invalid: names the fields that cannot be kept.
        Conflict: it is to be published at once, and needs a review first.
    """
    must_write(tx)
    if state not in STATES:
        raise Invalid("state", f"a new article is {' or '.join(STATES)}")
    language = canonical(language)
    words = contents.words(title=title, body=body, summary=summary, note=note)
    about = {"audience": audience, "team": team, "category_id": category_id, "owner_id": owner_id}
    known = checked(tx, {**about, "review_due_at": review_due_at, "tags": tags}, None)
    tags = known.pop("tags")
    article_id = tx.new_id()
    tx.insert(articles, id=article_id, language=language, created_at=tx.now, **known)
    put_tags(tx, article_id, tags)
    made = add_text(tx, article_id, language, words)
    tx.emit(ArticleChanged(id=article_id, text_id=made.text_id, what="created", revision=1))
    if state == Stage.PUBLISHED:
        publishing.publish(tx, made.text_id)
    return made


def add_text(tx: Tx, article_id: str, language: str, words: Words, *, translates: int | None = None) -> Created:
    """An article's text in a language in which it has none yet."""
    text_id = tx.new_id()
    begun = lifecycle.begun(tx.actor.id)
    tx.insert(
        article_texts,
        id=text_id,
        article_id=article_id,
        language=language,
        slug=text_id,  # until one is claimed
        title=words.title,
        stage=begun.stage.value,
        newest=begun.newest,
        translates=translates,
        changed_at=tx.now,
    )
    _add_revision(tx, text_id, begun.newest, words)
    slug = claim(tx, text_id, slugs.slug_of(words.title))
    tx.update(article_texts, text_id, slug=slug)
    return Created(id=article_id, text_id=text_id, slug=slug)


def save(
    tx: Tx,
    text_id: str,
    *,
    title: str,
    body: str,
    summary: str,
    note: str,
    base: int,
    translates: int | None = None,
) -> int:
    """A new revision, a draft; returns its number, that of the newest where nothing differs from it.

    `base` is the revision that the writer began with. `translates` is the revision of the original that this one says
    in its language; left out, that of the revision before. Readers see what they saw, a publication that is due later
    stays due for the revision that it was for.

    Raises:
        Stale: somebody has saved since `base`, and something else than this; nothing was written.
        Invalid: names the fields that cannot be kept.
    """
    held = take(tx, text_id)
    words = contents.words(title=title, body=body, summary=summary, note=note)
    values: dict[str, Any] = {} if translates is None else {"translates": _translates(tx, held, translates)}
    said = (held.revision.title, held.revision.body, held.revision.summary)
    if said == (words.title, words.body, words.summary):  # so that what is sent twice is saved once
        if values and values["translates"] != held.text.translates:
            keep(tx, held, held.life, "saved", **values)
        return held.life.newest
    must_be_newest(held.text, base)
    life = lifecycle.save(held.life, tx.actor.id)
    _add_revision(tx, text_id, life.newest, words)
    if held.text.published_at is None and held.text.publish_at is None:  # nobody has seen the address, or is about to
        values |= called(tx, held, life.newest)
    keep(tx, held, life, "saved", title=words.title, submitted_by=None, sent_back="", **values)
    return life.newest


def describe(tx: Tx, article_id: str, **about: Unpack[About]) -> None:
    """Changes for whom an article is, where it is filed, its tags, its owner and when it is looked through again.

    Where that lets in others than those for whom its words were let through, and needs two, it is asked for.

    Raises:
        NotFound: no such article.
        Invalid: names the fields that cannot be kept.
    """
    must_write(tx)
    article = tx.take(articles, article_id)
    known = checked(tx, dict(about), article)
    tags = known.pop("tags", None)
    if tags is not None:
        put_tags(tx, article_id, tags)
    changed(tx, article, **opening.decided(tx, article, known))
    tx.emit(ArticleChanged(id=article_id, what="described"))
    publishing.show_anew(tx, [row.id for row in tx.all(_PUBLISHED, article=article_id)])


def check(tx: Tx, article_id: str, *, review_due_at: datetime | None) -> None:
    """Somebody has looked an article through and found it right; it is looked through again by `review_due_at`.

    Raises:
        NotFound: no such article.
    """
    must_write(tx)
    article = tx.take(articles, article_id)
    changed(tx, article, checked_at=tx.now, review_due_at=review_due_at)
    tx.emit(ArticleChanged(id=article_id, what="checked"))


def expect(tx: Tx, article_id: str, edition: int | None) -> None:
    """Goes on only if an article is as somebody has seen it, and keeps it so meanwhile; None: whatever it is.

    Raises:
        NotFound: no such article.
        Stale: somebody has changed it.
    """
    if edition is not None and tx.take(articles, article_id).edition != edition:
        raise Stale("article", "somebody has changed it since you read it")


def rename(tx: Tx, text_id: str, slug: str) -> str:
    """Gives a text an address of its writer's choice, until another title is published; the one before leads to it.

    Raises:
        Invalid: it is no slug.
        Conflict: another text has or had it; or a second person would not see it before readers do.
    """
    held = take(tx, text_id)
    if not slugs.is_slug(slug):
        raise Invalid("slug", f"small letters and digits with a - between words, at most {slugs.LONGEST}")
    if slug == held.text.slug:
        return slug
    if not may_be_renamed(tx, held.text):
        raise Conflict("address", "where articles need a review it is chosen before: it follows an approved title now")
    if claim(tx, text_id, slug) != slug:
        raise Conflict("slug", "another article has it, or had it once")
    keep(tx, held, held.life, "renamed", slug=slug, called_after=_shown_next(tx, held))
    if held.text.published_at is None:
        release(tx, held.text.slug)
    return slug


def may_be_renamed(rx: Rx, text: Row) -> bool:
    """Whether its address may be chosen now: where articles need a review, as long as somebody reads it, and its newest
    revision with it, before anything is let through."""
    is_to_be_read = text.stage == Stage.DRAFT and text.published is None and text.publish_at is None
    return is_to_be_read or not needs_review(rx)


def _shown_next(rx: Rx, held: Held) -> int:
    """The revision that readers see, or will see if nobody does anything."""
    planned = plans.planned(rx, held.id) if held.text.publish_at is not None else None
    return held.life.published or planned or held.life.newest


def _add_revision(tx: Tx, text_id: str, number: int, words: Words) -> None:
    said = {"title": words.title, "summary": words.summary, "body": words.body, "note": words.note}
    tx.insert(revisions, id=tx.new_id(), text_id=text_id, number=number, author_id=tx.actor.id, at=tx.now, **said)
    shows.asks(tx, text_id, number, words.body)


def _translates(rx: Rx, held: Held, number: int) -> int:
    """A revision of the original that a translation says now; 0 for none of them.

    Raises:
        Invalid: it is the original, or has no such revision.
    """
    if held.is_original:
        raise Invalid("translates", "this is the original")
    found = rx.all(_ORIGINAL, article=held.article.id, language=held.article.language)
    if not found or not 0 <= number <= found[0].newest:
        raise Invalid("translates", "the original has no such revision")
    return number
