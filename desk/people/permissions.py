"""desk/people/permissions.py: who may do what. A role is a set of rights; the edge asks before each act."""

from collections.abc import Collection
from enum import StrEnum


class Right(StrEnum):
    """What a user may do."""

    WORK = "work"  #: take contacts and answer customers
    SUPERVISE = "supervise"  #: see and steer the whole floor
    CLOSE = "close"  #: close a calendar at once in an emergency, and keep its hours again
    COMPLAINTS = "complaints"  #: see the register, handle complaints
    REPORTS = "reports"  #: read reports
    WRITE = "write"  #: write knowledge-base articles
    ADMINISTER = "administer"  #: change the organization


ROLES: dict[str, frozenset[Right]] = {
    "agent": frozenset({Right.WORK, Right.COMPLAINTS}),
    "supervisor": frozenset({Right.WORK, Right.SUPERVISE, Right.CLOSE, Right.COMPLAINTS, Right.REPORTS, Right.WRITE}),
    "admin": frozenset(Right),
}


def may(role: str, right: Right) -> bool:
    """Whether users of `role` have `right`. An unknown role has none."""
    return right in ROLES.get(role, frozenset())


def may_see(
    role: str,
    user_id: str,
    serves: Collection[str],
    *,
    queue: str | None,
    agents: Collection[str | None],
) -> bool:
    """Whether a user sees an interaction or a work item, on any screen and through any door.

    Who supervises sees everything; who works sees what waits in a queue that they serve, and what
    they hold, held last, or are offered (`agents`).
    """
    if may(role, Right.SUPERVISE):
        return True
    return may(role, Right.WORK) and (user_id in agents or (queue is not None and queue in serves))
