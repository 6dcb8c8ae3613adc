"""The sample organization in a template database, which tests copy: to load it takes longer than many a test."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from desk.kernel.clock import ManualClock
from desk.kernel.database import connect
from desk.kernel.transaction import Tx
from tests.integration.floor import SYSTEM, load_if_new

#: When the sample organization was loaded: no test begins before.
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def load_sample(url: str) -> None:
    """Loads the sample organization into a database that has every table."""
    asyncio.run(_transact(url, load_if_new))


async def _transact(url: str, work: Callable[[Tx], Any]) -> None:
    database = connect(url, ManualClock(OPENED))
    await database.start()
    try:
        await database.transact(SYSTEM, work)
    finally:
        await database.close()
