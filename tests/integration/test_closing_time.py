"""Who stands in line when a queue closes and nobody is left: told so, and never kept there for ever."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from desk import closing_time
from desk.agents import agents
from desk.callbacks.callbacks import request_callback
from desk.callbacks.events import CallbackNotDialled
from desk.contacts.chats import visitor_gone
from desk.customers.customers import identify
from desk.kernel.errors import Stale
from desk.kernel.event_log import read as read_log
from desk.kernel.events import InteractionLetGo
from desk.kernel.transaction import Row, Tx
from desk.organization.calendars import close_calendar
from desk.organization.changes import change_queue
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import callbacks, calls, events, interactions, messages, segments, to_ms, work_items
from desk.tables import offers as offers_table
from desk.work import offers
from desk.work.planned_work import plan
from ivr.instructions import Hangup, Say
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import presses, rings, waiting_caller

DAY = """
hours:
  day_and_night: {week: {thursday: ["08:00-18:00"], friday: ["08:00-18:00"]}}
"""
NOON, EVENING = datetime(2026, 11, 26, 12, tzinfo=UTC), datetime(2026, 11, 26, 18, tzinfo=UTC)


async def by_day(floor: Floor) -> None:
    floor.clock.set(NOON)
    await floor.desk.transact(SYSTEM, load, read(DAY))
    await floor.settles()


async def look(floor: Floor) -> None:
    await floor.looks_around()
    await floor.jobs_done()


async def test_a_caller_is_rung_back_at_the_opening_where_the_queue_offers_it(floor: Floor):
    await by_day(floor)
    call_id = await waiting_caller(floor)  # of billing, which offers it
    await look(floor)
    assert (await floor.interaction(call_id)).state == "queued"

    floor.clock.set(EVENING)
    await look(floor)
    interaction, (booked,) = await floor.interaction(call_id), await floor.rows(callbacks)
    assert interaction.state == "closed"
    assert (booked.queue, booked.due_at) == ("billing", datetime(2026, 11, 27, 8, tzinfo=UTC))
    said, over = floor.carrier.told["CA1"]
    assert isinstance(said, Say) and "keep your place" in said.text and isinstance(over, Hangup)
    (stay,) = await floor.rows(segments, interaction_id=call_id, kind="queue")
    assert stay.outcome == "callback_taken"


async def test_a_caller_of_a_queue_without_call_backs_is_told_and_the_call_ends(floor: Floor):
    await by_day(floor)
    turn = await presses(floor, await rings(floor), "2")
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await look(floor)

    assert (await floor.interaction(turn.call_id)).state == "closed"
    (call,) = await floor.rows(calls)
    assert (call.ended_by, await floor.rows(callbacks)) == ("closed", [])
    said, over = floor.carrier.told["CA1"]
    assert isinstance(said, Say) and said.text.startswith("We have closed now.") and isinstance(over, Hangup)


def reads_traditional(tx: Tx, call_id: str) -> None:
    """The flow spoke Chinese with somebody who is known to read Traditional characters."""
    tx.update(interactions, call_id, language="zh-TW")
    tx.update(calls, call_id, session=tx.one(calls, call_id).session | {"language": "zh"})


async def test_a_caller_hears_of_the_closing_in_their_own_script(floor: Floor):
    await by_day(floor)
    turn = await presses(floor, await rings(floor), "2")
    await floor.desk.transact(SYSTEM, reads_traditional, turn.call_id)
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await look(floor)

    said, _ = floor.carrier.told["CA1"]
    assert isinstance(said, Say) and said.text.startswith("我們現在已經下班")


async def test_what_a_visitor_wrote_keeps_its_place_and_is_work_for_the_opening(floor: Floor):
    await by_day(floor)
    chat = await floor.writes()
    floor.clock.set(EVENING)
    await look(floor)
    await look(floor)
    told = [row.text for row in await floor.rows(messages, interaction_id=chat.interaction_id, author_kind="system")]
    assert len(told) == 1 and told[0].startswith("We have closed now.")

    (visitor,) = [(await floor.interaction(chat.interaction_id)).reply_to]
    await floor.desk.transact(SYSTEM, visitor_gone, visitor)
    await floor.passes(timedelta(minutes=3))
    row = await floor.interaction(chat.interaction_id)
    assert (row.state, row.queued_at) == ("queued", NOON)
    floor.clock.set(datetime(2026, 11, 27, 8, tzinfo=UTC))
    mia = await floor.agent(1)
    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_while_somebody_works_or_is_away_for_a_moment_nobody_is_let_go(floor: Floor):
    await by_day(floor)
    mia = await floor.agent(1)
    chats = [await floor.writes() for _ in range(4)]
    for _ in range(3):
        await mia.takes_next()
    floor.clock.set(EVENING)
    await look(floor)
    await mia.does(agents.set_presence, mia.id, "not_ready", "break")
    await look(floor)
    last = chats[-1].interaction_id
    assert not await floor.rows(messages, interaction_id=last, author_kind="system")

    floor.clock.advance(timedelta(minutes=11))
    await look(floor)
    assert await floor.rows(messages, interaction_id=last, author_kind="system")


async def test_where_others_help_nobody_is_let_go(floor: Floor):
    await by_day(floor)
    night = """
