"""Where call flows lead callers in a replay: as they answered, or as others did; what nobody knows is said."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from desk.replay.customers import Customer
from desk.replay.flows import Answer, Call, Flows, Led, Walk, call, figures
from ivr.parse import parse
from routing.hours import Hours
from routing.hours import Span as OpenSpan
from routing.overflow import QueueState
from routing.recorded import Recording, Visit
from tests.unit.desk.replay.test_replay import HOUR, MINUTE, SECOND

MENU = """
languages: [en]
start: house
nodes:
  house: {when: open, then: choose, else: closed}
  choose: {menu: Press 1., keys: {1: line}, default: closed, tries: 2}
  line: {when: sales.staffed, then: sales, else: billing}
  sales: {queue: sales}
  billing: {queue: billing}
  closed: {hangup: yes, say: We are closed.}
"""
NIGHT_AND_DAY = Hours(zone=ZoneInfo("UTC"), week={3: (OpenSpan(0, 24 * 60),)})  # 1970 begins on a Thursday
NEVER = Hours(zone=ZoneInfo("UTC"), week={})
RECORDING = Recording(begins_ms=0, ends_ms=HOUR, until_ms=HOUR)


def flows(calls: Sequence[Call], house: Hours = NIGHT_AND_DAY) -> Flows:
    return Flows({"main": parse(MENU)}, house, calls, RECORDING)


def rang(id: str, *answers: Answer, led: Led = Led.TURNED_AWAY, **more: Any) -> Call:
    return Call(id=id, flow="main", came_ms=MINUTE, led=led, answers=answers, **more)


def led(walk: Walk, *staffed: str) -> tuple[Led, int, Visit | None]:
    """Where a caller is led, when, and to what, somebody being in these queues."""
    now_ms = walk.came_ms
    while isinstance(
        went := walk.go_on(now_ms, lambda queue: QueueState(staffed={"voice": 0} if queue in staffed else {})), int
    ):
        now_ms = went
    return walk.led, now_ms, went


MISSED, PRESSED = Answer("choose", "7", 4 * SECOND), Answer("choose", "1", 6 * SECOND)


def test_a_caller_answers_as_they_did_and_comes_to_the_queue_of_the_rules():
    (walk,) = flows([rang("a", MISSED, PRESSED, customer=Customer("vip", "de"))]).walks

    where, at_ms, visit = led(walk)

    assert (where, at_ms, walk.draws) == (Led.QUEUED, MINUTE + 10 * SECOND, 0)
    assert visit is not None
    assert (visit.work.queue, visit.work.channel, visit.work.placed_ms) == ("billing", "voice", at_ms)
    assert (visit.work.language, visit.work.tier, visit.counts) == ("de", "vip", True)
    (walk,) = flows([rang("a", MISSED, PRESSED)]).walks
    _, _, visit = led(walk, "sales")
    assert visit is not None
    assert visit.work.queue == "sales"


def test_who_is_turned_away_hears_no_menu_and_who_hung_up_there_hangs_up_again():
    hung_up = rang("a", Answer("choose", "", 9 * SECOND, hung_up=True), led=Led.HUNG_UP)

    (walk,) = flows([hung_up]).walks
    assert led(walk) == (Led.HUNG_UP, MINUTE + 9 * SECOND, None)
    (walk,) = flows([hung_up], NEVER).walks
    assert led(walk) == (Led.TURNED_AWAY, MINUTE, None)


def test_who_never_heard_a_menu_does_what_one_did_who_heard_it_the_same_in_every_replay():
    heard = [rang("x", PRESSED), rang("y", Answer("choose", "", 9 * SECOND, hung_up=True), led=Led.HUNG_UP)]
    others = [rang(f"c{number}") for number in range(40)]

    once = [led(walk)[:2] for walk in flows([*heard, *others]).walks]
    again = [led(walk)[:2] for walk in flows([*heard, *others]).walks]

    assert once == again
    assert {where for where, _ in once[2:]} == {Led.QUEUED, Led.HUNG_UP}
    (walk,) = flows(others[:1]).walks
    assert (*led(walk), walk.draws) == (Led.UNKNOWN, MINUTE, None, 0)


def test_a_call_whose_answers_were_not_kept_is_led_as_it_was():
    session = {"node": "billing", "state": "queued", "turn": 1}
    old = call(session, id="a", flow="main", came_ms=MINUTE, left_ms=MINUTE + SECOND, visit=None)
    at_once = call({"node": "closed", "state": "ended", "turn": 0}, id="b", flow="main", came_ms=MINUTE, left_ms=MINUTE)

    assert (old.kept, at_once.kept, at_once.led) == (False, True, Led.TURNED_AWAY)
    assert [walk.call.id for walk in flows([old, at_once]).walks] == ["b"]


def test_a_hang_up_in_the_menu_is_an_answer_after_the_others():
    session = {"node": "choose", "state": "asking", "turn": 1, "answers": [["choose", "7", 4000]]}

    one = call(session, id="a", flow="main", came_ms=MINUTE, left_ms=MINUTE + 10 * SECOND)

    assert (one.led, one.kept) == (Led.HUNG_UP, True)
    assert one.answers == [MISSED, Answer("choose", "", 6 * SECOND, hung_up=True)]


def test_those_are_counted_who_rang_in_the_span():
    calls = [rang("a", PRESSED), rang("b", PRESSED, kept=False)]
    walks = flows(calls).walks
    for walk in walks:
        led(walk)

    told = figures(calls, {"today": walks}, until_ms=HOUR)["main"]

    assert (told["recorded"]["came"], told["recorded"]["turned_away"], told["recorded"]["not_kept"]) == (2, 2, 1)
    assert (told["today"]["queued"], told["today"]["let_in"], told["today"]["turned_away"]) == (1, 1, 1)
    assert figures(calls, {"today": walks}, until_ms=MINUTE) == {}
