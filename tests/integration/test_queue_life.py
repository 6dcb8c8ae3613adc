"""A queue's hours, its length, and where what waits in it goes when others can help."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.contacts.ending import customer_left
from desk.contacts.transfers import assign, move
from desk.floor import queue_states
from desk.floor.waiting import standings
from desk.kernel.errors import Invalid
from desk.organization import openings
from desk.organization.changes import change_queue
from desk.organization.file import read, written
from desk.organization.organization import dump, load
from desk.screens.explain import why_waiting
from desk.tables import segments, work_items
from desk.work.offers import decline
from ivr.instructions import Enqueue, Hangup
from routing.estimates import Wait
from routing.hours import is_open
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import rings
from tests.integration.test_handling import BY_TEXT

SHOP = """
hours:
  shop:
    week: {monday: ["08:00-12:00", "13:00-18:00"], saturday: ["22:00-02:00"]}
    exceptions: {2026-12-28: ["10:00-11:00"]}
  day_and_night: {week: {monday: ["00:00-24:00"]}}  # of the other queues
"""


async def loads(floor: Floor, text: str) -> None:
    await floor.desk.transact(SYSTEM, load, read(text))


async def rule(floor: Floor, queue: str, **fields: Any) -> None:
    await floor.desk.transact(SYSTEM, change_queue, queue, fields)
    await floor.settles()


async def look(floor: Floor) -> None:
    """What should go elsewhere has gone."""
    await floor.looks_around()


async def queue_of(floor: Floor, id: str) -> str:
    return str((await floor.interaction(id)).queue)


async def stays(floor: Floor, id: str) -> list[tuple[str, str, str]]:
    rows = sorted(await floor.rows(segments, interaction_id=id), key=lambda row: (row.from_at, row.id))
    return [(row.queue, row.entry, row.outcome) for row in rows if row.kind == "queue"]


async def test_hours_are_written_read_and_kept(floor: Floor):
    await loads(floor, SHOP)
    await rule(floor, "billing", hours="shop")

    again = await floor.desk.read(SYSTEM, dump)
    assert read(written(again)) == again
    hours = (await floor.desk.read(SYSTEM, openings.hours_by_calendar))["shop"]
    opens = [datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (8, 12, 13, 18)]
    assert [is_open(hours, at) for at in opens] == [True, False, True, False]
    assert is_open(hours, datetime(2026, 11, 29, 1, 59, tzinfo=UTC))  # Saturday's night
    assert not is_open(hours, datetime(2026, 12, 28, 9, tzinfo=UTC))  # an exception, on a day that is a holiday
    assert hours.exceptions[date(2026, 12, 25)] == ()


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ('hours: {a: {week: {monday: ["8-12"]}}}', "hours.a.week.monday[0]", "expected a span"),
        ('hours: {a: {week: {monday: ["08:00-12:00", "11:00-13:00"]}}}', "hours.a.week.monday", "over each other"),
        ("hours: {a: {week: {someday: []}}}", "hours.a.week", "monday"),
        ("queues: {general: {name: G, hours: nowhere}}", "queues.general.hours", "there is no calendar nowhere"),
        (
            "queues: {general: {name: G, overflow: [{to: general, after: 1m}]}}",
            "queues.general.overflow[0].to",
            "other",
        ),
        ("queues: {general: {name: G, overflow: [{to: billing}]}}", "queues.general.overflow[0]", "say when"),
        ("queues: {general: {name: G, overflow: [{to: x, after: 1m}]}}", "queues.general.overflow[0].to", "no queue x"),
        ("queues: {general: {name: G, overflow: [{to: billing, closed: true}]}}", "overflow[0].closed", "no hours"),
        ("queues: {general: {name: G, overflow: [{to: billing, full: true}]}}", "overflow[0].full", "no max_length"),
        ("queues: {general: {name: G, max_length: 0}}", "queues.general.max_length", "greater than or equal to 1"),
    ],
)
async def test_what_is_wrong_with_hours_and_overflow_is_said_by_its_path(floor: Floor, text: str, path: str, why: str):
    with pytest.raises(Invalid) as caught:
        await loads(floor, text)
    assert any(path in where and why in what for where, what in caught.value.errors), caught.value.errors


async def test_who_waits_too_long_goes_where_somebody_can_help_and_keeps_the_place(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "after": "1m"}])
    chat = await floor.writes()
    placed = (await floor.interaction(chat.interaction_id)).queued_at
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "general"  # nobody works in billing

    await rule(floor, "general", skills={"technical": 5})  # so that Mia, who is no expert, serves billing alone
    mia = await floor.agent(1)
    await look(floor)

    assert (await mia.next_offer()).work_item_id == chat.interaction_id
    assert await stays(floor, chat.interaction_id) == [("general", "new", "flow_out"), ("billing", "flow_in", "")]
    assert (await floor.interaction(chat.interaction_id)).queued_at == placed


async def test_a_helper_whose_own_customers_wait_too_long_does_not_help(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "after": "1m", "protect": 0.8}], skills={"technical": 5})
    for _ in range(3):  # three who gave up in billing
        own = await floor.writes(headers={"topic": "billing"})
        floor.clock.advance(timedelta(seconds=30))
        await floor.desk.transact(SYSTEM, customer_left, own.interaction_id)
    await floor.agent(1)
    chat = await floor.writes()
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "general"

    floor.clock.advance(timedelta(minutes=15))  # what was lost is not of these last minutes any more
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing"


@pytest.mark.parametrize("waited", [timedelta(seconds=60), timedelta(minutes=21)])
async def test_a_helper_whose_own_customers_are_overdue_still_does_not_help(floor: Floor, waited: timedelta):
    """Nobody was answered and nobody gave up there: those who wait beyond the target are missed all the same."""
    await rule(floor, "general", overflow=[{"to": "billing", "after": "1m", "protect": 0.8}], skills={"technical": 5})
    mia = await floor.agent(1, available=False)
    first = await floor.writes(headers={"topic": "billing"})
    own = [await floor.writes(headers={"topic": "billing"}) for _ in range(3)]
    await mia.is_available()
    for _ in range(3):  # all that she can hold; the last waits still
        await mia.takes_next()
    for _ in range(3):
        own.append(await floor.writes(headers={"topic": "billing"}))
    floor.clock.advance(waited)
    chat = await floor.writes()
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "general", "three in time, four overdue"

    for one in (first, *own):
        await floor.desk.transact(SYSTEM, customer_left, one.interaction_id)
    floor.clock.advance(timedelta(minutes=16))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing"


async def test_a_likely_wait_is_the_middle_of_what_is_told(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "wait": "30s"}])
    mia = await floor.agent(1)
    first = await floor.writes()
    await mia.next_offer()
    second = await floor.writes()
    places = await floor.desk.read(SYSTEM, standings, [second.interaction_id])
    assert places[second.interaction_id].wait == Wait(low_ms=0, high_ms=40_000)
    await look(floor)
    assert await queue_of(floor, second.interaction_id) == await queue_of(floor, first.interaction_id) == "general"


async def test_what_was_given_to_somebody_by_name_is_not_moved_while_it_is_kept_for_them(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "after": "1m"}])
    mia, boss = await floor.agent(1), await floor.supervisor()
    for name in ("ana", "bea", "cleo"):
        await floor.writes(address=name)
        await mia.takes_next()
    chat = await floor.writes(address="dora")
    await boss.does(assign, chat.interaction_id, mia.id)
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "general"
    floor.clock.advance(timedelta(seconds=60))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing", "two minutes are over"


async def test_what_is_moved_stays_away_from_who_has_just_declined_it(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "after": "30s"}])
    chat = await floor.writes()
    floor.clock.advance(timedelta(seconds=25))
    mia = await floor.agent(1)
    await mia.does(decline, (await mia.next_offer()).id)
    floor.clock.advance(timedelta(seconds=6))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing"
    assert await mia.offer() is None
    await floor.passes(timedelta(seconds=60))
    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_what_is_moved_by_hand_stays_away_from_who_has_just_declined_it_until_it_is_given_to_them(floor: Floor):
    chat = await floor.writes()
    mia, sue = await floor.agent(1), await floor.supervisor()
    await mia.does(decline, (await mia.next_offer()).id)
    await sue.does(move, chat.interaction_id, "billing")
    await floor.settles()
    assert await mia.offer() is None
    (item,) = await floor.rows(work_items, id=chat.interaction_id)
    assert (item.queue, item.declines) == ("billing", 1)
    await sue.does(assign, chat.interaction_id, mia.id)
    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_what_is_moved_by_hand_is_asked_again_of_who_declined_it_after_a_minute(floor: Floor):
    chat = await floor.writes()
    mia, sue = await floor.agent(1), await floor.supervisor()
    await mia.does(decline, (await mia.next_offer()).id)
    await sue.does(move, chat.interaction_id, "billing")
    await floor.passes(timedelta(seconds=61))
    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_what_has_come_by_overflow_stays(floor: Floor):
    await rule(floor, "general", overflow=[{"to": "billing", "after": "1m"}], skills={"technical": 5})
    await rule(floor, "billing", overflow=[{"to": "general", "after": "1m"}], strategy="round_robin")
    await floor.agent(1)
    first = await floor.writes()
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, first.interaction_id) == "billing"
    floor.clock.advance(timedelta(minutes=10))
    await look(floor)
    assert await queue_of(floor, first.interaction_id) == "billing"


async def test_what_is_beyond_the_end_of_a_full_line_overflows(floor: Floor):
    await rule(floor, "general", max_length=1, overflow=[{"to": "billing", "full": True}], skills={"technical": 5})
    await floor.agent(1)
    first = await floor.writes()
    floor.clock.advance(timedelta(seconds=1))
    second = await floor.writes()
    await look(floor)

    assert [await queue_of(floor, one.interaction_id) for one in (first, second)] == ["general", "billing"]


async def test_who_lacks_what_a_queue_asks_for_does_not_staff_it(floor: Floor):
    """Nobody is offered its work, so it goes where somebody is; and nothing comes to where nobody is able to."""
    await rule(floor, "general", overflow=[{"to": "billing", "nobody": True}], skills={"technical": 5})
    await rule(floor, "billing", skills={"technical": 5})
    await floor.agent(1)  # who serves both, and is no expert
    chat = await floor.writes()
    floor.clock.advance(timedelta(seconds=61))
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "general"  # billing cannot help
    place = (await floor.desk.read(SYSTEM, standings, [chat.interaction_id]))[chat.interaction_id]
    told = await floor.desk.read(SYSTEM, queue_states.facts, ["general", "billing", "technical"])
    assert (place.wait, told["general.staffed"], told["billing.staffed"]) == (None, False, False)

    await rule(floor, "billing", skills={"billing": 3})  # which she has
    assert (await floor.desk.read(SYSTEM, queue_states.facts, ["billing"]))["billing.staffed"]
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing"


async def staffed(floor: Floor, queue: str = "general") -> bool:
    return bool((await floor.desk.read(SYSTEM, queue_states.facts, [queue]))[f"{queue}.staffed"])


async def test_who_is_let_in_by_a_later_step_works_there_from_that_step_on(floor: Floor):
    await rule(floor, "general", skills={"technical": 5}, rings=[{"after": "30s", "skills": {"technical": 1}}])
    assert not await staffed(floor)
    mia = await floor.agent(1, available=False)
    await rule(floor, "general", overflow=[{"to": "billing", "nobody": True}])
    await rule(floor, "billing", skills={"technical": 5})  # and so no help
    chat = await floor.writes()
    await mia.is_available()

    assert await staffed(floor), "whoever waits there will be served"
    place = (await floor.desk.read(SYSTEM, standings, [chat.interaction_id]))[chat.interaction_id]
    assert place.wait == Wait(low_ms=30_000, high_ms=2 * 60_000), "as soon as she is let in, she is asked"

    await rule(floor, "billing", skills={})
    await look(floor)
    assert await queue_of(floor, chat.interaction_id) == "billing", "nobody works there by the steps in force"


async def test_while_a_step_in_force_lets_somebody_in_nothing_goes_elsewhere(floor: Floor):
    rings = [{"after": "30s", "skills": {"technical": 1}}]
    await rule(floor, "general", skills={"technical": 5}, rings=rings)
    mia = await floor.agent(1)
    chats = [await floor.writes() for _ in range(4)]  # one more than she can hold
    floor.clock.advance(timedelta(seconds=31))
    for _ in range(3):
        await mia.takes_next()
    await rule(floor, "general", overflow=[{"to": "billing", "nobody": True}])
    await look(floor)

    assert [await queue_of(floor, one.interaction_id) for one in chats] == ["general"] * 4


async def test_a_queue_is_staffed_whose_work_goes_to_somebody_who_works(floor: Floor):
    await rule(floor, "general", skills={"technical": 5})
    await floor.agent(1)
    assert not await staffed(floor)

    await rule(floor, "general", overflow=[{"to": "billing", "after": "2m"}])
    assert await staffed(floor)
    await rule(floor, "billing", skills={"technical": 5})
    assert not await staffed(floor)


async def test_a_text_that_ranks_before_a_chat_is_not_in_its_way(floor: Floor):
    """Mia can hold three texts and three chats; the first text rings at her, and the second has waited for long."""
    mia = await floor.agent(1, available=False)
    texts = [await floor.writes(**(BY_TEXT | {"address": f"+44207946019{number}"})) for number in range(2)]
    floor.clock.advance(timedelta(hours=3))
    await mia.is_available()
    await mia.next_offer()
    chat = await floor.writes()
    ids = [chat.interaction_id, *(text.interaction_id for text in texts)]
    places = await floor.desk.read(SYSTEM, standings, ids)

    assert [(places[id].position, places[id].in_line) for id in ids] == [(1, 2), (1, 1), (1, 1)]
    why = await floor.desk.read(SYSTEM, why_waiting, chat.interaction_id)
    assert why["position"] == 1


FLOWS = """
flows:
  main:
    languages: [en]
    start: hours
    nodes:
      hours: {when: billing.open, then: line, else: closed}
      line: {when: billing.full, then: busy, else: wait}
      wait: {queue: billing}
      busy: {hangup: true, say: All our lines are taken.}
      closed: {hangup: true, say: We are closed.}
