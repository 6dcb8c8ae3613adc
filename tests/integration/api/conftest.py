"""A house for each test, on each database in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.clock import ManualClock
from tests.integration.api.house import House, open_house


@pytest.fixture
async def house(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, sample_url, at=manual_clock.now()) as opened:
        yield opened
