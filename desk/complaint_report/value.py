"""desk/complaint_report/value.py: what a report is: figures, tables and charts in sections.

A report is computed once and then only printed. HTML, PDF, workbook and JSON show this value
and nothing else, so they cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from desk.complaint_report.period import Month, Unit, change, rounded

#: How the cells of a column are written: "change" carries a sign and %, "points" a sign and pts.
Kind = Literal["text", "code", "count", "percent", "change", "points", "rate", "days", "date"]
Cell = str | int | float | None
Exact = Fraction | int | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number, how it comes about, and how it compares."""

    key: str  #: its name in data: "opening"
    formula: str  #: its number in print and in links: "F2.0"
    title: str
    unit: Unit
    value: int | float | None
    month_before: int | float | None
    year_before: int | float | None
    mom: float | None
    yoy: float | None
    how: str  #: the formula in words
    cohort: str
    target: float | None = None
    met: bool | None = None
    whole: int | None = None  #: what a share is a share of


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table."""

    title: str
    kind: Kind = "count"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table; `figure` names the rows behind its count, one for each number of `counted`."""

    cells: tuple[Cell, ...]
    figure: str = ""
    counted: int = -1  #: which cell `figure` is the number of
    depth: int = 0
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table. One that only repeats what a chart's marks say is `behind` the chart."""

    id: str
    formula: str
    title: str
    how: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    behind: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a picture shows; how it is drawn is the printer's business. `table` has the same numbers."""

    id: str
    kind: Literal["waterfall", "columns", "heat", "bands", "ecdf", "pareto"]
    title: str
    how: str
    label: str  #: the picture in a sentence, for those who do not see it
    table: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of the summary: its subject, the words, and what stands in the footnote."""

    subject: str
    text: str
    formula: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the report."""

    id: int
    title: str
    lead: str
    figures: tuple[Figure, ...] = ()
    blocks: tuple[Table | Chart, ...] = ()
    sentences: tuple[Sentence, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, those behind charts too."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, kw_only=True)
class Report:
    """A month's complaints, computed as of `generated_at`."""

    month: Month
    month_name: str
    start: datetime
    end: datetime
    time_zone: str
    organization: str
    language: str
    generated_at: datetime
    definition: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    provisional: bool  #: the month is not over
    days_passed: float  #: of its days, as many as are counted
    #: The complaints behind each figure, by formula; one that counts twice is there twice.
    members: Mapping[str, tuple[str, ...]]

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return ZoneInfo(self.time_zone)

    def section(self, id: int) -> Section:
        """The section with this number."""
        return next(section for section in self.sections if section.id == id)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The months that a figure is computed for: the report's, the one before, the same a year ago."""

    month: Month
    days: Fraction  #: how many days of the report's month are counted: those that have passed
    running: bool = False  #: the report's month is not over

    @property
    def before(self) -> Month:
        return self.month.plus(-1)

    @property
    def year_ago(self) -> Month:
        return self.month.plus(-12)

    @property
    def all(self) -> tuple[Month, Month, Month]:
        return self.month, self.before, self.year_ago

    def changes(self, unit: Unit, values: tuple[Exact, Exact, Exact]) -> tuple[float | None, float | None]:
        """Month on month and year on year."""
        now, before, year_ago = values
        return (
            change(unit, now, before, self.days, self.before.days),
            change(unit, now, year_ago, self.days, self.year_ago.days),
        )

    def figure(
        self,
        key: str,
        formula: str,
        title: str,
        values: tuple[Exact, Exact, Exact],
        *,
        how: str,
        cohort: str,
        unit: Unit = Unit.COUNT,
        whole: int | None = None,
        target: float | None = None,
        at_most: bool = False,
    ) -> Figure:
        """A figure of the month with its comparisons. `at_most`: the target is not to be exceeded."""
        mom, yoy = self.changes(unit, values)
        value, before, year_ago = (as_number(unit, exact) for exact in values)
        met: bool | None = None
        if target is not None and value is not None:
            met = value <= target if at_most else value >= target
            if met and at_most and self.running and unit is Unit.COUNT:
                met = None  # it may still be exceeded
        return Figure(
            key=key,
            formula=formula,
            title=title,
            unit=unit,
            value=value,
            month_before=before,
            year_before=year_ago,
            mom=mom,
            yoy=yoy,
            how=how,
            cohort=cohort,
            target=target,
            met=met,
            whole=whole,
        )


def as_number(unit: Unit, exact: Exact) -> int | float | None:
    """An exact value as a figure shows it: whole counts and days, other things with one decimal."""
    if isinstance(exact, int) and unit in (Unit.COUNT, Unit.STOCK, Unit.DAYS):
        return exact
    return rounded(exact)
