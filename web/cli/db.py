"""web/cli/db.py: `careline db upgrade` and `db downgrade`."""

from typing import Annotated

import typer

from web.cli.options import DataDir, stop

app = typer.Typer(no_args_is_help=True, help="The database's tables.")


@app.command()
def upgrade(data_dir: DataDir = None) -> None:
    """Brings the database to the tables of this version.

    Example: careline db upgrade
    """
    from desk.kernel import migrate
    from desk.kernel.settings import SettingsError
    from web.cli.options import settings_or_stop
    from web.start_up import ready_database

    settings = settings_or_stop(data_dir=data_dir, role="all")
    try:
        ready_database(settings)
    except SettingsError as error:
        stop(str(error))
    typer.echo(f"The database is at {migrate.head()}.")


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="Where to; `base` drops everything, -1 is one step.")] = "-1",
    data_dir: DataDir = None,
) -> None:
    """Takes the database back to the tables of an older version.

    Example: careline db downgrade -- -1
    """
    from alembic.util import CommandError

    from desk.kernel import migrate
    from desk.kernel.settings import SettingsError
    from web.cli.options import settings_or_stop
    from web.start_up import reached

    settings = settings_or_stop(data_dir=data_dir)
    try:
        with reached(settings):
            migrate.downgrade(settings.database_url, revision)
            found = migrate.current(settings.database_url)
    except (CommandError, SettingsError) as error:
        stop(str(error))
    typer.echo(f"The database is at {found or 'nothing'}.")
