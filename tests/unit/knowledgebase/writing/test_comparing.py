"""Two texts side by side: nothing is lost of either, what is moved or put in is seen, and any two take a moment."""

from random import Random
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.contents import MOST_BODY
from knowledgebase.writing.comparing import AROUND, compared
from knowledgebase.writing.in_common import Steps, in_common

_FEW_WORDS = st.text(alphabet="ab \n", max_size=80)
_LINES = st.lists(st.sampled_from(["", "one", "two words", "three more words", "a", "b"]), max_size=40).map("\n".join)
_BODIES = _FEW_WORDS | _LINES


@given(_BODIES, _BODIES)
def test_what_is_shown_makes_the_one_text_of_the_other(before, after):
    assert applied(before, after) == (before, after)


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)), st.integers(0, 300))
def test_what_is_in_common_is_in_common_in_this_order_however_soon_the_looking_ends(left, right, most):
    old, new = [str(one) for one in left], [str(one) for one in right]
    at = (0, 0)
    for i, j, many in in_common(old, new, Steps(most)):
        assert i >= at[0] and j >= at[1] and many > 0
        assert old[i : i + many] == new[j : j + many]
        at = i + many, j + many


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_without_anchors_the_most_that_there_is_in_common_is_found(left, right):
    old, new = [" " * one for one in left], [" " * one for one in right]  # what is blank holds nothing together
    assert sum(many for _, _, many in in_common(old, new, Steps(10_000))) == most_in_common(old, new)


def test_a_line_that_is_put_in_and_a_word_that_is_changed_are_seen_as_such():
    lines = [f"Line {n} says this." for n in range(30)]
    changed = [*lines[:10], "New.", *lines[10:20], "Line 20 says that.", *lines[21:]]
    shown = compared("\n\n".join(lines), "\n\n".join(changed))

    assert [line.kind for _, line in shown if line.kind != "same"] == ["added", "added", "changed"]
    assert [piece.text for piece in kind_of(shown, "changed").before if piece.differs] == ["this"]
    assert shown[0][0] == 20 - AROUND and len(shown) == 3 + 4 * AROUND


def test_two_that_are_the_same_have_nothing_to_show():
    assert compared("One\n\nTwo", "One\n\nTwo") == compared("", "") == []


def ways_to_take_long() -> dict[str, tuple[str, str]]:
    dice = Random(1)
    pick = [dice.choice("ab") for _ in range(MOST_BODY)]
    words = [" ".join(dice.choice("abcdef") for _ in range(30)) for _ in range(16_000)]
    names = [f"w{n}" for n in range(60_000)]
    return {
        "two lines in turn": ("\n".join("ab" * 495), "\n".join("aab" * 330)),
        "two lines by lot": ("\n".join(pick[:990]), "\n".join(pick[990:1_980])),
        "two lines in turn, many": ("a\nb\n" * 100_000, "b\na\n" * 100_000),
        "paragraphs": ("\n\n".join(f"line {n}" for n in range(450)), "\n\n".join(f"line {n} new" for n in range(450))),
        "rows": (
            "\n".join(f"| {n % 3} | x |" for n in range(900)),
            "\n".join(f"| {n * 2 % 3} | x |" for n in range(900)),
        ),
        "one line": (" ".join(pick[:250_000]), " ".join(pick[250_000:])),
        "marks": ("!?" * 250_000, "?!" * 250_000),
        "long lines": ("\n".join(words[:8_000]), "\n".join(words[8_000:])),
        "every second": ("\n".join(names), "\n".join(name if n % 2 else f"{name}x" for n, name in enumerate(names))),
        "moved": ("\n".join(names), "\n".join(dice.sample(names, len(names)))),
        "turned round": ("\n".join(names[:1_990]), "\n".join(names[:1_990][::-1])),
        "no words": ("\n" * MOST_BODY, "\n" * 250_000 + "x" + "\n" * 249_999),
    }


@pytest.fixture(scope="module")
def long_ones() -> dict[str, tuple[str, str]]:
    """Made once, and not by everybody who only reads this file to see which tests there are."""
    return ways_to_take_long()


WAYS = (
    "two lines in turn", "two lines by lot", "two lines in turn, many", "paragraphs", "rows", "one line", "marks",
    "long lines", "every second", "moved", "turned round", "no words",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_any_two_bodies_are_compared_in_a_moment(way, long_ones):
    before, after = (body[:MOST_BODY] for body in long_ones[way])
    taken = []
    for _ in range(3):
        began = thread_time()
        shown = compared(before, after)
        taken.append(thread_time() - began)
    assert shown and min(taken) < 0.25  # a machine that is busy takes twice as long, and more
    assert applied(before, after) == (before, after)


def applied(before, after):
    """Both texts, as what is shown says, with what was left out taken from the one."""
    kept = before.split("\n")
    was: list[str] = []
    became: list[str] = []
    at = 0
    for left_out, line in compared(before, after):
        assert (line.kind == "same") == (line.before == line.after)
        for side, pieces, number in zip((was, became), (line.before, line.after), line.numbers, strict=True):
            side.extend(kept[at : at + left_out])
            assert (pieces is None) == (number is None) and number in (None, len(side) + 1)
            if pieces is not None:
                side.append("".join(piece.text for piece in pieces))
        at += left_out
        if line.before is not None:
            at += 1 + was[-1].count("\n")  # what stands behind so many lines is shown as one
    return tuple("\n".join(side + kept[at:]) for side in (was, became))


def kind_of(shown, kind):
    return next(line for _, line in shown if line.kind == kind)


def most_in_common(old, new):
    row = [0] * (len(new) + 1)
    for one in old:
        above = row[:]
        for j, other in enumerate(new):
            row[j + 1] = above[j] + 1 if one == other else max(above[j + 1], row[j])
    return row[-1]
