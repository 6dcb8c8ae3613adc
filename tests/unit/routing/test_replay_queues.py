"""What a replay makes of offers in vain, of hours, of the end of a line and of overflow, followed by hand."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from routing.hours import Hours, Span
from routing.model import Rules, Service, Strategy
from routing.overflow import Step
from routing.patience import patience_of_each
from routing.presence import Presence
from routing.queue_life import Ways
from routing.recorded import End, Handled, Held, InVain, Person, Recording, Turn
from routing.replay import play
from routing.story import Came, Shut, Story, as_it_was
from tests.unit.routing.floors import policy
from tests.unit.routing.test_replay import HOUR, MINUTE, THERE, call, morning, person

SECOND = 1000
BOTH = Rules(queues=(policy(), policy("sales")))
#: Ana serves billing, Bo serves sales.
ANA, BO = person("ana"), person("bo", queues={"sales": Service()})
#: Ana has something in hand for the whole hour, and longer.
BUSY = (Held(agent_id="ana", channel="voice", from_ms=0, until_ms=2 * HOUR),)
UTC = ZoneInfo("UTC")


def again(recording: Recording, *people: Person, rules: Rules = BOTH, ways: dict[str, Ways] | None = None) -> Story:
    return play(recording, people or (ANA, BO), rules, patience_of_each(recording), ways=ways)


def to_sales(**step: Any) -> dict[str, Ways]:
    """Billing has one step, to sales."""
    return {"billing": Ways(steps=(Step(to="sales", **step),)), "sales": Ways()}


def waits_for(at_ms: int = MINUTE, **changes: Any) -> Recording:
    """Somebody came to billing while Ana was busy, and waits still."""
    waiting = {"end": End.WAITING, "left_ms": None, "agent_id": "", "handle_ms": 3 * MINUTE}
    return morning(call("a", at_ms, **waiting), agents=("ana", "bo"), held=BUSY, **changes)


def test_an_offer_that_was_missed_costs_its_time_and_its_agent_is_not_ready_as_then():
    missed = call("a", MINUTE, left_ms=MINUTE + 25 * SECOND, agent_id="bo", ring_ms=5 * SECOND)
    recording = morning(
        replace(missed, in_vain=(InVain(20 * SECOND),)),
        agents=("ana", "bo"),
        turns=(Turn(MINUTE + 20 * SECOND, "ana", Presence.NOT_READY),),
    )
    people = (person("ana"), person("bo"))

    assert again(recording, *people).came == as_it_was(recording).came

    # Asked first, Bo lets it ring as long, is ready still, and takes it when it rings again.
    rules = Rules(queues=(policy(strategy=Strategy.BEST_SKILLED, skills={"billing": 1}),))
    best = (person("ana", skills={"billing": 1}), person("bo", skills={"billing": 5}))
    assert again(recording, *best, rules=rules).came["a"] == Came(End.ANSWERED, MINUTE, MINUTE + 25 * SECOND, "bo")


def test_who_said_no_is_not_asked_for_a_minute():
    declined = (InVain(3 * SECOND, declined=True),)
    recording = morning(call("a", MINUTE, left_ms=2 * MINUTE + 5 * SECOND, ring_ms=2 * SECOND, in_vain=declined))

    assert again(recording, person("ana")).came == as_it_was(recording).came
    # With a colleague nobody waits for that minute.
    two = morning(*recording.visits, agents=("ana", "bo"))
    assert again(two, person("ana"), person("bo")).came["a"] == Came(End.ANSWERED, MINUTE, MINUTE + 5 * SECOND, "bo")


def test_what_keeps_being_declined_is_more_urgent_as_its_queue_says():
    twice = (InVain(10 * SECOND), InVain(10 * SECOND))
    declined = call("a", MINUTE, in_vain=twice)
    urgent = call("b", MINUTE + 5 * SECOND)
    recording = morning(declined, replace(urgent, work=replace(urgent.work, priority=5)))

    def answered(*, declines: int | None, one: Recording = recording) -> list[int]:
        story = again(one, person("ana"), ways={"billing": Ways(declines=declines)})
        return [story.came[id].left_ms // SECOND for id in "ab"]

    # The first offer of a ends at 70 s: then b is more urgent, and a is asked about again three minutes later.
    assert answered(declines=None) == answered(declines=3) == [260, 70]
    # After one a is more urgent than b: in vain once more, then taken; b waits for that.
    assert answered(declines=1) == [80, 260]
    # One that was in vain before the recording began counts.
    before = replace(declined, in_vain=twice[:1], declines=1)
    assert answered(declines=2, one=replace(recording, visits=(before, recording.visits[1]))) == [70, 250]
    # What was taken back does not.
    taken_back = replace(declined, in_vain=(InVain(10 * SECOND, counts=False), twice[0]))
    assert answered(declines=1, one=replace(recording, visits=(taken_back, recording.visits[1]))) == [260, 70]


def test_what_is_taken_unasked_is_never_offered_in_vain():
    recording = morning(call("a", MINUTE, left_ms=2 * MINUTE, ring_ms=20 * SECOND, in_vain=(InVain(40 * SECOND),)))

    story = again(recording, person("ana"), ways={"billing": Ways(auto_accept=frozenset({"voice"}))})

    assert story.came["a"].left_ms == MINUTE


def test_who_hangs_up_while_it_rings_in_vain_has_hung_up():
    gone = call("a", MINUTE, end=End.ABANDONED, left_ms=MINUTE + 8 * SECOND, agent_id="", in_vain=(InVain(20_000),))

    assert again(morning(gone), person("ana")).came["a"] == Came(End.ABANDONED, MINUTE, MINUTE + 8 * SECOND)


@pytest.mark.parametrize(("came_ms", "moves_ms"), [(MINUTE, 3 * MINUTE), (MINUTE + 400, 3 * MINUTE + SECOND)])
def test_after_two_minutes_another_queue_helps_on_the_next_second(came_ms: int, moves_ms: int):
    story = again(waits_for(came_ms), ways=to_sales(after_ms=2 * MINUTE))

    assert story.came == {
        "a": Came(End.LEFT, came_ms, moves_ms),
        "a>sales": Came(End.ANSWERED, moves_ms, moves_ms, "bo"),
    }
    there = story.visits[1]
    assert (there.work.queue, there.work.placed_ms, there.counts, there.after) == ("sales", came_ms, True, "a")
    assert story.hands[-1] == Held(agent_id="bo", channel="voice", from_ms=moves_ms, until_ms=moves_ms + 3 * MINUTE)


def test_what_overflow_did_is_done_anew_by_the_rules():
    left = call("a", MINUTE, end=End.LEFT, left_ms=3 * MINUTE, agent_id="", handle_ms=5 * MINUTE)
    there = call("a2", 3 * MINUTE, queue="sales", agent_id="bo", handle_ms=5 * MINUTE, after="a", helped=True)
    after = call("a3", 9 * MINUTE, agent_id="ana", after="a2", gap_ms=MINUTE, counts=False)
    busy = (Held(agent_id="ana", channel="voice", from_ms=0, until_ms=4 * MINUTE),)
    recording = morning(left, there, after, agents=("ana", "bo"), held=busy)

    same = again(recording, ways=to_sales(after_ms=2 * MINUTE))
    without = again(recording)

    assert same.came == as_it_was(recording).came
    assert [visit.id for visit in same.visits] == ["a", "a2", "a3"]
    # Without the step Ana takes it when she is free, for as long; what came after it comes as much later.
    assert without.came == {
        "a": Came(End.ANSWERED, MINUTE, 4 * MINUTE, "ana"),
        "a3": Came(End.ANSWERED, 10 * MINUTE, 10 * MINUTE, "ana"),
    }


def test_a_customer_has_the_patience_of_the_whole_wait():
    recorded = call("a", MINUTE, end=End.ABANDONED, left_ms=3 * MINUTE + 30 * SECOND, agent_id="")
    recording = morning(recorded, agents=("ana",), held=BUSY, turns=(Turn(0, "bo", Presence.AVAILABLE),))
    elsewhere = replace(recording, held=(*BUSY, Held(agent_id="bo", channel="voice", from_ms=0, until_ms=HOUR)))

    story = again(elsewhere, ways=to_sales(after_ms=2 * MINUTE))

    assert story.came["a>sales"] == Came(End.ABANDONED, 3 * MINUTE, 3 * MINUTE + 30 * SECOND)


def test_help_is_not_at_the_cost_of_the_helpers_own():
    late = call("g", 0, queue="sales", left_ms=30 * SECOND, agent_id="bo", handle_ms=10 * SECOND)
    recording = waits_for()
    recording = replace(
        recording,
        visits=(late, *recording.visits),
        before={"ana": THERE},
        turns=(Turn(30 * SECOND, "bo", Presence.AVAILABLE),),
    )

    # Sales answered its one contact late: it helps when that is not of the last 15 minutes any more.
    protected = again(recording, ways=to_sales(after_ms=2 * MINUTE, protect=0.8))
    assert protected.came["a"] == Came(End.LEFT, MINUTE, 15 * MINUTE + SECOND)
    assert again(recording, ways=to_sales(after_ms=2 * MINUTE)).came["a"].left_ms == 3 * MINUTE


def test_when_nobody_works_there():
    recording = waits_for(turns=(Turn(4 * MINUTE, "ana", Presence.NOT_READY),))

    assert again(recording, ways=to_sales(nobody=True)).came["a"] == Came(End.LEFT, MINUTE, 4 * MINUTE)


def thursday(opens: int, closes: int) -> Hours:
    """Open on the first day that a computer knows, between these minutes."""
    return Hours(zone=UTC, week={3: (Span(opens, closes),)})


def test_when_a_queue_closes_and_only_while_the_other_is_open():
    ways = {
        "billing": Ways(steps=(Step(to="sales", closed=True),), hours=thursday(0, 2)),
        "sales": Ways(hours=thursday(7, 30)),
    }

    story = again(waits_for(), ways=ways)

    assert story.came["a"] == Came(End.LEFT, MINUTE, 7 * MINUTE)
    assert story.shut == {}
    assert again(waits_for(3 * MINUTE), ways=ways).shut == {"a": Shut.CLOSED}


def test_when_a_queue_was_closed_at_once():
    ways = {
        "billing": Ways(steps=(Step(to="sales", closed=True),), closings=((2 * MINUTE, 9 * MINUTE),)),
        "sales": Ways(closings=((0, 5 * MINUTE + 1),)),
    }

    assert again(waits_for(), ways=ways).came["a"] == Came(End.LEFT, MINUTE, 5 * MINUTE + SECOND)
    assert again(waits_for(9 * MINUTE), ways=ways).came["a"].end is End.WAITING


def test_beyond_the_end_of_a_line():
    recording = waits_for()
    second = call("b", 2 * MINUTE, end=End.WAITING, left_ms=None, agent_id="")
    recording = replace(recording, visits=(*recording.visits, second))
    ways = {"billing": Ways(steps=(Step(to="sales", full=True),), max_length=1), "sales": Ways()}

    story = again(recording, ways=ways)

    assert story.came["a"].end is End.WAITING
    assert story.came["b"] == Came(End.LEFT, 2 * MINUTE, 2 * MINUTE)
    assert story.shut == {"b": Shut.FULL}


@pytest.mark.parametrize(("limit_ms", "moves"), [(7 * MINUTE, True), (8 * MINUTE, False)])
def test_by_the_likely_wait(limit_ms: int, moves: bool):
    """Contacts take five minutes and the last one did not wait, which says nothing: from under one minute
    to 15, so that 7 to 8 minutes are likely."""
    past = (Handled("billing", "voice", -6 * MINUTE, -MINUTE, 0, 5 * MINUTE),)

    story = again(waits_for(past=past), ways=to_sales(wait_ms=limit_ms))

    assert (story.came["a"].end is End.LEFT) == moves
    assert again(waits_for(), ways=to_sales(wait_ms=limit_ms)).came["a"].end is End.WAITING  # nobody knows


def test_what_agents_are_done_with_says_how_long_the_next_will_wait():
    handled = call("z", 0, handle_ms=5 * MINUTE)
    waiting = call("a", 6 * MINUTE, end=End.WAITING, left_ms=None, agent_id="")
    busy = (Held(agent_id="ana", channel="voice", from_ms=5 * MINUTE, until_ms=HOUR),)
    recording = morning(handled, waiting, agents=("ana", "bo"), held=busy)

    assert again(recording, ways=to_sales(wait_ms=5 * MINUTE)).came["a"] == Came(End.LEFT, 6 * MINUTE, 6 * MINUTE)


def test_who_is_not_able_to_does_not_staff_a_queue():
    expert = Rules(queues=(policy(skills={"billing": 3}), policy("sales")))
    beginner = person("ana", skills={"billing": 2})

    story = again(waits_for(), beginner, BO, rules=expert, ways=to_sales(nobody=True))

    assert story.came["a"].end is End.LEFT
    assert again(waits_for(), ways=to_sales(nobody=True)).came["a"].end is End.WAITING
    helpers = Rules(queues=(policy(), policy("sales", skills={"sales": 1})))
    assert again(waits_for(), rules=helpers, ways=to_sales(after_ms=MINUTE)).came["a"].end is End.WAITING


def test_a_queue_that_cannot_help_is_not_asked():
    nobody = replace(waits_for(), before={"ana": THERE})
    full = {**to_sales(after_ms=MINUTE), "sales": Ways(max_length=0)}
    shut = {**to_sales(after_ms=MINUTE), "sales": Ways(hours=thursday(0, 1))}

    for recording, ways in ((nobody, to_sales(after_ms=MINUTE)), (waits_for(), full), (waits_for(), shut)):
        assert again(recording, ways=ways).came["a"].end is End.WAITING


def test_what_has_been_helped_stays():
    there_and_back = {
        "billing": Ways(steps=(Step(to="sales", after_ms=MINUTE),)),
        "sales": Ways(steps=(Step(to="billing", after_ms=MINUTE),)),
    }
    busy = (*BUSY, Held(agent_id="bo", channel="voice", from_ms=0, until_ms=HOUR))

    story = again(replace(waits_for(), held=busy), ways=there_and_back)

    assert list(story.came) == ["a", "a>sales"]


def test_what_rings_at_somebody_stays():
    recording = morning(call("a", MINUTE, left_ms=4 * MINUTE, ring_ms=3 * MINUTE), agents=("ana", "bo"))

    assert again(recording, ways=to_sales(after_ms=2 * MINUTE)).came == as_it_was(recording).came


@some.composite
def days(draw: some.DrawFn) -> tuple[Recording, dict[str, Ways]]:
    """An hour of calls at random to two queues that help each other, and offers in vain."""
    visits = []
    at_ms = 0
    for number in range(draw(some.integers(1, 10))):
        at_ms += draw(some.integers(0, 400)) * SECOND
        end = draw(some.sampled_from([End.ANSWERED, End.ABANDONED, End.WAITING]))
        vain = some.tuples(some.integers(0, 40_000), some.booleans())
        visits.append(
            call(
                f"v{number}",
                at_ms,
                queue=draw(some.sampled_from(["billing", "sales"])),
                handle_ms=draw(some.integers(0, 900)) * SECOND,
                ring_ms=draw(some.sampled_from([0, 5_000])),
                end=end,
                left_ms=None if end is End.WAITING else at_ms + draw(some.integers(0, 600)) * SECOND,
                in_vain=tuple(InVain(*one) for one in draw(some.lists(vain, max_size=2))),
            )
        )
    steps = some.builds(
        Step,
        to=some.just("sales"),
        after_ms=some.sampled_from([None, 30_000, 90_500]),
        nobody=some.booleans(),
        full=some.booleans(),
        protect=some.sampled_from([None, 0.5]),
        wait_ms=some.sampled_from([None, None, 60_000]),
    )
    first, second = draw(some.lists(steps, max_size=2)), draw(some.lists(steps, max_size=1))
    ways = {
        "billing": Ways(steps=tuple(first), max_length=draw(some.sampled_from([None, 1]))),
        "sales": Ways(steps=tuple(replace(step, to="billing") for step in second), hours=thursday(0, 20)),
    }
    return morning(*visits, agents=("ana", "bo")), ways


@given(days())
def test_a_story_told_again_tells_itself(day: tuple[Recording, dict[str, Ways]]):
    """What rules make of a day is, as a recording, reproduced exactly by the same rules."""
    recording, ways = day
    story = again(recording, ways=ways)
    recorded = tuple(
        replace(
            visit,
            end=(came := story.came[visit.id]).end,
            arrived_ms=came.arrived_ms,
            left_ms=None if came.end is End.WAITING else came.left_ms,
            agent_id=came.agent_id,
            in_vain=() if visit.helped else visit.in_vain,
        )
        for visit in story.visits
    )

    retold = again(replace(recording, visits=recorded), ways=ways)

    assert retold.came == story.came
    assert again(recording, ways=ways) == story
    moved = [visit for visit in story.visits if visit.helped]
    assert all(story.came[visit.after].end is End.LEFT for visit in moved)
    assert all(story.came[visit.after].left_ms == story.came[visit.id].arrived_ms for visit in moved)
    assert all(came.arrived_ms <= came.left_ms <= recording.until_ms for came in story.came.values())
