"""web/reports/worker.py: a report is computed and printed outside the server's process.

    request ─▶ fill_elsewhere(order) ─▶ python -m web.reports.worker ─▶ read, compute, print ─▶ bytes

The order goes in on standard input (a database address may hold a password, which a command line
would show), the document comes out on standard output. One report at a time in each server:
the next waits its turn.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import orjson
import sqlalchemy as sa

from desk.clock import ManualClock
from desk.complaints.report import read_figure, read_report
from desk.database import connect
from desk.errors import CarelineError, Conflict, Invalid, NotFound, Unavailable
from desk.log import log
from desk.tables import taxonomy
from desk.transaction import Actor, Rx
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
LIMIT_S = 150
PAGE = 100
#: The exit code of an order that was understood and refused; the reason is on standard output.
_REFUSED = 3
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


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


async def fill_elsewhere(order: Order) -> bytes:
    """What was ordered, made by a process of its own; raises what `fill` raises."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1))
    async with turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "web.reports.worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(process.communicate(orjson.dumps(asdict(order))), LIMIT_S)
        except TimeoutError as error:
            raise Unavailable("The report") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == 0:
        return out
    if process.returncode == _REFUSED:
        raise _told(orjson.loads(out))
    log.error("report_failed", code=process.returncode, error=err.decode(errors="replace")[-500:])
    raise Unavailable("The report")


def _tell(error: CarelineError) -> dict[str, Any]:
    errors = error.errors if isinstance(error, Invalid) else []
    kind = error.kind if isinstance(error, NotFound) else ""
    return {"code": error.code, "message": error.message, "errors": errors, "kind": kind}


def _told(said: dict[str, Any]) -> CarelineError:
    if said["code"] == Invalid.code:
        return Invalid.many([(field, why) for field, why in said["errors"]])
    if said["code"] == NotFound.code:
        return NotFound(said["kind"], "")
    if said["code"] == Unavailable.code:
        return Unavailable("The report")
    what, _, why = said["message"].partition(": ")
    error = Conflict(what, why)
    error.code = said["code"]
    return error


def main() -> None:
    """Fills the order on standard input."""
    order = Order(**orjson.loads(sys.stdin.buffer.read()))
    try:
        document = asyncio.run(fill(order))
    except CarelineError as error:
        sys.stdout.buffer.write(orjson.dumps(_tell(error)))
        raise SystemExit(_REFUSED) from error
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
