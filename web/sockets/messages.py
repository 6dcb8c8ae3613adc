"""web/sockets/messages.py: what is said on the sockets, in both directions, as models.

What a client sends is checked by these; what it sends beside them is left alone, so that clients may be
newer than the desk. What the server says is described by them: `EVENTS` lists every event for the
machine-readable document. Text never holds a control character but tabs and ends of lines: nobody types one; nor
half of a character, which `web/sockets/wire.py` lets nobody say.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, model_validator

from channels.characters import seen, undirected
from desk.contacts.messages import MOST_TEXT
from desk.kernel.instants import Moment
from knowledgebase.guides import DEEPEST, MOST_CHOICES
from knowledgebase.guides_in_text import MOST_GUIDES


def _seen(value: Any) -> Any:
    return seen(value) if isinstance(value, str) else value


Id = Annotated[str, BeforeValidator(_seen), StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
ClientId = Annotated[str, BeforeValidator(_seen), StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=MOST_TEXT)]
Line = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=300), AfterValidator(undirected)]
Word = Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=64)]
Seq = Annotated[int, Field(ge=0, le=2**53)]


class Message(BaseModel):
    """What a client sends. Keys that are not known are ignored."""


class Nothing(Message):
    """Needs no content."""


class Resume(Message):
    """Asks for what was missed since `seq`."""

    seq: Seq


class PresenceSet(Message):
    state: Word
    reason: Word | None = ""


class OfferAccept(Message):
    offer_id: Id


class OfferDecline(Message):
    offer_id: Id
    reason: Word | None = ""


class File(Message):
    """A file that was uploaded before."""

    id: Id


class MessageSend(Message):
    interaction_id: Id
    client_id: ClientId
    text: Text
    html: Text | None = None
    attachments: Annotated[list[File | Id], Field(max_length=10)] | None = None
    internal: bool = False


class OfInteraction(Message):
    interaction_id: Id


class Target(Message):
    """Exactly one of these."""

    queue: Word | None = None
    agent: Id | None = None
    number: Word | None = None

    @model_validator(mode="after")
    def _one(self) -> "Target":
        if len(self.named()) != 1:
            raise ValueError("name a queue, an agent or a number")
        return self

    def named(self) -> dict[str, str]:
        """The one that is named."""
        return {name: value for name, value in self.model_dump().items() if value}


class InteractionTransfer(Message):
    interaction_id: Id
    to: Target
    mode: Literal["blind", "consult"] = "blind"
    note: Text | None = ""


class InteractionWrapUp(Message):
    interaction_id: Id
    disposition: Word
    note: Text | None = ""
    tags: Annotated[list[Word], Field(max_length=20)] | None = None


class InteractionSnooze(Message):
    interaction_id: Id
    until: Moment


class WorkComplete(Message):
    work_item_id: Id
    outcome: Word
    note: Text | None = ""


class OfWorkItem(Message):
    work_item_id: Id


class WorkExplain(OfWorkItem):
    """Why it waits. With a part of a name in `agent`, or nothing for all, the answer says what rules out each."""

    agent: Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=200)] | None = None


class CallDial(Message):
    """Calls a number, for a work item in hand or without one; the answer names the `interaction_id`."""

    to: Word
    work_item_id: Id | None = None


class ArticleSearch(Message):
    """Looks for articles; with `interaction_id` those in its customer's language come first."""

    q: Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=300)]
    interaction_id: Id | None = None


class OfText(Message):
    text_id: Id


class Walked(BaseModel, extra="forbid"):
    """The way through a guide: which of the article's it is, from 1, and the number of each choice."""

    guide: Annotated[int, Field(ge=1, le=MOST_GUIDES)]
    revision: Annotated[int, Field(ge=1)]
    way: Annotated[list[Annotated[int, Field(ge=1, le=MOST_CHOICES)]], Field(min_length=1, max_length=DEEPEST)]


