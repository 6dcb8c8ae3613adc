"""desk/complaint_report/facts.py: what there is to know of a month, in plain rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.complaint_report.period import Month, Site
from desk.complaint_report.value import Compared

#: In these it is closed; void is counted apart.
CLOSED = ("closed", "resolved_early", "withdrawn")


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """A complaint as it was taken down."""

    id: str
    channel: str
    product: str
    category: str
    level: str
    tier: str
    vulnerable: bool
    received_at: datetime
    logged_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A deadline that fell in the month."""

    complaint_id: str
    number: str
    category: str
    state: str
    name: str
    received_at: datetime
    due_at: datetime
    met_at: datetime | None

    @property
    def met(self) -> bool:
        """Done by the time it was due."""
        return self.met_at is not None and self.met_at <= self.due_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The first final answer to a complaint."""

    complaint_id: str
    received_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MonthFacts:
    """What happened in one month, and what was open at its ends. Ids are those of complaints."""

    month: Month
    logged: tuple[Logged, ...] = ()
    opening: tuple[str, ...] = ()
    outstanding: tuple[str, ...] = ()
    entered: Mapping[str, tuple[str, ...]]  #: entries into each closed kind
    voided: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()
    answers: tuple[Answer, ...] = ()
    decided: Mapping[str, tuple[str, ...]]  #: complaints decided, by decision
    causes: Mapping[str, tuple[str, ...]]  #: first closings, by cause
    contacts: Mapping[str, int]  #: contacts that came in, by channel


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a report is computed from."""

    month: Month
    site: Site
    as_of: datetime
    months: Mapping[Month, MonthFacts]  #: the month, the one before, the same a year ago
    volumes: Mapping[Month, int]  #: complaints logged, thirteen months
    contacts: Mapping[Month, int]  #: contacts, thirteen months
    bands: Mapping[Month, tuple[Answer, ...]]  #: first final answers, six months
    names: Mapping[tuple[str, str], str]  #: (kind, code) of the taxonomy to its name

    @property
    def running(self) -> bool:
        """Whether the month is not over: what is counted of it is provisional."""
        return self.as_of < self.month.bounds(self.site.zone)[1]

    @property
    def last_day(self) -> int:
        """The last day of the month that is counted: of a running month, the day of counting."""
        return self.site.day(self.as_of).day if self.running else self.month.days

    @property
    def compared(self) -> Compared:
        """The month and those that it is compared with."""
        return Compared(month=self.month, days=self.month.passed(self.as_of, self.site.zone), running=self.running)
