"""knowledgebase/writing/comparing.py: two texts side by side, line by line, with the words marked that differ. Pure.

Any two bodies take a bounded time, whatever is in them: what lines and words have in common is looked for as long as
there are steps left for it (`in_common.py`), and what is left is shown as changed as a whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledgebase.writing.in_common import Steps, in_common

Kind = Literal["same", "changed", "added", "removed"]

#: Lines from the first that differs on which are told one by one; the rest is one.
MOST_LINES = 2_000
#: Characters of changed lines that are compared word by word; other lines are changed as a whole.
MOST_CHARACTERS = 40_000
#: Steps in which lines, and words, are held against each other.
MOST_STEPS = 60_000
#: Lines that are alike and shown before and after what differs.
AROUND = 3

_WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a line, and whether the other side has it."""

    text: str
    differs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of both sides: the same, changed, or on one of them only. `numbers` count from 1."""

    kind: Kind
    before: Sequence[Piece] | None
    after: Sequence[Piece] | None
    numbers: tuple[int | None, int | None]


def compared(before: str, after: str) -> list[tuple[int, Line]]:
    """What differs, with a few lines around it: each line with how many that are alike were left out before it."""
    begin, end = _alike(before, after)
    old = before[begin : len(before) - end].split("\n", MOST_LINES)
    new = after[begin : len(after) - end].split("\n", MOST_LINES)
    above = before.count("\n", 0, begin)
    return _folded(_lines(old, new, above), above)


def _alike(before: str, after: str) -> tuple[int, int]:
    """Of how many characters the lines are with which both begin, and with which both end: but for those around what
    differs. Of two texts that are the same, nearly all."""
    begin = before.rfind("\n", 0, _same_begin(before, after)) + 1
    for _ in range(AROUND):
        begin = before.rfind("\n", 0, begin - 1) + 1 if begin else 0
    left, right = before[begin:], after[begin:]
    tail = left[len(left) - _same_begin(left[::-1], right[::-1]) :]
    at = -1
    for _ in range(AROUND + 1):
        at = tail.find("\n", at + 1)
        if at < 0:
            return begin, 0
    return begin, len(tail) - at


def _same_begin(left: str, right: str) -> int:
    """With how many of the same characters both begin: in few steps, as most texts that are compared are long and
    nearly the same."""
    same, differs = 0, min(len(left), len(right)) + 1
    while differs - same > 1:
        half = (same + differs) // 2
        if left[same:half] == right[same:half]:
            same = half
        else:
            differs = half
    return same


def _lines(old: Sequence[str], new: Sequence[str], above: int) -> Iterator[Line]:
    words = _Words()
    i = j = 0
    for i2, j2, many in (*in_common(old, new, Steps(MOST_STEPS)), (len(old), len(new), 0)):
        yield from _pair(old[i:i2], new[j:j2], (above + i, above + j), words)
        yield from (_same(old[i2 + k], (above + i2 + k + 1, above + j2 + k + 1)) for k in range(many))
        i, j = i2 + many, j2 + many


def _folded(lines: Iterable[Line], above: int) -> list[tuple[int, Line]]:
    found: list[tuple[int, Line]] = []
    alike: list[Line] = []
    left_out = above
    for line in lines:
        if line.kind == "same":
            alike.append(line)
            continue
        behind = alike[:AROUND] if found else []
        ahead = alike[len(behind) :][-AROUND:]
        left_out += len(alike) - len(behind) - len(ahead)
        found += [(0, one) for one in behind]
        for one in (*ahead, line):
            found.append((left_out, one))
            left_out = 0
        alike = []
    return found + [(0, one) for one in alike[:AROUND]] if found else []


class _Words:
    """Compares lines word by word, as long as that has taken no more than its share in all."""

    def __init__(self) -> None:
        self._characters = Steps(MOST_CHARACTERS)
        self._steps = Steps(MOST_STEPS)

    def compared(self, left: str, right: str) -> tuple[list[Piece], list[Piece]]:
        if not self._characters.take(len(left) + len(right)):
            return [Piece(text=left, differs=True)], [Piece(text=right, differs=True)]
        old, new = _WORDS.findall(left), _WORDS.findall(right)
        was: list[Piece] = []
        became: list[Piece] = []
        at = (0, 0)
        for i, j, many in (*in_common(old, new, self._steps), (len(old), len(new), 0)):
            _put(was, old[at[0] : i], old[i : i + many])
            _put(became, new[at[1] : j], new[j : j + many])
            at = i + many, j + many
        return was, became


def _put(pieces: list[Piece], differs: Sequence[str], same: Sequence[str]) -> None:
    for words, is_other in ((differs, True), (same, False)):
        if words:
            pieces.append(Piece(text="".join(words), differs=is_other))


def _pair(old: Sequence[str], new: Sequence[str], at: tuple[int, int], words: _Words) -> Iterator[Line]:
    """Lines that stand for one another where both sides have some; the rest is added or removed."""
    for k in range(max(len(old), len(new))):
        left = old[k] if k < len(old) else None
        right = new[k] if k < len(new) else None
        numbers = (at[0] + k + 1 if left is not None else None, at[1] + k + 1 if right is not None else None)
        if left is not None and left == right:
            yield _same(left, numbers)
        elif left is None or right is None:
            kind: Kind = "added" if left is None else "removed"
            yield Line(kind=kind, before=_whole(left), after=_whole(right), numbers=numbers)
        else:
            was, became = words.compared(left, right)
            yield Line(kind="changed", before=was, after=became, numbers=numbers)


def _same(line: str, numbers: tuple[int | None, int | None]) -> Line:
    piece = [Piece(text=line, differs=False)]
    return Line(kind="same", before=piece, after=piece, numbers=numbers)


def _whole(line: str | None) -> list[Piece] | None:
    return None if line is None else [Piece(text=line, differs=True)]
