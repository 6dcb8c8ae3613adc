"""An agent calls a customer, and the server is killed with `kill -9` meanwhile: whoever answers is not left alone."""

import pytest

from channels.voice.twilio_standin import Telephone
from tests.acceptance.house import NUMBER, House

pytestmark = pytest.mark.timeout(600)

ANA = "+493023125001"


async def test_a_customer_who_picks_up_after_the_server_died_meets_the_agent(house: House):
    house.network.telephones[ANA] = Telephone.RINGS
    mia = await house.console("mia")
    call_id = (await mia.calls("call.dial", to="+49 30 23125001"))["interaction_id"]
    ana = await house.network.rung(ANA, 60)
    await house.network.bell.until(lambda: ana.status == "ringing", 60)
    (agent,) = (line for line in house.network.lines.values() if line.to.startswith("client:"))
    await house.network.bell.until(lambda: agent.room is not None, 60)
    assert (agent.from_, ana.from_, agent.talking) == (NUMBER, NUMBER, False)

    await house.is_killed()
    await house.starts()

    await ana.answers()
    await ana.connected(60)
    assert await agent.says("Good morning, Ana") == [ana.sid]
    await mia.calls("interaction.end", interaction_id=call_id)
    assert await ana.ended(60) == "completed"
    await mia.calls("interaction.wrap_up", interaction_id=call_id, disposition="solved")
    contact = await house.asks("mia", "GET", f"/api/v1/interactions/{call_id}")
    assert (contact["direction"], contact["state"], contact["call"]["ended_by"]) == ("out", "closed", "agent")
    await mia.closes()


async def test_a_server_that_dies_with_the_agent_in_the_room_leaves_the_rest_to_the_next(house: House):
    """Whether the carrier had been asked to ring the customer by then or not, and whether that was written down."""
    house.network.telephones[ANA] = Telephone.RINGS
    mia = await house.console("mia")
    await mia.calls("call.dial", to=ANA)

    def agent_is_there() -> bool:
        return any(line.room is not None for line in house.network.lines.values())

    await house.network.bell.until(agent_is_there, 60)
    await house.is_killed()
    await house.starts()

    ana = await house.network.rung(ANA, 60)
    await ana.answers(60)
    await ana.connected(60)
    await mia.closes()


async def test_a_customer_who_picks_up_after_server_and_agent_have_gone_is_not_left_waiting(house: House):
    house.network.telephones[ANA] = Telephone.RINGS
    mia = await house.console("mia")
    call_id = (await mia.calls("call.dial", to=ANA))["interaction_id"]
    ana = await house.network.rung(ANA, 60)
    (agent,) = (line for line in house.network.lines.values() if line.to.startswith("client:"))
    await house.network.bell.until(lambda: agent.room is not None and ana.status == "ringing", 60)

    await house.is_killed()
    await agent.hangs_up()  # and nobody is told
    await house.starts()

    if ana.status == "ringing":  # else it has been stopped already: nobody had written down that it rings
        await ana.answers()
    assert await ana.ended(60) in ("completed", "canceled")

    async def is_wrapped_up() -> bool:
        return bool((await house.asks("mia", "GET", f"/api/v1/interactions/{call_id}"))["state"] == "wrap_up")

    await house.eventually(is_wrapped_up, "the contact in wrap-up")
    await mia.closes()
