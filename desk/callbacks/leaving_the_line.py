"""desk/callbacks/leaving_the_line.py: a caller who waits presses a key, leaves the line, and keeps the place in it.

    queued, offered ──key──▶ closed: `callback_taken`, and a call-back in the same place
                       └───▶ as before: this number cannot be rung, or the key was none

In a room no key counts. Callers of a queue that offers it are led out of theirs from time to time, hear the offer,
and come back in; they need nobody of us for that. Whoever presses twice, or whose webhook comes twice, has
pressed once.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from channels.voice.numbers import normalise
from desk.callbacks.callbacks import keep_place
from desk.callbacks.rules import closed_queues, terms_of
from desk.callbacks.tries import LEFT_THE_LINE
from desk.calls.calls import WaitFacts, wait_facts
from desk.contacts.interactions import IN_HAND, WAITING
from desk.customers.languages import spoken_to
from desk.customers.numbers import why_not
from desk.floor.lookout import Lookout
from desk.kernel.events import CallChanged, InteractionClosed
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import calls, customers, interactions, to_ms, work_items
from desk.work import offers, queueing

CALLBACK_TAKEN = "callback_taken"
#: The offer is heard again after so long.
ASKED_AGAIN_MS = 180_000
#: Beside the call flow's session: when the caller was asked, and what they were told who left.
_ASKED, _TOLD = "asked_to_leave_ms", "told"
#: Later than any time.
_NEVER_MS = 1 << 52


@dataclass(frozen=True, kw_only=True)
class AskInLine(Job):
    """A caller who waits in a room is to hear that the line may be left."""

    call_id: str


class Told(StrEnum):
    """What a caller in line is to hear."""

    WAIT = "wait"  #: their place, and music
    ROOM = "room"  #: nothing: an agent has them, and is not on the line yet
    TALK = "talk"  #: the agent
    TAKEN = "taken"  #: they are rung back in their place
    LATER = "later"  #: the same, as soon as they may be phoned and the queue is open
    IMPOSSIBLE = "impossible"  #: this number cannot be rung; they wait on
    OVER = "over"  #: nothing: the call has ended


@dataclass(frozen=True, kw_only=True)
class InLine:
    """What comes next for a caller in line; `facts` and the `key` that is offered are of those who wait.

    `asks`: they have not heard the offer, or not for a while.
    """

    told: Told
    language: str
    facts: WaitFacts | None = None
    key: str | None = None
    asks: bool = False


def in_line(rx: Rx, call_id: str, lookout: Lookout | None = None) -> InLine:
    """What a caller in line is to hear now.

    Raises:
        NotFound: no such call.
    """
    at = _in_line(rx, call_id)
    return replace(at, facts=wait_facts(rx, call_id, lookout)) if at.told is Told.WAIT else at


def _in_line(rx: Rx, call_id: str) -> InLine:
    """The same without the place and the estimate."""
    interaction, call = rx.one(interactions, call_id), rx.one(calls, call_id)
    language = _language(rx, interaction, call)
    if call.ended_at is not None:
        return InLine(told=Told.OVER, language=language)
    if interaction.state in IN_HAND:
        joins = call.agent_leg_state == "talking" and interaction.state == "active"
        return InLine(told=Told.TALK if joins else Told.ROOM, language=language)
    if interaction.state not in WAITING:
        return InLine(told=Told.OVER, language=language)
    key, asked_ms = _key(rx, interaction), (call.session or {}).get(_ASKED)
    asks = key is not None and (asked_ms is None or to_ms(rx.now) >= asked_ms + ASKED_AGAIN_MS)
    return InLine(told=Told.WAIT, language=language, key=key, asks=asks)


def ask(tx: Tx, call_id: str) -> None:
    """A caller who has not heard the offer, or not for a while, is led to where they hear it.

    Raises:
        NotFound: no such call.
    """
    tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if _in_line(tx, call_id).asks:
        tx.update(calls, call_id, session=(call.session or {"turn": 0}) | {_ASKED: to_ms(tx.now)})
        tx.defer(AskInLine(call_id=call_id), key=f"ask:{call_id}")


def leg_to_ask(rx: Rx, call_id: str) -> str | None:
    """The leg of a caller who is to hear the offer; None for who does not wait any more."""
    at = _in_line(rx, call_id)
    return str(rx.one(calls, call_id).carrier_id) if at.told is Told.WAIT and at.key is not None else None


def leave(tx: Tx, call_id: str, pressed: str) -> InLine:
    """Takes the key that a caller in line has pressed.

    Raises:
        NotFound: no such call.
    """
    interaction, call = tx.take(interactions, call_id), tx.take(calls, call_id)
    language = _language(tx, interaction, call)
    if call.ended_by == LEFT_THE_LINE:  # the same key again
        return InLine(told=Told(call.session[_TOLD]), language=language)
    if interaction.state not in WAITING or call.ended_at is not None or pressed != _key(tx, interaction):
        return in_line(tx, call_id)
    number = normalise(interaction.reply_to)
    customer = tx.one(customers, interaction.customer_id)
    if number is None or why_not(tx, number, interaction.queue, customer) is not None:
        return _impossible(tx, call, language)
    due = keep_place(tx, interaction, number)
    if due is None:
        return _impossible(tx, call, language)
    told = Told.TAKEN if due == tx.now and interaction.queue not in closed_queues(tx) else Told.LATER
    take_out_of_line(tx, interaction, call, told)
    return InLine(told=told, language=language)


def _impossible(tx: Tx, call: Row, language: str) -> InLine:
    """This caller is not asked again."""
    tx.update(calls, call.id, session=(call.session or {"turn": 0}) | {_ASKED: _NEVER_MS})
    return InLine(told=Told.IMPOSSIBLE, language=language)


def _key(rx: Rx, interaction: Row) -> str | None:
    """What this caller may press now, if anything."""
    if interaction.direction == "out":  # we have rung them just now
        return None
    terms = terms_of(rx, interaction.queue)
    return terms.key if rx.now >= interaction.queued_at + terms.after else None


def take_out_of_line(tx: Tx, interaction: Row, call: Row, told: Told) -> None:
    """Ends the call of a caller whose place is kept by a call-back; asked again, they are told the same."""
    offers.withdraw_from_item(tx, interaction.id)
    queueing.left_queue(tx, interaction, CALLBACK_TAKEN)
    tx.update(interactions, interaction.id, state="closed", ended_at=tx.now, closed_at=tx.now, unread=0)
    tx.update(work_items, interaction.id, state="done", outcome=CALLBACK_TAKEN)
    session = dict(call.session or {}) | {_TOLD: told.value}
    tx.update(calls, call.id, ended_at=tx.now, ended_by=LEFT_THE_LINE, session=session)
    tx.emit(CallChanged(id=call.id, state="ended"))
    tx.emit(InteractionClosed(id=interaction.id, disposition=""))


def _language(rx: Rx, interaction: Row, call: Row) -> str:
    session = call.session or {}
    if session.get("language") or interaction.language:
        return spoken_to(str(session.get("language") or ""), interaction.language or "")
    return str(rx.one(customers, interaction.customer_id).language or "en")
