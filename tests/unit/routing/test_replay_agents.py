"""Who gets what in a replay: at whom something else rings, for whom it is kept, and from whom."""

from dataclasses import replace
from typing import Any

from routing.model import Rules, Service, Strategy
from routing.overflow import Step
from routing.presence import Presence
from routing.queue_life import NO_WAYS, Ways
from routing.recorded import End, Given, Held, InVain, Rings, Rung, Silence, Turn, Visit
from routing.replay import play
from routing.story import Came, Story
from tests.unit.routing.floors import policy
from tests.unit.routing.test_replay import HOUR, MINUTE, THERE, again, call, morning, person


def two(*visits: Visit, **changes: Any) -> dict[str, str]:
    """Who has what of a morning on which Ana and Bo are there, Ana for longer."""
    before = {"ana": replace(THERE, idle_since_ms=-2), "bo": replace(THERE, idle_since_ms=-1)}
    story = again(morning(*visits, before=before, **changes), person("ana"), person("bo"))
    return {id: came.agent_id for id, came in story.came.items()}


def test_whom_other_work_rings_at_is_not_asked_meanwhile_and_has_been_offered_something():
    chat = {"channel": "chat", "handle_ms": 20 * MINUTE}
    declined = Rung("ana", "task", MINUTE, 2 * MINUTE)
    later = (call("b", 3 * MINUTE, **chat), call("c", 4 * MINUTE, **chat), call("d", 6 * MINUTE, **chat))
    again_at_ana = Rung("ana", "task", 5 * MINUTE, 5 * MINUTE + 1)

    assert two(call("a", MINUTE + 1, **chat), rung=(declined,)) == {"a": "bo"}
    assert two(call("a", 2 * MINUTE, **chat), rung=(declined,)) == {"a": "ana"}
    assert two(*later) == {"b": "ana", "c": "bo", "d": "ana"}
    assert two(*later, rung=(again_at_ana,)) == {"b": "ana", "c": "bo", "d": "bo"}


def test_other_work_that_is_taken_counts_as_a_contact_more():
    fewest = Rules(queues=(policy(strategy=Strategy.FEWEST_HANDLED),))
    recording = morning(call("a", 2 * MINUTE), agents=("ana", "bo"), rung=(Rung("ana", "task", 0, MINUTE, True),))
    people = (person("ana"), person("bo"))

    assert again(recording, *people, rules=fewest).came["a"].agent_id == "bo"
    (rang,) = recording.rung
    declined = replace(recording, rung=(rang._replace(taken=False),))
    assert again(declined, *people, rules=fewest).came["a"].agent_id == "ana"


def kept(visit: Visit, **how: Any) -> Visit:
    return replace(visit, work=replace(visit.work, **how))


def test_what_comes_back_is_kept_for_who_had_it_in_the_replay_and_as_long():
    """Bo had it; here Ana has."""
    first = call("a", MINUTE, agent_id="bo", channel="chat")
    back = call("b", 5 * MINUTE, agent_id="bo", after="a", gap_ms=MINUTE, channel="chat")
    wanted = {"wanted_agent_id": "bo", "wanted_until_ms": 6 * MINUTE, "wanted_as": "last_agent"}
    on_the_phone = Held(agent_id="ana", channel="voice", from_ms=4 * MINUTE, until_ms=5 * MINUTE + 30_000)

    assert two(first, kept(back, **wanted), held=(on_the_phone,)) == {"a": "ana", "b": "ana"}
    by_name = wanted | {"wanted_as": "named"}
    assert two(first, kept(back, **by_name)) == {"a": "ana", "b": "bo"}
    # Everything a quarter of an hour later: it is kept for a minute still.
    busy = [Held(agent_id=id, channel="voice", from_ms=0, until_ms=15 * MINUTE) for id in ("ana", "bo")]
    late = Held(agent_id="bo", channel="voice", from_ms=18 * MINUTE, until_ms=19 * MINUTE + 30_000)
    assert two(first, kept(back, **by_name), held=(*busy, late)) == {"a": "ana", "b": "bo"}


def test_what_is_passed_on_stays_away_from_who_passed_it_on_in_the_replay():
    first = call("a", MINUTE, agent_id="bo")
    passed_on = kept(call("b", 4 * MINUTE, agent_id="ana", after="a"), excluded={"bo": 5 * MINUTE})

    assert two(first, passed_on) == {"a": "ana", "b": "bo"}