class ArticleUsed(Message):
    """An article helped: the answer holds the words for the reply. Of an internal one there are none. With `walked`,
    the words are those to which its guide led."""

    interaction_id: Id
    text_id: Id
    how: Literal["inserted", "linked", "read_out"]
    walked: Walked | None = None


class AlertDismiss(Message):
    alert_id: Word


class MonitorStart(Message):
    interaction_id: Id
    mode: Literal["listen", "whisper", "barge"]


class AgentPresenceSet(Message):
    agent_id: Id
    state: Word
    reason: Word | None = ""


class InteractionAssign(Message):
    interaction_id: Id
    agent_id: Id


class InteractionMove(Message):
    interaction_id: Id
    queue: Word


class MessageWhisper(Message):
    interaction_id: Id
    text: Text
    client_id: ClientId | None = None


class ChatStart(Message):
    text: Text
    client_id: ClientId
    name: Line | None = ""
    email: Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=320)] | None = ""
    topic: Word | None = ""
    page: Annotated[str, BeforeValidator(_seen), StringConstraints(max_length=2000)] | None = ""
    language: Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-z0-9-]*$")] | None = ""


class ChatSend(Message):
    client_id: ClientId
    text: Text
    attachments: list[Any] | None = None


class MessageRead(Message):
    message_id: Id


class SurveyAnswer(Message):
    """Answers by name, or csat, nps and effort as they are."""

    answers: dict[Word, int] | None = None
    csat: int | None = None
    nps: int | None = None
    effort: int | None = None
    comment: Text | None = ""

    def given(self) -> dict[str, int]:
        """Every answer that was given."""
        plain = {"csat": self.csat, "nps": self.nps, "effort": self.effort}
        return (self.answers or {}) | {name: value for name, value in plain.items() if value is not None}


class Said(BaseModel):
    """What the server says; `seq` is the log position that it speaks of."""

    seq: int


class Snapshot(Said):
    """`model` is the language model that drafts here: its `name`, the `host` where it is asked, what it `may_read`."""

    presence: dict[str, Any]
    interactions: list[dict[str, Any]]
    work_items: list[dict[str, Any]]
    offers: list[dict[str, Any]]
    unsaid: list[dict[str, Any]]
    unsaid_for_s: float
    queues: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    model: dict[str, str] | None


class FloorSnapshot(Said):
    queues: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    interactions: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


class OfferSaid(Said):
    offer_id: str
    work_item: dict[str, Any]
    interaction: dict[str, Any] | None
    customer: dict[str, Any]
    history: list[dict[str, Any]]
    expires_at: datetime
    why: dict[str, Any]


class OfferEndedSaid(Said):
    offer_id: str
    outcome: Literal["accepted", "declined", "timed_out", "withdrawn"]


class InteractionSaid(Said):
    interaction: dict[str, Any]


class WorkItemSaid(Said):
    work_item: dict[str, Any]


class MessageSaid(Said):
    interaction_id: str
    message: dict[str, Any]


class TypingSaid(Said):
    interaction_id: str
    author: dict[str, str]


class PresenceSaid(Said):
    agent_id: str
    state: str
    reason: str
    since: datetime
    activity: str
    load: dict[str, int]


class QueuesSaid(Said):
    as_of: datetime
    definition: str
    queues: list[dict[str, Any]]


class AgentsSaid(Said):
    agents: list[dict[str, Any]]


class NoticeSaid(Said):
    kind: str
    text: str


class AlertSaid(NoticeSaid):
    """It stands until it does not hold any more, is dismissed, or the day is over."""

    id: str


class AlertsSaid(Said):
    """All alerts that stand: some are over."""

    alerts: list[dict[str, Any]]


class Closed(BaseModel):
    """A queue that is closed: why, where customers are told, and until when, if anybody knows."""

    told: str
    until: datetime | None


class Welcome(Said):
    """`closed` has what is closed now by topic; the empty one is that of who names none, or one that is not there.

    `assistant` says when a machine answers first: while a queue is open or closed.
    """

    visitor: str
    closed: dict[str, Closed | None] = {}
    assistant: Literal["never", "open", "closed", "always"] = "never"


