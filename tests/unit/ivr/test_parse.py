"""What can be read as a flow, and what is said of what cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import MenuNode, QueueNode, WhenNode
from ivr.parse import FlowError, parse
from tests.unit.ivr.flows import MAIN


def errors_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FlowError) as caught:
        parse(text)
    return caught.value.errors


def test_a_flow_is_read_with_its_lines():
    flow = parse(MAIN)

    menu = flow.nodes["choose"]
    assert isinstance(menu, MenuNode)
    assert (menu.line, menu.choices, menu.default) == (17, {"1": "billing", "2": "technical"}, "anything")
    queue = flow.nodes["billing"]
    assert isinstance(queue, QueueNode)
    assert queue.prompt["de"].startswith("Wir verbinden")
    assert (flow.name, flow.start, flow.start_line, flow.languages) == ("main", "hello", 3, ("en", "de"))


def test_what_looks_like_a_truth_value_or_a_number_stays_what_was_written():
    flow = parse(
        "languages: [no, en]\nstart: a\nnodes:\n"
        "  a: {menu: {no: Trykk 01., en: Press 01.}, keys: {01: b, 1: b}, default: b}\n"
        "  b: {hangup: true}\n"
    )
    menu = flow.nodes["a"]
    assert isinstance(menu, MenuNode)
    assert flow.languages == ("no", "en")
    assert set(menu.choices) == {"01", "1"}


def test_a_plain_text_is_in_the_first_language():
    flow = parse("languages: [de]\nstart: a\nnodes:\n  a: {hangup: yes, say: Tschüss.}\n")

    assert flow.nodes["a"].prompt == {"de": "Tschüss."}  # type: ignore[union-attr]


def test_conditions_ask_for_values():
    flow = parse("start: a\nnodes:\n  a: {when: {tier: vip, open: true}, then: b, else: b}\n  b: {queue: vip}\n")

    node = flow.nodes["a"]
    assert isinstance(node, WhenNode)
    assert node.facts == {"tier": "vip", "open": "yes"}


def test_every_error_is_named_with_its_line():
    text = (
        "languages: [en]\n"
        "start: a\n"
        "nodes:\n"
        "  a:\n"
        "    menu: Press.\n"
        "    keys: {x: b}\n"
        "    tries: many\n"
        "    default: b\n"
        "  b:\n"
        "    say: {fi: Hei.}\n"
        "  c: nothing\n"
        "  a: {hangup: yes}\n"
        "colour: red\n"
    )
    errors = errors_of(text)

    assert [line for line, _ in errors] == [6, 7, 9, 11, 12, 13]
    reasons = " | ".join(why for _, why in errors)
    for expected in ("cannot be pressed", "whole number", "next: is missing", "given twice", "unknown 'colour'"):
        assert expected in reasons


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", 1, "begins with start"),
        ("- a\n- b\n", 1, "begins with start"),
        ("start: a\nnodes:\n  a: [unclosed\n", 4, ""),
        ("start: a\nnodes:\n\ta: b\n", 3, ""),
        ("start: &x a\nnodes: *x\n", 2, "aliases"),
        ("start: a\nnodes: later\n", 2, "expected names with values"),
        ("start: a\nnodes:\n  a: {queue: }\n", 3, "expected a text"),
        ("start: a\nnodes:\n  a: {hangup: no}\n", 3, "hangup: yes"),
        ("start: a\nnodes:\n  a: {say: {en: Hi, fi: Hei}, next: a}\n", 3, "not one of the flow's languages"),
        ("start: a\nnodes:\n  [a]: {hangup: yes}\n", 3, "expected a name"),
        ("start: a\x07\nnodes: {}\n", 1, "not YAML"),
    ],
)
def test_what_is_no_flow_says_where(text: str, line: int, expected: str):
    errors = errors_of(text)

    assert errors[0][0] == line
    assert expected in errors[0][1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 300_000, "longer than"),
        ("[" * 20_000, "nested too deeply"),
        ("{a: " * 20_000, "nested too deeply"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "aliases"),
    ],
)
def test_a_text_made_to_hurt_is_refused_before_it_is_read_whole(text: str, expected: str):
    ((_, why),) = errors_of(text)

    assert expected in why


def well_told(text: str) -> bool:
    """Whether the text is a flow, or an error that names a line and a reason."""
    try:
        parse(text)
    except FlowError as error:
        return all(line >= 1 and why for line, why in error.errors)
    return True


@given(st.text(max_size=200))
def test_any_text_is_a_flow_or_an_error_with_a_line(text: str):
    assert well_told(text)


@given(st.lists(st.sampled_from(MAIN.splitlines()), min_size=5, max_size=60))
def test_any_mixture_of_true_lines_is_a_flow_or_an_error_with_a_line(lines: list[str]):
    assert well_told("\n".join(lines))
