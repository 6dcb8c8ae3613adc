"""knowledgebase/search/finding.py: by which words a question is looked up, at a cost that it cannot raise. Pure.

A rare word brings every text that has it. A common one would bring half the knowledge base: it counts only beside
another. Which words are rare is known before anything is looked up, so the work is bounded before it begins:

    rare      every text with the word, and once more if it is in the title
    common    beside a rare one; in titles; two and more of them together, the newest texts first

What finds the same is looked up once, and a character only where no text has a pair with it: no text has a pair without
both of its characters, and one that has them apart says something else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import itemgetter

from knowledgebase.search.indexed import in_title, is_within
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
#: Texts with common words that are gone through to find which have several of them; what begins within is finished.
MOST_WALKED = 15_000
#: Texts that are ranked for one question.
CANDIDATES = 40
_SCALE = 1_000
#: One in so many of the texts with the rarest of several things is taken to have the others too.
_APART = 6
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

    def titles(self, counts: Mapping[str, int]) -> int:
        """In how many titles it is, at most."""
        return texts_with(_titled(self), counts)


def rarest(words: Sequence[str], counts: Mapping[str, int]) -> str:
    """The word of a phrase by which it is looked up."""
    return min(words, key=lambda word: counts.get(word, 0))


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Texts that meet `wanted` get `weight`; at most `most` of them, the newest."""

    wanted: Wanted
    weight: int
    most: int
    texts: int  # that meet it, about


def texts_with(words: Sequence[str], counts: Mapping[str, int]) -> int:
    """How many texts have one of these words, at most."""
    return sum(counts.get(word, 0) for word in words)


class _Lookup:
    """Clauses, within a budget of rows."""

    def __init__(self, counts: Mapping[str, int], of: int) -> None:
        self.counts = counts
        self.of = max(1, of)
        self.left = MOST_ROWS
        self.walk = MOST_WALKED
        self._found: dict[frozenset[frozenset[str]], Clause] = {}

    @property
    def found(self) -> list[Clause]:
        """What is looked up."""
        return list(self._found.values())

    def weight(self, group: Group) -> float:
        """How much it says that a text has this."""
        return rarity(texts_with(group.words, self.counts), self.of) * group.sure

    def add(self, wanted: Wanted, weight: float, rows: float, most: int) -> None:
        """Looks for `wanted`, which about so many rows meet."""
        same = frozenset(map(frozenset, wanted))
        if same in self._found:
            held = self._found[same]
            self._found[same] = replace(held, weight=held.weight + round(weight * _SCALE))
        elif len(self._found) < MOST_CLAUSES and rows and self.left > 0:
            took = min(math.ceil(rows), most, self.left)
            self.left -= took
            rarest = min(texts_with(group, self.counts) for group in wanted)
            texts = rarest if len(wanted) == 1 else rarest // _APART
            self._found[same] = Clause(wanted=list(wanted), weight=round(weight * _SCALE), most=took, texts=texts)

    def add_together(self, wanted: Wanted, weight: float) -> float:
        """Looks for texts with several common words, unless too many have them all.

        Says how many these are, if the words have nothing to do with each other.
        """
        numbers = [texts_with(group, self.counts) for group in wanted]
        expected = self.of * math.prod(number / self.of for number in numbers)
        if all(numbers) and expected <= MOST_SCANNED and self.walk > 0:
            self.walk -= min(numbers)
            self.add(wanted, weight, MOST_OF_COMMON, MOST_OF_COMMON)
        return expected


def clauses(groups: Sequence[Group], counts: Mapping[str, int], of: int) -> list[Clause]:
    """How a question is looked up among `of` texts; `wanted` is in words."""
    look = _Lookup(counts, of)
    sized = [(texts, group) for group in groups if (texts := texts_with(group.words, counts))]
    sized.sort(key=itemgetter(0))
    common = _common(sized, counts)
    whole: list[Group] = []
    for texts, group in sized:
        if texts <= RARE and look.left > 0:
            whole.append(group)
            look.add([list(group.words)], look.weight(group), texts, RARE)
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


def _common(sized: Sequence[tuple[int, Group]], counts: Mapping[str, int]) -> list[Group]:
    """The rarest of common things, each once; a character counts for nothing beside a pair that has it."""
    every = [group.themselves(counts) for _, group in sized]
    found: dict[frozenset[str], Group] = {}
    for (texts, group), words in zip(sized, every, strict=True):
        if texts > RARE and not _is_said(group.words, every):
            found.setdefault(frozenset(words), group)
        if len(found) == _MOST_COMMON:
            break
    return list(found.values())


def _several_common(look: _Lookup, common: Sequence[Group]) -> None:
    """Texts that have all common words, or else all but one, and so on, while that is not half of all texts."""
    told = [(look.weight(group), _titled(group), group.themselves(look.counts)) for group in common]
    for size in range(len(common), 1, -1):
        enough = 0.0
        for some in combinations(told, size):
            weights, titles, words = zip(*some, strict=True)
            look.add_together(titles, sum(weights) * _TITLE)
            enough += look.add_together(words, sum(weights))
        if enough >= 2 * CANDIDATES:
            return


def _is_said(group: Sequence[str], by: Wanted) -> bool:
    """Whether a text with one of the words of one of these has a character that is one of `group`."""
    lone = [word for word in group if len(word) == 1]
    return bool(lone) and any(all(any(is_within(word, longer) for word in lone) for longer in other) for other in by)


def _titled(group: Group) -> list[str]:
    return [in_title(word) for word in group.words]
