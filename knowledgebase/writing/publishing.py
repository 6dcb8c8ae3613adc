"""knowledgebase/writing/publishing.py: what readers see, from when until when, and who has said so.

Times are jobs. A job that comes late, or twice, finds the time in the row and does no more than that says. What is due
later stands in `plans.py`.

Review and publication are about words that somebody has read: each such step takes the revision that they saw (`seen`),
and is `Stale` where another is the newest. Left out, it is for the newest, as of who has just written it. Words say
more than a revision: a snippet may have been changed and an address chosen while it was a draft again. Whoever lets
through what others wrote therefore names the edition of the article first (`articles.expect`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.kernel.errors import Conflict, Invalid
from desk.kernel.jobs import Job
from desk.kernel.transaction import Tx
from knowledgebase.put_in import lacking
from knowledgebase.search import index
from knowledgebase.tables import articles
from knowledgebase.writing import lifecycle, plans
from knowledgebase.writing.lifecycle import Life, Stage
from knowledgebase.writing.texts import Held, called, keep, needs_review, revision, take

MOST_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class ExpireText(Job):
    """A text's time is over."""

    text_id: str


def submit(tx: Tx, text_id: str, *, seen: int | None = None) -> None:
    """Asks for a review of the newest revision.

    Raises:
        Stale: it is not the one that was seen.
        Conflict: it is no draft.
        Invalid: it says nothing, lacks a snippet, or holds a guide that cannot be followed.
    """
    held = take(tx, text_id, seen=seen)
    life = lifecycle.submit(held.life)
    _must_be_whole(tx, held, life.newest)
    keep(tx, held, life, "submitted", submitted_by=tx.actor.id, sent_back="")


def approve(tx: Tx, text_id: str, *, seen: int | None = None) -> None:
    """The newest revision may be published.

    Raises:
        Stale: it is not the one that was seen.
        Conflict: nothing waits for a review.
        Forbidden: who acts has written it, or opened its article to others, and a second person is needed.
    """
    held = take(tx, text_id, seen=seen)
    needed = needs_review(tx)
    life = lifecycle.approve(held.life, tx.actor.id, needs_review=needed)
    keep(tx, held, life, "approved", lets_through=True)
    if needed:  # two have had a say now in who reads it
        tx.update(articles, held.article.id, opened_by=None)


def send_back(tx: Tx, text_id: str, reason: str, *, seen: int | None = None) -> None:
    """The newest revision, in review or approved, is a draft again; its writer finds the reason beside it.

    A publication that was planned is taken back with it.

    Raises:
        Stale: it is not the one that was seen.
        Conflict: it is neither.
        Invalid: no reason.
    """
    held = take(tx, text_id, seen=seen)
    said = " ".join(reason.split())
    if not said or len(said) > MOST_REASON:
        raise Invalid("reason", f"what is to be done better, in at most {MOST_REASON} characters")
    life = lifecycle.back(held.life)
    plans.drop(tx, text_id)
    keep(tx, held, life, "sent_back", submitted_by=None, sent_back=said, publish_at=None)


def take_up(tx: Tx, text_id: str) -> None:
    """What was put away is a draft again.

    Raises:
        Conflict: it is not archived.
    """
    held = take(tx, text_id)
    if held.life.stage is not Stage.ARCHIVED:
        raise Conflict("article", "it is not archived")
    keep(tx, held, lifecycle.back(held.life), "taken_up")


def publish(
    tx: Tx, text_id: str, *, at: datetime | None = None, seen: int | None = None, shown_to: str | None = None
) -> None:
    """Readers see the newest revision, from now on or from `at`.

    Raises:
        Stale: it is not the one that was seen, or is for others.
        Conflict: it is published or archived, or a second person has to approve it first.
        Invalid: it says nothing, lacks a snippet, holds a guide that cannot be followed, or `at` is past or years away.
    """
    held = take(tx, text_id, seen=seen, shown_to=shown_to)
    if at is not None and at <= tx.now:
        raise Invalid("at", "this time is past")
    lifecycle.ready(held.life, needs_review=needs_review(tx))
    _must_be_whole(tx, held, held.life.newest)
    anew = not lifecycle.is_approved(held.life)
    if at is not None:
        plans.plan(tx, held, at)
        keep(tx, held, held.life, "scheduled", lets_through=anew, publish_at=at, not_published="")
        return
    _show(tx, held, held.life.newest, lets_through=anew)


