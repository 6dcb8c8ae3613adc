"""web/cli/serve.py: `careline serve`: the server."""

from enum import StrEnum
from typing import Annotated

import typer

from web.cli.options import DataDir, settings_or_stop, stop


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    WEB = "web"
    ROUTER = "router"


def serve(
    role: Annotated[Role | None, typer.Option(help="all on one machine; web and router on many.")] = None,
    bind: Annotated[str | None, typer.Option(help="host:port to listen on.")] = None,
    print_settings: Annotated[
        bool, typer.Option("--print-settings", help="Print the effective settings, secrets masked, and end.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Runs the server until it is told to stop.

    Settings come from CARELINE_* variables, careline.toml in the working folder, and the flags here.

    Example: careline serve --data-dir /var/lib/careline --bind 127.0.0.1:8080
    """
    from desk.kernel.settings import SettingsError

    settings = settings_or_stop(role=role.value if role else None, bind=bind, data_dir=data_dir)
    if print_settings:
        for name, value in settings.masked().items():
            typer.echo(f"CARELINE_{name.upper()}={value}")
        return
    if settings.role != "all" and settings.database_url.startswith("sqlite"):
        stop("CARELINE_DATABASE_URL: SQLite is for one process; --role web and router need PostgreSQL.", code=2)
    from web.cli.running import run_server  # everything that serves: long to load, and for settings that are right

    try:
        code = run_server(settings)
    except SettingsError as error:
        stop(str(error), code=2)
    raise typer.Exit(code)
