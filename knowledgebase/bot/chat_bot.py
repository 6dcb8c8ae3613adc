"""knowledgebase/bot/chat_bot.py: the automatic assistant in a visitor's chat: what it hears, says and leaves to people.

    listens ──▶ None: it has no part in this            the chat goes on without it
       └──────▶ Heard: what was said before, and what it would do now
    take_turn   stores the visitor's words, and in the same transaction answers them, closes the chat as solved, or
                hands it over: who asks for a person stands in line when their words are stored

The articles are looked through before the transaction, for nobody else's writing waits for a search; what they say is
looked at once more within it. It speaks only where nobody has spoken: never in a contact that a person has taken or
that waits, nor in one that has ended: who comes back after it speaks with people. What it was asked is kept as
questions at the door `bot`: solved by the visitor's own word, and given up again if they come back within a day.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from channels.types import Arrival
from desk.contacts import self_service
from desk.contacts.chats import latest
from desk.contacts.ending import customer_left
from desk.contacts.intake import BY_A_MACHINE, CHOSEN, CLOSED, Received, came_to, receive
from desk.kernel.jobs import Job
from desk.kernel.questions import answer
from desk.kernel.transaction import Actor, Row, Rx, Tx
from desk.organization.openings import ALWAYS, keeps_of_queues
from desk.organization.receivers import receiver_of
from desk.organization.setting import setting
from desk.tables import interactions, messages
from knowledgebase.bot import answering, sureness
from knowledgebase.bot.sentences import said
from knowledgebase.contacts import uses
from knowledgebase.contacts.names import names_of_asker
from knowledgebase.guides_in_text import without
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import questions
from knowledgebase.reading.published import Article, read_text
from knowledgebase.reading.render import told
from knowledgebase.search import analysis
from knowledgebase.search.indexed import in_title
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import search
from knowledgebase.search.vocabulary import vocabulary
from knowledgebase.search.written_in import scripts

#: The setting that says when it speaks: never, while the queue is open, while it is closed, always.
SETTING = "chat_bot"
NEVER = "never"
#: Whoever says nothing to its answer for so long has left.
SILENT = timedelta(hours=1)
#: Characters of an article that are looked at.
_MOST_BODY = 20_000
#: Articles of which it is asked how near they come to the best.
_COMPARED = 10

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+)$", re.MULTILINE)

_ITS_WORDS = (
    sa.select(messages.c.headers)
    .where(messages.c.interaction_id == sa.bindparam("id"), messages.c.author_kind == self_service.BOT)
    .order_by(messages.c.id)
)


@dataclass(frozen=True, kw_only=True)
class LetGoOfChat(Job):
    """A visitor has said nothing to the assistant's answer for too long."""

    interaction_id: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the assistant knows of a chat, and what it would do with the words that came now.

    `answered` maps the articles that it has quoted to the questions that they answered.
    """

    interaction_id: str | None
    answered: Mapping[str, str]
    decision: answering.Decision
    revision: int = 0  # of the text that it would quote
    slug: str = ""


class Desk(Protocol):
    """What the job needs of the desk."""

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any) -> Any:
        """Runs a use case in one transaction."""


def speaks(rx: Rx, queue: str) -> bool:
    """Whether the organization lets it speak to who comes to this queue now."""
    when = setting(rx, SETTING)
    if when in (NEVER, "always"):
        return bool(when != NEVER)
    is_open = keeps_of_queues(rx).get(queue, ALWAYS).at(rx.now).open
    return bool(is_open == (when == "open"))


def listens(rx: Rx, arrival: Arrival, meaning: Meaning, reads: Sequence[str] = ()) -> Heard | None:
    """Whether the assistant has a part in what comes into a chat, and which. `reads` are the languages that the
    visitor's browser names."""
    row = latest(rx, arrival.address)
    answered = _answered(rx, row.id) if row is not None else {}
    if row is not None and row.state == self_service.SELF_SERVICE:
        if speaks(rx, row.queue):
            return _heard(rx, arrival, meaning, row.id, row.language, reads, answered)
        return Heard(interaction_id=row.id, answered=answered, decision=answering.HandOver(why=answering.Why.ENOUGH))
    if row is not None and row.state not in CLOSED:
        return None
    if row is not None and answered and row.answered_at is None and rx.now - row.closed_at < self_service.SOON:
        return Heard(
            interaction_id=row.id, answered=answered, decision=answering.HandOver(why=answering.Why.NOT_SOLVED)
        )
    if not speaks(rx, answer(rx, receiver_of(*came_to(arrival))).queue):
        return None
    return _heard(rx, arrival, meaning, None, arrival.language, reads, {})


def take_turn(tx: Tx, arrival: Arrival, heard: Heard, help_url: str) -> Received:
    """Stores what a visitor wrote, and does what was decided, unless something else has happened meanwhile."""
    decision = heard.decision
    if isinstance(decision, answering.Quote) and not _says_so_still(tx, decision, heard.revision):
        decision = answering.HandOver(why=answering.Why.UNSURE)
    mine = not isinstance(decision, answering.HandOver)
    marks = {CHOSEN: True} if isinstance(decision, answering.Solved) else {}
    asked = replace(arrival, headers={**arrival.headers, **marks, BY_A_MACHINE: True}) if mine else arrival
    (received,) = receive(tx, [asked])
    if not received.new:
        return received
    if not mine:
        _gave_up(tx, heard.answered)
        return received
    row = tx.take(interactions, received.interaction_id)
    if row.state != self_service.SELF_SERVICE:
        return received  # a person has it, or it waits for one: it says nothing there
    if _answered(tx, row.id) != heard.answered:  # another page of theirs was quicker
        self_service.hand_over(tx, row)
        _gave_up(tx, _answered(tx, row.id))
    elif isinstance(decision, answering.Quote):
        _answer(tx, row, arrival, decision, f"{help_url}/{heard.slug}")
    else:
        _solved(tx, row, heard.answered)
    return received


