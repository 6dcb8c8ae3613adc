"""Agents at their consoles."""


async def test_an_agent_is_shown_the_screen_pop_before_accepting_and_answers(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    sent = await page.does("chat.start", text="Where is my parcel?", client_id="a", name="Eva Ruiz", topic="billing")

    offer = await ana.next("offer")
    assert offer["interaction"]["id"] == sent["interaction_id"]
    assert (offer["interaction"]["channel"], offer["interaction"]["queue"]) == ("chat", "billing")
    assert offer["interaction"]["preview"] == "Where is my parcel?"
    assert (offer["customer"]["name"], offer["customer"]["certainty"]) == ("Eva Ruiz", "new")
    assert (offer["work_item"]["kind"], offer["history"], offer["complaints"]) == ("interaction", [], [])
    assert offer["why"]["rule"] and offer["expires_at"].endswith("Z")

    answer = await ana.does("offer.accept", offer_id=offer["offer_id"])
    assert answer["interaction_id"] == sent["interaction_id"]
    assert (await ana.next("offer.ended"))["outcome"] == "accepted"
    card = (await ana.next("interaction.changed", interaction__state="active"))["interaction"]
    assert card["agent"]["id"] == await house.id_of("agent1")

    await ana.does("message.send", interaction_id=card["id"], client_id="b", text="It is on its way.")
    told = await page.next("message.new", message__text="It is on its way.")
    assert told["message"]["author"]["kind"] == "agent"
    assert told["message"]["delivery"] == "delivered"
    assert (await ana.next("message.new", message__client_id="b"))["message"]["author"]["kind"] == "agent"

    await page.does("message.read", message_id=told["message"]["id"])
    await ana.next("message.new", message__client_id="b", message__delivery="read")
    await ana.does("interaction.end", interaction_id=card["id"])
    assert (await page.next("chat.changed", state="closed"))["survey"] is True
    await ana.does("interaction.wrap_up", interaction_id=card["id"], disposition="solved")
    await ana.next("interaction.changed", interaction__state="closed")
    assert await page.does("survey.answer", csat=5)
