"""web/sockets/asked.py: what a client asks on the sockets, as models that check it.

What it sends beside them is left alone, so that clients may be newer than the desk.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from desk.kernel.instants import Moment
from knowledgebase.contacts.replies import MOST_ARTICLES
from knowledgebase.guides import DEEPEST, MOST_CHOICES
from knowledgebase.guides_in_text import MOST_GUIDES
from web.sockets.fields import Address, ClientId, Id, Language, Line, Name, Page, Query, Seq, Text, Word


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


class HeldArticle(BaseModel, extra="forbid"):
    """An article that a reply holds: its words, or the way to it."""

    text_id: Id
    how: Literal["inserted", "linked"]


class MessageSend(Message):
    interaction_id: Id
    client_id: ClientId
    text: Text
    html: Text | None = None
    attachments: Annotated[list[File | Id], Field(max_length=10)] | None = None
    internal: bool = False
    articles: Annotated[list[HeldArticle], Field(max_length=MOST_ARTICLES)] | None = None


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

    agent: Name | None = None


class CallDial(Message):
    """Calls a number, for a work item in hand or without one; the answer names the `interaction_id`."""

    to: Word
    work_item_id: Id | None = None


class ArticleSearch(Message):
    """Looks for articles; with `interaction_id` those in its customer's language come first."""

    q: Query
    interaction_id: Id | None = None


class OfText(Message):
    text_id: Id


class Walked(BaseModel, extra="forbid"):
    """The way through a guide: which of the article's it is, from 1, and the number of each choice."""

    guide: Annotated[int, Field(ge=1, le=MOST_GUIDES)]
    revision: Annotated[int, Field(ge=1)]
    way: Annotated[list[Annotated[int, Field(ge=1, le=MOST_CHOICES)]], Field(min_length=1, max_length=DEEPEST)]


class ArticleReadOut(Message):
    """A customer was told by word of mouth what an article says; with `walked`, to what its guide led."""

    interaction_id: Id
    text_id: Id
    walked: Walked | None = None


class ArticleWords(ArticleReadOut):
    """Asks for what of an article goes into a reply: of an internal one nothing does. With `walked`, that to which its
    guide led."""

    how: Literal["inserted", "linked"]


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
    email: Address | None = ""
    topic: Word | None = ""
    page: Page | None = ""
    language: Language | None = ""


class ChatSend(Message):
    client_id: ClientId
    text: Text
    attachments: list[Any] | None = None
    #: The words stood on a button.
    chosen: bool = False


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
