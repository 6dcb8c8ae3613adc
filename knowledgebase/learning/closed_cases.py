"""knowledgebase/learning/closed_cases.py: a good answer that an agent gave once, proposed as an article.

    closed · its customer was content (CSAT 4-5, or NPS 9-10 where only that was asked) · no article was used
        ──▶ the customer's first message and the agent's fullest answer, masked ──▶ a draft for internal readers

A person edits it and publishes it; nothing does so by itself. The contact is linked, and only who may see it opens it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from channels.characters import undirected
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.reach import interaction_for, interactions_in_sight
from desk.tables import customers, interactions, messages, surveys
from knowledgebase.languages import canonical
from knowledgebase.learning_tables import article_sources
from knowledgebase.masking.masked import MOST, masked
from knowledgebase.tables import article_texts, article_uses, articles
from knowledgebase.writing import articles as writing
from knowledgebase.writing.texts import must_write

#: Answers of so long are looked at: the latest so many of them.
SINCE = timedelta(days=90)
MOST_ANSWERS = 300
SHOWN = 20
_MOST_MESSAGES = 40
_TITLE = 100

_USED = sa.exists().where(article_uses.c.interaction_id == interactions.c.id)
_KNOWN = sa.exists().where(article_sources.c.interaction_id == interactions.c.id)


def _said_by(kind: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        messages.c.interaction_id == interactions.c.id,
        messages.c.author_kind == kind,
        messages.c.internal.is_(False),
        messages.c.text != "",
    )


_CASES = (
    sa.select(
        interactions.c.id,
        interactions.c.subject,
        interactions.c.preview,
        interactions.c.channel,
        interactions.c.language,
        interactions.c.closed_at,
        surveys.c.answers,
        customers.c.name,
    )
    .select_from(surveys)
    .join(interactions, interactions.c.id == surveys.c.interaction_id)
    .join(customers, customers.c.id == interactions.c.customer_id)
    .where(
        surveys.c.answered_at >= sa.bindparam("since"),
        interactions.c.state == "closed",
        _said_by("customer"),
        _said_by("agent"),
        sa.not_(_USED),
        sa.not_(_KNOWN),
    )
    .order_by(surveys.c.answered_at.desc(), surveys.c.id)
    .limit(MOST_ANSWERS)
)
_MESSAGES = (
    sa.select(messages.c.id, messages.c.author_kind, messages.c.author_name, messages.c.text, messages.c.sent_at)
    .where(
        messages.c.interaction_id == sa.bindparam("id"),
        messages.c.author_kind.in_(("customer", "agent")),
        messages.c.internal.is_(False),
        messages.c.text != "",
    )
    .order_by(messages.c.id)
    .limit(_MOST_MESSAGES)
)
_OF_CONTACT = sa.select(surveys.c.answers).where(
    surveys.c.interaction_id == sa.bindparam("id"), surveys.c.answered_at.is_not(None)
)
_DRAFTS = (
    sa.select(
        article_sources.c.interaction_id, article_sources.c.article_id, article_sources.c.at, article_texts.c.title
    )
    .join(articles, articles.c.id == article_sources.c.article_id)
    .join(
        article_texts,
        sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language),
    )
    .where(article_texts.c.stage.in_(("draft", "in_review", "approved")))
    .order_by(article_sources.c.id.desc())
    .limit(SHOWN)
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A closed contact that may be worth an article."""

    id: str
    about: str
    channel: str
    closed_at: datetime
    answers: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Masked:
    """What was asked and answered in a contact, without who and where anybody is."""

    title: str
    question: str
    reply: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a draft would begin with."""

    title: str
    body: str
    language: str
    note: str = "Proposed from a closed contact"


def well_rated(answers: Mapping[str, int]) -> bool:
    """Whether a customer was content: by CSAT, else by NPS."""
    if "csat" in answers:
        return answers["csat"] >= 4
    return answers.get("nps", 0) >= 9


def cases(rx: Rx) -> list[Case]:
    """Contacts that the reader may see and that were answered well without an article, the latest first."""
    must_write(rx)
    rows = rx.all(_CASES.where(interactions_in_sight(rx)), since=rx.now - SINCE)
    return [_case(row) for row in rows if well_rated(row.answers or {})][:SHOWN]


def drafts(rx: Rx) -> Sequence[Row]:
    """Drafts that were made from contacts and are not published yet, the latest first."""
    must_write(rx)
    return rx.all(_DRAFTS)


def conversation(rx: Rx, interaction_id: str) -> tuple[Row, Sequence[Row]]:
    """A contact and what was said in it, as it was said.

    Raises:
        NotFound: no such contact, or not the reader's to see.
    """
    must_write(rx)
    return interaction_for(rx, interaction_id), rx.all(_MESSAGES, id=interaction_id)


def asked_and_answered(rx: Rx, interaction_id: str) -> Masked:
    """What an article from a contact would have to say.

    Raises:
        NotFound: no such contact, or not the reader's to see.
        Conflict: it is not closed, nobody was content, or nobody answered in writing.
    """
    interaction, said = conversation(rx, interaction_id)
    asked = next((row.text for row in said if row.author_kind == "customer"), "")
    answered = max((row.text for row in said if row.author_kind == "agent"), key=len, default="")
    if interaction.state != "closed" or not any(well_rated(row.answers or {}) for row in _answers(rx, interaction_id)):
        raise Conflict("contact", "only what was closed to its customer's content is proposed")
    if not asked.strip() or not answered.strip():
        raise Conflict("contact", "nobody asked and answered in writing")
    names = [rx.one(customers, interaction.customer_id).name, *(row.author_name for row in said)]
    question, reply = masked(asked, names), masked(answered, names)
    title = masked(interaction.subject, names) or question
    language = _language(interaction.language, question)
    return Masked(title=_title(title), question=question, reply=reply, language=language)


def propose(rx: Rx, interaction_id: str) -> Proposal:
    """What a draft from a contact would say. Raises as `asked_and_answered` does."""
    said = asked_and_answered(rx, interaction_id)
    asked, answered = _quoted(said.question), _harmless(said.reply)
    return Proposal(
        title=said.title,
        body=f"{_BOX}\n\n## What was asked\n\n{asked}\n\n## What was answered\n\n{answered}\n",
        language=said.language,
    )


def draft_from(tx: Tx, interaction_id: str, instead: Proposal | None = None) -> writing.Created:
    """Makes a draft from a contact, for internal readers; a person edits and publishes it. It says what we propose
    unless it shall say something else `instead`.

    Raises:
        NotFound: no such contact, or not the actor's to see.
        Conflict: nothing of it can be proposed, or it was decided on before.
    """
    must_write(tx)
    interaction_for(tx, interaction_id)
    proposal = instead or propose(tx, interaction_id)
    _decide(tx, interaction_id)
    made = writing.create(
        tx,
        title=proposal.title,
        body=proposal.body,
        language=proposal.language,
        audience="internal",
        note=proposal.note,
        owner_id=tx.actor.id if tx.actor.kind == "user" else None,
    )
    tx.execute(
        sa.update(article_sources).where(article_sources.c.interaction_id == interaction_id).values(article_id=made.id)
    )
    return made


def pass_over(tx: Tx, interaction_id: str) -> None:
    """Says that a contact is worth no article: it is not proposed again.

    Raises:
        NotFound: no such contact, or not the actor's to see.
        Conflict: it was decided on before.
    """
    must_write(tx)
    interaction_for(tx, interaction_id)
    _decide(tx, interaction_id)


def source_of(rx: Rx, article_id: str) -> str | None:
    """The contact from which an article was made, if the reader may see it."""
    of_article = sa.select(article_sources.c.interaction_id).where(article_sources.c.article_id == article_id)
    seen = of_article.join(interactions, interactions.c.id == article_sources.c.interaction_id)
    found = rx.all(seen.where(interactions_in_sight(rx)))
    return str(found[0].interaction_id) if found else None


#: What a person reads first, and takes out last.
_BOX = (
    "> [!WARNING]\n> Proposed from a closed contact. Read it through, say it for everybody, take out what is about one "
    "person, then take out this box."
)


def _decide(tx: Tx, interaction_id: str) -> None:
    said = {"interaction_id": interaction_id, "article_id": None, "by": tx.actor.id, "at": tx.now}
    if not tx.insert_if_new(article_sources, id=tx.new_id(), **said):
        raise Conflict("contact", "somebody has decided on it before")


def _answers(rx: Rx, interaction_id: str) -> Sequence[Row]:
    return rx.all(_OF_CONTACT, id=interaction_id)


def _case(row: Row) -> Case:
    about = masked(row.subject or row.preview, [row.name])
    return Case(id=row.id, about=about, channel=row.channel, closed_at=row.closed_at, answers=row.answers)


def _title(text: str) -> str:
    line = " ".join(undirected(text).split())
    if len(line) > _TITLE:
        line = line[:_TITLE].rpartition(" ")[0] or line[:_TITLE]
    return line.strip("… ") or "What was asked"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in _harmless(text).split("\n"))


def _harmless(text: str) -> str:
    """A message as Markdown: what looks like a snippet of ours is none."""
    lines: Iterable[str] = (line.rstrip() for line in text[:MOST].split("\n"))
    return "\n".join(lines).replace("{{", "{ {")


def _language(tag: str, text: str) -> str:
    try:
        return canonical(tag)
    except Invalid:
        return "zh" if sum("\u4e00" <= letter <= "\u9fff" for letter in text) * 3 > len(text) else "en"
