"""Slow screens, too many connections, and agents whom the desk gave up too early."""

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as NotLetIn

from desk.agents import agents as agents_of
from desk.tables import agents, consoles
from routing.presence import SILENCE
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import ORIGIN
from web.sockets import realtime
from web.sockets.namespace import Told
from web.sockets.tellings import ALL

URL = "/socket.io/?EIO=4&transport=websocket"


async def test_a_screen_that_does_not_read_is_cut_off_and_the_others_hear_everything(lite_house):
    house, floor = lite_house, lite_house.realtime
    ana = await house.console("agent1")
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}, max_msg_size=0) as deaf,
    ):
        await deaf.send_str('40/console,{"token":"token-agent2"}')
        await house.floor.until(lambda: _count(floor, 2))
        for number in range(600):
            data = {"seq": number, "kind": "test", "text": "x" * 60_000}
            told = Told(seq=10**9, namespace="/console", rooms=frozenset({ALL}), name="notice", data=data)
            await floor.tell(told)
            if number % 20 == 19:
                await house.floor.until(lambda heard=number + 1: _heard(ana, heard))
        await house.floor.until(lambda: _count(floor, 1))
    assert [data["seq"] for data in ana.all("notice")] == list(range(600))


async def test_one_sign_in_cannot_take_all_the_room(lite_house, monkeypatch):
    monkeypatch.setattr(realtime, "MOST_OF_ONE", 3)
    tabs = [await lite_house.console("agent1") for _ in range(3)]
    with pytest.raises(NotLetIn):
        await lite_house.console("agent1")
    await lite_house.console("agent2")
    await tabs[0].leaves()
    await lite_house.floor.until(lambda: _count(lite_house.realtime, 3))
    await lite_house.console("agent1")


async def test_visitors_are_turned_away_before_agents(lite_house, monkeypatch):
    monkeypatch.setattr(realtime, "MOST_VISITORS", 2)
    await lite_house.visitor()
    await lite_house.visitor()
    with pytest.raises(NotLetIn):
        await lite_house.visitor()
    await lite_house.console("agent1")


async def test_an_agent_who_was_given_up_and_has_a_console_here_is_here(lite_house):
    """As if this process had hung for so long that it was given up."""
    ana = await lite_house.console("agent1")
    id = await lite_house.id_of("agent1")
    (row,) = await lite_house.floor.rows(consoles, agent_id=id)
    await lite_house.floor.desk.transact(SYSTEM, agents_of.disconnect, id, row.node_id)
    lite_house.floor.clock.advance(SILENCE)
    await lite_house.floor.jobs_done()

    async def here() -> bool:
        (row,) = await lite_house.floor.rows(agents, id=id)
        return (row.presence, row.silent_since) == ("not_ready", None)

    await lite_house.floor.until(here)
    await ana.next("presence.changed", state="not_ready")


async def _count(floor, number):
    return len(floor.sockets("/console")) == number


async def _heard(client, number):
    return len(client.all("notice")) == number
