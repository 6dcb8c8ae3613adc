"""web/sockets/console.py: `/console`: what agents ask, and how a console is shown where things stand."""

from typing import Any

from aiohttp import web

from desk.agents import agents, work
from desk.calls import dialling
from desk.contacts import ending, interactions, transfers
from desk.contacts.cards import first_name
from desk.kernel.desk import Desk
from desk.kernel.settings import Settings
from desk.kernel.transaction import Rx
from desk.people.permissions import Right
from desk.people.reach import interaction_for
from desk.work import offers
from knowledgebase import guides
from knowledgebase.contacts import replies, suggestions, uses, walks
from knowledgebase.drafting.orders import MayRead
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.reading.lines import in_lines
from knowledgebase.search.hits import Hit
from web.drafting import provider
from web.sockets import doors
from web.sockets.asked import (
    ArticleReadOut,
    ArticleSearch,
    ArticleWords,
    CallDial,
    File,
    InteractionSnooze,
    InteractionTransfer,
    InteractionWrapUp,
    MessageSend,
    OfferAccept,
    OfferDecline,
    OfInteraction,
    OfText,
    OfWorkItem,
    PresenceSet,
    Resume,
    WorkComplete,
)
from web.sockets.messages import ASKED
from web.sockets.namespace import Admission, Socket, Told, table
from web.sockets.presences import Presences
from web.sockets.realtime import Realtime
from web.sockets.refusals import NoCarrier, NotBuilt
from web.sockets.screens import Screens
from web.sockets.snapshots import console_snapshot
from web.sockets.tellings import ALL, CHAT, agent_room, visitor_room

Answer = dict[str, Any]


