"""What holds in the stories of call-backs, unless one says otherwise."""

import pytest

from desk.organization.callbacks import QueueCallbacks
from tests.integration.callbacks.steps import says
from tests.integration.floor import Floor


@pytest.fixture(autouse=True)
async def offered(floor: Floor) -> None:
    """Callers of billing may leave the line by 1, after half a minute; agents first."""
    await says(floor, QueueCallbacks(key="1", after=30, gap=600))
