"""Whose words a screen pop shows: reader × contact, by the API and with an offer alike."""

from typing import Any

import sqlalchemy as sa

from desk.complaints.steps import offer_step
from desk.screens.offer_cards import live_offers_to
from desk.tables import complaints, offers
from tests.integration.api.house import House

EVA = {"address": "eva@example.test", "name": "Eva Ruiz"}


async def writes(house: House, to: str, subject: str) -> str:
    said = await house.hands_in("email", **{"from": EVA, "to": f"{to}@demo.test", "subject": subject})
    return str(said["interaction_id"])


async def past(house: House, name: str, customer: str) -> dict[str, tuple[str, bool]]:
    """What somebody is shown of each contact: its title, and whether they may open it."""
    program = house.program(name)
    pop = await program.get(f"customers/{customer}/pop")
    for item in pop["history"]:
        opened = await program.get(f"interactions/{item['id']}")
        assert (opened.status == 200) is item["readable"], (name, item)
    return {item["id"]: (item["title"], item["readable"]) for item in pop["history"]}


async def offered(house: House, name: str, work_item_id: str) -> dict[str, Any]:
    """The offer of this work to somebody, with its pop."""

    def ring(tx: Any) -> None:
        values = {"reason": "", "made_at": tx.now, "expires_at": tx.now, "why": {}}
        tx.insert(offers, id="offer", work_item_id=work_item_id, agent_id=house.ids[name], **values)

    def show(rx: Any) -> Any:
        return live_offers_to(rx, house.ids[name])

    await house.desk.transact(house.actor("admin"), ring)
    cards = await house.desk.read(house.actor("admin"), show)  # whoever reads it for them
    await house.desk.transact(house.actor("admin"), lambda tx: tx.execute(sa.delete(offers)))
    return dict(cards["offer"])


async def test_every_contact_is_seen_and_only_ones_own_are_read(house: House) -> None:
    billing, complaint = await writes(house, "billing", "My PIN"), await writes(house, "complaints", "Your fee")
    customer = (await house.program("admin").get(f"interactions/{billing}"))["customer"]["id"]
    everything = {billing: ("My PIN", True), complaint: ("Your fee", True)}

    for name in ("agent1", "agent2", "supervisor", "admin"):
        assert await past(house, name, customer) == everything, name
    assert await past(house, "stranger", customer) == {billing: ("", False), complaint: ("Your fee", True)}


async def test_who_had_a_contact_reads_it_wherever_it_is_now(house: House) -> None:
    billing = await house.held_by("stranger", **{"from": EVA, "text": "My PIN"})
    customer = (await house.program("admin").get(f"interactions/{billing}"))["customer"]["id"]
    assert await past(house, "stranger", customer) == {billing: ("My PIN", True)}
    await house.program("stranger").post(f"interactions/{billing}/wrap-up", {"disposition": "solved"})
    assert await past(house, "stranger", customer) == {billing: ("My PIN", True)}


async def test_an_offer_shows_what_the_api_shows(house: House) -> None:
    await writes(house, "billing", "My PIN")
    await writes(house, "complaints", "Your last fee")
    now = await writes(house, "complaints", "Your fee")
    customer = (await house.program("admin").get(f"interactions/{now}"))["customer"]["id"]

    for name in ("agent1", "stranger"):
        pop = await house.program(name).get(f"customers/{customer}/pop")
        shown = (await offered(house, name, now))["history"]
        assert [(one["id"], one["title"], one["readable"]) for one in shown] == [
            (one["id"], one["title"], one["readable"]) for one in pop["history"] if one["id"] != now
        ]
        assert [one["title"] for one in shown] == ["Your last fee", "My PIN" if name == "agent1" else ""]


async def test_an_offer_of_work_on_a_complaint_names_that_complaint_before_the_others(house: House) -> None:
    eva = await house.program("admin").post("customers", {"name": "Eva Ruiz"})
    about = {
        "customer_id": eva["id"],
        "category": "billing",
        "severity": 3,
        "remedy_sought": "It back",
        "verbatim": "!",
    }
    logged = [(await house.program("agent1").post("complaints", about))["id"] for _ in range(3)]

    def follows_up(tx: Any, complaint_id: str) -> str:
        return offer_step(tx, tx.take(complaints, complaint_id), "The customer wrote", due_at=tx.now)

    for about_it in logged:
        item = await house.desk.transact(house.actor("admin"), follows_up, about_it)
        shown = (await offered(house, "agent1", item))["complaints"]
        assert [one["id"] for one in shown] == [about_it, *(one for one in logged if one != about_it)]


async def test_a_role_that_is_taken_away_takes_the_words_along(house: House) -> None:
    billing = await writes(house, "billing", "My PIN")
    customer = (await house.program("admin").get(f"interactions/{billing}"))["customer"]["id"]
    await house.becomes("stranger", "supervisor")
    assert await past(house, "stranger", customer) == {billing: ("My PIN", True)}
    await house.becomes("stranger", "agent")
    assert await past(house, "stranger", customer) == {billing: ("", False)}
