"""A recorded morning played again: with the rules that were in force nothing changes, with others what must."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from routing.capacity import Limits
from routing.model import Ring, Rules, Service, Strategy
from routing.patience import patience_of_each
from routing.presence import Presence
from routing.recorded import Before, End, Held, Person, Recording, Turn, Visit
from routing.replay import play
from routing.story import Came, Story, as_it_was
from tests.unit.routing.floors import policy, work

MINUTE = 60_000
HOUR = 60 * MINUTE
THERE = Before(presence=Presence.AVAILABLE)
ONE_QUEUE = Rules(queues=(policy(),))


def person(id: str, **changes: Any) -> Person:
    plain = Person(id=id, queues={"billing": Service()}, skills={}, capacity={"voice": 1, "chat": 3, "email": 5})
    return replace(plain, **changes)


def call(id: str, at_ms: int, **changes: Any) -> Visit:
    """A call that was answered at once, by ana, and took three minutes."""
    about = {key: changes.pop(key) for key in ("queue", "channel", "language") if key in changes}
    plain = Visit(
        work=work(id, placed_ms=at_ms, **({"channel": "voice"} | about)),
        arrived_ms=at_ms,
        end=End.ANSWERED,
        left_ms=at_ms,
        agent_id="ana",
        handle_ms=3 * MINUTE,
    )
    return replace(plain, **changes)


def morning(*visits: Visit, agents: tuple[str, ...] = ("ana",), **changes: Any) -> Recording:
    """An hour in which these agents are there."""
    plain = Recording(begins_ms=0, ends_ms=HOUR, until_ms=HOUR, visits=visits, before=dict.fromkeys(agents, THERE))
    return replace(plain, **changes)


def again(recording: Recording, *people: Person, rules: Rules = ONE_QUEUE) -> Story:
    return play(recording, people or (person("ana"),), rules, patience_of_each(recording))


def test_what_happened_happens_again():
    recording = morning(
        call("a", MINUTE),
        call("b", 2 * MINUTE, end=End.ABANDONED, left_ms=3 * MINUTE, agent_id=""),
        call("c", 2 * MINUTE, left_ms=4 * MINUTE),
        call("d", 5 * MINUTE, end=End.WAITING, left_ms=None, agent_id=""),
        turns=(Turn(6 * MINUTE, "ana", Presence.NOT_READY),),
    )

    story = again(recording)

    assert story.came == as_it_was(recording).came
    assert sorted(story.hands, key=lambda hand: hand.from_ms) == list(as_it_was(recording).hands)


def test_one_agent_more_answers_who_hung_up():
    recording = morning(
        call("a", MINUTE),
        call("b", 2 * MINUTE, end=End.ABANDONED, left_ms=3 * MINUTE, agent_id="", handle_ms=5 * MINUTE),
        agents=("ana", "bo"),
    )

    story = again(recording, person("ana"), person("bo"))

    assert story.came["b"] == Came(End.ANSWERED, 2 * MINUTE, 2 * MINUTE, "bo")
    assert Held(agent_id="bo", channel="voice", from_ms=2 * MINUTE, until_ms=7 * MINUTE) in story.hands


def test_a_skill_that_nobody_has_lets_everybody_wait():
    story = again(morning(call("a", MINUTE)), rules=Rules(queues=(policy(skills={"french": 1}),)))

    assert story.came["a"] == Came(End.WAITING, MINUTE, HOUR)


def test_a_ring_opens_when_it_did_not_before():
    rules = Rules(queues=(policy(skills={"french": 1}, rings=(Ring(after_ms=MINUTE, skills={"french": 0}),)),))

    assert again(morning(call("a", MINUTE)), rules=rules).came["a"].left_ms == 2 * MINUTE


def test_a_strategy_chooses_another():
    recording = morning(call("a", MINUTE), call("b", 10 * MINUTE), call("c", 20 * MINUTE), agents=("ana", "bo"))
    people = (person("ana"), person("bo", skills={"billing": 5}))
    best = Rules(queues=(policy(skills={"billing": 0}, strategy=Strategy.LEAST_FLEXIBLE),))

    in_turn = [again(recording, *people).came[id].agent_id for id in "abc"]
    always_one = [again(recording, *people, rules=best).came[id].agent_id for id in "abc"]

    assert in_turn == ["ana", "bo", "ana"]
    assert always_one == ["ana", "ana", "ana"]


def test_priority_lets_the_later_call_in_first():
    recording = morning(
        call("a", MINUTE),
        call("b", 2 * MINUTE, left_ms=4 * MINUTE),
        call("c", 3 * MINUTE, left_ms=7 * MINUTE, queue="sales"),
    )
    both = person("ana", queues={"billing": Service(), "sales": Service()})
    first = Rules(queues=(policy(), policy("sales", priority=5)))

    assert again(recording, both, rules=Rules(queues=(policy(), policy("sales")))).came["b"].left_ms == 4 * MINUTE
    story = again(recording, both, rules=first)
    assert (story.came["c"].left_ms, story.came["b"].left_ms) == (4 * MINUTE, 7 * MINUTE)


def test_it_rings_as_long_as_it_rang_and_who_hangs_up_meanwhile_frees_the_agent():
    recording = morning(
        call("a", MINUTE, left_ms=MINUTE + 10_000, ring_ms=10_000),
        call("b", 10 * MINUTE, end=End.ABANDONED, left_ms=10 * MINUTE + 4_000, ring_ms=4_001, agent_id=""),
        call("c", 11 * MINUTE),
    )

    assert again(recording).came == as_it_was(recording).came


def test_a_transfer_comes_when_the_contact_before_it_is_over():
    first = call("a", MINUTE)
    second = call("a2", 5 * MINUTE, after="a", gap_ms=MINUTE, counts=False)
    blocked = morning(first, second, held=(Held(agent_id="ana", channel="voice", from_ms=0, until_ms=3 * MINUTE),))

    assert again(morning(first, second)).came["a2"].arrived_ms == 5 * MINUTE
    assert again(blocked).came["a2"].arrived_ms == 7 * MINUTE


def test_who_is_answered_does_not_flow_on():
    left = call("a", MINUTE, end=End.LEFT, left_ms=2 * MINUTE, agent_id="")
    on = call("a2", 2 * MINUTE, queue="sales", left_ms=2 * MINUTE, after="a")
    sales = person("ana", queues={"sales": Service()})
    rules = Rules(queues=(policy(), policy("sales")))

    assert again(morning(left, on), sales, rules=rules).came["a2"].end is End.ANSWERED
    assert list(again(morning(left, on), person("ana"), rules=rules).came) == ["a"]


def test_nothing_goes_beside_a_call_that_the_agent_made():
    recording = morning(
        call("a", MINUTE, channel="chat"),
        held=(Held(agent_id="ana", channel="voice", from_ms=0, until_ms=4 * MINUTE),),
    )

    assert again(recording).came["a"].left_ms == 4 * MINUTE


def test_who_waits_when_the_recording_begins_has_waited_already():
    recording = morning(
        call("a", 0, left_ms=4 * MINUTE, counts=False),
        call("b", MINUTE, end=End.ABANDONED, left_ms=5 * MINUTE, agent_id="", counts=False),
        begins_ms=3 * MINUTE,
        held=(Held(agent_id="ana", channel="voice", from_ms=3 * MINUTE, until_ms=4 * MINUTE),),
    )

    assert again(recording).came == as_it_was(recording).came


def test_a_call_interrupts_a_mail_that_goes_on_after_it():
    mail = call("a", MINUTE, channel="email", handle_ms=10 * MINUTE)
    rules = Rules(
        queues=(policy(),),
        limits=Limits(exclusive=frozenset({"voice", "email"}), interrupts={"voice": frozenset({"email"})}),
    )

    story = again(morning(mail, call("b", 2 * MINUTE)), rules=rules)

    assert story.came["b"].left_ms == 2 * MINUTE
    assert {hand.channel: hand.until_ms for hand in story.hands} == {"voice": 5 * MINUTE, "email": 14 * MINUTE}


BESIDE_MAILS = Limits(
    weights={"voice": 60, "email": 33}, exclusive=frozenset(), interrupts={"voice": frozenset({"email"})}
)


def until_of_mails(*visits: Visit, **changes: Any) -> list[int]:
    """When the mails of a morning are done."""
    story = again(morning(*visits, **changes), rules=Rules(queues=(policy(),), limits=BESIDE_MAILS))
    return sorted(hand.until_ms for hand in story.hands if hand.channel == "email")


def test_a_mail_goes_on_beside_a_call_that_has_come_to_fit_while_it_rang():
    done_meanwhile = call("a", 0, channel="email", handle_ms=2 * MINUTE + 30_000)
    mail = call("b", MINUTE, channel="email", handle_ms=10 * MINUTE)
    rings = call("c", 2 * MINUTE, left_ms=3 * MINUTE, ring_ms=MINUTE)

    assert until_of_mails(done_meanwhile, mail, rings) == [2 * MINUTE + 30_000, 11 * MINUTE]


def test_a_mail_that_has_come_to_stand_in_the_way_of_a_call_that_rings_is_interrupted():
    mail = call("a", 0, channel="email", handle_ms=10 * MINUTE)
    rings = call("b", 2 * MINUTE, left_ms=3 * MINUTE, ring_ms=MINUTE)
    taken_over = Held(agent_id="ana", channel="email", from_ms=2 * MINUTE + 30_000, until_ms=2 * MINUTE + 50_000)
    taken_and_kept = replace(taken_over, until_ms=8 * MINUTE)

    assert until_of_mails(mail, rings, held=(taken_over,)) == [taken_over.until_ms, 10 * MINUTE]
    assert until_of_mails(mail, rings, held=(taken_and_kept,)) == [8 * MINUTE, 13 * MINUTE]


ONE_AT_A_TIME = Limits(weights={"voice": 100, "email": 100}, interrupts={"voice": frozenset({"email"})})


def test_a_call_of_which_nobody_knows_how_long_it_takes_interrupts_for_an_instant():
    """No call was answered in the span: one that is, by other rules, takes no time."""
    mail = call("a", MINUTE, channel="email", handle_ms=2 * MINUTE)
    hung_up = call("b", 2 * MINUTE, end=End.ABANDONED, left_ms=3 * MINUTE, agent_id="", handle_ms=0)

    story = again(morning(mail, hung_up), rules=Rules(queues=(policy(),), limits=ONE_AT_A_TIME))

    assert story.came["b"] == Came(End.ANSWERED, 2 * MINUTE, 2 * MINUTE, "ana")
    assert [(hand.channel, hand.from_ms, hand.until_ms) for hand in story.hands] == [
        ("voice", 2 * MINUTE, 2 * MINUTE),
        ("email", MINUTE, 3 * MINUTE),
    ]


def test_what_is_parked_does_not_go_on_while_the_call_is_on():
    limits = Limits(weights={"voice": 60, "email": 60, "chat": 40}, interrupts={"voice": frozenset({"email"})})
    recording = morning(
        call("a", 0, channel="email", handle_ms=10 * MINUTE),
        call("b", MINUTE, channel="chat", handle_ms=2 * MINUTE),
        call("c", 2 * MINUTE, handle_ms=5 * MINUTE),
    )

    story = again(recording, rules=Rules(queues=(policy(),), limits=limits))

    until = {hand.channel: hand.until_ms for hand in story.hands}
    assert until == {"chat": 3 * MINUTE, "voice": 7 * MINUTE, "email": 15 * MINUTE}


def test_contacts_are_counted_anew_at_midnight():
    fewest = Rules(queues=(policy(strategy=Strategy.FEWEST_HANDLED),))
    handled = {"ana": replace(THERE, handled=3), "bo": replace(THERE, handled=1, idle_since_ms=1)}
    recording = morning(call("a", MINUTE), before=handled)
    people = (person("ana"), person("bo"))

    assert again(recording, *people, rules=fewest).came["a"].agent_id == "bo"
    assert again(replace(recording, midnights=(1,)), *people, rules=fewest).came["a"].agent_id == "ana"


def test_an_agent_whom_the_rules_do_not_know_was_never_there():
    recording = morning(call("a", MINUTE, agent_id="bo"), turns=(Turn(0, "bo", Presence.AVAILABLE),), agents=())

    assert again(recording).came["a"].end is End.WAITING


@some.composite
def days(draw: some.DrawFn) -> Recording:
    """A day of calls and breaks at random."""
    visits = []
    at_ms = 0
    for number in range(draw(some.integers(1, 12))):
        at_ms += draw(some.integers(0, 5)) * MINUTE
        visits.append(
            call(
                f"v{number}",
                at_ms,
                channel=draw(some.sampled_from(["voice", "chat"])),
                handle_ms=draw(some.integers(0, 9)) * MINUTE,
                ring_ms=draw(some.sampled_from([0, 5_000])),
                end=(end := draw(some.sampled_from([End.ANSWERED, End.ABANDONED, End.LEFT, End.WAITING]))),
                left_ms=None if end is End.WAITING else at_ms + draw(some.integers(0, 4)) * MINUTE,
            )
        )
    breaks = draw(some.lists(some.tuples(some.integers(0, 59), some.sampled_from(["ana", "bo"])), max_size=4))
    there = [Presence.NOT_READY, Presence.AVAILABLE] * len(breaks)
    turns = tuple(Turn(at * MINUTE, id, there[n]) for n, (at, id) in enumerate(sorted(breaks)))
    return morning(*visits, agents=("ana", "bo"), turns=turns)


@given(days())
def test_a_story_told_again_is_a_recording_that_tells_it_again(recording: Recording):
    """What today's rules make of a day is, as a recording, reproduced exactly by the same rules."""
    people = (person("ana"), person("bo"))
    story = again(recording, *people)
    recorded = tuple(
        replace(
            visit,
            end=(came := story.came[visit.id]).end,
            left_ms=None if came.end is End.WAITING else came.left_ms,
            agent_id=came.agent_id,
        )
        for visit in recording.visits
    )

    retold = again(replace(recording, visits=recorded), *people)

    assert retold.came == story.came
    assert again(recording, *people) == story
    assert all(came.arrived_ms <= came.left_ms <= recording.until_ms for came in story.came.values())