"""


async def test_a_flow_asks_whether_a_queue_is_open_and_whether_its_line_is_full(floor: Floor):
    await loads(floor, SHOP + FLOWS)
    await rule(floor, "billing", hours="shop", max_length=1)
    floor.clock.set(datetime(2026, 11, 30, 7, 59, tzinfo=UTC))
    assert isinstance((await rings(floor, "CA1")).instructions[-1], Hangup)

    floor.clock.set(datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert (await rings(floor, "CA2")).instructions[-1] == Enqueue(queue="billing")
    assert isinstance((await rings(floor, "CA3")).instructions[-1], Hangup)


async def test_an_emergency_closes_at_once_until_it_is_lifted(floor: Floor):
    await loads(floor, SHOP.replace("exceptions:", 'closed: "fire alarm"\n    exceptions:') + FLOWS)
    await rule(floor, "billing", hours="shop")
    floor.clock.set(datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert isinstance((await rings(floor, "CA1")).instructions[-1], Hangup)
    await loads(floor, SHOP)  # which says nothing of it
    assert isinstance((await rings(floor, "CA2")).instructions[-1], Hangup)
    await loads(floor, SHOP.replace("exceptions:", 'closed: ""\n    exceptions:'))
    assert (await rings(floor, "CA3")).instructions[-1] == Enqueue(queue="billing")


async def test_a_flow_that_asks_of_a_queue_that_is_not_there_is_refused(floor: Floor):
    for wrong, why in (("billig.open", "there is no queue billig"), ("billing.oppen", "open, full, staffed")):
        with pytest.raises(Invalid, match=why):
            await loads(floor, FLOWS.replace("billing.open", wrong))
