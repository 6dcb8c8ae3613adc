"""knowledgebase/writing/texts.py: a text in the hands of whoever changes it: taken, changed, told.

Rows are taken in one order: the article, then its text. Only who may write comes this far; parts of the system (an
import, a time that has come) may, and need no second person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Forbidden, Stale
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.people.permissions import Right, may
from knowledgebase.events import ArticleChanged
from knowledgebase.tables import article_texts, articles, former_slugs, revisions
from knowledgebase.writing import shows
from knowledgebase.writing.lifecycle import Life, Stage
from knowledgebase.writing.slugs import candidates, is_slug, slug_of

#: What an article says of the readers to whom somebody asks to open it (`opening.py`), where nobody does.
NOBODY_ASKS: dict[str, Any] = {"opens_to": None, "opens_to_team": None, "opening_asked_by": None}

_REVISION = sa.select(revisions).where(
    revisions.c.text_id == sa.bindparam("text"), revisions.c.number == sa.bindparam("number")
)
_HAS_SLUG = sa.select(article_texts.c.id).where(
    article_texts.c.slug == sa.bindparam("slug"), article_texts.c.id != sa.bindparam("id")
)
_WHOSE = sa.select(former_slugs.c.text_id).where(former_slugs.c.slug == sa.bindparam("slug"))
_RELEASE = sa.delete(former_slugs).where(former_slugs.c.slug == sa.bindparam("former"))
_OF_THESE = sa.select(article_texts.c.article_id).where(among(article_texts.c.id, "texts"))
_TEXTS = sa.select(article_texts).where(article_texts.c.article_id == sa.bindparam("article"))


@dataclass(frozen=True, kw_only=True)
class Held:
    """A text that this use case changes, and its article."""

    article: Row
    text: Row
    revision: Row  #: the newest
    life: Life

    @property
    def id(self) -> str:
        return str(self.text.id)

    @property
    def is_original(self) -> bool:
        return bool(self.text.language == self.article.language)


def take(tx: Tx, text_id: str, *, seen: int | None = None, shown_to: str | None = None) -> Held:
    """A text that will be changed, as long as its newest revision is the one that was `seen`, and its article is for
    those whom `shown_to` names; None: whichever it is.

    Raises:
        Forbidden: who asks may not write.
        NotFound: no such text.
        Stale: somebody has saved another revision since, or opened the article to others.
    """
    must_write(tx)
    found = tx.one(article_texts, text_id)
    article = tx.take(articles, found.article_id)
    text = tx.take(article_texts, text_id)
    if seen is not None:
        must_be_newest(text, seen)
    if shown_to not in (None, readers_named(article)):
        raise Stale("article", "it is for other readers now")
    newest = revision(tx, text_id, text.newest)
    return Held(article=article, text=text, revision=newest, life=life_of(article, text, newest))


def must_be_newest(text: Row, seen: int) -> None:
    """What somebody has `seen` of a text is its newest revision.

    Raises:
        Stale: somebody has saved another since.
    """
    if seen != text.newest:
        raise Stale("article", f"the newest revision is {text.newest}, and this is about revision {seen}")


def hold(tx: Tx, text_ids: Collection[str]) -> None:
    """Keeps these texts, and what search knows of them, as they are for everybody else until this is over."""
    tx.take(articles, {row.article_id for row in tx.all(_OF_THESE, texts=text_ids)})


def life_of(article: Row, text: Row, newest: Row) -> Life:
    """How things stand with a text of an article, whose newest revision is this."""
    return Life(
        stage=Stage(text.stage),
        newest=text.newest,
        published=text.published,
        author_id=newest.author_id,
        approved_by=text.approved_by,
        opened_by=article.opened_by,
    )


def readers_named(article: Row) -> str:
    """For whom an article is, as pages name what they showed: `public`, `customers`, `internal`, `internal:TEAM`."""
    return f"{article.audience}:{article.team}" if article.team else str(article.audience)


def revision(rx: Rx, text_id: str, number: int) -> Row:
    """What a text said; every number up to its newest is there."""
    return rx.all(_REVISION, text=text_id, number=number)[0]


def texts_of(rx: Rx, article_id: str) -> list[Row]:
    """An article in every language in which there is one, the original first."""
    original = rx.one(articles, article_id).language
    return sorted(rx.all(_TEXTS, article=article_id), key=lambda text: (text.language != original, text.language))


def must_write(rx: Rx) -> None:
    """Whoever acts may write articles.

    Raises:
        Forbidden: they may not.
    """
    if rx.actor.kind != "system" and not (rx.actor.kind == "user" and may(rx.actor.role, Right.WRITE)):
        raise Forbidden("You may not write articles.")


def needs_review(rx: Rx) -> bool:
    """Whether a second person reads what whoever acts has written, before it is published."""
    return rx.actor.kind != "system" and bool(setting(rx, "articles_need_review"))


def keep(tx: Tx, held: Held, life: Life, what: str, *, lets_through: bool = False, **values: Any) -> None:
    """Writes how things stand with a text now, and says what happened to it.

    Where that lets words through that were not, nobody asks any more to open the article to others: who did had not
    seen them.
    """
    stands = {"stage": life.stage.value, "newest": life.newest, "published": life.published}
    tx.update(article_texts, held.id, **stands, approved_by=life.approved_by, changed_at=tx.now, **values)
    if life.published != held.life.published:
        body = revision(tx, held.id, life.published).body if life.published else ""
        shows.put(tx, held.id, held.text.language, body)
    changed(tx, held.article, **(NOBODY_ASKS if lets_through else {}))
    tell(tx, held, what, life.newest)


def changed(tx: Tx, article: Row, **values: Any) -> None:
    """Writes what is true of an article that was taken, and counts that it was changed."""
    tx.update(articles, article.id, edition=article.edition + 1, **values)


def tell(tx: Tx, held: Held, what: str, number: int) -> None:
    """Says what happened to a text."""
    tx.emit(ArticleChanged(id=held.article.id, text_id=held.id, what=what, revision=number))


def claim(tx: Tx, text_id: str, wanted: str) -> str:
    """A slug for a text, the wanted one if nobody has or had it. What was claimed once leads to this text for ever.

    Every slug goes through `former_slugs` first, the present one too: of two who want the same at once one waits for
    the other there, and takes the next.
    """
    for slug in candidates(wanted, text_id):
        claimed = tx.insert_if_new(former_slugs, slug=slug, text_id=text_id)
        theirs = claimed or tx.all(_WHOSE, slug=slug)[0].text_id == text_id
        if theirs and not tx.all(_HAS_SLUG, slug=slug, id=text_id):
            return slug
        if claimed:
            release(tx, slug)
    return text_id


def lead_to(tx: Tx, text_id: str, slugs: Iterable[str]) -> list[str]:
    """Addresses that a text had elsewhere lead to it here; returns those that are none, or that another has or had.

    Raises:
        Forbidden: who asks may not write.
        NotFound: no such text.
    """
    held, refused, is_new = take(tx, text_id), [], False
    for slug in slugs:
        claimed = is_slug(slug) and tx.insert_if_new(former_slugs, slug=slug, text_id=text_id)
        is_new = is_new or claimed
        if not claimed and not any(row.text_id == text_id for row in tx.all(_WHOSE, slug=slug)):
            refused.append(slug)
    if is_new:
        keep(tx, held, held.life, "renamed")
    return refused


def release(tx: Tx, slug: str) -> None:
    """A slug by which nobody knows a text is free again."""
    tx.change(_RELEASE, former=slug)


def called(tx: Tx, held: Held, number: int) -> dict[str, Any]:
    """What changes of a text that is called after the title of revision `number` from now on; nothing where that makes
    the address that it has, or would have without one of its writer's choice.

    An address that nobody has seen is free again.
    """
    wanted = slug_of(revision(tx, held.id, number).title)
    if wanted == slug_of(revision(tx, held.id, held.text.called_after).title):
        return {}
    slug = claim(tx, held.id, wanted)
    if slug != held.text.slug and held.text.published_at is None:
        release(tx, held.text.slug)
    return {"slug": slug, "called_after": number}
