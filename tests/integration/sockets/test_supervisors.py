"""Supervisors at their floors."""

from datetime import timedelta

from desk.contacts.ending import customer_left
from desk.organization.changes import change_queue
from tests.integration.floor import SYSTEM
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


async def test_who_waits_on_the_line_is_given_to_somebody_at_work_and_to_nobody_on_a_break(house):
    boss = await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    ana, ben = await house.id_of("agent1"), await house.id_of("agent2")
    refused = await boss.asks("interaction.assign", interaction_id=id, agent_id=ana)
    assert refused["error"]["code"] == "conflict" and "offline" in refused["error"]["message"]

    console = await house.console("agent1")
    refused = await boss.asks("interaction.assign", interaction_id=id, agent_id=ana)
    assert refused["error"]["code"] == "conflict" and "on a break" in refused["error"]["message"]
    other = await house.console("agent2", available=True)
    assert (await other.next("offer"))["interaction"]["id"] == id
    await console.does("presence.set", state="available")
    given = await boss.does("interaction.assign", interaction_id=id, agent_id=ana)
    assert (given["presence"], given["kept"]) == ("available", False)
    assert (await console.next("offer"))["interaction"]["id"] == id
    assert (await boss.does("interaction.assign", interaction_id=id, agent_id=ben))["kept"] is False


async def test_a_word_about_an_abandoned_contact_comes_too_late(house):
    boss = await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Never mind", client_id="1"))["interaction_id"]
    await page.does("chat.end")
    assert await boss.is_refused("message.whisper", interaction_id=id, text="Wait") == "stale"


async def test_a_queue_under_its_service_level_calls_for_a_supervisor_once(house):
    boss = await house.supervisor()

    async def gives_up_after(seconds, *, times):
        for _ in range(times):
            chat = await house.floor.writes(headers={"topic": "billing"})
            house.floor.clock.advance(timedelta(seconds=seconds))
            await house.floor.desk.transact(SYSTEM, customer_left, chat.interaction_id)

    async def abandoned(count):
        async def shown():
            told = [queue for data in boss.all("queues.changed") for queue in data["queues"]]
            return any((queue["key"], queue["abandoned"]) == ("billing", count) for queue in told)

        await house.floor.until(shown)

    await gives_up_after(30, times=9)
    await abandoned(9)
    assert [one for one in boss.all("alert") if one["kind"] == "service_level"] == []
    await gives_up_after(30, times=1)

    alert = await boss.next("alert", kind="service_level")
    assert (alert["queue"], alert["tone"], alert["service_level"], alert["target"]) == ("billing", "bad", 0.0, 0.8)
    assert "0.0% were answered within 20 s" in alert["text"]
    await gives_up_after(30, times=2)
    await abandoned(12)
    assert len([one for one in boss.all("alert") if one["kind"] == "service_level"]) == 1


async def test_the_floor_is_told_why_somebody_waits(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    await ana.next("offer")
    await ana.does("presence.set", state="not_ready", reason="lunch")

    async def waits():
        return (await house.floor.interaction(id)).state == "queued"

    await house.floor.until(waits)
    why = await boss.does("work.explain", work_item_id=id)

    assert (why["state"], why["declines"]) == ("waiting", 0)  # withdrawn is not declined
    assert (why["rule"], why["position"], why["considered"], why["next_ring_at"]) == ("longest_idle", 1, 0, None)
    assert why["excluded"] == {"offline": 9, "not_ready": 1}
    assert await boss.is_refused("work.explain", work_item_id="nobody") == "not_found"


async def test_the_floor_is_told_at_whom_somebody_rings_and_why_there(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    await ana.does("offer.decline", offer_id=(await ana.next("offer"))["offer_id"])
    ben = await house.console("agent2", available=True)
    offer = await ben.next("offer")

    told = await boss.does("work.explain", work_item_id=id)

    assert (told["state"], told["declines"]) == ("offered", 1)
    [ring] = told["rings"]
    assert (ring["agent_id"], ring["name"]) == (await house.id_of("agent2"), "Bruno Castellan")
    assert (ring["made_at"], ring["expires_at"]) == (offer["made_at"], offer["expires_at"])
    assert told["why"] == offer["why"]
    assert [one["agent"] for one in told["why"]["best"]] == [ring["agent_id"]]
    await ben.does("offer.accept", offer_id=offer["offer_id"])
    assert await boss.is_refused("work.explain", work_item_id=id) == "stale"  # it is in somebody's hands


async def test_the_floor_is_told_of_everybody_at_whom_a_round_rings(lite_house):
    house = lite_house
    await house.floor.desk.transact(SYSTEM, change_queue, "general", {"strategy": "ring_all"})
    consoles, boss = (
        [await house.console(who, available=True) for who in ("agent1", "agent2")],
        await house.supervisor(),
    )
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1"))["interaction_id"]
    for console in consoles:
        await console.next("offer")

    told = await boss.does("work.explain", work_item_id=id)

    assert [ring["name"] for ring in told["rings"]] == ["Avery Lindqvist", "Bruno Castellan"]
    assert told["why"]["rule"] == "ring_all"


async def test_the_floor_hears_of_whom_an_agent_has_left_behind(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Where is my parcel?", client_id="1", name="Eva"))["interaction_id"]
    await ana.does("offer.accept", offer_id=(await ana.next("offer"))["offer_id"])

    await ana.does("presence.set", state="offline")

    alert = await boss.next("alert", kind="agent_lost")
    assert (alert["interaction_id"], alert["queue"]) == (id, "general")
    assert alert["text"].startswith("Eva waits again in general: ") and alert["text"].endswith(" is offline.")


async def test_what_keeps_being_declined_reaches_the_floor(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    await house.floor.desk.transact(SYSTEM, change_queue, "general", {"declines": 1})
    page, _ = await house.visitor()
    await page.does("chat.start", text="Where is my parcel?", client_id="1")
    offer = await ana.next("offer")
    await ana.does("offer.decline", offer_id=offer["offer_id"])

    alert = await boss.next("alert", kind="declined")

    assert alert["queue"] == "general"
    assert "Where is my parcel?" in alert["text"]
