"""An offer says one thing of its customer, wherever it says it."""

from tests.integration.sockets.house import House


async def test_an_offer_knows_its_customer_equally_well_in_every_part(lite_house: House) -> None:
    console = await lite_house.console("agent1", available=True)
    visitor, _ = await lite_house.visitor()
    await visitor.does("chat.start", text="Where is my parcel?", client_id="v-1")

    offer = await console.next("offer")
    said = [offer[part]["customer"]["certainty"] for part in ("work_item", "interaction")]
    assert [*said, offer["customer"]["certainty"]] == ["new"] * 3
