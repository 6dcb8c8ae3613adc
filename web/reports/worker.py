"""web/reports/worker.py: reports are computed and printed outside the server's process, by this one.

A line of JSON on standard input is an order. The answer on standard output is a line, `made` or `refused` and a
length, and so many bytes: the document, or why there is none. `web/reports/clerk.py` orders; a command fills its
one order itself.
"""

import asyncio
import logging
import resource
import select
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from desk.complaint_report.report import read_figure, read_report
from desk.kernel.clock import ManualClock
from desk.kernel.database import connect
from desk.kernel.errors import CarelineError, Invalid, NotFound, Unavailable
from desk.kernel.log import configure, log
from desk.kernel.transaction import Actor, Rx
from desk.tables import taxonomy
from web.reports.data import to_json
from web.reports.html import to_html
from web.reports.printing import PrintingFailed, to_pdf
from web.reports.xlsx import to_xlsx

T = TypeVar("T")

#: How a format is called on the wire.
TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
PAGE = 100
#: How an answer begins.
MADE, REFUSED = b"made", b"refused"
#: A process that a report has made larger than this does not wait for another.
MOST_KB = 400_000
_MEMORY = Path("/proc/self/statm")


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which report of which month, how printed, as of when."""

    database_url: str
    now: str
    month: str
    format: str = "html"  #: html, pdf, xlsx, json, or rows: the complaints behind `figure`
    language: str = "en"
    rows_url: str = ""
    style_url: str = ""
    paper_url: str = ""
    top: str = ""
    links: tuple[tuple[str, str], ...] = ()
    figure: str = ""
    offset: int = 0


async def fill(order: Order) -> bytes:
    """What was ordered, read and printed by this process.

    Raises:
        Invalid, NotFound: no such month, language, format or figure.
        DoesNotAddUp: the report must not be issued.
        Unavailable: the database or the printer.
    """
    if order.format == "rows":
        return orjson.dumps(await _read(order, _rows, order))
    if order.format not in TYPES:
        raise Invalid("format", f"expected one of {', '.join(TYPES)}")
    report = await _read(order, read_report, order.month, order.language)
    if order.format == "json":
        return to_json(report)
    if order.format == "xlsx":
        return to_xlsx(report)
    if order.format == "pdf":
        try:
            return to_pdf(to_html(report, paper=True))
        except PrintingFailed as error:
            log.error("report_not_printed", error=str(error))
            raise Unavailable("The printing of the report") from error
    links = tuple((str(name), str(url)) for name, url in order.links)
    page = to_html(
        report,
        rows_url=order.rows_url,
        style_url=order.style_url,
        paper_url=order.paper_url,
        top=order.top,
        links=links,
    )
    return page.encode()


async def _read(order: Order, query: Callable[..., T], *args: Any) -> T:
    database = connect(order.database_url, ManualClock(datetime.fromisoformat(order.now)))
    await database.start()
    try:
        return await database.read(Actor.system("report"), lambda rx: query(rx, *args))
    finally:
        await database.close()


def _rows(rx: Rx, order: Order) -> dict[str, Any]:
    report, rows = read_figure(rx, order.month, order.figure, order.language)
    names = {row.code: row.name for row in rx.all(sa.select(taxonomy).where(taxonomy.c.kind == "category"))}
    shown = rows[order.offset : order.offset + PAGE]
    titles = {figure.formula: figure.title for section in report.sections[1:] for figure in section.figures}
    return {
        "month_name": report.month_name,
        "title": titles.get(order.figure.partition(":")[0], ""),
        "time_zone": report.time_zone,
        "total": len(rows),
        "rows": [row | {"category": names.get(row["category"], row["category"])} for row in shown],
    }


def _tell(error: CarelineError) -> dict[str, Any]:
    errors = error.errors if isinstance(error, Invalid) else []
    kind = error.kind if isinstance(error, NotFound) else ""
    return {"code": error.code, "message": error.message, "errors": errors, "kind": kind}


def _answer(line: bytes) -> tuple[bytes, bytes]:
    """What comes of one order: a word, and the document or why there is none."""
    try:
        return MADE, asyncio.run(fill(Order(**orjson.loads(line))))
    except CarelineError as error:
        return REFUSED, orjson.dumps(_tell(error))


def _next(rest_s: float) -> bytes:
    """The next order; empty if there are no more, or none comes for a while."""
    waits, _, _ = select.select([sys.stdin.buffer], [], [], rest_s)
    return sys.stdin.buffer.readline() if waits else b""


def _resident_kb() -> int:
    """What this process holds in memory, where the system tells. Its peak would begin with that of its parent."""
    if not _MEMORY.exists():
        return 0
    return int(_MEMORY.read_text().split()[1]) * resource.getpagesize() // 1024


def main() -> None:
    """Fills orders, one a line on standard input, until no more come."""
    configure(level=logging.WARNING)  # on standard error: the other is for documents
    rest_s = float(sys.argv[1])
    while line := _next(rest_s):
        word, document = _answer(line)
        sys.stdout.buffer.write(b"%b %d\n%b" % (word, len(document), document))
        sys.stdout.buffer.flush()
        if _resident_kb() > MOST_KB:
            break


if __name__ == "__main__":
    main()
