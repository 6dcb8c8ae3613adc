"""Articles in a flow: read aloud, sent, and what happens where neither can be done."""

from datetime import UTC, datetime

import pytest

from ivr.check import check
from ivr.engine import Digits, Session, start, step
from ivr.flow import Flow, articles_of
from ivr.instructions import Enqueue, Gather, Hangup, Instruction, Say, SendText, from_plain, to_plain
from ivr.parse import FlowError, parse

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TEXT = """\
languages: [en, de]
start: refunds
nodes:
  refunds:
    article: refund-time
    say: {en: About refunds., de: Zu Rückzahlungen.}
    next: more
    else: person
  more:
    menu: {en: Press 1 for a text., de: Die 1 für eine SMS.}
    keys: {1: text}
    default: person
  text:
    send: refund-time
    say: {en: It is on its way., de: Sie ist unterwegs.}
    next: bye
    else: person
  person: {queue: general}
  bye: {hangup: yes}
"""
SPOKEN = {"refund-time": {"en": "Five days.", "de": "Fünf Tage."}}


def flow() -> Flow:
    return parse(TEXT)


def begun(**facts: object) -> tuple[Session, list[Instruction]]:
    return start(flow(), facts=facts, now=NOW)


def test_an_article_is_read_in_the_callers_language_after_its_own_prompt():
    _, said = begun(articles=SPOKEN, language="de")
    assert said[:2] == [
        Say(text="Zu Rückzahlungen.", language="de"),
        Say(text="Fünf Tage.", language="de", article="refund-time"),
    ]
    assert isinstance(said[2], Gather)


def test_in_a_language_that_it_lacks_it_is_read_in_one_that_it_has():
    _, said = begun(articles={"refund-time": {"en": "Five days."}}, language="de")
    assert said[1] == Say(text="Five days.", language="en", article="refund-time")


@pytest.mark.parametrize("known", [{}, {"articles": {}}, {"articles": {"refund-time": {}}}])
def test_what_nobody_may_read_is_passed_over_with_its_prompt(known):
    _, said = begun(**known)
    assert said == [Enqueue(queue="general")]


def test_an_article_is_sent_to_who_can_be_sent_a_text():
    facts = {"articles": SPOKEN, "can_text": True}
    session, _ = begun(**facts)
    _, said = step(flow(), session, Digits("1"), facts=facts, now=NOW)
    assert said == [SendText(article="refund-time", language="en"), Say(text="It is on its way."), Hangup()]
    assert [from_plain(to_plain(one)) for one in said] == said


@pytest.mark.parametrize("facts", [{"articles": SPOKEN}, {"can_text": True}, {"articles": SPOKEN, "can_text": False}])
def test_who_cannot_be_sent_it_is_led_elsewhere_and_not_told_that_it_is_on_its_way(facts):
    session, _ = begun(articles=SPOKEN)
    _, said = step(flow(), session, Digits("1"), facts=facts, now=NOW)
    assert said == [Enqueue(queue="general")]


def test_the_check_knows_what_a_flow_reads_and_both_ways_out():
    assert articles_of(flow()) == {"refund-time"}
    assert check(flow()) == []
    assert check(flow(), articles={"refund-time"}) == []
    assert check(flow(), articles=()) == [
        (4, "refunds: there is no public article refund-time"),
        (13, "text: there is no public article refund-time"),
    ]
    circle = TEXT.replace("next: more", "next: refunds")
    assert (4, "refunds: goes in a circle without asking the caller") in check(parse(circle))
    lost = TEXT.replace("else: person\n  more", "else: nowhere\n  more")
    assert (4, "refunds: else leads to nowhere, which does not exist") in check(parse(lost))
    dumb = TEXT.replace(", de: Zu Rückzahlungen.", "")
    assert (4, "refunds: say is missing in de") in check(parse(dumb))


def test_where_it_cannot_be_read_must_be_said():
    with pytest.raises(FlowError, match="else: is missing"):
        parse(TEXT.replace("    else: person\n  more", "  more"))
