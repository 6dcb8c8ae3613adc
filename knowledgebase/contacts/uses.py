"""knowledgebase/contacts/uses.py: which article helped which contact, and how.

    inserted    its words went out in a reply    linked    the way to it did
    sent        it went out by itself            read_out  a caller heard it

Only what may be told to the customer can be used: an internal article is for reading, and so is one for customers
where nobody is sure that it is one of them (`certainty.py`). What is put into a reply is a use once that goes out and
still holds it (`replies.py`). The same article used twice in the same way in one contact is one use, of the last time.
Which of them settled the contact `settling.py` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.errors import Conflict, Forbidden, NotFound
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for
from knowledgebase.contacts import settling
from knowledgebase.contacts.certainty import is_certain
from knowledgebase.put_in import filled_in
from knowledgebase.readers import PUBLIC, may_read, reader_of
from knowledgebase.reading.paper_links import Paper
from knowledgebase.reading.papers import papers_in
from knowledgebase.reading.render import told
from knowledgebase.tables import article_texts, article_uses, articles, revisions

#: So much of an article without a summary is put into a reply.
MOST_WORDS = 700
#: So many of its papers are named there.
MOST_PAPERS = 5
#: Why an article for customers is only read.
NOT_CERTAIN = "it is for customers, and it is not certain that this is one: read it, but do not tell what it says"
_ENDS_OF_SENTENCES = (". ", "? ", "! ", "。", "？", "！")


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
    user_id = tx.actor.id if tx.actor.kind == "user" else None
    known = tx.all(settling.OF_INTERACTION, id=interaction_id)
    before = next((row.id for row in known if (row.text_id, row.how) == (text_id, how)), None)
    if before is not None:
        tx.update(article_uses, before, user_id=user_id, at=tx.now)
    else:
        _write_down(tx, interaction_id, tx.one(article_texts, text_id), how, user_id)
    settling.look_again(tx, interaction_id, tx.now + settling.SETTLED_AFTER)


def knows(rx: Rx, interaction_id: str, article_id: str) -> bool:
    """Whether an article has been used in a contact, in whichever way."""
    return any(row.article_id == article_id for row in rx.all(settling.OF_INTERACTION, id=interaction_id))


# An article's version counts what writers change: that it was used is not among it.
_ONE_MORE_USE = sa.update(articles).where(articles.c.id == sa.bindparam("article_id")).values(used=articles.c.used + 1)
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


def _write_down(tx: Tx, interaction_id: str, text: Row, how: str, user_id: str | None) -> None:
    tx.insert(
        article_uses,
        id=tx.new_id(),
        article_id=text.article_id,
        text_id=text.id,
        interaction_id=interaction_id,
        how=how,
        user_id=user_id,
        at=tx.now,
        settled=False,
    )
    tx.change(_ONE_MORE_USE, article_id=text.article_id)


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
