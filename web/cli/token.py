"""web/cli/token.py: `careline token add`."""

import secrets
from typing import Annotated

import typer

from web.cli.options import DataDir

app = typer.Typer(no_args_is_help=True, help="Tokens for programs.")


@app.callback()
def tokens() -> None:
    """Tokens for programs."""


@app.command()
def add(
    user: Annotated[str, typer.Option(help="E-mail of the user that the program acts as.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Prints a new API token. It is shown once: only its digest is kept.

    Example: careline token add --user ana@example.org --label "shop import"
    """
    from desk.kernel.transaction import Actor
    from desk.people.access import add_token
    from web.cli.session import open_desk, run

    secret = f"cl_{secrets.token_urlsafe(32)}"

    async def work() -> None:
        async with open_desk(data_dir) as desk:
            await desk.transact(Actor.system("cli"), add_token, email=user, secret=secret, label=label)

    run(work())
    typer.echo(secret)
