"""Guards name all that lacks; whatever is tried in whatever order, the invariants of the life hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.complaints.lifecycle import (
    CLOSED_KINDS,
    DECISIONS,
    OPEN,
    REOPENABLE,
    SOURCES,
    WAITING,
    Facts,
    State,
    allowed,
    check,
    money_of,
    second_approval,
)
from desk.complaints.packs import HOUSE, Level
from desk.kernel.errors import Invalid

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
FACTS = Facts(
    state=State.LOGGED,
    level=Level.GENERAL,
    now=NOW,
    actor_id="ana",
    logged_by="ana",
    early_until=NOW + timedelta(days=2),
)

#: What satisfies every guard, as far as fields can.
FULL: dict[str, Any] = {
    "owner_id": "ana",
    "level": "general",
    "plan": "read the account",
    "question": "which account?",
    "due_at": NOW + timedelta(days=30),
    "findings": "charged twice",
    "cause": "process",
    "redress": "refund",
    "decision": "upheld",
    "response": "we are sorry",
    "acceptance": "thank you",
    "words": "never mind",
    "reason": "new evidence",
    "body": "the ombudsman",
}


def lacks(facts: Facts, to: State, **fields: Any) -> set[str]:
    try:
        check(facts, to, fields, HOUSE)
    except Invalid as error:
        return {field for field, _ in error.errors}
    return set()


@pytest.mark.parametrize(
    ("state", "to", "wanted"),
    [
        (State.LOGGED, State.TRIAGE, {"owner_id", "level"}),
        (State.TRIAGE, State.INVESTIGATING, {"plan", "owner_id"}),
        (State.INVESTIGATING, State.WAITING_CUSTOMER, {"question", "due_at"}),
        (State.INVESTIGATING, State.WAITING_THIRD_PARTY, {"question", "due_at"}),
        (State.WAITING_CUSTOMER, State.INVESTIGATING, {"answer"}),
        (State.INVESTIGATING, State.DECISION_REVIEW, {"findings", "cause", "redress"}),
        (State.DECISION_REVIEW, State.INVESTIGATING, {"reason"}),
        (State.DECISION_REVIEW, State.CLOSED, {"decision", "response", "cause"}),
        (State.TRIAGE, State.RESOLVED_EARLY, {"acceptance", "cause"}),
        (State.TRIAGE, State.WITHDRAWN, {"words", "cause"}),
        (State.TRIAGE, State.VOID, {"reason", "reviewer"}),
        (State.CLOSED, State.REOPENED, {"reason"}),
        (State.CLOSED, State.EXTERNAL, {"body", "due_at"}),
        (State.LOGGED, State.CLOSED, {"to", "decision", "response", "cause"}),
    ],
)
def test_a_guard_names_everything_that_lacks(state: State, to: State, wanted: set[str]) -> None:
    assert lacks(replace(FACTS, state=state), to) == wanted


def test_blank_words_are_no_words() -> None:
    assert lacks(replace(FACTS, state=State.TRIAGE), State.WITHDRAWN, words="  ", cause="process") == {"words"}


def test_a_reason_not_to_investigate_stands_for_findings() -> None:
    facts = replace(FACTS, state=State.INVESTIGATING)

    assert lacks(facts, State.DECISION_REVIEW, no_investigation_reason="admitted at once") == set()


def test_a_question_past_its_time_needs_no_answer() -> None:
    facts = replace(FACTS, state=State.WAITING_CUSTOMER, question_due_at=NOW)

    assert lacks(facts, State.INVESTIGATING) == set()


def test_the_approver_is_not_the_investigator() -> None:
    facts = replace(FACTS, state=State.DECISION_REVIEW, owner_id="ana", cause="process")
    closing = {"decision": "upheld", "response": "sorry"}

    assert lacks(facts, State.CLOSED, **closing) == {"approver"}
    assert lacks(replace(facts, actor_id="sue"), State.CLOSED, **closing) == set()
    assert lacks(replace(facts, actor_id="sue", approver_id="sue"), State.CLOSED, **closing) == {"second_approver"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"level": Level.URGENT}, "level urgent"),
        ({"vulnerable": True}, "the customer is vulnerable"),
        ({"repeat": True}, "a repeat complaint"),
        ({"redress": {"kind": "refund", "amount": {"amount": "500.01", "currency": "EUR"}}}, "redress over 500"),
    ],
)
def test_what_asks_for_a_third_person(change: dict[str, Any], reason: str) -> None:
    assert second_approval(FACTS, HOUSE) == []
    assert second_approval(replace(FACTS, **change), HOUSE) == [reason]


def test_money_that_is_none_is_nothing() -> None:
    assert money_of(None) == money_of({"kind": "apology"}) == money_of({"amount": {"amount": "much"}}) == Decimal(0)


def test_the_outside_gives_back_only_what_it_took() -> None:
    facts = replace(FACTS, state=State.EXTERNAL, before_external=State.CLOSED)

    assert allowed(facts) == [State.CLOSED, State.WITHDRAWN]
    assert lacks(facts, State.CLOSED) == {"reason"}
    assert lacks(facts, State.INVESTIGATING, plan="again", owner_id="ana") >= {"to"}


def test_every_state_is_open_or_closed() -> None:
    assert set(State) == OPEN | CLOSED_KINDS
    assert not OPEN & CLOSED_KINDS


@st.composite
def attempts(draw: st.DrawFn) -> tuple[State, str, dict[str, Any], timedelta]:
    names = draw(st.sets(st.sampled_from(sorted(FULL)), min_size=0))
    fields = dict(FULL) if draw(st.booleans()) else {name: FULL[name] for name in names}
    return (
        draw(st.sampled_from(State)),
        draw(st.sampled_from(["ana", "sue", "tom"])),
        fields,
        timedelta(hours=draw(st.integers(0, 60))),
    )


@given(st.lists(attempts(), max_size=40))
def test_invariants_hold_in_every_history(history: list[tuple[State, str, dict[str, Any], timedelta]]) -> None:
    """Plays attempts as the use cases do, keeping what was given, and looks at every state reached."""
    facts, given_so_far, now = FACTS, dict[str, Any](), NOW
    for to, actor, fields, gap in history:
        now += gap
        asked = fields | ({"due_at": now + timedelta(days=1)} if "due_at" in fields else {})
        facts = replace(facts, now=now, actor_id=actor)
        try:
            check(facts, to, asked, HOUSE)
        except Invalid:
            continue
        came_from, given_so_far = facts.state, given_so_far | asked | {"by": actor}
        assert came_from in SOURCES.get(to, frozenset()) or came_from is State.EXTERNAL
        before = came_from if to is State.EXTERNAL else None
        back = came_from is State.EXTERNAL and to is not State.WITHDRAWN
        facts = replace(
            facts,
            state=State.TRIAGE if to is State.REOPENED else to,
            before_external=before,
            owner_id=asked.get("owner_id", facts.owner_id) if to is State.TRIAGE else facts.owner_id,
            cause=asked.get("cause", facts.cause),
            question_due_at=asked["due_at"] if to in WAITING else None,
            closed_at=now if to in CLOSED_KINDS else facts.closed_at,
        )
        if back:
            continue
        match to:
            case State.CLOSED:
                assert facts.cause
                assert given_so_far["decision"] in DECISIONS
                assert given_so_far["response"]
                assert actor != facts.owner_id
            case State.RESOLVED_EARLY:
                assert facts.cause
                assert given_so_far["acceptance"]
                assert facts.early_until is not None
                assert now <= facts.early_until
            case State.WITHDRAWN:
                assert facts.cause
                assert given_so_far["words"]
            case State.VOID:
                assert given_so_far["reason"]
                assert actor != facts.logged_by
            case State.REOPENED:
                assert came_from in REOPENABLE
            case _:
                assert facts.state in OPEN


@given(st.sampled_from(State))
def test_void_is_the_end(to: State) -> None:
    assert "to" in lacks(replace(FACTS, state=State.VOID, actor_id="sue"), to, **FULL)
