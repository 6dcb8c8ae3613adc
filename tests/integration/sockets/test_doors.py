"""Who comes in, from where, and when they are sent away again."""

import asyncio

import pytest
import sqlalchemy as sa
from socketio.exceptions import ConnectionError as NotLetIn

from desk.people.access import close_session, open_session
from desk.tables import organization, users
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import ORIGIN, PATIENCE_S

WRONG: list[dict[str, object]] = [
    {}, {"token": "wrong"}, {"token": ""}, {"token": 7}, {"token": ["token-agent1"]}, {"visitor": "x"},
]  # fmt: skip


async def test_without_a_good_token_nobody_enters_a_staff_namespace(lite_house):
    for namespace in ("/console", "/floor"):
        for auth in WRONG:
            with pytest.raises(NotLetIn):
                await lite_house.connects(namespace, **auth)


async def test_a_visitor_cannot_enter_a_staff_namespace_on_the_connection_of_the_chat(lite_house):
    page, token = await lite_house.visitor()
    with pytest.raises(NotLetIn):
        await lite_house.connects("/console", visitor=token)
    assert page.socket.connected


async def test_a_page_from_elsewhere_may_not_use_a_cookie_or_a_token(lite_house):
    house = lite_house
    cookie = await _session(house, "agent1")
    for origin in (
        "http://evil.test",
        "http://desk.test.evil.test",
        "https://desk.test",
        "http://desk.test:81",
        "null",
    ):
        with pytest.raises(NotLetIn):
            await house.connects("/console", origin=origin, cookie=cookie)
        with pytest.raises(NotLetIn):
            await house.connects("/console", origin=origin, token="token-agent1")
        with pytest.raises(NotLetIn):
            await house.connects("/chat", origin=origin)


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "http://]x", "http://[x]", "http://x:port", "http://x:99999"]
)
async def test_what_is_no_origin_is_turned_away_quietly(lite_house, capsys, origin):
    for namespace, auth in (("/chat", {}), ("/console", {"token": "token-agent1"}), ("/floor", {})):
        with pytest.raises(NotLetIn):
            await lite_house.connects(namespace, origin=origin, **auth)
    assert "failed" not in capsys.readouterr().out


async def test_an_address_that_is_none_opens_the_door_to_no_other(lite_house):
    await _lists(lite_house, ["http://[", "http://x:port", "https://shop.test"])
    for origin in ("http://[", "http://]", "http://y:port"):
        with pytest.raises(NotLetIn):
            await lite_house.connects("/chat", origin=origin)
    await (await lite_house.connects("/chat", origin="https://shop.test")).next("welcome")


async def test_a_program_without_an_origin_signs_in_by_cookie_and_by_token(lite_house):
    house = lite_house
    cookie = await _session(house, "agent1")
    await (await house.connects("/console", origin=None, cookie=cookie)).next("snapshot")
    for origin in ("null", "https://evil.example"):
        with pytest.raises(NotLetIn):
            await house.connects("/console", origin=origin, cookie=cookie)
    with pytest.raises(NotLetIn):
        await house.connects("/console", origin=None, cookie="made-up")
    await (await house.connects("/console", origin=None, token="token-agent1")).next("snapshot")
    await (await house.connects("/console", origin=ORIGIN, cookie=cookie)).next("snapshot")


async def test_customers_chat_from_the_pages_that_the_organization_lists(lite_house):
    house = lite_house
    await _lists(house, ["https://shop.test"])
    await (await house.connects("/chat", origin="https://shop.test")).next("welcome")
    with pytest.raises(NotLetIn):
        await house.connects("/chat", origin="http://shop.test")


async def test_agents_see_no_floor(lite_house):
    house = lite_house
    with pytest.raises(NotLetIn):
        await house.connects("/floor", token="token-agent1")


async def test_a_console_is_dropped_when_its_session_ends(lite_house):
    house = lite_house
    console = await house.connects("/console", cookie=await _session(house, "agent1"))
    other = await house.console("agent2")
    await console.next("snapshot")
    await house.floor.desk.transact(SYSTEM, close_session, "secret-agent1")
    await _goes(console)
    assert other.socket.connected


async def test_a_user_who_is_deactivated_or_has_another_role_is_sent_away(lite_house):
    house = lite_house
    one, two = await house.console("agent1"), await house.supervisor()
    ids = [await house.id_of("agent1"), await house.id_of("supervisor")]
    await house.floor.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.update(users).where(users.c.id == ids[0]).values(active=False))
    )
    await house.floor.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.update(users).where(users.c.id == ids[1]).values(role="agent"))
    )
    await _goes(one)
    await _goes(two)


async def _lists(house, origins):
    """The organization lists the pages that may chat."""
    desk = house.floor.desk
    await desk.transact(SYSTEM, lambda tx: tx.insert_if_new(organization, key="chat_origins", value=[]))
    await desk.transact(SYSTEM, lambda tx: tx.update(organization, "chat_origins", value=origins))


async def _session(house, who):
    user_id = await house.id_of(who)
    await house.floor.desk.transact(
        SYSTEM, lambda tx: open_session(tx, user_id, secret=f"secret-{who}", csrf_token="csrf")
    )
    return f"careline=secret-{who}"


async def _goes(client):
    async def gone():
        return client.namespace not in client.socket.namespaces

    await client_floor_until(gone)


async def client_floor_until(look):
    async with asyncio.timeout(PATIENCE_S):
        while not await look():
            await asyncio.sleep(0.05)