def test_who_has_declined_it_is_not_asked_where_overflow_takes_it_either():
    recording = morning(call("a", 0, queue="sales", handle_ms=MINUTE, in_vain=(InVain(10_000, declined=True),)))
    both = {"sales": Service(), "billing": Service()}
    people = (person("ana", queues=both), person("bo", queues={"billing": Service()}))
    rules = Rules(queues=(policy(), policy("sales")))
    ways = {"sales": Ways(steps=(Step(to="billing", after_ms=20_000),))}

    story = play(replace(recording, before=dict.fromkeys(("ana", "bo"), THERE)), people, rules, {}, ways=ways)

    assert story.came["a>billing"].agent_id == "bo"


def test_what_is_given_to_somebody_by_name_as_it_waits_is_again():
    given = call("a", MINUTE, given=(Given(after_ms=2 * MINUTE, agent_id="bo", kept_ms=10 * MINUTE),))
    busy = [
        Held(agent_id=id, channel="voice", from_ms=0, until_ms=until * MINUTE) for id, until in (("ana", 4), ("bo", 8))
    ]

    story = again(
        morning(given, agents=("ana", "bo"), held=tuple(busy)),
        person("ana"),
        person("bo"),
    )

    assert story.came["a"] == Came(End.ANSWERED, MINUTE, 8 * MINUTE, "bo")


def test_what_rings_as_it_is_given_to_somebody_else_stops_ringing():
    taken_back = (InVain(MINUTE, counts=False),)
    given = call("a", MINUTE, in_vain=taken_back, given=(Given(after_ms=MINUTE, agent_id="bo", kept_ms=HOUR),))

    assert two(given) == {"a": "bo"}
    assert again(morning(given), person("ana")).came["a"].end is End.ANSWERED  # nobody else is there: at once


RING_ALL = Rules(queues=(policy(strategy=Strategy.RING_ALL),))


def in_a_round(*visits: Visit, ways: Ways = NO_WAYS, **changes: Any) -> list[tuple[str, int]]:
    """Who has what since when, in a queue that rings at everybody: at Ana, Bo and Cem, Ana for longest."""
    ids = ("ana", "bo", "cem")
    before = {id: replace(THERE, idle_since_ms=number - 9) for number, id in enumerate(ids)}
    recording = morning(*visits, before=before, **changes)
    story = play(recording, map(person, ids), RING_ALL, {}, ways={"billing": ways})
    return [(came.agent_id, came.left_ms) for came in story.came.values()]


def test_of_a_round_the_one_who_took_it_takes_it_again_if_it_rings_there():
    taken = call("a", MINUTE, agent_id="bo", left_ms=2 * MINUTE, ring_ms=MINUTE)
    on_the_phone = Held(agent_id="bo", channel="voice", from_ms=0, until_ms=10 * MINUTE)

    assert in_a_round(taken) == [("bo", 2 * MINUTE)]
    assert in_a_round(taken, held=(on_the_phone,)) == [("ana", 2 * MINUTE)]
    assert in_a_round(taken, call("b", 2 * MINUTE + 1, agent_id="bo", left_ms=3 * MINUTE)) == [
        ("bo", 2 * MINUTE),
        ("ana", 2 * MINUTE + 1),
    ]


def test_of_a_round_who_declined_is_not_asked_for_a_minute_and_the_others_are():
    declined = InVain(10_000, declined=True, by=frozenset({"ana"}))
    on_the_phone = tuple(
        Held(agent_id=id, channel="voice", from_ms=MINUTE + 10_000, until_ms=10 * MINUTE) for id in ("bo", "cem")
    )

    assert in_a_round(call("a", MINUTE, in_vain=(declined,))) == [("bo", MINUTE + 10_000)]
    assert in_a_round(call("a", MINUTE, in_vain=(declined,)), held=on_the_phone) == [("ana", 2 * MINUTE + 10_000)]


def test_a_round_is_asked_about_also_where_nobody_is_asked():
    rings = call("a", MINUTE, left_ms=2 * MINUTE, ring_ms=MINUTE)
    unasked = Ways(auto_accept=frozenset({"voice"}))
    on_the_phone = tuple(Held(agent_id=id, channel="voice", from_ms=0, until_ms=HOUR) for id in ("bo", "cem"))

    assert in_a_round(rings, ways=unasked) == [("ana", 2 * MINUTE)]
    assert in_a_round(rings, ways=unasked, held=on_the_phone) == [("ana", MINUTE)]


def test_what_is_kept_for_somebody_by_name_goes_to_no_other_queue_meanwhile():
    by_name = {"wanted_agent_id": "ana", "wanted_until_ms": 5 * MINUTE, "wanted_as": "named"}
    mail = call("a", MINUTE, queue="sales", channel="email")
    rules = Rules(queues=(policy(), policy("sales")))
    ways = {"sales": Ways(steps=(Step(to="billing", after_ms=20_000),))}
    there = {"ana": replace(THERE, presence=Presence.NOT_READY), "bo": THERE}
    people = (person("ana", queues={"sales": Service()}), person("bo"))

    def ends(visit: Visit) -> list[tuple[End, int]]:
        story = play(morning(visit, before=there), people, rules, {}, ways=ways)
        return [(came.end, came.left_ms) for came in story.came.values()]

    in_time, late = MINUTE + 20_000, 5 * MINUTE
    assert ends(mail) == [(End.LEFT, in_time), (End.ANSWERED, in_time)]
    assert ends(kept(mail, **by_name)) == [(End.LEFT, late), (End.ANSWERED, late)]
    assert ends(kept(mail, **by_name | {"wanted_as": "last_agent"})) == ends(mail)


def a_silent_chat(*silences: Silence, **changes: Any) -> Visit:
    """A chat that Ana has from the first minute on, worked on for four minutes in all."""
    about = {"channel": "chat", "handle_ms": 4 * MINUTE, "silences": silences}
    return call("a", MINUTE, **about | changes)


def one_chat_at_a_time(*visits: Visit, **changes: Any) -> Story:
    people = [person(id, capacity={"chat": 1, "email": 1, "voice": 1}) for id in ("ana", "bo")]
    before = {"ana": replace(THERE, idle_since_ms=-1)}
    return again(morning(*visits, **{"before": before} | changes), *people)


