"""knowledgebase/drafting/orders.py: what is sent to a language model for a draft, and whether it may be.

The organization says what a model may read (`model_may_read`): nothing; articles, and then not a word of a customer's
goes out; or conversations too. What customers and agents wrote is masked all the same: no draft needs names, addresses
and numbers. Articles are those that the customer may be told, never internal ones. Notes of colleagues are never sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from channels.model.prompt import Prompt
from desk.kernel.errors import Conflict
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.people.reach import interaction_for
from desk.tables import customers, messages
from knowledgebase.contacts.certainty import is_certain
from knowledgebase.contacts.suggestions import fitting, language_of
from knowledgebase.contacts.uses import check_theirs
from knowledgebase.drafting.prompts import ASKED, MOST_SOURCE, Kind, Said, Source, What, prompt
from knowledgebase.events import ModelAsked
from knowledgebase.learning import closed_cases, unanswered
from knowledgebase.masking.masked import masked
from knowledgebase.readers import CUSTOMER, PUBLIC, Reader
from knowledgebase.reading.published import read_text
from knowledgebase.reading.render import told
from knowledgebase.search.hits import Hit
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import suggest

SETTING = "model_may_read"
#: So many articles, and so many of a conversation's newest messages, are sent.
MOST_ARTICLES = 4
MOST_MESSAGES = 30
MOST_SAID = 20_000
_MOST_BODY = 20_000
_IN_HAND = ("active", "on_hold")
_OVER = ("wrap_up", "closed")

_MESSAGES = (
    sa.select(messages.c.id, messages.c.author_kind, messages.c.author_name, messages.c.text)
    .where(
        messages.c.interaction_id == sa.bindparam("id"),
        messages.c.author_kind.in_(("customer", "agent", "bot")),
        messages.c.internal.is_(False),
        messages.c.text != "",
    )
    .order_by(messages.c.id.desc())
    .limit(MOST_MESSAGES)
)


class MayRead(StrEnum):
    """What the organization lets a model read."""

    NOTHING = "nothing"
    ARTICLES = "articles"
    CONVERSATIONS = "conversations"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a draft is ordered with."""

    what: What
    about: str  # the interaction's id, or the group's of questions
    prompt: Prompt
    sources: tuple[Source, ...]
    language: str
    title: str = ""
    needs: MayRead

    @property
    def about_questions(self) -> bool:
        """Whether `about` is a group of questions."""
        return self.sources[0].kind is Kind.QUESTIONS

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that are sent."""
        return tuple(source.id for source in self.sources if source.kind is Kind.ARTICLE)


def may_read(rx: Rx) -> MayRead:
    """What a model may read here."""
    return MayRead(setting(rx, SETTING))


def reply(rx: Rx, interaction_id: str, meaning: Meaning) -> Order:
    """A reply to who waits for one in writing.

    Raises:
        NotFound, Forbidden: no such contact, or not the reader's.
        Conflict: not allowed, not in hand, a call, or no article fits that this customer may be told.
    """
    allowed = _allowed(rx, MayRead.ARTICLES)
    interaction = interaction_for(rx, interaction_id)
    check_theirs(rx, interaction)
    if interaction.channel == "voice" or interaction.state not in _IN_HAND:
        raise Conflict("contact", "a reply is drafted to who waits for one in writing, and whom somebody has in hand")
    reader = CUSTOMER if is_certain(rx, interaction) else PUBLIC
    sources = _articles(rx, fitting(rx, interaction, reader, meaning), reader)
    if not sources:
        raise Conflict("article", "none fits that this customer may be told, and without one nothing is drafted")
    language = language_of(rx, interaction) or sources[0].language
    said: Sequence[Said] = ()
    if allowed is MayRead.CONVERSATIONS:
        said = [Said(who=one.title, words=one.words) for one in _conversation(rx, interaction)]
    told = prompt(What.REPLY, sources, language=language, conversation=said, channel=interaction.channel)
    needs = MayRead.CONVERSATIONS if said else MayRead.ARTICLES
    return Order(what=What.REPLY, about=interaction_id, prompt=told, sources=sources, language=language, needs=needs)


def summary(rx: Rx, interaction_id: str) -> Order:
    """A note about a contact, for who has its customer next.

    Raises:
        NotFound, Forbidden: no such contact, or not the reader's.
        Conflict: not allowed, nobody has it in hand yet, or nothing was written in it.
    """
    _allowed(rx, MayRead.CONVERSATIONS)
    interaction = interaction_for(rx, interaction_id)
    check_theirs(rx, interaction)
    sources = _conversation(rx, interaction)
    if interaction.state not in (*_IN_HAND, *_OVER) or not sources:
        raise Conflict("contact", "there is nothing in writing that could be summed up")
    language = language_of(rx, interaction) or "en"
    told = prompt(What.SUMMARY, sources, language=language)
    return Order(
        what=What.SUMMARY, about=interaction_id, prompt=told, sources=sources, language=language,
        needs=MayRead.CONVERSATIONS,
    )  # fmt: skip


def article_from_contact(rx: Rx, interaction_id: str, meaning: Meaning) -> Order:
    """An article from a contact that was closed to its customer's content.

    Raises:
        NotFound, Conflict: as `closed_cases.asked_and_answered`; not allowed.
    """
    said = closed_cases.asked_and_answered(rx, interaction_id)
    pieces = (
        (Kind.QUESTION, "What was asked", said.question),
        (Kind.MESSAGE, "What was answered", said.reply),
    )
    own = [
        Source(kind=kind, id=interaction_id, title=title, words=words[:MOST_SOURCE], language=said.language)
        for kind, title, words in pieces
    ]
    related = _related(rx, f"{said.title}\n{said.question}", said.language, meaning)
    return _article(interaction_id, own, related, said.language, said.title)


def article_from_questions(rx: Rx, group_id: str, meaning: Meaning) -> Order:
    """An article about what was asked and found no answer.

    Raises:
        NotFound, Conflict: as `unanswered.without_draft`; not allowed, or no public article is about the same.
    """
    group = unanswered.without_draft(rx, group_id)
    asked = "\n".join(masked(words) for words in group.asked)[:MOST_SOURCE]
    own = [Source(kind=Kind.QUESTIONS, id=group_id, title="What readers asked", words=asked, language=group.language)]
    return _article(group_id, own, _related(rx, asked, group.language, meaning), group.language, group.title)


def ordered(tx: Tx, order: Order, model: str) -> None:
    """Writes down that it is sent, before it is.

    Raises:
        Conflict: the organization allows it no more.
    """
    _allowed(tx, order.needs)
    about = {"what": order.what.value, "model": model}
    tx.emit(ModelAsked(id=order.about, articles=order.articles, characters=order.prompt.characters, **about))


def _related(rx: Rx, words: str, language: str, meaning: Meaning) -> tuple[Source, ...]:
    _allowed(rx, MayRead.CONVERSATIONS)
    return _articles(rx, suggest(rx, text=words, reader=PUBLIC, meaning=meaning, language=language), PUBLIC)


def _article(about: str, own: Sequence[Source], related: Sequence[Source], language: str, title: str) -> Order:
    sources = (*own, *related)
    if all(source.kind in ASKED for source in sources):
        raise Conflict("article", "no public one is about the same, and a draft from questions alone would be made up")
    told = prompt(What.ARTICLE, sources, language=language)
    return Order(
        what=What.ARTICLE, about=about, prompt=told, sources=sources, language=language, title=title,
        needs=MayRead.CONVERSATIONS,
    )  # fmt: skip


def _allowed(rx: Rx, needed: MayRead) -> MayRead:
    given = may_read(rx)
    if given is MayRead.NOTHING or (needed is MayRead.CONVERSATIONS and given is not needed):
        raise Conflict("language model", f"the organization lets it read {given.value}, which is not enough for this")
    return given


def _articles(rx: Rx, hits: Iterable[Hit], reader: Reader) -> tuple[Source, ...]:
    """The articles as this reader sees them: *in short*, and what they say."""
    found = []
    for hit in list(hits)[:MOST_ARTICLES]:
        text = read_text(rx, hit.article_id, hit.language, reader)
        if text is None:
            continue
        words = f"{text.summary.strip()}\n{told(text.body[:_MOST_BODY])}".strip()[:MOST_SOURCE]
        slug = text.slug if hit.audience == "public" else ""
        found.append(
            Source(kind=Kind.ARTICLE, id=text.id, title=text.title, words=words, language=text.language, slug=slug)
        )
    return tuple(found)


def _conversation(rx: Rx, interaction: Row) -> tuple[Source, ...]:
    """What was said, in order and as far back as there is room, without who and where anybody is."""
    rows = rx.all(_MESSAGES, id=interaction.id)[::-1]
    names = [rx.one(customers, interaction.customer_id).name, *(row.author_name for row in rows)]
    said = [
        Source(kind=Kind.MESSAGE, id=row.id, title=row.author_kind, words=masked(row.text[:MOST_SOURCE], names))
        for row in rows
    ]
    room = [sum(len(one.words) for one in said[place:]) for place in range(len(said))]
    return tuple(one for one, from_here in zip(said, room, strict=True) if one.words and from_here <= MOST_SAID)
