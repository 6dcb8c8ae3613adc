"""web/cli/org.py: `careline org load FILE.yaml` and `careline org dump`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from web.cli.options import DataDir, one_a_line, text_of

app = typer.Typer(no_args_is_help=True, help="The organization as one reviewable YAML file.")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="The organization file.", exists=True, dir_okay=False, readable=True)],
    data_dir: DataDir = None,
) -> None:
    """Makes the organization what FILE says. Sections that FILE leaves out stay as they are.

    Example: careline org load halden.yaml
    """
    from desk.kernel.errors import Invalid
    from desk.kernel.transaction import Actor
    from desk.organization.file import MOST_CHARACTERS, read
    from desk.organization.organization import Loaded
    from desk.organization.organization import load as load_document
    from web.cli.session import open_desk

    async def run() -> Loaded:
        document = read(text_of(file, MOST_CHARACTERS))
        async with open_desk(data_dir) as desk:
            return await desk.transact(Actor.system("org"), load_document, document)

    try:
        loaded = asyncio.run(run())
    except UnicodeDecodeError as error:
        typer.echo(f"{file}: not UTF-8 text", err=True)
        raise typer.Exit(1) from error
    except Invalid as error:
        typer.echo(one_a_line(error.errors, file), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Loaded {file}.")
    for name in loaded.kept:
        typer.echo(f"Kept {name}: it is in use.")


@app.command()
def dump(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of the terminal.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Prints the organization as YAML; loading it again changes nothing.

    Example: careline org dump -o halden.yaml
    """
    from desk.kernel.transaction import Actor
    from desk.organization.file import Document, written
    from desk.organization.organization import dump as dump_document
    from web.cli.session import open_desk

    async def run() -> Document:
        async with open_desk(data_dir) as desk:
            return await desk.read(Actor.system("org"), dump_document)

    text = written(asyncio.run(run()))
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