hours:
  day_and_night: {week: {thursday: ["08:00-18:00"], friday: ["08:00-18:00"]}}
  always: {week: {thursday: ["00:00-24:00"], friday: ["00:00-24:00"]}}
"""
    await floor.desk.transact(SYSTEM, load, read(night))
    overflow = {"overflow": [{"to": "billing", "closed": True, "after": "5m"}], "skills": {"technical": 5}}
    await floor.desk.transact(SYSTEM, change_queue, "general", overflow)
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"hours": "always"})
    await floor.agent(1)
    floor.clock.set(EVENING)
    chat = await floor.writes()
    await look(floor)
    assert not await floor.rows(messages, interaction_id=chat.interaction_id, author_kind="system")


async def test_who_is_promised_a_call_is_not_rung_before_the_queue_opens_again(floor: Floor):
    await by_day(floor)
    call_id = await waiting_caller(floor)
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await look(floor)
    (booked,) = await floor.rows(callbacks, interaction_id=call_id)
    mia = await floor.agent(1)
    for _ in range(3):
        await floor.passes(timedelta(minutes=1))
        await look(floor)
    assert await mia.offer() is None
    (waits,) = await floor.rows(work_items, id=booked.id)
    assert waits.state == "scheduled"

    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    await floor.passes(timedelta(minutes=1))
    await look(floor)
    assert (await mia.next_offer()).work_item_id == booked.id


async def test_where_the_customer_is_rung_first_nobody_is_rung_while_the_queue_is_closed(floor: Floor):
    await by_day(floor)
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"callbacks": {"key": "1", "first": "customer"}})
    await waiting_caller(floor)
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await look(floor)
    await floor.agent(1)
    await floor.passes(timedelta(minutes=2))
    await look(floor)
    assert floor.carrier.rung == []

    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    await look(floor)
    assert len(floor.carrier.rung) == 1


async def test_a_call_back_that_is_in_line_or_booked_when_the_queue_has_closed_waits_for_the_opening(floor: Floor):
    await by_day(floor)

    def books(tx: Tx, number: str) -> str:
        customer = identify(tx, "phone", number).customer.id
        return request_callback(tx, customer_id=customer, queue="billing")

    in_line = await floor.desk.transact(SYSTEM, books, "+493023125001")
    await floor.jobs_done()
    (item,) = await floor.rows(work_items, id=in_line)
    assert item.state == "waiting"

    floor.clock.set(EVENING)
    await look(floor)
    booked = await floor.desk.transact(SYSTEM, books, "+493023125002")
    for id in (in_line, booked):
        (row,), (item,) = await floor.rows(callbacks, id=id), await floor.rows(work_items, id=id)
        assert (row.due_at, item.state) == (datetime(2026, 11, 27, 8, tzinfo=UTC), "scheduled")


async def let_go_of(floor: Floor) -> list[str]:
    rows = await floor.rows(events, name=InteractionLetGo.name)
    return [logged.event.id for logged in read_log(sorted(rows, key=lambda row: int(row.position)))]


async def test_only_who_was_in_line_before_the_closing_is_told_to_supervisors(floor: Floor):
    await by_day(floor)
    before = await floor.writes()
    await floor.passes(timedelta(minutes=1))
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await floor.passes(timedelta(minutes=1))
    during = await floor.writes()
    await look(floor)
    assert await floor.rows(messages, interaction_id=during.interaction_id, author_kind="system")
    assert await let_go_of(floor) == [before.interaction_id]

    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    floor.clock.set(EVENING + timedelta(minutes=1))
    await floor.writes()
    await look(floor)
    assert await let_go_of(floor) == [before.interaction_id]


async def by_hand(floor: Floor) -> str:
    """A call-back to somebody of whom no number is known; its id."""

    def planned(tx: Tx) -> str:
        customer_id = identify(tx, "email", "eva@ruiz.example").customer.id
        return plan(tx, kind="callback", customer_id=customer_id, queue="billing", title="Ring her about the fee")

    return str(await floor.desk.transact(SYSTEM, planned))


async def by_number(floor: Floor) -> str:
    """A call-back that the desk dials, due now; its id."""

    def books(tx: Tx) -> str:
        return request_callback(tx, customer_id=identify(tx, "phone", "+493023125001").customer.id, queue="billing")

    return str(await floor.desk.transact(SYSTEM, books))


async def test_a_call_back_by_hand_waits_for_the_opening_too_in_its_place(floor: Floor):
    await by_day(floor)
    in_line = await by_hand(floor)
    floor.clock.set(EVENING)
    await look(floor)
    later = await by_hand(floor)
    mia = await floor.agent(1)
    await floor.passes(timedelta(minutes=5))
    await look(floor)
    assert await mia.offer() is None
    assert {(await floor.rows(work_items, id=id))[0].state for id in (in_line, later)} == {"scheduled"}

    await mia.does(agents.set_presence, mia.id, "not_ready", "break")
    floor.clock.set(datetime(2026, 11, 27, 8, tzinfo=UTC))
    await look(floor)
    await mia.does(agents.set_presence, mia.id, "available")
    assert (await mia.next_offer()).work_item_id == in_line
    assert (await floor.rows(work_items, id=in_line))[0].placed_at == NOON


async def test_a_call_back_by_hand_is_offered_when_a_closing_at_once_is_lifted(floor: Floor):
    await by_day(floor)
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    booked = await by_hand(floor)
    mia = await floor.agent(1)
    for _ in range(3):
        await floor.passes(timedelta(minutes=1))
    assert await mia.offer() is None
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    await floor.passes(timedelta(minutes=1))
    assert (await mia.next_offer()).work_item_id == booked


async def test_what_rings_at_closing_and_is_accepted_after_it_is_not_dialled_and_keeps_its_place(floor: Floor):
    await by_day(floor)
    mia = await floor.agent(1)
    floor.clock.set(EVENING - timedelta(seconds=5))
    booked = await by_number(floor)
    await floor.jobs_done()
    offer = await mia.next_offer()
    floor.clock.set(EVENING + timedelta(seconds=5))
    await mia.accepts(offer)
    await floor.jobs_done()

    (row,), (item,) = await floor.rows(callbacks, id=booked), await floor.rows(work_items, id=booked)
    assert (row.due_at, row.state, item.state) == (datetime(2026, 11, 27, 8, tzinfo=UTC), "waiting", "scheduled")
    assert floor.carrier.rung == []
    (told,) = await floor.rows(events, name=CallbackNotDialled.name)
    assert (told.data["agent_id"], told.data["why"]) == (mia.id, "closed")
    assert item.placed_at == EVENING - timedelta(seconds=5)


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_the_desk_dials_rings_on_at_closing_by_hours_and_no_more_where_it_is_closed_at_once(
    floor: Floor, at_once: bool
):
    await by_day(floor)
    mia = await floor.agent(1)
    floor.clock.set(EVENING - timedelta(seconds=5))
    booked = await by_number(floor)
    await floor.jobs_done()
    offer = await mia.next_offer()
    if at_once:
        await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    else:
        floor.clock.set(EVENING + timedelta(seconds=5))
    await floor.looks_around()
    await floor.jobs_done()
    (rings,) = await floor.rows(offers_table, id=offer.id)
    (item,) = await floor.rows(work_items, id=booked)
    assert (rings.outcome, item.state) == (("withdrawn", "scheduled") if at_once else (None, "offered"))


@pytest.mark.parametrize("kind", ["by_hand", "dialled"])
async def test_what_is_declined_after_closing_is_offered_to_nobody_else_and_keeps_its_place(floor: Floor, kind: str):
    await by_day(floor)
    for number in (1, 2, 3):
        await floor.agent(number)
    floor.clock.set(EVENING - timedelta(seconds=1))
    booked = await (by_hand(floor) if kind == "by_hand" else by_number(floor))
    await floor.jobs_done()

    async def ringing() -> Row | None:
        return next((row for row in await floor.rows(offers_table, work_item_id=booked) if row.outcome is None), None)

    offer = await floor.until(ringing)
    floor.clock.set(EVENING + timedelta(seconds=1))
    with suppress(Stale):  # it may ring no more by now
        await floor.desk.transact(SYSTEM, offers.decline, offer.id, "no")
    (item,) = await floor.rows(work_items, id=booked)
    assert item.state == "scheduled"
    await floor.looks_around()
    await floor.jobs_done()
    (item,) = await floor.rows(work_items, id=booked)
    assert (item.state, item.placed_at) == ("scheduled", EVENING - timedelta(seconds=1))
    assert [row.id for row in await floor.rows(offers_table, work_item_id=booked)] == [offer.id]


@pytest.mark.parametrize("kind", ["by_hand", "dialled"])
async def test_who_comes_the_moment_after_closing_is_not_offered_what_stood_in_line(floor: Floor, kind: str):
    await by_day(floor)
    booked = await (by_hand(floor) if kind == "by_hand" else by_number(floor))
    await floor.jobs_done()
    await floor.settles()
    floor.clock.set(EVENING + timedelta(milliseconds=200))
    await floor.agent(1)
    await floor.settles()
    await floor.jobs_done()
    assert await floor.rows(offers_table, work_item_id=booked) == []
    (item,) = await floor.rows(work_items, id=booked)
    assert item.state == "scheduled"


async def test_what_rings_by_hand_at_closing_is_taken_by_nobody_and_rings_no_more(floor: Floor):
    await by_day(floor)
    mia = await floor.agent(1)
    booked = await by_hand(floor)
    offer = await mia.next_offer()
    floor.clock.set(EVENING)
    with pytest.raises(Stale):
        await mia.accepts(offer)
    await look(floor)
    (item,) = await floor.rows(work_items, id=booked)
    assert (await mia.offer(), item.state, item.placed_at) == (None, "scheduled", NOON)

    floor.clock.set(datetime(2026, 11, 27, 8, tzinfo=UTC))
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == booked


LONGER = """
hours:
  day_and_night: {week: {thursday: ["08:00-24:00"], friday: ["08:00-18:00"]}}
