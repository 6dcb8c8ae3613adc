"""desk/contacts/chats.py: a visitor's conversation, and what happens when the visitor's page is gone.

    page open ──closed──▶ gone ──back within 2 minutes──▶ as it was
                            └─────after that──▶ who still waited has left, unless it is closed; who is
                                                     being served stays

Where nobody can say whether a page is open still (its node died, or the agent who had the chat vanished),
the visitor is missed in the same way, and every node says at once who is connected to it.

A visitor is an address of ours, on nobody's card but their own: it opens their conversation and no
other, whoever they say they are.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from desk.complaints.surveys import answer_survey
from desk.contacts.cards import conversation, first_name, for_customer
from desk.contacts.deliveries import message_read
from desk.contacts.ending import customer_left
from desk.contacts.intake import OPEN
from desk.contacts.interactions import WAITING
from desk.contacts.self_service import SELF_SERVICE
from desk.floor.lookout import Lookout
from desk.floor.waiting import Paces, Standing, standings
from desk.kernel.errors import Conflict, NotFound
from desk.kernel.event_log import HEAD, head
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx, single
from desk.organization.openings import ALWAYS, keeps_of_queues
from desk.tables import events, interactions, jobs, messages, surveys, users

#: The purpose of a visitor's token.
VISITOR = "visitor"
#: How long somebody who waits may be away without losing the place.
KEPT_FOR = timedelta(minutes=2)
#: Who has left when their page is gone: whoever nobody speaks with yet.
MAY_LEAVE = (*WAITING, SELF_SERVICE)
_ENDED = ("closed", "abandoned", "wrap_up")
_LATEST = (
    sa.select(interactions)
    .where(interactions.c.channel == "chat", interactions.c.reply_to == sa.bindparam("visitor"))
    .order_by(interactions.c.arrived_at.desc())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True)
class ChatGone(Job):
    """A visitor has been away for long enough to have left."""

    visitor: str


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A visitor's latest conversation as the visitor may see it, at log position `seq`."""

    seq: int
    interaction_id: str
    queue: str
    state: str
    unread: int
    agent: str
    survey: bool
    messages: list[dict[str, Any]]
    positions: dict[str, tuple[int, int]]  # of each message in the log: said, changed last


def latest(rx: Rx, visitor: str) -> Row | None:
    """The visitor's latest interaction."""
    rows = rx.all(_LATEST, visitor=visitor)
    return rows[0] if rows else None


@single
def begun(rx: Rx, visitor: str) -> tuple[Row | None, int]:
    """The visitor's latest interaction, if there is one, and the log position at which that is so."""
    rows, heads = rx.together((_LATEST, {"visitor": visitor}), *HEAD.asked)
    return rows[0] if rows else None, HEAD.made(heads)


@single
def goes_on(rx: Rx, visitor: str) -> bool:
    """Whether the visitor has a conversation that is open still: what they write next begins none."""
    row = latest(rx, visitor)
    return row is not None and row.state in OPEN


def text_of(rx: Rx, message_id: str) -> str | None:
    """What a message says; None where it is kept no more."""
    rows = rx.all(sa.select(messages.c.text).where(messages.c.id == message_id))
    return str(rows[0].text) if rows else None


def chat_of(rx: Rx, visitor: str) -> Chat | None:
    """The visitor's latest conversation, as far as the log has come; None if there was none yet."""
    row = latest(rx, visitor)
    if row is None:
        return None
    said = conversation(rx, row.id, internal=False)
    name = rx.all(sa.select(users.c.name).where(users.c.id == (row.agent_id or row.last_agent_id)))
    seq = head(rx)
    positions, to_come = _positions(rx, [message["id"] for message in said], seq)
    return Chat(
        seq=seq,
        interaction_id=row.id,
        queue=row.queue,
        state=row.state,
        unread=row.unread,
        agent=first_name(name[0].name) if name else "",
        survey=survey_open(rx, row.id, row.state),
        messages=[for_customer(message) for message in said if message["id"] not in to_come],
        positions=positions,
    )


def _positions(rx: Rx, ids: list[str], seq: int) -> tuple[dict[str, tuple[int, int]], set[str]]:
    """Where the log speaks of each message, first and last; and those that it will speak of in a moment."""
    events_of = (events.c.subject.in_(ids), events.c.name.in_(("message.added", "message.changed")))
    positions: dict[str, tuple[int, int]] = {}
    to_come: set[str] = set()
    for event in rx.all(sa.select(events.c.subject, events.c.name, events.c.position).where(*events_of)):
        if event.position is None and event.name == "message.added":
            to_come.add(event.subject)
        at = event.position or seq
        first, last = positions.get(event.subject, (at, at))
        positions[event.subject] = (min(first, at), max(last, at))
    return positions, to_come


def survey_open(rx: Rx, interaction_id: str, state: str) -> bool:
    """Whether the visitor may still say how it was: once, when it is over."""
    if state not in _ENDED:
        return False
    said = (surveys.c.interaction_id == interaction_id, surveys.c.state == "answered")
    return not rx.all(sa.select(surveys.c.id).where(*said).limit(1))


