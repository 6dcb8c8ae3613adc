"""What is wrong with a flow that can be read."""

import re
from pathlib import Path

from ivr.check import check
from ivr.parse import parse
from tests.unit.ivr.flows import MAIN


def findings(nodes: str, start: str = "a", languages: str = "en", **options: set[str]) -> list[str]:
    flow = parse(f"languages: [{languages}]\nstart: {start}\nnodes:\n{nodes}")
    return [f"{line} {why}" for line, why in check(flow, **options)]


def test_the_sample_flow_has_no_findings():
    assert check(parse(MAIN), queues={"billing", "technical", "general"}) == []


def test_a_queue_that_does_not_exist_is_found():
    assert check(parse(MAIN), queues={"billing", "general"}) == [(40, "technical: there is no queue technical")]


def test_edges_to_nowhere_and_nodes_that_nothing_leads_to_are_found():
    assert findings("  a: {say: Hi., next: b}\n  c: {hangup: yes}\n") == [
        "4 a: next leads to b, which does not exist",
        "5 c: nothing leads here",
    ]
    assert findings("  a: {hangup: yes}\n", start="z")[0] == "2 start leads to z, which does not exist"


def test_a_circle_without_a_question_is_found_but_not_what_only_leads_into_it():
    found = findings(
        "  a: {say: Hi., next: b}\n  b: {say: Ho., next: c}\n  c: {when: open, then: b, else: d}\n  d: {hangup: yes}\n"
    )

    assert found == [
        "5 b: goes in a circle without asking the caller",
        "6 c: goes in a circle without asking the caller",
    ]


def test_a_caller_who_presses_nothing_must_come_out_somewhere():
    assert findings("  a: {menu: Press 1., keys: {1: b}, default: a}\n  b: {queue: general}\n") == [
        "4 a: a caller who presses nothing goes round in a circle"
    ]


def test_a_menu_that_leads_back_by_a_key_is_fine():
    assert findings("  a: {menu: Press 1., keys: {1: a}, default: b}\n  b: {queue: general}\n") == []


def test_missing_prompts_are_found_in_each_language():
    assert findings("  a: {menu: {en: Press 1.}, keys: {1: b}, default: b}\n  b: {queue: q}\n", languages="en, de") == [
        "4 a: menu is missing in de"
    ]


def test_the_flow_that_the_manual_shows_has_no_findings():
    manual = (Path(__file__).parents[3] / "docs" / "call-flows.md").read_text()
    (shown,) = re.findall(r"```yaml\n(.*?)```", manual, re.DOTALL)

    assert check(parse(shown), queues={"billing", "general"}) == []
