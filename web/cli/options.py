"""web/cli/options.py: what commands share and `--help` can show at once: nothing here imports the desk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from desk.settings import Settings

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the database, blobs and logs.")]


def stop(message: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a line on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def settings_or_stop(**flags: Any) -> "Settings":
    """The settings; a wrong one ends the command with one line and exit code 2, before anything else is loaded."""
    from desk.settings import SettingsError, load_settings

    try:
        return load_settings(**flags)
    except SettingsError as error:
        stop(str(error), code=2)
