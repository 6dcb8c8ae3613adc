"""desk/contacts/ways.py: what a caller chose, heard and was sent before an agent had them: kept, and as readers see it.

It is a list in the call's row, a step each, in the order in which it happened (`ivr/way.py` says what steps there are).
What an article was called is kept as it was then; what they said, and how far a text to them has come, stands in the
call's thread and is read from there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.contacts.articles import Named
from desk.kernel.statements import among
from desk.kernel.transaction import Row
from desk.tables import calls, from_ms, messages, to_ms
from ivr.way import Did, Step

Kept = dict[str, Any]

#: Of a message of the thread: what a step says of it.
IN_THREAD = (
    messages.c.id.label("message_id"),
    messages.c.text,
    messages.c.delivery,
    messages.c.delivery_reason,
)
#: Those that steps name: what the caller said in the flow, and was sent by it.
NAMED = sa.and_(
    messages.c.interaction_id == calls.c.id,
    sa.or_(messages.c.author_kind == "bot", messages.c.author_kind == "customer"),
)
#: The same of several calls.
THREADS = sa.select(*IN_THREAD).join(calls, NAMED).where(among(calls.c.id))


def kept(step: Step, at: datetime, *, article: Named | None = None, message_id: str = "") -> Kept:
    """A step as it is kept; nothing that it lacks."""
    about = {"key": step.key, "name": step.name, "message_id": message_id}
    if article is not None:
        about |= {"title": article.title, "article_id": article.article_id, "question": article.question}
    return {"did": step.did.value, "at_ms": to_ms(at)} | {name: value for name, value in about.items() if value}


def questions(way: Sequence[Kept] | None) -> list[str]:
    """What the articles of it answered."""
    return [step["question"] for step in way or () if "question" in step]


def names_messages(way: Sequence[Kept] | None) -> bool:
    """Whether something of it stands in the thread."""
    return any("message_id" in step for step in way or ())


def shown(way: Sequence[Kept] | None, thread: Mapping[str, Row]) -> list[dict[str, Any]]:
    """A way as readers see it; `thread` are the messages that its steps name, by id."""
    return [_shown(step, thread.get(step.get("message_id", ""))) for step in way or ()]


def _shown(step: Kept, message: Row | None) -> dict[str, Any]:
    said = step["did"] == Did.SAID
    return {
        "did": step["did"],
        "at": from_ms(step["at_ms"]),
        "key": step.get("key", ""),
        "name": step.get("name", ""),
        "title": step.get("title", ""),
        "article_id": step.get("article_id"),
        "message_id": step.get("message_id"),
        "words": message.text if message is not None and said else "",
        "delivery": message.delivery if message is not None and not said else None,
        "delivery_reason": (message.delivery_reason or "") if message is not None and not said else "",
    }
