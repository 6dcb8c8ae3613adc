"""Guides: what writers write, what is told of what cannot be followed, and that every way ends."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase import guides
from knowledgebase.guides import DEEPEST, MOST_CHOICES, MOST_STEPS, MOST_TOLD, followed, read, words
from knowledgebase.guides_in_text import MOST_GUIDES, found, in_words, marked, without, wrong

LAMP = """? start: Is the lamp dead, or does it flicker?
  - It stays dark -> plug
  - It flickers → bulb

? plug: Does another lamp work
  in this socket?
  - Yes -> bulb
  - No -> socket

= bulb: Change the bulb.
= socket: The socket has no current:

  - look at the fuse
  - ask an electrician
"""


def test_a_guide_leads_by_choices_to_an_answer():
    lamp = read(LAMP)

    assert lamp.problems == ()
    assert [(step.name, len(step.choices)) for step in lamp.steps] == [
        ("start", 2), ("plug", 2), ("bulb", 0), ("socket", 0),
    ]  # fmt: skip
    assert lamp.named["plug"].says == "Does another lamp work\nin this socket?"
    assert lamp.named["socket"].says == "The socket has no current:\n\n- look at the fuse\n- ask an electrician"
    assert [step.name for step in lamp.before("bulb")] == ["start", "plug"]
    ends = followed(lamp, [1, 2])
    assert ends is not None and ends.name == "socket"
    assert [followed(lamp, way) for way in ([3], [0], [1, 2, 1])] == [None, None, None]


def test_signs_of_full_width_are_signs_too():
    guide = read("？ 小轮：能转动吗？\n  - 能 -> 好\n  - 不能 → 坏\n＝ 好：再试一次。\n＝ 坏：请保修。")

    assert guide.problems == ()
    assert [step.says for step in guide.steps] == ["能转动吗？", "再试一次。", "请保修。"]


LONG = "".join(f"? q{n}: q\n- a -> q{n + 1}\n" for n in range(DEEPEST + 1)) + f"= q{DEEPEST + 1}: end"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "begins with a question"),
        ("Words", 1, "before the first step"),
        ("= end: words", 1, "begins with a question"),
        ("? a: q", 1, "from “a” no way leads on"),
        ("? Is it dead: q\n- x -> a", 1, "one word"),
        ("? a: q\n- x -> nowhere", 2, "no step “nowhere”"),
        ("? a: q\n- x ->", 2, "leads nowhere"),
        ("? a: q\n- x", 2, "“- words -> step”"),
        ("? a: q\n- -> b\n= b: c", 2, "1 to 200"),
        ("? a: q\n- x -> b\n- x -> b\n= b: c", 3, "there already"),
        ("? a: q\n- x -> b\nmore\n= b: c", 3, "neither a choice"),
        ("? a: q\n- x -> b\n= b:", 3, "the answer says nothing"),
        ("? a: q\n- x -> b\n= b: c\n= B: d", 4, "a step “b” already, at line 3"),
        ("? a: q\n- x -> b\n= b: c\n= c: d", 4, "no way leads to “c”"),
        ("? a: q\n- x -> b\n? b: r\n- y -> c\n? c: s\n- z -> b\n- w -> d\n= d: e", 5, "comes back: b → c → b"),
        ("? a: q\n- x -> a", 1, "comes back: a → a"),
        (LONG, 1, f"more than {DEEPEST} questions"),
        ("? a: q\n" + "".join(f"- {n} -> b\n" for n in range(MOST_CHOICES + 1)) + "= b: c", 1, "more than 9 choices"),
        ("= x: y\n" * (MOST_STEPS + 1), MOST_STEPS + 1, f"more than {MOST_STEPS} steps"),
    ],
)
def test_what_cannot_be_followed_says_where_and_why(text, line, why):
    problems = read(text).problems

    assert any(problem.line == line and why in problem.why for problem in problems), problems
    assert len(problems) <= MOST_TOLD


LINES = st.lists(
    st.sampled_from(
        ["? a: q", "? b: q", "? c: q", "= d: e", "= e: f", "- x -> a", "- y -> b", " - z -> d", "", "w", "="]
    )
)


@given(LINES | st.lists(st.text(max_size=20)), st.lists(st.integers(0, 10), max_size=30))
def test_every_way_of_a_guide_without_problems_ends(lines, way):
    text = "\n".join(lines)
    guide = read(text)
    words(text)
    if guide.problems:
        return

    step, questions = guide.steps[0], 0
    while step.choices:
        choice = step.choices[(way[questions] if questions < len(way) else 0) % len(step.choices)]
        step, questions = guide.named[choice.to], questions + 1
    assert questions <= DEEPEST


BODY = f"Before.\n\n```guide\n{LAMP}```\n\nAfter.\n"


def test_a_body_says_what_its_guides_say_without_their_signs():
    said = in_words(BODY)

    assert "Is the lamp dead" in said and "It flickers" in said and "Change the bulb." in said
    assert not any(sign in said for sign in ("->", "→", "```", "? start", "= bulb", "plug"))
    assert without(BODY).split() == ["Before.", "After."]


@pytest.mark.parametrize(
    "body",
    [
        "`guide`",
        "```\n```guide\n? a: b\n```\n````",
        "> ```guide\n> x\n> ```",
        "```guidebook\nx\n```",
        "    ```guide\n    x",
    ],
)
def test_what_is_only_shown_is_no_guide(body):
    assert found(body) == [] and wrong(body) == [] and marked(body).endswith(body) and without(body) == body


@pytest.mark.parametrize("called", ["Guide", "GUIDE"])
def test_one_is_found_however_its_name_is_written(called):
    body = f"```{called}\n? a: b\n```"

    assert [block.text for block in found(body)] == ["? a: b"]
    assert len(wrong(body)) == 1 and "Guide 1 cannot be followed yet" in marked(body)
    assert without(body).strip() == "" and in_words(body).strip() == "b"


def test_behind_the_bound_no_guide_is_read(monkeypatch):
    read_ones = Counter[str]()

    def counted(does: Callable[[str], Any]) -> Callable[[str], Any]:
        return lambda text: (read_ones.update([text]), does(text))[1]

    monkeypatch.setattr(guides, "read", counted(read))
    monkeypatch.setattr(guides, "words", counted(words))
    many = "```guide\n? a: b\n```\n" * 12_000

    assert len(found(many)) == MOST_GUIDES + 1
    for does in (wrong, marked, in_words):
        read_ones.clear()
        does(many)
        assert read_ones.total() == MOST_GUIDES
    assert "**More than 10 guides.**" in marked(many) and marked(many).count("cannot be followed yet") == MOST_GUIDES
    assert without(many).strip() == ""


def test_a_writer_is_told_above_each_guide_what_it_lacks():
    body = BODY.replace("-> socket", "-> *socket*") + "\n~~~ guide\r\n? b: c\r\n"

    assert wrong(body) == [
        "guide 1, line 8: there is no step “*socket*”",
        "guide 2, line 1: from “b” no way leads on: a question has choices",
    ]
    assert "> - Line 8: there is no step “\\*socket\\*”\n\n```guide\n? start" in marked(body)
    assert wrong(BODY * 11) == ["more than 10 guides"]


WITHIN = "**A guide in a list or a quote is only shown.**"


@pytest.mark.parametrize(
    "body",
    [
        "- Look:\n\n    ```guide\n    ? a: b\n    ```",
        "1. Look:\n\n     ~~~ Guide\n     ? a: b\n     ~~~",
        "> ```guide\n> ? a: b\n> ```",
        "> - ```` guide\n>   ? a: b\n>   ````",
        "* ```guide\n    ? a: b",
    ],
)
def test_a_writer_is_told_that_a_guide_in_a_list_or_a_quote_is_none(body):
    assert found(body) == []
    assert marked(body).startswith("> [!WARNING]\n> " + WITHIN) and marked(body).endswith(body)


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "    ```guide\n    ? a: b\n    ```",  # code that shows how one is written
        "~~~~\n- ```guide\n~~~~",
        "- An item about a guide.\n\nAnd ```guide``` in words.",
        "- Look:\n\n    ```guidelines\n    x\n    ```",
        "> A guide.\n> ```\n> x\n> ```",
    ],
)
def test_what_is_no_guide_within_another_is_told_nothing_of(body):
    assert WITHIN not in marked(body)
