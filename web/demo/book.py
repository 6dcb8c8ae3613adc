"""web/demo/book.py: rows of a past that is being made up: collected by table, written in few big inserts.

Everything random comes from one seeded generator, ids included: the same seed and the same `now`
give the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.complaints.calendar import Calendar
from desk.kernel.jobs import Job
from desk.kernel.transaction import Tx
from desk.tables import to_ms
from desk.tables.columns import from_ms

#: Nothing of the past falls due before `now` and this have passed.
QUIET = timedelta(hours=26)
#: The same where nobody gets in touch: whoever tries a story of their own over weeks finds it alone in the queue.
LONG_QUIET = timedelta(days=45)


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Who worked: ids and names of agents, and the ids of who approves, and approves second."""

    agents: Sequence[tuple[str, str]]
    approver_id: str
    second_approver_id: str


@dataclass(kw_only=True)
class Book:
    """The rows so far, and what they are made from."""

    rng: Random
    now: datetime
    calendar: Calendar
    staff: Staff
    quiet_for: timedelta = QUIET
    rows: dict[sa.Table, list[dict[str, Any]]] = field(default_factory=dict)
    jobs: list[tuple[Job, datetime, str]] = field(default_factory=list)

    def add(self, table: sa.Table, **values: Any) -> dict[str, Any]:
        """Keeps a row of `table`; it may still be changed."""
        self.rows.setdefault(table, []).append(values)
        return values

    def here(self) -> dict[sa.Table, int]:
        """A place in the book to which it can be turned back."""
        return {table: len(rows) for table, rows in self.rows.items()}

    def turn_back(self, place: dict[sa.Table, int]) -> None:
        """Forgets the rows kept since `place`."""
        for table, rows in self.rows.items():
            del rows[place.get(table, 0) :]

    def later(self, job: Job, at: datetime, key: str) -> None:
        """Keeps a job that is due in the days to come."""
        self.jobs.append((job, at, key))

    def id(self, at: datetime) -> str:
        """A UUIDv7 of the instant `at`, from the seed."""
        value = (to_ms(at) & (1 << 48) - 1) << 80 | 0x7 << 76 | self.rng.getrandbits(12) << 64
        text = f"{value | 0b10 << 62 | self.rng.getrandbits(62):032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def seconds(self, low: float, high: float) -> timedelta:
        """A length between two, in whole milliseconds."""
        return timedelta(milliseconds=round(self.rng.uniform(low, high) * 1000))

    def around(self, mean_s: float, *, most_s: float) -> timedelta:
        """An exponential length, cut off at `most_s`."""
        return timedelta(milliseconds=round(min(self.rng.expovariate(1 / mean_s), most_s) * 1000))

    def at_work(self, day: date, *, low: float = 9.0, high: float = 17.5) -> datetime:
        """An instant in the working hours of `day`."""
        return from_ms(to_ms(self.at_midnight(day) + timedelta(hours=self.rng.triangular(low, high))))

    def at_midnight(self, day: date) -> datetime:
        """When `day` begins at the site."""
        return datetime.combine(day, time(), self.calendar.zone).astimezone(UTC)

    def working_days_after(self, at: datetime, days: int) -> datetime:
        """An instant in the working hours of the `days`-th business day after `at`."""
        return self.at_work(self.calendar.add_business_days(self.calendar.local_day(at), days))

    def write(self, tx: Tx) -> None:
        """Inserts everything, what is referred to before what refers to it, and leaves the jobs."""
        order = {table: place for place, table in enumerate(next(iter(self.rows)).metadata.sorted_tables)}
        for table in sorted(self.rows, key=order.__getitem__):
            # Rows that say the same columns go together; what a row leaves out is its table's to say.
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for row in self.rows[table]:
                alike.setdefault(tuple(sorted(row)), []).append(row)
            for rows in alike.values():
                tx.execute(sa.insert(table), rows)
        for job, at, key in self.jobs:
            tx.defer(job, at=at, key=key)
