"""knowledgebase/contacts/uses.py: which article helped which contact, and how.

    inserted    its words went out in a reply    linked    the way to it did
    sent        it went out by itself            read_out  a caller heard it

Only what may be told to the customer can be used: an internal article is for reading, and so is one for customers
where nobody is sure that it is one of them (`certainty.py`). What is put into a reply is a use once that goes out and
still holds it (`replies.py`). The same article used twice in the same way in one contact is one use. A use *settled*
the contact when that was closed with an outcome, or as solved by its customer's own word, and stayed closed for a
week; what was used before a customer came back did not, nor did what a caller heard who rang again within a day and
waited for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.contacts.interactions import VOICE
from desk.contacts.self_service import SELF_SERVICE, SOLVED, SOON
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Forbidden, NotFound
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for
from desk.tables import interactions, segments
from knowledgebase.contacts.certainty import is_certain
from knowledgebase.put_in import filled_in
from knowledgebase.readers import PUBLIC, may_read, reader_of
from knowledgebase.reading.paper_links import Paper
from knowledgebase.reading.papers import papers_in
from knowledgebase.reading.render import told
from knowledgebase.tables import article_texts, article_uses, articles, revisions

#: How long a contact must stay closed until what was used in it has settled it.
SETTLED_AFTER = timedelta(days=7)
#: So much of an article without a summary is put into a reply.
MOST_WORDS = 700
#: So many of its papers are named there.
MOST_PAPERS = 5
#: Why an article for customers is only read.
NOT_CERTAIN = "it is for customers, and it is not certain that this is one: read it, but do not tell what it says"
_ENDS_OF_SENTENCES = (". ", "? ", "! ", "。", "？", "！")
_SYSTEM = Actor.system("knowledgebase")


@dataclass(frozen=True, kw_only=True)
class SettleUses(Job):
    """A week has passed since an article was used in a contact, or since the contact was closed."""

    interaction_id: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """What goes into the reply: its words, and where the customer can read on and has its papers, if they can."""

    title: str
    words: str
    slug: str | None
    papers: Sequence[Paper] = ()


def words(rx: Rx, interaction_id: str, text_id: str, how: str) -> Said:
    """What of an article may be told to a contact's customer, to be put into a reply or read out.

    Raises:
        NotFound: no such contact or article, or not the actor's to see.
        Forbidden: somebody else has the contact.
        Conflict: it is internal; or for customers, and to be linked, or it is not certain that this is one.
    """
    interaction = interaction_for(rx, interaction_id)
    check_theirs(rx, interaction)
    text, article = _told_to_customers(rx, text_id)
    if article.audience != "public" and not is_certain(rx, interaction):
        raise Conflict("This article", NOT_CERTAIN)
    if how == "linked" and article.audience != "public":
        raise Conflict("This article", "only customers who have signed in can open it: insert its words instead")
    return _said(rx, text, article)


def used(tx: Tx, interaction_id: str, text_id: str, how: str) -> None:
    """Writes down that a customer was told what an article says: by the actor, or by the desk itself."""
    if not _used_before(tx, interaction_id, text_id, how):
        _write_down(tx, interaction_id, tx.one(article_texts, text_id), how)


def knows(rx: Rx, interaction_id: str, article_id: str) -> bool:
    """Whether an article has been used in a contact, in whichever way."""
    return any(row.article_id == article_id for row in rx.all(_OF_INTERACTION, id=interaction_id))


def settle(tx: Tx, interaction_id: str) -> None:
    """Decides what the uses in a contact came to, or when to look again. Deciding twice changes nothing."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is None or interaction.state == "abandoned":
        return
    settled_at = interaction.closed_at + SETTLED_AFTER if interaction.state == "closed" else None
    if settled_at is None or settled_at > tx.now:
        _look_again(tx, interaction_id, settled_at or tx.now + SETTLED_AFTER)
    elif interaction.disposition or (tx.all(_SOLVED, id=interaction_id) and not _rang_again(tx, interaction)):
        _settle(tx, interaction_id)


async def settle_uses(desk: Desk, job: SettleUses) -> None:
    """Does `SettleUses`."""
    await desk.transact(_SYSTEM, settle, job.interaction_id)


def _rang_again(rx: Rx, call: Row) -> bool:
    """Whether a caller who had said that it was solved rang again soon, and waited for a person."""
    until = call.arrived_at + SOON
    about = {"id": call.id, "customer": call.customer_id, "since": call.closed_at, "until": until}
    return call.channel == VOICE and bool(rx.all(_CALLS_AFTER, **about))


def _settle(tx: Tx, interaction_id: str) -> None:
    since = _reopened_at(tx, interaction_id)
    found = [row for row in tx.all(_OF_INTERACTION, id=interaction_id) if not row.settled]
    helped = [row for row in found if since is None or row.at >= since]
    for row in helped:
        tx.update(article_uses, row.id, settled=True)
    for article_id in sorted({row.article_id for row in helped}):
        tx.change(_ONE_MORE_SETTLED, article_id=article_id)


