"""The server is killed with `kill -9`, and callers hang up before there is another: the floor is right all the same."""

from datetime import datetime, timedelta

import pytest

from channels.voice.standin_line import Line
from tests.acceptance.house import NUMBER, Console, House

pytestmark = pytest.mark.timeout(600)

ANA, BEN = "+493023125001", "+493023125002"


async def rings(house: House, number: str) -> tuple[Line, str]:
    """Somebody asks for billing, and waits; their telephone and their contact."""
    line = house.network.call(number, NUMBER)
    await line.presses("1")
    await line.heard("You are next")
    (newest, *_) = (await house.asks("sue", "GET", "/api/v1/interactions?channel=voice&limit=1"))["items"]
    return line, str(newest["id"])


async def until_state(house: House, contact: str, state: str) -> dict[str, object]:
    async def is_so() -> dict[str, object] | None:
        found = await house.asks("sue", "GET", f"/api/v1/interactions/{contact}")
        return dict(found) if found["state"] == state else None

    return dict(await house.eventually(is_so, f"{contact} {state}"))


async def queue_figures(house: House) -> dict[str, object]:
    queues = (await house.asks("sue", "GET", "/api/v1/queues"))["items"]
    (billing,) = (one for one in queues if one["key"] == "billing")
    return {name: billing[name] for name in ("waiting", "offered", "answered", "abandoned")}


async def test_callers_who_hang_up_while_the_server_is_dead_have_left_when_they_did(house: House):
    mia: Console = await house.console("mia")
    ana, talking = await rings(house, ANA)
    assert await mia.accepts(await mia.next_offer()) == talking
    await ana.connected()
    ben, waiting = await rings(house, BEN)

    await house.is_killed()
    house.waits(timedelta(seconds=40))
    left_at = house.now
    await ben.hangs_up()
    await ana.hangs_up()
    house.waits(timedelta(minutes=3))
    await house.starts()

    gone = await until_state(house, waiting, "abandoned")
    over = await until_state(house, talking, "wrap_up")
    for contact in (gone, over):
        assert datetime.fromisoformat(str(contact["ended_at"])) == left_at
    assert await queue_figures(house) == {"waiting": 0, "offered": 2, "answered": 1, "abandoned": 1}
    await mia.calls("interaction.wrap_up", interaction_id=talking, disposition="solved")

    await mia.calls("presence.set", state="available")
    cleo, next_one = await rings(house, "+493023125003")
    assert await mia.accepts(await mia.next_offer()) == next_one
    await cleo.connected()
    assert [one["outcome"] for one in await segments(house, waiting) if one["kind"] == "queue"] == ["abandoned"]
    await mia.closes()


async def segments(house: House, contact: str) -> list[dict[str, object]]:
    return list((await house.asks("sue", "GET", f"/api/v1/interactions/{contact}/segments"))["items"])
