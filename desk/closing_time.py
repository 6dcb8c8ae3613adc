"""desk/closing_time.py: who stands in line when a queue closes, and nobody is left who could take it.

    caller  ──▶ told that we have closed; where the queue offers call-backs, the place is kept and they are rung back
                when it opens; then the call ends
    visitor ──▶ told that we have closed; what was written keeps its place and is work for the opening
    letters     wait, as at any other time

The router's process looks once a second. Somebody is left while anybody who works may be asked, here or where it would
flow to, or is away from the queue for a moment only.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from channels.voice.numbers import normalise
from desk.callbacks.callbacks import keep_place
from desk.callbacks.leaving_the_line import Told, take_out_of_line
from desk.callbacks.rules import terms_of
from desk.contacts import attempts, messages
from desk.contacts.interactions import VOICE, SayGoodbye
from desk.customers.languages import spoken_to
from desk.customers.numbers import why_not
from desk.floor.lookout import Lookout
from desk.floor.queue_states import states
from desk.kernel.cluster import check
from desk.kernel.events import CallChanged, InteractionClosed, InteractionLetGo, InteractionToldClosed
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.openings import Keeps, closed_since, keeps_of_queues
from desk.tables import agent_queues, agents, calls, customers, events, interactions, to_ms, work_items
from desk.work import offers, queueing
from ivr.languages import nearest
from routing.overflow import ATTENDED

#: Whoever is not ready for longer has not just gone for a moment.
A_MOMENT = timedelta(minutes=10)
#: What became of who stood in line.
RUNG_BACK, ENDED, KEPT = "rung_back", "ended", "kept"

_TOLD = {
    "en": "We have closed now. What you wrote is kept, with its place, and answered when we open again.",
    "de": "Wir haben jetzt geschlossen. Was Sie geschrieben haben, behält seinen Platz und wird beantwortet, "
    "sobald wir wieder öffnen.",
    "es": "Ahora hemos cerrado. Lo que escribió conserva su puesto y se responde cuando volvamos a abrir.",
    "fr": "Nous venons de fermer. Votre message garde sa place ; nous y répondrons à la réouverture.",
    "zh": "我们现在已经下班。您写的内容和位置都会保留，恢复营业后回复。",
    "zh-Hant": "我們現在已經下班。您寫的內容和位置都會保留，恢復營業後回覆。",
}

_WAITING = (work_items.c.state == "waiting", work_items.c.kind == "interaction", work_items.c.channel.in_(ATTENDED))
_LINES = sa.select(work_items.c.queue).where(*_WAITING).distinct()
_STANDING = (
    sa.select(work_items.c.id, work_items.c.queue, work_items.c.channel)
    .join(interactions, interactions.c.id == work_items.c.id)
    .where(
        *_WAITING,
        work_items.c.queue == sa.bindparam("queue"),
        ~sa.exists().where(
            events.c.subject == work_items.c.id,
            events.c.name.in_((InteractionToldClosed.name, InteractionLetGo.name)),
            events.c.at >= interactions.c.queued_at,
        ),
    )
    .order_by(work_items.c.placed_at, work_items.c.id)
)
_AWAY = (
    sa.select(agent_queues.c.queue)
    .join(agents, agents.c.id == agent_queues.c.agent_id)
    .where(agents.c.presence == "not_ready", agents.c.presence_since > sa.bindparam("since"))
    .distinct()
)


def stranded(rx: Rx, lookout: Lookout | None = None) -> list[str]:
    """Who stands in a line that has closed, with nobody left to take them, and has not been told so."""
    lines = [row.queue for row in rx.all(_LINES)]
    keeps = keeps_of_queues(rx) if lines else {}
    closed = [queue for queue in lines if queue in keeps and not keeps[queue].at(rx.now).open]
    if not closed:
        return []
    away, now = {row.queue for row in rx.all(_AWAY, since=rx.now - A_MOMENT)}, states(rx, lookout)
    found = []
    for queue in closed:
        if queue not in away and not now[queue].helped:
            standing = rx.all(_STANDING, queue=queue)
            found += [str(row.id) for row in standing if row.channel not in now[queue].staffed]
    return found


def let_go(tx: Tx, interaction_id: str, *, epoch: int) -> None:
    """Tells one of them, and lets them go or keeps what they wrote; nothing for who waits there no more.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is None or interaction.state != "queued":
        return
    keeps = keeps_of_queues(tx)[interaction.queue]
    opening = keeps.at(tx.now)
    if opening.open:
        return
    since = closed_since(tx, keeps)
    became = _end_call(tx, interaction) if interaction.channel == VOICE else _tell(tx, interaction)
    if since is not None and _was_in_line(interaction, since, keeps):
        of = {"queue": interaction.queue, "became": became, "closed_ms": to_ms(since)}
        tx.emit(InteractionLetGo(id=interaction.id, **of))


def _was_in_line(interaction: Row, since: datetime, keeps: Keeps) -> bool:
    """Whether it stood in line before the queue closed: who comes later has been told, and is no news to anybody.

    At the closing minute a queue is closed; who came in the instant of a closing at once found it open.
    """
    at_once = keeps.hours is not None and bool(keeps.hours.closed)
    return bool(interaction.queued_at <= since if at_once else interaction.queued_at < since)


def _tell(tx: Tx, interaction: Row) -> str:
    """Tells whoever writes, once while they wait."""
    language = interaction.language or tx.one(customers, interaction.customer_id).language
    messages.tell_customer(tx, interaction.id, _TOLD[nearest(language, _TOLD)])
    tx.emit(InteractionToldClosed(id=interaction.id, queue=interaction.queue))
    return KEPT


def _end_call(tx: Tx, interaction: Row) -> str:
    """Says good-bye and ends the call; what became of the caller."""
    call = tx.take(calls, interaction.id)
    own = interaction.language or tx.one(customers, interaction.customer_id).language
    language = spoken_to(str((call.session or {}).get("language") or ""), own)
    rung_back = _is_rung_back(tx, interaction)
    if call.ended_at is None:
        words = "closed_call_back" if rung_back else "closed"
        tx.defer(SayGoodbye(leg=call.carrier_id, language=language, words=words))
    if rung_back:
        take_out_of_line(tx, interaction, call, Told.LATER)
        return RUNG_BACK
    offers.withdraw_from_item(tx, interaction.id)
    queueing.left_queue(tx, interaction, "system_ended")
    tx.update(interactions, interaction.id, state="closed", ended_at=tx.now, closed_at=tx.now, unread=0)
    tx.update(work_items, interaction.id, state="done", outcome="closed")
    attempts.not_reached(tx, call, "failed")
    if call.ended_at is None:
        tx.update(calls, call.id, ended_at=tx.now, ended_by="closed")
        tx.emit(CallChanged(id=call.id, state="ended"))
    tx.emit(InteractionClosed(id=interaction.id, disposition=""))
    return ENDED


def _is_rung_back(tx: Tx, interaction: Row) -> bool:
    """Books a call-back for the opening, where the queue offers such and this number may be rung."""
    if interaction.direction == "out" or terms_of(tx, interaction.queue).key is None:
        return False
    number, customer = normalise(interaction.reply_to), tx.one(customers, interaction.customer_id)
    if number is None or why_not(tx, number, interaction.queue, customer) is not None:
        return False
    return keep_place(tx, interaction, number) is not None
