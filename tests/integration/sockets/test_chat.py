"""Customers who chat: reloads, two tabs, retries, and what they must never see."""

from datetime import timedelta
from functools import partial

from desk.tables import messages
from tests.integration.sockets.house import takes_next


async def test_a_chat_survives_reload_with_nothing_lost_or_doubled(house):
    ana = await house.console("agent1", available=True)
    page, token = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1", name="Eva Ruiz"))["interaction_id"]
    await takes_next(ana)
    await ana.does("message.send", interaction_id=id, client_id="a1", text="Hello Eva.")
    last = await page.next("message.new", message__text="Hello Eva.")
    await page.leaves()
    await ana.does("message.send", interaction_id=id, client_id="a2", text="Are you there?")

    again, same = await house.visitor(token)
    await again.next("message.new", message__text="Are you there?")
    resumed = await again.does("resume", seq=last["seq"])
    await again.does("message.send", text="Yes.", client_id="2")
    await again.next("message.new", message__text="Yes.")
    assert again.messages == ["Hello?", "Hello Eva.", "Are you there?", "Yes."]
    assert len(again.all("message.new")) == 4
    assert (await again.next("chat.changed"))["agent"]["name"]
    assert resumed["seq"] >= last["seq"]
    seqs = [told["seq"] for told in again.all("message.new")]
    assert seqs == sorted(set(seqs))
    assert await house.visitor(same)


async def test_what_is_written_to_a_visitor_who_is_away_is_queued_until_they_are_back(house):
    ana = await house.console("agent1", available=True)
    page, token = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await page.leaves()
    await house.floor.until(partial(_nobody_there, house))
    for number in (1, 2):
        await ana.does("message.send", interaction_id=id, client_id=f"a{number}", text=f"Reply {number}")
        told = await ana.next("message.new", message__client_id=f"a{number}")
        assert told["message"]["delivery"] == "queued"
    await ana.does("message.send", interaction_id=id, client_id="n", text="Gone?", internal=True)
    await house.floor.settles()
    assert await _deliveries(house, id) == {"Reply 1": "queued", "Reply 2": "queued", "Gone?": None}

    again, _ = await house.visitor(token)
    await again.does("resume", seq=0)
    for number in (1, 2):
        told = await again.next("message.new", message__client_id=f"a{number}")
        assert told["message"]["delivery"] == "delivered"  # whoever sees it has it
        await ana.next("message.new", message__client_id=f"a{number}", message__delivery="delivered")
    assert await _deliveries(house, id) == {"Reply 1": "delivered", "Reply 2": "delivered", "Gone?": None}
    await house.floor.settles()
    assert len(again.all("message.new")) == 3  # that they have it is no news to them


async def _nobody_there(house):
    return not house.realtime.sockets("/chat")


async def _deliveries(house, id):
    rows = await house.floor.rows(messages, interaction_id=id, author_kind="agent")
    return {row.text: row.delivery for row in rows}


async def test_what_a_returning_visitor_is_told_rises(house):
    ana = await house.console("agent1", available=True)
    page, token = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1", name="Eva Ruiz"))["interaction_id"]
    await takes_next(ana)
    for text in ("Hello Eva.", "Are you there?"):
        await ana.does("message.send", interaction_id=id, client_id=text, text=text)
    read = (await page.next("message.new", message__text="Hello Eva."))["message"]
    await page.does("message.read", message_id=read["id"])
    await page.next("message.new", message__id=read["id"], message__delivery="read")
    await page.leaves()
    await house.floor.settles()

    again, _ = await house.visitor(token)
    await again.next("chat.changed")
    await again.does("message.send", text="Yes.", client_id="2")
    await again.next("message.new", message__text="Yes.")
    await again.does("resume", seq=0)
    seqs = [data["seq"] for _, data in again.heard]
    assert seqs == sorted(seqs)
    assert [name for name, _ in again.heard][:5] == ["welcome", *["message.new"] * 3, "chat.changed"]
    assert again.messages == ["Hello?", "Hello Eva.", "Are you there?", "Yes."]