def let_go(tx: Tx, interaction_id: str) -> None:
    """The visitor has not said whether that was it: nobody knows, and nobody is asked."""
    row = tx.take(interactions, interaction_id)
    if row.state == self_service.SELF_SERVICE:
        customer_left(tx, interaction_id)


async def let_go_of_chat(desk: Desk, job: LetGoOfChat) -> None:
    """Does `LetGoOfChat`."""
    await desk.transact(Actor.system("bot"), let_go, job.interaction_id)


def _heard(
    rx: Rx,
    arrival: Arrival,
    meaning: Meaning,
    interaction_id: str | None,
    language: str,
    reads: Sequence[str],
    answered: Mapping[str, str],
) -> Heard:
    personal = questions.masked(arrival.text) != " ".join(arrival.text.split())
    known = answering.at_once(arrival.text, answered, personal=personal)
    if known is not None:
        return Heard(interaction_id=interaction_id, answered=answered, decision=known)
    article, source = found(rx, arrival.text, language, meaning, reads)
    decision = answering.decide(arrival.text, answered, source, personal=personal)
    revision, slug = (article.revision, article.slug) if article is not None else (0, "")
    return Heard(interaction_id=interaction_id, answered=answered, decision=decision, revision=revision, slug=slug)


def found(
    rx: Rx, said: str, language: str, meaning: Meaning, reads: Sequence[str] = ()
) -> tuple[Article, sureness.Source] | tuple[None, None]:
    """The best public article, in the visitor's script where it is written in it (`written_in.scripts`).

    By meaning another may be best than by words alone; how near the next one comes is told by words, which say more
    than the places in the order.
    """
    script = scripts(language, reads, said)
    hits = search(rx, words=said, reader=PUBLIC, meaning=meaning, reads=script, limit=_COMPARED).hits
    if not hits:
        return None, None
    best = hits[0]
    spoken = language if analysis.family(language) == analysis.family(best.language) else best.language
    article = read_text(rx, best.article_id, spoken, PUBLIC)
    if article is None:
        return None, None
    return article, sureness.Source(
        article_id=article.id,
        text_id=article.text_id,
        language=article.language,
        title=article.title,
        summary=article.summary,
        plain=told(article.body[:_MOST_BODY]),
        tags=article.tags,
        headings=_HEADING.findall(without(article.body[:_MOST_BODY])),
        score=best.by_words,
        next_score=max((hit.by_words for hit in hits[1:]), default=0.0),
        shelf=_shelf(rx, sureness.every_term(said, article.language, article.title), article.language),
    )


def _shelf(rx: Rx, terms: Sequence[str], language: str) -> sureness.Shelf:
    """How often these stand in what the public reads in this language."""
    known = vocabulary(rx, PUBLIC, analysis.family(language))
    known.learn(rx, terms)
    titled = frozenset(term for term in terms if known.has(in_title(term)))
    return sureness.Shelf(texts=known.texts, with_term=known.counts, in_titles=titled)


def _answer(tx: Tx, row: Row, arrival: Arrival, quote: answering.Quote, url: str) -> None:
    source = quote.source
    about = {"door": "bot", "audience": "public", "language": source.language, "reader": row.id}
    question = questions.asked(tx, words=arrival.text, hits=1, names=names_of_asker(tx, row.id), **about)
    questions.opened(tx, question, source.text_id)
    text = said(source.language, source.title, quote.words, url)
    self_service.say(tx, row, text, {"article": source.article_id, "question": question})
    uses.used(tx, row.id, source.text_id, "sent")
    tx.update(interactions, row.id, unread=0)
    tx.defer(LetGoOfChat(interaction_id=row.id), at=tx.now + SILENT, key=_key(row.id))


def _solved(tx: Tx, row: Row, answered: Mapping[str, str]) -> None:
    tx.cancel(_key(row.id))
    self_service.solved(tx, row)
    *before, last = answered.values()
    for question in before:
        questions.ended(tx, question, questions.GAVE_UP)
    questions.ended(tx, last, questions.SOLVED)


def _gave_up(tx: Tx, answered: Mapping[str, str]) -> None:
    for question in answered.values():
        questions.ended(tx, question, questions.GAVE_UP)


def _answered(rx: Rx, interaction_id: str) -> dict[str, str]:
    """The articles that were quoted, and the question that each answered."""
    kept = [row.headers or {} for row in rx.all(_ITS_WORDS, id=interaction_id)]
    return {str(one["article"]): str(one["question"]) for one in kept if "article" in one}


def _says_so_still(rx: Rx, quote: answering.Quote, revision: int) -> bool:
    source = quote.source
    article = read_text(rx, source.article_id, source.language, PUBLIC)
    return article is not None and (article.text_id, article.revision) == (source.text_id, revision)


def _key(interaction_id: str) -> str:
    return f"bot:{interaction_id}"
