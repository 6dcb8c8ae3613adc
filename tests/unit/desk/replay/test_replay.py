"""What a replay makes of the database: segments become visits, the log becomes who was there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.floor.handling import parked_spans
from desk.kernel.errors import Invalid
from desk.kernel.events import (
    Event,
    InteractionChanged,
    Logged,
    OrganizationChanged,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
)
from desk.organization.file import read as organization
from desk.organization.hours import Calendar
from desk.organization.rules import Limits, Ordering
from desk.replay.closings import closings, only_closes
from desk.replay.comparison import agent_figures, difference, likeness, queue_figures
from desk.replay.customers import Change, Customer
from desk.replay.people import escalations, in_the_beginning, let_go, midnights, other_work, turns
from desk.replay.reading import Known, Span
from desk.replay.replay import Question, answer
from desk.replay.rules import Said, proposed
from desk.replay.stands import Due, Kept
from desk.replay.visits import Told, told
from desk.replay.waits import Contact, Rang, Segment
from desk.tables import from_ms
from routing.hours import Hours
from routing.hours import Span as OpenSpan
from routing.model import Service, Work
from routing.overflow import Step
from routing.presence import Presence
from routing.queue_life import Ways
from routing.recorded import Before, End, Given, Handled, Held, InVain, Recording, Rings, Rung, Silence, Turn, Visit
from routing.story import Came, Story, as_it_was

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def stays(*told_of: tuple[str, int, int | None, dict[str, Any]], contact: str = "c1") -> list[Segment]:
    """Segments of one contact: kind, from, until in minutes, and what else."""
    plain = {"queue": "billing", "agent_id": "", "entry": "", "outcome": ""}
    return [
        Segment(
            id=f"{contact}-{number}",
            contact=contact,
            kind=kind,
            from_ms=begins * MINUTE,
            until_ms=None if ends is None else ends * MINUTE,
            **plain | more,
        )
        for number, (kind, begins, ends, more) in enumerate(told_of)
    ]


NEW = {"entry": "new"}
ANSWERED = NEW | {"outcome": "answered"}
ANA, BO = {"agent_id": "ana"}, {"agent_id": "bo"}


def read(segments: list[Segment], begins: int = 0, **contact: Any) -> Told:
    known = replace(Contact(channel="voice", priority=0, placed_ms=10 * MINUTE), **contact)
    contacts = {segment.contact: known for segment in segments}
    return told(segments, contacts, begins_ms=begins * MINUTE, ends_ms=HOUR, seen_ms=HOUR)


def test_a_stay_in_a_queue_and_the_agents_stays_after_it_are_one_visit():
    segments = stays(
        ("self_service", 9, 10, {}),
        ("queue", 10, 12, ANSWERED),
        ("agent", 12, 15, ANA),
        ("hold", 15, 16, ANA),
        ("wrap_up", 16, 18, ANA),
    )

    (visit,) = read(segments, customer=Customer("vip", "de")).visits

    assert (visit.id, visit.end, visit.agent_id) == ("c1-1", End.ANSWERED, "ana")
    assert (visit.arrived_ms, visit.left_ms, visit.handle_ms) == (10 * MINUTE, 12 * MINUTE, 6 * MINUTE)
    assert (visit.work.placed_ms, visit.work.language, visit.work.tier) == (10 * MINUTE, "de", "vip")


def test_a_customer_is_to_each_wait_what_they_were_as_it_began_or_as_the_recording_did():
    segments = stays(
        ("queue", 10, 12, ANSWERED),
        ("agent", 12, 15, ANA),
        ("queue", 20, 22, {"entry": "transfer", "outcome": "answered"}),
    )
    changes = [Change(11 * MINUTE, {"tier": "ordinary", "language": ""}), Change(20 * MINUTE, {"tier": "major"})]
    since: dict[str, Any] = {"customer": Customer("vip", "de"), "changes": changes}

    waits = [
        [(visit.work.tier, visit.work.language) for visit in read(segments, begins, **since).visits]
        for begins in (0, 11)
    ]

    assert waits == [[("ordinary", ""), ("vip", "de")], [("major", "de"), ("vip", "de")]]
    (spoken, _) = read(segments, spoken="fr", **since).visits
    assert spoken.work.language == "fr"


def test_a_transfer_follows_and_keeps_its_place_and_does_not_count():
    segments = stays(
        ("queue", 10, 12, ANSWERED),
        ("agent", 12, 15, ANA),
        ("queue", 15, 17, {"queue": "sales", "entry": "transfer", "outcome": "answered"}),
        ("agent", 17, 20, BO),
    )

    first, second = read(segments).visits

    assert (second.after, second.gap_ms, second.agent_id) == (first.id, 0, "bo")
    assert (second.work.placed_ms, second.work.queue) == (10 * MINUTE, "sales")
    assert (first.counts, second.counts) == (True, False)


def test_a_contact_that_is_opened_again_begins_anew():
    segments = stays(
        ("queue", 1, 2, ANSWERED),
        ("agent", 2, 3, ANA),
        ("queue", 10, None, {"entry": "reopened"}),
    )

    first, again = read(segments, wanted_agent_id="ana", wanted_until_ms=11 * MINUTE).visits

    assert (again.after, again.end, again.counts) == ("", End.WAITING, True)
    assert (first.work.placed_ms, again.work.placed_ms) == (MINUTE, 10 * MINUTE)
    assert (first.work.wanted_agent_id, again.work.wanted_agent_id) == (None, "ana")


def test_who_went_elsewhere_would_have_taken_what_they_took_there():
    segments = stays(
        ("queue", 10, 12, NEW | {"outcome": "flow_out"}),
        ("queue", 12, 13, {"queue": "sales", "entry": "flow_in", "outcome": "answered"}),
        ("agent", 13, 20, ANA),
    )

    left, taken = read(segments).visits

    assert (left.end, left.handle_ms, taken.counts) == (End.LEFT, 7 * MINUTE, True)


def test_what_nobody_took_would_have_taken_what_is_usual():
    segments = stays(("queue", 1, 2, ANSWERED), ("agent", 2, 4, ANA))
    segments += stays(("queue", 1, 2, ANSWERED), ("agent", 2, 6, BO), contact="c2")
    segments += stays(("queue", 1, 2, NEW | {"outcome": "abandoned"}), contact="c3")

    (gone,) = [visit for visit in read(segments).visits if visit.end is End.ABANDONED]

    assert gone.handle_ms == 3 * MINUTE


def test_what_nobody_took_where_nobody_took_any_takes_what_is_known_best_and_never_nothing():
    gone, taken = NEW | {"outcome": "abandoned"}, ANSWERED | {"queue": "sales"}
    of_another_queue = stays(("queue", 1, 2, taken), ("agent", 2, 4, ANA | {"queue": "sales"}), contact="c2")
    before = [Handled("billing", "voice", 0, HOUR, 0, minutes * MINUTE) for minutes in (6, 8)]
    expected = {("billing", "voice"): 4 * MINUTE, ("billing", "chat"): MINUTE}

    def takes(*others: Segment, **known: Any) -> int:
        segments = [*stays(("queue", 1, 2, gone)), *others]
        contact = Contact(channel="voice", priority=0, placed_ms=MINUTE)
        read = told(segments, {"c1": contact, "c2": contact}, begins_ms=0, ends_ms=HOUR, seen_ms=HOUR, **known)
        (visit,) = [visit for visit in read.visits if visit.end is End.ABANDONED]
        return visit.handle_ms

    assert takes(*of_another_queue, past=before, expected=expected) == 7 * MINUTE
    assert takes(*of_another_queue, expected=expected) == 4 * MINUTE
    assert takes(*of_another_queue) == 2 * MINUTE
    assert takes(past=[before[0]._replace(queue="sales")]) == 6 * MINUTE
    assert takes(expected={("billing", "chat"): MINUTE}) == 5 * MINUTE


def test_it_rings_once_however_many_it_rang_at():
    segments = stays(("queue", 10, 12, ANSWERED), ("agent", 12, 15, ANA))
    rang = [
        Rang(10 * MINUTE, 10 * MINUTE + 30 * SECOND, "timed_out"),
        Rang(10 * MINUTE, 10 * MINUTE + 20 * SECOND, "timed_out"),
        Rang(11 * MINUTE, 12 * MINUTE, "withdrawn"),
        Rang(11 * MINUTE, 12 * MINUTE, "accepted"),
    ]

    (visit,) = read(segments, rang=rang).visits

    assert (visit.in_vain, visit.ring_ms) == ((InVain(30 * SECOND),), MINUTE)
    assert visit.offered_ms == (10 * MINUTE, 11 * MINUTE)


def test_offers_that_were_declined_missed_or_taken_back_were_in_vain():
    segments = stays(("queue", 10, 15, ANSWERED), ("agent", 15, 16, ANA))
    rang = [
        Rang(13 * MINUTE, 14 * MINUTE, "withdrawn"),  # its agent was gone
        Rang(10 * MINUTE, 10 * MINUTE + 5 * SECOND, "declined"),
        Rang(11 * MINUTE, 11 * MINUTE + 20 * SECOND, "timed_out"),
        Rang(14 * MINUTE, 14 * MINUTE + 9 * SECOND, "accepted"),  # the line is there a moment later
    ]

    (visit,) = read(segments, rang=rang).visits

    assert visit.in_vain == (InVain(5 * SECOND, declined=True), InVain(20 * SECOND), InVain(MINUTE, counts=False))
    assert visit.ring_ms == 9 * SECOND


def test_offers_before_the_span_are_over_and_one_that_rings_as_it_begins_rings_on():
    segments = stays(("queue", 1, 7, ANSWERED), ("agent", 7, 8, ANA))
    rang = [
        Rang(1 * MINUTE, 2 * MINUTE, "declined"),
        Rang(2 * MINUTE, 3 * MINUTE, "withdrawn"),
        Rang(4 * MINUTE, 6 * MINUTE, "timed_out", "ana"),
        Rang(6 * MINUTE, 7 * MINUTE, "accepted", "bo"),
    ]

    (visit,) = read(segments, begins=5, rang=rang).visits

    assert (visit.declines, visit.in_vain, visit.ring_ms) == (1, (InVain(MINUTE),), MINUTE)
    assert visit.offered_ms == (5 * MINUTE, 6 * MINUTE)
    assert visit.rings == Rings(("ana",), 4 * MINUTE)
    assert read(segments, begins=6, rang=rang).visits[0].rings is None


def test_of_a_round_it_rings_on_at_those_who_have_not_said_no():
    segments = stays(("queue", 1, 7, ANSWERED), ("agent", 7, 8, ANA))
    rang = [
        Rang(4 * MINUTE, 4 * MINUTE + 5 * SECOND, "declined", "ana"),
        Rang(4 * MINUTE, 6 * MINUTE, "timed_out", "bo"),
        Rang(4 * MINUTE, 6 * MINUTE, "timed_out", "cem"),
        Rang(6 * MINUTE, 7 * MINUTE, "accepted", "bo"),
    ]

    (visit,) = read(segments, begins=5, rang=rang).visits

    assert (visit.rings, visit.in_vain) == (Rings(("bo", "cem"), 4 * MINUTE), (InVain(MINUTE),))


def test_of_a_round_it_is_known_who_declined():
    segments = stays(("queue", 10, 15, ANSWERED), ("agent", 15, 16, ANA))
    rang = [
        Rang(10 * MINUTE, 10 * MINUTE + 5 * SECOND, "declined", "ana"),
        Rang(10 * MINUTE, 10 * MINUTE + 20 * SECOND, "timed_out", "bo"),
    ]

    (visit,) = read(segments, rang=rang).visits

    assert visit.in_vain == (InVain(20 * SECOND, declined=True, by=frozenset({"ana"})),)


def test_priority_is_gained_once_until_somebody_takes_it():
    def escalated(id: str, declines: int) -> WorkItemEscalated:
        return WorkItemEscalated(id=id, queue="billing", declines=declines)

    log = logged((1, escalated("a", 3)), (2, escalated("a", 6)), (3, escalated("a", 3)), (4, escalated("b", 3)))

    assert escalations(log) == {"a": 2, "b": 1}


def test_offers_belong_to_the_stay_in_which_they_rang():
    segments = stays(
        ("queue", 10, 12, NEW | {"outcome": "flow_out"}),
        ("queue", 12, 14, {"queue": "sales", "entry": "flow_in", "outcome": "answered"}),
        ("agent", 14, 20, ANA),
    )
    rang = [Rang(11 * MINUTE, 11 * MINUTE + 20 * SECOND, "timed_out"), Rang(13 * MINUTE, 14 * MINUTE, "accepted")]

    left, taken = read(segments, rang=rang).visits

    assert (left.in_vain, left.helped) == ((InVain(20 * SECOND),), False)
    assert (taken.in_vain, taken.ring_ms, taken.helped, taken.after) == ((), MINUTE, True, left.id)


def test_who_hung_up_while_it_rang_was_not_answered_by_then():
    segments = stays(("queue", 1, 2, ANSWERED), ("agent", 2, 3, ANA))
    segments += stays(("queue", 10, 11, NEW | {"outcome": "abandoned"}), contact="c2")

    gone = read(segments, rang=[Rang(10 * MINUTE + 30 * SECOND, 11 * MINUTE, "withdrawn")]).visits[1]

    assert gone.ring_ms == 30 * SECOND + 1


def test_each_wait_is_for_whom_it_was_as_it_began_and_for_whom_it_was_given_later():
    segments = stays(
        ("queue", 10, 12, ANSWERED),
        ("agent", 12, 15, ANA),
        ("queue", 15, 25, {"entry": "transfer", "outcome": "answered"}),
        ("agent", 25, 30, BO),
    )
    said = [
        Kept(10 * MINUTE, {"wanted_agent_id": "ana", "wanted_until_ms": 11 * MINUTE, "wanted_as": "last_agent"}),
        Kept(15 * MINUTE, {"declined_by": {"ana": 16 * MINUTE}}),
        Kept(20 * MINUTE, {"wanted_agent_id": "bo", "wanted_until_ms": 22 * MINUTE, "wanted_as": "named"}),
    ]
    declined = [Rang(18 * MINUTE, 19 * MINUTE, "declined", "cem")]
    as_now: dict[str, Any] = {"wanted_agent_id": "bo", "wanted_until_ms": 22 * MINUTE}

    first, second = read(segments, kept=said, rang=declined, **as_now).visits
    assert (first.work.wanted_agent_id, first.work.wanted_until_ms, first.given) == ("ana", 11 * MINUTE, ())
    assert (second.work.wanted_agent_id, second.work.excluded) == (None, {"ana": 16 * MINUTE})
    assert second.given == (Given(after_ms=5 * MINUTE, agent_id="bo", kept_ms=2 * MINUTE),)

    # As it stood when the recording begins: who has said no by then is not asked for a minute.
    (waits,) = read(segments, begins=19, kept=said, rang=declined, **as_now).visits
    assert waits.work.excluded == {"ana": 16 * MINUTE, "cem": 20 * MINUTE}
    (waits,) = read(segments, begins=21, kept=said, rang=declined, **as_now).visits
    assert (waits.work.wanted_agent_id, waits.work.excluded, waits.given) == ("bo", {}, ())

    # Former versions did not say: the last wait was for whom it is kept now.
    first, second = read(segments, **as_now).visits
    assert (first.work.wanted_agent_id, second.work.wanted_agent_id) == (None, "bo")


def test_who_rings_somebody_themselves_has_been_offered_something():
    segments = stays(("dialling", 6, 7, ANA), ("agent", 7, 9, ANA))

    assert read(segments).rung == (Rung("ana", "voice", 6 * MINUTE, 6 * MINUTE),)
    assert read(segments, begins=7).rung == ()


def test_work_begun_before_and_calls_that_agents_made_are_held():
    segments = stays(("queue", 1, 2, ANSWERED), ("agent", 2, 8, ANA), ("wrap_up", 8, 9, ANA))
    segments += stays(("agent", 6, 7, BO), contact="c2")

    heard = read(segments, begins=5)

    assert heard.visits == ()
    assert heard.held == (
        Held(agent_id="ana", channel="voice", from_ms=5 * MINUTE, until_ms=9 * MINUTE),
        Held(agent_id="bo", channel="voice", from_ms=6 * MINUTE, until_ms=7 * MINUTE),
    )


def test_who_waited_before_the_span_is_played_and_does_not_count():
    (visit,) = read(stays(("queue", 1, 7, ANSWERED), ("agent", 7, 8, ANA)), begins=5).visits

    assert (visit.arrived_ms, visit.counts) == (MINUTE, False)


def logged(*events: tuple[int, Event]) -> list[Logged]:
    return [
        Logged(position=number, at=from_ms(at * MINUTE), actor="system:test", event=event)
        for number, (at, event) in enumerate(events)
    ]


def presence(state: str, reason: str = "") -> PresenceChanged:
    return PresenceChanged(id="ana", state=state, reason=reason)


def test_wrap_up_is_part_of_the_work_before_it():
    log = logged(
        (1, presence("available")), (5, presence("wrap_up")), (6, presence("available")), (9, presence("offline"))
    )

    assert turns(log) == [
        Turn(MINUTE, "ana", Presence.AVAILABLE),
        Turn(9 * MINUTE, "ana", Presence.OFFLINE),
    ]


def test_who_chose_a_break_during_the_call_works_while_they_write_up():
    became = ((1, "available"), (5, "not_ready"), (6, "wrap_up"), (7, "not_ready"))
    log = logged(*((at, presence(state)) for at, state in became))

    assert [(turn.at_ms // MINUTE, turn.presence) for turn in turns(log)] == [
        (1, Presence.AVAILABLE),
        (5, Presence.NOT_READY),
        (6, Presence.WRAP_UP),
        (7, Presence.NOT_READY),
    ]


def test_who_misses_an_offer_during_wrap_up_takes_none_after_it():
    log = logged((1, presence("available")), (5, presence("wrap_up")), (6, presence("wrap_up", "missed_offer")))

    assert turns(log)[-1] == Turn(6 * MINUTE, "ana", Presence.NOT_READY)


def test_who_was_done_with_a_task_has_let_go_of_something():
    def task(state: str, agent_id: str | None = "ana", outcome: str = "") -> WorkItemChanged:
        return WorkItemChanged(id="t1", state=state, agent_id=agent_id, outcome=outcome)

    log = logged((1, task("active")), (2, task("active", outcome="parked")), (4, task("done")), (9, task("active")))
    before = {"ana": Before(idle_since_ms=3 * MINUTE, handled=2)}

    assert let_go(log, before, begins_ms=6 * MINUTE)["ana"] == Before(idle_since_ms=4 * MINUTE, handled=2)
    assert let_go(log, before, begins_ms=4 * MINUTE) == before
    assert let_go(log, {}, begins_ms=6 * MINUTE)["ana"].idle_since_ms == 4 * MINUTE


def test_a_contact_is_due_from_when_it_is_put_aside_on():
    segments = stays(
        ("queue", 10, 11, ANSWERED),
        ("agent", 11, 12, ANA),
        ("queue", 20, 21, {"entry": "returned", "outcome": "answered"}),
        ("agent", 21, 22, ANA),
        ("queue", 30, 31, {"entry": "returned", "outcome": "answered"}),
        ("agent", 31, 32, ANA),
    )

    def due(*put_aside: Due) -> list[int | None]:
        return [visit.work.due_ms for visit in read(segments, due_ms=30 * MINUTE, put_aside=put_aside).visits]

    assert due(Due(12 * MINUTE, 25 * MINUTE), Due(22 * MINUTE, 30 * MINUTE)) == [None, 25 * MINUTE, 30 * MINUTE]
    # Former versions did not say when it was due: what it is now is since it was put aside last.
    assert due(Due(12 * MINUTE, None), Due(22 * MINUTE, None)) == [None, None, 30 * MINUTE]


def test_idle_since_is_the_later_of_letting_go_and_becoming_available():
    before = {"ana": Before(idle_since_ms=3 * MINUTE, handled=2)}

    assert in_the_beginning([Turn(MINUTE, "ana", Presence.AVAILABLE)], before)["ana"].idle_since_ms == 3 * MINUTE
    later = in_the_beginning([Turn(4 * MINUTE, "ana", Presence.AVAILABLE)], before)["ana"]
    assert later == Before(presence=Presence.AVAILABLE, idle_since_ms=4 * MINUTE, handled=2)


def test_what_a_call_interrupts_takes_no_room_meanwhile():
    def step(what: str) -> InteractionChanged:
        return InteractionChanged(id="c1", what=what, state="active")

    log = logged(
        (1, step("held")), (2, step("resumed")), (12, step("parked")), (14, step("resumed")), (15, step("idle"))
    )

    found = parked_spans(log, seen_ms=HOUR)

    assert found == {"c1": [(12 * MINUTE, 14 * MINUTE), (15 * MINUTE, HOUR)]}
    segments = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 12, ANA), ("hold", 12, 14, ANA), ("agent", 14, 20, ANA))
    (visit,) = read(segments, parked=found["c1"]).visits
    assert visit.handle_ms == 3 * MINUTE


def test_what_the_customer_writes_meanwhile_does_not_end_an_interruption():
    def step(what: str) -> InteractionChanged:
        return InteractionChanged(id="c1", what=what, state="on_hold")

    log = logged((1, step("parked")), (2, step("stays_held")), (3, step("message")), (5, step("resumed")))

    assert parked_spans(log, seen_ms=HOUR) == {"c1": [(MINUTE, 5 * MINUTE)]}


def test_work_that_was_interrupted_was_in_hand_before_and_after_and_not_at_once():
    segments = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 12, ANA), ("hold", 12, 14, ANA), ("agent", 14, 20, ANA))
    (visit,) = read(segments, parked=[(12 * MINUTE, 14 * MINUTE), (15 * MINUTE, 19 * MINUTE)]).visits

    story = as_it_was(Recording(begins_ms=0, ends_ms=HOUR, until_ms=HOUR, visits=(visit,)))

    spans = [(held.from_ms // MINUTE, held.until_ms // MINUTE) for held in story.hands]
    assert spans == [(10, 12), (14, 15), (19, 20)]
    assert sum(until - since for since, until in spans) * MINUTE == visit.handle_ms


def test_when_a_customer_was_silent_is_said_by_the_work_before():
    """Interrupted from 12 to 14, silent from 15 to 19, and again until it is over."""
    segments = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 22, ANA))
    silent = [(15 * MINUTE, 19 * MINUTE), (21 * MINUTE, 22 * MINUTE)]

    (visit,) = read(segments, parked=[(12 * MINUTE, 14 * MINUTE), *silent], silent=silent).visits

    assert visit.silences == (Silence(3 * MINUTE, 4 * MINUTE), Silence(5 * MINUTE, MINUTE))
    assert visit.handle_ms == 5 * MINUTE


def test_what_is_interrupted_until_its_agent_lets_go_of_it_takes_no_room_at_last():
    """A call interrupts it from 12 to 14, and from 15 on, its customer being silent already from 16 on."""
    segments = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 15, ANA), ("hold", 15, 19, ANA))
    silent = [(16 * MINUTE, 19 * MINUTE)]

    (visit,) = read(segments, parked=[(12 * MINUTE, 14 * MINUTE), (15 * MINUTE, 19 * MINUTE)], silent=silent).visits

    assert visit.silences == (Silence(3 * MINUTE, 4 * MINUTE),)
    assert visit.handle_ms == 3 * MINUTE


def test_what_its_agent_takes_up_by_hand_goes_on_then():
    """Interrupted by a call, and gone on with during the call; silent, and written up all the same."""
    mail = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 12, ANA), ("hold", 12, 14, ANA), ("agent", 14, 20, ANA))
    calls = [
        stays(("queue", 9, 12, ANSWERED), ("agent", 12, until, ANA), ("wrap_up", until, until, ANA), contact="c2")
        for until in (14, 15)
    ]
    chat = stays(("queue", 9, 10, ANSWERED), ("agent", 10, 16, ANA), ("wrap_up", 16, 18, ANA))
    interrupted, silent = [(12 * MINUTE, 14 * MINUTE)], [(12 * MINUTE, 16 * MINUTE)]

    def silences(segments: list[Segment], **contact: Any) -> tuple[Silence, ...]:
        return next(visit.silences for visit in read(segments, **contact).visits if visit.id == "c1-0")

    assert [silences([*mail, *call], parked=interrupted) for call in calls] == [
        (),
        (Silence(2 * MINUTE, 2 * MINUTE, by_hand=True),),
    ]
    assert silences(chat, parked=silent, silent=silent) == (Silence(2 * MINUTE, 4 * MINUTE, by_hand=True),)


def test_what_takes_no_room_meanwhile_is_its_agents_until_they_let_go_of_it():
    segments = stays(("agent", 10, 16, ANA), ("hold", 16, 20, ANA), ("agent", 20, 30, BO))
    interrupted = [(12 * MINUTE, 14 * MINUTE), (18 * MINUTE, 20 * MINUTE)]

    held = read(segments, parked=interrupted).held

    assert [(one.agent_id, one.from_ms // MINUTE, one.until_ms // MINUTE, one.goes_on) for one in held] == [
        ("ana", 10, 12, True),
        ("ana", 14, 18, True),
        ("ana", 20, 20, False),
        ("bo", 20, 30, False),
    ]


def test_what_was_interrupted_before_it_was_passed_on_follows_as_soon_as_it_did():
    """The hands let go at 20, the next wait began at 21: a minute, however long it took no room before."""
    segments = stays(
        ("queue", 9, 10, ANSWERED),
        ("agent", 10, 12, ANA),
        ("hold", 12, 20, ANA),
        ("queue", 21, 22, {"entry": "transfer", "outcome": "answered"}),
    )

    for parked in ((), [(12 * MINUTE, 18 * MINUTE)], [(12 * MINUTE, 20 * MINUTE)]):
        _, after = read(segments, parked=parked).visits
        assert after.gap_ms == MINUTE


def test_a_task_is_held_from_when_it_was_taken_until_it_was_done():
    def task(state: str, agent_id: str | None = "ana", outcome: str = "") -> WorkItemChanged:
        return WorkItemChanged(id="t1", state=state, agent_id=agent_id, outcome=outcome)

    log = logged((1, task("active")), (5, task("active", outcome="parked")), (6, task("active")), (9, task("done")))

    assert other_work(log, {"t1": "task"}, begins_ms=2 * MINUTE, seen_ms=HOUR) == [
        Held(agent_id="ana", channel="task", from_ms=2 * MINUTE, until_ms=5 * MINUTE, goes_on=True),
        Held(agent_id="ana", channel="task", from_ms=6 * MINUTE, until_ms=9 * MINUTE),
    ]
    assert other_work(log[:1], {}, begins_ms=0, seen_ms=HOUR)[0].until_ms == HOUR


def test_midnights_are_those_of_the_site_also_when_the_clocks_change():
    zone = ZoneInfo("Europe/Berlin")
    begins, until = datetime(2026, 10, 24, 8, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)

    found = [from_ms(ms).astimezone(zone).isoformat() for ms in midnights(begins, until, zone)]

    assert found == ["2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"]


def visit(id: str, end: End, wait_s: int, agent_id: str = "") -> Visit:
    work = Work(id=id, kind="interaction", channel="voice", queue="billing", priority=0, placed_ms=0)
    return Visit(
        work=work,
        arrived_ms=0,
        end=end,
        left_ms=None if end is End.WAITING else wait_s * SECOND,
        agent_id=agent_id,
        handle_ms=10 * MINUTE,
    )


DAY = Recording(
    begins_ms=0,
    ends_ms=HOUR,
    until_ms=HOUR,
    visits=(
        visit("a", End.ANSWERED, 10, "ana"),
        visit("b", End.ANSWERED, 40, "ana"),
        visit("c", End.ABANDONED, 5),
        visit("d", End.ABANDONED, 6),
        visit("e", End.LEFT, 100),
        visit("f", End.WAITING, 0),
    ),
    before={"ana": Before(presence=Presence.AVAILABLE)},
    turns=(Turn(20 * MINUTE, "ana", Presence.NOT_READY),),
)


def test_the_figures_of_a_queue_are_those_of_the_definitions():
    figures = queue_figures(as_it_was(DAY), {"billing": 20_000})

    assert figures["billing"] == figures["all"]
    assert figures["all"] == {
        "offered": 6,
        "answered": 2,
        "abandoned": 2,
        "short_abandoned": 1,
        "left": 1,
        "waiting": 1,
        "abandon_rate": 2 / 6,
        "service_level": 1 / 3,  # in time / (answered + hung up, without the short one)
        "asa_s": 25.0,
        "wait_mean_s": 61 / 4,
        "wait_p50_s": 6.0,
        "wait_p90_s": 40.0,
        "wait_longest_s": 3600.0,
    }


def test_whom_overflow_took_elsewhere_counts_in_both_queues_and_of_all_once():
    left = visit("a", End.LEFT, 100)
    there = replace(visit("a2", End.ANSWERED, 30, "bo"), after="a", helped=True)
    there = replace(there, work=replace(there.work, queue="sales"), arrived_ms=100 * SECOND, left_ms=130 * SECOND)
    story = as_it_was(replace(DAY, visits=(left, there)))

    figures = queue_figures(story, {"billing": 20_000, "sales": 40_000})

    billing, sales, everything = (figures[key] for key in ("billing", "sales", "all"))
    assert (billing["offered"], billing["left"], billing["service_level"]) == (1, 1, None)
    assert (sales["offered"], sales["answered"], sales["asa_s"], sales["service_level"]) == (1, 1, 30.0, 1.0)
    assert (everything["offered"], everything["left"], everything["asa_s"]) == (1, 0, 130.0)
    assert everything["service_level"] == 0.0  # by the target of the queue that answered, from when they came


def test_occupancy_counts_time_at_work_once_and_time_without_an_offer_not_at_all():
    (ana,) = agent_figures(DAY, as_it_was(DAY), ["ana"]).values()

    # At work from 0:10 to 10:40, the two contacts beside each other; there until 20:00.
    assert ana == {"contacts": 2, "work_s": 630.0, "occupancy": 630 / 1200}


def test_likeness_compares_contact_by_contact():
    was = as_it_was(DAY)
    came = dict(was.came) | {
        "a": Came(End.ANSWERED, 0, 11 * SECOND, "ana"),
        "b": Came(End.ANSWERED, 0, 44 * SECOND, "bo"),
        "d": Came(End.ANSWERED, 0, 6 * SECOND, "bo"),
    }

    assert likeness(DAY, Story(came=came, hands=()), was) == {
        "contacts": 6,
        "ended_alike": 5 / 6,
        "same_agent": 1 / 2,
        "same_wait": 4 / 6,
        "wait_apart_mean_s": 1.0,
    }


def test_a_difference_of_nothing_is_nothing():
    assert difference({"a": 1, "b": None, "c": 0.1}, {"a": 3, "b": 1, "c": 0.4}) == {"a": 2, "b": None, "c": 0.3}


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (timedelta(0), timedelta(0), "nothing lies between"),
        (timedelta(hours=1), timedelta(0), "before --from"),
        (timedelta(0), timedelta(days=40), "future"),
        (timedelta(days=-32), timedelta(0), "more than 31 days"),
    ],
)
def test_a_span_that_is_none_is_refused(begins: timedelta, ends: timedelta, why: str):
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)

    with pytest.raises(Invalid, match=why):
        Span(begins=start + begins, ends=start + ends).check(start + timedelta(days=2))


def said(file: str) -> Said:
    """Today's rules, as a file says them."""
    document = organization(file)
    assert document.queues is not None and document.agents is not None
    return Said(
        queues=document.queues, ordering=Ordering(), limits=Limits(), agents=document.agents, teams=document.teams or {}
    )


