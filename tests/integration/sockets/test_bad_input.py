"""What a client may get wrong, or send on purpose: an acknowledged error, or the end of that connection alone."""

import asyncio
import json
import random
from typing import Any

import aiohttp
import pytest

from desk.tables import messages
from tests.integration.sockets.house import ORIGIN, PATIENCE_S, takes_next

URL = "/socket.io/?EIO=4&transport=websocket"
NAMES = [
    "connect", "disconnect", "connect_error", "__init__", "__class__", "__dict__", "_dispatch", "handlers",
    "admit", "greet", "gone", "trigger_event", "emit", "on_connect", "*", "", " ", "offer.accept.__call__", "\0",
    "presence.set\n", "agent.presence.set", "interaction.move", "chat.start", "monitor.start", "snapshot",
]  # fmt: skip


async def test_unknown_events_get_an_acknowledged_error(lite_house):
    house = lite_house
    console = await house.console("agent1")
    for name in NAMES:
        answer = await console.socket.call(
            name, {"sid": "x", "HTTP_COOKIE": "y"}, namespace="/console", timeout=PATIENCE_S
        )
        assert answer == {"ok": False, "error": {"code": "unknown_event", "message": "There is no such event here."}}
    page, _ = await house.visitor()
    for name in [*NAMES, "presence.set", "offer.accept"]:
        if name != "chat.start":
            answer = await page.socket.call(name, {}, namespace="/chat", timeout=PATIENCE_S)
            assert answer["error"]["code"] == "unknown_event", name
    await console.does("presence.set", state="available")


WRONG = [
    ("presence.set", {}),
    ("presence.set", {"state": 7}),
    ("presence.set", {"state": "asleep"}),
    ("presence.set", {"state": "wrap_up"}),
    ("offer.accept", {}),
    ("offer.accept", {"offer_id": {"$ne": 1}}),
    ("offer.accept", {"offer_id": "x' or 1=1 --"}),
    ("message.send", {"interaction_id": "1", "text": "x"}),
    ("message.send", {"interaction_id": "1", "client_id": "c", "text": "x" * 20_001}),
    ("interaction.transfer", {"interaction_id": "1", "to": {}}),
    ("interaction.transfer", {"interaction_id": "1", "to": {"queue": "a", "agent": "b"}}),
    ("interaction.transfer", {"interaction_id": "1", "to": {"queue": "a"}, "mode": "warm"}),
    ("interaction.snooze", {"interaction_id": "1", "until": "tomorrow"}),
    ("interaction.snooze", {"interaction_id": "1", "until": "2026-01-01T00:00:00"}),
    ("call.dial", {}),
    ("call.dial", {"to": "+" * 65}),
    ("call.dial", {"to": "+442079460101", "work_item_id": "x' or 1=1 --"}),
    ("resume", {"seq": -1}),
    ("resume", {"seq": "all"}),
    ("resume", []),
    ("resume", "7"),
]


async def test_missing_and_wrong_fields_are_named(console):
    for name, data in WRONG:
        answer = await console.socket.call(name, data, namespace="/console", timeout=PATIENCE_S)
        assert answer["ok"] is False, name
        assert answer["error"]["code"] == "invalid", (name, data, answer)
        assert answer["error"]["message"]


async def test_what_does_not_exist_is_not_found_and_what_is_not_built_says_so(console):
    assert await console.is_refused("offer.accept", offer_id="018f0000-0000-7000-8000-000000000000") == "not_found"
    assert await console.is_refused("interaction.end", interaction_id="nothing") == "not_found"
    assert await console.is_refused("transfer.complete", interaction_id="x") == "unavailable"
    to = {"number": "+442079460000"}
    assert await console.is_refused("interaction.transfer", interaction_id="x", to=to) == "unavailable"


async def test_another_agents_contact_cannot_be_touched_or_read(lite_house):
    house = lite_house
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    await page.does("chat.start", text="My secret is 4711", client_id="a")
    id = (await takes_next(ana))["interaction"]["id"]
    ben = await house.console("agent2")
    acts: list[tuple[str, dict[str, Any]]] = [
        ("message.send", {"client_id": "x", "text": "Hello"}),
        ("interaction.end", {}),
        ("interaction.hold", {}),
        ("interaction.wrap_up", {"disposition": "solved"}),
        ("interaction.transfer", {"to": {"queue": "billing"}}),
    ]
    for name, more in acts:
        answer = await ben.asks(name, interaction_id=id, **more)
        assert answer["error"]["code"] in ("forbidden", "not_found")
        assert "4711" not in str(answer)
    await ben.asks("message.typing", interaction_id=id)
    await ana.does("message.send", interaction_id=id, client_id="m", text="I see it.")
    await page.next("message.new", message__text="I see it.")
    assert page.all("message.typing") == []
    assert "4711" not in str(ben.heard)


async def test_an_unforeseen_error_is_a_constant_sentence_and_an_id(lite_house, monkeypatch):
    house = lite_house
    from web.sockets import console as console_module

    class Agents:
        @staticmethod
        def set_presence(*_args, **_more):
            raise RuntimeError("SELECT password FROM users")

    console = await house.console("agent1")
    monkeypatch.setattr(console_module, "agents", Agents)
    answer = await console.asks("presence.set", state="available")
    assert answer["error"]["code"] == "internal"
    assert len(answer["error"]["id"]) == 16
    assert "password" not in str(answer)


