"""web/reports/html.py: the report as one document, for the browser and, with the same words and figures, for print.

What only a screen can open is not written down for paper, and pictures stand in it as pictures: their thousand
marks are no elements of the document, which a printer would hold against every rule of the style sheet.
"""

from base64 import b64encode
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from desk.complaint_report.value import Cell, Kind, Report, Row, Table
from desk.complaint_report.words import NONE, Words
from web.reports.charts import draw

#: Rows of one table on paper; the workbook and the data have them all.
MOST_ROWS = 200
_STYLES = Path(__file__).parent.parent / "templates" / "reports" / "report.css"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"draw": draw, "data_address": data_address}
    return environment


@cache
def styles() -> str:
    """The report's style sheet."""
    return _STYLES.read_text(encoding="utf-8")


def data_address(picture: str) -> str:
    """An SVG as an address that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(picture.strip().encode()).decode()}"


def cell(say: Words, kind: Kind, value: Cell) -> str:
    """A cell of a table in words."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    if kind == "percent":
        return say.percent(value)
    if kind == "change":
        return say.change(float(value))
    if kind == "points":
        return say.points(float(value))
    if kind == "rate":
        return say.number(value, 1)
    if kind == "days":
        return say.number(value, 0 if float(value).is_integer() else 1)
    return say.number(value, 0 if isinstance(value, int) else 1)


def to_html(
    report: Report,
    *,
    paper: bool = False,
    rows_url: str = "",
    style_url: str = "",
    paper_url: str = "",
    top: str = "",
    links: tuple[tuple[str, str], ...] = (),
) -> str:
    """The whole document.

    `paper` is for the printer alone, which makes the same pages of either in half the time.
    `rows_url` is where the complaints behind a figure are listed (empty: figures are no links),
    `style_url` where the style sheet is served (empty: it is written into the document),
    `paper_url` where the colours of the screens are, `top` the bar of the staff's screens as our templates
    made it, and `links` are (title, address) pairs; all three are for the screen alone.
    """
    say = Words(report.language)

    def behind(figure: str) -> str:
        if not rows_url or not figure:
            return ""
        if figure.startswith("C:"):  # one complaint, not a list
            return ""
        return rows_url + quote(figure, safe="") if figure in report.members else ""

    def shown(table: Table) -> tuple[Row, ...]:
        return table.rows[:MOST_ROWS]

    own_styles = Markup("") if style_url else Markup(styles())  # noqa: S704  # our own file, no word of a customer in it
    return _environment().get_template("reports/report.html").render(
        report=report, say=say, cell=lambda kind, value: cell(say, kind, value), behind=behind, shown=shown,
        paper=paper, style_url=style_url, paper_url=paper_url, styles=own_styles, links=links,
        top=Markup(top),  # noqa: S704  # made by a template of ours that escapes
        most_rows=MOST_ROWS,
        computed=say.moment(report.generated_at.astimezone(report.zone)),
    )  # fmt: skip