def test_a_chat_whose_customer_is_silent_takes_no_room_until_they_write_again():
    chat, other = (
        a_silent_chat(Silence(2 * MINUTE, 3 * MINUTE)),
        call("b", 4 * MINUTE, channel="chat", handle_ms=MINUTE),
    )
    in_vain = call("c", 7 * MINUTE, channel="chat", handle_ms=MINUTE)

    story = one_chat_at_a_time(chat, other, in_vain)

    assert [came.left_ms for came in story.came.values()] == [MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert [(hand.from_ms // MINUTE, hand.until_ms // MINUTE) for hand in story.hands] == [
        (1, 3),
        (4, 5),
        (6, 8),
        (8, 9),
    ]


def test_a_customer_who_writes_again_waits_until_there_is_room():
    other = call("b", 4 * MINUTE, channel="chat", handle_ms=10 * MINUTE)

    story = one_chat_at_a_time(a_silent_chat(Silence(2 * MINUTE, 3 * MINUTE)), other)

    assert {(hand.from_ms // MINUTE, hand.until_ms // MINUTE) for hand in story.hands} == {(1, 3), (4, 14), (14, 16)}


def test_what_is_taken_up_by_hand_waits_for_no_room():
    other = call("b", 4 * MINUTE, channel="chat", handle_ms=10 * MINUTE)

    story = one_chat_at_a_time(a_silent_chat(Silence(2 * MINUTE, 3 * MINUTE, by_hand=True)), other)

    assert {(hand.from_ms // MINUTE, hand.until_ms // MINUTE) for hand in story.hands} == {(1, 3), (4, 14), (6, 8)}


def test_who_has_a_silent_chat_has_let_go_of_nothing_before_it_ends():
    """Bo has been free for longer than Ana once her chat is over, and not as long as she while it is silent."""
    there = {"ana": replace(THERE, idle_since_ms=-1), "bo": THERE}
    silent = a_silent_chat(Silence(4 * MINUTE, 6 * MINUTE))

    def who_has(at_ms: int) -> str:
        return one_chat_at_a_time(silent, call("b", at_ms), before=there).came["b"].agent_id

    assert (who_has(10 * MINUTE), who_has(12 * MINUTE)) == ("ana", "bo")


def test_who_has_something_that_goes_on_has_not_let_go_of_it():
    there = {"ana": replace(THERE, idle_since_ms=-1), "bo": THERE}
    mail = Held(agent_id="ana", channel="email", from_ms=MINUTE, until_ms=2 * MINUTE)

    def who_has(held: Held) -> str:
        return one_chat_at_a_time(call("b", 3 * MINUTE), before=there, held=(held,)).came["b"].agent_id

    assert (who_has(mail), who_has(replace(mail, goes_on=True))) == ("bo", "ana")


def test_what_is_made_a_moment_after_it_is_possible_ends_when_it_did():
    """It took 20 ms to ring at Ana, who let it ring out and was not ready from then on: next it rings at Bo."""
    made_ms, again_ms = MINUTE + 20, MINUTE + 20_040
    missed = call(
        "a",
        MINUTE,
        agent_id="bo",
        in_vain=(InVain(20_000),),
        ring_ms=5_000,
        offered_ms=(made_ms, again_ms),
        left_ms=again_ms + 5_000,
    )
    away = Turn(made_ms + 20_000, "ana", Presence.NOT_READY)
    people = (person("ana"), person("bo"))
    before = {"ana": replace(THERE, idle_since_ms=-1), "bo": THERE}

    came = again(morning(missed, before=before, turns=(away,)), *people).came["a"]

    assert came == Came(End.ANSWERED, MINUTE, again_ms + 5_000, "bo")


def test_who_goes_in_the_moment_before_an_offer_is_made_is_not_asked():
    """It took 20 ms to offer it; Ana, who was free for longest, began her break 10 ms before that, or after it."""
    offered = call("a", MINUTE, agent_id="bo", offered_ms=(MINUTE + 20,), ring_ms=5_000)

    def who_has(goes_ms: int) -> dict[str, str]:
        return two(offered, turns=(Turn(goes_ms, "ana", Presence.NOT_READY),))

    assert (who_has(MINUTE + 10), who_has(MINUTE + 30)) == ({"a": "bo"}, {"a": "ana"})


def test_what_was_about_to_be_offered_to_who_goes_is_for_who_comes_free_next():
    """It waits while Ana is free for 10 ms only, and is offered to Bo, who comes 800 ms later; not to the next call."""
    waits = call("a", MINUTE, agent_id="bo", offered_ms=(2 * MINUTE + 820,), left_ms=2 * MINUTE + 820)
    next_one = call("b", 2 * MINUTE + 805, offered_ms=(5 * MINUTE,), left_ms=5 * MINUTE)
    back, gone = Turn(2 * MINUTE, "ana", Presence.AVAILABLE), Turn(2 * MINUTE + 10, "ana", Presence.NOT_READY)
    comes = Turn(2 * MINUTE + 800, "bo", Presence.AVAILABLE)
    nobody = dict.fromkeys(("ana", "bo"), replace(THERE, presence=Presence.NOT_READY))
    people = (person("ana"), person("bo"))

    came = again(morning(waits, next_one, before=nobody, turns=(back, gone, comes)), *people).came

    assert came["a"] == Came(End.ANSWERED, MINUTE, 2 * MINUTE + 820, "bo")


def test_whom_other_work_comes_to_in_the_moment_before_an_offer_is_made_is_not_asked():
    """A task rings at Ana in the 20 ms that it takes, or she makes a call; a chat of hers leaves room for it."""
    offered = call("a", MINUTE, agent_id="bo", offered_ms=(MINUTE + 20,), ring_ms=5_000)
    calls = Held(agent_id="ana", channel="voice", from_ms=MINUTE + 10, until_ms=2 * MINUTE)

    assert two(offered, rung=(Rung("ana", "task", MINUTE + 10, 2 * MINUTE),)) == {"a": "bo"}
    assert two(offered, held=(calls,)) == {"a": "bo"}
    assert two(offered, held=(replace(calls, channel="chat"),)) == {"a": "ana"}


def test_an_offer_takes_the_usual_moment_where_it_was_none_then():
    """Ana is back for 10 ms; what others wait for takes up to 20 ms to be offered, and so nothing is offered to her."""
    waits = call("a", 2 * MINUTE, agent_id="bo", offered_ms=(8 * MINUTE,), left_ms=8 * MINUTE)
    others = [call("b", 0, handle_ms=0, offered_ms=(1,)), call("c", MINUTE, handle_ms=0, offered_ms=(MINUTE + 20,))]
    back, gone = Turn(4 * MINUTE, "ana", Presence.AVAILABLE), Turn(4 * MINUTE + 10, "ana", Presence.NOT_READY)
    goes, comes = Turn(MINUTE + 30_000, "ana", Presence.NOT_READY), Turn(8 * MINUTE - 10, "bo", Presence.AVAILABLE)
    turns = (goes, back, gone, comes)

    came = again(morning(waits, *others, turns=turns), person("ana"), person("bo")).came

    assert (came["a"].agent_id, came["b"].agent_id) == ("bo", "ana")


def test_who_was_not_asked_in_the_end_has_been_offered_nothing():
    """Ana is back when the next call comes, and has been offered something longer ago than Bo."""
    round_robin = Rules(queues=(policy(strategy=Strategy.ROUND_ROBIN),))
    goes, returns = Turn(MINUTE + 10, "ana", Presence.NOT_READY), Turn(2 * MINUTE, "ana", Presence.AVAILABLE)
    before = {"ana": replace(THERE, offered_ms=-2), "bo": replace(THERE, offered_ms=-1)}
    calls = (call("a", MINUTE, handle_ms=MINUTE, offered_ms=(MINUTE + 20,)), call("b", 5 * MINUTE))

    came = again(
        morning(*calls, before=before, turns=(goes, returns)), person("ana"), person("bo"), rules=round_robin
    ).came

    assert [one.agent_id for one in came.values()] == ["bo", "ana"]


def test_what_begins_at_another_time_rings_as_long_as_then():
    rings = call("a", MINUTE, ring_ms=5_000, offered_ms=(MINUTE + 20,), left_ms=MINUTE + 5_020)
    on_the_phone = Held(agent_id="ana", channel="voice", from_ms=0, until_ms=2 * MINUTE)

    assert again(morning(rings)).came["a"].left_ms == MINUTE + 5_020
    assert again(morning(rings, held=(on_the_phone,))).came["a"].left_ms == 2 * MINUTE + 5_020


def rings(*agent_ids: str, **changes: Any) -> Visit:
    """A call that rings at them as the recording begins, for 5 s more, until Bo takes it."""
    rang = {"rings": Rings(agent_ids, -20_000), "offered_ms": (0,), "ring_ms": 5_000, "left_ms": 5_000}
    return call("a", -MINUTE, **({"agent_id": "bo"} | rang | changes))


def test_what_rings_as_the_recording_begins_rings_on_at_whom_it_rang():
    there = {"ana": replace(THERE, idle_since_ms=-2), "bo": replace(THERE, idle_since_ms=-1)}
    people = (person("ana"), person("bo"))

    def came(visit: Visit) -> Came:
        return again(morning(visit, before=there), *people).came["a"]

    assert came(rings("bo")) == Came(End.ANSWERED, -MINUTE, 5_000, "bo")
    assert came(rings("ana", "bo")) == Came(End.ANSWERED, -MINUTE, 5_000, "bo")
    assert came(rings("nobody-whom-the-rules-know")).agent_id == "ana"
    missed = rings("bo", in_vain=(InVain(3_000, declined=True),), offered_ms=(0, 3_000), agent_id="ana")
    assert came(missed) == Came(End.ANSWERED, -MINUTE, 8_000, "ana")
    gone = rings("bo", end=End.ABANDONED, agent_id="", ring_ms=5_001)
    assert came(gone) == Came(End.ABANDONED, -MINUTE, 5_000)


def test_others_who_wait_as_it_begins_are_not_offered_to_whom_it_rings_at():
    assert two(rings("ana"), call("b", -2 * MINUTE)) == {"a": "ana", "b": "bo"}


def test_other_work_that_rings_as_it_begins_was_offered_when_it_was():
    """Ana was offered it before Bo was offered something."""
    in_turn = Rules(queues=(policy(strategy=Strategy.ROUND_ROBIN),))
    before = {"ana": replace(THERE, offered_ms=-20_000), "bo": replace(THERE, offered_ms=-10_000)}
    rung = (Rung("ana", "task", -20_000, 1),)
    recording = morning(call("a", MINUTE), before=before, rung=rung)

    assert again(recording, person("ana"), person("bo"), rules=in_turn).came["a"].agent_id == "ana"
