"""Rules of routing and their changes in words, and forms of them."""

from typing import Any

import pytest

from desk.organization.history import MORE
from web.pages.admin.rule_forms import agent_said, agent_typed, beside, order_said, queue_said, typed
from web.pages.admin.rule_words import MOST_LINES, lines, said


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        ([], "none"),
        ({}, "none"),
        ("best_skilled", "Best skilled"),
        ({"billing": 2, "german": 1}, "billing 2, german 1"),
        (["general", "billing"], "general, billing"),
        (
            [{"after": "30s", "skills": {"billing": 2}, "queues": [], "teams": []}, {"after": "1m", "teams": ["late"]}],
            "after 30s, skills billing 2; after 1m, teams late",
        ),
    ],
)
def test_a_value_is_said_in_words(value: Any, words: str) -> None:
    assert said(value) == words


def test_a_change_says_whose_it_is_by_name_and_what_it_was() -> None:
    changes: dict[str, list[Any]] = {
        "queues.billing.strategy": ["longest_idle", "ring_all"],
        "agents.0190.skills": [{"billing": 1}, {}],
        "ordering.kind": ["slack", "priority"],
        "limits.exclusive": [["voice"], []],
    }
    assert lines(changes, queues={"billing": "Billing"}, agents={"0190": "Ana"}) == [
        ("Queue Billing", "Who is asked", "Idle longest", "Ring all, the first to accept"),
        ("Ana", "Skills", "billing 1", "none"),
        ("Order of all work", "Order", "time to the deadline", "priority"),
        ("Limits", "Nothing beside", "voice", "none"),
    ]


def test_an_act_of_very_many_changes_ends_in_a_number() -> None:
    changes: dict[str, list[Any]] = {f"queues.q{n:03}.priority": [0, 1] for n in range(MOST_LINES + 10)}
    told = lines(changes | {MORE: [None, 90]}, queues={}, agents={})
    assert len(told) == MOST_LINES + 1
    assert told[-1] == ("All else", "Further rules", "", "100")


def test_what_is_typed_is_what_was_said() -> None:
    queue = {
        "name": "Billing",
        "priority": "3",
        "target": {"within": "20s", "share": 0.8},
        "offer": "20s",
        "wrap_up": "0s",
        "strategy": "ring_all",
        "skills": {"a.b": "3"},
        "rings": [{"after": "30s", "skills": {"a.b": "0"}, "queues": ["x.y"], "teams": []}],
        "handling": {"voice": "4m"},
        "due": {},
    }
    again = queue_said(typed(queue))
    assert {name: again[name] for name in queue} == queue

    ordering = {"kind": "slack", "priority": "5m", "head_start": {"voice": "30m"}, "tiers": {}}
    limits = {"weights": {"chat": "33"}, "exclusive": ["voice"], "interrupts": {"voice": ["email", "sms"]}}
    first, beside_what = order_said(typed({"ordering": ordering, "limits": limits}))
    assert first == ordering
    assert {name: beside_what[name] for name in limits} == limits

    agent = {"queues": {"priority.q": {"priority": "2"}, "r": {}}, "skills": {"s": "5"}}
    assert agent_said(agent_typed(agent)) == agent


def test_empty_and_removed_steps_are_not_said() -> None:
    fields = {"rings[0].after": "", "rings[1].after": "1m", "rings[1].teams.t": "1", "rings[2].after": "2m"}
    rings = queue_said(fields | {"rings[2].remove": "1"})["rings"]
    assert rings == [{"after": "1m", "skills": {}, "queues": [], "teams": ["t"]}]


def test_an_error_stands_beside_its_field() -> None:
    errors = [("queues.a.b.delay", "late"), ("target.share", "too much"), ("name", "first"), ("name", "second")]
    assert beside(errors) == {"delay.a.b": "late", "target.share": "a share from 1 to 100 %", "name": "first"}
