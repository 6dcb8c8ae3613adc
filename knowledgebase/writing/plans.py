"""knowledgebase/writing/plans.py: publications that are due later.

A plan is a job that carries its revision, and whether somebody besides its author had approved that by then. What is
written afterwards is not published with it. At its time a plan holds if the words are still what may be published; if
not, the text says why nothing was done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.tables import jobs
from knowledgebase.put_in import lacking
from knowledgebase.writing import lifecycle
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.texts import Held, revision

#: Nothing is planned further ahead.
FURTHEST = timedelta(days=5 * 366)

_PLANNED = sa.select(jobs.c.data).where(jobs.c.key == sa.bindparam("key"), jobs.c.failed_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class PublishText(Job):
    """A revision's time has come. `approved`: nobody needs to approve it any more."""

    text_id: str
    revision: int
    approved: bool = False


def plan(tx: Tx, held: Held, at: datetime) -> None:
    """The newest revision is due at a time, instead of what was planned before.

    Raises:
        Invalid: `at` is years away.
    """
    must_be_near(tx, "at", at)
    approved = lifecycle.is_approved(held.life)
    job = PublishText(text_id=held.id, revision=held.life.newest, approved=approved)
    tx.defer(job, at=at, key=_key(held.id))


def drop(tx: Tx, text_id: str) -> None:
    """Nothing is planned for a text any more."""
    tx.cancel(_key(text_id))


def disapprove(tx: Tx, text: Row) -> None:
    """What is planned for a text, if anything, is not approved any more."""
    if text.publish_at is not None and (number := planned(tx, text.id)) is not None:
        tx.defer(PublishText(text_id=text.id, revision=number), at=text.publish_at, key=_key(text.id))


def planned(rx: Rx, text_id: str) -> int | None:
    """The revision that is published when the text's `publish_at` has come; None where nothing is planned."""
    found = rx.all(_PLANNED, key=_key(text_id))
    return int(found[0].data["revision"]) if found else None


def is_due(tx: Tx, held: Held) -> bool:
    """Whether a publication is due now; one that was taken back or moved is not."""
    at = held.text.publish_at
    return at is not None and at <= tx.now and held.life.stage is not Stage.ARCHIVED


def in_the_way(tx: Tx, held: Held, due: PublishText) -> str:
    """Why what is due must not be shown to readers; empty where it may be."""
    approved = due.approved or (due.revision == held.life.newest and lifecycle.is_approved(held.life))
    if not approved and setting(tx, "articles_need_review"):
        return "a second person has to approve it first"
    return "; ".join(lacking(tx, revision(tx, held.id, due.revision).body, held.text.language))


def must_be_near(tx: Tx, field: str, at: datetime) -> None:
    """A time is one that may be planned.

    Raises:
        Invalid: it is years away.
    """
    if at > tx.now + FURTHEST:
        raise Invalid(field, "more than five years away")


def _key(text_id: str) -> str:
    return f"publish_text:{text_id}"
