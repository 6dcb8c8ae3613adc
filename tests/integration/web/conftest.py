"""A front of a house for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from desk.kernel.clock import ManualClock
from tests.integration.web.front import Front, open_front


@pytest_asyncio.fixture
async def front(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now()) as opened:
        yield opened
