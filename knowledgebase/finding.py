"""knowledgebase/finding.py: by which words a question is looked up, so that it costs the same whatever it asks. Pure.

A rare word brings every text that has it. A common one would bring half the knowledge base: it counts only beside
another. Which words are rare is known before anything is looked up, so the work is bounded before it begins:

    rare      every text with the word, and once more if it is in the title
    common    beside a rare one; in titles; two and more of them together, the newest texts first
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledgebase.indexed import in_title
from knowledgebase.ranking import rarity

#: All of these groups, and of each group one word at least.
Wanted = Sequence[Sequence[str]]

#: A word that more texts have is common.
RARE = 600
#: Rows that rare words bring together.
MOST_ROWS = 1_500
#: Rows that one clause over common words brings.
MOST_OF_COMMON = 200
#: Clauses of one question.
MOST_CLAUSES = 20
_MOST_COMMON = 5
_SCALE = 1_000
_TITLE = 1.5


@dataclass(frozen=True, kw_only=True)
class Group:
    """One thing that is asked: words that say it, any of which finds it, and how surely it is meant."""

    words: Sequence[str]
    sure: float = 1.0

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


def clauses(groups: Sequence[Group], counts: Mapping[str, int], of: int) -> list[Clause]:
    """How a question is looked up among `of` texts; `wanted` is in words."""
    ordered = sorted((group for group in groups if group.texts(counts)), key=lambda group: group.texts(counts))
    found: list[Clause] = []
    left = MOST_ROWS

    def add(wanted: Wanted, weight: float, rows: int, most: int) -> None:
        nonlocal left
        if len(found) < MOST_CLAUSES and rows and left > 0:
            took = min(rows, most, left)
            left -= took
            found.append(Clause(wanted=wanted, weight=round(weight * _SCALE), most=took))

    rare = [group for group in ordered if group.texts(counts) <= RARE]
    common = [group for group in ordered if group.texts(counts) > RARE][:_MOST_COMMON]
    weights = {id(group): rarity(group.texts(counts), of) * group.sure for group in ordered}
    whole: list[Group] = []
    for group in rare:
        if left > 0:
            whole.append(group)
            add([list(group.words)], weights[id(group)], group.texts(counts), RARE)
    for group in (*whole, *common):
        titles = group.titles(counts)
        if titles <= RARE:
            add([_titled(group)], weights[id(group)] * _TITLE, titles, RARE)
    left += MOST_ROWS  # what follows has a budget of its own
    every = [word for group in whole for word in group.words]
    for size in range(len(common), 1, -1):
        for some in combinations(common, size):
            weight = sum(weights[id(group)] for group in some)
            add([_titled(group) for group in some], weight * _TITLE, MOST_OF_COMMON, MOST_OF_COMMON)
            add([list(group.words) for group in some], weight, MOST_OF_COMMON, MOST_OF_COMMON)
    for group in common:
        if every:
            add([every, list(group.words)], weights[id(group)], MOST_OF_COMMON, MOST_OF_COMMON)
        elif len(common) == 1:
            add([_titled(group)], weights[id(group)] * _TITLE, group.titles(counts), MOST_OF_COMMON)
            add([list(group.words)], weights[id(group)], MOST_OF_COMMON, MOST_OF_COMMON)
    return found


def _titled(group: Group) -> list[str]:
    return [in_title(word) for word in group.words]
