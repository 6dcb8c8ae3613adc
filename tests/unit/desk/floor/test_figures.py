"""Figures of the floor against the vectors of the definitions, and what is true of every history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.floor.figures import Figures
from desk.floor.visits import Rules, Tally, Visit
from desk.kernel.events import (
    InteractionAbandoned,
    InteractionAnswered,
    InteractionChanged,
    InteractionLeftQueue,
    InteractionQueued,
    Logged,
    WorkItemChanged,
    WorkItemQueued,
)
from desk.organization.days import start_of_day
from desk.tables import to_ms

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BILLING = Rules(key="billing", name="Billing", target_s=20, target_share=0.8)


def figures(zone="Europe/London"):
    return Figures(zone=ZoneInfo(zone), rules={"billing": BILLING, "general": Rules(
        key="general", name="General", target_s=20, target_share=0.8)})  # fmt: skip


def told(event, at=NOON):
    return Logged(position=1, at=at, actor="test", event=event)


def queued(id, at=NOON, queue="billing", entry="new", placed=None):
    return told(InteractionQueued(id=id, queue=queue, channel="chat", entry=entry, placed_ms=to_ms(placed or at)), at)


def answered(id, at, began=NOON, queue="billing"):
    return told(InteractionAnswered(id=id, queue=queue, agent_id="a", wait_ms=to_ms(at) - to_ms(began)), at)


def abandoned(id, at, began=NOON, queue="billing"):
    return told(InteractionAbandoned(id=id, queue=queue, wait_ms=to_ms(at) - to_ms(began)), at)


def of(shown, key="billing"):
    return next(item for item in shown if item["key"] == key)


def seconds(number):
    return timedelta(seconds=number)


def test_the_golden_vector_of_service_level():
    """1000 answered, 860 in time; 60 abandoned, 20 within T, 10 within 5 s."""
    tally = Tally()
    waits = [20_000] * 860 + [20_001] * 140
    for wait in waits:
        tally.count(Visit(queue="q", entry="new", began_ms=0, outcome="answered", wait_ms=wait), 20_000)
    for wait in [5_000] * 10 + [20_000] * 10 + [60_000] * 40:
        tally.count(Visit(queue="q", entry="new", began_ms=0, outcome="abandoned", wait_ms=wait), 20_000)
    assert tally.service_level == pytest.approx(0.8190, abs=5e-5)  # V5
    assert tally.service_level_strict == pytest.approx(0.8113, abs=5e-5)  # V2
    assert (tally.offered, tally.answered, tally.abandoned) == (1060, 1000, 60)


def test_who_waits_beyond_the_target_is_missed_already():
    """One was answered in time; of two who came, one waits for longer than the target allows."""
    floor = figures()
    floor.fold(queued("taken"))
    floor.fold(answered("taken", NOON + seconds(5)))
    floor.fold(queued("waits"))

    def shown(after):
        queue = of(floor.queues(NOON + seconds(after)))
        return queue["overdue"], queue["service_level"], queue["service_level_strict"], queue["last_15_min"]["overdue"]

    assert shown(20) == (0, 1.0, 1.0, 0), "in time still"
    assert shown(20.001) == (1, 0.5, 0.5, 1)
    assert shown(901) == (1, 0.5, 0.5, 0), "by arrival"
    floor.fold(abandoned("waits", NOON + seconds(902)))
    assert shown(902) == (0, 0.5, 0.5, 0), "what became of it changes nothing"


def test_who_may_be_gone_again_at_once_is_not_overdue_yet():
    at_once = replace(BILLING, target_s=2)
    floor = Figures(zone=ZoneInfo("Europe/London"), rules={"billing": at_once})
    floor.fold(queued("waits"))

    assert of(floor.queues(NOON + seconds(5)))["service_level"] is None
    assert of(floor.queues(NOON + seconds(6)))["service_level"] == 0


def test_the_golden_vector_arrives_through_events():
    floor = figures()
    for number in range(1060):
        floor.fold(queued(f"i{number}"))
    for number in range(1060):
        wait = 20 if number < 860 else 21
        if number >= 1000:
            late = number - 1000
            wait = 5 if late < 10 else 20 if late < 20 else 60
            floor.fold(abandoned(f"i{number}", NOON + seconds(wait)))
        else:
            floor.fold(answered(f"i{number}", NOON + seconds(wait)))
    shown = of(floor.queues(NOON + seconds(120)))
    assert round(shown["service_level"], 4) == 0.8190
    assert round(shown["service_level_strict"], 4) == 0.8113
    assert (shown["offered"], shown["answered"], shown["abandoned"], shown["waiting"]) == (1060, 1000, 60, 0)
    assert shown["last_15_min"]["offered"] == 1060


def test_nothing_offered_is_no_value_and_not_everything():
    shown = of(figures().queues(NOON))
    assert (shown["service_level"], shown["service_level_strict"]) == (None, None)
    assert (shown["waiting"], shown["longest_wait_s"]) == (0, 0)
    only_short = figures()
    only_short.fold(queued("a"))
    only_short.fold(abandoned("a", NOON + seconds(5)))
    shown = of(only_short.queues(NOON + seconds(6)))
    assert (shown["service_level"], shown["service_level_strict"], shown["abandoned"]) == (None, 0.0, 1)


def test_who_waits_is_counted_and_an_offer_that_fails_ends_nothing():
    floor = figures()
    floor.fold(queued("a"))
    floor.fold(queued("b", NOON + seconds(10)))
    floor.fold(told(InteractionChanged(id="a", what="returned", state="queued"), NOON + seconds(30)))
    shown = of(floor.queues(NOON + seconds(42)))
    assert (shown["waiting"], shown["longest_wait_s"]) == (2, 42)
    floor.fold(answered("a", NOON + seconds(43)))
    shown = of(floor.queues(NOON + seconds(44)))
    assert (shown["waiting"], shown["longest_wait_s"], shown["answered"]) == (1, 34, 1)


def test_a_transfer_waits_but_is_not_offered_again():
    floor = figures()
    floor.fold(queued("a"))
    floor.fold(answered("a", NOON + seconds(3)))
    later = NOON + seconds(300)
    floor.fold(queued("a", later, queue="general", entry="transfer", placed=NOON))
    shown = floor.queues(later + seconds(9))
    assert (of(shown)["offered"], of(shown)["answered"]) == (1, 1)
    general = of(shown, "general")
    assert (general["offered"], general["waiting"], general["longest_wait_s"]) == (0, 1, 9)
    floor.fold(answered("a", later + seconds(10), later, queue="general"))
    assert of(floor.queues(later + seconds(11)), "general")["answered"] == 0


def test_moved_by_a_supervisor_is_neither_answered_nor_abandoned():
    floor = figures()
    floor.fold(queued("a"))
    at = NOON + seconds(60)
    floor.fold(told(InteractionLeftQueue(id="a", queue="billing", outcome="flow_out", wait_ms=60_000), at))
    floor.fold(queued("a", at, queue="general", entry="transfer", placed=NOON))
    shown = of(floor.queues(at))
    assert (shown["offered"], shown["answered"], shown["abandoned"], shown["waiting"]) == (1, 0, 0, 0)
    assert of(floor.queues(at), "general")["waiting"] == 1


def test_what_overflows_is_offered_to_both_queues_and_waits_anew():
    floor = figures()
    floor.fold(queued("a"))
    at = NOON + seconds(60)
    floor.fold(told(InteractionLeftQueue(id="a", queue="billing", outcome="flow_out", wait_ms=60_000), at))
    floor.fold(queued("a", at, queue="general", entry="flow_in", placed=NOON))
    floor.fold(answered("a", at + seconds(9), at, queue="general"))
    shown = floor.queues(at + seconds(10))
    assert [of(shown)[name] for name in ("offered", "answered", "abandoned", "waiting")] == [1, 0, 0, 0]
    assert [of(shown, "general")[name] for name in ("offered", "answered")] == [1, 1]
    assert of(shown, "general")["service_level"] == 1.0


def test_a_reopened_contact_is_offered_again():
    floor = figures()
    floor.fold(queued("a"))
    floor.fold(answered("a", NOON + seconds(3)))
    floor.fold(queued("a", NOON + seconds(600), entry="reopened"))
    floor.fold(abandoned("a", NOON + seconds(700), NOON + seconds(600)))
    shown = of(floor.queues(NOON + seconds(701)))
    assert (shown["offered"], shown["answered"], shown["abandoned"]) == (2, 1, 1)


def test_the_day_is_the_sites_and_belongs_to_the_arrival():
    floor = figures("America/New_York")
    late = datetime(2026, 3, 2, 4, 59, tzinfo=UTC)  # 23:59 on the first in New York
    floor.fold(queued("a", late))
    floor.fold(queued("b", late))
    assert of(floor.queues(late))["offered"] == 2
    after = late + timedelta(minutes=2)
    floor.fold(answered("a", after, late))
    shown = of(floor.queues(after))
    assert (shown["offered"], shown["answered"], shown["waiting"], shown["longest_wait_s"]) == (0, 0, 1, 120)
    floor.fold(queued("c", after))
    assert of(floor.queues(after))["offered"] == 1


def test_midnight_of_a_day_whose_clocks_change():
    madrid = ZoneInfo("Europe/Madrid")
    assert start_of_day(datetime(2026, 3, 29, 10, tzinfo=UTC), madrid) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert start_of_day(datetime(2026, 3, 30, 10, tzinfo=UTC), madrid) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_agents_are_counted_by_what_they_do_in_each_queue_they_serve():
    floor = figures()
    floor.put_agents([
        {"id": "a", "queues": ["billing", "general"], "activity": "engaged"},
        {"id": "b", "queues": ["billing"], "activity": "available"},
        {"id": "c", "queues": ["billing"], "activity": "offline"},
        {"id": "d", "queues": ["nowhere"], "activity": "available"},
    ])  # fmt: skip
    assert of(floor.queues(NOON))["staffed"] == {
        "engaged": 1, "ringing": 0, "wrap_up": 0, "available": 1, "not_ready": 0,
    }  # fmt: skip
    floor.put_agents([{"id": "a", "queues": ["general"], "activity": "ringing"}])
    assert of(floor.queues(NOON))["staffed"]["engaged"] == 0
    assert of(floor.queues(NOON), "general")["staffed"]["ringing"] == 1
    floor.keep_agents({"b"})
    assert of(floor.queues(NOON), "general")["staffed"]["ringing"] == 0


def test_who_has_gone_or_only_holds_a_mail_while_not_ready_is_not_counted_on_contact():
    floor = figures()
    one = {"queues": ["billing"], "activity": "engaged"}
    mail, call = [{"channel": "email"}], [{"channel": "voice"}]
    floor.put_agents([
        one | {"id": "a", "state": "offline", "on": mail},
        one | {"id": "b", "state": "not_ready", "on": mail},
        one | {"id": "c", "state": "not_ready", "on": mail + call},
        one | {"id": "d", "state": "available", "on": mail},
    ])  # fmt: skip
    assert of(floor.queues(NOON))["staffed"] == {
        "engaged": 2, "ringing": 0, "wrap_up": 0, "available": 0, "not_ready": 1,
    }  # fmt: skip


def test_other_work_that_waits_is_told_apart():
    floor = figures()
    floor.fold(told(WorkItemQueued(id="w", kind="callback", queue="billing", channel="task")))
    assert (of(floor.queues(NOON))["other_work"], of(floor.queues(NOON))["waiting"]) == (1, 0)
    floor.fold(told(WorkItemChanged(id="w", state="active", agent_id="a")))
    assert of(floor.queues(NOON))["other_work"] == 0


@st.composite
def histories(draw):
    """Contacts that come, are answered, leave, are passed on and come back."""
    events, at = [], NOON
    state: dict[str, tuple[Any, Any]] = {}
    for _ in range(draw(st.integers(1, 40))):
        at += timedelta(milliseconds=draw(st.integers(1, 30_000)))
        id = draw(st.sampled_from("abcdef"))
        queue, began = state.get(id, (None, None))
        if queue is None:
            queue, entry = draw(st.sampled_from(["billing", "general"])), "reopened" if id in state else "new"
            events.append(queued(id, at, queue, entry))
            state[id] = (queue, at)
        elif draw(st.booleans()):
            events.append(answered(id, at, began, queue))
            if draw(st.booleans()):
                other = "general" if queue == "billing" else "billing"
                at += timedelta(milliseconds=1)
                events.append(queued(id, at, other, "transfer", placed=began))
                state[id] = (other, at)
            else:
                state[id] = (None, None)
        else:
            events.append(abandoned(id, at, began, queue))
            state[id] = (None, None)
    return events, at, sum(queue is not None for queue, _ in state.values())


@given(histories())
def test_what_is_offered_is_answered_abandoned_or_waits(history):
    events, at, open_ones = history
    floor = figures()
    for event in events:
        floor.fold(event)
    shown = floor.queues(at)
    assert sum(item["waiting"] for item in shown) == open_ones
    for item in shown:
        assert item["answered"] + item["abandoned"] <= item["offered"]
        assert item["offered"] <= item["answered"] + item["abandoned"] + item["waiting"]
        for ratio in (item["service_level"], item["service_level_strict"]):
            assert ratio is None or 0 <= ratio <= 1


@given(histories(), st.integers(0, 40))
def test_hearing_the_same_again_changes_nothing(history, since):
    """A starting point that holds some of the events already, as after a restart."""
    events, at, _ = history
    once, twice = figures(), figures()
    for event in events:
        once.fold(event)
    for event in events[:since]:
        twice.fold(event)
    for event in events:
        twice.fold(event)
    assert once.queues(at) == twice.queues(at)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(("queued", "answered", "abandoned", "asked")),
            st.integers(0, 6),  # which contact
            st.integers(0, 400),  # seconds that pass first
            st.sampled_from(("billing", "general")),
            st.sampled_from(("new", "reopened", "transfer")),
        ),
        max_size=60,
    )
)
def test_figures_asked_for_all_the_time_are_those_asked_for_once(steps):
    asked, quiet, now = figures(), figures(), NOON + timedelta(hours=11, minutes=40)
    for what, number, pause, queue, entry in steps:
        now += seconds(pause)
        event = None
        if what == "queued":
            event = queued(f"k{number}", now, queue=queue, entry=entry)
        elif what == "answered":
            event = answered(f"k{number}", now, now - seconds(9), queue=queue)
        elif what == "abandoned":
            event = abandoned(f"k{number}", now, now - seconds(3), queue=queue)
        if event is not None:
            asked.fold(event)
            quiet.fold(event)
        asked.queues(now)

    assert asked.queues(now) == quiet.queues(now)
