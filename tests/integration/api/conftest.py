"""A house for each test, on each database in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.kernel.clock import ManualClock
from tests.integration.api.house import House, open_house
from web.reports.clerk import Clerk
from web.reports.worker import fill


@pytest.fixture
async def house(sample_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, sample_url, at=manual_clock.now()) as opened:
        yield opened


@pytest.fixture
def reports_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the process of the test: that one of its own makes the same is shown in `test_complaint_report.py`."""
    monkeypatch.setattr(Clerk, "fill", lambda _clerk, order: fill(order))
