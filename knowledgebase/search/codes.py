"""knowledgebase/search/codes.py: names of letters and digits, which everybody writes otherwise. Pure.

    QX 77 · QX-77 · qx77   ──▶  qx77
    WH-1000XM4             ──▶  wh1000 · 1000xm4 · 1000xm · xm4        by neighbours, as scripts without spaces are

    0049-112-3345         ──▶  00491123345                             a long number with signs between its digits

A text is found by these beside its words, and a question asks for them. *In 2024* and *30 days* are none.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from knowledgebase.search import analysis
from knowledgebase.search.analysis import Run
from knowledgebase.search.letters import spelling

#: What may stand between letters and digits of one name: one of these, or nothing.
_BETWEEN = frozenset(" -‐‑‒–—−_./")
#: Letters of a name before its number, and of what is written after one, where something stands between.
_LONGEST_BEFORE, _LONGEST_AFTER = 12, 2
#: So many pieces are more than a pair.
_SEVERAL = 3
#: Digits from which on a number in groups is one that is written without, too: no date has so many.
_LONG_NUMBER = 9
_GROUPED = re.compile(r"(?<!\d)\d{1,6}(?:[ \-‐‑‒–./]\d{1,6}){1,7}(?!\d)")


def codes(folded: str, words: Sequence[Run], little: Collection[str]) -> Iterator[str]:
    """The names in a folded text that has these words, `little` those that say nothing: whole and by neighbours."""
    for one, other in pairwise(analysis.pieces(words)):
        if one.packed or other.packed or one.text.isdecimal() == other.text.isdecimal():
            continue
        if not (one.text[0].isalnum() and other.text[0].isalnum()):  # an apostrophe
            continue
        between = folded[one.end : other.start]
        if not between or (between in _BETWEEN and _is_name(one, other, little)):
            yield spelling(one.text + other.text)
    digits = ("".join(filter(str.isdecimal, number)) for number in _GROUPED.findall(folded))
    yield from (number for number in digits if len(number) >= _LONG_NUMBER)
    yield from (spelling(name.text) for name in _names(words) if len(_parts(name)) >= _SEVERAL)


def words_in(words: Iterable[Run]) -> Iterator[Run]:
    """What is a word in names that are written together: `iphone` in `iphone15`."""
    for name in _names(words):
        parts = _parts(name)
        yield from (one for one in parts if len(parts) > 1 and len(one.text) > 1 and one.text.isalpha())


def _names(words: Iterable[Run]) -> Iterator[Run]:
    return (one for one in words if not (one.packed or one.text.isalpha()) and _is_mixed(one.text))


def _is_mixed(word: str) -> bool:
    return any(map(str.isdecimal, word)) and any(map(str.isalpha, word))


def _parts(word: Run) -> Sequence[Run]:
    return list(analysis.pieces([word]))


def _is_name(one: Run, other: Run, little: Collection[str]) -> bool:
    letters, longest = (other, _LONGEST_AFTER) if one.text.isdecimal() else (one, _LONGEST_BEFORE)
    return len(letters.text) == 1 or (len(letters.text) <= longest and spelling(letters.text) not in little)
