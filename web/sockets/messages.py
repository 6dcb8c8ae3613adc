"""web/sockets/messages.py: every event of the sockets, in both directions, with the model of what it says."""

from pydantic import BaseModel

from web.sockets.asked import (
    AgentPresenceSet,
    AlertDismiss,
    ArticleReadOut,
    ArticleSearch,
    ArticleWords,
    CallDial,
    ChatSend,
    ChatStart,
    InteractionAssign,
    InteractionMove,
    InteractionSnooze,
    InteractionTransfer,
    InteractionWrapUp,
    MessageRead,
    MessageSend,
    MessageWhisper,
    MonitorStart,
    Nothing,
    OfferAccept,
    OfferDecline,
    OfInteraction,
    OfText,
    OfWorkItem,
    PresenceSet,
    Resume,
    SurveyAnswer,
    WorkComplete,
    WorkExplain,
)
from web.sockets.said import (
    AgentsSaid,
    AlertSaid,
    AlertsSaid,
    ChatChanged,
    FloorSnapshot,
    InteractionSaid,
    MessageSaid,
    NoticeSaid,
    OfferEndedSaid,
    OfferSaid,
    OpeningsSaid,
    PresenceSaid,
    QueuesSaid,
    Snapshot,
    Suggestions,
    TypingSaid,
    Welcome,
    WorkItemSaid,
)

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
    "article.words": ArticleWords,
    "article.read_out": ArticleReadOut,
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