class OpeningsSaid(Said):
    """What is closed from now on, as in `welcome`."""

    closed: dict[str, Closed | None]


class ChatChanged(Said):
    state: str
    position: int | None = None
    wait_s: tuple[int, int] | None = None
    agent: dict[str, str] | None = None
    survey: bool = False
    closed: Closed | None = None


class Suggestions(Said):
    articles: list[dict[str, Any]]


_CONSOLE_ASKS: dict[str, type[BaseModel]] = {
    "presence.set": PresenceSet,
    "offer.accept": OfferAccept,
    "offer.decline": OfferDecline,
    "message.send": MessageSend,
    "message.typing": OfInteraction,
    "interaction.hold": OfInteraction,
    "interaction.unhold": OfInteraction,
    "interaction.transfer": InteractionTransfer,
    "interaction.end": OfInteraction,
    "interaction.wrap_up": InteractionWrapUp,
    "interaction.snooze": InteractionSnooze,
    "work.complete": WorkComplete,
    "work.hand_back": OfWorkItem,
    "call.dial": CallDial,
    "article.suggest": OfInteraction,
    "article.search": ArticleSearch,
    "article.used": ArticleUsed,
    "article.guide": OfText,
    "transfer.complete": OfInteraction,
    "transfer.cancel": OfInteraction,
    "resume": Resume,
}
_CONSOLE_HEARS: dict[str, type[BaseModel]] = {
    "snapshot": Snapshot,
    "offer": OfferSaid,
    "offer.ended": OfferEndedSaid,
    "interaction.changed": InteractionSaid,
    "work_item.changed": WorkItemSaid,
    "message.new": MessageSaid,
    "message.typing": TypingSaid,
    "presence.changed": PresenceSaid,
    "queues.changed": QueuesSaid,
    "notice": NoticeSaid,
}
_FLOOR_ASKS: dict[str, type[BaseModel]] = {
    "monitor.start": MonitorStart,
    "monitor.stop": Nothing,
    "agent.presence.set": AgentPresenceSet,
    "interaction.assign": InteractionAssign,
    "interaction.move": InteractionMove,
    "message.whisper": MessageWhisper,
    "alert.dismiss": AlertDismiss,
    "work.explain": WorkExplain,
    "resume": Resume,
}
_FLOOR_HEARS: dict[str, type[BaseModel]] = {
    "snapshot": FloorSnapshot,
    "queues.changed": QueuesSaid,
    "agents.changed": AgentsSaid,
    "interaction.changed": InteractionSaid,
    "alert": AlertSaid,
    "alerts": AlertsSaid,
}
_CHAT_ASKS: dict[str, type[BaseModel]] = {
    "chat.start": ChatStart,
    "message.send": ChatSend,
    "message.typing": Nothing,
    "message.read": MessageRead,
    "chat.end": Nothing,
    "survey.answer": SurveyAnswer,
    "resume": Resume,
}
_CHAT_HEARS: dict[str, type[BaseModel]] = {
    "welcome": Welcome,
    "message.new": MessageSaid,
    "message.typing": TypingSaid,
    "chat.changed": ChatChanged,
    "openings.changed": OpeningsSaid,
    "suggestions": Suggestions,
}

ASKED: dict[str, dict[str, type[BaseModel]]] = {
    "/console": _CONSOLE_ASKS,
    "/floor": _FLOOR_ASKS,
    "/chat": _CHAT_ASKS,
}

#: Every event: namespace, direction (`client` sends it, or `server`), name, model.
EVENTS: list[tuple[str, str, str, type[BaseModel]]] = [
    (namespace, direction, name, model)
    for namespace, asked, heard in (
        ("/console", _CONSOLE_ASKS, _CONSOLE_HEARS),
        ("/floor", _FLOOR_ASKS, _FLOOR_HEARS),
        ("/chat", _CHAT_ASKS, _CHAT_HEARS),
    )
    for direction, events in (("client", asked), ("server", heard))
    for name, model in events.items()
]