TODAY = """
queues: {billing: {name: Billing, target: {within: 8s}}, sales: {name: Sales}}
agents:
  ana@demo.test: {name: Ana, queues: [billing], skills: {french: 2}}
  bo@demo.test: {name: Bo, queues: [billing]}
teams: {first: {name: First, members: [ana@demo.test]}}
"""
IDS = {"ana@demo.test": "ana", "bo@demo.test": "bo"}


def test_what_a_file_leaves_out_stays_and_an_agent_whom_it_leaves_out_serves_nothing():
    file = organization(
        "queues: {billing: {name: Billing, priority: 3}}\nagents: {ana@demo.test: {name: Ana, queues: [sales]}}"
    )

    other = proposed(said(TODAY), file)

    assert {policy.key: policy.priority for policy in other.rules().queues} == {"billing": 3, "sales": 0}
    ana, bo = other.people(IDS)
    assert (ana.id, ana.queues, ana.skills, ana.teams) == ("ana", {"sales": Service()}, {}, frozenset({"first"}))
    assert (bo.id, bo.queues, bo.skills) == ("bo", {}, {})
    assert [person.id for person in other.people({"bo@demo.test": "bo"})] == ["bo"]


def test_hours_ends_and_steps_are_those_of_the_rules_and_a_closing_at_once_is_of_now():
    now = replace(
        said("queues: {billing: {name: B, hours: shop, max_length: 3}, sales: {name: S}}\nagents: {}"),
        hours={"shop": Calendar(week={"monday": ["08:00-12:00"]}, closed="fire alarm")},
        zone="Europe/Madrid",
    )
    file = organization(
        'hours: {shop: {week: {monday: ["09:00-12:00"]}}}\nholidays: [2026-03-02]\n'
        "queues: {billing: {name: B, hours: shop, overflow: [{to: sales, after: 2m}], auto_accept: [chat]}}"
    )

    today, other = now.ways({}), proposed(now, file).ways({"shop": ((5, 9),)})

    assert (today["billing"].max_length, today["billing"].steps, today["sales"]) == (3, (), Ways(declines=3))
    assert today["billing"].hours == Hours(zone=ZoneInfo("Europe/Madrid"), week={0: (OpenSpan(480, 720),)})
    assert other["billing"].hours is not None
    assert other["billing"].hours.week == {0: (OpenSpan(540, 720),)}
    assert other["billing"].hours.exceptions == {date(2026, 3, 2): ()}
    assert other["billing"].steps == (Step(to="sales", after_ms=120_000),)
    assert (today["billing"].closings, other["billing"].closings) == ((), ((5, 9),))
    assert (other["billing"].max_length, other["billing"].auto_accept) == (None, frozenset({"chat"}))


