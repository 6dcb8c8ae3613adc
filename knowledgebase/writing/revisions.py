"""knowledgebase/writing/revisions.py: what a text said over time, what differs between two times, going back to one.

Going back writes what was said once as the newest revision; what was said since stays as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import sqlalchemy as sa

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.tables import article_texts, revisions
from knowledgebase.writing.articles import save
from knowledgebase.writing.texts import revision

Kind = Literal["same", "changed", "added", "removed"]

#: Comparing has an end: beyond so many pairs of lines that may differ the stretch is told as removed and added, and
#: beyond so many pairs of words the lines as changed as a whole.
MOST_PAIRS = 1_000_000
#: What a line costs beside its pairs of words.
_A_LINE = 200

_LISTED = (
    sa.select(*(column for column in revisions.c if column.key != "body"))
    .where(revisions.c.text_id == sa.bindparam("text"), revisions.c.number < sa.bindparam("before"))
    .order_by(revisions.c.number.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_BEFORE_ALL = 2**62


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a line, and whether the other side has it."""

    text: str
    differs: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of both sides: the same, changed, or on one of them only. `numbers` count from 1."""

    kind: Kind
    before: Sequence[Piece] | None
    after: Sequence[Piece] | None
    numbers: tuple[int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two revisions side by side."""

    before: Row
    after: Row
    title: Line
    summary: Line
    lines: Sequence[Line]


def revisions_of(rx: Rx, text_id: str, *, before: int | None = None, limit: int = 50) -> Sequence[Row]:
    """What a text said, without bodies, the newest first; after a page, those `before` its last.

    Raises:
        NotFound: no such text.
    """
    rx.one(article_texts, text_id)
    return rx.all(_LISTED, text=text_id, before=before or _BEFORE_ALL, most=limit)


def said(rx: Rx, text_id: str, number: int) -> Row:
    """One revision.

    Raises:
        NotFound: the text, or this revision of it, is not there.
    """
    if not 1 <= number <= rx.one(article_texts, text_id).newest:
        raise NotFound("revision", str(number))
    return revision(rx, text_id, number)


def compare(rx: Rx, text_id: str, a: int, b: int) -> Compared:
    """Revision `a` beside revision `b`.

    Raises:
        NotFound: one is not there.
    """
    before, after = said(rx, text_id, a), said(rx, text_id, b)
    return Compared(
        before=before,
        after=after,
        title=_line(before.title, after.title),
        summary=_line(before.summary, after.summary),
        lines=compared(before.body, after.body),
    )


def restore(tx: Tx, text_id: str, number: int, *, base: int) -> int:
    """Says again what revision `number` said, as a new draft; returns its number.

    Raises:
        NotFound: there is no such revision.
        Stale: somebody has saved since revision `base`.
    """
    old = said(tx, text_id, number)
    note = f"As revision {number}"
    return save(tx, text_id, title=old.title, body=old.body, summary=old.summary, note=note, base=base)


def compared(before: str, after: str) -> list[Line]:
    """Two texts line by line, with the words marked that differ."""
    old, new = before.split("\n"), after.split("\n")
    words = _Words()
    found: list[Line] = []
    for kind, i1, i2, j1, j2 in _steps(old, new):
        if kind == "equal":
            found += [_same(old[i1 + k], (i1 + k + 1, j1 + k + 1)) for k in range(i2 - i1)]
        else:
            found += _pair(old[i1:i2], new[j1:j2], (i1, j1), words)
    return found


def _line(before: str, after: str) -> Line:
    """Two lines that stand for one another."""
    return next(_pair([before], [after], (0, 0), _Words()))


class _Words:
    """Compares lines word by word, as long as that has taken no more than its share in all."""

    def __init__(self) -> None:
        self._left = MOST_PAIRS

    def compared(self, left: str, right: str) -> tuple[list[Piece], list[Piece]]:
        old, new = _WORDS.findall(left), _WORDS.findall(right)
        self._left -= len(old) * len(new) + _A_LINE
        if self._left < 0:
            return [Piece(text=left, differs=True)], [Piece(text=right, differs=True)]
        was: list[Piece] = []
        became: list[Piece] = []
        for kind, i1, i2, j1, j2 in _steps(old, new):
            for pieces, text in ((was, "".join(old[i1:i2])), (became, "".join(new[j1:j2]))):
                if text:
                    pieces.append(Piece(text=text, differs=kind != "equal"))
        return was, became


def _steps(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """What is equal: the same begin and end are seen at once, what lies between if it is not too much."""
    shorter = min(len(old), len(new))
    begin = next((k for k in range(shorter) if old[k] != new[k]), shorter)
    end = next((k for k in range(shorter - begin) if old[-1 - k] != new[-1 - k]), shorter - begin)
    left, right = old[begin : len(old) - end], new[begin : len(new) - end]
    steps = [("equal", 0, begin, 0, begin)] if begin else []
    if len(left) * len(right) > MOST_PAIRS:
        steps.append(("replace", begin, begin + len(left), begin, begin + len(right)))
    else:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        steps += [(kind, begin + a, begin + b, begin + c, begin + d) for kind, a, b, c, d in matcher.get_opcodes()]
    if end:
        steps.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return steps


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
