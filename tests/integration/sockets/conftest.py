"""A house for the stories told over sockets, on each database in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from tests.integration.sockets.house import House, open_house


@pytest.fixture
async def house(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    """The floor behind a real server."""
    async with open_house(sample_url, tmp_path, manual_clock) as opened:
        yield opened


@pytest.fixture
async def lite_house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    """The same on SQLite alone, for what the database has no part in."""
    async with open_house(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened
