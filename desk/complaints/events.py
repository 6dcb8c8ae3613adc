"""desk/complaints/events.py: what happened to complaints, recoveries and surveys.

Ids, states and numbers only: what a customer said, wanted or is called stays in its row.
"""

from dataclasses import dataclass

from desk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ComplaintLogged(Event):
    number: str
    category: str
    severity: int
    channel: str
    interaction_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComplaintMoved(Event):
    """It went from one state to another; `cycle` counts its reopenings."""

    before: str
    to: str
    cycle: int = 0


@dataclass(frozen=True, kw_only=True)
class ComplaintCorrected(Event):
    """Something on record was put right; `fields` names what."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ComplaintApproved(Event):
    """A decision has its first approval and waits for the second."""

    approver_id: str


@dataclass(frozen=True, kw_only=True)
class ComplaintDeadlineNear(Event):
    deadline: str
    share: int


@dataclass(frozen=True, kw_only=True)
class ComplaintDeadlineMissed(Event):
    deadline: str


@dataclass(frozen=True, kw_only=True)
class LetterChanged(Event):
    """`state` is queued, handed_over, failed, awaits_delivery or undeliverable."""

    complaint_id: str
    kind: str
    channel: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RecoveryStarted(Event):
    complaint_id: str
    playbook: str
    strategy: str


@dataclass(frozen=True, kw_only=True)
class RecoveryEnded(Event):
    """`state` is done or stopped."""

    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RecoveryActionDone(Event):
    recovery_id: str
    kind: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class SurveySent(Event):
    kind: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class SurveyEnded(Event):
    """Not asked after all: `state` is held_back or failed."""

    state: str


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    kind: str
    csat: int | None = None
    nps: int | None = None
    effort: int | None = None
    detractor: bool = False
