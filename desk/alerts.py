"""desk/alerts.py: what called for a supervisor today, from the log, and that a supervisor has seen to it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk import closing_time
from desk.agents.agents import LOST
from desk.complaints.events import ComplaintDeadlineMissed
from desk.kernel.errors import Forbidden, Invalid
from desk.kernel.event_log import read
from desk.kernel.events import (
    AlertDismissed,
    ArrivalMisaddressed,
    CallbackGaveUp,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionChanged,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionLetGo,
    JobPutAside,
    Logged,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
)
from desk.kernel.statements import among
from desk.kernel.transaction import Rx, Tx
from desk.organization.openings import closed_since, keeps_of_queues
from desk.people.permissions import Right, may
from desk.tables import events, interactions, to_ms
from routing.presence import MISSED_OFFER

#: Seldom, and so looked for through the whole day.
_SELDOM = (
    AlertDismissed,
    ArrivalMisaddressed,
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
#: When each of them was last taken out of a line.
_LEFT = (
    sa.select(events.c.subject, sa.func.max(events.c.position).label("position"))
    .where(
        among(events.c.subject),
        events.c.name.in_((InteractionAnswered.name, InteractionLeftQueue.name)),
        events.c.position.is_not(None),
    )
    .group_by(events.c.subject)
)


def called_since(rx: Rx, midnight: datetime) -> list[Logged]:
    """What the log says since midnight that may call for a supervisor, or end that, in order; of what happens often
    only the last hour, and of who was in line at a closing who still is, while it lasts."""
    rows = [*rx.all(_RARE, since=midnight), *rx.all(_LATE, since=max(midnight, rx.now - LATELY))]
    logged = read(sorted(rows, key=lambda row: int(row.position)))
    over = _let_go_of_no_matter(rx, [one for one in logged if isinstance(one.event, InteractionLetGo)])
    return [one for one in logged if one.position not in over]


def _let_go_of_no_matter(rx: Rx, let_go: list[Logged]) -> set[int]:
    """The positions of those of closings that are over, and whose contact was kept and waits in that line no more."""
    if not let_go:
        return set()
    keeps = keeps_of_queues(rx)
    closed = {key: closed_since(rx, one) for key, one in keeps.items() if not one.at(rx.now).open}
    since = {key: to_ms(at) if at else 0 for key, at in closed.items()}
    kept = {one.event.id for one in let_go if _of(one).became == closing_time.KEPT}
    stands = _stand_since(rx, sorted(kept)) if kept else {}
    return {
        one.position
        for one in let_go
        if _of(one).closed_ms < since.get(_of(one).queue, _of(one).closed_ms + 1)
        or (one.event.id in kept and one.position < stands.get(one.event.id, one.position + 1))
    }


def _stand_since(rx: Rx, ids: list[str]) -> dict[str, int]:
    """Those that wait, and the position after which none has left its line."""
    waits, left = rx.all(_WAITS, ids=ids), {row.subject: int(row.position) for row in rx.all(_LEFT, ids=ids)}
    return {row.id: left.get(row.id, 0) for row in waits}


def _of(logged: Logged) -> InteractionLetGo:
    assert isinstance(logged.event, InteractionLetGo)
    return logged.event


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
