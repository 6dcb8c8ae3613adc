"""knowledgebase/folders/html_tables.py: tables of pages as Markdown, which knows no cell of several columns. Pure.

    <td colspan=2>A  <td>B      | A |   | B |        each cell stands in its column: beside and below one that is wider
    <td>1  <td>2  <td>3         | 1 | 2 | 3 |        or taller are empty ones

A table within a cell becomes lines of it, its cells apart by commas; one of a single cell is no table.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Columns over which a cell reaches: a wider table is shown as plain words (`reading/markdown.py`).
_MOST_COLUMNS = 60
_LINE_ENDS = re.compile(r" *\n\s*")
_ROW = re.compile(r"\| (.*) \|")
_BELOW_HEAD = re.compile(r"\|(?: --- \|)+")
_BETWEEN = re.compile(r"(?<!\\)\|")
#: More rows than any page has.
_TO_THE_END = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a cell says, in Markdown, and over how many columns and rows it reaches; 0 rows: to the end of its group."""

    said: str
    across: int = 1
    down: int = 1


#: Rows of a table; None: a group of rows begins, into which no cell of the one before reaches.
Rows = list[list[Cell] | None]


def table_of(rows: Rows) -> str:
    """The table as Markdown: its first row heads the columns."""
    cells = [cell for row in rows if row for cell in row]
    if len(cells) == 1:
        return cells[0].said
    grid = list(_grid(rows))
    if not grid:
        return ""
    width = max(map(len, grid))
    lines = [f"| {' | '.join([*map(_in_a_row, row), *[''] * (width - len(row))])} |" for row in grid]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def lines_of(said: str) -> str:
    """What a cell says as lines in one: a table in it too."""
    lines = (_of_a_table(line) for line in said.split("\n") if not _BELOW_HEAD.fullmatch(line))
    return _LINE_ENDS.sub("<br>", "\n".join(lines).strip())


def _in_a_row(said: str) -> str:
    return lines_of(said).replace("|", "\\|")


def _of_a_table(line: str) -> str:
    found = _ROW.fullmatch(line)
    if found is None:
        return line
    said = (one.strip().replace("\\|", "|") for one in _BETWEEN.split(found[1]))
    return ", ".join(one for one in said if one)


def _grid(rows: Iterable[Sequence[Cell] | None]) -> Iterator[list[str]]:
    """Rows of words, each in its column; those without a cell of their own are left out."""
    taken: dict[int, int] = {}  # columns into which a cell of a row above reaches, and how many rows further
    for row in rows:
        if row is None:
            taken = {}
            continue
        line: list[str] = []
        below = {column: left - 1 for column, left in taken.items() if left > 1}
        for cell in row:
            while len(line) in taken:
                line.append("")
            at, across = len(line), max(1, min(cell.across, _MOST_COLUMNS - len(line)))
            line += [cell.said, *[""] * (across - 1)]
            if cell.down != 1:
                left = cell.down - 1 if cell.down else _TO_THE_END
                below |= dict.fromkeys(range(at, min(at + across, _MOST_COLUMNS)), left)
        taken = below
        if row:
            yield line
