"""A floor for the stories of the desk, on each database in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from tests.integration.floor import Floor, open_floor


@pytest.fixture
async def floor(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Floor]:
    """The desk with relay, router and jobs running; the sample organization; nobody signed in."""
    async with open_floor(sample_url, tmp_path, manual_clock) as opened:
        yield opened
