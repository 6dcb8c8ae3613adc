"""knowledgebase/search/typos.py: words that look alike. Pure.

Two words that differ by one letter, or by two that changed places, have in common what is left of each when one letter
is taken out (or none). So a word is kept under each of these, and a mistyped one is looked up under its own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

#: Shorter words are near too many others.
SHORTEST = 4
#: In words of so many letters one wrong letter makes another word: *game* is not *came*.
_VERY_SHORT = 4
#: Words of up to so many letters begin with the right one, and are near too many others: see `_is_likely`.
_SHORT = 5
#: Words of so many letters may have two slips: of letters that are all there but one; alone, and longer still, any.
LONG = 7
_VERY_LONG = 9


def keys(word: str) -> list[str]:
    """What a word is kept and looked up under: itself, and without each of its letters."""
    if len(word) < SHORTEST - 1:
        return []
    return list(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))


def near(one: str, other: str) -> bool:
    """Whether one slip makes one of the other: a letter more, less or wrong, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or b[1:] == a


def best(word: str, known: Mapping[str, int], *, alone: bool = True) -> str | None:
    """Which of the words that are known, with how many texts have them, was most likely meant.

    Whoever asks by one word alone finds nothing without it; beside others (not `alone`) a short word is taken for
    another only if it looks like a slip and not like a word that nobody here wrote: *black* is not *back*.
    """
    known = {other: texts for other, texts in known.items() if other != word}  # nobody means by a word itself
    close = [other for other in known if near(word, other) and _is_a_slip(word, other, alone=alone)]
    close = close or [other for other in known if _are_two_slips(word, other, alone=alone)]
    return min(close, key=lambda other: (-_likeness(word, other), -known[other], other), default=None)


def _is_a_slip(word: str, other: str, *, alone: bool) -> bool:
    if len(word) > _SHORT or sorted(word) == sorted(other):
        return True
    if word[:1] != other[:1] or (len(word) <= _VERY_SHORT and len(word) == len(other)):
        return False
    return alone or _is_likely(word, other)


def _is_likely(word: str, other: str) -> bool:
    """A letter was left out or typed twice."""
    return len(word) < len(other) or (len(word) > len(other) and set(word) == set(other))


def _are_two_slips(word: str, other: str, *, alone: bool) -> bool:
    """Whether two slips make one of the other: in a long word that begins alike."""
    if len(word) < LONG or word[:1] != other[:1] or abs(len(word) - len(other)) > 2:
        return False
    return ((alone and len(word) >= _VERY_LONG) or _other_letters(word, other) <= 1) and slips(word, other) <= 2


def _other_letters(word: str, other: str) -> int:
    one, two = Counter(word), Counter(other)
    return (one - two).total() + (two - one).total()


def slips(one: str, other: str) -> int:
    """How many slips make one of the other: letters more, less or wrong, and neighbours that changed places."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _likeness(word: str, other: str) -> int:
    """People seldom miss the first letter; letters that changed places are all there."""
    return 2 * (word[:1] == other[:1]) + (sorted(word) == sorted(other))


def all_keys(words: Iterable[str]) -> list[str]:
    """The keys of several words, each once."""
    return list(dict.fromkeys(key for word in words for key in keys(word)))
