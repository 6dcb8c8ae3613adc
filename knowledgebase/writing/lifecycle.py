"""knowledgebase/writing/lifecycle.py: the life of a text. Pure.

    draft ──submit──▶ in_review ──approve──▶ approved ──publish──▶ published ──archive──▶ archived
      ▲                   │                      │                     │                     │
      └──── back ─────────┴──────────────────────┴───── unpublish ─────┴──────── back ───────┘
      └──── save, from anywhere: a new revision, which is a draft
    approved ──its article is opened to others, where that needs no second person──▶ in_review

The stage is that of the newest revision. What readers see is `published`, an older one while a newer is worked on.
Where articles need a review, whoever approves is not the author of what they approve, and only what is approved is
published; where they do not, whoever may write may publish.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from desk.kernel.errors import Conflict, Forbidden


class Stage(StrEnum):
    """How far the newest revision of a text has come."""

    DRAFT = "draft"  #: somebody writes it
    IN_REVIEW = "in_review"  #: it waits for a second pair of eyes
    APPROVED = "approved"  #: it may be published
    PUBLISHED = "published"  #: readers see it
    ARCHIVED = "archived"  #: put away; readers see nothing of the text


@dataclass(frozen=True, kw_only=True)
class Life:
    """How things stand with a text."""

    stage: Stage
    newest: int
    published: int | None
    author_id: str  #: of the newest revision
    approved_by: str | None = None
    opened_by: str | None = None  #: who let others read its article alone, since somebody approved it


def begun(author_id: str) -> Life:
    """A text with its first revision."""
    return Life(stage=Stage.DRAFT, newest=1, published=None, author_id=author_id)


def save(life: Life, author_id: str) -> Life:
    """A new revision. Readers go on seeing what they saw."""
    return replace(life, stage=Stage.DRAFT, newest=life.newest + 1, author_id=author_id, approved_by=None)


def submit(life: Life) -> Life:
    """Asks for a review.

    Raises:
        Conflict: the newest revision is no draft.
    """
    _only(life, Stage.DRAFT)
    return replace(life, stage=Stage.IN_REVIEW)


def approve(life: Life, approver_id: str, *, needs_review: bool) -> Life:
    """Somebody has read it and finds it right.

    Raises:
        Conflict: nothing waits for a review.
        Forbidden: they wrote it, or opened its article to others, themselves, and a second person is needed.
    """
    _only(life, Stage.IN_REVIEW)
    if needs_review and approver_id == life.author_id:
        raise Forbidden("You wrote this revision: somebody else approves it.")
    if needs_review and approver_id == life.opened_by:
        raise Forbidden("You opened this article to others: somebody else approves it for them.")
    return replace(life, stage=Stage.APPROVED, approved_by=approver_id)


def is_approved(life: Life) -> bool:
    """Whether somebody besides its author has found the newest revision right."""
    return life.approved_by not in (None, life.author_id)


def opened(life: Life) -> Life:
    """Its article is for others as well now: who approved it has approved it for fewer."""
    return replace(life, stage=Stage.IN_REVIEW if life.stage is Stage.APPROVED else life.stage, approved_by=None)


def back(life: Life) -> Life:
    """What waited, was approved or was put away is a draft again.

    Raises:
        Conflict: it is a draft, or published.
    """
    _only(life, Stage.IN_REVIEW, Stage.APPROVED, Stage.ARCHIVED)
    return replace(life, stage=Stage.DRAFT, approved_by=None)


def publish(life: Life, *, needs_review: bool) -> Life:
    """Readers see the newest revision from now on.

    Raises:
        Conflict: it is not approved and has to be; or is put away, or published already.
    """
    ready(life, needs_review=needs_review)
    return show(life, life.newest)


def ready(life: Life, *, needs_review: bool) -> None:
    """Whether the newest revision may be published, now or at a time.

    Raises:
        Conflict: it may not; says why.
    """
    if life.stage is Stage.PUBLISHED:
        raise Conflict("article", "this revision is published already")
    if life.stage is Stage.ARCHIVED:
        raise Conflict("article", "it is archived; make it a draft again first")
    if needs_review and not (life.stage is Stage.APPROVED and is_approved(life)):
        raise Conflict("article", "a second person has to approve it before it is published")


def show(life: Life, number: int) -> Life:
    """Readers see revision `number` from now on: the newest, or an older one whose time has come."""
    return replace(life, published=number, stage=Stage.PUBLISHED if number == life.newest else life.stage)


def unpublish(life: Life) -> Life:
    """Readers see it no more; it is worked on.

    Raises:
        Conflict: they do not see it.
    """
    if life.published is None:
        raise Conflict("article", "it is not published")
    # What was approved stays so: taking it back says nothing against it.
    fell_back = Stage.APPROVED if life.approved_by else Stage.DRAFT
    return replace(life, published=None, stage=fell_back if life.stage is Stage.PUBLISHED else life.stage)


def archive(life: Life) -> Life:
    """Readers see it no more, and nobody works on it.

    Raises:
        Conflict: it is archived already.
    """
    if life.stage is Stage.ARCHIVED:
        raise Conflict("article", "it is archived already")
    return replace(life, stage=Stage.ARCHIVED, published=None, approved_by=None)


def expire(life: Life) -> Life:
    """Its time is over: what readers saw is put away; a newer revision that somebody works on is not."""
    if life.stage is Stage.PUBLISHED:
        return archive(life)
    return replace(life, published=None)


def _only(life: Life, *stages: Stage) -> None:
    if life.stage not in stages:
        raise Conflict("article", f"the newest revision is {life.stage.replace('_', ' ')}")
