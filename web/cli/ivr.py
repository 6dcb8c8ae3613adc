"""web/cli/ivr.py: `careline ivr check`."""

from pathlib import Path
from typing import Annotated

import typer

from web.cli.options import DataDir, stop

app = typer.Typer(no_args_is_help=True, help="Call flows.")


@app.callback()
def flows() -> None:
    """Call flows."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The call flow.", exists=True, dir_okay=False, readable=True)],
    data_dir: DataDir = None,
) -> None:
    """Checks a call flow: a line per mistake, as file:line: what is wrong. Exit code 1 if there are any.

    Example: careline ivr check main.yaml
    """
    from ivr.check import check as check_flow
    from ivr.parse import FlowError, parse

    try:
        flow = parse(file.read_text(encoding="utf-8"), name=file.stem)
        findings = check_flow(flow)
    except UnicodeDecodeError:
        stop(f"{file}:1: not UTF-8 text")
    except FlowError as error:
        findings = list(error.errors)
    for line, words in findings:
        typer.echo(f"{file}:{line}: {words}", err=True)
    if findings:
        raise typer.Exit(1)
    typer.echo(f"{file}: fine")