def test_calendars_were_closed_when_the_log_says_so():
    def changed(calendar: str, was: str, became: str) -> OrganizationChanged:
        return OrganizationChanged(id="organization", changes={f"hours.{calendar}.closed": [was, became]})

    log = logged(
        (2, changed("shop", "", "fire alarm")),
        (3, changed("shop", "fire alarm", "fire")),  # another reason
        (4, changed("shop", "fire", "")),
        (5, changed("desk", "flood", "")),  # closed before it began
        (6, changed("shop", "", "again")),
        (70, changed("shop", "again", "")),  # lifted after the span
        (80, changed("late", "", "closed later")),
    )

    found = closings(log, ["attic", "late"], begins_ms=MINUTE, until_ms=HOUR)

    assert found == {
        "attic": ((MINUTE, HOUR),),  # nobody has changed it since
        "desk": ((MINUTE, 5 * MINUTE),),
        "shop": ((2 * MINUTE, 4 * MINUTE), (6 * MINUTE, HOUR)),
    }
    assert only_closes(changed("shop", "", "fire alarm"))
    assert not only_closes(OrganizationChanged(id="organization", changes={"ordering.kind": ["slack", "priority"]}))


def test_the_answer_has_each_story_and_where_offers_are_taken_at_once_nothing_rings():
    now = said(TODAY)
    rings = replace(visit("a", End.ANSWERED, 10, "ana"), ring_ms=10 * SECOND)
    known = Known(recording=replace(DAY, visits=(rings,)), rules_changed=2)
    at_once = organization("queues: {billing: {name: Billing, auto_accept: [voice]}}")
    shares: list[float] = []

    result = answer(Question(known=known, ids=IDS, today=now, proposed=proposed(now, at_once)), shares.append)

    billing = result["queues"]["billing"]
    assert [billing[name]["asa_s"] for name in ("recorded", "today", "proposed", "difference")] == [10, 10, 0, -10]
    assert [billing[name]["service_level"] for name in ("recorded", "today", "proposed", "difference")] == [0, 0, 1, 1]
    assert (result["from"], result["to"]) == ("1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00.000Z")
    assert (list(result["agents"]), result["rules_changed_since"]) == (["ana@demo.test"], 2)
    assert shares == sorted(shares) and shares[-1] == 1
