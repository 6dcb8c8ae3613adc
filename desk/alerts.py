"""desk/alerts.py: what called for a supervisor today, from the log, and that a supervisor has seen to it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

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
from desk.kernel.transaction import Rx, Tx
from desk.permissions import Right, may
from desk.tables import events
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


def called_since(rx: Rx, midnight: datetime) -> list[Logged]:
    """What the log says since midnight that may call for a supervisor, or end that, in order; of what happens often
    only the last hour."""
    rows = [*rx.all(_RARE, since=midnight), *rx.all(_LATE, since=max(midnight, rx.now - LATELY))]
    return read(sorted(rows, key=lambda row: int(row.position)))


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