_OF_INTERACTION = (
    sa.select(article_uses).where(article_uses.c.interaction_id == sa.bindparam("id")).order_by(article_uses.c.id)
)
#: Its customer has said to a machine that it is solved; what was said before they came back does not count.
_SOLVED = (
    sa.select(segments.c.id)
    .join(interactions, interactions.c.id == segments.c.interaction_id)
    .where(
        segments.c.interaction_id == sa.bindparam("id"),
        segments.c.kind == SELF_SERVICE,
        segments.c.outcome == SOLVED,
        segments.c.to_at == interactions.c.closed_at,
    )
)
_CALLS_AFTER = sa.select(interactions.c.id).where(
    interactions.c.customer_id == sa.bindparam("customer"),
    interactions.c.arrived_at >= sa.bindparam("since"),
    interactions.c.arrived_at <= sa.bindparam("until"),
    interactions.c.channel == VOICE,
    interactions.c.direction == "in",
    interactions.c.queued_at.is_not(None),
    interactions.c.id != sa.bindparam("id"),
)
_REOPENED = sa.select(sa.func.max(segments.c.from_at).label("at")).where(
    segments.c.interaction_id == sa.bindparam("id"), segments.c.entry == "reopened"
)
# An article's version counts what writers change: that it was used is not among it.
_ONE_MORE_USE = sa.update(articles).where(articles.c.id == sa.bindparam("article_id")).values(used=articles.c.used + 1)
_ONE_MORE_SETTLED = (
    sa.update(articles).where(articles.c.id == sa.bindparam("article_id")).values(settled=articles.c.settled + 1)
)
_REVISION = sa.select(revisions).where(
    revisions.c.text_id == sa.bindparam("text_id"), revisions.c.number == sa.bindparam("number")
)


def check_theirs(rx: Rx, interaction: Row) -> None:
    """Lets pass who has the contact, had it last, or supervises.

    Raises:
        Forbidden: somebody else has it, or nobody.
    """
    actor = rx.actor
    if actor.kind == "system" or actor.id in (interaction.agent_id, interaction.last_agent_id):
        return
    if not may(actor.role, Right.SUPERVISE):
        raise Forbidden("Somebody else has this, or nobody: accept it first.")


def _told_to_customers(rx: Rx, text_id: str) -> tuple[Row, Row]:
    text = rx.one(article_texts, text_id)
    article = rx.one(articles, text.article_id)
    if (
        text.published is None
        or text.stage == "archived"
        or not may_read(reader_of(rx), article.audience, article.team)
    ):
        raise NotFound("article", text_id)
    if article.audience == "internal":
        raise Conflict("This article", "it is internal: read it, but it is not for customers")
    return text, article


def _used_before(rx: Rx, interaction_id: str, text_id: str, how: str) -> bool:
    known = rx.all(_OF_INTERACTION, id=interaction_id)
    return any(row.text_id == text_id and row.how == how for row in known)


def _write_down(tx: Tx, interaction_id: str, text: Row, how: str) -> None:
    tx.insert(
        article_uses,
        id=tx.new_id(),
        article_id=text.article_id,
        text_id=text.id,
        interaction_id=interaction_id,
        how=how,
        user_id=tx.actor.id if tx.actor.kind == "user" else None,
        at=tx.now,
        settled=False,
    )
    tx.change(_ONE_MORE_USE, article_id=text.article_id)
    _look_again(tx, interaction_id, tx.now + SETTLED_AFTER)


def _look_again(tx: Tx, interaction_id: str, at: datetime) -> None:
    tx.defer(SettleUses(interaction_id=interaction_id), at=at, key=f"settle:{interaction_id}")


def _reopened_at(rx: Rx, interaction_id: str) -> datetime | None:
    at: datetime | None = rx.all(_REOPENED, id=interaction_id)[0].at
    return at


def _said(rx: Rx, text: Row, article: Row) -> Said:
    (revision,) = rx.all(_REVISION, text_id=text.id, number=text.published)
    body = filled_in(rx, revision.body, text.language)
    words = revision.summary.strip() or shortened(told(body)) or revision.title
    if article.audience != "public":
        return Said(title=revision.title, words=words, slug=None)
    papers = papers_in(rx, body, PUBLIC)
    return Said(title=revision.title, words=words, slug=text.slug, papers=papers[:MOST_PAPERS])


def shortened(words: str, most: int = MOST_WORDS) -> str:
    """The first sentences of `words`, as many as fit; the first words where not even one does."""
    if len(words) <= most:
        return words
    end = max(words.rfind(sign, 0, most) + len(sign.rstrip()) for sign in _ENDS_OF_SENTENCES)
    if end > most // 3:
        return words[:end]
    return words[:most].rpartition(" ")[0].rstrip() + " …" if " " in words[:most] else words[:most] + "…"
