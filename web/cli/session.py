"""web/cli/session.py: a command's way to the desk: settings, a database that fits, and words when it does not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from desk.kernel import log
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError
from desk.kernel.settings import SettingsError
from web.cli.options import settings_or_stop, stop
from web.start_up import ready_database

T = TypeVar("T")


@asynccontextmanager
async def open_desk(data_dir: Path | None) -> AsyncIterator[Desk]:
    """The desk of an installation, for one command. Tables are made where there are none.

    What the desk logs goes to standard error: what a command prints is read by other programs.
    """
    log.configure(level=logging.WARNING)
    settings = settings_or_stop(data_dir=data_dir)
    try:
        await asyncio.to_thread(ready_database, settings)
    except SettingsError as error:
        stop(str(error))
    desk = Desk(settings)
    await desk.start()
    try:
        with desk.in_bulk():
            yield desk
    finally:
        await desk.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's work; what the desk refuses ends it with its sentence and exit code 1."""
    try:
        return asyncio.run(work)
    except CarelineError as error:
        stop(error.message)
