"""desk/complaints/lifecycle.py: the life of a complaint, and what each step asks for.

    logged ─▶ triage ─▶ investigating ⇄ waiting_customer | waiting_third_party
                             │  ▲
                             ▼  │ sent back
                       decision_review ─▶ closed        (the final response went out)

    triage, investigating, waiting_* ─▶ resolved_early   accepted within the early window
    any open ─▶ withdrawn                                 the complainant's own words
    all open but external ─▶ void                         a reviewer who is not the author
    closed, resolved_early, withdrawn ─▶ reopened         goes on as triage at once
    all but void ─▶ external ─▶ where it was              ombudsman, court

Acknowledgement, decision and final response are milestones, not states. A guard names everything
that is lacking, not only the first thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from desk.complaints.packs import Level, Pack
from desk.kernel.errors import Invalid


class State(StrEnum):
    """Where a complaint is. One at a time."""

    LOGGED = "logged"  #: numbered; its clock runs; a team has it
    TRIAGE = "triage"  #: somebody owns it and has assessed it
    INVESTIGATING = "investigating"  #: there is a plan
    WAITING_CUSTOMER = "waiting_customer"  #: we asked the complainant; the clock runs on
    WAITING_THIRD_PARTY = "waiting_third_party"  #: we asked somebody else; the clock runs on
    DECISION_REVIEW = "decision_review"  #: findings are there; somebody else must approve
    CLOSED = "closed"  #: the final response went out
    RESOLVED_EARLY = "resolved_early"  #: accepted within the early window
    WITHDRAWN = "withdrawn"  #: the complainant took it back
    VOID = "void"  #: a duplicate, or no complaint
    REOPENED = "reopened"  #: passed through on the way back to triage
    EXTERNAL = "external"  #: before an ombudsman, regulator or court


WAITING = frozenset({State.WAITING_CUSTOMER, State.WAITING_THIRD_PARTY})
IN_HAND = frozenset({State.TRIAGE, State.INVESTIGATING}) | WAITING
OPEN = IN_HAND | {State.LOGGED, State.DECISION_REVIEW, State.REOPENED, State.EXTERNAL}
CLOSED_KINDS = frozenset({State.CLOSED, State.RESOLVED_EARLY, State.WITHDRAWN, State.VOID})
REOPENABLE = CLOSED_KINDS - {State.VOID}

#: From where each state can be reached. `external` goes back only to where it came from.
SOURCES: Mapping[State, frozenset[State]] = {
    State.TRIAGE: frozenset({State.LOGGED}),
    State.INVESTIGATING: WAITING | {State.TRIAGE, State.DECISION_REVIEW},
    State.WAITING_CUSTOMER: frozenset({State.INVESTIGATING}),
    State.WAITING_THIRD_PARTY: frozenset({State.INVESTIGATING}),
    State.DECISION_REVIEW: frozenset({State.INVESTIGATING}),
    State.CLOSED: frozenset({State.DECISION_REVIEW}),
    State.RESOLVED_EARLY: IN_HAND,
    State.WITHDRAWN: OPEN,
    State.VOID: IN_HAND | {State.LOGGED, State.DECISION_REVIEW},
    State.REOPENED: REOPENABLE,
    State.EXTERNAL: (OPEN - {State.EXTERNAL}) | REOPENABLE,
}

DECISIONS = ("upheld", "partly", "not_upheld", "out_of_scope")
#: Decisions that owe the customer something: closing with one of them starts a recovery.
OWED = frozenset({"upheld", "partly"})
#: The cause of a complaint that nobody looked into, for a reason that is recorded.
NOT_INVESTIGATED = "not_investigated"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the guards look at: the complaint as it is, who asks, and when."""

    state: State
    level: Level
    now: datetime
    actor_id: str
    logged_by: str = ""
    owner_id: str | None = None
    cause: str = ""
    redress: Mapping[str, Any] | None = None
    vulnerable: bool = False
    repeat: bool = False
    early_until: datetime | None = None
    question_due_at: datetime | None = None
    closed_at: datetime | None = None
    before_external: State | None = None
    approver_id: str = ""


def allowed(facts: Facts) -> list[State]:
    """Where a complaint can go from where it is, in the order of a usual life."""
    if facts.state is State.EXTERNAL:
        back = [facts.before_external] if facts.before_external else []
        return [*back, State.WITHDRAWN]
    return [to for to, sources in SOURCES.items() if facts.state in sources]


def check(facts: Facts, to: State, fields: Mapping[str, Any], pack: Pack) -> None:
    """Passes when the complaint may go to `to`.

    Raises:
        Invalid: names each thing that the guard lacks.
    """
    lacks: list[tuple[str, str]] = []
    if to not in allowed(facts):
        ways = ", ".join(allowed(facts)) or "nowhere"
        lacks.append(("to", f"from {facts.state} it can go to: {ways}"))
    lacks += _lacking(facts, to, fields, pack)
    if lacks:
        raise Invalid.many(lacks)


