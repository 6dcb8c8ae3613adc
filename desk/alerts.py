"""desk/alerts.py: what called for a supervisor today, from the log, and that a supervisor has seen to it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk import closing_time
from desk.agents import LOST
from desk.callbacks.events import CallbackGaveUp
from desk.complaints.events import ComplaintDeadlineMissed
from desk.kernel.errors import Forbidden, Invalid
from desk.kernel.event_log import read
from desk.kernel.events import (
    AlertDismissed,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionChanged,
    InteractionClosed,
    InteractionLetGo,
    JobPutAside,
    Logged,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
)
from desk.kernel.statements import among
from desk.kernel.transaction import Rx, Tx
from desk.openings import closed_since, keeps_of_queues
from desk.permissions import Right, may
from desk.tables import events, interactions, to_ms
from routing.presence import MISSED_OFFER

#: Seldom, and so looked for through the whole day.
_SELDOM = (
    AlertDismissed,
    CallbackGaveUp,
    ComplaintDeadlineMissed,
    InteractionLetGo,
    JobPutAside,
    WorkItemEscalated,
)
#: What else may call for a supervisor, or end such a call: looked for as far back as a floor is watched.
_OFTEN = (
    InteractionAbandoned,
    InteractionAnswered,
    InteractionChanged,
    InteractionClosed,
    PresenceChanged,
    WorkItemChanged,
)
LATELY, MOST = timedelta(hours=1), 5_000
_LONGEST_ID = 64

_TODAY = sa.select(events).where(events.c.at >= sa.bindparam("since"), events.c.position.is_not(None))
_NEWEST_FIRST = events.c.position.desc()
_RARE = _TODAY.where(events.c.name.in_([kind.name for kind in _SELDOM])).order_by(_NEWEST_FIRST).limit(MOST)
_LATE = _TODAY.where(events.c.name.in_([kind.name for kind in _OFTEN])).order_by(_NEWEST_FIRST).limit(MOST)
_WAITS = sa.select(interactions.c.id).where(among(interactions.c.id), interactions.c.state.in_(("queued", "offered")))


def called_since(rx: Rx, midnight: datetime) -> list[Logged]:
    """What the log says since midnight that may call for a supervisor, or end that, in order; of what happens often
    only the last hour, and of who was in line at a closing who still is, while it lasts."""
    rows = [*rx.all(_RARE, since=midnight), *rx.all(_LATE, since=max(midnight, rx.now - LATELY))]
    logged = read(sorted(rows, key=lambda row: int(row.position)))
    over = _let_go_of_no_matter(rx, [one.event for one in logged if isinstance(one.event, InteractionLetGo)])
    return [one for one in logged if one.event not in over]


def _let_go_of_no_matter(rx: Rx, let_go: list[InteractionLetGo]) -> list[InteractionLetGo]:
    """Those of closings that are over, and whose contact was kept and waits no more."""
    if not let_go:
        return []
    keeps = keeps_of_queues(rx)
    closed = {key: closed_since(rx, one) for key, one in keeps.items() if not one.at(rx.now).open}
    since = {key: to_ms(at) if at else 0 for key, at in closed.items()}
    kept = sorted({one.id for one in let_go if one.became == closing_time.KEPT})
    waits = {row.id for row in rx.all(_WAITS, ids=kept)} if kept else set()
    return [
        one
        for one in let_go
        if one.closed_ms < since.get(one.queue, one.closed_ms + 1) or (one.id in kept and one.id not in waits)
    ]


def may_call(event: Event) -> bool:
    """Whether what happened may call for a supervisor: what cannot need not be looked up."""
    match event:
        case InteractionChanged():
            return event.what == LOST
        case PresenceChanged():
            return event.reason == MISSED_OFFER
        case _:
            return isinstance(event, _SELDOM)


def dismiss(tx: Tx, alert_id: str) -> None:
    """A supervisor has seen to an alert: it stands on no floor any more. Twice is once.

    Raises:
        Forbidden: only supervisors may.
        Invalid: no alert has such an id.
    """
    if tx.actor.kind == "user" and not may(tx.actor.role, Right.SUPERVISE):
        raise Forbidden("Only a supervisor may do this.")
    if not alert_id or len(alert_id) > _LONGEST_ID:
        raise Invalid("alert_id", "no alert has such an id")
    tx.emit(AlertDismissed(id=alert_id))
