"""Sample customers and robot agents against a small house that keeps the contract's shapes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import Message
from random import Random
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp import web
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.handlers import Message as MessageHandler

from channels.voice.twilio_standin import TwilioStandin
from desk.kernel.clock import SystemClock
from desk.kernel.settings import Settings
from tests.contract.voice_house import House
from web.demo import visitors
from web.demo.contacts import NUMBER
from web.demo.people import Person, people
from web.demo.robots import Robot
from web.demo.texts import HELPFUL, OPENERS, story
from web.demo.traffic import run
from web.demo.visitors import Doors

#: So much faster than people is a demo here.
HASTE = 500.0


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds / HASTE)


class SmallHouse(MessageHandler):
    """Answers chats, takes mails, offers one chat to whoever is available, and writes down what it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.mails: list[Message] = []
        self.outgoing: list[dict[str, str]] = []
        self.voice = House("token")
        self.sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", transports=["websocket"])
        self.sio.on("*", self._chat, namespace="/chat")
        self.sio.on("*", self._console, namespace="/console")
        self.sio.on("connect", self._signed_in, namespace="/console")
        self.sio.on("connect", self._visited, namespace="/chat")
        self.offered = False
        self.door = "chat"

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)
        self.outgoing.append(
            {
                "message_id": f"<answer-{len(self.mails)}@demo.test>",
                "in_reply_to": message["Message-ID"],
                "references": message["Message-ID"],
                "reply_to": "reply+token@demo.test",
            }
        )

    async def _visited(self, sid: str, environ: Any, auth: Any) -> None:
        await self.sio.emit("welcome", {"visitor": "v"}, to=sid, namespace="/chat")

    async def _signed_in(self, sid: str, environ: Any, auth: Any) -> None:
        self.seen.append(("signed_in", auth))

    async def _chat(self, event: str, sid: str, data: dict[str, Any]) -> dict[str, Any]:
        self.seen.append((event, data))
        if event in ("chat.start", "message.send"):
            await self._tell(sid, "/chat", "agent", "Hello")
        return {"ok": True}

    async def _console(self, event: str, sid: str, data: dict[str, Any]) -> dict[str, Any]:
        self.seen.append((event, data))
        if event == "presence.set" and data["state"] == "available" and not self.offered:
            self.offered = True
            contact = {"id": "i1", "channel": self.door, "queue": "general", "state": "offered"}
            offer = {
                "offer_id": "o1",
                "work_item": {"id": "i1", "kind": "interaction", "title": "A chat", "queue": "general"}
                | ({"kind": "callback", "channel": "voice"} if self.door == "callback" else {}),
                "interaction": contact if self.door not in ("task", "callback") else None,
                "customer": {"id": "c1", "name": "Ilse", "tier": "vip", "language": "de", "certainty": "certain"},
            }
            await self.sio.emit("offer", offer, to=sid, namespace="/console")
        if event == "message.send":
            await self._tell(sid, "/console", "customer", "Danke")
        if event == "offer.accept" and self.door == "callback":
            call = {"id": "call-1", "channel": "voice", "direction": "out", "state": "active"}
            for _ in range(2):
                await self.sio.emit(
                    "interaction.changed", {"seq": 2, "interaction": call}, to=sid, namespace="/console"
                )
        return {"ok": True}

    async def _tell(self, sid: str, namespace: str, kind: str, text: str) -> None:
        message = {"id": "m", "author": {"kind": kind, "name": "X"}, "text": text}
        data = {"seq": 1, "interaction_id": "i1", "message": message}
        await self.sio.emit("message.new", data, to=sid, namespace=namespace)

    def happened(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self.seen if name == event]

    async def _mail_json(self, request: web.Request) -> web.Response:
        return web.json_response(self.outgoing)

    def app(self) -> web.Application:
        app = self.voice.app()
        app.router.add_get("/demo/mail.json", self._mail_json)
        self.sio.attach(app)
        return app


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[SmallHouse, Doors]]:
    house = SmallHouse()
    runner = web.AppRunner(house.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    post = UnthreadedController(house, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    server = await asyncio.get_running_loop().create_server(post.factory, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    house.voice.public_url = url
    settings = Settings.model_validate({"public_url": url, "smtp_listen": f"127.0.0.1:{port}", "demo": True})
    standin = TwilioStandin("AC1", "token", now=SystemClock().now, public_url=url)
    standin.open()
    try:
        async with aiohttp.ClientSession() as http:
            yield house, Doors(settings=settings, standin=standin, http=http, rng=Random(5), pause=pause)
    finally:
        await standin.close()
        server.close()
        await runner.cleanup()


@pytest.fixture
def ilse() -> Person:
    return next(one for one in people(Random(1), 100) if one.language == "de")


async def until(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_chatter_asks_hears_an_agent_thanks_and_leaves(ilse: Person) -> None:
    async with opened() as (house, doors):
        told = story(Random(2), "de")
        await visitors.chat(doors, ilse, told)
        (start,) = house.happened("chat.start")
        assert (start["text"], start["name"], start["email"]) == (told.opening, ilse.name, ilse.email)
        assert [data["text"] for data in house.happened("message.send")] == [told.thanks]
        assert house.happened("chat.end")


async def test_a_writer_posts_a_mail_and_answers_in_its_thread(ilse: Person) -> None:
    async with opened() as (house, doors):
        doors.rng = Random(3)
        reading = asyncio.create_task(doors.read_mail())
        while len(house.mails) < 3:  # not everybody says thanks
            await visitors.mail(doors, ilse, story(Random(2), "de"), complaint=False)
            if any(one["In-Reply-To"] for one in house.mails):
                break
        reading.cancel()
        first, last = house.mails[0], house.mails[-1]
        assert "demo.test" in str(first["To"]) and ilse.email in str(first["From"])
        assert last["To"] == "reply+token@demo.test"
        assert str(last["In-Reply-To"]).startswith("<answer-")


async def test_a_texter_is_answered_and_says_thanks(ilse: Person) -> None:
    async with opened() as (house, doors):
        told = story(Random(2), "de")
        visit = asyncio.create_task(visitors.text(doors, ilse, told))
        await until(lambda: house.voice.told("/twilio/sms", "Body"))
        doors.standin.send(to=ilse.phone, from_=NUMBER, body="Wir helfen", status_url="")
        await visit
        assert house.voice.told("/twilio/sms", "Body") == [told.opening, told.thanks]


async def test_a_caller_without_patience_hangs_up(ilse: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (house, doors):
        told = next(one for seed in range(50) if (one := story(Random(seed), "de")).matter.queue == "billing")
        monkeypatch.setattr(doors.rng, "uniform", lambda low, high: 0.05)
        await visitors.call(doors, ilse, told)
        assert "1" in house.voice.told("/twilio/voice", "Digits")
        assert house.voice.told("/twilio/voice/status", "CallStatus") == ["completed"]


async def test_a_robot_speaks_the_call_of_a_call_back_that_it_accepted() -> None:
    async with opened() as (house, doors):
        house.door = "callback"
        robot = asyncio.create_task(Robot(doors.settings.public_url, "demo-agent5", Random(1), pause=pause).run())
        await until(lambda: house.happened("interaction.wrap_up"))
        robot.cancel()
        await asyncio.gather(robot, return_exceptions=True)
        assert [data["interaction_id"] for data in house.happened("interaction.wrap_up")] == ["call-1"]
        assert house.happened("work.complete") == []


@pytest.mark.parametrize("door", ["chat", "email", "voice", "task"])
async def test_a_robot_accepts_answers_and_wraps_up(door: str) -> None:
    async with opened() as (house, doors):
        house.door = door
        robot = asyncio.create_task(Robot(doors.settings.public_url, "demo-agent5", Random(1), pause=pause).run())
        done = "work.complete" if door == "task" else "interaction.wrap_up"
        await until(lambda: house.happened(done))
        robot.cancel()
        await asyncio.gather(robot, return_exceptions=True)
        assert {auth["token"] for auth in house.happened("signed_in")} == {"demo-agent5"}
        assert house.happened("offer.accept") == [{"offer_id": "o1"}]
        said = [data["text"] for data in house.happened("message.send")]
        expected = {"chat": [OPENERS["de"], HELPFUL["de"]], "email": [HELPFUL["de"]]}
        assert said == expected.get(door, [])


async def test_traffic_begins_on_every_channel_and_leaves_nothing_behind() -> None:
    async with opened() as (house, doors):
        house.offered = True
        before = asyncio.all_tasks()
        traffic = asyncio.create_task(run(doors.settings, doors.standin, Random(4), pause=pause))
        await until(
            lambda: (
                house.mails
                and house.happened("chat.start")
                and house.voice.told("/twilio/sms", "Body")
                and house.voice.told("/twilio/voice", "CallSid")
                and len({auth["token"] for auth in house.happened("signed_in")}) == 4
            )
        )
        traffic.cancel()
        await asyncio.gather(traffic, return_exceptions=True)
        await doors.standin.close()
        await until(lambda: not [one for one in asyncio.all_tasks() - before if "web/demo" in str(one.get_coro())])
