"""web/cli/options.py: what commands share and `--help` can show at once: nothing here imports the desk."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from desk.kernel.settings import Settings

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the database, blobs and logs.")]


def stop(message: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a line on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def text_of(file: Path, most: int) -> str:
    """The text of a file; of one that has more characters than `most`, or no end, one more.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.
    """
    with file.open(encoding="utf-8") as opened:
        return opened.read(most + 1)


def one_a_line(errors: Iterable[tuple[str, str]], file: Path) -> str:
    """What is wrong with a file, one a line: its own characters neither break a line nor speak to the terminal."""
    return "\n".join(_printable(f"{file}: {path}: {why}") for path, why in errors)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def settings_or_stop(**flags: Any) -> "Settings":
    """The settings; a wrong one ends the command with one line and exit code 2, before anything else is loaded."""
    from desk.kernel.settings import SettingsError, load_settings

    try:
        return load_settings(**flags)
    except SettingsError as error:
        stop(str(error), code=2)
