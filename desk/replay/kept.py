"""desk/replay/kept.py: for whom a contact was kept at an instant, who was not asked, and how often it had been in vain.

Whoever lets it wait tells the log for whom (`desk/work/in_line.py`); former versions did not, and of their waits the
row is taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import InteractionChanged, InteractionQueued
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.tables import events, offers, to_ms
from desk.work.in_line import work_as_kept
from routing.model import Work
from routing.offers import DECLINED_REST, Outcome

_REST_MS = DECLINED_REST // timedelta(milliseconds=1)
_IN_VAIN = (Outcome.DECLINED, Outcome.TIMED_OUT)
#: So a supervisor's word is logged.
_ASSIGNED = "assigned"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was said last of a contact in line, and when."""

    said_ms: int
    stands: Mapping[str, Any]


def kept_at(rx: Rx, ids: Sequence[str], at: datetime) -> dict[str, Kept]:
    """What had been said of these contacts; of those of which it had not, nothing."""
    found: dict[str, Kept] = {}
    for entry in read_log(rx.all(_SAID, ids=ids, at=at)):
        event = entry.event
        if isinstance(event, InteractionQueued) or (isinstance(event, InteractionChanged) and event.what == _ASSIGNED):
            found.pop(event.id, None)
            if event.stands is not None:
                found[event.id] = Kept(said_ms=to_ms(entry.at), stands=event.stands)
    return found


def as_kept(work: Work, kept: Kept | None, declined: Mapping[str, int]) -> Work:
    """The work for whom it was kept; `declined` are those who said no, and until when they were not asked again."""
    if kept is None:
        return replace(work, excluded=declined)
    since = {id: until_ms for id, until_ms in declined.items() if until_ms - _REST_MS >= kept.said_ms}
    work = work_as_kept(work, kept.stands)
    return replace(work, excluded={**work.excluded, **since})


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


_AT = sa.bindparam("at", type_=events.c.at.type)
_SAID = (
    sa.select(events)
    .where(
        among(events.c.subject),
        events.c.name.in_((InteractionQueued.name, InteractionChanged.name)),
        events.c.at <= _AT,
    )
    .order_by(events.c.id)
)
_OFFERED = (
    sa.select(offers.c.made_at, offers.c.ended_at, offers.c.outcome)
    .where(offers.c.work_item_id == sa.bindparam("id"), offers.c.made_at <= _AT)
    .order_by(offers.c.made_at, offers.c.id)
)
