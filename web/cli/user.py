"""web/cli/user.py: `careline user add`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from web.cli.options import DataDir, stop

app = typer.Typer(no_args_is_help=True, help="Who may sign in.")


class Role(StrEnum):
    """What a user may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@app.callback()
def users() -> None:
    """Who may sign in."""


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="How others see them; default: the address before the @.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Adds a user, or gives one from the organization file a password.

    The password is read from the terminal, or from standard input.

    Example: careline user add ana@example.org --role agent
    """
    from desk.kernel.transaction import Actor
    from desk.people.access import add_user
    from desk.people.passwords import LONGEST, SHORTEST, hash_password
    from web.cli.session import open_desk, run

    password = _password()
    if not SHORTEST <= len(password) <= LONGEST:
        stop(f"A password has {SHORTEST} to {LONGEST} characters.")

    async def work() -> None:
        async with open_desk(data_dir) as desk:
            values = {"email": email, "role": role.value, "name": name, "password_hash": hash_password(password)}
            await desk.transact(Actor.system("cli"), add_user, **values)

    run(work())
    typer.echo(f"{email} may sign in as {role}.")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
