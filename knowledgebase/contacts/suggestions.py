"""knowledgebase/contacts/suggestions.py: what to read beside a contact, from what its customer wrote last.

Who rings writes nothing: beside a call stand the articles that the caller heard or was sent on the way, then what fits
these and what the same customer wrote in the last days.

What means the same in other words `meaning` knows, as with every search (`search/near.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.contacts.intake import CHOSEN
from desk.contacts.interactions import VOICE
from desk.kernel.transaction import Row, Rx
from desk.people.reach import interaction_for
from desk.tables import customers, interactions, messages
from knowledgebase.contacts.certainty import is_certain
from knowledgebase.contacts.walks import with_guides
from knowledgebase.readers import Reader, language_of_reader, reader_of, visible
from knowledgebase.search.hits import Hit
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import search, suggest
from knowledgebase.search.written_in import of_writer, script_of_chinese
from knowledgebase.tables import article_texts, article_uses, articles, revisions

#: So many of the customer's newest messages are looked at, and so much of them in all.
MOST_MESSAGES = 6
MOST_TEXT = 4_000
#: So many articles stand beside a contact.
SHOWN = 5

_SAID = (
    sa.select(sa.func.substr(messages.c.text, 1, MOST_TEXT).label("text"), messages.c.headers)
    .where(
        messages.c.interaction_id == sa.bindparam("id"),
        messages.c.author_kind == "customer",
        messages.c.internal.is_(False),
    )
    .order_by(messages.c.id.desc())
    .limit(MOST_MESSAGES)
)
#: What somebody wrote so lately is what they ring about, more often than not.
LATELY = timedelta(days=7)

_WROTE_BEFORE = (
    sa.select(sa.func.substr(messages.c.text, 1, MOST_TEXT).label("text"), messages.c.headers)
    .join(interactions, interactions.c.id == messages.c.interaction_id)
    .where(
        interactions.c.customer_id == sa.bindparam("customer"),
        interactions.c.arrived_at >= sa.bindparam("since"),
        messages.c.author_kind == "customer",
        messages.c.internal.is_(False),
    )
    .order_by(messages.c.id.desc())
    .limit(MOST_MESSAGES)
)
_READ_OUT = (
    sa.select(articles.c.id.label("article_id"), article_texts.c.id.label("text_id"), article_texts.c.language)
    .add_columns(revisions.c.title)
    .select_from(article_uses)
    .join(article_texts, article_texts.c.id == article_uses.c.text_id)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .join(
        revisions,
        sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published),
    )
    .where(article_uses.c.interaction_id == sa.bindparam("id"), article_uses.c.how == "read_out")
    .order_by(article_uses.c.at, article_uses.c.id)
)
_HEARD = (
    sa.select(article_texts.c.title)
    .join(article_uses, article_uses.c.text_id == article_texts.c.id)
    .where(article_uses.c.interaction_id == sa.bindparam("id"), article_uses.c.user_id.is_(None))
    .order_by(article_uses.c.at.desc(), article_uses.c.id)
    .limit(SHOWN)
)


@dataclass(frozen=True, kw_only=True)
class ReadOut:
    """An article that was read out in a contact, by somebody or by a call flow."""

    article_id: str
    text_id: str
    language: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside a contact, and whether its customer may be told what is for customers."""

    hits: Sequence[Hit] = ()
    certain: bool = False
    guided: frozenset[str] = frozenset()  #: those of the texts that have a guide to walk
    read_out: Sequence[ReadOut] = ()  #: what its customer has heard already, the first one first


def beside(rx: Rx, interaction_id: str, meaning: Meaning) -> Beside:
    """The articles that fit what the customer wrote last, for the reader, and those that were read out.

    Raises:
        NotFound: no such contact, or not the reader's to see.
    """
    interaction, reader = interaction_for(rx, interaction_id), reader_of(rx)
    found = _beside(rx, fitting(rx, interaction, reader, meaning), certain=is_certain(rx, interaction))
    return replace(found, read_out=_read_out(rx, interaction_id, reader))


def _read_out(rx: Rx, interaction_id: str, reader: Reader) -> list[ReadOut]:
    rows = rx.all(_READ_OUT.where(visible(reader)), id=interaction_id)
    return list(dict.fromkeys(ReadOut(**row._mapping) for row in rows))


def fitting(rx: Rx, interaction: Row, reader: Reader, meaning: Meaning) -> Sequence[Hit]:
    """The articles for `reader` that fit what the customer wrote last: in their language where there are any."""
    text, language = said(rx, interaction), language_of(rx, interaction)
    if not text:
        return ()
    asked: dict[str, Any] = {"text": text, "reader": reader, "meaning": meaning, "limit": SHOWN}
    asked |= {"prefers": of_writer(language, text) or language_of_reader(rx), "reads": _reads(rx, text)}
    found = suggest(rx, language=language, **asked)
    # What is written in no language of the customer's may help the agent still.
    return found or (suggest(rx, **asked) if language else ())


def looked_up(rx: Rx, words: str, interaction_id: str | None, meaning: Meaning) -> Beside:
    """The articles that somebody looks for while they write, best first, in the customer's language where they can be.

    Raises:
        NotFound: no such contact, or not the reader's to see.
    """
    interaction = interaction_for(rx, interaction_id) if interaction_id else None
    reader, language = reader_of(rx), language_of(rx, interaction) if interaction else None
    wrote = said(rx, interaction) if interaction else ""
    prefers = of_writer(language, wrote) or language_of_reader(rx)
    asked: dict[str, Any] = {"words": words, "reader": reader, "meaning": meaning, "limit": SHOWN, "complete": True}
    asked |= {"prefers": prefers, "reads": _reads(rx, wrote)}
    hits = search(rx, language=language, **asked).hits or search(rx, **asked).hits
    return _beside(rx, hits, certain=interaction is not None and is_certain(rx, interaction))


def _beside(rx: Rx, hits: Sequence[Hit], *, certain: bool) -> Beside:
    return Beside(hits=hits, certain=certain, guided=with_guides(rx, [hit.text_id for hit in hits]))


def said(rx: Rx, interaction: Row) -> str:
    """What the customer wrote: the newest first, with what it is about. Of a call what there is instead."""
    pieces = [interaction.subject, *_written(rx.all(_SAID, id=interaction.id))]
    if interaction.channel == VOICE:
        before = {"customer": interaction.customer_id, "since": rx.now - LATELY}
        pieces += [row.title for row in rx.all(_HEARD, id=interaction.id)]
        pieces += _written(rx.all(_WROTE_BEFORE, **before))
    return "\n".join(piece for piece in pieces if piece.strip())[:MOST_TEXT]


def _written(rows: Sequence[Row]) -> list[str]:
    """What was written, without what was only chosen."""
    return [row.text for row in rows if not (row.headers or {}).get(CHOSEN)]


def _reads(rx: Rx, wrote: str) -> Sequence[str]:
    """What is read besides the customer's language: the script of Chinese in which they wrote, and the agent's own."""
    return [one for one in (script_of_chinese(wrote), language_of_reader(rx)) if one]


def language_of(rx: Rx, interaction: Row) -> str | None:
    """The language of a contact, else its customer's."""
    return interaction.language or rx.one(customers, interaction.customer_id).language or None
