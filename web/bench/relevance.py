"""web/bench/relevance.py: whether people find what they ask for: questions with the article that answers each.

`relevance.json` holds articles of a shop, each in English and in one script of Chinese, and what people ask for each:
`asked` was there while ranking was made better, `held_out` was written before that and looked at by nobody since.
Chinese questions stand in both scripts, whatever the script of the article.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from knowledgebase.search.analysis import family

FILE = Path(__file__).with_name("relevance.json")
#: The words of the file for whom the questions were there.
SETS = ("asked", "held_out")


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A question, its language without script, and the article that answers it."""

    words: str
    family: str
    article: str


@cache
def articles() -> Sequence[Mapping[str, Any]]:
    """Each article: its key, and under each language title, body and questions."""
    found: list[Mapping[str, Any]] = orjson.loads(FILE.read_bytes())
    return found


def languages_of(article: Mapping[str, Any]) -> list[str]:
    """The languages in which an article is written."""
    return [name for name in article if name != "key"]


def labelled(*sets: str) -> Iterator[Labelled]:
    """Every question of these sets."""
    for article in articles():
        for language in languages_of(article):
            for name in sets:
                for words in article[language][name]:
                    yield Labelled(words=words, family=family(language), article=article["key"])


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well questions were answered, from 0 to 1."""

    questions: int
    ndcg10: float
    recall5: float


def quality(ranks: Sequence[int | None]) -> Quality:
    """Of the ranks, from 0, at which the one right article stood; None: it was not there."""
    gains = [1 / math.log2(rank + 2) if rank is not None and rank < 10 else 0.0 for rank in ranks]
    among_five = [rank is not None and rank < 5 for rank in ranks]
    count = max(1, len(ranks))
    return Quality(questions=len(ranks), ndcg10=round(sum(gains) / count, 3), recall5=round(sum(among_five) / count, 3))
