"""web/cli/options.py: what commands share and `--help` can show at once: nothing here imports the desk."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the database, blobs and logs.")]


def stop(message: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a line on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