class Console:
    """The namespace of agents."""

    name = "/console"

    def __init__(self, desk: Desk, realtime: Realtime, screens: Screens, presences: Presences) -> None:
        self._desk = desk
        self._realtime = realtime
        self._screens = screens
        self._presences = presences
        self._counted: set[Socket] = set()  # whose presence has been told
        screens.greeters[self.name] = self._show
        self.handlers = table(
            ASKED[self.name],
            {
                "presence.set": self._presence_set,
                "offer.accept": self._offer_accept,
                "offer.decline": self._offer_decline,
                "message.send": self._message_send,
                "message.typing": self._message_typing,
                "interaction.hold": self._hold,
                "interaction.unhold": self._unhold,
                "interaction.transfer": self._transfer,
                "interaction.end": self._end,
                "interaction.wrap_up": self._wrap_up,
                "interaction.snooze": self._snooze,
                "work.complete": self._work_complete,
                "work.hand_back": self._work_hand_back,
                "call.dial": self._call_dial,
                "article.suggest": self._article_suggest,
                "article.search": self._article_search,
                "article.words": self._article_words,
                "article.read_out": self._article_read_out,
                "article.guide": self._article_guide,
                "transfer.complete": self._transfer_complete,
                "transfer.cancel": self._transfer_complete,
                "resume": self._resume,
            },
        )

    async def admit(self, request: web.Request, origin: str | None, auth: dict[str, Any]) -> Admission:
        """Agents, and everybody else who may take work."""
        return await doors.staff(self._desk, request, origin, auth, Right.WORK)

    async def greet(self, socket: Socket) -> None:
        """Makes the agent present, and shows what is theirs."""
        self._counted.add(socket)
        await self._presences.came(socket.actor.id)
        self._realtime.join(socket, ALL, agent_room(socket.actor.id))
        await self._show(socket)

    async def gone(self, socket: Socket) -> None:
        """Without a console an agent is silent."""
        if socket in self._counted:
            self._counted.discard(socket)
            await self._presences.went(socket.actor.id, socket.gate.unheard)

    async def _show(self, socket: Socket) -> None:
        data, model = await self._desk.read(socket.actor, _shown, socket.actor.id, self._desk.settings)
        data |= self._screens.for_colleagues() | {"model": model}
        await self._realtime.introduce(socket, data["seq"], ("snapshot", data))

    async def _resume(self, socket: Socket, message: Resume) -> Answer:
        return await self._screens.resume(socket, message.seq)

    async def _presence_set(self, socket: Socket, message: PresenceSet) -> None:
        user = socket.actor
        await self._desk.transact(user, agents.set_presence, user.id, message.state, message.reason or "")

    async def _offer_accept(self, socket: Socket, message: OfferAccept) -> Answer:
        return {"interaction_id": await self._desk.transact(socket.actor, offers.accept, message.offer_id)}

    async def _offer_decline(self, socket: Socket, message: OfferDecline) -> None:
        await self._desk.transact(socket.actor, offers.decline, message.offer_id, message.reason or "")

    async def _message_send(self, socket: Socket, message: MessageSend) -> Answer:
        files = [one.id if isinstance(one, File) else one for one in message.attachments or ()]
        sent = await self._desk.transact(
            socket.actor,
            replies.send,
            message.interaction_id,
            message.client_id,
            message.text,
            html=message.html,
            attachments=files,
            internal=message.internal,
            articles=[replies.Held(**held.model_dump()) for held in message.articles or ()],
        )
        return {"message_id": sent}

    async def _message_typing(self, socket: Socket, message: OfInteraction) -> None:
        visitor = await self._desk.read(socket.actor, visitor_of, message.interaction_id)
        if visitor is None:
            return
        author = {"kind": "agent", "name": first_name(socket.actor.name)}
        seq, room = self._screens.position, frozenset({visitor_room(visitor)})
        data = {"seq": seq, "interaction_id": message.interaction_id, "author": author}
        await self._realtime.tell(Told(seq=seq, namespace=CHAT, rooms=room, name="message.typing", data=data))

    async def _hold(self, socket: Socket, message: OfInteraction) -> None:
        await self._desk.transact(socket.actor, interactions.hold, message.interaction_id)

    async def _unhold(self, socket: Socket, message: OfInteraction) -> None:
        await self._desk.transact(socket.actor, interactions.unhold, message.interaction_id)

    async def _transfer(self, socket: Socket, message: InteractionTransfer) -> None:
        if "number" in message.to.named() or message.mode == "consult":
            raise NotBuilt("Passing on to a number, and consulting before passing on,")
        await self._desk.transact(
            socket.actor,
            transfers.transfer,
            message.interaction_id,
            message.to.named(),
            message.mode,
            message.note or "",
        )

    async def _end(self, socket: Socket, message: OfInteraction) -> None:
        await self._desk.transact(socket.actor, ending.end, message.interaction_id)

    async def _wrap_up(self, socket: Socket, message: InteractionWrapUp) -> None:
        await self._desk.transact(
            socket.actor,
            ending.wrap_up,
            message.interaction_id,
            message.disposition,
            note=message.note or "",
            tags=tuple(message.tags or ()),
        )

    async def _snooze(self, socket: Socket, message: InteractionSnooze) -> None:
        await self._desk.transact(socket.actor, interactions.snooze, message.interaction_id, message.until)

    async def _work_complete(self, socket: Socket, message: WorkComplete) -> None:
        await self._desk.transact(
            socket.actor, work.complete, message.work_item_id, message.outcome, message.note or ""
        )

    async def _work_hand_back(self, socket: Socket, message: OfWorkItem) -> None:
        await self._desk.transact(socket.actor, work.hand_back, message.work_item_id)

    async def _call_dial(self, socket: Socket, message: CallDial) -> Answer:
        if not self._desk.settings.twilio_account_sid:
            raise NoCarrier
        called = await self._desk.transact(socket.actor, dialling.call_out, message.to, message.work_item_id)
        return {"interaction_id": called}

    async def _article_suggest(self, socket: Socket, message: OfInteraction) -> Answer:
        asked = message.interaction_id, self._desk.kept(Meanings)
        found = await self._desk.read(socket.actor, suggestions.beside, *asked)
        return article_cards(found) | {"read_out": [read_out_card(one) for one in found.read_out]}

    async def _article_search(self, socket: Socket, message: ArticleSearch) -> Answer:
        asked = message.q, message.interaction_id, self._desk.kept(Meanings)
        return article_cards(await self._desk.read(socket.actor, suggestions.looked_up, *asked))

    async def _article_guide(self, socket: Socket, message: OfText) -> Answer:
        found = await self._desk.read(socket.actor, walks.open_guides, message.text_id)
        return {
            "title": found.title,
            "revision": found.revision,
            "guides": [[step_card(step) for step in guide.steps] for guide in found.guides],
        }

    async def _article_words(self, socket: Socket, message: ArticleWords) -> Answer:
        asked = message.interaction_id, message.text_id, message.how, walk_of(message)
        return for_reply(await self._desk.read(socket.actor, walks.words, *asked), message.how, self._desk.settings)

    async def _article_read_out(self, socket: Socket, message: ArticleReadOut) -> None:
        asked = message.interaction_id, message.text_id, walk_of(message)
        await self._desk.transact(socket.actor, walks.read_out, *asked)

    async def _transfer_complete(self, _socket: Socket, _message: OfInteraction) -> None:
        raise NotBuilt("Consulting before passing on")


