"""knowledgebase/bot/answering.py: the automatic assistant of the chat: whether it answers, and with what. Pure.

    what was said ──a person, or upset──▶ hand over          (`wishes.py`)
      ├─ it was the answer ──▶ solved
      ├─ sure of an article ──▶ a quote of it, three times at most, and no article twice
      └─ anything else ──▶ hand over

It says nothing of its own: it quotes, says where from, and that it is a machine. It is *sure* when an article is about
what was asked and lacks nothing of it (`sureness.py`). It would rather be silent ten times than wrong once: who is
handed over has lost nothing.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from knowledgebase.bot.sureness import Source, as_written, is_sure
from knowledgebase.bot.wishes import is_upset, says_yes, wants_person
from knowledgebase.search import analysis
from knowledgebase.search.question import question

#: So often one visitor is answered.
MOST_ANSWERS = 3
#: Who writes more than that has more to say than one article answers.
LONGEST = 300
#: Characters of a quote.
LONGEST_QUOTE = 400

_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_MOST_SENTENCES = 200


class Why(StrEnum):
    """Why a person is asked."""

    ASKED = "asked"
    UPSET = "upset"
    PERSONAL = "personal"
    NOT_SOLVED = "not_solved"
    ENOUGH = "enough"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Quote:
    """It answers with these words of an article."""

    source: Source
    words: str


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """A person is asked."""

    why: Why


@dataclass(frozen=True, kw_only=True)
class Solved:
    """Nobody needs to be asked."""


Decision = Quote | HandOver | Solved


def at_once(said: str, answered: Collection[str], *, personal: bool = False) -> HandOver | Solved | None:
    """What needs no look into any article; None if one is to be looked for.

    `answered` are the articles that this visitor has been given; `personal`: it names an order, a number, an address.
    """
    if wants_person(said):
        return HandOver(why=Why.ASKED)
    if is_upset(said):
        return HandOver(why=Why.UPSET)
    if answered and says_yes(said):
        return Solved()
    if len(answered) >= MOST_ANSWERS:
        return HandOver(why=Why.ENOUGH)
    if personal or len(said) > LONGEST:
        return HandOver(why=Why.PERSONAL)
    return None


def decide(said: str, answered: Collection[str], found: Source | None, *, personal: bool = False) -> Decision:
    """Whether to answer what was said with what was found."""
    known = at_once(said, answered, personal=personal)
    if known is not None:
        return known
    if found is None or not is_sure(said, found):
        return HandOver(why=Why.NOT_SOLVED if answered else Why.UNSURE)
    if found.article_id in answered:
        return HandOver(why=Why.NOT_SOLVED)
    return Quote(source=found, words=quoted(said, found))


def quoted(said: str, found: Source) -> str:
    """The words of the article: its summary, else the sentences in a row that say most of what was asked."""
    if found.summary.strip():
        return found.summary.strip()[:LONGEST_QUOTE]
    asked = frozenset(as_written(question(said, [analysis.family(found.language)]).every_term(), found))
    sentences = [one.strip() for one in _ENDS.split(found.plain) if one.strip()][:_MOST_SENTENCES]
    weights = [len(asked.intersection(analysis.terms(one, found.language))) for one in sentences]
    best, most = (0, 0), -1
    for first in range(len(sentences)):
        last, length = first, len(sentences[first])
        while last + 1 < len(sentences) and length + 1 + len(sentences[last + 1]) <= LONGEST_QUOTE:
            last += 1
            length += 1 + len(sentences[last])
        if (weight := sum(weights[first : last + 1])) > most:
            best, most = (first, last), weight
    spaced = "" if analysis.family(found.language) in ("zh", "ja") else " "
    return spaced.join(sentences[best[0] : best[1] + 1])[:LONGEST_QUOTE]
