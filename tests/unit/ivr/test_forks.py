"""Where a caller was led at each fork, and why, in words."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.engine import MOST_TURNS, Digits, Input, NoInput, Session, start, step
from ivr.flow import Flow
from ivr.forks import MOST_FORKS
from ivr.parse import parse
from tests.unit.ivr.flows import MAIN

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OPEN = {"open": True, "language": "en"}
FLOW = parse(MAIN)


def forks(flow: Flow, *answers: Input, facts: Mapping[str, Any] = OPEN) -> list[tuple[str, str, str, str]]:
    session, _ = start(flow, facts=facts, now=NOW)
    for answer in answers:
        session, _ = step(flow, session, answer, facts=facts, now=NOW)
    assert {one.at_ms for one in session.forks} <= {int(NOW.timestamp() * 1000)}
    assert Session.from_dict(json.loads(json.dumps(session.to_dict()))) == session
    return [(one.node, one.edge, one.to, one.because) for one in session.forks]


def one_fork(node: str) -> Flow:
    ends = "  yes: {hangup: yes}\n  no: {hangup: yes}\n"
    return parse(f"name: f\nlanguages: [en]\nstart: fork\nnodes:\n  fork: {node}\n{ends}")


def test_hours_and_keys_say_where_they_led():
    assert forks(FLOW, Digits("1")) == [
        ("opening", "then", "choose", "the house is open"),
        ("choose", "key 1", "billing", "the caller pressed 1"),
    ]
    assert forks(FLOW, facts={"open": False}) == [("opening", "else", "closed", "the house is closed")]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([NoInput(), Digits("9"), NoInput()], "3 answers were no choice; at the last no key was pressed"),
        ([NoInput(), NoInput(), Digits("98")], "3 answers were no choice; the last was 98"),
    ],
)
def test_a_menu_that_goes_to_its_default_says_why(answers, why):
    assert forks(FLOW, *answers)[-1] == ("choose", "default", "anything", why)


@pytest.mark.parametrize(
    ("asked", "facts", "edge", "why"),
    [
        ("{billing.open: yes}", {"billing.open": False}, "else", "queue billing is closed"),
        ("{billing.full: no}", {"billing.full": True}, "else", "queue billing is full"),
        ("{billing.staffed: yes}", {"billing.staffed": True}, "then", "queue billing has somebody for calls"),
        ("{tier: vip}", {"tier": "standard"}, "else", "tier is standard, not vip"),
        ("{tier: vip}", {}, "else", "tier is not known, not vip"),
        ("{tier: vip, open: yes}", {"tier": "vip", "open": True}, "then", "tier is vip, the house is open"),
        ("{tier: vip, open: yes}", {"tier": "vip", "open": False}, "else", "the house is closed"),
    ],
)
def test_a_question_says_what_was_so(asked, facts, edge, why):
    flow = one_fork(f"{{when: {asked}, then: yes, else: no}}")
    assert forks(flow, facts=facts) == [("fork", edge, "yes" if edge == "then" else "no", why)]


@pytest.mark.parametrize(
    ("what", "facts", "edge", "why"),
    [
        ("article", {"articles": {"a": {"en": "Five days."}}}, "next", "a was read aloud"),
        ("article", {}, "else", "there is no article a that everybody may read, in a language of the flow"),
        ("send", {"articles": {"a": {"en": "Five."}}, "can_text": True}, "next", "a goes to the caller as a text"),
        (
            "send",
            {"can_text": True},
            "else",
            "there is no article a that everybody may read, in a language of the flow",
        ),
        (
            "send",
            {"articles": {"a": {"en": "Five."}}, "can_text": False, "no_text": "they were sent six today"},
            "else",
            "no text can be sent to the caller: they were sent six today",
        ),
    ],
)
def test_an_article_says_why_it_was_not_for_this_caller(what, facts, edge, why):
    flow = one_fork(f"{{{what}: a, next: yes, else: no}}")
    assert forks(flow, facts=facts) == [("fork", edge, "yes" if edge == "next" else "no", why)]


def test_a_flow_that_was_changed_under_a_caller_says_that_it_began_again():
    session, _ = start(FLOW, facts=OPEN, now=NOW)
    other = one_fork("{when: open, then: yes, else: no}")

    session, _ = step(other, session, Digits("1"), facts=OPEN, now=NOW)

    assert (session.forks[-2].node, session.forks[-2].to) == ("choose", "fork")
    assert session.forks[-2].because == "the flow was changed meanwhile and has no such node any more"


def test_a_caller_who_only_plays_with_the_keys_leaves_a_bounded_list():
    ring = parse(
        "name: f\nlanguages: [en]\nstart: one\nnodes:\n"
        + "".join(
            f"  {name}: {{menu: Press 1, keys: {{1: {to}}}, default: end}}\n"
            for name, to in (("one", "two"), ("two", "one"))
        )
        + "  end: {hangup: yes}\n"
    )
    found = forks(ring, *[Digits("1")] * MOST_TURNS)
    assert found[-1] == ("two", "default", "end", f"{MOST_TURNS} answers led out of no menu")
    assert len(found) <= MOST_FORKS
