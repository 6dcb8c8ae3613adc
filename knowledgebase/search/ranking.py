"""knowledgebase/search/ranking.py: which text of those found comes first. Pure, so that both databases rank alike.

    words    how much of what is asked each text says, rare words before common ones (BM25 over title, tags and body)
    title    how much of the title's letters are in the question, whatever its words
    phrase   words of the question that stand together there too
    worth    how new it is and whom it has helped: enough to choose between equals, not more

Each is between 0 and 1, and so is their sum.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from knowledgebase.search import analysis

#: What each part weighs.
WORDS, TITLE, PHRASE, WORTH = 0.72, 0.14, 0.09, 0.05
#: BM25: how soon saying it again adds nothing; how much a long body is held against it.
_SATURATES, _LENGTH = 2.0, 0.25
#: How many times a word of the body one of the title and the tags counts.
_IN_TITLE, _IN_TAGS = 4.0, 2.5
#: A usual body, in terms.
_USUAL = 150
_YEAR = 365.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as ranking takes it: made once, held against each text."""

    groups: Sequence[tuple[float, Sequence[tuple[str, float]]]]  # how rare each is; what says it, and how surely
    beside: Sequence[tuple[str, str, str]]  # neighbours, each by itself, and as they stand together
    sought: frozenset[str]  # all that is counted for these
    shape: frozenset[str]  # of its letters


def asked(groups: Sequence[tuple[float, Mapping[str, float]]], order: Sequence[str], text: str) -> Asked:
    """A question: how rare each thing is and by which terms it is said, its terms as they stood, its letters."""
    return Asked(
        groups=[(idf, [(_sought(term), sure) for term, sure in terms.items()]) for idf, terms in groups],
        beside=[(_sought(one), _sought(other), f" {one}  {other} ") for one, other in pairwise(order)],
        sought=frozenset(_sought(term) for term in (*order, *(term for _, terms in groups for term in terms))),
        shape=shape(text),
    )


def _sought(term: str) -> str:
    """What is counted for a term: a character by itself is counted in whichever pair it stands."""
    return term if len(term) == 1 and not term.isascii() else f" {term} "


class Candidate(NamedTuple):
    """A text that was found, as the index has it."""

    title: str
    title_terms: str
    tag_terms: str
    body_terms: str
    length: int
    days_old: float
    helpful: int
    unhelpful: int
    settled: int


def score(asked: Asked, text: Candidate) -> float:
    """How well it answers, from 0 to 1."""
    everything = f"{text.title_terms}{text.tag_terms}{text.body_terms}"
    there = {term for term in asked.sought if term in everything}
    return (
        WORDS * _words(asked, text, there)
        + TITLE * likeness(asked.shape, shape(text.title))
        + PHRASE * _phrases(asked, text, there)
        + WORTH * _worth(text)
    )


def rarity(texts: int, of: int) -> float:
    """How much a word says that so many of all texts have."""
    return math.log(1 + (max(of, texts) - texts + 0.5) / (texts + 0.5))


@lru_cache(maxsize=20_000)
def shape(text: str) -> frozenset[str]:
    """The letters of its words three by three, and characters of scripts without spaces one and two at a time."""
    found = set[str]()
    for piece in analysis.texts_of_pieces(analysis.fold(text)):
        if analysis.is_packed(piece):
            found.update(piece, map("".join, pairwise(piece)))
        else:
            padded = f" {piece} "
            found.update(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of each is in the other (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _words(asked: Asked, text: Candidate, there: Collection[str]) -> float:
    title, tags, body = text.title_terms, text.tag_terms, text.body_terms
    long = 1 - _LENGTH + _LENGTH * text.length / _USUAL
    said = all_of_it = 0.0
    for idf, terms in asked.groups:
        all_of_it += idf
        best = 0.0
        for term, sure in terms:
            if sure > best and term in there:
                count = _IN_TITLE * (term in title) + _IN_TAGS * (term in tags) + body.count(term) / long
                best = max(best, sure * count / (count + _SATURATES))
        said += idf * best
    return said / all_of_it if all_of_it else 0.0


def _phrases(asked: Asked, text: Candidate, there: Collection[str]) -> float:
    """How many of the question's neighbours are neighbours there; those of the title count double."""
    if not asked.beside:
        return 0.0
    title, body = text.title_terms, text.body_terms
    both = [pair for one, other, pair in asked.beside if one in there and other in there]
    found = sum(1.0 if pair in title else 0.5 * (pair in body) for pair in both)
    return found / len(asked.beside)


def _worth(text: Candidate) -> float:
    helped = (text.helpful + 2 * text.settled + 1) / (text.helpful + 2 * text.settled + text.unhelpful + 2)
    known = 1 - 1 / (1 + (text.helpful + text.unhelpful + text.settled) / 4)
    new = 1 / (1 + max(0.0, text.days_old) / _YEAR)
    return 0.6 * (0.5 + (helped - 0.5) * known) + 0.4 * new
