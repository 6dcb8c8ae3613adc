"""The way of a caller: each turn adds its steps, in the order in which they happened."""

from datetime import UTC, datetime

import pytest

from ivr.check import check
from ivr.engine import MOST_TURNS, Digits, HungUp, Input, NoInput, Session, Words, repeat, start, step
from ivr.instructions import Enqueue, Gather, from_plain, to_plain
from ivr.parse import MOST_OF_NAME, FlowError, parse
from ivr.way import Did, Step, answered, begun

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TEXT = """\
languages: [en]
start: choose
nodes:
  choose:
    menu: For your router press 1. To speak with us press 2.
    keys: {1: resetting_it, 2: person}
    names: {2: Repairs}
    tries: 2
    default: person
  resetting_it: {article: reset, next: more, else: person}
  more:
    menu: For a text press 1. Is it something else? Press 2.
    keys: {1: text, 2: about}
    default: person
  text: {send: reset, next: more, else: person}
  about: {listen: Say in a few words what it is., next: person}
  person: {queue: general}
"""
FLOW = parse(TEXT)
FACTS = {"articles": {"reset": {"en": "Press the button."}}, "can_text": True}
HEARD, SENT = (Step(did=did, article="reset", language="en") for did in (Did.HEARD, Did.SENT))


def walked(*inputs: Input) -> tuple[Session, list[Step]]:
    session, said = start(FLOW, facts=FACTS, now=NOW)
    steps = begun(said)
    for one in inputs:
        before = session
        session, said = step(FLOW, before, one, facts=FACTS, now=NOW)
        steps += answered(FLOW, before, one, session, said)
    return session, steps


def test_what_was_chosen_heard_sent_and_said_in_order_and_that_a_person_was_asked():
    _, steps = walked(Digits("1"), Digits("1"), Digits("2"), Words("my router blinks"))
    assert steps == [
        Step(did=Did.CHOSE, key="1", name="Resetting it"),
        HEARD,
        Step(did=Did.CHOSE, key="1", name="Text"),
        SENT,
        Step(did=Did.CHOSE, key="2", name="About"),
        Step(did=Did.SAID, words="my router blinks"),
    ]
    assert walked(Digits("2"))[1] == [Step(did=Did.CHOSE, key="2", name="Repairs"), Step(did=Did.ASKED)]


def test_who_presses_nothing_or_what_is_no_choice_has_chosen_nothing_and_asked_for_nobody():
    session, steps = walked(Digits("9"), NoInput())
    assert session.queue == "general"
    assert steps == [Step(did=Did.MISSED, key="9"), Step(did=Did.SILENT)]
    assert walked(HungUp())[1] == []


def test_what_a_flow_begins_with_is_heard_before_anything_is_chosen():
    first = parse(TEXT.replace("start: choose", "start: resetting_it"))
    assert begun(start(first, facts=FACTS, now=NOW)[1]) == [HEARD]


def test_a_key_that_is_not_taken_any_more_is_no_choice():
    session, _ = walked()
    playing = Session.from_dict(session.to_dict() | {"turn": MOST_TURNS - 1})
    after, said = step(FLOW, playing, Digits("1"), facts=FACTS, now=NOW)
    assert answered(FLOW, playing, Digits("1"), after, said) == [Step(did=Did.MISSED, key="1")]


def test_a_menu_that_is_gone_was_not_answered():
    session, _ = walked()
    lost = Session.from_dict(session.to_dict() | {"node": "gone"})
    after, said = step(FLOW, lost, Digits("1"), facts=FACTS, now=NOW)
    assert answered(FLOW, lost, Digits("1"), after, said) == []


def test_words_are_asked_for_once_and_whoever_says_nothing_goes_on_too():
    session, _ = walked(Digits("1"), Digits("2"))
    (ask,) = repeat(FLOW, session)
    assert isinstance(ask, Gather) and ask.words
    assert from_plain(to_plain(ask)) == ask
    assert walked(Digits("1"), Digits("2"), NoInput())[1][-1] == Step(did=Did.SILENT)
    assert step(FLOW, session, NoInput(), facts=FACTS, now=NOW)[1] == [Enqueue(queue="general")]


def test_the_check_knows_names_and_where_words_lead():
    assert check(FLOW) == []
    stray = parse(TEXT.replace("names: {2:", "names: {7:"))
    assert check(stray) == [(4, "choose: 7 has a name and leads nowhere")]
    circle = parse(TEXT.replace("what it is., next: person", "what it is., next: about"))
    assert (16, "about: a caller who says nothing goes round in a circle") in check(circle)
    lost = parse(TEXT.replace("what it is., next: person", "what it is., next: nobody"))
    assert (16, "about: next leads to nobody, which does not exist") in check(lost)


def test_a_name_is_a_line():
    with pytest.raises(FlowError) as refused:
        parse(TEXT.replace("Repairs", "R" * (MOST_OF_NAME + 1)))
    assert refused.value.errors == [(7, f"choose: the name of 2 is longer than {MOST_OF_NAME} characters")]


SOLVED = TEXT.replace("keys: {1: text, 2: about}", "keys: {1: text, 2: about, 3: done}") + (
    "  done: {hangup: solved, say: Goodbye.}\n"
)


def test_it_is_solved_for_who_says_so_by_a_key_and_for_nobody_else():
    flow = parse(SOLVED)
    assert check(flow) == []
    session, _ = start(flow, facts=FACTS, now=NOW)
    heard, _ = step(flow, session, Digits("1"), facts=FACTS, now=NOW)
    done, said = step(flow, heard, Digits("3"), facts=FACTS, now=NOW)
    assert (done.solved, answered(flow, heard, Digits("3"), done, said)[-1]) == (True, Step(did=Did.SOLVED))
    gone, _ = step(flow, heard, HungUp(), facts=FACTS, now=NOW)
    assert not gone.solved

    by_silence = parse(SOLVED.replace("3: done}\n    default: person", "3: done}\n    default: done"))
    assert check(by_silence) == [
        (18, "done: a caller who presses nothing comes here, and has not said that it is solved")
    ]
    for _ in range(3):
        heard, _ = step(by_silence, heard, NoInput(), facts=FACTS, now=NOW)
    assert (heard.ended_by, heard.solved) == ("flow", False)
