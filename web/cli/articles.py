"""web/cli/articles.py: `careline articles import PLACE` and `careline articles export FOLDER`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from web.cli.options import DataDir, one_a_line, stop

app = typer.Typer(no_args_is_help=True, help="Articles of the knowledge base, as Markdown files.")


class Audience(StrEnum):
    """For whom an article is."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    INTERNAL = "internal"


@app.command("import")
def take(
    place: Annotated[Path, typer.Argument(help="A folder of Markdown and HTML files, or one file.", exists=True)],
    language: Annotated[str, typer.Option(help="The language of files that do not say theirs.")] = "en",
    audience: Annotated[Audience, typer.Option(help="For whom files are that do not say it.")] = Audience.INTERNAL,
    publish: Annotated[bool, typer.Option("--publish", help="Publish files that do not say their state.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Adds articles, or changes those that are known by their slug. The same folder twice changes nothing.

    What cannot be taken is named with its reason, and the rest is taken; the exit code then is 1.

    Example: careline articles import handbook --audience public --publish
    """
    from collections import Counter

    from desk.kernel.errors import Invalid
    from desk.kernel.transaction import Actor
    from knowledgebase.folders.folders import take_folder
    from knowledgebase.folders.importing import Usual
    from knowledgebase.languages import canonical
    from web.cli.session import open_desk, run

    try:
        canonical(language)
    except Invalid as error:
        stop(error.message)
    usual = Usual(language=language, audience=audience.value, state="published" if publish else "draft")
    became: Counter[str] = Counter()

    async def work() -> None:
        async with open_desk(data_dir) as desk:
            async for one in take_folder(desk, Actor.system("import"), place, usual):
                became[one.what] += 1
                if one.why:
                    typer.echo(one_a_line([(one.path, one.why)], place), err=True)
                if one.not_taken:
                    where = f"leads to what is no article here: {', '.join(one.not_taken)}"
                    typer.echo(one_a_line([(one.path, where)], place))
                if one.passed_over:
                    typer.echo(one_a_line([(one.path, f"passed over: {', '.join(one.passed_over)}")], place))

    run(work())
    counts = [f"{became[what]} {what}" for what in ("added", "changed", "same", "refused") if became[what]]
    typer.echo(f"{', '.join(counts) or 'Nothing to take'}.")
    if became["refused"]:
        raise typer.Exit(1)


@app.command("export")
def write(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or a new one.", file_okay=False)],
    history: Annotated[
        bool, typer.Option("--history", help="Also every revision, feedback, counters and uses, as JSON Lines.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Writes every article, snippet, category, picture and paper; importing the folder gives the same.

    What --history adds is for other programs; an import passes it over.

    Example: careline articles export handbook
    """
    from desk.kernel.transaction import Actor
    from knowledgebase.folders.writing_out import write_folder
    from web.cli.session import open_desk, run

    async def work() -> int:
        async with open_desk(data_dir) as desk:
            return await write_folder(desk, Actor.system("export"), folder, with_history=history)

    typer.echo(f"{run(work())} sheets written to {folder}.")
