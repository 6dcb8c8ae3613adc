"""web/start_up.py: what must be right before the first request: this version's tables, and ports that are free."""

import errno

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from desk import migrate
from desk.log import log
from desk.settings import Settings, SettingsError


def ready_database(settings: Settings) -> None:
    """Makes the tables where there are none and brings older ones up to date. Blocks.

    With several processes that is for `careline db upgrade`: a node only looks.

    Raises:
        SettingsError: one line: the database cannot be reached, is newer than this version, or is
            older and not this process's to change.
    """
    try:
        found = migrate.current(settings.database_url)
        if found == migrate.head():
            return
        if found is not None and not _known(found):
            raise SettingsError(
                f"The database has tables of a newer version ({found}); install that version, or restore a backup."
            )
        if settings.role != "all":
            raise SettingsError("The database is not at this version's tables; run `careline db upgrade` first.")
        log.info("database_upgraded", before=found, after=migrate.head())
        migrate.upgrade(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        raise SettingsError(f"CARELINE_DATABASE_URL: {_why(error)}") from error


def taken(name: str, address: str, error: OSError) -> SettingsError:
    """The line about an `address` at which nobody can listen, which the setting `name` asks for."""
    if error.errno == errno.EADDRINUSE:
        return SettingsError(f"{name}: {address} is taken by another program; stop it, or choose another port.")
    return SettingsError(f"{name}: {address}: {error.strerror or error}")


def _known(revision: str) -> bool:
    script = ScriptDirectory.from_config(migrate.configuration(None))
    try:
        return script.get_revision(revision) is not None
    except CommandError:
        return False


def _why(error: Exception) -> str:
    """One line without the address, which may hold a password."""
    text = str(getattr(error, "orig", None) or error).strip()
    return " ".join(text.splitlines()[:1])[:300] or type(error).__name__
