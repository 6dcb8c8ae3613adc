"""desk/organization/hours_changed.py: new hours hold at once, also for who waits to be rung."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.jobs import Job
from desk.kernel.transaction import Tx
from desk.tables import work_items

#: By which rules it is known when a queue opens, and when customers may be phoned.
_OF_HOURS = re.compile(r"(?:hours\..+|holidays|time_zone|callbacks\.hours|queues\..+\.(?:hours|there))")

_WAITS = (
    sa.select(work_items.c.id)
    .where(work_items.c.kind == "callback", work_items.c.state.in_(("scheduled", "waiting", "offered")))
    .limit(1)
)


@dataclass(frozen=True, kw_only=True)
class PlanAnew(Job):
    """The hours have changed: call-backs that wait are planned by those that hold now."""


def plan_anew_if_hours(tx: Tx, changed: Iterable[str]) -> None:
    """Sees to it that who waits is planned anew, where one of the rules that have `changed` is of hours."""
    if any(_OF_HOURS.fullmatch(path) for path in changed) and tx.all(_WAITS):
        tx.defer(PlanAnew(), key="plan_anew")