"""


@pytest.mark.parametrize("kind", ["by_hand", "dialled", "let_go"])
async def test_what_waits_for_the_opening_is_offered_at_once_when_the_queue_closes_later(floor: Floor, kind: str):
    await by_day(floor)
    if kind == "let_go":
        await waiting_caller(floor)
    floor.clock.set(EVENING + timedelta(minutes=1))
    await look(floor)
    if kind != "let_go":
        await (by_hand(floor) if kind == "by_hand" else by_number(floor))
    (booked,) = await floor.rows(work_items, kind="callback")
    assert booked.state == "scheduled"
    mia = await floor.agent(1)
    await floor.desk.transact(SYSTEM, load, read(LONGER))
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == booked.id


async def test_what_waits_for_the_opening_is_due_when_the_queue_opens_by_its_new_hours(floor: Floor):
    await by_day(floor)
    floor.clock.set(EVENING + timedelta(minutes=1))
    booked = await by_number(floor)
    later = DAY.replace('friday: ["08:00', 'friday: ["10:00')
    await floor.desk.transact(SYSTEM, load, read(later))
    await floor.jobs_done()
    (row,) = await floor.rows(callbacks, id=booked)
    assert row.due_at == datetime(2026, 11, 27, 10, tzinfo=UTC)

    mia = await floor.agent(1)
    always = '  always: {week: {thursday: ["00:00-24:00"], friday: ["00:00-24:00"]}}\n'
    await floor.desk.transact(SYSTEM, load, read(later + always))
    await floor.desk.transact(SYSTEM, change_queue, "billing", {"hours": "always"})
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == booked


async def test_a_closing_at_once_that_is_lifted_is_over_at_once_for_who_waits(floor: Floor):
    await by_day(floor)
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    booked = {await by_hand(floor), await by_number(floor)}
    await floor.jobs_done()
    agents_there = [await floor.agent(1), await floor.agent(2)]
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    await floor.jobs_done()
    assert {(await agent.next_offer()).work_item_id for agent in agents_there} == booked


async def test_in_other_words_nobody_is_told_again(floor: Floor, monkeypatch: pytest.MonkeyPatch):
    await by_day(floor)
    chat = await floor.writes()
    floor.clock.set(EVENING)
    await look(floor)
    monkeypatch.setattr(closing_time, "_TOLD", {"en": "We are closed."})
    await look(floor)
    told = await floor.rows(messages, interaction_id=chat.interaction_id, author_kind="system")
    assert len(told) == 1 and told[0].text.startswith("We have closed now.")


async def test_the_closing_is_named_by_when_the_queue_closed(floor: Floor):
    await by_day(floor)
    await floor.writes()
    floor.clock.set(EVENING + timedelta(hours=2))
    await look(floor)
    (row,) = await floor.rows(events, name=InteractionLetGo.name)
    assert row.data == {"queue": "general", "became": "kept", "closed_ms": to_ms(EVENING)}