def cancel_publication(tx: Tx, text_id: str) -> None:
    """A publication that was planned is not done.

    Raises:
        Conflict: none is planned.
    """
    held = take(tx, text_id)
    if held.text.publish_at is None:
        raise Conflict("article", "no publication is planned")
    plans.drop(tx, text_id)
    keep(tx, held, held.life, "unscheduled", publish_at=None)


def expire(tx: Tx, text_id: str, *, at: datetime | None) -> None:
    """Readers see the text no more from `at` on; None: they go on seeing it.

    Raises:
        Invalid: `at` is years away.
        Conflict: its time is over already, and readers do not see it.
    """
    held = take(tx, text_id)
    if at is None:
        tx.cancel(_expire_key(text_id))
    elif at <= tx.now:
        if held.life.published is None:
            raise Conflict("article", "it is not published")
        _hide(tx, held, lifecycle.expire(held.life), "expired", expire_at=at)
        return
    else:
        plans.must_be_near(tx, "at", at)
        tx.defer(ExpireText(text_id=text_id), at=at, key=_expire_key(text_id))
    keep(tx, held, held.life, "expires", expire_at=at)


def seen_since(tx: Tx, text_id: str, at: datetime) -> None:
    """Readers saw the text at `at` for the first time, wherever that was.

    Raises:
        Invalid: `at` is still to come.
    """
    held = take(tx, text_id)
    if at > tx.now:
        raise Invalid("at", "it is still to come")
    if at != held.text.published_first_at:
        keep(tx, held, held.life, "dated", published_first_at=at)


def unpublish(tx: Tx, text_id: str) -> None:
    """Readers see it no more; it is worked on.

    Raises:
        Conflict: they do not see it.
    """
    held = take(tx, text_id)
    _hide(tx, held, lifecycle.unpublish(held.life), "unpublished")


def archive(tx: Tx, text_id: str) -> None:
    """Readers see it no more, and nobody works on it; what was planned for it is forgotten.

    Raises:
        Conflict: it is archived already.
    """
    held = take(tx, text_id)
    plans.drop(tx, text_id)
    _hide(tx, held, lifecycle.archive(held.life), "archived", publish_at=None)


def publish_due(tx: Tx, due: plans.PublishText) -> None:
    """A time that was planned, and not taken back or moved: readers see the revision, or the text says why not."""
    held = take(tx, due.text_id)
    if not plans.is_due(tx, held):
        return
    if why := plans.in_the_way(tx, held, due):
        keep(tx, held, held.life, "not_published", publish_at=None, not_published=why)
    else:
        _show(tx, held, due.revision, lets_through=False)  # that it was planned did


def expire_due(tx: Tx, text_id: str) -> None:
    """The time of a text is over, unless that was taken back or moved."""
    held = take(tx, text_id)
    if held.text.expire_at is not None and held.text.expire_at <= tx.now and held.life.published is not None:
        _hide(tx, held, lifecycle.expire(held.life), "expired", expire_at=held.text.expire_at)


def show_anew(tx: Tx, text_ids: Iterable[str]) -> None:
    """Search is told of texts that readers see: whom they are for now, what a snippet of theirs says."""
    for text_id in text_ids:
        index.put(tx, text_id)


def _show(tx: Tx, held: Held, number: int, *, lets_through: bool) -> None:
    """Readers see revision `number`, at the address that its title makes; the one that they knew leads there."""
    values: dict[str, Any] = {"publish_at": None, "published_at": tx.now, "not_published": ""}
    if held.text.published_at is None and held.text.published_first_at is None:
        values["published_first_at"] = tx.now
    values |= called(tx, held, number)
    if held.text.expire_at is not None and held.text.expire_at <= tx.now:
        values["expire_at"] = None  # that was of what readers saw before
    plans.drop(tx, held.id)
    keep(tx, held, lifecycle.show(held.life, number), "published", lets_through=lets_through, **values)
    index.put(tx, held.id)


def _hide(tx: Tx, held: Held, life: Life, what: str, **values: Any) -> None:
    tx.cancel(_expire_key(held.id))
    keep(tx, held, life, what, **{"expire_at": None} | values)
    index.remove(tx, held.id)


def _must_be_whole(tx: Tx, held: Held, number: int) -> None:
    says = revision(tx, held.id, number)
    if not says.body.strip():
        raise Invalid("body", "there is nothing to read yet")
    if lacks := lacking(tx, says.body, held.text.language):
        raise Invalid("body", "; ".join(lacks))


def _expire_key(text_id: str) -> str:
    return f"expire_text:{text_id}"
