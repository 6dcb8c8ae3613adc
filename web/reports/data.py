"""web/reports/data.py: the report as data: `{period, definition, sections: [{id, figures, tables}]}`.

`figures` maps a figure's name to its plain number; `details` says how each came about.
"""

from typing import Any

import orjson

from desk.complaint_report.value import Figure, Report, Section, Table


def to_data(report: Report) -> dict[str, Any]:
    """The report in dictionaries and lists."""
    return {
        "period": str(report.month),
        "definition": {"version": report.definition, "notes": list(report.notes)},
        "from": _instant(report.start.isoformat(timespec="milliseconds")),
        "to": _instant(report.end.isoformat(timespec="milliseconds")),
        "provisional": report.provisional,
        "days_passed": report.days_passed,
        "time_zone": report.time_zone,
        "generated_at": _instant(report.generated_at.isoformat(timespec="milliseconds")),
        "organization": report.organization,
        "language": report.language,
        "sections": [_section(section) for section in report.sections],
    }


def to_json(report: Report) -> bytes:
    """The report as a JSON document."""
    return orjson.dumps(to_data(report), option=orjson.OPT_INDENT_2) + b"\n"


def _instant(text: str) -> str:
    return text.replace("+00:00", "Z")


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "lead": section.lead,
        "figures": {figure.key: figure.value for figure in section.figures},
        "details": {figure.key: _figure(figure) for figure in section.figures},
        "sentences": [{"subject": s.subject, "text": s.text, "formula": s.formula} for s in section.sentences],
        "tables": [_table(table) for table in section.tables],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "formula": figure.formula,
        "title": figure.title,
        "unit": figure.unit.value,
        "how": figure.how,
        "cohort": figure.cohort,
        "month_before": figure.month_before,
        "year_before": figure.year_before,
        "mom": figure.mom,
        "yoy": figure.yoy,
        "target": figure.target,
        "met": figure.met,
        "of": figure.whole,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "formula": table.formula,
        "title": table.title,
        "how": table.how,
        "columns": [{"title": column.title, "kind": column.kind} for column in table.columns],
        "rows": [list(row.cells) for row in table.rows],
        "note": table.note,
    }
