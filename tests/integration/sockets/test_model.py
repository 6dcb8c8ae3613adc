"""A console knows whether a language model drafts here, where it is asked, and what it may read."""

from typing import Any

from desk.organization.file import read
from desk.organization.organization import load
from tests.integration.floor import SYSTEM


async def test_a_console_is_told_who_drafts_and_when_nobody_does(lite_house: Any) -> None:
    assert (await (await lite_house.console("agent1")).next("snapshot"))["model"] is None
    desk = lite_house.floor.desk
    named = {"model_url": "https://models.example/v1", "model_key": "swordfish", "model_name": "parrot-1"}
    desk.settings = desk.settings.model_copy(update=named)

    ana = await lite_house.console("agent2")

    told = await ana.next("snapshot")
    assert told["model"] == {"name": "parrot-1", "host": "models.example", "may_read": "articles"}
    assert "swordfish" not in repr(told)
    await desk.transact(SYSTEM, lambda tx: load(tx, read("model_may_read: nothing")))
    await ana.next("snapshot", model=None)
