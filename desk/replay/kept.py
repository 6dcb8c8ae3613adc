"""desk/replay/kept.py: what was said of for whom contacts were kept, and how often offers of them had been in vain."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import InteractionChanged, InteractionQueued, Logged
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.replay.stands import Due, Kept
from desk.tables import events, offers, to_ms
from routing.offers import Outcome

_IN_VAIN = (Outcome.DECLINED, Outcome.TIMED_OUT)
#: So a supervisor's word is logged.
_ASSIGNED = "assigned"
_PUT_ASIDE = "snoozed"


def kept_of(rx: Rx, ids: Sequence[str]) -> dict[str, list[Kept]]:
    """All that was said of these contacts, in its order."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for entry in read_log(rx.all(_SAID, ids=ids)):
        event = entry.event
        if isinstance(event, InteractionQueued) or (isinstance(event, InteractionChanged) and event.what == _ASSIGNED):
            found[event.id].append(Kept(to_ms(entry.at), event.stands))
    return found


def put_aside(steps: Iterable[Logged]) -> dict[str, list[Due]]:
    """When each contact was put aside, and until when."""
    found: dict[str, list[Due]] = defaultdict(list)
    for entry in steps:
        event = entry.event
        if isinstance(event, InteractionChanged) and event.what == _PUT_ASIDE:
            found[event.id].append(Due(to_ms(entry.at), (event.stands or {}).get("due_ms")))
    return found


def in_vain_until(rx: Rx, work_item_id: str, at: datetime) -> int:
    """How many of its offers had been in vain since it was last taken, in whichever queue; a round counts as one."""
    return in_vain(rx.all(_OFFERED, id=work_item_id, at=at), at)


def in_vain(made: Iterable[Row], at: datetime) -> int:
    """The same of all its offers, in the order in which they were made."""
    count = 0
    for _, of_one in groupby(made, key=attrgetter("made_at")):
        round_ = list(of_one)
        ended = [row for row in round_ if row.ended_at is not None and row.ended_at <= at]
        if any(row.outcome == Outcome.ACCEPTED for row in ended):
            count = 0
        elif len(ended) == len(round_):
            last = max(row.ended_at for row in ended)
            count += any(row.outcome in _IN_VAIN for row in ended if row.ended_at == last)
    return count


_SAID = (
    sa.select(events)
    .where(
        among(events.c.subject),
        events.c.name.in_((InteractionQueued.name, InteractionChanged.name)),
    )
    .order_by(events.c.id)
)
_OFFERED = (
    sa.select(offers.c.made_at, offers.c.ended_at, offers.c.outcome)
    .where(offers.c.work_item_id == sa.bindparam("id"), offers.c.made_at <= sa.bindparam("at"))
    .order_by(offers.c.made_at, offers.c.id)
)
