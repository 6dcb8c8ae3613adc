"""Histories of complaints, walked through the life cycle, for the report's tests.

A walk writes what the desk writes: the complaint, a span for each state, milestones, deadlines.
It draws from a seeded `Random`, so that a history is a number.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.kernel.ids import new_id
from desk.kernel.sqlite_database import SqliteConnection
from desk.kernel.transaction import Actor, Rx
from desk.tables import (
    complaint_spans,
    complaints,
    customers,
    deadlines,
    interactions,
    metadata,
    milestones,
    organization,
    taxonomy,
)

#: Where a walk may go next. The empty state is before everything.
NEXT = {
    "": ("suspected", "logged", "logged", "logged"),
    "suspected": ("logged", "void"),
    "logged": ("triage", "triage", "void", "withdrawn", "external"),
    "triage": ("investigating", "investigating", "resolved_early", "void", "withdrawn"),
    "investigating": ("waiting_customer", "decision_review", "decision_review", "resolved_early", "external"),
    "waiting_customer": ("investigating", "void", "withdrawn"),
    "decision_review": ("closed", "closed", "investigating"),
    "closed": ("reopened", "external"),
    "resolved_early": ("reopened", "external"),
    "withdrawn": ("reopened",),
    "reopened": ("triage",),
    "void": (),
}
CLOSED = {"closed", "resolved_early", "withdrawn"}
CATEGORIES = ("delivery_late", "damaged", "billing", "staff", "website", "other")
LEVELS = ("general", "major", "urgent")
CHANNELS = ("email", "chat", "sms", "voice")
#: Long enough for a month before and the same month a year ago.
HISTORY = timedelta(days=460)


@contextmanager
def database() -> Iterator[sa.Connection]:
    """An empty database of tables."""
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def reading(connection: sa.Connection, now: datetime) -> Rx:
    """The hands of a query, at `now`."""
    return Rx(SqliteConnection(connection), Actor.system("test"), now)


def organize(connection: sa.Connection, **settings: Any) -> None:
    """Writes settings of the organization, and a customer to complain."""
    for key, value in settings.items():
        connection.execute(sa.insert(organization).values(key=key, value=value))
    connection.execute(sa.insert(customers).values(id="c1", name="Ada", created_at=datetime(2020, 1, 1, tzinfo=UTC)))


def name_codes(connection: sa.Connection) -> None:
    """Gives categories and causes names."""
    names = ("Delivery late or missed", "Arrived damaged", "Price or charge", "Staff conduct", "Website, app", "Other")
    rows = [
        {"kind": kind, "code": code, "name": name, "parent": ""}
        for kind in ("category", "cause")
        for code, name in zip(CATEGORIES, names, strict=True)
    ]
    connection.execute(sa.insert(taxonomy), rows)


def contact(connection: sa.Connection, at: datetime, channel: str, count: int = 1) -> None:
    """Contacts that came in at `at`."""
    rows = [
        {"id": new_id(at), "channel": channel, "state": "closed", "customer_id": "c1", "arrived_at": at}
        for _ in range(count)
    ]
    connection.execute(sa.insert(interactions), rows)


class Walk:
    """Many complaints walking, then written at once."""

    def __init__(self, seed: int, *, end: datetime) -> None:
        self.random = Random(seed)
        self.end = end
        self.rows: dict[sa.Table, list[dict[str, Any]]] = {
            complaints: [], complaint_spans: [], milestones: [], deadlines: [],
        }  # fmt: skip

    def complaint(self, start: datetime, *, same_instant: float = 0.1) -> None:
        """One complaint from `start` on; `same_instant` is how often a step takes no time at all."""
        pick = self.random
        id = new_id(start)
        row: dict[str, Any] = {
            "id": id, "number": None, "customer_id": "c1", "channel": pick.choice(CHANNELS), "state": "",
            "category": pick.choices(CATEGORIES, (9, 5, 4, 2, 1, 1))[0], "level": pick.choice(LEVELS),
            "tier": pick.choice(("vip", "ordinary", "small")), "vulnerable": pick.random() < 0.1, "product": "",
            "received_at": start, "logged_at": None, "decision": "", "cause": "",
        }  # fmt: skip
        state, at, cycle = "", start, 0
        came_from = ""
        while True:
            after = (came_from,) if state == "external" else NEXT[state]
            if not after or (state in CLOSED and pick.random() < 0.85):
                break
            if state:
                fast = pick.random() < same_instant
                at += timedelta() if fast else timedelta(minutes=pick.randint(1, 9000))
            if at >= self.end:
                break
            following = pick.choice(after)
            if state == "suspected" and following == "logged":
                row["logged_at"] = at
            if state == "" and following == "logged":
                late = timedelta(days=pick.choice((0, 0, 0, 3)))
                row["logged_at"] = at = min(at + late, self.end - timedelta(milliseconds=1))
            if following == "external":
                came_from = state
            if following == "reopened":
                cycle += 1
            self._leave(id, at)
            self._enter(id, following, at)
            if state != "external":  # coming back from outside is not a new beginning
                self._marks(row, following, at, cycle)
            state = row["state"] = following
        if row["logged_at"]:
            row["number"] = f"C-{row['logged_at']:%Y}-{len(self.rows[complaints]):06d}"
        self.rows[complaints].append(row)

    def _leave(self, id: str, at: datetime) -> None:
        spans = self.rows[complaint_spans]
        if spans and spans[-1]["complaint_id"] == id:
            spans[-1]["to_at"] = at

    def _enter(self, id: str, state: str, at: datetime) -> None:
        self.rows[complaint_spans].append(
            {"id": new_id(at), "complaint_id": id, "state": state, "from_at": at, "to_at": None}
        )

    def _marks(self, row: dict[str, Any], state: str, at: datetime, cycle: int) -> None:
        if state in ("logged", "reopened"):
            for name, days in (("acknowledgement", 1), ("final_response", 14)):
                due = {"id": new_id(at), "complaint_id": row["id"], "cycle": cycle, "name": name, "met_at": None}
                self.rows[deadlines].append(due | {"due_at": at + timedelta(days=days)})
        if state == "triage":
            self._meet(row["id"], cycle, "acknowledgement", at)
        if state in ("closed", "resolved_early"):
            final = "final_response" if state == "closed" else "summary_resolution"
            self._meet(row["id"], cycle, "final_response", at)
            row["decision"] = self.random.choice(("upheld", "partly", "not_upheld"))
            row["cause"] = self.random.choices(CATEGORIES, (9, 5, 4, 2, 1, 1))[0]
            for name in ("decision", final):
                known = {(mark["complaint_id"], mark["cycle"], mark["name"]) for mark in self.rows[milestones][-12:]}
                if (row["id"], cycle, name) not in known:
                    mark = {"id": new_id(at), "complaint_id": row["id"], "cycle": cycle, "name": name, "at": at}
                    self.rows[milestones].append(mark)

    def _meet(self, id: str, cycle: int, name: str, at: datetime) -> None:
        for due in reversed(self.rows[deadlines][-12:]):
            if (due["complaint_id"], due["cycle"], due["name"]) == (id, cycle, name) and due["met_at"] is None:
                due["met_at"] = at

    def write(self, connection: sa.Connection) -> None:
        """Writes everything that was walked."""
        for table, rows in self.rows.items():
            if rows:
                connection.execute(sa.insert(table), rows)


def walked(seed: int, complaints_wanted: int, *, end: datetime, same_instant: float = 0.1) -> Walk:
    """So many complaints, begun at any time of the history before `end`."""
    walk = Walk(seed, end=end)
    minutes = int(HISTORY.total_seconds()) // 60
    starts = sorted(walk.random.randrange(minutes) for _ in range(complaints_wanted))
    for start in starts:
        walk.complaint(end - HISTORY + timedelta(minutes=start), same_instant=same_instant)
    return walk
