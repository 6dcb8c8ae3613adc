"""knowledgebase/drafting/statements.py: which words of a draft are from which sources, as their numbers say. Pure.

"Hello! It takes five days [1]. Print the label [2, 1]."
    ──▶  Hello: none · It takes five days: 1 · Print the label: 1, 2
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: With the spaces before it, which are looked at once, however many there are.
CITED = re.compile(
    r"(?:(?<![ \t])[ \t]++)?[\[【]\s*(?:sources?\s*)?(\d+(?:\s*[,;，、]\s*\d+)*)\s*[\]】]", re.IGNORECASE
)

#: Characters of a statement that are told: its last ones, beside which the number stands.
_MOST = 200
_NUMBER = re.compile(r"\d+")
#: What says something: a single letter is one of an abbreviation.
_SAYS = re.compile(r"\d|[^\W\d_]{2}")
_ENDS = re.compile(r"[.!?…؟۔।][\"'”’»)\]*_~`]*\s+|[。！？｡][”’」）]*")
_EDGES = " \t#*_>|.,;:!?。，；：！？-"
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)、])\s+")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Words of a draft and the numbers of the sources that stand behind them, if any do."""

    words: str
    sources: tuple[int, ...] = ()


def numbers_named(text: str) -> set[int]:
    """The numbers of sources in `text`; 0 for one that none can have."""
    return {number for found in CITED.finditer(text) for number in _numbers(found[1])}


def statements(text: str, *, headed: bool) -> list[Statement]:
    """What `text` says and of its sources, sentence by sentence; where it is `headed`, headings that name none say
    nothing. In plain text there are none, whatever a line begins with."""
    return [one for line in text.splitlines() for one in _of_line(line, headed)]


def _of_line(line: str, headed: bool) -> Iterator[Statement]:
    """Numbers belong to the sentence before them; those at the beginning of a line to its first."""
    told: list[tuple[str, set[int]]] = []
    behind = set[int]()
    at = item.end() if (item := _ITEM.match(line)) else 0
    for found in CITED.finditer(line, at):
        told += ((words, set()) for words in _sentences(line[at : found.start()]))
        (told[-1][1] if told else behind).update(_numbers(found[1]))
        at = found.end()
    told += ((words, set()) for words in _sentences(line[at:]))
    if told:
        told[0][1].update(behind)
    is_heading = headed and _HEADING.match(line)
    for words, sources in told:
        if sources or (not is_heading and _SAYS.search(words)):
            yield Statement(words=words[-_MOST:], sources=tuple(sorted(sources)))


def _sentences(words: str) -> list[str]:
    return [stripped for piece in _ENDS.split(words) if (stripped := piece.strip(_EDGES))]


def _numbers(digits: str) -> set[int]:
    return {int(one) if len(one) < 5 else 0 for one in _NUMBER.findall(digits)}
