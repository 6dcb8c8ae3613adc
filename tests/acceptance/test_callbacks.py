"""A caller leaves the line and keeps the place; another asks to be rung at night. The server is killed on the way."""

from datetime import timedelta

import pytest
import yaml

from channels.voice.twilio_standin import Telephone
from tests.acceptance.house import NUMBER, SHOP, House

pytestmark = pytest.mark.timeout(600)

ANA, BO = "+493023125001", "+442079460150"


async def offers_callbacks(house: House, rules: dict[str, object]) -> None:
    """Callers of billing may leave the line by 1."""
    queues = yaml.safe_load(SHOP.read_text(encoding="utf-8"))["queues"]
    file = house.folder / "billing.yaml"
    file.write_text(yaml.safe_dump({"queues": queues | {"billing": queues["billing"] | {"callbacks": rules}}}))
    await house.command("org", "load", str(file))


async def test_a_caller_who_asks_for_a_callback_keeps_her_place(house: House):
    await offers_callbacks(house, {"key": "1", "after": "1m"})
    ana = house.network.call(ANA, NUMBER)
    await ana.presses("1", 60)
    await ana.heard("You are next", 60)
    await house.is_killed()  # she waits in the room and hears nothing of it
    await house.starts()
    house.waits(timedelta(minutes=1))
    await ana.heard("Press 1 to keep your place", 60)
    await ana.presses("1", 60)
    await ana.heard("we will call you back on this number", 60)
    assert await ana.ended(60) == "completed"
    bo = house.network.call(BO, NUMBER)
    await bo.presses("1", 60)
    await bo.heard("You are number 2", 60)

    await house.is_killed()
    await house.starts()
    house.network.telephones[ANA] = Telephone.RINGS
    mia = await house.console("mia")
    offer = await mia.next_offer()
    item = offer["work_item"]
    assert (item["kind"], item["phone"], offer["interaction"]) == ("callback", ANA, None)
    assert [one["channel"] for one in offer["history"]] == ["voice"]
    await mia.accepts(offer)

    telephone = await house.network.rung(ANA, 60)
    await telephone.answers(60)
    await telephone.connected(60)
    (agent,) = (line for line in house.network.lines.values() if line.to.startswith("client:"))
    assert await agent.says("You asked us to call you back") == [telephone.sid]

    async def reached() -> bool:
        return bool((await house.asks("sue", "GET", f"/api/v1/callbacks/{item['id']}"))["state"] == "reached")

    await house.eventually(reached, "word that she was reached")
    await bo.heard("You are next", 60)
    queues = await house.asks("sue", "GET", "/api/v1/queues/billing")
    assert (queues["offered"], queues["answered"], queues["abandoned"]) == (2, 0, 0)
    await mia.closes()


async def test_at_night_nobody_is_phoned(house: House):
    eva = await house.asks("mia", "POST", "/api/v1/customers", {"name": "Eva Ruiz", "time_zone": "Europe/Madrid"})
    new = {"customer_id": eva["id"], "queue": "billing", "number": BO, "due_at": "2026-10-05T23:30:00+02:00"}
    booked = await house.asks("mia", "POST", "/api/v1/callbacks", new)
    assert (booked["due_at"], booked["moved"]) == ("2026-10-06T07:00:00Z", True)

    house.network.telephones[BO] = Telephone.NO_ANSWER
    house.waits(timedelta(hours=22, minutes=50))  # nine in Madrid
    mia = await house.console("mia")
    offer = await mia.next_offer()
    assert (offer["work_item"]["id"], offer["customer"]["name"]) == (booked["id"], "Eva Ruiz")
    await mia.accepts(offer)

    async def tried() -> bool:
        return bool((await house.asks("mia", "GET", f"/api/v1/callbacks/{booked['id']}"))["attempts"] == 1)

    await house.eventually(tried, "word that nobody answered")
    again = await house.asks("mia", "GET", f"/api/v1/callbacks/{booked['id']}")
    assert (again["state"], again["why"], again["due_at"]) == ("waiting", "no_answer", "2026-10-06T07:30:00Z")
    await mia.closes()
