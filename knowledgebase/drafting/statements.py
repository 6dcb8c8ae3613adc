"""knowledgebase/drafting/statements.py: which words of a draft are from which sources, as their numbers say. Pure.

"It takes five days [1]. Print the label [2, 1]."  ──▶  It takes five days: 1 · Print the label: 1, 2
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CITED = re.compile(r"[ \t]*[\[【]\s*(?:sources?\s*)?(\d+(?:\s*[,;，、]\s*\d+)*)\s*[\]】]", re.IGNORECASE)

#: Characters of a statement that are told: its last ones, beside which the number stands.
_MOST = 200
_NUMBER = re.compile(r"\d+")
_ENDS = re.compile(r"[.!?…][\"'”’)]*[ \t]+|[。！？][”’」）]*")
_EDGES = " \t#*_>.,;:。，；：-"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Words of a draft and the numbers of the sources that stand behind them."""

    words: str
    sources: tuple[int, ...]


def numbers_named(text: str) -> set[int]:
    """The numbers of sources in `text`; 0 for one that none can have."""
    return {number for found in CITED.finditer(text) for number in _numbers(found[1])}


def statements(text: str) -> list[Statement]:
    """What `text` says of its sources, in its order."""
    return [one for line in text.split("\n") for one in _of_line(line)]


def _of_line(line: str) -> Iterator[Statement]:
    at, words, behind = 0, "", set[int]()
    for found in CITED.finditer(line):
        before = _last(line[at : found.start()])
        if before and words:
            yield Statement(words=words, sources=tuple(sorted(behind)))
            behind = set()
        words, at = before or words, found.end()
        behind |= _numbers(found[1])
    if behind and (words := words or _last(line[at:])):
        yield Statement(words=words, sources=tuple(sorted(behind)))


def _last(words: str) -> str:
    """The last sentence of `words`."""
    sentences = [stripped for piece in _ENDS.split(words[-4 * _MOST :]) if (stripped := piece.strip(_EDGES))]
    return sentences[-1][-_MOST:] if sentences else ""


def _numbers(digits: str) -> set[int]:
    return {int(one) if len(one) < 5 else 0 for one in _NUMBER.findall(digits)}
