"""knowledgebase/contacts/replies.py: a reply goes out, and what it holds of articles counts as used.

Whoever sends it says which articles it holds: what was put in and taken out again is none of them. A note among
colleagues uses nothing. Whom a person answers so was not helped enough by what they were shown while they waited.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.contacts.messages import send_message
from desk.kernel.errors import Conflict, Forbidden, NotFound
from desk.kernel.transaction import Tx
from knowledgebase.contacts import uses
from knowledgebase.reading import questions

#: So many articles can be named with a reply.
MOST_ARTICLES = 20


@dataclass(frozen=True, kw_only=True)
class Held:
    """An article in a reply: its words (`inserted`), or the way to it (`linked`)."""

    text_id: str
    how: str


def send(
    tx: Tx,
    interaction_id: str,
    client_id: str,
    text: str,
    *,
    html: str | None = None,
    attachments: Sequence[str] = (),
    internal: bool = False,
    articles: Sequence[Held] = (),
) -> str:
    """`send_message`, of a reply that holds these articles; returns the message's id. Raises what that does.

    What may be told no more by now, or never might, is no use and holds up nobody: the words are the agent's.
    """
    message_id = send_message(tx, interaction_id, client_id, text, html, attachments, internal)
    if internal:
        return message_id
    questions.answered_by_a_person(tx, interaction_id)
    for held in articles:
        if _may_be_told(tx, interaction_id, held):
            uses.used(tx, interaction_id, held.text_id, held.how)
    return message_id


def _may_be_told(tx: Tx, interaction_id: str, held: Held) -> bool:
    try:
        uses.words(tx, interaction_id, held.text_id, held.how)
    except (Conflict, Forbidden, NotFound):
        return False
    return True