def standing_of(
    rx: Rx, interaction_ids: list[str], lookout: Lookout | None = None, paces: Paces | None = None
) -> dict[str, Standing]:
    """Where those of these who wait stand in line. Who asks again soon hands in the same `lookout` and `paces`."""
    return standings(rx, interaction_ids, lookout, paces)


def visitor_gone(tx: Tx, visitor: str) -> None:
    """The visitor's last page is closed: whoever waits keeps the place for a while."""
    row = latest(tx, visitor)
    if row is not None and row.state in MAY_LEAVE:
        miss_visitor(tx, visitor)


def visitor_back(tx: Tx, visitor: str) -> None:
    """The visitor is there again, in time."""
    tx.cancel(_key(visitor))


def nobody_is_there(tx: Tx) -> None:
    """No page may be connected any more: whoever waits and does not come back in time has left."""
    missed = {row.key for row in tx.all(_MISSED)}
    waiting = (interactions.c.channel == "chat", interactions.c.state.in_(MAY_LEAVE))
    for row in tx.all(sa.select(interactions.c.reply_to).where(*waiting)):
        if _key(row.reply_to) not in missed:
            miss_visitor(tx, row.reply_to)


def miss_visitor(tx: Tx, visitor: str) -> None:
    """Nobody knows whether the visitor is there still: the node that does cancels this."""
    tx.defer(ChatGone(visitor=visitor), at=tx.now + KEPT_FOR, key=_key(visitor))


def visitors_here(tx: Tx, visitors: Collection[str]) -> None:
    """These have a page open: none of them is missed."""
    keys = {_key(visitor) for visitor in visitors}
    for row in tx.all(_MISSED):
        if row.key in keys:
            tx.cancel(row.key)


def visitor_left(tx: Tx, visitor: str) -> None:
    """The visitor ends the chat. Ending what has ended changes nothing.

    Raises:
        NotFound: there is no conversation.
    """
    row = latest(tx, visitor)
    if row is None:
        raise NotFound("conversation", visitor)
    tx.cancel(_key(visitor))
    customer_left(tx, row.id)


def visitor_has_read(tx: Tx, visitor: str, message_id: str) -> None:
    """A message has been on the visitor's screen, and so has what came before it.

    Raises:
        NotFound: no such message in the visitor's own conversation.
    """
    row = latest(tx, visitor)
    found = tx.all(
        sa.select(messages.c.id, messages.c.internal).where(
            messages.c.id == message_id, messages.c.interaction_id == (row.id if row else "")
        )
    )
    if row is None or not found or found[0].internal:
        raise NotFound("message", message_id)
    unread = sa.select(messages.c.id).where(
        messages.c.interaction_id == row.id,
        messages.c.id <= message_id,
        messages.c.author_kind == "agent",
        messages.c.internal.is_(False),
        messages.c.delivery != "read",
    )
    for message in tx.all(unread.order_by(messages.c.id)):
        message_read(tx, message.id)


def visitor_answers(tx: Tx, visitor: str, answers: Mapping[str, int], comment: str) -> None:
    """The visitor says how it was.

    Raises:
        NotFound: there is no conversation.
        Conflict: it goes on still, or was answered already.
        Invalid: an answer that is not on its scale.
    """
    row = latest(tx, visitor)
    if row is None:
        raise NotFound("conversation", visitor)
    if row.state not in _ENDED:
        raise Conflict("survey", "the conversation goes on still")
    open_ones = (surveys.c.interaction_id == row.id, surveys.c.state != "held_back")
    found = tx.all(sa.select(surveys.c.id).where(*open_ones).order_by(surveys.c.id.desc()).limit(1))
    survey_id = found[0].id if found else tx.new_id()
    if not found:
        about = {"customer_id": row.customer_id, "interaction_id": row.id, "kind": "interaction", "channel": "chat"}
        tx.insert(surveys, id=survey_id, address=visitor, planned_at=tx.now, sent_at=tx.now, state="sent", **about)
    answer_survey(tx, survey_id, answers, comment)


class Desk(Protocol):
    """What the job needs of the desk."""

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any) -> Any:
        """Runs a use case in one transaction."""


async def chat_gone(desk: Desk, job: ChatGone) -> None:
    """Does `ChatGone`."""
    await desk.transact(Actor.customer(job.visitor), give_up, job.visitor)


def give_up(tx: Tx, visitor: str) -> None:
    """Who still waits has left; who is being served stays, and so does what was written to a queue that is closed."""
    row = latest(tx, visitor)
    if row is None or row.state not in MAY_LEAVE:
        return
    if row.state == SELF_SERVICE or keeps_of_queues(tx).get(row.queue, ALWAYS).at(tx.now).open:
        customer_left(tx, row.id)


def _key(visitor: str) -> str:
    return f"chat_gone:{visitor}"


_MISSED = sa.select(jobs.c.key).where(jobs.c.name == ChatGone.name, jobs.c.key.is_not(None))
