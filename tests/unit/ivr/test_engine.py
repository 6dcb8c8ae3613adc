"""A caller walks through a flow."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.check import check
from ivr.engine import Digits, HungUp, Input, NoInput, Session, State, holds, repeat, start, step
from ivr.instructions import Enqueue, Gather, Hangup, Say
from ivr.parse import parse
from tests.examples import examples
from tests.unit.ivr.flows import MAIN

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FLOW = parse(MAIN)
OPEN = {"open": True, "language": "en"}


def test_a_caller_is_greeted_and_asked():
    session, said = start(FLOW, facts=OPEN, now=NOW)

    assert said[0] == Say(text="Welcome to the demo shop.", language="en")
    assert isinstance(said[1], Gather)
    assert (said[1].digits, said[1].timeout_s) == (1, 5)
    assert (session.state, session.node, session.turn) == (State.ASKING, "choose", 0)


def test_a_key_leads_to_its_queue_with_a_greeting():
    session, _ = start(FLOW, facts=OPEN, now=NOW)

    session, said = step(FLOW, session, Digits("1"), facts=OPEN, now=NOW)

    assert said == [Say(text="We connect you with billing.", language="en"), Enqueue(queue="billing")]
    assert (session.state, session.queue, session.turn) == (State.QUEUED, "billing", 1)


def test_a_queue_without_a_greeting_is_entered_in_silence():
    session, _ = start(FLOW, facts=OPEN, now=NOW)

    _, said = step(FLOW, session, Digits("2"), facts=OPEN, now=NOW)

    assert said == [Enqueue(queue="technical")]


def test_a_caller_who_misses_is_told_so_and_led_on_after_three():
    session, _ = start(FLOW, facts=OPEN, now=NOW)

    session, said = step(FLOW, session, Digits("9"), facts=OPEN, now=NOW)
    (ask,) = said
    assert isinstance(ask, Gather)
    assert ask.prompts[0] == Say(text="That was not one of the choices.", language="en")
    session, _ = step(FLOW, session, NoInput(), facts=OPEN, now=NOW)
    assert session.misses == 2
    session, said = step(FLOW, session, Digits(""), facts=OPEN, now=NOW)

    assert said[-1] == Enqueue(queue="general")
    assert (session.turn, session.misses) == (3, 0)


def test_a_caller_who_presses_nothing_is_not_told_of_a_wrong_choice():
    session, _ = start(FLOW, facts=OPEN, now=NOW)

    for silence in (NoInput(), Digits("")):
        silent, (ask,) = step(FLOW, session, silence, facts=OPEN, now=NOW)
        assert isinstance(ask, Gather)
        assert ask.prompts == (
            Say(text="Take your time.", language="en"),
            Say(text="For billing press 1. For technical help press 2.", language="en"),
        )
        assert repeat(FLOW, silent) == [ask]

    wrong, (ask,) = step(FLOW, silent, Digits("9"), facts=OPEN, now=NOW)
    assert isinstance(ask, Gather)
    assert ask.prompts[0] == Say(text="That was not one of the choices.", language="en")
    assert repeat(FLOW, Session.from_dict(json.loads(json.dumps(wrong.to_dict())))) == [ask]


def test_a_menu_without_words_for_silence_just_asks_again():
    flow = parse(MAIN.replace("    no_input:\n      en: Take your time.\n      de: Lassen Sie sich Zeit.\n", ""))
    session, asked = start(flow, facts=OPEN, now=NOW)

    _, again = step(flow, session, NoInput(), facts=OPEN, now=NOW)

    assert again == [asked[-1]]


def test_the_callers_language_is_spoken_and_an_unknown_one_is_the_first():
    _, german = start(FLOW, facts=OPEN | {"language": "de-AT"}, now=NOW)
    _, unknown = start(FLOW, facts=OPEN | {"language": "fi"}, now=NOW)

    assert german[0] == Say(text="Willkommen beim Demoladen.", language="de")
    assert unknown[0] == Say(text="Welcome to the demo shop.", language="en")


def test_out_of_hours_the_flow_says_so_and_hangs_up():
    session, said = start(FLOW, facts={"open": False}, now=NOW)

    assert said[-2:] == [Say(text="We are closed now.", language="en"), Hangup()]
    assert (session.state, session.ended_by) == (State.ENDED, "flow")


def test_a_caller_who_hangs_up_is_gone_and_hears_nothing_more():
    session, _ = start(FLOW, facts=OPEN, now=NOW)

    session, said = step(FLOW, session, HungUp(), facts=OPEN, now=NOW)
    again, more = step(FLOW, session, Digits("1"), facts=OPEN, now=NOW)

    assert (said, more) == ([], [])
    assert again == session
    assert session.ended_by == "caller"


def test_keys_pressed_while_waiting_change_nothing():
    session, _ = start(FLOW, facts=OPEN, now=NOW)
    session, _ = step(FLOW, session, Digits("1"), facts=OPEN, now=NOW)

    assert step(FLOW, session, Digits("2"), facts=OPEN, now=NOW) == (session, [])


def test_what_was_said_can_be_said_again():
    session, said = start(FLOW, facts=OPEN, now=NOW)
    assert repeat(FLOW, session) == said[-1:]

    session, _ = step(FLOW, session, Digits("1"), facts=OPEN, now=NOW)
    assert repeat(FLOW, session) == [Enqueue(queue="billing")]

    session, _ = step(FLOW, session, HungUp(), facts=OPEN, now=NOW)
    assert repeat(FLOW, session) == [Hangup()]


def test_a_flow_that_lost_the_callers_node_begins_again():
    session, _ = start(FLOW, facts=OPEN, now=NOW)
    changed = parse(MAIN.replace("choose", "choices"))

    after, said = step(changed, session, Digits("1"), facts=OPEN, now=NOW)

    assert isinstance(said[-1], Gather)
    assert (after.node, after.turn) == ("choices", 1)


def test_a_caller_who_plays_with_the_keys_is_led_on_at_last():
    flow = parse(
        "languages: [en]\nstart: a\nnodes:\n"
        "  a: {menu: Press 1., keys: {1: b}, default: q}\n"
        "  b: {menu: Press 2., keys: {2: a}, default: q}\n"
        "  q: {queue: general}\n"
    )
    assert check(flow) == []
    session, said = start(flow, facts={}, now=NOW)
    for turn in range(60):
        if session.state is not State.ASKING:
            break
        session, said = step(flow, session, Digits("12"[turn % 2]), facts={}, now=NOW)

    assert said == [Enqueue(queue="general")]
    assert session.turn == 50


def test_a_condition_asks_for_truth_or_for_a_value():
    assert holds({"open": "yes", "tier": "vip"}, {"open": 1, "tier": "vip"})
    assert not holds({"open": "yes", "tier": "vip"}, {"open": True, "tier": "small"})
    assert holds({"open": "no"}, {})
    assert holds({"waiting": "3"}, {"waiting": 3})


inputs = st.one_of(st.sampled_from([NoInput(), HungUp()]), st.text("0123456789*#", max_size=3).map(Digits))


@given(st.lists(inputs, max_size=80), st.booleans(), st.sampled_from(["en", "de", "", "xx"]))
def test_every_history_of_a_checked_flow_ends_well(history: list[Input], is_open: bool, language: str):
    facts = {"open": is_open, "language": language}
    session, said = start(FLOW, facts=facts, now=NOW)
    for answer in history:
        before = session
        session, instructions = step(FLOW, session, answer, facts=facts, now=NOW)
        said += instructions
        assert Session.from_dict(json.loads(json.dumps(session.to_dict()))) == session
        assert session.turn >= before.turn
        assert sum(isinstance(one, Gather | Enqueue | Hangup) for one in instructions) <= 1
        assert not instructions or isinstance(instructions[-1], Gather | Enqueue | Hangup)
    assert sum(isinstance(one, Enqueue | Hangup) for one in said) <= 1


@settings(max_examples=examples(40, 100))
@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("abcde"), min_size=1))
def test_no_flow_keeps_the_engine_walking(edges: dict[str, str]):
    nodes = "".join(f"  {name}: {{say: hi, next: {target}}}\n" for name, target in edges.items())
    flow = parse(f"start: a\nnodes:\n{nodes}")

    session, said = start(flow, facts={}, now=NOW)

    assert session.state is State.ENDED
    assert said[-1] == Hangup()
    assert check(flow) != []
