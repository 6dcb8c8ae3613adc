"""desk/contacts/turning_away.py: a supervisor ends a contact that waits: spam, or nothing that anybody must answer.

    queued, offered ──▶ closed      the visit is `system_ended`: neither answered nor abandoned

What rings for it stops ringing. A caller hears goodbye, a visitor reads that it is over; who wrote a mail
or a text is not written to: an answer would tell a spammer that somebody reads.
"""

from desk.contacts import attempts, messages
from desk.contacts.ending import MOST_NOTE, check_disposition, end
from desk.contacts.interactions import VOICE, WAITING, SayGoodbye
from desk.customers.languages import spoken_to
from desk.kernel.errors import Forbidden
from desk.kernel.events import CallChanged, InteractionClosed
from desk.kernel.transaction import Row, Tx
from desk.people.permissions import Right, may
from desk.tables import calls, customers, interactions, work_items
from desk.work import offers, queueing
from ivr.languages import nearest

_OVER = {
    "en": "We have ended this conversation. Write again if there is anything that we can do for you.",
    "de": "Wir haben dieses Gespräch beendet. Schreiben Sie uns gern wieder, wenn wir etwas für Sie tun können.",
    "es": "Hemos terminado esta conversación. Escríbanos de nuevo si podemos hacer algo por usted.",
    "fr": "Nous avons mis fin à cette conversation. Écrivez-nous de nouveau si nous pouvons vous aider.",
    "zh": "我们已结束本次对话。如有需要，欢迎再次联系我们。",
    "zh-Hant": "我們已結束這次對話。如有需要，歡迎再與我們聯絡。",
}


def end_from_outside(tx: Tx, interaction_id: str, disposition: str = "", note: str = "") -> None:
    """Our side ends a contact: one in hand begins its wrap-up, one that waits is closed with its outcome.

    Raises:
        NotFound, Forbidden, Conflict, Stale: as `ending.end`.
        Invalid: one that waits, and no disposition says why nobody answers it.
    """
    interaction = tx.take(interactions, interaction_id)
    supervised = tx.actor.kind != "user" or may(tx.actor.role, Right.SUPERVISE)
    if interaction.state not in WAITING or not supervised:
        end(tx, interaction_id)
        return
    turn_away(tx, interaction, disposition, note)


def turn_away(tx: Tx, interaction: Row, disposition: str, note: str = "") -> None:
    """Closes a contact that waits, unanswered.

    Raises:
        Forbidden: only supervisors may.
        Invalid: no such disposition.
    """
    if tx.actor.kind == "user" and not may(tx.actor.role, Right.SUPERVISE):
        raise Forbidden("Only a supervisor may do this.")
    check_disposition(tx, disposition)
    offers.withdraw_from_item(tx, interaction.id)
    queueing.left_queue(tx, interaction, "system_ended")
    closed = {"state": "closed", "ended_at": tx.now, "closed_at": tx.now, "unread": 0}
    tx.update(interactions, interaction.id, **closed, disposition=disposition, note=note[:MOST_NOTE])
    tx.update(work_items, interaction.id, state="done", outcome=disposition[:40])
    _tell(tx, interaction)
    tx.emit(InteractionClosed(id=interaction.id, disposition=disposition))


def _tell(tx: Tx, interaction: Row) -> None:
    """Tells who waited that it is over, in the way of the channel."""
    language = interaction.language or tx.one(customers, interaction.customer_id).language
    if interaction.channel == "chat":
        messages.tell_customer(tx, interaction.id, _OVER[nearest(language, _OVER)])
    elif interaction.channel == VOICE:
        call = tx.take(calls, interaction.id)
        attempts.not_reached(tx, call, "failed")
        if call.ended_at is None:
            spoken = spoken_to(str((call.session or {}).get("language") or ""), language)
            tx.update(calls, call.id, ended_at=tx.now, ended_by="supervisor")
            tx.defer(SayGoodbye(leg=call.carrier_id, language=spoken))
            tx.emit(CallChanged(id=call.id, state="ended"))
