"""web/start_up.py: what must be right before the first request: tables of this version, a Redis, ports that are free,
the account of a carrier that was chosen.

What is not is one line that begins with the name of the setting, and holds no password.
"""

import asyncio
import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from desk.kernel import migrate
from desk.kernel.log import log
from desk.kernel.settings import Settings, SettingsError

#: What a database that is not as the settings say meets us with, on the way to it and when asked.
_REFUSALS = (
    SQLAlchemyError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    migrate.Broken,
)
#: How long Redis may take to answer.
_REDIS_S = 5.0
#: SQLAlchemy puts the driver's kind of error before its words.
_KIND = re.compile(r"^<class '[\w.]+'>: ")


def ready_database(settings: Settings) -> None:
    """Makes the tables where there are none and brings older ones up to date. Blocks.

    With several processes that is for `careline db upgrade`: a node only looks.

    Raises:
        SettingsError: one line: the database cannot be reached, is newer than this version, or is
            older and not this process's to change.
    """
    with reached(settings):
        found = _found(settings)
        if found == migrate.head():
            return
        if settings.role != "all":
            raise _too_old()
        migrate.upgrade(settings.database_url)
        log.info("database_upgraded", before=found, after=migrate.head())


def look_at_database(settings: Settings) -> None:
    """Makes sure that the database has this version's tables; changes nothing. Blocks.

    Raises:
        SettingsError: one line: it cannot be reached, or is newer or older than this version.
    """
    with reached(settings):
        if _found(settings) != migrate.head():
            raise _too_old()


@contextmanager
def reached(settings: Settings) -> Iterator[None]:
    """Within, what the database refuses is said in one line.

    Raises:
        SettingsError: the line.
    """
    try:
        yield
    except _REFUSALS as error:
        raise SettingsError(f"CARELINE_DATABASE_URL: {_why(error, settings.database_url)}") from error


async def reach_redis(settings: Settings) -> None:
    """Makes sure that somebody answers at the address of Redis, where one is set.

    Raises:
        SettingsError: nobody does.
    """
    if not settings.redis_url:
        return
    at = urlsplit(settings.redis_url)
    host, port = at.hostname or "", at.port or 6379
    try:
        async with asyncio.timeout(_REDIS_S):
            _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise SettingsError(f"CARELINE_REDIS_URL: {_unanswered(error, f'{host}:{port}')}") from error
    writer.close()


def check_carrier(settings: Settings) -> None:
    """Makes sure that Twilio can be asked where it was chosen, or half an account is set.

    Raises:
        SettingsError: it cannot.
    """
    account = {
        "CARELINE_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "CARELINE_TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
    }
    missing = [name for name, value in account.items() if not value]
    if missing and settings.voice_carrier == "twilio" and "voice_carrier" in settings.model_fields_set:
        raise SettingsError(f"CARELINE_VOICE_CARRIER: twilio needs an account; {' and '.join(missing)} must be set.")
    if settings.twilio_account_sid and missing and settings.voice_carrier != "memory":
        raise SettingsError(f"CARELINE_TWILIO_ACCOUNT_SID: an account needs its token; {missing[0]} must be set.")


def without_effect(settings: Settings) -> list[tuple[str, str]]:
    """(setting, what does not work) for each that is set, and that this version does nothing with."""
    found = []
    if settings.imap_url:
        found.append(("CARELINE_IMAP_URL", "no mail is collected from a mailbox; relay it to CARELINE_SMTP_LISTEN"))
    if settings.voice_carrier in ("browser", "asterisk"):
        calls = "calls are made by Twilio" if settings.twilio_account_sid else "no calls are made"
        found.append(("CARELINE_VOICE_CARRIER", f"{settings.voice_carrier} is not available yet; {calls}"))
    if settings.ari_url:
        found.append(("CARELINE_ARI_URL", "no Asterisk is spoken to"))
    return found


def taken(name: str, address: str, error: OSError) -> SettingsError:
    """The line about an `address` at which nobody can listen, which the setting `name` asks for."""
    if error.errno == errno.EADDRINUSE:
        return SettingsError(f"{name}: {address} is taken by another program; stop it, or choose another port.")
    return SettingsError(f"{name}: {address}: {error.strerror or error}")


def _found(settings: Settings) -> str | None:
    """The revision that the database has.

    Raises:
        SettingsError: this version does not know it.
    """
    found = migrate.current(settings.database_url)
    if found is not None and not migrate.knows(found):
        raise SettingsError(
            f"CARELINE_DATABASE_URL: the database has tables of a newer version ({found}); "
            "install that version, or restore a backup."
        )
    return found


def _too_old() -> SettingsError:
    return SettingsError(
        "CARELINE_DATABASE_URL: the database does not have this version's tables; run `careline db upgrade` first."
    )


def _why(error: Exception, url: str) -> str:
    """One line without the address, which may hold a password."""
    where = make_url(url)
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return _unanswered(cause, f"{where.host or 'the local server'}:{where.port or 5432}")
    text = _KIND.sub("", str(cause).strip())
    said = " ".join(text.splitlines()[:1])[:300] or type(cause).__name__
    return f"{where.database}: {said}" if where.drivername == "sqlite" else said


def _unanswered(error: OSError, address: str) -> str:
    """Why nobody answered at `address`. Where several addresses were tried, the first is spoken of."""
    if isinstance(error, TimeoutError):
        return f"no answer in time from {address}"
    if isinstance(error.errno, int):
        why = os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    else:
        why = "Connection refused" if "Connect call failed" in str(error) else str(error)
    return f"nobody can be reached at {address}: {why}"
