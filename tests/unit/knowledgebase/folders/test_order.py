"""Sheets are taken after what they lead to, as far as circles and translations allow."""

from datetime import UTC, datetime

import pytest

from knowledgebase.folders.front_matter import Head, Sheet
from knowledgebase.folders.order import in_order, in_turn


def sheet(path: str, **head: object) -> Sheet:
    return Sheet(path=path, head=Head.model_validate({"title": path} | head), body="")


@pytest.mark.parametrize(
    ("leads", "turns"),
    [
        ({}, [("a", []), ("b", []), ("c", [])]),
        ({"a": ["b"], "b": ["c"]}, [("c", []), ("b", []), ("a", [])]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, [("b", ["a"]), ("c", ["a"]), ("a", [])]),
        ({"a": ["a", "z"], "b": ["a"]}, [("a", ["z"]), ("b", []), ("c", [])]),
    ],
)
def test_what_others_lead_to_comes_first(leads, turns):
    sheets = [sheet(name) for name in "abc"]
    assert [(one.path, later) for one, later in in_turn(sheets, leads)] == turns


def test_originals_translations_plans_and_drafts_keep_their_order():
    planned = sheet("drafts/a.planned", publish_at=datetime(2026, 3, 2, tzinfo=UTC))
    sheets = in_order([sheet("drafts/a"), planned, sheet("b", original="c"), sheet("c")])
    leads = {"c": ["b"], "b": ["drafts/a"], "drafts/a": ["c"]}
    assert [(one.path, later) for one, later in in_turn(sheets, leads)] == [
        ("c", ["b"]), ("b", ["drafts/a"]), ("drafts/a.planned", []), ("drafts/a", []),
    ]  # fmt: skip


def test_a_chain_of_many_needs_no_deep_stack():
    leads = {str(number): [str(number + 1)] for number in range(20_000)}
    assert len(list(in_turn([sheet(str(number)) for number in range(20_000)], leads))) == 20_000
