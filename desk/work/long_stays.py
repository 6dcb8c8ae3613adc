"""desk/work/long_stays.py: what was going on at an instant, however long ago it had begun.

A stay of more than an hour is put down, as it ends, under the least power of two of hours within which it was over
(`within_h`). So what was going on is found in three places: among what had begun within the hour before, among what
goes on still, and under each of these numbers among what had begun so many hours before, of which about every second
one went on indeed. That costs what was going on; neither how long that had lasted nor how long the log is matters.
Work that is no contact has no stays: all that there is from its making to its end is put down so, in its own row.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.tables import segments, work_items

_HOUR = timedelta(hours=1)
#: Of the last, none lasts longer: a century.
_HOURS = tuple(2**power for power in range(1, 21))
_NOT_DONE = ("scheduled", "waiting", "offered", "active")

_BEGINS = sa.bindparam("begins", type_=segments.c.from_at.type)
_UNTIL = sa.bindparam("until", type_=segments.c.from_at.type)


def over_within(began_at: datetime, ended_at: datetime) -> int | None:
    """Under how many hours a stay is put down; None of one of an hour at most."""
    lasted = ended_at - began_at
    return None if lasted <= _HOUR else next((hours for hours in _HOURS if lasted <= hours * _HOUR), _HOURS[-1])


def over_within_at(ended_ms: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The same of the stays that a statement ends, at an instant in milliseconds."""
    lasted = ended_ms - segments.c.from_at
    return sa.case(
        (lasted <= _ms(1), sa.null()),
        *((lasted <= _ms(hours), _number(hours)) for hours in _HOURS[:-1]),
        else_=_number(_HOURS[-1]),
    )


def going_on(*kinds: str) -> sa.CompoundSelect[Any]:
    """The `interaction_id` of each contact that was in a stay of these kinds after `begins` and not after `until`."""
    found, kind, from_at = sa.select(segments.c.interaction_id), segments.c.kind, segments.c.from_at
    over = found.where(kind.in_(kinds), from_at <= _UNTIL, segments.c.to_at > _BEGINS)
    not_done = sa.select(work_items.c.interaction_id).where(work_items.c.state.in_(_NOT_DONE))
    return sa.union(
        over.where(from_at > _BEGINS - _ms(1)),
        *(over.where(segments.c.within_h == _number(hours), from_at > _BEGINS - _ms(hours)) for hours in _HOURS),
        found.where(
            segments.c.interaction_id.in_(not_done),
            segments.c.to_at.is_(None),
            # They are found by what is not done. By kind and instant databases would look through all that there was.
            sa.func.coalesce(kind, "").in_(kinds),
            sa.func.coalesce(from_at, 0) <= _UNTIL,
        ),
    )


def work_going_on() -> sa.CompoundSelect[Any]:
    """The id of the work that is `asked` about, and of all that is no contact and was there at `at`.

    With some that had been done before, or is not done yet and was made later."""
    found, began_at = sa.select(work_items.c.id), work_items.c.began_at
    since = sa.bindparam("at", type_=began_at.type)
    return sa.union(
        found.where(work_items.c.id == sa.bindparam("asked")),
        found.where(work_items.c.state.in_(_NOT_DONE), work_items.c.interaction_id.is_(None)),
        *(
            found.where(work_items.c.within_h == _number(hours), began_at > since - _ms(hours), began_at <= since)
            for hours in (1, *_HOURS)
        ),
    )


def _ms(hours: int) -> sa.ColumnElement[Any]:
    return _number(hours * 3_600_000)


def _number(value: int) -> sa.ColumnElement[Any]:
    return sa.literal_column(str(value))