async def test_garbage_ends_its_own_connection_and_hurts_nobody_else(lite_house):
    house = lite_house
    console = await house.console("agent1", available=True)
    rng = random.Random(7)
    frames: list[str | bytes] = [
        *(
            "",
            "4",
            "40",
            "42",
            "4x",
            "x",
            "2",
            "5",
            "6",
            "0",
            "9",
            "b64",
            "44/console,{}",
            "4٥1-[]",
            "4[1]",
            '4{"a":1}',
        ),
        *("b64", "40/nowhere,", "40/console,{", "40/console,[]", "42/console,[]", "42/console,{}", "42/console,7"),
        *('42/console,["presence.set"', '42/console,["presence.set",{}]', "461-/console,[]", '42/chat,1["x"]'),
        '451-/console,["a",{"_placeholder":true,"num":0}]',
        *("[" * 5_000, "4" + "[" * 100_000, "42/console," + "9" * 200 + "[]", "4" * 9_000),
        *("\ud83d", b"\x00", b"\x04" * 100, bytes(200_000)),
    ]
    frames += [bytes(rng.randrange(256) for _ in range(rng.randrange(1, 60))) for _ in range(50)]
    frames += ["".join(chr(rng.randrange(32, 1_000)) for _ in range(rng.randrange(1, 60))) for _ in range(100)]
    async with aiohttp.ClientSession() as http:
        for frame in frames:
            await _throws(http, house.url, frame)
    await console.does("presence.set", state="not_ready", reason="break")
    page, _ = await house.visitor()
    await page.does("chat.start", text="Still there?", client_id="a")


async def _throws(http, url, frame):
    async with http.ws_connect(url + URL, headers={"Origin": ORIGIN}) as socket:
        await socket.receive(timeout=PATIENCE_S)  # the engine's open packet
        if isinstance(frame, bytes):
            await socket.send_bytes(frame)
        elif frame.isascii() or not any("\ud800" <= c <= "\udfff" for c in frame):
            await socket.send_str(frame)
        else:
            await socket.send_frame(frame.encode("utf-16", "surrogatepass"), aiohttp.WSMsgType.TEXT)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (r'["chat.start",{"text":"\ud83d","client_id":"a"}]', ""),
        (r'["chat.start",{"text":"a","client_id":"\ude00","name":"\uD83D","topic":"\ud83d","page":"\ud83d"}]', ""),
        (r'["chat.start",{"text":"a","client_id":"a","language":"\ud83d"}]', "invalid"),
        (r'["message.send",{"text":"a","client_id":"a","attachments":["\ud83d"]}]', "unavailable"),
        (r'["message.read",{"message_id":"\ud83d"}]', "invalid"),
        (r'["survey.answer",{"answers":{"\ud83d":1}}]', "not_found"),
        (r'["\ud83d",{}]', "unknown_event"),
    ],
)
async def test_half_a_character_of_a_visitor_is_answered(lite_house, said, code):
    answer = await _answer(lite_house, "/chat", said, visitor=r'"\ud83d"')
    assert answer.get("error", {}).get("code", "") == code, answer
    if not code:
        (row,) = await lite_house.floor.rows(messages)
        assert row.text in ("\ufffd", "a")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (r'["message.send",{"interaction_id":"1","text":"\ud83d","client_id":"\ud83d"}]', "not_found"),
        (r'["presence.set",{"state":"\ud83d"}]', "invalid"),
        (r'["presence.set",{"state":"available","\ud83d":1}]', ""),
        (r'["\ud83d"]', "unknown_event"),
    ],
)
async def test_half_a_character_of_an_agent_is_answered(lite_house, said, code):
    answer = await _answer(lite_house, "/console", said, token='"token-agent1"')
    assert answer.get("error", {}).get("code", "") == code, answer


async def _answer(house, place, said, **auth):
    """What the server acknowledges, to the letter of `said`."""
    shown = ",".join(f'"{name}":{value}' for name, value in auth.items())
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket,
    ):
        await socket.send_str(f"40{place},{{{shown}}}")
        await socket.send_str(f"42{place},5{said}")
        while True:
            frame = str((await socket.receive(timeout=PATIENCE_S)).data)
            if frame.startswith(f"43{place},5"):
                return json.loads(frame.removeprefix(f"43{place},5"))[0]


async def test_before_sign_in_frames_are_few_and_small(lite_house):
    house = lite_house
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket:
            await socket.send_str("42/console," + "x" * 9_000)
            assert await _ends(socket)
        async with http.ws_connect(house.url + URL, headers={"Origin": ORIGIN}) as socket:
            for _ in range(12):
                await socket.send_str('42/console,["presence.set",{}]')
            assert await _ends(socket)


async def test_after_sign_in_a_flood_is_refused_and_others_are_served(lite_house):
    house = lite_house
    console, other = await house.console("agent1"), await house.console("agent2")
    answers = await asyncio.gather(*(console.asks("resume", seq=0) for _ in range(20)))
    assert all(answer["ok"] for answer in answers)
    codes = [answer["error"]["code"] for answer in await asyncio.gather(*(console.asks("x") for _ in range(600)))]
    assert set(codes) == {"unknown_event", "rate_limited"}
    await other.does("presence.set", state="available")


async def test_a_frame_that_is_too_large_ends_the_connection(lite_house):
    console = await lite_house.console("agent1")
    await console.socket.emit("message.send", {"text": "x" * 200_000}, namespace="/console")

    async def ended():
        return not console.socket.connected

    await lite_house.floor.until(ended)
    await lite_house.console("agent1")


async def test_polling_and_other_transports_are_not_there(lite_house):
    house = lite_house
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/socket.io/?EIO=4&transport=polling") as answer:
        assert answer.status == 400


async def _ends(socket):
    while True:
        message = await socket.receive(timeout=PATIENCE_S)
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
            return True


@pytest.fixture
async def console(lite_house):
    return await lite_house.console("agent1")
