"""web/sockets/chat.py: `/chat`: customers, on our pages and on those that the organization lists.

A visitor's token is made by us and opens that visitor's conversation, nobody else's. A page that comes
back with it is shown the whole conversation; what it has been told on this connection it is not told
again. What an agent writes has arrived when a page of the visitor says that it has it, and is queued until then. The
customer sees first names, no notes, and no more of where things stand than concerns them.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from channels.types import Arrival
from desk.contacts import chats
from desk.contacts.attachments import signed_path
from desk.contacts.cards import first_name
from desk.contacts.intake import CHOSEN
from desk.contacts.interactions import IN_HAND, WAITING
from desk.kernel import tokens
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.ids import new_id
from desk.kernel.transaction import Actor
from desk.organization.entry_points import WIDGET
from web.accepted_languages import all_accepted
from web.limiter import Limiter
from web.sockets import doors
from web.sockets.arrivals import Arrivals
from web.sockets.asked import ChatSend, ChatStart, MessageRead, Nothing, Resume, SurveyAnswer
from web.sockets.assistant import Assistant
from web.sockets.closed_to_visitors import ClosedToVisitors, Standing
from web.sockets.first_answers import FirstAnswers
from web.sockets.floods import Floods, address_of
from web.sockets.messages import ASKED
from web.sockets.namespace import Admission, Socket, Told, table
from web.sockets.places import Places
from web.sockets.realtime import Realtime
from web.sockets.refusals import NotBuilt
from web.sockets.screens import ACTOR, Screens
from web.sockets.tellings import ALL, CHAT, CONSOLE, Seen, agent_room, visitor_room

Answer = dict[str, Any]

#: The customer hears of what concerns them: who rings at whom does not, nor that somebody takes notes.
_SHOWN = {"offered": "queued", "wrap_up": "closed"}
_ENDED = ("closed", "abandoned")
_ON_ITS_WAY = ("queued", "handed_over")


class Chat:
    """The namespace of customers."""

    name = CHAT

    def __init__(self, desk: Desk, realtime: Realtime, screens: Screens, limiter: Limiter) -> None:
        self._desk = desk
        self._realtime = realtime
        self._screens = screens
        self._floods = Floods(limiter)
        self._answers = FirstAnswers(desk, realtime, screens)
        self._assistant = Assistant(desk, screens)
        self._standings: dict[str, Standing] = {}  # what each visitor was told last
        self._places = Places(desk)
        self._closed = ClosedToVisitors(desk, screens)
        self._queues: dict[str, str] = {}  # visitor -> the queue of who waits
        self._arrivals = Arrivals(desk, realtime)
        screens.tell_visitors = self.tell
        self.handlers = table(
            ASKED[self.name],
            {
                "chat.start": self._start,
                "message.send": self._send,
                "message.typing": self._typing,
                "message.read": self._read,
                "chat.end": self._end,
                "survey.answer": self._answer,
                "resume": self._resume,
            },
        )

    # Coming and going

    async def admit(self, request: web.Request, origin: str | None, auth: dict[str, Any]) -> Admission:
        """Anybody from a page that may connect; who shows a token of ours is who they were."""
        await doors.check_chat_origin(self._desk, origin)
        token = auth.get("visitor")
        visitor = new_id(self._desk.clock.now())
        if isinstance(token, str) and 0 < len(token) < 600:
            with suppress(NotFound):  # not one of ours: a new visitor
                visitor = tokens.verify(self._desk.settings.secret_key, chats.VISITOR, token)
        reads = all_accepted(request.headers.get("Accept-Language", ""))
        return Admission(actor=Actor.customer(visitor), address=address_of(request, self._desk.settings), reads=reads)

    async def greet(self, socket: Socket) -> None:
        """Gives the visitor their token, and shows them their conversation."""
        visitor = socket.actor.id
        self._realtime.join(socket, visitor_room(visitor), ALL)
        await self._closed.read()
        row, seq = await self._desk.read(ACTOR, chats.begun, visitor)
        found = await self._desk.read(ACTOR, chats.chat_of, visitor) if row is not None else None
        if found is not None and found.state in chats.MAY_LEAVE:
            await self._desk.transact(socket.actor, chats.visitor_back, visitor)
        token = tokens.sign(self._desk.settings.secret_key, chats.VISITOR, visitor)
        seq = found.seq if found else seq
        news = self._news(socket, found)
        first = news[0][1]["seq"] if news else seq  # what is told rises from here
        closed = self._closed.now()
        welcome = {"seq": first, "visitor": token, "closed": closed, "assistant": await self._assistant.when()}
        await self._introduce(socket, seq, closed, ("welcome", welcome), *news)
        await self._until_arrived(socket, found)
        if found is not None and found.state in WAITING:
            await self._answers.again(visitor, found.interaction_id, socket.reads)

    async def _introduce(self, socket: Socket, seq: int, closed: Standing, *first: tuple[str, dict[str, Any]]) -> None:
        """Shows a page where things stand, and what has closed or opened while it did not listen yet."""
        await self._realtime.introduce(socket, seq, *first)
        if self._closed.now() != closed:
            await self._realtime.tell_one(socket, self._closed.telling(max(seq, self._screens.position)))

    async def gone(self, socket: Socket) -> None:
        """When the last page of a visitor is closed, whoever waits keeps the place for a while."""
        visitor = socket.actor.id
        if self._realtime.in_room(CHAT, visitor_room(visitor)):
            return
        self._standings.pop(visitor, None)
        self._queues.pop(visitor, None)
        self._places.forget(visitor)
        row, _ = await self._desk.read(ACTOR, chats.begun, visitor)
        if row is not None and row.state in chats.MAY_LEAVE:
            await self._desk.transact(socket.actor, chats.visitor_gone, visitor)

    async def _resume(self, socket: Socket, _message: Resume) -> Answer:
        """Everything that this page has not been told yet."""
        self._realtime.hold(socket)
        closed = self._closed.now()
        found = await self._desk.read(ACTOR, chats.chat_of, socket.actor.id)
        if found is None:
            await self._introduce(socket, 0, closed)
            raise NotFound("conversation", socket.actor.id)
        await self._introduce(socket, found.seq, closed, *self._news(socket, found))
        await self._until_arrived(socket, found)
        return {"seq": found.seq}

    # Asking

    async def _start(self, socket: Socket, message: ChatStart) -> Answer:
        about = {"topic": message.topic, "claims_email": message.email, "page": message.page}
        answer, is_for_people = await self._receive(
            socket,
            message.client_id,
            message.text,
            name=message.name or "",
            language=message.language or "",
            headers={name: value for name, value in about.items() if value},
        )
        if is_for_people:
            asked = message.text, message.language or "", socket.reads
            self._answers.begins(socket.actor.id, answer["interaction_id"], *asked)
        return answer

    async def _send(self, socket: Socket, message: ChatSend) -> Answer:
        if message.attachments:
            raise NotBuilt("Sending files in a chat")
        about = {"headers": {CHOSEN: True}} if message.chosen else {}
        return (await self._receive(socket, message.client_id, message.text, **about))[0]

    async def _receive(self, socket: Socket, client_id: str, text: str, **about: Any) -> tuple[Answer, bool]:
        """Stores what the customer wrote. The same `client_id` again is the same message, and no other one.

        Beside the answer, whether it is new and left to people.
        """
        if not text.strip():
            raise Invalid("text", "say something")
        await self._floods.count(socket, self._goes_on)
        visitor = socket.actor.id
        arrival = Arrival(
            channel="chat",
            external_id=f"{visitor}:{client_id}",
            address_kind="chat",
            address=visitor,
            to=WIDGET,
            text=text,
            client_id=client_id,
            **about,
        )
        received, by_a_machine = await self._assistant.receive(socket.actor, arrival, socket.reads)
        if not received.new:
            before = await self._desk.read(ACTOR, chats.text_of, received.message_id)
            if before is not None and before != text.replace("\0", ""):
                raise Conflict("client_id", "another message was sent under it")
        return {"interaction_id": received.interaction_id, "message_id": received.message_id}, (
            received.new and not by_a_machine
        )

    async def _goes_on(self, visitor: str) -> bool:
        standing = self._standings.get(visitor)
        if standing is not None and standing["state"] not in _ENDED:
            return True
        return bool(await self._desk.read(ACTOR, chats.goes_on, visitor))

    async def _typing(self, socket: Socket, _message: Nothing) -> None:
        row = await self._desk.read(ACTOR, chats.latest, socket.actor.id)
        if row is None or row.agent_id is None or row.state not in IN_HAND:
            return
        seq = self._screens.position
        data = {"seq": seq, "interaction_id": row.id, "author": {"kind": "customer", "name": ""}}
        room = frozenset({agent_room(row.agent_id)})
        await self._realtime.tell(Told(seq=seq, namespace=CONSOLE, rooms=room, name="message.typing", data=data))

    async def _read(self, socket: Socket, message: MessageRead) -> None:
        await self._desk.transact(socket.actor, chats.visitor_has_read, socket.actor.id, message.message_id)

    async def _end(self, socket: Socket, _message: Nothing) -> None:
        await self._desk.transact(socket.actor, chats.visitor_left, socket.actor.id)

    async def _answer(self, socket: Socket, message: SurveyAnswer) -> None:
        given = message.given()
        if not given and not (message.comment or "").strip():
            raise Invalid("answers", "say something")
        visitor = socket.actor.id
        await self._desk.transact(socket.actor, chats.visitor_answers, visitor, given, message.comment or "")
        if (standing := self._standings.get(visitor)) is not None:
            await self._changed(visitor, standing | {"survey": False}, self._screens.position)

    # Telling

    async def tell(self, batch: Sequence[Told], seen: Seen) -> None:
        """Tells visitors what a piece of the log says to them."""
        for told in batch:
            message = told.data["message"]
            shown = _as_seen(message)
            data, mark = told.data | {"message": self._with_links(shown)}, (shown["id"], shown["delivery"])
            arrived = partial(self._arrivals.add, message["id"]) if message["delivery"] in _ON_ITS_WAY else None
            await self._realtime.tell(replace(told, data=data, mark=mark, arrived=arrived))
        for card in seen.interactions.values():
            if card["channel"] == "chat" and self._realtime.in_room(CHAT, visitor_room(card["reply_to"])):
                await self._stands(card, seen.seq)

    async def tell_places(self) -> None:
        """Tells whoever waits where they stand in line, when that has changed."""
        for place in await self._places.read():
            told = self._standings.get(place.visitor)
            if told is None or told["state"] != "queued" or self._closed.to(self._queues.get(place.visitor)):
                continue
            standing = told | {"position": place.position, "wait_s": self._places.told(place)}
            await self._changed(place.visitor, self._placed(place.visitor, standing), self._screens.position)

    async def tell_openings(self) -> None:
        """Tells every visitor what has closed or opened; whoever waits there has no place meanwhile."""
        if not self._realtime.sockets(CHAT) or (news := await self._closed.news()) is None:
            return
        await self._realtime.tell(news)
        for visitor in list(self._queues):
            if (told := self._standings.get(visitor)) is not None and told["state"] == "queued":
                await self._changed(visitor, self._placed(visitor, told), news.seq)

    def _placed(self, visitor: str, standing: Standing) -> Standing:
        """The same without a place in a line that is closed."""
        closed = self._closed.to(self._queues.get(visitor)) if standing["state"] == "queued" else None
        return standing | {"closed": closed} | ({"position": None, "wait_s": None} if closed else {})

    async def _stands(self, card: Mapping[str, Any], seq: int) -> None:
        """Tells a visitor how their conversation stands, if they have not been told."""
        visitor, state = card["reply_to"], _shown(card["state"], card["unread"])
        agent = {"name": first_name(card["agent"]["name"])} if card["agent"] else None
        before = self._standings.get(visitor, {})
        self._waits(card["id"], visitor, state, card["queue"])
        place = {name: before.get(name) if state == "queued" else None for name in ("position", "wait_s")}
        over = state in _ENDED
        survey = before["survey"] if over and before.get("state") == state else over
        standing = {"state": state, **place, "agent": agent, "survey": survey}
        await self._changed(visitor, self._placed(visitor, standing), seq)

    async def _changed(self, visitor: str, standing: Standing, seq: int) -> None:
        if self._standings.get(visitor) == standing:
            return
        self._standings[visitor] = standing
        room = frozenset({visitor_room(visitor)})
        data = {"seq": seq} | standing
        await self._realtime.tell(Told(seq=seq, namespace=CHAT, rooms=room, name="chat.changed", data=data))

    def _news(self, socket: Socket, found: chats.Chat | None) -> list[tuple[str, dict[str, Any]]]:
        """What this page has not been told of the conversation, as the log has it: what was said, how it stands."""
        if found is None:
            return []
        visitor, state = socket.actor.id, _shown(found.state, found.unread)
        self._waits(found.interaction_id, visitor, state, found.queue)
        agent = {"name": found.agent} if found.agent and state in IN_HAND else None
        known = self._standings.get(visitor, {})
        place = {name: known.get(name) if state == "queued" else None for name in ("position", "wait_s")}
        standing = self._placed(visitor, {"state": state, **place, "agent": agent, "survey": found.survey})
        self._standings[visitor] = standing
        news: list[tuple[str, dict[str, Any]]] = []
        for message in map(_as_seen, found.messages):
            if message["id"] in socket.has and socket.has[message["id"]] == message["delivery"]:
                continue
            said_at, changed_at = found.positions.get(message["id"], (found.seq, found.seq))
            seq = changed_at if message["id"] in socket.has else said_at
            socket.has[message["id"]] = message["delivery"]
            data = {"seq": seq, "interaction_id": found.interaction_id}
            news.append(("message.new", data | {"message": self._with_links(message)}))
        news.sort(key=lambda told: int(told[1]["seq"]))
        return [*news, ("chat.changed", {"seq": found.seq} | standing)]

    async def _until_arrived(self, socket: Socket, found: chats.Chat | None) -> None:
        """What was on its way to this visitor has arrived once this page says that it has what it was shown."""
        for message in found.messages if found else ():
            if message["delivery"] in _ON_ITS_WAY:
                await self._realtime.confirm(socket, partial(self._arrivals.add, message["id"]))

    def _waits(self, interaction_id: str, visitor: str, state: str, queue: str) -> None:
        if state == "queued":
            self._places.put(interaction_id, visitor)
            self._queues[visitor] = queue
        else:
            self._places.drop(interaction_id)
            self._queues.pop(visitor, None)

    def _with_links(self, message: dict[str, Any]) -> dict[str, Any]:
        if not message["attachments"]:
            return message
        secret, now = self._desk.settings.secret_key, self._desk.clock.now()
        files = [file | {"url": signed_path(secret, file["id"], now)} for file in message["attachments"]]
        return message | {"attachments": files}


def _as_seen(message: dict[str, Any]) -> dict[str, Any]:
    """A message as its visitor sees it: whoever sees it has it."""
    return message | {"delivery": "delivered"} if message["delivery"] in _ON_ITS_WAY else message


def _shown(state: str, unread: int) -> str:
    """A state as the customer sees it. Who writes while the agent takes notes waits: they are next after that."""
    return "queued" if state == "wrap_up" and unread else _SHOWN.get(state, state)
