"""The house of the stories, on a morning in October."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house


@pytest.fixture
async def house(empty_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A running Careline on each database in turn; it is Monday 5 October 2026, ten past nine in London."""
    async with open_house(tmp_path, empty_database_url, "2026-10-05T08:10:00+00:00") as opened:
        yield opened
