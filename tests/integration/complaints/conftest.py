"""A house in which complaints are handled, on each database in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.complaint_house import House, open_house


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as house:
        yield house
