"""knowledgebase/folders/html_tables.py: tables of pages as Markdown, which knows no cell of several columns. Pure.

    <td colspan=2>A  <td>B      | A |   | B |        each cell stands in its column: beside and below one that is wider
    <td>1  <td>2  <td>3         | 1 | 2 | 3 |        or taller are empty ones

A column in which no cell begins is none, however far one says to reach. A table within a cell becomes lines of it, its
cells apart by commas, and so does one of more columns than are shown; one of a single cell is no table.
"""

import re
from dataclasses import dataclass

#: A wider table is shown as plain words (`reading/markdown.py`).
_MOST_COLUMNS = 60
#: Over so many a cell reaches at most, as browsers have it.
_MOST_ACROSS = 1000
_FENCED = re.compile(r"^(```|~~~~~)\n(.*?)\n\1$", re.DOTALL | re.MULTILINE)
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
    grid = _grid(rows)
    if grid is None:
        spoken = (", ".join(lines_of(cell.said) for cell in row if cell.said) for row in rows if row)
        return "  \n".join(line for line in spoken if line)
    if not grid:
        return ""
    columns = sorted({column for row in grid for column in row})
    lines = [f"| {' | '.join(_in_a_row(row.get(column, '')) for column in columns)} |" for row in grid]
    return "\n".join([lines[0], f"|{' --- |' * len(columns)}", *lines[1:]])


def lines_of(said: str) -> str:
    """What a cell says as lines in one: a table in it too, and lines of code each by itself."""
    said = _FENCED.sub(lambda found: "\n".join(_as_typed(line) for line in found[2].split("\n") if line.strip()), said)
    lines = (_of_a_table(line) for line in said.split("\n") if not _BELOW_HEAD.fullmatch(line))
    return _LINE_ENDS.sub("<br>", "\n".join(lines).strip())


def _as_typed(line: str) -> str:
    ticks = "``" if "`" in line else "`"
    return f"{ticks}{line}{ticks}"


def _in_a_row(said: str) -> str:
    return lines_of(said).replace("|", "\\|")


def _of_a_table(line: str) -> str:
    found = _ROW.fullmatch(line)
    if found is None:
        return line
    said = (one.strip().replace("\\|", "|") for one in _BETWEEN.split(found[1]))
    return ", ".join(one for one in said if one)


def _grid(rows: Rows) -> list[dict[int, str]] | None:
    """What each row says in which column; rows without a cell of their own are left out. None: there are too many."""
    grid: list[dict[int, str]] = []
    begun: set[int] = set()
    reaching: list[tuple[int, int, int]] = []  # from and to which columns, and how many rows further
    for row in rows:
        if row is None:
            reaching = []
            continue
        line: dict[int, str] = {}
        down: list[tuple[int, int, int]] = []
        at = 0
        for cell in row:
            while above := next((end for begin, end, _ in reaching if begin <= at < end), 0):
                at = above
            line[at] = cell.said
            begun.add(at)
            if len(begun) > _MOST_COLUMNS:
                return None
            end = at + max(1, min(cell.across, _MOST_ACROSS))
            down.append((at, end, (cell.down or _TO_THE_END) - 1))
            at = end
        reaching = [one for one in [*((begin, end, left - 1) for begin, end, left in reaching), *down] if one[2] > 0]
        if row:
            grid.append(line)
    return grid
