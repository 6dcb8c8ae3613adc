"""web/cli/reading.py: what a command needs that only reads a database. It loads no desk: it is done before one is."""

import logging
from pathlib import Path

from desk.kernel import log, revision
from desk.kernel.settings import Settings, SettingsError
from web.cli.options import settings_or_stop, stop


def settings_to_read(data_dir: Path | None) -> Settings:
    """The settings of a command that only reads a database, which is there and fits; what it logs is no result."""
    log.configure(level=logging.WARNING)
    settings = settings_or_stop(data_dir=data_dir)
    database = settings.database_url.removeprefix("sqlite:///")
    if settings.database_url.startswith("sqlite") and not Path(database).exists():
        stop(f"There is no database at {database}; --data-dir names its folder.")
    if not revision.is_newest(settings.database_url):
        from web.start_up import look_at_database

        try:
            look_at_database(settings)
        except SettingsError as error:
            stop(str(error))
    return settings
