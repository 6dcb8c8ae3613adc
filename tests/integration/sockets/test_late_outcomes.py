"""What an agent may still say of a contact whose time for wrap-up ran out, as a console that opens is told it."""

from datetime import timedelta
from typing import Any

from tests.integration.sockets.house import takes_next


async def unsaid(house: Any) -> list[str]:
    """What a console of hers that opens now is told."""
    console = await house.console("agent1")
    return [card["id"] for card in console.all("snapshot")[0]["unsaid"]]


async def test_a_console_that_opens_is_told_which_outcomes_may_still_be_said(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await ana.does("interaction.end", interaction_id=id)
    assert await unsaid(house) == []  # there is time for it still
    await house.floor.passes(timedelta(minutes=2))

    assert await unsaid(house) == [id]
    assert ana.all("snapshot")[0]["unsaid_for_s"] == 600
    other = await house.console("agent2")
    assert other.all("snapshot")[0]["unsaid"] == []
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved", note="Sent it again")
    assert await unsaid(house) == []


async def test_after_ten_minutes_nothing_is_left_to_be_said(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await ana.does("interaction.end", interaction_id=id)
    await house.floor.passes(timedelta(minutes=2))
    house.floor.clock.advance(timedelta(minutes=10))

    assert await unsaid(house) == []
