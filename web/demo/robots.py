"""web/demo/robots.py: sample agents who work by themselves, so that the floor is alive.

agent5 to agent8 sign in at the real door with their tokens, accept what they are offered, answer in
the customer's language, wrap up, and rest. They know nothing and say so kindly; who wants to serve
the customers well signs in as agent1 to agent4, and is offered work like everybody else.
"""

import asyncio
from random import Random
from typing import Any

import socketio
import structlog

from web.demo.texts import HELPFUL, OPENERS
from web.demo.visitors import Pause

log = structlog.get_logger()

ROBOTS = ("demo-agent5", "demo-agent6", "demo-agent7", "demo-agent8")
_LIMIT_S = 10.0
#: What a robot says came of a recovery's action, by what its title speaks of; of other work, that it is done.
_OUTCOMES = {"redress": ("paid", "Payment PAY-DEMO"), "call back": ("reached", "Spoke with the customer")}


class Robot:
    """One sample agent at work. `run` signs in and works until it is cancelled."""

    def __init__(self, url: str, token: str, rng: Random, *, pause: Pause = asyncio.sleep) -> None:
        self._url = url
        self._token = token
        self._rng = rng
        self._pause = pause
        self._client = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, logger=False, engineio_logger=False
        )
        self._said: dict[str, asyncio.Event] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._called: set[str] = set()
        self._client.on("offer", self._offered, namespace="/console")
        self._client.on("message.new", self._heard, namespace="/console")
        self._client.on("interaction.changed", self._calls, namespace="/console")

    async def run(self) -> None:
        """Signs in, and stays ready for work; signs in again when the server was away."""
        try:
            while True:
                if not self._client.connected:
                    await self._sign_in()
                if not self._work:
                    await self._call("presence.set", state="available")
                await self._pause(self._rng.uniform(20, 40))
        finally:
            for task in list(self._work):
                task.cancel()
            await asyncio.gather(*self._work, return_exceptions=True)
            await self._client.disconnect()

    async def _sign_in(self) -> None:
        try:
            await self._client.connect(
                self._url,
                headers={"Origin": self._url},
                auth={"token": self._token},
                transports=["websocket"],
                namespaces=["/console"],
                wait_timeout=int(_LIMIT_S),
            )
        except socketio.exceptions.SocketIOError:
            await self._pause(5)

    async def _offered(self, offer: dict[str, Any]) -> None:
        task = asyncio.create_task(self._take(offer))
        self._work.add(task)
        task.add_done_callback(self._finished)

    async def _calls(self, data: dict[str, Any]) -> None:
        """A call-back that was accepted is a call of its own: it is spoken and wrapped up, or wrapped up alone."""
        card = data["interaction"]
        ours = (card["channel"], card.get("direction")) == ("voice", "out") and card["state"] in ("active", "wrap_up")
        if not ours or card["id"] in self._called:
            return
        self._called.add(card["id"])
        task = asyncio.create_task(self._speak(card["id"]))
        self._work.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("demo_robot_failed", error=type(error).__name__)

    async def _heard(self, data: dict[str, Any]) -> None:
        if data["message"]["author"]["kind"] == "customer" and data["interaction_id"] in self._said:
            self._said[data["interaction_id"]].set()

    async def _take(self, offer: dict[str, Any]) -> None:
        await self._pause(self._rng.uniform(2, 7))
        if not await self._call("offer.accept", offer_id=offer["offer_id"]):
            return
        interaction = offer.get("interaction")
        if interaction is None and offer["work_item"].get("channel") == "voice":
            return  # its call comes by itself
        if interaction is None:
            await self._complete(offer["work_item"])
        elif interaction["channel"] == "voice":
            await self._speak(interaction["id"])
        else:
            await self._converse(interaction["id"], interaction["channel"], offer["customer"].get("language") or "en")
        if self._rng.random() < 0.6:
            await self._call("presence.set", state="not_ready", reason="paperwork")
            await self._pause(self._rng.uniform(15, 45))
            await self._call("presence.set", state="available")

    async def _converse(self, id: str, channel: str, language: str) -> None:
        heard = self._said[id] = asyncio.Event()
        try:
            first, then = OPENERS.get(language, OPENERS["en"]), HELPFUL.get(language, HELPFUL["en"])
            said = (first, then) if channel == "chat" else (then,)
            for text in said:
                heard.clear()
                await self._call("message.typing", interaction_id=id)
                await self._pause(self._rng.uniform(6, 20))
                await self._call("message.send", interaction_id=id, client_id=self._client_id(), text=text)
                if channel == "chat":
                    await self._listen(heard, 45)
            await self._pause(self._rng.uniform(5, 15))
            await self._wrap_up(id)
        finally:
            self._said.pop(id, None)

    async def _listen(self, heard: asyncio.Event, most_s: float) -> None:
        waited = 0.0
        while not heard.is_set() and waited < most_s:
            await self._pause(1)
            waited += 1

    async def _speak(self, id: str) -> None:
        await self._pause(self._rng.uniform(40, 100))
        await self._wrap_up(id)

    async def _wrap_up(self, id: str) -> None:
        await self._call("interaction.end", interaction_id=id)
        await self._pause(self._rng.uniform(4, 15))
        disposition = self._rng.choice(("solved", "information", "order_changed"))
        await self._call("interaction.wrap_up", interaction_id=id, disposition=disposition)

    async def _complete(self, item: dict[str, Any]) -> None:
        await self._pause(self._rng.uniform(20, 60))
        title = item["title"].lower() if item["kind"] == "recovery_action" else ""
        outcome, note = next((said for word, said in _OUTCOMES.items() if word in title), ("done", "Seen to"))
        await self._call("work.complete", work_item_id=item["id"], outcome=outcome, note=note)

    def _client_id(self) -> str:
        return f"robot-{self._rng.getrandbits(64):016x}"

    async def _call(self, event: str, **data: Any) -> bool:
        """Whether the server said yes; no when it said no, or was away."""
        try:
            answer = await self._client.call(event, data, namespace="/console", timeout=_LIMIT_S)
        except (socketio.exceptions.SocketIOError, TimeoutError):
            return False
        return bool(isinstance(answer, dict) and answer.get("ok"))
