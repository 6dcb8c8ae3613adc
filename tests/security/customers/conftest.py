"""A help centre with two customers, on each database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from desk.kernel.clock import ManualClock
from tests.integration.web.customers_house import House, open_customers


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_customers(tmp_path, sqlite_url, manual_clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def house_on_each(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_customers(tmp_path, database_url, manual_clock) as opened:
        yield opened