async def test_the_same_client_id_is_one_message_on_both_sides(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    first = await page.does("chat.start", text="Once", client_id="1")
    assert await page.does("chat.start", text="Once", client_id="1") == first
    assert await page.does("message.send", text="Once", client_id="1") == first
    id = (await takes_next(ana))["interaction"]["id"]
    one = await ana.does("message.send", interaction_id=id, client_id="a", text="Yes")
    assert await ana.does("message.send", interaction_id=id, client_id="a", text="Yes") == one
    for changed in (
        await page.asks("chat.start", text="Twice", client_id="1"),
        await page.asks("message.send", text="Twice", client_id="1"),
        await ana.asks("message.send", interaction_id=id, client_id="a", text="No"),
        await ana.asks("message.send", interaction_id=id, client_id="a", text="Yes", internal=True),
    ):
        assert changed["error"]["code"] == "conflict"
    await page.does("message.send", text="End", client_id="2")
    await page.next("message.new", message__text="End")
    assert page.messages == ["Once", "Yes", "End"]


async def test_two_tabs_of_a_visitor_and_two_of_an_agent_agree(house):
    ana, other = await house.console("agent1", available=True), await house.console("agent1")
    page, token = await house.visitor()
    tab, _ = await house.visitor(token)
    await page.does("chat.start", text="Hello?", client_id="1")
    offer = await other.next("offer")
    await ana.does("offer.accept", offer_id=offer["offer_id"])
    assert (await other.next("offer.ended"))["outcome"] == "accepted"
    id = offer["interaction"]["id"]
    await other.next("interaction.changed", interaction__state="active")
    await other.does("message.send", interaction_id=id, client_id="x", text="From the other tab")
    for client in (ana, other, page, tab):
        assert (await client.next("message.new", message__text="From the other tab"))["message"]["client_id"] == "x"
    await tab.next("message.new", message__text="Hello?")
    assert await ana.is_refused("offer.accept", offer_id=offer["offer_id"]) == "stale"
    await other.leaves()
    await ana.does("message.typing", interaction_id=id)
    await tab.next("message.typing")
    await tab.does("message.typing")
    assert (await ana.next("message.typing"))["interaction_id"] == id


async def test_a_visitor_sees_their_own_conversation_and_no_note(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, token = await house.visitor()
    stranger, _ = await house.visitor()
    id = (await page.does("chat.start", text="My number is 4711", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await ana.does("message.send", interaction_id=id, client_id="n", text="Sounds angry", internal=True)
    await boss.does("message.whisper", interaction_id=id, text="Offer a refund")
    await ana.next("message.new", message__text="Offer a refund")
    said = await ana.does("message.send", interaction_id=id, client_id="m", text="Hello")
    await page.next("message.new", message__text="Hello")
    again, _ = await house.visitor(token)
    await again.next("message.new", message__text="Hello")
    assert page.messages == again.messages == ["My number is 4711", "Hello"]
    message = again.all("message.new")[-1]["message"]
    assert set(message) == {
        "id", "client_id", "author", "text", "html", "attachments", "internal", "sent_at", "delivery",
    }  # fmt: skip
    assert " " not in message["author"]["name"]
    note = ana.all("message.new")[0]["message"]
    assert note["internal"] and await page.is_refused("message.read", message_id=note["id"]) == "not_found"
    assert await stranger.is_refused("message.read", message_id=said["message_id"]) == "not_found"
    assert await stranger.is_refused("resume", seq=0) == "not_found"
    assert await stranger.is_refused("chat.end") == "not_found"
    assert "4711" not in str(stranger.heard)


async def test_who_types_somebody_elses_mailbox_sees_nothing_of_theirs(house):
    eva, _ = await house.visitor()
    await eva.does("chat.start", text="My secret is 4711", client_id="1", email="eva@example.test", name="Eva")
    thief, token = await house.visitor()
    sent = await thief.does("chat.start", text="It is me, Eva", client_id="1", email="eva@example.test")
    await thief.next("message.new", message__text="It is me, Eva")
    again, _ = await house.visitor(token)
    await again.does("resume", seq=0)
    assert again.messages == thief.messages == ["It is me, Eva"]
    assert {told["interaction_id"] for told in again.all("message.new")} == {sent["interaction_id"]}
    ana = await house.console("agent1", available=True)
    await ana.does("offer.accept", offer_id=(await ana.next("offer", customer__certainty="new"))["offer_id"])
    theirs = await ana.next("offer", interaction__id=sent["interaction_id"])
    assert (theirs["customer"]["name"], theirs["customer"]["certainty"]) == ("", "new")  # a claim links nobody
    assert "4711" not in str(thief.heard) + str(again.heard)


async def test_a_forged_token_makes_a_new_visitor(house):
    page, token = await house.visitor()
    await page.does("chat.start", text="Mine", client_id="1")
    for forged in (token[:-1], token + "x", "x", "", "é" * 50):
        other, fresh = await house.visitor(forged)
        assert fresh != token
        assert other.messages == []


async def test_who_waits_is_told_the_place_and_keeps_it_for_two_minutes(house):
    first, token = await house.visitor()
    second, _ = await house.visitor()
    id = (await first.does("chat.start", text="One", client_id="1"))["interaction_id"]
    house.floor.clock.advance(timedelta(seconds=1))
    await second.does("chat.start", text="Two", client_id="1")
    assert (await first.next("chat.changed", position=1))["state"] == "queued"
    await second.next("chat.changed", position=2)

    await first.leaves()
    await _gone(house, token)
    await house.floor.passes(timedelta(seconds=100))
    assert (await house.floor.interaction(id)).state == "queued"
    again, _ = await house.visitor(token)
    await again.next("message.new", message__text="One")
    await house.floor.passes(timedelta(minutes=5))
    assert (await house.floor.interaction(id)).state == "queued"

    await again.leaves()
    await _gone(house, token)
    await house.floor.passes(timedelta(minutes=2))
    assert (await house.floor.interaction(id)).state == "abandoned"
    await second.next("chat.changed", position=1)
    third, _ = await house.visitor(token)
    assert (await third.next("chat.changed"))["state"] == "abandoned"


async def test_who_is_being_served_may_be_away_for_longer(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await ana.next("interaction.changed", interaction__state="active")
    await page.leaves()
    await house.floor.passes(timedelta(minutes=10))
    assert (await house.floor.interaction(id)).state == "active"


async def test_a_visitor_ends_the_chat_and_says_how_it_was(house):
    ana = await house.console("agent1", available=True)
    page, token = await house.visitor()
    await page.does("chat.start", text="Hello?", client_id="1")
    assert await page.is_refused("survey.answer", csat=5) == "conflict"
    await takes_next(ana)
    await page.does("chat.end")
    await page.does("chat.end")
    assert (await page.next("chat.changed", state="closed"))["survey"] is True
    await ana.next("interaction.changed", interaction__state="wrap_up")
    assert await page.is_refused("survey.answer", csat=9) == "invalid"
    await page.does("survey.answer", answers={"csat": 2}, comment="Slow")
    assert (await page.next("chat.changed", survey=False, state="closed"))["state"] == "closed"
    assert await page.is_refused("survey.answer", csat=4) == "conflict"
    again, _ = await house.visitor(token)
    assert (await again.next("chat.changed"))["survey"] is False


async def _gone(house, _token):
    """The server has noticed that the page is closed."""
    from desk.tables import jobs

    async def deferred():
        return await house.floor.rows(jobs, name="chat_gone")

    await house.floor.until(deferred)
