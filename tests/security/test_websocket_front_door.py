"""Rows 36 to 40 and 42: what comes through a socket, from people who have not signed in and from people who have.

CVE-2026-102489 (Zammad, an event's name that is looked up), CVE-2022-40816 (Zammad, sockets that show more),
CVE-2020-10101 (Zammad, frames that are no JSON), GHSA-w668-wq26-6c94 and GHSA-gh3r-jh6q-wrvj (FreeScout, names of
rooms), CVE-2026-100404 (Zulip, told after the right is gone), CVE-2026-48804 (python-socketio, half a packet).
"""

import builtins
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from desk.kernel.clock import ManualClock
from tests.integration.sockets.house import ORIGIN, PATIENCE_S, House, open_house, takes_next
from tests.integration.web.front import built_files
from web.api import ROUTES
from web.site import make_site
from web.sockets.chat import Chat
from web.sockets.console import Console
from web.sockets.floor import Floor
from web.sockets.messages import ASKED
from web.sockets.realtime import Realtime
from web.sockets.wire import Server

URL = "/socket.io/?EIO=4&transport=websocket"
SECRET = "My PIN is 4711."
UNKNOWN = {"ok": False, "error": {"code": "unknown_event", "message": "There is no such event here."}}
ENDS = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR)


@pytest.fixture
async def house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


def names() -> list[str]:
    """Whatever the objects behind the door have, and what Python and the library give everything."""
    behind = (Console, Floor, Chat, Server, Realtime, dict, str, object, builtins)
    found = {name for one in behind for name in dir(one)} | set(ASKED["/console"]) | set(ASKED["/floor"])
    found |= {f"{name}.__call__" for name in ASKED["/chat"]} | {
        "connect",
        "disconnect",
        "message",
        "*",
        "",
        "\0",
        "chat.start ",
    }
    return sorted(found)


@pytest.mark.parametrize("namespace", ["/console", "/floor", "/chat"])
async def test_no_name_of_an_event_is_looked_up_in_anything_but_the_table(house: House, namespace: str) -> None:
    unknown = [name for name in names() if name not in ASKED[namespace]]
    assert len(unknown) > 300
    auth = {"/console": {"token": "token-agent1"}, "/floor": {"token": "token-supervisor"}, "/chat": {}}[namespace]
    for begin in range(0, len(unknown), 150):  # more at once are refused as a flood
        client = await house.connects(namespace, **auth)
        for name in unknown[begin : begin + 150]:
            data = {"sid": "x", "self": name, "__class__": name, "args": [name], "session": "token-agent1"}
            answer = await client.socket.call(name, data, namespace=namespace, timeout=PATIENCE_S)
            assert answer == UNKNOWN, name
        await client.leaves()


async def test_before_sign_in_nothing_is_answered_whatever_it_is_called(house: House) -> None:
    unsaid = 0
    for begin in range(0, 60, 6):
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket,
        ):
            await socket.receive(timeout=PATIENCE_S)  # the engine's open packet
            for number, name in enumerate([*names()[begin : begin + 4], "presence.set", "offer.accept"]):
                await socket.send_str(f"42/console,{number}{json.dumps([name, {'state': 'available'}])}")
            await socket.send_str('40/console,{"token":"wrong"}')
            heard = str((await socket.receive(timeout=PATIENCE_S)).data)
            assert heard.startswith("44/console,") and "token" not in heard and "Traceback" not in heard
            unsaid += 1
    assert unsaid == 10


async def test_what_is_no_text_ends_the_connection_before_and_after_sign_in(house: House) -> None:
    frames: list[str | bytes] = [
        b"\x04", bytes(100_000), '451-/console,["message.send",{"_placeholder":true,"num":0}]', "b4AAAA",
        '461-/console,1[{"_placeholder":true,"num":0}]', '4599999999-/console,["x"]', "b64:AAAA",
    ]  # fmt: skip
    for signed_in in (False, True):
        for frame in frames:
            async with (
                aiohttp.ClientSession() as http,
                http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket,
            ):
                if signed_in:
                    await socket.send_str('40/console,{"token":"token-agent1"}')
                    while not str((await socket.receive(timeout=PATIENCE_S)).data).startswith("42/console"):
                        pass
                await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
                while (message := await socket.receive(timeout=PATIENCE_S)).type not in ENDS:
                    assert "error" not in str(message.data)
    assert house.realtime.sockets("/chat") == []


NEARLY = [
    '42/console,1["presence.set",{"state":"available"}]',
    "2",
    "3",
    "40/chat,{}",
    "41/console,",
    "43/console,1[{}]",
]
ODD: list[Any] = [
    [],
    {},
    None,
    7,
    "x",
    [[]],
    ["presence.set", []],
    ["resume", {"seq": 10**30}],
    [None, None],
    ["x"] * 99,
]


def garbage(rng: random.Random) -> str | bytes:
    """Bytes, letters, or a packet in which some letters are others."""
    kind = rng.randrange(3)
    if kind == 0:
        return rng.randbytes(rng.choice([1, 2, 9, 200]))
    if kind == 1:
        return "".join(chr(rng.randrange(0x20, rng.choice([0x7F, 0xD7FF]))) for _ in range(rng.randrange(1, 40)))
    letters = list(rng.choice(NEARLY))
    for _ in range(rng.randrange(1, 4)):
        letters[rng.randrange(len(letters))] = chr(rng.randrange(1, 0x2FF))
    return "".join(letters)


