"""desk/replay/staff.py: what agents were when a recording begins, and what they became, from the log and the rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import Logged, PresenceChanged
from desk.kernel.transaction import Rx
from desk.organization.days import start_of_day
from desk.replay.people import turns
from desk.tables import agents, events, offers, segments, to_ms
from routing.recorded import Before, Turn

#: How far back it is looked for what agents did last.
LOOK_BACK = timedelta(days=1)
#: Segments in which an agent has a contact in hand.
IN_HAND = ("dialling", "agent", "hold", "wrap_up")
#: Wrap-up says nothing of what is after it: so many entries surely hold something else.
_LATEST = 8


def presences(rx: Rx, begins: datetime, log: Iterable[Logged]) -> tuple[list[Turn], list[Turn]]:
    """What agents became before the span, and within the recording."""
    latest = [rx.all(_LATEST_OF, id=row.id, before=begins) for row in rx.all(sa.select(agents.c.id))]
    before = [entry for rows in latest for entry in read_log(reversed(rows))]
    within = [entry for entry in log if entry.at >= begins]
    begins_ms = to_ms(begins)
    became = turns([*before, *within])
    return [one for one in became if one.at_ms < begins_ms], [one for one in became if one.at_ms >= begins_ms]


def done_before(rx: Rx, begins: datetime, zone: ZoneInfo) -> dict[str, Before]:
    """What agents did last before the span, and how many contacts they had taken that day."""
    midnight = start_of_day(begins, zone)
    since = min(begins - LOOK_BACK, midnight)
    offered = {row.agent_id: row for row in rx.all(_OFFERED, since=since, begins=begins, midnight=midnight)}
    dialled = {row.agent_id: to_ms(row.at) for row in rx.all(_DIALLED, since=since, begins=begins)}
    let_go = {row.agent_id: to_ms(row.at) for row in rx.all(_LET_GO, since=since, begins=begins)}
    return {
        id: Before(
            idle_since_ms=let_go.get(id, 0),
            offered_ms=max(to_ms(offered[id].at) if id in offered else 0, dialled.get(id, 0)),
            handled=int(offered[id].taken) if id in offered else 0,
        )
        for id in {*offered, *dialled, *let_go}
    }


_LATEST_OF = (
    sa.select(events)
    .where(
        events.c.subject == sa.bindparam("id"),
        events.c.name == PresenceChanged.name,
        events.c.at < sa.bindparam("before"),
    )
    .order_by(events.c.id.desc())
    .limit(_LATEST)
)
_TAKEN = sa.case(
    (sa.and_(offers.c.outcome == "accepted", offers.c.made_at >= sa.bindparam("midnight")), 1),
    else_=0,
)
_OFFERED = (
    sa.select(offers.c.agent_id, sa.func.max(offers.c.made_at).label("at"), sa.func.sum(_TAKEN).label("taken"))
    .where(offers.c.made_at >= sa.bindparam("since"), offers.c.made_at < sa.bindparam("begins"))
    .group_by(offers.c.agent_id)
)
#: Who dials counts as asked then, as on the desk.
_DIALLED = (
    sa.select(segments.c.agent_id, sa.func.max(segments.c.from_at).label("at"))
    .where(
        segments.c.kind == "dialling",
        segments.c.agent_id.is_not(None),
        segments.c.from_at >= sa.bindparam("since"),
        segments.c.from_at < sa.bindparam("begins"),
    )
    .group_by(segments.c.agent_id)
)
_NEXT = segments.alias("next")
#: A stay that another follows at once, on hold or to be written up, is no end of what they have in hand.
_GOES_ON = sa.exists().where(
    _NEXT.c.interaction_id == segments.c.interaction_id,
    _NEXT.c.agent_id == segments.c.agent_id,
    _NEXT.c.kind.in_(IN_HAND),
    _NEXT.c.from_at == segments.c.to_at,
    _NEXT.c.id > segments.c.id,
)
_LET_GO = (
    sa.select(segments.c.agent_id, sa.func.max(segments.c.to_at).label("at"))
    .where(
        segments.c.kind.in_(IN_HAND),
        segments.c.agent_id.is_not(None),
        segments.c.from_at >= sa.bindparam("since"),
        segments.c.to_at < sa.bindparam("begins"),
        ~_GOES_ON,
    )
    .group_by(segments.c.agent_id)
)