def second_approval(facts: Facts, pack: Pack) -> list[str]:
    """Why this decision needs a second approver; empty when one is enough."""
    rule = pack.approval
    amount = money_of(facts.redress)
    reasons = {
        f"redress over {rule.redress_over}": rule.redress_over is not None and amount > rule.redress_over,
        f"level {facts.level}": facts.level in rule.levels,
        "the customer is vulnerable": rule.vulnerable and facts.vulnerable,
        "a repeat complaint": rule.repeat_within_days is not None and facts.repeat,
    }
    return [reason for reason, applies in reasons.items() if applies]


def money_of(redress: Mapping[str, Any] | None) -> Decimal:
    """How much money a redress promises; 0 without any."""
    amount = (redress or {}).get("amount")
    if not isinstance(amount, Mapping):
        return Decimal(0)
    try:
        return Decimal(str(amount.get("amount", "0")))
    except InvalidOperation:
        return Decimal(0)


def _lacking(  # noqa: C901, PLR0911, PLR0912  # a table: one case a state
    facts: Facts, to: State, fields: Mapping[str, Any], pack: Pack
) -> list[tuple[str, str]]:
    if facts.state is State.EXTERNAL and to is facts.before_external:
        return _missing(fields, reason="what the outside body decided, and whether its award is paid or refused")
    match to:
        case State.TRIAGE:
            return _missing(fields, owner_id="who handles it") + _level(fields)
        case State.INVESTIGATING:
            return _investigating(facts, fields)
        case State.WAITING_CUSTOMER | State.WAITING_THIRD_PARTY:
            return _missing(fields, question="what was asked") + _future(facts, fields)
        case State.DECISION_REVIEW:
            if _given(fields, "no_investigation_reason"):
                return []
            return _missing(
                fields,
                findings="one for each allegation, or no_investigation_reason",
                cause="why it happened",
                redress="what is proposed to put it right, even if nothing",
            )
        case State.CLOSED:
            return _closing(facts, fields)
        case State.RESOLVED_EARLY:
            lacks = _missing(fields, acceptance="the customer's words or other evidence", cause="why it happened")
            if facts.early_until is None or facts.now > facts.early_until:
                lacks.append(("to", "the early window is over"))
            return lacks
        case State.WITHDRAWN:
            return _missing(fields, words="the complainant's own words", cause="why it happened")
        case State.VOID:
            lacks = _missing(fields, reason="why this is no complaint of its own")
            if facts.actor_id == facts.logged_by:
                lacks.append(("reviewer", "somebody other than who logged it must review this"))
            return lacks
        case State.REOPENED:
            lacks = _missing(fields, reason="what the customer disagrees with, or what is new")
            if facts.closed_at and facts.now > facts.closed_at + timedelta(days=pack.reopen_days):
                lacks.append(("to", f"it closed more than {pack.reopen_days} days ago; log a new complaint"))
            return lacks
        case State.EXTERNAL:
            return _missing(fields, body="which ombudsman, regulator or court") + _future(facts, fields)
        case _:
            return []


def _investigating(facts: Facts, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    if facts.state in WAITING:
        late = facts.question_due_at is not None and facts.now >= facts.question_due_at
        if late or _given(fields, "answer") or _given(fields, "plan"):
            return []
        return [("answer", "what came back; without an answer it waits until the question is due")]
    if facts.state is State.DECISION_REVIEW:
        if _given(fields, "reason") or _given(fields, "plan"):
            return []
        return [("reason", "why it is sent back")]
    lacks = _missing(fields, plan="what will be looked into, and how")
    if not facts.owner_id:
        lacks.append(("owner_id", "nobody owns it yet"))
    return lacks


def _closing(facts: Facts, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    lacks = _missing(fields, decision=f"one of {', '.join(DECISIONS)}", response="the final response to the customer")
    if _given(fields, "decision") and fields["decision"] not in DECISIONS:
        lacks.append(("decision", f"must be one of {', '.join(DECISIONS)}"))
    if not facts.cause and not _given(fields, "cause"):
        lacks.append(("cause", "missing: why it happened"))
    if facts.owner_id and facts.actor_id == facts.owner_id:
        lacks.append(("approver", "who investigated cannot approve; somebody else must close it"))
    if facts.approver_id and facts.actor_id == facts.approver_id:
        lacks.append(("second_approver", "you approved it already; a third person must approve too"))
    return lacks


def _level(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    lacks = _missing(fields, level=f"one of {', '.join(Level)}")
    if not lacks and fields["level"] not in list(Level):
        lacks.append(("level", f"must be one of {', '.join(Level)}"))
    return lacks


def _future(facts: Facts, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    lacks = _missing(fields, due_at="by when an answer is due")
    if not lacks and fields["due_at"] <= facts.now:
        lacks.append(("due_at", "must lie in the future"))
    return lacks


def _missing(fields: Mapping[str, Any], **wanted: str) -> list[tuple[str, str]]:
    return [(name, f"missing: {why}") for name, why in wanted.items() if not _given(fields, name)]


def _given(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})
