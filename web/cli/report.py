"""web/cli/report.py: `careline report complaints`: the month's complaint report as a file."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(no_args_is_help=True, help="Reports, as files.")


class Format(StrEnum):
    """What the report can be printed as."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"


class Language(StrEnum):
    """What the report can be written in."""

    EN = "en"
    ZH = "zh"


@app.callback()
def reports() -> None:
    """Reports, as files."""


@app.command()
def complaints(
    month: Annotated[str, typer.Option(help="The month, like 2026-10.")],
    format: Annotated[Format, typer.Option(help="What to print.")] = Format.HTML,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of the terminal.")] = None,
    language: Annotated[Language, typer.Option(help="English or Simplified Chinese.")] = Language.EN,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Folder of the database, blobs and logs.")] = None,
) -> None:
    """Prints the complaint report of a month. A report whose flow does not add up is not issued.

    Example: careline report complaints --month 2026-10 --format pdf -o october.pdf
    """
    from desk.kernel.clock import FileClock, SystemClock
    from desk.kernel.errors import CarelineError, Invalid
    from web.cli.reading import settings_to_read
    from web.reports.worker import Order, fill

    settings = settings_to_read(data_dir)
    clock = FileClock(settings.test_clock) if settings.test_clock else SystemClock()
    order = Order(
        database_url=settings.database_url,
        now=clock.now().isoformat(),
        month=month,
        format=format.value,
        language=language.value,
    )
    try:
        document = asyncio.run(fill(order))
    except Invalid as error:
        _stop(error.message, code=2)
    except CarelineError as error:
        _stop(error.message)
    if output is None:
        sys.stdout.buffer.write(document)
        return
    try:
        output.write_bytes(document)
    except OSError as error:
        _stop(f"{output}: {error.strerror}")


def _stop(message: str, *, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
