"""web/reports/xlsx.py: the report as a workbook: a sheet a section, figures first, then the tables.

Words are always written as words: a name that begins with = is not a formula. The one formula in
the book is ours: the flow, added up again by whoever opens it.
"""

from io import BytesIO
from typing import Any

import xlsxwriter

from desk.complaint_report.period import Unit
from desk.complaint_report.value import Cell, Figure, Kind, Report, Section, Table
from desk.complaint_report.words import NONE, Words

_FORMATS: dict[str, str] = {
    "count": "#,##0",
    "percent": '0.0" %"',
    "change": '+0.0" %";−0.0" %";0.0" %"',
    "points": "+0.0;−0.0;0.0",
    "rate": "#,##0.0",
    "days": "0.0",
}
_KINDS = {Unit.COUNT: "count", Unit.STOCK: "count", Unit.PERCENT: "percent", Unit.RATE: "rate", Unit.DAYS: "days"}


def to_xlsx(report: Report) -> bytes:
    """The workbook. The same report makes the same bytes."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        title = Words(report.language)("Monthly complaint report")
        workbook.set_properties(
            {"title": f"{title} {report.month}", "created": report.generated_at.replace(tzinfo=None)}
        )
        book = _Book(workbook, Words(report.language))
        for section in report.sections:
            book.add(section, report)
    return buffer.getvalue()


class _Book:
    """A workbook being written."""

    def __init__(self, workbook: Any, say: Words) -> None:
        self._workbook = workbook
        self._say = say
        self._head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._caption = workbook.add_format({"bold": True, "font_size": 11})
        self._dim = workbook.add_format({"font_color": "#505C69"})
        self._right = workbook.add_format({"align": "right"})
        self._numbers = {kind: workbook.add_format({"num_format": code}) for kind, code in _FORMATS.items()}

    def add(self, section: Section, report: Report) -> None:
        """Writes a section on a sheet of its own."""
        sheet = self._workbook.add_worksheet(f"{section.id} {section.title}"[:31])
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 12, 15)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, f"{section.id}  {section.title}", self._title)
        sheet.write_string(1, 0, f"{report.organization} · {report.month_name}", self._dim)
        line = 2
        for text in (section.lead, *(f"{s.subject}: {s.text}" for s in section.sentences)):
            if text:
                sheet.write_string(line, 0, text)
                line += 1
        if section.id == 0:
            for note in report.notes:
                sheet.write_string(line, 0, note, self._dim)
                line += 1
        line += 1
        if section.figures:
            line = self._figures(sheet, line, section)
        for table in section.tables:
            line = self._table(sheet, line, table)
        if section.id == 2:
            self._check(sheet, line, section)

    def _figures(self, sheet: Any, line: int, section: Section) -> int:
        say = self._say
        heads = (
            "Figure",
            "F",
            "Value",
            "Target",
            "Month before",
            "Year before",
            "MoM",
            "YoY",
            "Cohort",
            "How it is computed",
        )
        for column, head in enumerate(heads):
            sheet.write_string(line, column, say(head) if head != "F" else head, self._head)
        for figure in section.figures:
            line += 1
            kind = _KINDS[figure.unit]
            change = "points" if figure.unit is Unit.PERCENT else "change"
            sheet.write_string(line, 0, figure.title)
            sheet.write_string(line, 1, figure.formula)
            self._name(sheet, line, section, figure)
            for column, (of_kind, value) in enumerate(
                (
                    (kind, figure.value),
                    (kind, figure.target),
                    (kind, figure.month_before),
                    (kind, figure.year_before),
                    (change, figure.mom),
                    (change, figure.yoy),
                ),
                2,
            ):
                self._cell(sheet, line, column, of_kind, value)
            sheet.write_string(line, 8, figure.cohort)
            sheet.write_string(line, 9, figure.how)
        return line + 2

    def _name(self, sheet: Any, line: int, section: Section, figure: Figure) -> None:
        """Names the value's cell, so that other sheets can speak of it: s2_opening."""
        self._workbook.define_name(f"s{section.id}_{figure.key}", f"='{sheet.get_name()}'!$C${line + 1}")

    def _table(self, sheet: Any, line: int, table: Table) -> int:
        sheet.write_string(line, 0, table.title, self._caption)
        line += 1
        if table.how:
            sheet.write_string(line, 0, table.how, self._dim)
            line += 1
        for column, head in enumerate(table.columns):
            sheet.write_string(line, column, head.title, self._head)
        for row in table.rows:
            line += 1
            for column, (head, value) in enumerate(zip(table.columns, row.cells, strict=True)):
                self._cell(sheet, line, column, head.kind, value, indent=row.depth if column == 0 else 0)
        if table.note:
            line += 1
            sheet.write_string(line, 0, table.note, self._dim)
        return line + 2

    def _cell(self, sheet: Any, line: int, column: int, kind: Kind | str, value: Cell, *, indent: int = 0) -> None:
        if value is None:
            sheet.write_string(line, column, NONE, self._right)
        elif isinstance(value, str):
            sheet.write_string(line, column, "    " * indent + value)
        else:
            sheet.write_number(line, column, value, self._numbers.get(kind, self._numbers["rate"]))

    def _check(self, sheet: Any, line: int, section: Section) -> None:
        names = ("opening", "adjustments", "received", "reopened")
        formula = "+".join(f"s2_{name}" for name in names) + "-s2_closed-s2_void"
        value = next(figure.value for figure in section.figures if figure.key == "outstanding")
        sheet.write_string(line, 0, "O + A + R + Ro − C − V")
        sheet.write_formula(line, 2, f"={formula}", self._numbers["count"], value)