def _shown(rx: Rx, user_id: str, settings: Settings) -> tuple[Answer, dict[str, str] | None]:
    """Where things stand for a user, and the language model that may read anything here, if there is one."""
    model = provider(rx, settings)
    if model is None or model.may_read is MayRead.NOTHING:
        return console_snapshot(rx, user_id), None
    about = {"name": model.name, "host": model.host, "may_read": model.may_read.value}
    return console_snapshot(rx, user_id), about


def visitor_of(rx: Rx, interaction_id: str) -> str | None:
    """The visitor at the other end of a chat that the reader holds; None on other channels.

    Raises:
        NotFound: not theirs to see.
    """
    row = interaction_for(rx, interaction_id)
    return str(row.reply_to) if row.channel == "chat" and row.agent_id == rx.actor.id else None


def walk_of(message: ArticleReadOut) -> walks.Walk | None:
    """The way through a guide that it means, if it does."""
    return walks.Walk(**message.walked.model_dump()) if message.walked else None


def for_reply(said: uses.Said, how: str, settings: Settings) -> Answer:
    """What goes into a reply, and of that the article's own words and its address: by these it is known again."""
    public = settings.public_url
    address = f"{public}/help/a/{said.slug}" if said.slug else ""
    if how == "linked":
        return {"text": ": ".join(filter(None, [said.title, address])), "words": "", "address": address}
    papers = [f"{paper.name} ({paper.kind}, {paper.weight}): {public}{paper.address}" for paper in said.papers]
    text = "\n".join(filter(None, [said.words, *papers, address]))
    return {"text": text, "words": said.words, "address": address}


def article_cards(found: suggestions.Beside) -> Answer:
    """Articles as a console lists them."""
    return {
        "articles": [article_card(hit, certain=found.certain, guided=hit.text_id in found.guided) for hit in found.hits]
    }


def read_out_card(one: suggestions.ReadOut) -> Answer:
    """An article that the caller has heard."""
    return {"id": one.article_id, "text_id": one.text_id, "language": one.language, "title": one.title}


def step_card(step: guides.Step) -> Answer:
    """A step of a guide as a console shows it: plain words, and where each choice leads."""
    choices = [{"says": in_lines(choice.says), "to": choice.to} for choice in step.choices]
    return {"name": step.name, "says": in_lines(step.says), "choices": choices}


def article_card(hit: Hit, *, certain: bool, guided: bool) -> Answer:
    """An article as a console lists it; `uncertain`: it is for customers, and whether this is one nobody knows."""
    return {
        "guided": guided,
        "id": hit.article_id,
        "text_id": hit.text_id,
        "language": hit.language,
        "title": hit.title,
        "snippet": hit.snippet,
        "internal": hit.audience == "internal",
        "uncertain": hit.audience == "customers" and not certain,
    }
