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

    Articles that it reads or sends are looked for where there is a database.

    Example: careline ivr check main.yaml
    """
    from ivr.check import check as check_flow
    from ivr.flow import articles_of
    from ivr.parse import FlowError, parse

    try:
        flow = parse(file.read_text(encoding="utf-8"), name=file.stem)
        findings = check_flow(flow, articles=_articles(articles_of(flow), data_dir))
    except UnicodeDecodeError:
        stop(f"{file}:1: not UTF-8 text")
    except FlowError as error:
        findings = list(error.errors)
    for line, words in findings:
        typer.echo(f"{file}:{line}: {words}", err=True)
    if findings:
        raise typer.Exit(1)
    typer.echo(f"{file}: fine")


def _articles(slugs: frozenset[str], data_dir: Path | None) -> frozenset[str] | None:
    """Those that everybody can read; None where nobody can know, or the flow names none."""
    if not slugs:
        return None
    from desk.kernel.transaction import Actor
    from knowledgebase.contacts.by_phone import public_slugs
    from web.cli.options import settings_or_stop
    from web.cli.session import open_desk, run

    url = settings_or_stop(data_dir=data_dir).database_url
    if url.startswith("sqlite") and not Path(url.partition("///")[2]).exists():
        return None

    async def look() -> frozenset[str]:
        async with open_desk(data_dir) as desk:
            return await desk.read(Actor.system("check"), public_slugs, slugs)

    return run(look())
