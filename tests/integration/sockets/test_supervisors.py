"""Supervisors at their floors."""

from tests.integration.sockets.house import takes_next


async def test_a_word_to_whoever_has_a_contact_comes_too_late_when_it_is_over(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    said = await boss.does("message.whisper", interaction_id=id, client_id="w", text="It is in Lyon")
    await ana.next("message.new", message__text="It is in Lyon")
    await ana.does("interaction.end", interaction_id=id)
    await boss.does("message.whisper", interaction_id=id, text="Say that we are sorry")  # she still writes it down
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")

    assert await boss.is_refused("message.whisper", interaction_id=id, text="Wait") == "stale"
    again = await boss.does("message.whisper", interaction_id=id, client_id="w", text="It is in Lyon")
    assert again["message_id"] == said["message_id"]  # an answer that was lost, not a new word
    assert "Wait" not in str(ana.heard)


async def test_a_word_about_an_abandoned_contact_comes_too_late(house):
    boss = await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Never mind", client_id="1"))["interaction_id"]
    await page.does("chat.end")
    assert await boss.is_refused("message.whisper", interaction_id=id, text="Wait") == "stale"
