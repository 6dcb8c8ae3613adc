"""Who is there: consoles come and go, and the desk knows."""

from datetime import timedelta

from desk.organization.file import Document
from desk.organization.organization import dump, load
from desk.tables import agents
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import takes_next


async def test_the_first_console_makes_present_and_the_last_that_goes_makes_silent(house):
    one = await house.console("agent1")
    assert one.all("snapshot")[0]["presence"]["state"] == "not_ready"
    two = await house.console("agent1")
    await one.does("presence.set", state="not_ready", reason="lunch")
    told = await two.next("presence.changed", reason="lunch")
    assert told["agent_id"] == await house.id_of("agent1") and told["activity"] == "not_ready"
    await one.leaves()
    await house.floor.passes(timedelta(seconds=30))
    assert await _presence(house) == "not_ready"
    await two.leaves()
    await _silent(house)
    await house.floor.passes(timedelta(seconds=10))
    assert await _presence(house) == "not_ready"
    three = await house.console("agent1")
    assert three.all("snapshot")[0]["presence"]["reason"] == "lunch"
    await three.leaves()
    await _silent(house)
    await house.floor.passes(timedelta(seconds=15))
    assert await _presence(house) == "offline"


async def test_colleagues_and_supervisors_hear_who_becomes_ready_and_what_they_do(house):
    ben, boss = await house.console("agent2"), await house.supervisor()
    ana = await house.console("agent1", available=True)
    id = await house.id_of("agent1")
    await ben.next("presence.changed", agent_id=id, state="available")
    page, _ = await house.visitor()
    await page.does("chat.start", text="Hello?", client_id="1", name="Eva")
    await takes_next(ana)
    await ana.next("presence.changed", activity="engaged")

    async def seen():
        cards = [card for told in boss.all("agents.changed") for card in told["agents"] if card["id"] == id]
        return cards and cards[-1]["activity"] == "engaged" and cards[-1]

    card = await house.floor.until(seen)
    assert card["load"] == {"chat": 1} and card["on"][0]["customer"] == "Eva"
    await boss.next("queues.changed")
    assert "Hello?" not in str([told for told in ben.heard if told[0] != "snapshot"])


async def test_a_supervisor_steers(house):
    boss, ana, ben = await house.supervisor(), await house.console("agent1"), await house.console("agent2")
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1", topic="billing"))["interaction_id"]
    await boss.next("interaction.changed", interaction__state="queued")
    await boss.does("interaction.move", interaction_id=id, queue="technical")
    await boss.next("interaction.changed", interaction__queue="technical")
    agent = await house.id_of("agent2")
    await boss.does("agent.presence.set", agent_id=agent, state="available", reason=None)
    first = (await ben.next("offer"))["offer_id"]
    await boss.does("interaction.assign", interaction_id=id, agent_id=agent)

    async def given():
        return next((offer for offer in ben.all("offer") if offer["offer_id"] != first), None)

    offer = await house.floor.until(given)
    assert offer["interaction"]["id"] == id
    await ben.does("offer.accept", offer_id=offer["offer_id"])
    await boss.does("agent.presence.set", agent_id=agent, state="not_ready", reason="meeting")
    assert (await ben.next("presence.changed", reason="meeting"))["state"] == "not_ready"
    assert await boss.is_refused("monitor.start", interaction_id=id, mode="listen") == "unavailable"
    assert await boss.is_refused("agent.presence.set", agent_id=agent, state="not_ready", reason="bored") == "invalid"
    assert await boss.is_refused("interaction.move", interaction_id=id, queue="nowhere") == "not_found"
    assert ana.all("offer") == []


async def test_what_colleagues_hear_of_each_other_stands_in_the_order_of_the_log(house):
    ana, ben = await house.console("agent1"), await house.console("agent2")
    id = await house.id_of("agent1")
    from_here = ben.all("snapshot")[0]["seq"]
    for state, reason in (("available", ""), ("not_ready", "lunch"), ("available", "")):
        await ana.does("presence.set", state=state, **({"reason": reason} if reason else {}))
        own = await ana.next("presence.changed", agent_id=id, state=state, reason=reason)
        await house.floor.writes()
        told = await ben.next("presence.changed", agent_id=id, state=state, reason=reason)
        assert told["seq"] >= own["seq"] > from_here

    heard = [data["seq"] for name, data in ben.heard if name != "snapshot"]
    assert heard == sorted(heard)


async def test_when_the_organization_changes_every_screen_is_shown_where_things_stand(house):
    ana, boss = await house.console("agent1"), await house.supervisor()
    before = ana.all("snapshot")[0]
    document = (await house.floor.desk.read(SYSTEM, dump)).model_dump(include={"queues"})
    document["queues"]["billing"]["name"] = "Bills"
    await house.floor.desk.transact(SYSTEM, load, Document(**document))

    async def shown_again():
        return len(ana.all("snapshot")) > 1 and len(boss.all("snapshot")) > 1

    await house.floor.until(shown_again)
    names = {queue["key"]: queue["name"] for queue in ana.all("snapshot")[-1]["queues"]}
    assert names["billing"] == "Bills"
    assert before["seq"] < ana.all("snapshot")[-1]["seq"]


async def _presence(house):
    (row,) = await house.floor.rows(agents, id=await house.id_of("agent1"))
    return row.presence


async def _silent(house):
    id = await house.id_of("agent1")

    async def silent():
        (row,) = await house.floor.rows(agents, id=id)
        return row.silent_since is not None

    await house.floor.until(silent)
