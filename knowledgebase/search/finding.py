"""knowledgebase/search/finding.py: by which words a question is looked up, at a cost that it cannot raise. Pure.

A rare word brings every text that has it. A common one would bring half the knowledge base: it counts only beside
another. Which words are rare is known before anything is looked up, so the work is bounded before it begins:

    rare      every text with the word, and once more if it is in the title
    common    beside a rare one; in titles; two and more of them together, the newest texts first
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledgebase.search.indexed import in_title
from knowledgebase.search.ranking import rarity

#: All of these groups, and of each group one word at least.
Wanted = Sequence[Sequence[str]]

#: A word that more texts have is common.
RARE = 300
#: Rows that rare words bring together.
MOST_ROWS = 750
#: Rows that one clause over common words brings.
MOST_OF_COMMON = 100
#: Clauses of one question.
MOST_CLAUSES = 20
_MOST_COMMON = 4
#: Of words that more texts are likely to have together only the titles are looked at.
MOST_SCANNED = 750
#: Texts that are ranked for one question.
CANDIDATES = 40
_SCALE = 1_000
_TITLE = 1.5


@dataclass(frozen=True, kw_only=True)
class Group:
    """One thing that is asked: words that say it, any of which finds it, and how surely it is meant."""

    words: Sequence[str]
    sure: float = 1.0
    own: Sequence[str] = ()  # those that were asked themselves, if any were

    def themselves(self, counts: Mapping[str, int]) -> list[str]:
        """The words by which a common thing is looked up: what says the same as a common word finds nothing more."""
        return [word for word in self.own if counts.get(word)] or list(self.words)

    def texts(self, counts: Mapping[str, int]) -> int:
        """In how many texts it is, at most."""
        return sum(counts.get(word, 0) for word in self.words)

    def titles(self, counts: Mapping[str, int]) -> int:
        """In how many titles it is, at most."""
        return sum(counts.get(in_title(word), 0) for word in self.words)


def rarest(words: Sequence[str], counts: Mapping[str, int]) -> str:
    """The word of a phrase by which it is looked up."""
    return min(words, key=lambda word: counts.get(word, 0))


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Texts that meet `wanted` get `weight`; at most `most` of them."""

    wanted: Wanted
    weight: int
    most: int


class _Lookup:
    """Clauses, within a budget of rows."""

    def __init__(self, counts: Mapping[str, int], of: int) -> None:
        self.counts = counts
        self.of = max(1, of)
        self.left = MOST_ROWS
        self.found: list[Clause] = []

    def weight(self, *groups: Group) -> float:
        """How much it says that a text has all of these."""
        return sum(rarity(group.texts(self.counts), self.of) * group.sure for group in groups)

    def add(self, wanted: Wanted, weight: float, rows: float, most: int) -> None:
        """Looks for `wanted`, which about so many rows meet."""
        if len(self.found) < MOST_CLAUSES and rows and self.left > 0:
            took = min(math.ceil(rows), most, self.left)
            self.left -= took
            self.found.append(Clause(wanted=wanted, weight=round(weight * _SCALE), most=took))

    def together(self, numbers: Sequence[int]) -> float:
        """How many texts have several words, if these have nothing to do with each other."""
        return self.of * math.prod(number / self.of for number in numbers)


def clauses(groups: Sequence[Group], counts: Mapping[str, int], of: int) -> list[Clause]:
    """How a question is looked up among `of` texts; `wanted` is in words."""
    look = _Lookup(counts, of)
    ordered = sorted((group for group in groups if group.texts(counts)), key=lambda group: group.texts(counts))
    rare = [group for group in ordered if group.texts(counts) <= RARE]
    common = [group for group in ordered if group.texts(counts) > RARE][:_MOST_COMMON]
    whole: list[Group] = []
    for group in rare:
        if look.left > 0:
            whole.append(group)
            look.add([list(group.words)], look.weight(group), group.texts(counts), RARE)
    for group in (*whole, *common):
        titles = group.titles(counts)
        if titles <= RARE:
            look.add([_titled(group)], look.weight(group) * _TITLE, titles, RARE)
    look.left += MOST_ROWS  # what follows has a budget of its own
    if whole:
        every = [word for group in whole for word in group.words]
        for group in common:
            look.add([every, group.themselves(counts)], look.weight(group), MOST_OF_COMMON, MOST_OF_COMMON)
    _several_common(look, common)
    if not look.found and common:
        look.add([_titled(common[0])], 1, common[0].titles(counts), MOST_OF_COMMON)
        look.add([group.themselves(counts) for group in common], 1, MOST_OF_COMMON, MOST_OF_COMMON)
    return look.found


def _several_common(look: _Lookup, common: Sequence[Group]) -> None:
    """Texts that have all common words, or else all but one, and so on, while that is not half of all texts."""
    for size in range(len(common), 1, -1):
        enough = 0.0
        for some in combinations(common, size):
            weight = look.weight(*some)
            titles = [group.titles(look.counts) for group in some]
            if look.together(titles) <= MOST_SCANNED and all(titles):
                look.add([_titled(group) for group in some], weight * _TITLE, MOST_OF_COMMON, MOST_OF_COMMON)
            texts = look.together([group.texts(look.counts) for group in some])
            if texts <= MOST_SCANNED:
                look.add([group.themselves(look.counts) for group in some], weight, MOST_OF_COMMON, MOST_OF_COMMON)
            enough += texts
        if enough >= 2 * CANDIDATES:
            return


def _titled(group: Group) -> list[str]:
    return [in_title(word) for word in group.words]