async def test_two_thousand_frames_of_nothing_harm_nobody(house: House) -> None:
    console, (page, _) = await house.console("agent1", available=True), await house.visitor()
    rng = random.Random(20101)
    async with aiohttp.ClientSession() as http:
        for number in range(400):
            async with http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket:
                if number % 4 == 0:
                    await socket.send_str('40/chat,{"visitor":"x"}')
                frame = garbage(rng)
                await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        async with http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket:
            await socket.send_str('40/console,{"token":"token-agent2"}')
            for number in range(1_600):
                await socket.send_str(f"42/console,{rng.choice(['', str(number)])}{json.dumps(rng.choice(ODD))}")
            await socket.send_str('42/console,7["x"]')
            while not str((await socket.receive(timeout=PATIENCE_S)).data).startswith("43/console,7["):
                assert not socket.closed
    await console.does("presence.set", state="not_ready", reason="break")
    await page.does("chat.start", text="Still there?", client_id="a")


NAMED = {
    "message.typing": "interaction_id",
    "interaction.end": "interaction_id",
    "offer.accept": "offer_id",
    "work.complete": "work_item_id",
}
WILD = ["%", "*", "_", "?", "agent:*", "visitor:%", "all", "/console", "..", "a' OR '1'='1", "[a-z]", "\\", "*' --"]


async def test_signs_that_stand_for_anything_stand_for_nothing(house: House) -> None:
    """Rooms are named by us; a client says ids, and an id with a wild card is none."""
    ana, (page, _) = await house.console("agent1", available=True), await house.visitor()
    (spy, _), ben = await house.visitor(), await house.console("agent2")
    await page.does("chat.start", text=SECRET, client_id="a")
    await takes_next(ana)
    for wild in WILD:
        for name, field in NAMED.items():
            assert await ben.is_refused(name, **{field: wild, "outcome": "done"}) in ("invalid", "not_found")
        for name in ("join", "subscribe", "room", "enter_room"):
            assert await spy.is_refused(name, room=wild, channel=wild) == "unknown_event"
        assert await spy.is_refused("message.read", message_id=wild) in ("invalid", "not_found")
    other = await house.connects("/chat", visitor="%")
    await other.next("welcome")
    await house.floor.settles()
    for client in (spy, ben, other):
        assert "4711" not in str(client.heard)
    assert page.all("message.typing") == []


async def test_nobody_hears_of_what_was_taken_from_them(house: House) -> None:
    """Said, noted, typed, held, passed on, moved, wrapped up: who may see it not, or no longer, hears no word of it."""
    ana, ben, cleo = [await house.console(f"agent{number}") for number in (1, 2, 3)]
    boss = await house.supervisor()
    (page, _), (spy, _) = await house.visitor(), await house.visitor()
    await ana.does("presence.set", state="available")
    id = (await page.does("chat.start", text=f"1 {SECRET}", client_id="1"))["interaction_id"]
    await takes_next(ana)
    await ana.does("message.send", interaction_id=id, client_id="2", text=f"2 {SECRET}")
    await ana.does("message.send", interaction_id=id, client_id="3", text=f"note {SECRET}", internal=True)
    await ana.asks("message.typing", interaction_id=id)
    await boss.does("message.whisper", interaction_id=id, text=f"whisper {SECRET}")
    await ana.does("interaction.hold", interaction_id=id)
    await ana.does("interaction.unhold", interaction_id=id)
    await cleo.does("presence.set", state="available")
    await boss.does("interaction.assign", interaction_id=id, agent_id=await house.id_of("agent3"))
    await ana.does("presence.set", state="not_ready", reason="break")
    await house.floor.settles()
    before = len(ana.heard)
    await takes_next(cleo)
    await page.does("message.send", text=f"later {SECRET}", client_id="4")
    await cleo.next("message.new", message__text=f"later {SECRET}")
    await cleo.does("interaction.transfer", interaction_id=id, to={"queue": "billing"}, note=f"handover {SECRET}")
    await boss.does("interaction.move", interaction_id=id, queue="technical")
    await page.does("chat.end")
    await house.floor.settles()

    assert "later" in str(cleo.heard) and "note" in str(ana.heard)
    for client in (ben, spy):
        assert "4711" not in str(client.heard)
    assert "4711" not in str(ana.heard[before:])
    for private in ("note ", "whisper ", "handover "):
        assert private + SECRET not in str(page.heard)


async def test_sockets_show_what_rest_shows(house: House, tmp_path: Path) -> None:
    ana = await house.console("agent1", available=True)
    for number in range(3):
        page, _ = await house.visitor()
        await page.does("chat.start", text=f"Question {number}", client_id="1")
    id = (await takes_next(ana))["interaction"]["id"]
    await ana.does("message.send", interaction_id=id, client_id="2", text="An answer")
    await house.floor.settles()
    site = make_site(house.floor.desk, built_files(tmp_path / "static"))
    for routes in ROUTES:
        site.add_routes(routes)
    async with TestServer(site) as server, aiohttp.ClientSession() as http:

        async def rest(who: str, path: str) -> Any:
            async with http.get(
                server.make_url(f"/api/v1/{path}"), headers={"Authorization": f"Bearer token-{who}"}
            ) as said:
                return await said.json() if said.status == 200 else said.status

        boss = await house.supervisor()
        shown = (await boss.next("snapshot"))["interactions"]
        assert shown and {card["id"]: card for card in shown} == {
            card["id"]: card for card in (await rest("supervisor", "interactions"))["items"]
        }
        for who in ("agent1", "agent2", "agent3"):
            console = await house.console(who)
            for card in (await console.next("snapshot"))["interactions"]:
                found = await rest(who, f"interactions/{card['id']}")
                assert {name: found[name] for name in card} == card
        said = (await ana.next("message.new", message__text="An answer"))["message"]
        shown = {one["id"]: one for one in (await rest("agent1", f"interactions/{id}/messages"))["items"]}[said["id"]]
        assert said == shown | {"delivery": said["delivery"]}  # which goes on meanwhile
